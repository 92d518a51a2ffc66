"""``repr`` as Python 2 and Jython write it."""

from __future__ import annotations

import math
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.dialect.meaning import errors
from sandbox.dialect.meaning.error_frames import class_of_function
from sandbox.dialect.meaning.identity import address
from sandbox.dialect.meaning.kinds import LARGEST, SMALLEST, bytestr, long, unicode
from sandbox.dialect.meaning.objects_shown import class_repr, no_text, object_text
from sandbox.dialect.meaning.typenames import type_text
from sandbox.limits import checkpoint
from sandbox.limits_sizes import MOST, too_large

_str = str
_repr = repr


def float_text(value: float) -> str:
    """``str`` of a float: at most 12 digits."""
    text = f"{value:.12g}"
    if "." in text or "e" in text or text[-1] in "fn":
        return text
    if len(text) < 12 or len(text.lstrip("-")) < 12:
        return text + ".0"
    # Twelve whole digits leave no room for the point.
    mantissa, _, exponent = f"{value:.11e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"


def complex_text(value: complex, digits: Any) -> str:
    """Text of a complex number."""
    imaginary = _part(value.imag, digits)
    if value.real == 0.0 and math.copysign(1.0, value.real) > 0:
        return imaginary + "j"
    sign = "" if imaginary.startswith(("-", "+")) or imaginary == "nan" else "+"
    return f"({_part(value.real, digits)}{sign}{imaginary}j)"


def _part(value: float, digits: Any) -> str:
    text: str = digits(value)
    return text[:-2] if text.endswith(".0") else text


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string_repr(text: str) -> str:
    """``repr`` of text, with the ``u`` of unicode."""
    kind = type(text)
    if kind is str or kind is bytestr:
        prefix = ""
        if len(text) > MOST:
            raise too_large()
        if text.isascii():
            if text.isprintable():
                return _repr(_str.__str__(text))
        elif max(text) > "\xff":
            prefix = "u"
    else:
        prefix = "u" if isinstance(text, unicode) else ""
        if text.isascii() and text.isprintable():
            return prefix + _repr(_str.__str__(text))
    quote = '"' if "'" in text and '"' not in text else "'"
    out = [prefix, quote]
    if len(text) > MOST // 4:
        raise too_large()
    for at, character in enumerate(_str.__str__(text)):
        if not at & 0xFFFF:
            checkpoint()
        code = ord(character)
        if character == quote:
            out.append("\\" + character)
        elif character in _ESCAPES:
            out.append(_ESCAPES[character])
        elif 32 <= code < 127:
            out.append(character)
        elif code < 256:
            out.append(f"\\x{code:02x}")
        elif code < 65536:
            out.append(f"\\u{code:04x}")
        else:
            out.append(f"\\U{code:08x}")
    out.append(quote)
    return "".join(out)


def python2_repr(value: Any) -> Any:
    """``repr(value)`` for a script."""
    kind = type(value)
    if kind is int:
        if SMALLEST <= value <= LARGEST:
            return int_text(value)
        return int_text(value) + "L"
    if kind is str or kind is unicode or kind is bytestr:
        return string_repr(value)
    if kind is float:
        return _repr(value)
    if kind is bool or value is None:
        return "None" if value is None else _repr(value)
    maker = REPRS.get(kind)
    if maker is not None:
        return maker(value)
    return _object_repr(value, kind)


int_text = int.__repr__


class _Busy:
    """Containers whose repr is being made on this thread, to show a cycle as ``[...]``."""

    def __init__(self) -> None:
        self._local = threading.local()

    def ids(self) -> set[int]:
        try:
            found: set[int] = self._local.ids
        except AttributeError:
            found = self._local.ids = set()
        return found


_BUSY = _Busy()


def _shown(items: Any) -> str:
    """The parts of a container as text."""
    return _joined(_checked(python2_repr(item)) for item in items)


def _pairs_shown(value: dict[Any, Any]) -> str:
    return _joined(
        f"{_checked(python2_repr(key))}: {_checked(python2_repr(item))}"
        for key, item in list(dict.items(value))
    )


def _joined(texts: Iterator[str]) -> str:
    parts: list[str] = []
    left = MOST
    for text in texts:
        left -= len(text) + 2
        if left < 0:
            raise too_large()
        if not len(parts) & 255:
            checkpoint()
        parts.append(text)
    return ", ".join(parts)


