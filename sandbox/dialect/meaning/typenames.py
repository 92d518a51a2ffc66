"""The types that scripts see: what ``type(x)`` answers and how types are named in messages."""

from __future__ import annotations

import types
import weakref
from typing import Any

from sandbox.dialect.meaning.kinds import LARGEST, SMALLEST, Visible, bytestr, long, unicode


class OldStyle(type):
    """Metaclass of classes without bases: depth-first lookup, ``instance`` as type of instances."""

    def mro(cls) -> list[type]:
        if any(not isinstance(base, OldStyle) for base in cls.__bases__ if base is not object):
            return type.mro(cls)
        order: list[type] = [cls]
        for base in cls.__bases__:
            for item in base.__mro__:
                if item is not object and item not in order:
                    order.append(item)
        order.append(object)
        return order


_MIXED: weakref.WeakSet[type] = weakref.WeakSet()


def note_mixed(cls: type) -> None:
    """Remember a class that inherits from old-style and new-style classes: it is new-style."""
    _MIXED.add(cls)


def is_old_style(cls: type) -> bool:
    """Whether Jython would make this an old-style class."""
    return isinstance(cls, OldStyle) and cls not in _MIXED


class TypeName:
    """A type that scripts may name, print and compare, but not look into.

    Args:
        name: as Python 2 shows it.
        tests: the classes whose instances are of this type.
        make: what calling the type does; None refuses.
    """

    __slots__ = ("_make", "_name", "_tests")

    def __init__(self, name: str, *tests: type, make: Any = None) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_tests", tests)
        object.__setattr__(self, "_make", make)

    @property
    def __name__(self) -> str:
        return self._name  # type: ignore[no-any-return, attr-defined]

    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError(f"can't set attributes of built-in/extension type '{self.__name__}'")

    def __delattr__(self, name: str) -> None:
        raise TypeError(f"can't set attributes of built-in/extension type '{self.__name__}'")

    def __repr__(self) -> str:
        return f"<type '{self.__name__}'>"

    def __instancecheck__(self, value: Any) -> bool:
        if self is INSTANCE:
            return is_old_style(type(value))
        if self is CLASSOBJ:
            return isinstance(value, type) and is_old_style(value)
        return bool(isinstance(value, self._tests))  # type: ignore[attr-defined]

    def __subclasscheck__(self, cls: Any) -> bool:
        return cls is self

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        make = self._make  # type: ignore[attr-defined]
        if make is not None:
            return make(*args, **keywords)
        raise TypeError(f"cannot create '{self.__name__}' instances")


INSTANCE = TypeName("instance")
CLASSOBJ = TypeName("classobj")


class _StrType(Visible):
    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if cls is Str:
            return MAKERS["str"](*args, **keywords)
        return type.__call__(cls, *args, **keywords)

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Str:
            kind = type(value)
            if kind is str or kind is bytestr:
                return True
            return issubclass(kind, str) and not issubclass(kind, unicode)
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: type) -> bool:
        if cls is Str and other is str:
            return True
        return type.__subclasscheck__(cls, other)


class Str(str, metaclass=_StrType):
    """``str`` as scripts see it."""

    __slots__ = ()


class _UnicodeType(Visible):
    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if cls is Unicode:
            return MAKERS["unicode"](*args, **keywords)
        return type.__call__(cls, *args, **keywords)

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Unicode:
            return isinstance(value, unicode)
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: type) -> bool:
        if cls is Unicode and other is unicode:
            return True
        return type.__subclasscheck__(cls, other)


class Unicode(unicode, metaclass=_UnicodeType):
    """``unicode`` as scripts see it."""

    __slots__ = ()


class _BaseStringType(Visible):
    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        raise TypeError("The basestring type cannot be instantiated")

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, str)

    def __subclasscheck__(cls, other: type) -> bool:
        return other is cls or issubclass(other, str)


class BaseString(metaclass=_BaseStringType):
    """``basestring``: the parent of ``str`` and ``unicode``."""

    __slots__ = ()


class _IntType(Visible):
    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if cls is Int:
            return MAKERS["int"](*args, **keywords)
        return type.__call__(cls, *args, **keywords)

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Int:
            kind = type(value)
            if kind is int:
                return bool(SMALLEST <= value <= LARGEST)
            return issubclass(kind, int) and not issubclass(kind, long)
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: type) -> bool:
        if cls is Int and (other is int or other is bool):
            return True
        return type.__subclasscheck__(cls, other)


class Int(int, metaclass=_IntType):
    """``int`` as scripts see it: 32 bits."""

    __slots__ = ()


class _FloatType(Visible):
    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if cls is Float:
            return MAKERS["float"](*args, **keywords)
        return type.__call__(cls, *args, **keywords)

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Float:
            return isinstance(value, float)
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: type) -> bool:
        if cls is Float and other is float:
            return True
        return type.__subclasscheck__(cls, other)


class Float(float, metaclass=_FloatType):
    """``float`` as scripts see it."""

    __slots__ = ()


class _LongType(Visible):
    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if cls is Long:
            return MAKERS["long"](*args, **keywords)
        return type.__call__(cls, *args, **keywords)

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Long:
            kind = type(value)
            if kind is int:
                return not SMALLEST <= value <= LARGEST
            return issubclass(kind, long)
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: type) -> bool:
        if cls is Long and other is long:
            return True
        return type.__subclasscheck__(cls, other)


class Long(long, metaclass=_LongType):
    """``long`` as scripts see it: everything beyond 32 bits."""

    __slots__ = ()


