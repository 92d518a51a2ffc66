"""``java.text``: SimpleDateFormat, DecimalFormat, NumberFormat, MessageFormat."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

from sandbox.library.java import zones
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import coercion, int_argument, java_text, text_argument
from sandbox.library.java.dates import (
    DAYS,
    MONTHS,
    Calendar,
    Date,
    GregorianCalendar,
    Locale,
    Parts,
    TimeZone,
    date_parts,
    wall_clock,
)
from sandbox.library.java.formatter import plain_number
from sandbox.library.java.throwables import (
    IllegalArgumentException,
    JavaThrowable,
    NullPointerException,
    ParseException,
)
from sandbox.library.values import long_value, unicode_text

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


def _field(letter: str, count: int, parts: Parts, calendar: Calendar) -> str:
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


class Format(Object, package="java.text"):
    """``java.text.Format``."""


class DateFormat(Format, package="java.text"):
    """``java.text.DateFormat``."""

    __slots__ = ("_lenient", "_parts", "_pattern", "_zone")
    FULL, LONG, MEDIUM, SHORT, DEFAULT = 0, 1, 2, 3, 2

    @classmethod
    def getDateInstance(cls, style: Any = 2, *_locale: Any) -> Any:
        """Dates in US style."""
        return SimpleDateFormat(_DATE_STYLES[int_argument(style, "getDateInstance")])

    @classmethod
    def getTimeInstance(cls, style: Any = 2, *_locale: Any) -> Any:
        """Times in US style."""
        return SimpleDateFormat(_TIME_STYLES[int_argument(style, "getTimeInstance")])

    @classmethod
    def getDateTimeInstance(cls, date: Any = 2, time: Any = 2, *_locale: Any) -> Any:
        """Dates and times in US style."""
        joint = " 'at' " if date < 2 else ", "
        return SimpleDateFormat(_DATE_STYLES[date] + joint + _TIME_STYLES[time])

    @classmethod
    def getInstance(cls) -> Any:
        """Short dates and times in US style."""
        return SimpleDateFormat("M/d/yy, h:mm a")


_DATE_STYLES = ("EEEE, MMMM d, yyyy", "MMMM d, yyyy", "MMM d, yyyy", "M/d/yy")
_TIME_STYLES = ("h:mm:ss a zzzz", "h:mm:ss a z", "h:mm:ss a", "h:mm a")


class SimpleDateFormat(DateFormat, package="java.text"):
    """``java.text.SimpleDateFormat``, names in English."""

    def __init__(self, pattern: Any = "M/d/yy, h:mm a", *_locale: Any) -> None:
        if pattern is None:
            raise NullPointerException(None)
        words = text_argument(pattern, "java.text.SimpleDateFormat")
        state(self, "_pattern", words)
        state(self, "_parts", pattern_parts(words))
        state(self, "_zone", TimeZone.getDefault())
        state(self, "_lenient", True)

    def format(self, value: Any, *_rest: Any) -> str:
        """A Date (or milliseconds) as text."""
        if isinstance(value, Object) and not isinstance(value, (Date,)):
            raise IllegalArgumentException("Cannot format given Object as a Date")
        try:
            millis = date_parts(value).millis
        except TypeError:
            raise IllegalArgumentException("Cannot format given Object as a Date") from None
        parts = Parts(millis, self._zone._tz)
        calendar = GregorianCalendar(self._zone)
        calendar.setTimeInMillis(millis)
        made = [
            _field(letter, count, parts, calendar) if count else letter
            for letter, count in self._parts
        ]
        return unicode_text("".join(made))

    def parse(self, text: Any, *_position: Any) -> Any:
        """The Date that a text names."""
        words = text_argument(text, "parse")
        found = _Reading(words, self._parts, self._zone, bool(self._lenient))
        millis = found.read()
        if millis is None:
            raise ParseException(f'Unparseable date: "{words}"', found.at)
        return Date(millis)

    def toPattern(self) -> str:
        """The pattern."""
        return unicode_text(self._pattern)

    def applyPattern(self, pattern: Any) -> None:
        """Another pattern."""
        words = text_argument(pattern, "applyPattern")
        state(self, "_parts", pattern_parts(words))
        state(self, "_pattern", words)

    def getTimeZone(self) -> TimeZone:
        """The zone."""
        zone: TimeZone = self._zone
        return zone

    def setTimeZone(self, zone: Any) -> None:
        """Show and read in another zone."""
        if not isinstance(zone, TimeZone):
            raise coercion("setTimeZone", 1, "java.util.TimeZone")
        state(self, "_zone", zone)

    def isLenient(self) -> bool:
        """Whether odd values carry over."""
        return bool(self._lenient)

    def setLenient(self, lenient: Any) -> None:
        """Whether odd values carry over."""
        state(self, "_lenient", bool(lenient))

    def setCalendar(self, calendar: Any) -> None:
        """The zone of a calendar."""
        self.setTimeZone(calendar.getTimeZone())

    def equals(self, other: Any) -> bool:
        """Whether the pattern is the same."""
        return isinstance(other, SimpleDateFormat) and bool(other._pattern == self._pattern)

    def clone(self) -> Any:
        """A copy."""
        made = SimpleDateFormat(self._pattern)
        made.setTimeZone(self._zone)
        return made


class _Reading:
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

_SEPARATORS = {"de": (".", ","), "es": (".", ","), "it": (".", ","), "pt": (".", ",")}
_SEPARATORS |= {"nl": (".", ","), "fr": ("\u202f", ","), "pl": ("\u00a0", ",")}
_SEPARATORS |= {"ru": ("\u00a0", ","), "sv": ("\u00a0", ","), "cs": ("\u00a0", ",")}
_CURRENCY = {"US": "$", "CA": "$", "GB": "£", "DE": "€", "FR": "€", "IT": "€", "JP": "¥"}


class DecimalFormatSymbols(Object, package="java.text"):
    """``java.text.DecimalFormatSymbols``."""

    __slots__ = ("_grouping", "_point")

    def __init__(self, locale: Any = None) -> None:
        language = locale.getLanguage() if isinstance(locale, Locale) else "en"
        grouping, point = _SEPARATORS.get(str(language), (",", "."))
        state(self, "_grouping", grouping)
        state(self, "_point", point)

    @classmethod
    def getInstance(cls, locale: Any = None) -> DecimalFormatSymbols:
        """The symbols of a locale."""
        return cls(locale)

    def getDecimalSeparator(self) -> str:
        """The point."""
        return str(self._point)

    def setDecimalSeparator(self, value: Any) -> None:
        """Another point."""
        state(self, "_point", text_argument(value, "setDecimalSeparator"))

    def getGroupingSeparator(self) -> str:
        """The comma."""
        return str(self._grouping)

    def setGroupingSeparator(self, value: Any) -> None:
        """Another comma."""
        state(self, "_grouping", text_argument(value, "setGroupingSeparator"))


_ROUNDINGS = {
    "UP": decimal.ROUND_UP,
    "DOWN": decimal.ROUND_DOWN,
    "CEILING": decimal.ROUND_CEILING,
    "FLOOR": decimal.ROUND_FLOOR,
    "HALF_UP": decimal.ROUND_HALF_UP,
    "HALF_DOWN": decimal.ROUND_HALF_DOWN,
    "HALF_EVEN": decimal.ROUND_HALF_EVEN,
}


class NumberFormat(Format, package="java.text"):
    """``java.text.NumberFormat``."""

    __slots__ = (
        "_exponent",
        "_grouping",
        "_integer_only",
        "_max_fraction",
        "_max_integer",
        "_min_fraction",
        "_min_integer",
        "_multiplier",
        "_negative",
        "_pattern",
        "_positive",
        "_rounding",
        "_symbols",
    )

    @classmethod
    def getInstance(cls, locale: Any = None) -> Any:
        """Numbers with three decimals at most."""
        return DecimalFormat("#,##0.###", DecimalFormatSymbols(locale))

    getNumberInstance = getInstance

    @classmethod
    def getIntegerInstance(cls, locale: Any = None) -> Any:
        """Whole numbers."""
        made = DecimalFormat("#,##0", DecimalFormatSymbols(locale))
        state(made, "_integer_only", True)
        return made

    @classmethod
    def getPercentInstance(cls, locale: Any = None) -> Any:
        """Whole per cent."""
        return DecimalFormat("#,##0%", DecimalFormatSymbols(locale))

    @classmethod
    def getCurrencyInstance(cls, locale: Any = None) -> Any:
        """Money."""
        country = str(locale.getCountry()) if isinstance(locale, Locale) else "US"
        sign = _CURRENCY.get(country, "\u00a4")
        symbols = DecimalFormatSymbols(locale)
        if symbols._point == ",":
            return DecimalFormat(f"#,##0.00\u00a0{sign}", symbols)
        return DecimalFormat(f"{sign}#,##0.00", symbols)

    def setMaximumFractionDigits(self, count: Any) -> None:
        """At most so many decimals."""
        number = min(340, int_argument(count, "setMaximumFractionDigits"))
        state(self, "_max_fraction", number)
        state(self, "_min_fraction", min(self._min_fraction, number))

    def setMinimumFractionDigits(self, count: Any) -> None:
        """At least so many decimals."""
        number = min(340, int_argument(count, "setMinimumFractionDigits"))
        state(self, "_min_fraction", number)
        state(self, "_max_fraction", max(self._max_fraction, number))

    def setMinimumIntegerDigits(self, count: Any) -> None:
        """At least so many digits."""
        state(self, "_min_integer", min(340, int_argument(count, "setMinimumIntegerDigits")))

    def setMaximumIntegerDigits(self, count: Any) -> None:
        """At most so many digits."""
        state(self, "_max_integer", min(340, int_argument(count, "setMaximumIntegerDigits")))

    def getMaximumFractionDigits(self) -> int:
        """At most so many decimals."""
        return int(self._max_fraction)

    def getMinimumFractionDigits(self) -> int:
        """At least so many decimals."""
        return int(self._min_fraction)

    def setGroupingUsed(self, used: Any) -> None:
        """Whether digits are grouped."""
        state(self, "_grouping", (self._grouping or 3) if used else 0)

    def isGroupingUsed(self) -> bool:
        """Whether digits are grouped."""
        return bool(self._grouping)

    def setRoundingMode(self, mode: Any) -> None:
        """Round in another way."""
        found = _ROUNDINGS.get(java_text(mode))
        if found is None:
            raise coercion("setRoundingMode", 1, "java.math.RoundingMode")
        state(self, "_rounding", found)

    def setParseIntegerOnly(self, value: Any) -> None:
        """Read whole numbers only."""
        state(self, "_integer_only", bool(value))

    def format(self, value: Any, *_rest: Any) -> str:
        """A number as text."""
        number = plain_number(value)
        if isinstance(number, bool) or not isinstance(number, (int, float, decimal.Decimal)):
            raise IllegalArgumentException("Cannot format given Object as a Number")
        if isinstance(number, float):
            if math.isnan(number):
                return unicode_text("NaN")
            if math.isinf(number):
                return unicode_text(self._wrapped("\u221e", number < 0))
            exact = decimal.Decimal(number)
        else:
            exact = decimal.Decimal(number)
        if exact.adjusted() > 400:
            raise IllegalArgumentException("the number is too large here")
        exact = exact * self._multiplier if self._multiplier != 1 else exact
        negative = exact.is_signed()
        size = abs(exact)
        digits = self._scientific(size) if self._exponent else self._plain(size)
        return unicode_text(self._wrapped(digits, negative))

    def _wrapped(self, digits: str, negative: bool) -> str:
        before, after = self._negative if negative else self._positive
        return f"{before}{digits}{after}"

    def _plain(self, size: decimal.Decimal) -> str:
        context = decimal.Context(prec=1500, rounding=self._rounding)
        rounded = size.quantize(decimal.Decimal(1).scaleb(-self._max_fraction), context=context)
        whole, _, fraction = f"{rounded:f}".partition(".")
        fraction = fraction.rstrip("0").ljust(self._min_fraction, "0")
        whole = whole.lstrip("0").rjust(self._min_integer, "0")
        if not whole and not fraction:
            whole = "0"
        if self._max_integer < len(whole):
            whole = whole[-self._max_integer :]
        if self._grouping:
            groups = []  # type: ignore[var-annotated]
            while len(whole) > self._grouping:
                groups.insert(0, whole[-self._grouping :])
                whole = whole[: -self._grouping]
            whole = self._symbols._grouping.join([whole, *groups])
        return whole + (self._symbols._point + fraction if fraction else "")

    def _scientific(self, size: decimal.Decimal) -> str:
        least = max(1, self._min_integer)
        exponent = size.adjusted() - least + 1 if size else 0
        most = self._max_integer
        if most > self._min_integer and most > 1:
            exponent = (size.adjusted() // most) * most if size else 0
        mantissa = size.scaleb(-exponent)
        digits = self._plain(mantissa)
        if digits.split(self._symbols._point)[0] == "1" + "0" * least and least == 1:
            exponent += 1
            digits = self._plain(size.scaleb(-exponent))
        sign = "-" if exponent < 0 else ""
        return f"{digits}E{sign}{str(abs(exponent)).rjust(self._exponent, '0')}"

    def parse(self, text: Any, *_position: Any) -> Any:
        """The number at the start of a text: a long if it is whole, else a float."""
        words = text_argument(text, "parse")
        before, minus = self._positive[0], self._negative[0]
        negative = False
        rest = words
        if minus and rest.startswith(minus):
            negative, rest = True, rest[len(minus) :]
        elif rest.startswith(before):
            rest = rest[len(before) :]
        else:
            raise ParseException(f'Unparseable number: "{words}"', 0)
        digits = ""
        point = self._symbols._point
        for at, letter in enumerate(rest):
            if letter.isdigit() and letter.isascii():
                digits += letter
            elif letter == point and "." not in digits and not self._integer_only:
                digits += "."
            elif letter == self._symbols._grouping and self._grouping and digits:
                continue
            elif letter == "E" and digits and rest[at + 1 :].lstrip("-").isdigit():
                digits += "E" + rest[at + 1 :]
                break
            else:
                break
        if not digits.strip("."):
            raise ParseException(f'Unparseable number: "{words}"', 0)
        value = decimal.Decimal(digits) / self._multiplier
        value = -value if negative else value
        if value == value.to_integral_value() and abs(value) < 2**63:
            return long_value(int(value))
        return float(value)

    def toPattern(self) -> str:
        """The pattern."""
        return unicode_text(self._pattern)


class DecimalFormat(NumberFormat, package="java.text"):
    """``java.text.DecimalFormat``."""

    def __init__(self, pattern: Any = "#,##0.###", symbols: Any = None) -> None:
        state(self, "_symbols", symbols if symbols is not None else DecimalFormatSymbols())
        state(self, "_rounding", decimal.ROUND_HALF_EVEN)
        state(self, "_integer_only", False)
        self.applyPattern(pattern)

    def applyPattern(self, pattern: Any) -> None:
        """Another pattern."""
        words = text_argument(pattern, "java.text.DecimalFormat")
        if len(words) > MAX_PATTERN:
            raise IllegalArgumentException("the pattern is too long")
        positive, negative = _split_pattern(words)
        before, body, after = _affixes(positive, words)
        mantissa, _, exponent = body.partition("E")
        whole, _, fraction = mantissa.partition(".")
        grouping = len(whole) - whole.rindex(",") - 1 if "," in whole else 0
        whole = whole.replace(",", "")
        state(self, "_pattern", words)
        state(self, "_grouping", grouping)
        state(self, "_min_integer", whole.count("0"))
        state(self, "_max_integer", len(whole) if exponent else 2**31)
        state(self, "_min_fraction", fraction.count("0"))
        state(self, "_max_fraction", len(fraction))
        state(self, "_exponent", len(exponent))
        if "." in mantissa and "0" not in mantissa:
            # Java reads "#.##" as "0.##" and ".##" as ".0#".
            state(self, "_min_integer" if whole else "_min_fraction", 1)
        raw = before + after
        state(self, "_multiplier", 100 if "%" in raw else 1000 if "\u2030" in raw else 1)
        state(self, "_positive", (_unquoted(before), _unquoted(after)))
        if negative is None:
            state(self, "_negative", ("-" + _unquoted(before), _unquoted(after)))
        else:
            left, _, right = _affixes(negative, words)
            state(self, "_negative", (_unquoted(left), _unquoted(right)))

    def setDecimalFormatSymbols(self, symbols: Any) -> None:
        """Other symbols."""
        if not isinstance(symbols, DecimalFormatSymbols):
            raise coercion("setDecimalFormatSymbols", 1, "java.text.DecimalFormatSymbols")
        state(self, "_symbols", symbols)

    def getDecimalFormatSymbols(self) -> Any:
        """The symbols."""
        return self._symbols


def _split_pattern(pattern: str) -> tuple[str, str | None]:
    quoted = False
    for at, letter in enumerate(pattern):
        if letter == "'":
            quoted = not quoted
        elif letter == ";" and not quoted:
            return pattern[:at], pattern[at + 1 :]
    return pattern, None


def _affixes(pattern: str, whole: str) -> tuple[str, str, str]:
    quoted = False
    start = end = -1
    for at, letter in enumerate(pattern):
        if letter == "'":
            quoted = not quoted
        elif not quoted and (
            letter in "#0,." or (letter == "E" and start >= 0 and pattern[at + 1 : at + 2] == "0")
        ):
            if start < 0:
                start = at
            if end >= 0 and end < at:
                raise IllegalArgumentException(
                    f"Unquoted special character '{letter}' in pattern \"{whole}\""
                )
            end = at + 1
    if start < 0:
        return pattern, "#", ""
    return pattern[:start], pattern[start:end], pattern[end:]


def _unquoted(words: str) -> str:
    return words.replace("''", "\0").replace("'", "").replace("\0", "'")


class MessageFormat(Format, package="java.text"):
    """``java.text.MessageFormat`` with ``{0}`` and ``{0,number,...}``, ``{0,date,...}``."""

    __slots__ = ("_pattern",)

    def __init__(self, pattern: Any) -> None:
        state(self, "_pattern", text_argument(pattern, "java.text.MessageFormat"))

    def format(self, *args: Any) -> str:
        """The text with its arguments (``format(pattern, arguments)`` on the class)."""
        if isinstance(self, MessageFormat):
            pattern, values = self._pattern, args
        else:
            pattern, values = text_argument(self, "format"), args
        if len(values) == 1 and isinstance(values[0], (list, tuple)):
            values = tuple(values[0])
        made = ""
        quoted = False
        index = 0
        while index < len(pattern):
            letter = pattern[index]
            if letter == "'":
                if pattern[index + 1 : index + 2] == "'":
                    made += "'"
                    index += 2
                    continue
                quoted = not quoted
            elif letter == "{" and not quoted:
                close = pattern.find("}", index)
                if close < 0:
                    raise IllegalArgumentException("Unmatched braces in the pattern.")
                made += _hole(pattern[index + 1 : close], values)
                index = close
            else:
                made += letter
            index += 1
        return unicode_text(made)


def _hole(words: str, values: Any) -> str:
    number, _, style = words.partition(",")
    if not number.strip().isdigit():
        raise IllegalArgumentException(f"can't parse argument number: {number}")
    at = int(number)
    if at >= len(values):
        return "{" + words + "}"
    value = values[at]
    kind, _, pattern = style.partition(",")
    if value is None:
        return "null"
    if kind.strip() == "number" or (not kind and isinstance(value, (int, float))):
        if isinstance(value, bool):
            return java_text(value)
        if pattern.strip() == "integer":
            return str(NumberFormat.getIntegerInstance().format(value))
        return str(DecimalFormat(pattern or "#,##0.###").format(value))
    if kind.strip() in ("date", "time") or isinstance(value, Date):
        return str(SimpleDateFormat(pattern or "M/d/yy, h:mm a").format(value))
    return java_text(value)
