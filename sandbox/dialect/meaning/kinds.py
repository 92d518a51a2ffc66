"""The kinds of text and numbers of Python 2, on top of Python 3's ``str`` and ``int``.

Plain ``str`` is a script's ``str``. A value known to be unicode is a ``unicode``; text that a
script wrote as bytes outside ASCII is a ``bytestr`` whose characters are those bytes. An ``int``
outside 32 bits is a ``long`` by its value; small longs are ``long`` instances.
"""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import Any, NoReturn

from sandbox.dialect.meaning.hooks import hooks

_GLOBALS = globals()


def _call(function: Any, *args: Any, **keywords: Any) -> Any:
    return function(*args, **keywords)


_str = str
_int = int


class Visible(type):
    """Metaclass of the type objects that scripts see for ``str``, ``int`` and their kin.

    They refuse stores, answer ``isinstance`` as Jython does, and print as ``<type 'str'>``.
    """

    def __getattribute__(cls, name: str) -> Any:
        value = type.__getattribute__(cls, name)
        if type(value) is FunctionType and value.__globals__ is _GLOBALS:
            # A method read from the class: bound, for a plain function would take stores.
            return MethodType(_call, value)
        return value

    def __setattr__(cls, name: str, value: Any) -> None:
        if type.__getattribute__(cls, "__module__") == "__builtin__":
            raise TypeError(
                f"can't set attributes of built-in/extension type '{cls.__name__}'"
            )
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if type.__getattribute__(cls, "__module__") == "__builtin__":
            raise TypeError(
                f"can't set attributes of built-in/extension type '{cls.__name__}'"
            )
        type.__delattr__(cls, name)


def _marked(value: Any) -> Any:
    return unicode(value) if type(value) is str else value


def _make_unicode() -> dict[str, Any]:
    """Methods of ``str`` whose text results are unicode again."""

    def wrap(name: str) -> Any:
        plain = getattr(str, name)

        def method(self: Any, *args: Any) -> Any:
            return unicode(plain(self, *[_decoded(a) for a in args]))

        method.__name__ = name
        return method

    def wrap_parts(name: str) -> Any:
        plain = getattr(str, name)

        def method(self: Any, *args: Any, **keywords: Any) -> Any:
            return [unicode(part) for part in plain(self, *args, **keywords)]

        method.__name__ = name
        return method

    def wrap_triple(name: str) -> Any:
        plain = getattr(str, name)

        def method(self: Any, separator: str) -> Any:
            return tuple([unicode(part) for part in plain(self, separator)])

        method.__name__ = name
        return method

    made: dict[str, Any] = {}
    for name in [
        "capitalize", "center", "expandtabs", "ljust", "lower", "lstrip", "replace", "rjust",
        "rstrip", "strip", "swapcase", "title", "upper", "zfill",
    ]:
        made[name] = wrap(name)
    for name in ("split", "rsplit", "splitlines"):
        made[name] = wrap_parts(name)
    for name in ("partition", "rpartition"):
        made[name] = wrap_triple(name)
    return made


def decode_error(text: str) -> NoReturn:
    """Raise what decoding bytes outside ASCII raises."""
    raw = text.encode("latin-1", "replace")
    for at, byte in enumerate(raw):
        if byte > 127:
            raise UnicodeDecodeError("ascii", raw, at, at + 1, "ordinal not in range(128)")
    raise AssertionError(text)


def decoded(text: str, mistakes: str = "strict") -> str:
    """Bytes that meet unicode, by the default encoding of the script: ASCII if it set no other.

    Errors: UnicodeDecodeError.
    """
    encoding = hooks.default_encoding()
    if encoding == "ascii" and mistakes == "strict":
        decode_error(text)
    try:
        raw = str.encode(text, "latin-1")
    except UnicodeEncodeError:
        # Text of the host: it has been decoded already.
        return text
    return raw.decode(encoding, mistakes)


def _decoded(value: Any) -> Any:
    """An operand that meets unicode."""
    if type(value) is bytestr and not value.isascii():
        return decoded(value)
    return value