def shown_once(value: Any, show: Callable[[], Any], within: str) -> str:
    """The text of a container, or what stands for it within its own text."""
    busy = _BUSY.ids()
    key = id(value)
    if key in busy:
        return within
    checkpoint()
    busy.add(key)
    try:
        return str(show())
    finally:
        busy.discard(key)


def _list_repr(value: list[Any]) -> str:
    if not value:
        return "[]"
    busy = _BUSY.ids()
    key = id(value)
    if key in busy:
        return "[...]"
    # Parts that are shared many times over make this endless: a stop gets in here.
    checkpoint()
    busy.add(key)
    try:
        return "[" + _shown(value) + "]"
    finally:
        busy.discard(key)


def _tuple_repr(value: tuple[Any, ...]) -> str:
    if not value:
        return "()"
    busy = _BUSY.ids()
    key = id(value)
    if key in busy:
        return "(...)"
    # Parts that are shared many times over make this endless: a stop gets in here.
    checkpoint()
    busy.add(key)
    try:
        shown = _shown(value)
    finally:
        busy.discard(key)
    return f"({shown},)" if len(value) == 1 else f"({shown})"


def _slice_repr(value: slice) -> str:
    # With three bounds it is never shown as one that has a comma at its end.
    return "slice" + _tuple_repr((value.start, value.stop, value.step))


def _stoppable(items: tuple[Any, ...]) -> tuple[Any, ...]:
    checkpoint()
    return items


def dict_repr(value: dict[Any, Any]) -> str:
    """``repr`` of a dict, whatever its class makes of it."""
    if not value:
        return "{}"
    busy = _BUSY.ids()
    key = id(value)
    if key in busy:
        return "{...}"
    # Parts that are shared many times over make this endless: a stop gets in here.
    checkpoint()
    busy.add(key)
    try:
        shown = _pairs_shown(value)
    finally:
        busy.discard(key)
    return "{" + shown + "}"


def _set_repr(value: Any) -> str:
    name = "frozenset" if isinstance(value, frozenset) else "set"
    items = java_order(list(value))
    return f"{name}([{_shown(items)}])"


_MOST_ORDERED = 10_000


def java_order(items: list[Any]) -> list[Any]:
    """The items of a set as Java's hash table shows them, where their hash codes are known.

    A set has no order of its own here; text and 32-bit integers get the one Jython shows.
    """
    if len(items) > _MOST_ORDERED:
        return items
    # Jython asks for room for 16, for which Java takes 32.
    size = 32
    while len(items) >= size * 0.75:
        size *= 2
    places: list[tuple[int, int, str]] = []
    for item in items:
        kind = type(item)
        if kind is int or kind is bool:
            if not SMALLEST <= item <= LARGEST:
                return items
            code = int(item) & 0xFFFFFFFF
        elif isinstance(item, _str) and len(item) < 1000:
            code = 0
            for character in item:
                code = (code * 31 + ord(character)) & 0xFFFFFFFF
        else:
            return items
        # Two items of one place stand as they were put in, which a set does not know.
        text = item if isinstance(item, _str) else ""
        places.append(((code ^ (code >> 16)) & (size - 1), code, _str.__str__(text)))
    return [items[index] for index in sorted(range(len(items)), key=places.__getitem__)]


def _checked(text: Any) -> str:
    return _str.__str__(text) if isinstance(text, str) else _str(text)


def _long_repr(value: int) -> str:
    return int_text(value) + "L"


def _range_repr(value: range) -> str:
    start, stop, step = value.start, value.stop, value.step
    if step != 1:
        return f"xrange({start}, {start + len(value) * step}, {step})"
    if start:
        return f"xrange({start}, {stop})"
    return f"xrange({stop})"


# The names of host functions that scripts hold, by identity.
BUILTIN_NAMES: dict[int, str] = {}


def _function_repr(value: Any) -> str:
    name = BUILTIN_NAMES.get(id(value))
    if name is not None:
        return f"<built-in function {name}>"
    owner = class_of_function(value)
    if owner is not None:
        return f"<unbound method {owner.__name__}.{value.__name__}>"
    return f"<function {value.__name__} at {address(value)}>"


# Methods that stand in for others, by the type that they are bound to.
METHOD_REPRS: dict[type, Any] = {}


def _method_repr(value: Any) -> str:
    owner = value.__self__
    shown = METHOD_REPRS.get(type(owner))
    if shown is not None:
        return shown(owner)  # type: ignore[no-any-return]
    if isinstance(owner, type):
        return f"<bound method type.{value.__name__} of {python2_repr(owner)}>"
    name = type(owner).__name__
    function = value.__func__
    label = getattr(function, "__name__", "?")
    from sandbox.dialect.meaning.text import python2_str

    return f"<bound method {name}.{label} of {_checked(python2_str(owner))}>"