class _TypeType(Visible):
    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if cls is Type:
            return MAKERS["type"](*args, **keywords)
        return type.__call__(cls, *args, **keywords)

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Type:
            if isinstance(value, type):
                return not is_old_style(value)
            return isinstance(value, TypeName)
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: type) -> bool:
        if cls is Type and other is type:
            return True
        return type.__subclasscheck__(cls, other)


class Type(type, metaclass=_TypeType):
    """``type`` as scripts see it."""


# What the visible types do when called, filled in by the rooms that know.
MAKERS: dict[str, Any] = {}

for _class, _name in (
    (Str, "str"),
    (Unicode, "unicode"),
    (BaseString, "basestring"),
    (Int, "int"),
    (Float, "float"),
    (Long, "long"),
    (Type, "type"),
):
    type.__setattr__(_class, "__name__", _name)
    type.__setattr__(_class, "__qualname__", _name)
    type.__setattr__(_class, "__module__", "__builtin__")

FUNCTION = TypeName("function", types.FunctionType)
METHOD = TypeName("instancemethod", types.MethodType)
BUILTIN = TypeName(
    "builtin_function_or_method", types.BuiltinFunctionType, types.MethodWrapperType
)
METHOD_DESCRIPTOR = TypeName("method_descriptor", types.MethodDescriptorType)
GENERATOR = TypeName("generator", types.GeneratorType)
NONE = TypeName("NoneType", type(None))
ELLIPSIS = TypeName("ellipsis", type(...))
NOT_IMPLEMENTED = TypeName("NotImplementedType", type(NotImplemented))
TRACEBACK = TypeName("traceback", types.TracebackType)
CODE = TypeName("code", types.CodeType)
FRAME = TypeName("frame", types.FrameType)



def _xrange(*args: Any) -> Any:
    return MAKERS["xrange"](*args)


XRANGE = TypeName("xrange", range, make=_xrange)

# From host classes to what ``type(x)`` answers for their instances.
VISIBLE_TYPES: dict[type, Any] = {
    str: Str,
    bytestr: Str,
    unicode: Unicode,
    long: Long,
    float: Float,
    types.FunctionType: FUNCTION,
    types.MethodType: METHOD,
    types.BuiltinFunctionType: BUILTIN,
    types.MethodWrapperType: BUILTIN,
    types.MethodDescriptorType: METHOD_DESCRIPTOR,
    types.WrapperDescriptorType: METHOD_DESCRIPTOR,
    types.GeneratorType: GENERATOR,
    type(None): NONE,
    type(...): ELLIPSIS,
    type(NotImplemented): NOT_IMPLEMENTED,
    types.TracebackType: TRACEBACK,
    types.CodeType: CODE,
    types.FrameType: FRAME,
    type: Type,
    range: XRANGE,
    bytes: Str,
}


def type_of(value: Any) -> Any:
    """What ``type(value)`` answers a script."""
    kind = type(value)
    if kind is int:
        return Int if SMALLEST <= value <= LARGEST else Long
    visible = VISIBLE_TYPES.get(kind)
    if visible is not None:
        return visible if kind is not types.FunctionType else _type_of_function(value)
    if isinstance(kind, OldStyle) and kind not in _MIXED:
        return INSTANCE
    if issubclass(kind, type):
        if is_old_style(value):
            return CLASSOBJ
        if kind.__module__ in ("sandbox.dialect.meaning.typenames",):
            return Type
        if issubclass(kind, Visible) or kind is OldStyle:
            return Type
    if kind is TypeName:
        return Type
    return kind


def _type_of_function(value: Any) -> Any:
    from sandbox.dialect.meaning.error_frames import class_of_function

    return FUNCTION if class_of_function(value) is None else METHOD


def class_of(value: Any) -> Any:
    """What ``value.__class__`` answers a script: like ``type``, but the class of old instances."""
    kind = type(value)
    if isinstance(kind, OldStyle):
        return kind
    return type_of(value)


_NAMES: dict[str, str] = {
    "range": "xrange",
    "method": "instancemethod",
    "bytestr": "str",
    "bytes": "str",
    "list_iterator": "listiterator",
    "tuple_iterator": "tupleiterator",
    "str_ascii_iterator": "sequenceiter",
    "str_iterator": "sequenceiter",
    "range_iterator": "rangeiterator",
    "longrange_iterator": "rangeiterator",
    "list_reverseiterator": "reversediterator",
    "reversed": "reversediterator",
    "dict_keyiterator": "org.python.core.AbstractDict$KeysIter",
    "dict_valueiterator": "org.python.core.AbstractDict$ValuesIter",
    "dict_itemiterator": "org.python.core.AbstractDict$ItemsIter",
    "set_iterator": "org.python.core.BaseSet$1",
    "map": "sequenceiter",
}


def _iterators() -> dict[type, Any]:
    samples: list[Any] = [[], (), "", {}, set(), range(0), {}.values(), {}.items()]
    kinds = [type(iter(sample)) for sample in samples]
    kinds += [type(reversed([])), type(reversed("")), type(iter("\xe9"))]
    kinds.append(type(iter(range(1 << 70))))
    return {kind: TypeName(_NAMES.get(kind.__name__, kind.__name__), kind) for kind in kinds}


VISIBLE_TYPES.update(_iterators())


def type_text(value: Any) -> str:
    """The name of a value's type as messages have it."""
    kind = type(value)
    if kind is int:
        return "int" if SMALLEST <= value <= LARGEST else "long"
    if isinstance(kind, OldStyle) and kind not in _MIXED:
        return "instance"
    name = kind.__name__
    if issubclass(kind, type) and kind.__module__.startswith("sandbox."):
        return "classobj" if is_old_style(value) else "type"
    if issubclass(kind, BaseException) and kind.__module__ == "builtins":
        return f"exceptions.{name}"
    return _NAMES.get(name, name)
