"""The root of the Java shims: ``java.lang.Object`` and the metaclass of every Java class."""

from __future__ import annotations

from threading import local
from types import MemberDescriptorType, MethodType
from typing import Any, NoReturn, TypeVar

from sandbox.dialect.meaning.identity import identity
from sandbox.guards_metaclass import ScriptType
from sandbox.guards_shown import safe_class
from sandbox.library.module import class_attribute
from sandbox.library.values import unicode_text
from sandbox.limits_hooks import shown
from sandbox.lookups import asking

_HOST_CLASSES: set[type] = set()
_put = object.__setattr__
_T = TypeVar("_T")


def bean_names(name: str) -> tuple[str, str]:
    """The getter names of a bean property: ``time`` gives ``getTime``, ``isTime``."""
    capital = name[:1].upper() + name[1:]
    return "get" + capital, "is" + capital


def java_name(cls: type) -> str:
    """The qualified Java name of a class (``java.util.Date``)."""
    module = type.__getattribute__(cls, "__module__")
    return unicode_text(f"{module}.{type.__getattribute__(cls, '__name__')}")


class StaticMethod:
    """A static method of Java: it knows the host's class, never an heir that a script made.

    What it makes would go through the heir's ``__init__``, with what the host keeps in it.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Any) -> None:
        self._function = function

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        order = type.__dict__["__mro__"].__get__(type(instance) if owner is None else owner)
        own = next(cls for cls in order if not isinstance(cls, ScriptType))
        return MethodType(self._function, own)


class JavaType(type):
    """Metaclass of Java shims: host classes refuse stores, script subclasses are ordinary.

    A class made with ``package="java.util"`` is a host class. Reading one of its methods through
    the class gives a bound method, never a plain function, so that no shared object takes a store.
    Class methods in its body are Java's static methods.
    """

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        package: str | None = None,
        java_name: str | None = None,
    ) -> JavaType:
        namespace = {
            key: StaticMethod(value.__func__) if type(value) is classmethod else value
            for key, value in namespace.items()
        }
        if package is not None:
            namespace["__module__"] = package
            namespace["__qualname__"] = java_name or name
            namespace.setdefault("__slots__", ())
        cls = super().__new__(mcls, java_name or name, bases, namespace)
        if package is not None:
            _HOST_CLASSES.add(cls)
        return cls

    def __init__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        package: str | None = None,
        java_name: str | None = None,
    ) -> None:
        super().__init__(name, bases, namespace)

    def __getattribute__(cls, name: str) -> Any:
        return class_attribute(cls, name, type.__getattribute__(cls, name))

    def __getattr__(cls, name: str) -> Any:
        if not name.startswith("_"):
            if name == "class":
                return cls
            for getter in bean_names(name):
                for owner in cls.__mro__:
                    found = vars(owner).get(getter)
                    if type(found) is StaticMethod:
                        return getattr(cls, getter)()
            if name == "name":
                return java_name(cls)
            if name == "simpleName":
                return cls.getSimpleName()
        raise AttributeError(f"type object '{java_name(cls)}' has no attribute '{name}'")

    def __setattr__(cls, name: str, value: Any) -> None:
        if cls in _HOST_CLASSES:
            raise AttributeError(f"'{name}' cannot be set on the Java class {java_name(cls)}")
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if cls in _HOST_CLASSES:
            raise AttributeError(f"'{name}' cannot be deleted from the Java class {java_name(cls)}")
        type.__delattr__(cls, name)

    def __repr__(cls) -> str:
        return f"<type '{java_name(cls)}'>"

    def getName(cls) -> str:
        """The qualified Java name (``java.util.Date``)."""
        return java_name(cls)

    def getSimpleName(cls) -> str:
        """The name without package and outer class."""
        return unicode_text(type.__getattribute__(cls, "__name__").rpartition("$")[2])

    def isInstance(cls, value: Any) -> bool:
        """Whether ``value`` is an instance of this class."""
        return isinstance(value, cls)


def is_host_class(cls: type) -> bool:
    """Whether ``cls`` is a shared Java class of the host (and so refuses stores)."""
    return cls in _HOST_CLASSES


def state(instance: object, name: str, value: object) -> None:
    """Write a private slot of a host object (its own ``__setattr__`` refuses).

    Only of one that was made by ``fresh``, or that a check has found to be of its class: what a
    script's ``__new__`` gave may be anybody's.
    """
    _put(instance, name, value)


def fresh(cls: type[_T]) -> _T:
    """A new instance of a class, whatever a script's ``__new__`` would give."""
    return object.__new__(cls)


_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_WHOLE = local()


def _unset_slot(cls: Any, name: str) -> Any:
    for each in _mro_of(cls):
        found = _dict_of(each).get(name)
        if type(found) is MemberDescriptorType and not isinstance(each, ScriptType):
            return found
    return None


def _made_whole(heir: Any) -> bool:
    """Call the constructor of a script's object's base; False where that needs arguments."""
    busy: set[int] = _WHOLE.__dict__.setdefault("busy", set())
    if id(heir) in busy:
        return False
    busy.add(id(heir))
    try:
        base = next(cls for cls in _mro_of(type(heir)) if not isinstance(cls, ScriptType))
        type.__getattribute__(base, "__init__")(heir)
    except TypeError:
        return False
    finally:
        busy.discard(id(heir))
    return True


class Object(metaclass=JavaType, package="java.lang"):
    """``java.lang.Object``: bean properties, ``equals``/``hashCode``/``toString`` in Python."""

    def getClass(self) -> type:
        """The Java class of this object."""
        return safe_class(type(self))  # type: ignore[no-any-return]

    def equals(self, other: Any) -> bool:
        """Identity, unless a subclass says otherwise."""
        return self is other

    def hashCode(self) -> int:
        """A number that stays with this object."""
        return identity(self) & 0x7FFFFFFF

    def toString(self) -> str:
        """``class@hash``, as Java prints an object without a text of its own."""
        return f"{java_name(type(self))}@{self.hashCode():x}"

    @shown
    def __str__(self) -> str:
        return str(self.toString())

    @shown
    def __repr__(self) -> str:
        return str(self.toString())

    def __eq__(self, other: object) -> bool:
        return self is other or bool(asking(lambda: bool(self.equals(other))))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return self.hashCode()

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            cls = type(self)
            for getter in bean_names(name):
                if hasattr(cls, getter):
                    return getattr(self, getter)()
        elif isinstance(type(self), ScriptType):
            # Jython makes the base without arguments where a script's __init__ did not call it.
            slot = _unset_slot(type(self), name)
            if slot is not None and _made_whole(self):
                return slot.__get__(self)
        raise AttributeError(
            f"'{java_name(type(self))}' object has no attribute '{name}'"
        ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if not name.startswith("_"):
            setter = "set" + name[:1].upper() + name[1:]
            if hasattr(cls, setter):
                getattr(self, setter)(value)
                return
        if cls in _HOST_CLASSES:
            if hasattr(cls, bean_names(name)[0]):
                raise AttributeError(f"read-only attr: {name}")
            raise AttributeError(f"'{java_name(cls)}' object has no attribute '{name}'")
        _put(self, name, value)

    def __delattr__(self, name: str) -> None:
        if type(self) in _HOST_CLASSES:
            refuse_delete(name)
        object.__delattr__(self, name)


def refuse_delete(name: str) -> NoReturn:
    """Raise the error for deleting an attribute of a host object."""
    raise AttributeError(f"'{name}' cannot be deleted here")