def _builtin_repr(value: Any) -> str:
    owner = getattr(value, "__self__", None)
    if owner is None or isinstance(owner, types.ModuleType):
        return f"<built-in function {value.__name__}>"
    return f"<built-in method {value.__name__} of {type_text(owner)} object at {address(owner)}>"


def _wrapper_repr(value: Any) -> str:
    owner = value.__self__
    if isinstance(owner, types.FunctionType | types.BuiltinFunctionType):
        name = BUILTIN_NAMES.get(id(owner)) or owner.__name__
        return f"<built-in function {name}>"
    return f"<built-in method {value.__name__} of {type_text(owner)} object at {address(owner)}>"


def _generator_repr(value: Any) -> str:
    return f"<generator object {value.__name__} at {address(value)}>"


def _bytes_repr(value: bytes) -> str:
    return string_repr(value.decode("latin-1"))


def _bytearray_repr(value: bytearray) -> str:
    return f"bytearray(b{string_repr(value.decode('latin-1'))})"


def _view_repr(value: Any) -> str:
    return f"{type(value).__name__}({_list_repr(list(value))})"


def _complex_repr(value: complex) -> str:
    return complex_text(value, _repr)


REPRS: dict[type, Any] = {
    list: _list_repr,
    tuple: _tuple_repr,
    dict: dict_repr,
    set: _set_repr,
    frozenset: _set_repr,
    long: _long_repr,
    complex: _complex_repr,
    range: _range_repr,
    slice: _slice_repr,
    types.GenericAlias: lambda value: f"{value.__name__}[{_shown(_stoppable(value.__args__))}]",
    types.FunctionType: _function_repr,
    types.MethodType: _method_repr,
    types.BuiltinFunctionType: _builtin_repr,
    types.MethodWrapperType: _wrapper_repr,
    types.GeneratorType: _generator_repr,
    bytes: _bytes_repr,
    bytearray: _bytearray_repr,
    property: lambda value: f"<property object at {address(value)}>",
    staticmethod: lambda value: f"<staticmethod object at {address(value)}>",
    classmethod: lambda value: f"<classmethod object at {address(value)}>",
    types.WrapperDescriptorType: lambda value: (
        f"<method '{value.__name__}' of '{value.__objclass__.__name__}' objects>"
    ),
    type({}.keys()): _view_repr,
    type({}.values()): _view_repr,
    type({}.items()): _view_repr,
}


def _object_repr(value: Any, kind: type) -> Any:
    if isinstance(value, type):
        return class_repr(value)
    method = getattr(kind, "__repr__", None)
    if type(method) is types.WrapperDescriptorType:
        return slot_repr(method, value)
    result = method(value)  # type: ignore[misc]
    if not isinstance(result, str) and not isinstance(value, BaseException):
        raise TypeError(no_text("__repr__", kind, result))
    return result


def slot_repr(slot: types.WrapperDescriptorType, value: Any) -> Any:
    """What a ``__repr__`` of the interpreter's own gives for a value of its class.

    Its code does not hold the parts that it shows, which a script's ``__repr__`` may take away.
    """
    cls: type = slot.__objclass__
    maker = _SLOTS.get(cls) or REPRS.get(cls)
    if maker is not None:
        return maker(value)
    return exception_repr(value) if issubclass(cls, BaseException) else slot(value)


def _any_int_repr(value: int) -> str:
    wide = isinstance(value, long) or not (
        type(value) is not int or SMALLEST <= value <= LARGEST
    )
    return int_text(value) + ("L" if wide else "")


def _any_set_repr(value: Any) -> str:
    kind = type(value)
    if kind is set or kind is frozenset:
        return _set_repr(value)
    # An heir's own ``__iter__`` is not asked.
    items = set.__iter__(value) if isinstance(value, set) else frozenset.__iter__(value)
    return f"{kind.__name__}([{_shown(items)}])"


# Where heirs show otherwise than the class itself does in ``REPRS``.
_SLOTS: dict[type, Any] = {
    object: object_text,
    str: string_repr,
    int: _any_int_repr,
    set: _any_set_repr,
    frozenset: _any_set_repr,
}


def exception_repr(error: BaseException) -> str:
    """``repr`` of an exception: its name and its arguments as a tuple."""
    name = errors.exception_name(type(error))
    args = errors.exception_args(error)
    if not args:
        return name + "()"
    return name + _tuple_repr(args)
