"""``inspect``."""

from __future__ import annotations

import types
from typing import Any

from sandbox.dialect.meaning.classes import names_given
from sandbox.library.arguments import text
from sandbox.library.collections_module import namedtuple_class
from sandbox.library.module import Module, host_class
from sandbox.library.values import script_repr
from sandbox.unbound import from_host


class InspectModule(Module):
    """``inspect``: questions about what an object is; no source, no frames."""

    __slots__ = ()
    NAME = "inspect"

    def isfunction(self, object: Any) -> bool:
        """Whether it is a function of a script."""
        return type(object) is types.FunctionType

    def ismethod(self, object: Any) -> bool:
        """Whether it is a method."""
        return type(object) is types.MethodType

    def isclass(self, object: Any) -> bool:
        """Whether it is a class."""
        return isinstance(object, type)

    def ismodule(self, object: Any) -> bool:
        """Whether it is a module."""
        return isinstance(object, Module) or type(object).__name__ in (
            "ScriptModule",
            "ScriptPackage",
        )

    def isbuiltin(self, object: Any) -> bool:
        """Whether it is a builtin."""
        return isinstance(object, types.BuiltinFunctionType)

    def isroutine(self, object: Any) -> bool:
        """Whether it is a function or a method."""
        return self.isfunction(object) or self.ismethod(object) or self.isbuiltin(object)

    def isgenerator(self, object: Any) -> bool:
        """Whether it is a generator."""
        return isinstance(object, types.GeneratorType)

    def isgeneratorfunction(self, object: Any) -> bool:
        """Whether it makes generators."""
        return type(object) is types.FunctionType and bool(object.__code__.co_flags & 0x20)

    def getargspec(self, func: Any) -> Any:
        """Arguments, ``*``, ``**`` and defaults of a function of a script."""
        function = func.__func__ if type(func) is types.MethodType else func
        if type(function) is not types.FunctionType or from_host(function):
            raise TypeError(f"{script_repr(func)} is not a Python function")
        code = function.__code__
        names = list(code.co_varnames[: code.co_argcount])
        at = code.co_argcount + code.co_kwonlyargcount
        star = keywords = None
        if code.co_flags & 4:
            star = code.co_varnames[at]
            at += 1
        if code.co_flags & 8:
            keywords = code.co_varnames[at]
        return _spec()(names, star, keywords, function.__defaults__)

    def getdoc(self, object: Any) -> Any:
        """The text of an object, cleaned."""
        words = self._library.getattr_hook(object, "__doc__", None)
        if not isinstance(words, str):
            return None
        lines = text(words).expandtabs().split("\n")
        margins = [len(one) - len(one.lstrip()) for one in lines[1:] if one.strip()]
        margin = min(margins, default=0)
        return "\n".join([lines[0].lstrip(), *[one[margin:] for one in lines[1:]]]).strip("\n")

    def getmembers(self, object: Any, predicate: Any = None) -> list[tuple[str, Any]]:
        """Names and values of an object, what a script may read of them."""
        made = []
        for name in sorted(set(names_given(object))):
            try:
                value = self._library.getattr_hook(object, name)
            except Exception:
                continue
            if predicate is None or predicate(value):
                made.append((name, value))
        return made

    def getmro(self, cls: Any) -> tuple[Any, ...]:
        """The classes of a class."""
        found = self._library.getattr_hook(cls, "__mro__")
        return tuple(found)

    def __getattr__(self, name: str) -> Any:
        if name in ("stack", "currentframe", "trace", "getframeinfo", "getouterframes"):
            raise AttributeError(f"inspect.{name} is not available here: frames are not shown")
        if name in ("getsource", "getsourcelines", "getfile", "getsourcefile", "getmodule"):
            raise AttributeError(f"inspect.{name} is not available here: sources are not shown")
        return super().__getattr__(name)


_SPEC: list[Any] = []


def _spec() -> Any:
    if not _SPEC:
        _SPEC.append(
            host_class("inspect")(namedtuple_class("ArgSpec", "args varargs keywords defaults"))
        )
    return _SPEC[0]
