"""Values between scripts and Java: what a Java method gives back, and Java's text of values."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.dialect.meaning.identity import python2_hash
from sandbox.dialect.meaning.ordering import greater, less
from sandbox.dialect.meaning.sequences import compared
from sandbox.library.hooks import checkpoint
from sandbox.library.java.base import Object, java_name
from sandbox.library.java.throwables import ClassCastException, NullPointerException
from sandbox.library.values import is_unicode, long_value, script_str, unicode_text
from sandbox.limits_nesting import flat
from sandbox.limits_sizes import Room

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1
MAX_TEXT = 20_000_000


def to_java(value: Any) -> Any:
    """A script's value as it comes back out of a Java collection: text turns unicode."""
    if isinstance(value, str) and not is_unicode(value):
        return unicode_text(str.__str__(value))
    return value


def to_java_all(values: Any) -> list[Any]:
    """The items of an iterable, each as ``to_java``."""
    return [to_java(value) for value in values]


def double_text(value: float) -> str:
    """``Double.toString``: ``1.0E10``, ``1.0E-5``, ``NaN``, ``Infinity``."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    size = abs(value)
    if 1e-3 <= size < 1e7:
        words = repr(value)
        return words if "e" not in words else f"{value:.17f}".rstrip("0")
    mantissa, _, exponent = f"{value!r}".partition("e")
    if not exponent:
        mantissa, exponent = _scientific(value)
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}E{int(exponent)}"


def _scientific(value: float) -> tuple[str, str]:
    digits = len(repr(abs(value)).replace(".", "").strip("0")) - 1
    mantissa, _, exponent = f"{value:.{max(digits, 1)}e}".partition("e")
    return mantissa, exponent


def java_text(value: Any) -> str:
    """What ``String.valueOf`` gives: ``null``, ``true``, Java's floats, ``toString``."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return double_text(float(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Object):
        checkpoint()
        return str(value.toString())
    if isinstance(value, int):
        return int.__repr__(int.__index__(value))
    return str.__str__(script_str(value))


def joined_texts(values: Iterable[Any]) -> list[str]:
    """Java's texts of values, as long as they are not too long together."""
    made: list[str] = []
    room = Room(MAX_TEXT)
    for at, value in enumerate(values):
        if not at & 255:
            checkpoint()
        words = java_text(value)
        room.take(len(words) + 2)
        made.append(words)
    return made


def java_equals(a: Any, b: Any) -> bool:
    """``Objects.equals``: numbers of different kinds are not equal."""
    if a is None or b is None:
        return a is b
    if isinstance(a, bool) is not isinstance(b, bool):
        return False
    if isinstance(a, Object):
        # Collections that share their parts would keep at it for ever.
        checkpoint()
    return bool(a == flat(b))


def natural_compare(a: Any, b: Any) -> int:
    """``compareTo``."""
    method = getattr(a, "compareTo", None) if isinstance(a, Object) else None
    if method is not None:
        return int(method(b))
    if a is None or b is None:
        raise NullPointerException(None)
    if isinstance(a, str) is not isinstance(b, str):
        raise ClassCastException(
            f"class {java_type_name(a)} cannot be cast to class {java_type_name(b)}"
        )
    more = compared(a, b, "__gt__", greater)
    return bool(more) - bool(compared(a, b, "__lt__", less))


def comparison(comparator: Any) -> Callable[[Any, Any], int]:
    """The comparing function of a Comparator, a script's function, or None for natural order."""
    if comparator is None:
        return natural_compare
    method = getattr(comparator, "compare", None)
    if method is not None:
        return lambda a, b: int(method(a, b))
    if callable(comparator):
        return lambda a, b: int(comparator(a, b))
    raise TypeError("a java.util.Comparator is required")


def sort_key(comparator: Any) -> Any:
    """A ``key`` function that sorts by a comparator."""
    return functools.cmp_to_key(comparison(comparator))


