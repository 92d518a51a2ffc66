"""The patterns of SimpleDateFormat: taken apart, and each letter's text."""

from __future__ import annotations

import datetime

from sandbox.library.calendar_names import DAYS, MONTHS
from sandbox.library.java import zones
from sandbox.library.java.calendars import Calendar
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.java.wall_clock import Parts

_LETTERS = frozenset("GyMLdkHmsSEDFwWahKzZXYu")
MAX_PATTERN = 1_000


def pattern_parts(pattern: str) -> list[tuple[str, int]]:
    """A date pattern cut into (letter, count) and ("'", ...) texts, as (text, 0)."""
    if len(pattern) > MAX_PATTERN:
        raise IllegalArgumentException("the pattern is too long")
    parts: list[tuple[str, int]] = []
    index = 0
    while index < len(pattern):
        letter = pattern[index]
        if letter == "'":
            close = index + 1
            words = ""
            while True:
                end = pattern.find("'", close)
                if end < 0:
                    raise IllegalArgumentException("Unterminated quote")
                words += pattern[close:end]
                if pattern[end + 1 : end + 2] == "'" and end > index + 1:
                    words += "'"
                    close = end + 2
                    continue
                break
            parts.append((words or "'", 0))
            index = end + 1
        elif letter.isascii() and letter.isalpha():
            if letter not in _LETTERS:
                raise IllegalArgumentException(f"Illegal pattern character '{letter}'")
            count = 1
            while pattern[index + count : index + count + 1] == letter:
                count += 1
            parts.append((letter, count))
            index += count
        else:
            parts.append((letter, 0))
            index += 1
    return parts


def field_text(letter: str, count: int, parts: Parts, calendar: Calendar) -> str:
    """The text of one letter of a pattern, written so many times."""
    m = parts.moment
    if letter == "y" or letter == "Y":
        year = m.year
        if letter == "Y":
            week = calendar.get(3)
            year += 1 if week == 1 and m.month == 12 else -1 if week > 50 and m.month == 1 else 0
        return f"{year % 100:02d}" if count == 2 else str(year).rjust(count, "0")
    if letter in "ML":
        if count >= 4:
            return MONTHS[m.month - 1]
        return MONTHS[m.month - 1][:3] if count == 3 else str(m.month).rjust(count, "0")
    if letter == "E":
        return DAYS[m.weekday()] if count >= 4 else DAYS[m.weekday()][:3]
    if letter == "a":
        return "AM" if m.hour < 12 else "PM"
    if letter == "G":
        return "AD"
    if letter == "z":
        return (
            zones.long_name("", m.tzinfo or datetime.UTC, bool(m.dst()))
            if count >= 4
            else parts.zone
        )
    if letter == "Z":
        return zones.offset_text(parts.offset)
    if letter == "X":
        if not parts.offset:
            return "Z"
        made = zones.offset_text(parts.offset, ":" if count == 3 else "")
        return made[:3] if count == 1 else made
    numbers = {
        "d": m.day,
        "k": m.hour or 24,
        "H": m.hour,
        "m": m.minute,
        "s": m.second,
        "S": parts.millis % 1000,
        "D": m.timetuple().tm_yday,
        "F": (m.day - 1) // 7 + 1,
        "h": m.hour % 12 or 12,
        "K": m.hour % 12,
        "u": m.isoweekday(),
    }
    if letter in numbers:
        return str(numbers[letter]).rjust(count, "0")
    return str(calendar.get(3 if letter == "w" else 4)).rjust(count, "0")
