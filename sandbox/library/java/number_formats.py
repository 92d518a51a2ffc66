"""``java.text.NumberFormat``, ``DecimalFormat`` and its symbols."""

from __future__ import annotations

import decimal
import math
from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import coercion, int_argument, java_text, text_argument
from sandbox.library.java.date_patterns import MAX_PATTERN
from sandbox.library.java.formats import Format
from sandbox.library.java.formatter import plain_number
from sandbox.library.java.locales import Locale
from sandbox.library.java.throwables import IllegalArgumentException, ParseException
from sandbox.library.values import long_value, unicode_text

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