_NAMES: dict[type, str] = {
    bool: "java.lang.Boolean",
    float: "java.lang.Double",
    list: "org.python.core.PyList",
    dict: "org.python.core.PyDictionary",
    tuple: "org.python.core.PyTuple",
}


def java_type_name(value: Any) -> str:
    """The Java class that a script's value becomes."""
    if isinstance(value, Object):
        return str(java_name(type(value)))
    if isinstance(value, str):
        return "java.lang.String"
    found = _NAMES.get(type(value))
    if found is not None:
        return found
    if isinstance(value, int):
        if INT_MIN <= value <= INT_MAX and type(value) is int:
            return "java.lang.Integer"
        return "java.math.BigInteger"
    return "org.python.core.PyObject"


def coercion(method: str, position: int, wanted: str) -> TypeError:
    """The TypeError for an argument that Jython cannot coerce."""
    ordinal = {1: "1st", 2: "2nd", 3: "3rd"}.get(position, f"{position}th")
    return TypeError(f"{method}(): {ordinal} arg can't be coerced to {wanted}")


_mro_of = type.__dict__["__mro__"].__get__


def expected(value: Any, kind: Any, method: str, position: int = 1) -> Any:
    """An argument of a host's class, or of an heir of it.

    What the host keeps in its own objects is read of nothing else: a script's object has whatever
    it likes under such a name.

    Errors: TypeError.
    """
    if kind not in _mro_of(type(value)):
        raise coercion(method, position, java_name(kind))
    return value


def int_argument(value: Any, method: str, position: int = 1) -> int:
    """An argument of Java type int."""
    if isinstance(value, int) and INT_MIN <= value <= INT_MAX:
        return int.__index__(value)
    raise coercion(method, position, "int")


def long_argument(value: Any, method: str, position: int = 1) -> int:
    """An argument of Java type long."""
    if isinstance(value, int) and LONG_MIN <= value <= LONG_MAX:
        return int.__index__(value)
    raise coercion(method, position, "long")


def double_argument(value: Any, method: str, position: int = 1) -> float:
    """An argument of Java type double."""
    if isinstance(value, (int, float)):
        return float(value)
    raise coercion(method, position, "double")


def text_argument(value: Any, method: str, position: int = 1) -> str:
    """An argument of Java type String (not null)."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Object) and java_name(type(value)) in (
        "java.lang.String",
        "java.lang.StringBuilder",
        "java.lang.StringBuffer",
    ):
        return str.__str__(str(value.toString()))
    raise coercion(method, position, "String")


def wrap_int(value: int) -> int:
    """A number cut to Java's int."""
    return (value + 2**31) % 2**32 - 2**31


def wrap_long(value: int) -> int:
    """A number cut to Java's long, shown as a long."""
    return long_value((value + 2**63) % 2**64 - 2**63)


def string_hash(text: str) -> int:
    """``String.hashCode``."""
    data = text.encode("utf-16-be", "surrogatepass")
    code = 0
    for index in range(0, len(data), 2):
        code = (31 * code + (data[index] << 8 | data[index + 1])) & 0xFFFFFFFF
    return wrap_int(code)


def java_hash(value: Any) -> int:
    """``hashCode`` of any value."""
    if value is None:
        return 0
    if isinstance(value, bool):
        return 1231 if value else 1237
    if isinstance(value, str):
        return string_hash(value)
    if isinstance(value, Object):
        return int(value.hashCode())
    if isinstance(value, int):
        return wrap_int(value) if INT_MIN <= value <= INT_MAX else wrap_int(value ^ (value >> 32))
    return wrap_int(python2_hash(flat(value)))


def items_hash(items: Iterable[Any]) -> int:
    """The ``hashCode`` of a list or array of these items."""
    code = 1
    for at, one in enumerate(items):
        if not at & 255:
            checkpoint()
        code = wrap_int(31 * code + java_hash(one))
    return code
