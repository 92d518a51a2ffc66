"""Classes of scripts: old-style classes, metaclasses, and special methods Python 3 renamed."""

from __future__ import annotations

import types
from typing import Any

from sandbox.dialect.meaning.kinds import LARGEST
from sandbox.dialect.meaning.typenames import OldStyle, Type, TypeName, is_old_style, note_mixed
from sandbox.limits import STOP, checkpoint
from sandbox.limits_hooks import asked_for

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__

# ---------------------------------------------------------------------- special methods


# What they call may be a method of C, which lets no stop in by itself.


def _bool(self: Any) -> bool:
    if STOP["$stop"]:
        checkpoint()
    return bool(self.__nonzero__())


def _next(self: Any) -> Any:
    if STOP["$stop"]:
        checkpoint()
    return self.next()


def _lt(self: Any, other: Any) -> Any:
    if STOP["$stop"]:
        checkpoint()
    result = self.__cmp__(other)
    return result if result is NotImplemented else result < 0


def _le(self: Any, other: Any) -> Any:
    if STOP["$stop"]:
        checkpoint()
    result = self.__cmp__(other)
    return result if result is NotImplemented else result <= 0


def _gt(self: Any, other: Any) -> Any:
    if STOP["$stop"]:
        checkpoint()
    result = self.__cmp__(other)
    return result if result is NotImplemented else result > 0


def _ge(self: Any, other: Any) -> Any:
    if STOP["$stop"]:
        checkpoint()
    result = self.__cmp__(other)
    return result if result is NotImplemented else result >= 0


def _eq(self: Any, other: Any) -> Any:
    if STOP["$stop"]:
        checkpoint()
    result = self.__cmp__(other)
    return result if result is NotImplemented else result == 0


def _ne(self: Any, other: Any) -> Any:
    if STOP["$stop"]:
        checkpoint()
    result = self.__cmp__(other)
    return result if result is NotImplemented else result != 0


def _different(self: Any, other: Any) -> Any:
    return self is not other if type(self) is type(other) else NotImplemented


def _truediv(self: Any, other: Any) -> Any:
    return self.__div__(other)


def _rtruediv(self: Any, other: Any) -> Any:
    return self.__rdiv__(other)


def _itruediv(self: Any, other: Any) -> Any:
    return self.__idiv__(other)


def _bounds(self: Any, index: slice) -> tuple[Any, Any] | None:
    if index.step is not None:
        return None
    start = 0 if index.start is None else index.start
    stop = LARGEST if index.stop is None else index.stop
    if isinstance(start, int) and start < 0 and hasattr(type(self), "__len__"):
        start += len(self)
    if isinstance(stop, int) and stop < 0 and hasattr(type(self), "__len__"):
        stop += len(self)
    return start, stop


def _sliced(plain: Any, inherited: str) -> Any:
    def __getitem__(self: Any, index: Any) -> Any:
        if type(index) is slice:
            bounds = _bounds(self, index)
            if bounds is not None:
                return self.__getslice__(*bounds)
        return plain(self, index)

    def __setitem__(self: Any, index: Any, value: Any) -> Any:
        if type(index) is slice:
            bounds = _bounds(self, index)
            if bounds is not None:
                return self.__setslice__(*bounds, value)
            if plain is list.__setitem__ and type(value) not in (list, tuple):
                # A list would work out the places first and then run the script's code.
                value = list(value)
        return plain(self, index, value)

    def __delitem__(self: Any, index: Any) -> Any:
        if type(index) is slice:
            bounds = _bounds(self, index)
            if bounds is not None:
                return self.__delslice__(*bounds)
        return plain(self, index)

    made = {"__getitem__": __getitem__, "__setitem__": __setitem__, "__delitem__": __delitem__}
    return made[inherited]


_SLICES = {
    "__getslice__": "__getitem__",
    "__setslice__": "__setitem__",
    "__delslice__": "__delitem__",
}
_RENAMED = {
    "__nonzero__": ("__bool__", _bool),
    "next": ("__next__", _next),
    "__div__": ("__truediv__", _truediv),
    "__rdiv__": ("__rtruediv__", _rtruediv),
    "__idiv__": ("__itruediv__", _itruediv),
}
_COMPARISONS = {
    "__lt__": _lt,
    "__le__": _le,
    "__gt__": _gt,
    "__ge__": _ge,
    "__eq__": _eq,
    "__ne__": _ne,
}


