"""Reading a date from a text by a pattern of SimpleDateFormat."""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.library.calendar_names import DAYS, MONTHS
from sandbox.library.java import zones
from sandbox.library.java.throwables import JavaThrowable
from sandbox.library.java.time_zones import TimeZone
from sandbox.library.java.wall_clock import wall_clock


class DateReading:
    """One text read by a date pattern."""

    def __init__(self, text: str, parts: Any, zone: TimeZone, lenient: bool) -> None:
        self.text = text
        self.parts = parts
        self.zone: datetime.tzinfo = zone._tz
        self.lenient = lenient
        self.at = 0
        self.fields: dict[str, int] = {}

    def read(self) -> int | None:
        for place, (letter, count) in enumerate(self.parts):
            if not count:
                if not self._literal(letter):
                    return None
                continue
            following = self.parts[place + 1] if place + 1 < len(self.parts) else None
            adjacent = following is not None and following[1] and following[0] not in "GaEzZX"
            if not self._one(letter, count, bool(adjacent)):
                return None
        return self._millis()

    def _literal(self, words: str) -> bool:
        if words == " ":
            if self.text[self.at : self.at + 1] != " ":
                return False
            while self.text[self.at : self.at + 1] == " ":
                self.at += 1
            return True
        if self.text.startswith(words, self.at):
            self.at += len(words)
            return True
        return False

    def _names(self, names: Any) -> int | None:
        rest = self.text[self.at :].lower()
        for full in (True, False):
            for index, name in enumerate(names):
                shown = name if full else name[:3]
                if rest.startswith(shown.lower()):
                    self.at += len(shown)
                    return index
        return None

    def _one(self, letter: str, count: int, adjacent: bool) -> bool:
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        if letter in "ML" and count >= 3:
            found = self._names(MONTHS)
            if found is None:
                return False
            self.fields["M"] = found + 1
            return True
        if letter == "E":
            return self._names(DAYS) is not None
        if letter == "a":
            found = self._names(("AM", "PM"))
            if found is None:
                return False
            self.fields["a"] = found
            return True
        if letter == "G":
            return self._names(("AD", "BC")) is not None
        if letter in "zZX":
            return self._zone()
        end = self.at
        limit = self.at + count if adjacent else self.at + 18
        if self.text[end : end + 1] in ("-", "+") and not adjacent and letter in "yYd":
            end += 1
        while end < len(self.text) and end < limit and self.text[end].isdigit():
            end += 1
        words = self.text[self.at : end]
        if not words.lstrip("+-"):
            return False
        number = int(words)
        if letter in "yY":
            if count <= 2 and len(words) == 2 and words.isdigit():
                century = datetime.datetime.now().year - 80
                number += century - century % 100
                if number < century:
                    number += 100
            letter = "y"
        self.fields["M" if letter == "L" else letter] = number
        self.at = end
        return True

    def _zone(self) -> bool:
        rest = self.text[self.at :]
        if rest.startswith("Z"):
            self.zone, self.at = datetime.UTC, self.at + 1
            return True
        start = self.at
        if rest.startswith(("GMT", "UTC")):
            self.at += 3
            self.zone = datetime.UTC
            rest = rest[3:]
        if rest[:1] in ("+", "-"):
            digits = ""
            end = 1
            while end < len(rest) and (rest[end].isdigit() or rest[end] == ":") and end < 7:
                digits += rest[end] if rest[end] != ":" else ""
                end += 1
            if len(digits) in (1, 2):
                digits += "00"
            if len(digits) not in (3, 4):
                return False
            minutes = int(digits[:-2]) * 60 + int(digits[-2:])
            if minutes >= 1440:
                return False
            delta = datetime.timedelta(minutes=minutes)
            self.zone = datetime.timezone(delta if rest[0] == "+" else -delta)
            self.at += end
            return True
        if self.at > start:
            return True
        letters = ""
        for one in rest:
            if not (one.isalnum() or one in "/_"):
                break
            letters += one
        found = _ABBREVIATIONS.get(letters) or zones.find_zone(letters)
        if found is None:
            return False
        self.zone = found
        self.at += len(letters)
        return True

    def _millis(self) -> int | None:
        f = self.fields
        hour = f.get("H")
        if hour is None and "k" in f:
            hour = f["k"] % 24
        if hour is None and ("h" in f or "K" in f):
            hour = f.get("h", f.get("K", 0)) % 12 + 12 * f.get("a", 0)
        month, day = f.get("M", 1), f.get("d", 1)
        year = f.get("y", 1970)
        if "D" in f and "M" not in f:
            month, day = 1, f["D"]
        values = (year, month - 1, day, hour or 0, f.get("m", 0), f.get("s", 0))
        if not self.lenient:
            try:
                datetime.datetime(year, month, day, hour or 0, values[4], values[5])
            except ValueError:
                return None
        try:
            return wall_clock(*values, zone=self.zone) + f.get("S", 0)
        except (OverflowError, JavaThrowable):
            return None


def _hours(count: int) -> datetime.tzinfo:
    return datetime.timezone(datetime.timedelta(hours=count))


_ABBREVIATIONS: dict[str, datetime.tzinfo] = {
    "EST": _hours(-5),
    "EDT": _hours(-4),
    "CST": _hours(-6),
    "CDT": _hours(-5),
    "MST": _hours(-7),
    "MDT": _hours(-6),
    "PST": _hours(-8),
    "PDT": _hours(-7),
    "CET": _hours(1),
    "CEST": _hours(2),
    "EET": _hours(2),
    "EEST": _hours(3),
    "WET": _hours(0),
    "WEST": _hours(1),
    "BST": _hours(1),
}