class unicode(str, metaclass=Visible):
    """Text that Jython would show as ``u'..'``."""

    __slots__ = ()

    locals().update(_make_unicode())

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, str):
            return NotImplemented
        return unicode(str.__add__(self, _decoded(other)))

    def __radd__(self, other: Any) -> Any:
        if not isinstance(other, str):
            return NotImplemented
        return unicode(str.__add__(_decoded(other), self))

    def __mul__(self, count: Any) -> Any:
        result = str.__mul__(self, count)
        return result if result is NotImplemented else unicode(result)

    __rmul__ = __mul__

    def __getitem__(self, index: Any) -> Any:
        return unicode(str.__getitem__(self, index))

    def __iter__(self) -> Any:
        return map(unicode, str.__iter__(self))

    def join(self, items: Any) -> Any:
        parts = [_decoded(item) for item in items]
        try:
            return unicode(str.join(self, parts))
        except TypeError as error:
            words = str(error).replace("expected str instance", "expected string or Unicode")
            raise TypeError(words) from None

    def _searching(name: str) -> Any:
        plain = getattr(str, name)

        def method(self: Any, part: Any, *bounds: Any) -> Any:
            return plain(self, _decoded(part), *bounds)

        method.__name__ = name
        return method

    for _name in ("find", "rfind", "index", "rindex", "count"):
        locals()[_name] = _searching(_name)
    del _name, _searching

    def __contains__(self, part: Any) -> bool:
        return str.__contains__(self, _decoded(part))

    def __reduce__(self) -> Any:
        return (unicode, (str(self),))

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __copy__(self) -> Any:
        return self


def _ascii_only(name: str) -> Any:
    """A case method or test that leaves bytes outside ASCII alone."""
    plain = getattr(bytes, name)

    def method(self: Any) -> Any:
        result = plain(self.encode("latin-1"))
        return bytestr(result.decode("latin-1")) if type(result) is bytes else result

    method.__name__ = name
    return method


def _bytes_text(name: str) -> Any:
    plain = getattr(str, name)

    def method(self: Any, *args: Any) -> Any:
        result = plain(self, *args)
        kind = unicode if any(type(a) is unicode for a in args) else bytestr
        if type(result) is str:
            return kind(result)
        if type(result) is list:
            return [kind(part) for part in result]
        return tuple([kind(part) for part in result])

    method.__name__ = name
    return method


def _strip(name: str) -> Any:
    plain = getattr(bytes, name)

    def method(self: Any, characters: Any = None) -> Any:
        if characters is None:
            return bytestr(plain(self.encode("latin-1")).decode("latin-1"))
        return bytestr(getattr(str, name)(self, characters))

    method.__name__ = name
    return method