def _new_exception(cls: Any, *args: Any, **keywords: Any) -> Any:
    if not any(is_added(_type_dict(one).get("__new__")) for one in _type_mro(cls)):
        # An error of the host's would lack what its own sets up.
        raise TypeError("__new__(X): X is not a subtype of the class it was read from")
    return BaseException.__new__(cls)


_NEW_TEXT = _type_dict(str)["__new__"]


def _new_text(cls: Any, *args: Any, **keywords: Any) -> Any:
    from sandbox.dialect.meaning.text import python2_str

    # The interpreter does not ask a script's object for its text.
    given = map(python2_str, args) if len(args) == 1 and not keywords else args
    return str.__new__(cls, *given, **keywords)


def _plain_exception(bases: tuple[Any, ...]) -> bool:
    return any(
        isinstance(base, type)
        and issubclass(base, Exception)
        and _is_plain_new(_held(base, "__new__"))
        for base in bases
    )


def _is_plain_new(found: Any) -> bool:
    # Never ==, which a script's own object in that place would answer.
    if any(found is _type_dict(kind)["__new__"] for kind in (BaseException, Exception)):
        return True
    return type(found) is staticmethod and (
        type(found.__func__) is types.FunctionType
        and found.__func__.__code__ is _new_exception.__code__
    )


def is_added(value: Any) -> bool:
    """Whether what a class holds is a form of a special method that ``adapt`` added."""
    function = value.__func__ if type(value) is staticmethod else value
    return type(function) is types.FunctionType and function.__globals__ is _GLOBALS


_GLOBALS = globals()


def _held(cls: Any, name: str) -> Any:
    """What the first class that has a name holds under it."""
    return next((_type_dict(one)[name] for one in _type_mro(cls) if name in _type_dict(one)), None)


def adapt(names: dict[str, Any], bases: tuple[Any, ...]) -> None:
    """Add the Python 3 forms of special methods to the names of a class being made."""
    for old, (new, function) in _RENAMED.items():
        if old in names and new not in names and callable(names[old]):
            names[new] = _own(function)
    if "__cmp__" in names:
        for name, function in _COMPARISONS.items():
            if name not in names:
                names[name] = _own(function)
    for old, new in _SLICES.items():
        if old in names:
            plain = names.get(new)
            if is_added(plain):
                # A metaclass of the script's got the names of another class.
                continue
            if plain is None:
                plain = _inherited(bases, new)
            names[new] = _sliced(plain, new)
    if "__init__" in names and "__new__" not in names and _plain_exception(bases):
        # In Jython the arguments of an exception are those its base's __init__ was given.
        names["__new__"] = _own(_new_exception)
    if "__new__" not in names and any(_held(base, "__new__") is _NEW_TEXT for base in bases):
        names["__new__"] = _own(_new_text)
    if "__eq__" in names:
        if "__hash__" not in names:
            names["__hash__"] = _inherited_hash(bases)
        if "__ne__" not in names:
            names["__ne__"] = _own(_different)


def _own(function: Any) -> Any:
    """A function for one class: a script may store on what its class holds."""
    made = types.FunctionType(function.__code__, function.__globals__, function.__name__)
    made.__qualname__ = function.__name__
    return made


def _inherited(bases: tuple[Any, ...], name: str) -> Any:
    for base in bases:
        found = getattr(base, name, None)
        if found is not None:
            return found

    def missing(self: Any, *args: Any) -> Any:
        raise TypeError(f"'{type(self).__name__}' object is unsubscriptable")

    return missing


def _inherited_hash(bases: tuple[Any, ...]) -> Any:
    for base in bases:
        found = getattr(base, "__hash__", None)
        return _calling(found) if type(found) is types.MethodType else found
    return object.__hash__


def _calling(method: Any) -> Any:
    """A method of a class of the host's, bound again: what its class gives is bound already."""

    def __hash__(self: Any) -> Any:
        return method(self)

    return __hash__


# ---------------------------------------------------------------------- making classes


