"""Arithmetic and conversions of numbers with Python 2's results."""

from __future__ import annotations

import decimal
import math
from typing import Any

from sandbox.dialect.meaning.kinds import LARGEST, SMALLEST, long
from sandbox.dialect.meaning.typenames import is_old_style, type_text
from sandbox.limits_sizes import check_division

_INTEGERS = frozenset({int, bool, long})


def divide(a: Any, b: Any) -> Any:
    """``a / b`` without true division: integers give the floor."""
    kind = type(a)
    if kind is int:
        if type(b) is int:
            if SMALLEST <= a <= LARGEST:
                return a // b
            check_division(a, b)
            # What is computed from a long stays one, however small.
            return long(a // b)
    elif kind is float:
        return a / b
    return _divide(a, b, kind)


def _divide(a: Any, b: Any, kind: type) -> Any:
    other = type(b)
    if other is float:
        return a / b
    if kind in _INTEGERS and other in _INTEGERS:
        check_division(a, b)
        return a // b
    method = getattr(kind, "__div__", None)
    if method is not None:
        result = method(a, b)
        if result is not NotImplemented:
            return result
    method = getattr(other, "__rdiv__", None)
    if method is not None:
        result = method(b, a)
        if result is not NotImplemented:
            return result
    if isinstance(a, int) and isinstance(b, int):
        check_division(a, b)
        return int(a) // int(b)
    return a / b


def divide_in_place(a: Any, b: Any) -> Any:
    """``a /= b``."""
    kind = type(a)
    if kind is int and type(b) is int:
        return divide(a, b)
    method = getattr(kind, "__idiv__", None)
    if method is not None:
        result = method(a, b)
        if result is not NotImplemented:
            return result
    return divide(a, b)


def power(a: Any, b: Any) -> Any:
    """``a ** b``: what leaves 32 bits is a long; no roots of negative numbers.

    Errors: ValueError for a negative number and a fraction.
    """
    result = a**b
    kind = type(result)
    if kind is int:
        return result if SMALLEST <= result <= LARGEST else long(result)
    if kind is complex and type(a) is not complex and type(b) is not complex:
        raise ValueError("negative number cannot be raised to a fractional power")
    return result


def shift_left(a: Any, b: Any) -> Any:
    """``a << b``: what leaves 32 bits is a long."""
    result = a << b
    if type(result) is int:
        return result if SMALLEST <= result <= LARGEST else long(result)
    return result


_POWERS = tuple([10.0**n for n in range(23)])


def python2_round(number: Any, digits: Any = 0) -> float:
    """``round``: a float, halves away from zero.

    Args:
        number: anything with a float value.
        digits: decimal places; may be negative.
    """
    kind = type(number)
    if kind is float:
        if type(digits) is int and 0 < digits < 23:
            # Only exact halves round differently from Python 3; scaling those is exact in binary.
            if number * _POWERS[digits] % 1.0 != 0.5:
                return round(number, digits)  # type: ignore[no-any-return]
            return _half_up(number, digits)
    else:
        if kind is int:
            number = float(number)
        else:
            if isinstance(number, str | bytes) or not (
                hasattr(type(number), "__float__") or hasattr(type(number), "__index__")
            ):
                raise TypeError("a float is required")
            number = float(number)
    if digits == 0:
        if -4503599627370496.0 < number < 4503599627370496.0:
            if number < 0.0:
                # Jython has no negative zero here.
                return 0.0 - float(math.floor(0.5 - number))
            if number != number:
                return number  # type: ignore[no-any-return]
            whole = math.floor(number)
            return float(whole + 1) if number - whole >= 0.5 else math.copysign(whole, number)
        return number  # type: ignore[no-any-return]
    if number != number or number in (math.inf, -math.inf):
        return number  # type: ignore[no-any-return]
    if digits > 0:
        if digits > 22 or number * _POWERS[digits] % 1.0 != 0.5:
            return round(number, digits)  # type: ignore[no-any-return]
        return _half_up(number, digits)
    return _half_up(number, digits)


def _half_up(number: float, digits: int) -> float:
    exponent = decimal.Decimal(1).scaleb(-digits)
    with decimal.localcontext() as context:
        context.prec = 400
        exact = decimal.Decimal(number)
        return float(exact.quantize(exponent, rounding=decimal.ROUND_HALF_UP))


def python2_int(value: Any = 0, base: Any = None) -> Any:
    """``int(value, base)``."""
    if base is None:
        kind = type(value)
        if kind is int:
            return value
        if kind is float:
            made = int(value)
        elif kind is str and value.isdecimal() and len(value) < 10:
            return int(value)
        else:
            made = _int(value, kind)
        return made if SMALLEST <= made <= LARGEST else long(made)
    return _int_of_base(value, base, "int")


MAX_EXPONENT = 100_000


def check_decimal(value: decimal.Decimal) -> None:
    """MemoryError for a Decimal with more digits before or after the point than a script needs."""
    if value.is_finite() and value and abs(value.adjusted()) > MAX_EXPONENT:
        raise MemoryError("the number would be larger than a script may make")


def _int(value: Any, kind: type) -> Any:
    if issubclass(kind, decimal.Decimal):
        check_decimal(value)
    if kind is str or issubclass(kind, str):
        if "_" in value:
            _refuse_text(value, 10, "int")
        try:
            return int(value)
        except ValueError:
            _refuse_text(value, 10, "int")
    if kind is bool or kind is long:
        return int(value)
    method = getattr(kind, "__int__", None)
    if method is not None:
        result = method(value)
        if isinstance(result, int):
            return int(result)
        raise TypeError(f"__int__ returned non-int (type {type_text(result)})")
    method = getattr(kind, "__trunc__", None) or getattr(kind, "__long__", None)
    if method is not None:
        return int(method(value))
    if kind.__module__.startswith("sandbox"):
        return int(value)
    if kind is complex:
        raise TypeError("can't convert complex to int; use e.g. int(abs(z))")
    from sandbox.dialect.meaning.text import python2_repr

    raise TypeError(f"int() argument must be a string or a number, not '{python2_repr(value)}'")


LONGEST = 4_300
"""Digits of a number as text: the interpreter's own bound, against quadratic time."""


def _refuse_text(value: Any, base: Any, name: str) -> Any:
    from sandbox.dialect.meaning.text import string_repr

    if str.__len__(value) > LONGEST and str.__str__(value).strip().lstrip("+-").isdigit():
        raise ValueError(f"a number of more than {LONGEST} digits cannot be read here") from None
    shown = string_repr(value)
    if shown[0] == "u":
        shown = shown[1:]
    raise ValueError(f"invalid literal for {name}() with base {base}: {shown}") from None


def _int_of_base(value: Any, base: Any, name: str) -> int:
    if not isinstance(value, str):
        raise TypeError(f"{name}: can't convert non-string with explicit base")
    text = value
    if name == "long" and text[-1:] in ("l", "L"):
        text = text[:-1]
    if base == 0:
        bare = text.strip().lstrip("+-")
        if bare[:1] == "0" and bare[1:].isdigit():
            # An old octal literal.
            return int(text, 8)
    try:
        if "_" in text:
            raise ValueError
        return int(text, base)
    except ValueError:
        if not 2 <= base <= 36 and base != 0:
            raise ValueError("invalid base for atoi()") from None
        _refuse_text(value, base, name)
        raise


def python2_long(value: Any = 0, base: Any = None) -> Any:
    """``long(value, base)``."""
    if base is not None:
        return long(_int_of_base(value, base, "long"))
    if isinstance(value, str):
        text = value
        if text[-1:] in ("l", "L"):
            text = text[:-1]
        try:
            if "_" in text:
                raise ValueError
            return long(text)
        except ValueError:
            _refuse_text(value, 10, "long")
    method = getattr(type(value), "__long__", None)
    if method is not None:
        return long(method(value))
    if not hasattr(type(value), "__int__") and not hasattr(type(value), "__trunc__"):
        raise TypeError(
            f"long() argument must be a string or a number, not '{type_text(value)}'"
        )
    return long(_int(value, type(value)) if type(value) is not float else int(value))


def python2_float(value: Any = 0.0) -> float:
    """``float(value)``."""
    if type(value) is complex:
        raise TypeError("can't convert complex to float; use e.g. abs(z)")
    if type(value) is str:
        if "_" in value:
            raise ValueError(f"invalid literal for float: {value}")
    elif isinstance(value, str) and "_" in value:
        raise ValueError(f"invalid literal for float: {value}")
    return float(value)


def _of_method(value: Any, name: str) -> Any:
    """What a method such as ``__hex__`` gives, None without one."""
    kind = type(value)
    method = getattr(kind, name, None)
    if method is None:
        return None
    made = method(value)
    if isinstance(made, str):
        return made
    if is_old_style(kind):
        raise TypeError(f"{name}() should return a string")
    raise TypeError(f"{name} returned non-string (type {type_text(made)})")


def python2_hex(value: Any) -> str:
    """``hex``."""
    made: str | None = _of_method(value, "__hex__")
    if made is not None:
        return made
    if not isinstance(value, int):
        raise TypeError("hex() argument can't be converted to hex")
    return hex(value) + _suffix(value)


def python2_oct(value: Any) -> str:
    """``oct``: ``'017'``."""
    made: str | None = _of_method(value, "__oct__")
    if made is not None:
        return made
    if not isinstance(value, int):
        raise TypeError("oct() argument can't be converted to oct")
    if value == 0:
        return "0" + _suffix(value)
    return f"{'-' if value < 0 else ''}0{abs(value):o}" + _suffix(value)


def python2_bin(value: Any) -> str:
    """``bin``."""
    if not hasattr(type(value), "__index__"):
        raise TypeError(f"'{type_text(value)}' object cannot be interpreted as an index")
    return bin(value)


def _suffix(value: int) -> str:
    return "L" if type(value) is long or not SMALLEST <= value <= LARGEST else ""


def coerce_numbers(a: Any, b: Any) -> tuple[Any, Any]:
    """``coerce``."""
    ranks = {bool: 0, int: 0, long: 1, float: 2, complex: 3}
    if type(a) in ranks and type(b) in ranks:
        rank = max(ranks[type(a)], ranks[type(b)])
        if type(a) is int and not SMALLEST <= a <= LARGEST and rank == 0:
            rank = 1
        make: Any = (int, long, float, complex)[rank]
        return make(a), make(b)
    method = getattr(type(a), "__coerce__", None)
    if method is not None:
        result = method(a, b)
        if type(result) is tuple and len(result) == 2:
            return result
    if type(a) is type(b):
        return a, b
    raise TypeError("number coercion failed")