class bytestr(str):
    """Text that a script wrote as bytes outside ASCII: one character for each byte."""

    __slots__ = ()

    for _name in ("lower", "upper", "title", "capitalize", "swapcase"):
        locals()[_name] = _ascii_only(_name)
    for _name in ("isalpha", "isalnum", "isdigit", "islower", "isupper", "isspace", "istitle"):
        locals()[_name] = _ascii_only(_name)
    for _name in [
        "center", "ljust", "rjust", "zfill", "replace", "expandtabs", "split", "rsplit",
        "partition", "rpartition",
    ]:
        locals()[_name] = _bytes_text(_name)
    for _name in ("strip", "lstrip", "rstrip"):
        locals()[_name] = _strip(_name)
    del _name

    def splitlines(self, keepends: bool = False) -> Any:
        lines = self.encode("latin-1").splitlines(keepends)
        return [bytestr(line.decode("latin-1")) for line in lines]

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, str):
            return NotImplemented
        if type(other) is unicode:
            return unicode(str.__add__(decoded(self), other))
        return bytestr(str.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        if not isinstance(other, str):
            return NotImplemented
        if type(other) is unicode:
            return unicode(str.__add__(other, decoded(self)))
        return bytestr(str.__add__(other, self))

    def __mul__(self, count: Any) -> Any:
        result = str.__mul__(self, count)
        return result if result is NotImplemented else bytestr(result)

    __rmul__ = __mul__

    def __getitem__(self, index: Any) -> Any:
        return bytestr(str.__getitem__(self, index))

    def __iter__(self) -> Any:
        return map(bytestr, str.__iter__(self))

    def join(self, items: Any) -> Any:
        parts = list(items)
        if any(type(part) is unicode for part in parts):
            return unicode(str.join(decoded(self), map(_decoded, parts)))
        return bytestr(str.join(self, parts))

    def __eq__(self, other: object) -> bool:
        if type(other) is unicode:
            return _reads_as(self, other)
        return str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        if type(other) is unicode:
            return not _reads_as(self, other)
        return str.__ne__(self, other)

    __hash__ = str.__hash__

    def __reduce__(self) -> Any:
        return (bytestr, (str(self),))


def _reads_as(text: str, wide: str) -> bool:
    """Whether bytes are that unicode by the default encoding of the script."""
    if hooks.default_encoding() == "ascii":
        return False
    try:
        return str.__eq__(decoded(text), wide)
    except UnicodeDecodeError:
        return False


def native_text(text: str) -> str:
    """The text as plain ``str``, whatever kind it is."""
    return str.__str__(text)


def human_text(text: str) -> str:
    """What people should read: bytes that are UTF-8 become the characters they stand for.

    Args:
        text: any text of a script; text outside bytes, or bytes that are not UTF-8, stay.
    """
    if text.isascii() or type(text) is unicode:
        return str.__str__(text)
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return str.__str__(text)


def _long_operation(name: str) -> Any:
    plain = getattr(int, name)

    new = int.__new__

    def unary(self: Any) -> Any:
        return new(long, plain(self))

    def binary(self: Any, other: Any) -> Any:
        result = plain(self, other)
        return new(long, result) if type(result) is int else result

    def ternary(self: Any, other: Any, modulus: Any = None) -> Any:
        result = plain(self, other, modulus)
        return long(result) if type(result) is int else result

    if name in ("__neg__", "__pos__", "__abs__", "__invert__"):
        method: Any = unary
    else:
        method = ternary if name in ("__pow__", "__rpow__") else binary
    method.__name__ = name
    return method


class long(int, metaclass=Visible):
    """An integer that Jython would show with an ``L`` although it fits 32 bits."""

    __slots__ = ()

    for _name in [
        "add", "radd", "sub", "rsub", "mul", "rmul", "floordiv", "rfloordiv", "mod", "rmod",
        "pow", "rpow", "lshift", "rlshift", "rshift", "rrshift", "and", "rand", "or", "ror",
        "xor", "rxor", "neg", "pos", "abs", "invert",
    ]:
        locals()[f"__{_name}__"] = _long_operation(f"__{_name}__")
    del _name

    def __divmod__(self, other: Any) -> Any:
        result = int.__divmod__(self, other)
        return result if result is NotImplemented else (long(result[0]), long(result[1]))

    def __rdivmod__(self, other: Any) -> Any:
        result = int.__rdivmod__(self, other)
        return result if result is NotImplemented else (long(result[0]), long(result[1]))

    def __reduce__(self) -> Any:
        return (long, (int(self),))


for _class in (unicode, long):
    type.__setattr__(_class, "__module__", "__builtin__")
type.__setattr__(bytestr, "__name__", "str")
type.__setattr__(bytestr, "__module__", "__builtin__")
type.__setattr__(bytestr, "__qualname__", "str")

SMALLEST = -2147483648
LARGEST = 2147483647


def is_long(value: Any) -> bool:
    """Whether Jython would call this exact ``int`` or ``long`` a long."""
    kind = type(value)
    if kind is int:
        return not SMALLEST <= value <= LARGEST
    return kind is long


MOST_LITERALS = 100_000


class Literals(dict[Any, Any]):
    """The values of literals of one kind, made when first asked for.

    Only literals of compiled scripts are ever looked up; a script that compiles without end meets
    the bound.

    Args:
        make: from the plain value to the value of the kind.
    """

    __slots__ = ("make",)

    def __init__(self, make: Any) -> None:
        self.make = make

    def __missing__(self, value: Any) -> Any:
        if len(self) >= MOST_LITERALS:
            self.clear()
        made = self[value] = self.make(value)
        return made