def make_class(
    name: str,
    bases: tuple[Any, ...],
    body: dict[str, Any],
    names: dict[str, Any] | None = None,
    **ignored: Any,
) -> Any:
    """What a ``class`` statement makes.

    Args:
        name: of the class.
        bases: as the script wrote them.
        body: the names of the class body.
        names: the module's globals where it may hold a ``__metaclass__``, else None.
    """
    for key in [key for key in body if key[:1] == "$"]:
        del body[key]
    body.pop("__qualname__", None)
    for base in bases:
        if not isinstance(base, type):
            return _from_instance(name, bases, body, base)
    adapt(body, bases)
    meta: Any = body.get("__metaclass__")
    if meta is None and not bases and names is not None:
        meta = names.get("__metaclass__")
    if meta is Type:
        meta = type
    if meta is not None and not isinstance(meta, type):
        return meta(name, bases, body)
    if meta is None:
        meta = OldStyle if not bases else type
    winner = meta
    for base in bases:
        kind = type(base)
        if issubclass(winner, kind):
            continue
        if issubclass(kind, winner):
            winner = kind
            continue
        if winner is OldStyle or kind is OldStyle:
            winner = _joined(winner, kind)
            continue
        raise TypeError(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass "
            "of the metaclasses of all its bases"
        )
    made = winner(name, bases, body)
    own_meta = meta is not OldStyle and meta is not type
    if isinstance(made, OldStyle) and (
        own_meta or any(not is_old_style(base) for base in bases)
    ):
        note_mixed(made)
    return made


_JOINED: dict[tuple[type, type], type] = {}


def _joined(one: type, two: type) -> type:
    """A metaclass that serves both an old-style base and a base of another metaclass."""
    other = two if one is OldStyle else one
    made = _JOINED.get((other, OldStyle))
    if made is None:
        made = type(other)(f"{other.__name__}", (other, OldStyle), {})
        if len(_JOINED) < 1000:
            _JOINED[other, OldStyle] = made
    return made


def _from_instance(name: str, bases: tuple[Any, ...], body: dict[str, Any], base: Any) -> Any:
    if isinstance(base, TypeName):
        raise TypeError(f"type '{base.__name__}' is not an acceptable base type")
    kind = type(base)
    if kind.__module__ == "builtins":
        raise TypeError(f"Error when calling the metaclass bases\n    {_cannot(base)}")
    return kind(name, bases, body)


def _cannot(base: Any) -> str:
    return f"cannot create '{type(base).__name__}' instances"


def make_type(name: Any, bases: Any, body: Any) -> Any:
    """``type(name, bases, dict)``."""
    if not isinstance(name, str):
        raise TypeError("type(): argument 1 must be string, not " + type(name).__name__)
    own = dict(body)
    own.setdefault("__module__", "__main__")
    parents = tuple(bases) or (object,)
    # Only a class statement looks at __metaclass__.
    named = own.pop("__metaclass__", None)
    made = make_class(str.__str__(name), parents, own)
    if named is not None:
        made.__metaclass__ = named
    return made


# What every new-style class has in Jython.
_OF_OBJECT = frozenset(
    {"__class__", "__delattr__", "__dict__", "__doc__", "__ensure_finalizer__", "__format__"}
    | {"__getattribute__", "__hash__", "__init__", "__module__", "__new__", "__reduce__"}
    | {"__reduce_ex__", "__repr__", "__setattr__", "__str__", "__subclasshook__", "__weakref__"}
)
_OF_EXCEPTIONS = frozenset(
    {"__getitem__", "__getslice__", "__setstate__", "__unicode__", "args", "message"}
)
_HOSTS = frozenset(
    {"__dict__", "__weakref__", "__static_attributes__", "__firstlineno__", "add_note"}
    | {"with_traceback"}
    | {new for new, _ in _RENAMED.values()}
)


def names_given(value: Any) -> list[str]:
    """The names that a value says it has: ``dir`` itself would sort whatever they are."""
    listed: Any = getattr(type(value), "__dir__")  # noqa: B009 - typed as an object's own
    return [name for name in listed(value) if type(name) is str and "$" not in name]


def names_in(cls: type, own: dict[str, Any] | None) -> list[str]:
    """``dir`` of a script's class or of an instance of it.

    Args:
        cls: the class.
        own: the names that the instance holds itself, None for the class.
    """
    found = set(own or ())
    for base in type.__dict__["__mro__"].__get__(cls):
        if base is not object and base is not BaseException:
            held = _type_dict(base)
            found.update(key for key, value in held.items() if not is_added(asked_for(value)))
    found -= _HOSTS
    if not is_old_style(cls):
        found |= _OF_OBJECT
        if issubclass(cls, BaseException):
            found |= _OF_EXCEPTIONS
    return sorted(name for name in found if type(name) is str and "$" not in name)
