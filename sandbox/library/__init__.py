"""The modules that scripts may import: facades with explicit names, never the real module."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from sandbox.library import hooks, reprs
from sandbox.library.module import ModuleRefused
from sandbox.library.registry import MODULES, REFUSED, nearest_refusal
from sandbox.library.warm import warm_up

reprs.register()

__all__ = ["Library", "ModuleRefused", "find_module", "preload"]


def _plain_getattr(target: Any, name: str, *default: Any) -> Any:
    if type(name) is not str or name.startswith("_"):
        raise AttributeError(f"attribute '{name}' is not available")
    return getattr(target, name, *default)


class Library:
    """The importable modules of one environment; what they remember is not shared with others.

    Args:
        getattr_hook: ``(object, name[, default]) -> value``, the policy's guarded getattr; it
            decides what ``operator.attrgetter`` and the like may read.
        write_output: where ``sys.stdout`` writes; the output of the current run if None.
        current_run: gives the run of this thread, or None.
        log: ``(logger name, level name, text) -> None``, where the ``logging`` module goes; the
            output if None.
        arguments: what ``sys.argv`` shows.
        files: the files of granted folders, or None.
    """

    __slots__ = (
        "_cache",
        "arguments",
        "current_run",
        "default_encoding",
        "files",
        "getattr_hook",
        "log",
        "script_modules",
        "standard_output",
        "write_output",
    )

    def __init__(
        self,
        *,
        getattr_hook: Callable[..., Any] | None = None,
        write_output: Callable[[str], Any] | None = None,
        current_run: Callable[[], Any] | None = None,
        log: Callable[[str, str, str], Any] | None = None,
        arguments: tuple[str, ...] = ("",),
        files: Any = None,
    ) -> None:
        self.files = files
        self.getattr_hook = getattr_hook or _plain_getattr
        self.write_output = write_output or hooks.write_output
        self.current_run = current_run or hooks.current_run
        self.log = log
        self.arguments = arguments
        self.script_modules: dict[str, Any] = {}
        self.standard_output: Any = None
        self.default_encoding = "ascii"
        self._cache: dict[str, Any] = {}

    def replace_output(self, target: Any) -> None:
        """Have ``print`` of this environment's scripts write to what they put for sys.stdout."""
        from sandbox.dialect.meaning.hooks import hooks as dialect

        self.standard_output = target
        dialect.standard_output = _standard_output

    def decode_by(self, encoding: str) -> None:
        """Take bytes for that encoding where they meet unicode in this environment's scripts."""
        from sandbox.dialect.meaning.hooks import hooks as dialect

        self.default_encoding = encoding
        dialect.default_encoding = _default_encoding

    def is_served(self, name: str) -> bool:
        """Whether ``find_module`` knows the name without the modules that scripts made."""
        return name in MODULES or name == "java" or name.startswith("java.")

    def find_module(self, name: str) -> Any:
        """The facade of a module or Java class by dotted name; None when there is none.

        Errors: ModuleRefused (an ImportError) with the remedy, for what scripts may not have.
        """
        if type(name) is not str:
            raise TypeError("module name must be string")
        found = self.script_modules.get(name)
        if found is not None:
            return found
        found = self._cache.get(name)
        if found is not None:
            return found
        root, dot, _ = name.partition(".")
        if root in ("java", "javax") or (dot and root in ("org", "com")):
            from sandbox.library.java.packages import find_java

            made = find_java(self, name)
        elif name in MODULES:
            where, _, what = MODULES[name].partition(":")
            made = getattr(importlib.import_module(f"sandbox.library.{where}"), what)(self)
        else:
            refusal = nearest_refusal(name)
            if refusal is not None:
                raise ModuleRefused(f"{name} is not available here: {refusal}")
            return None
        if made is not None:
            # Two threads may both have made it: the first one stays.
            made = self._cache.setdefault(name, made)
        return made


def preload() -> None:
    """Import every facade and warm what they load lazily.

    A locked worker cannot open files any more, so its zygote calls this first.
    """
    for where in sorted({entry.partition(":")[0] for entry in MODULES.values()}):
        importlib.import_module(f"sandbox.library.{where}")
    importlib.import_module("sandbox.library.java.packages").preload_java()
    warm_up(Library())


def _running() -> Any:
    """The library of the environment that is running, or None."""
    environment = getattr(hooks.current_run(), "environment", None)
    return getattr(environment, "_library", None)


def _standard_output() -> Any:
    """What the scripts of the running environment put for sys.stdout, or None."""
    library = _running()
    return None if library is None else library.standard_output


def _default_encoding() -> str:
    """What ``sys.setdefaultencoding`` of the running environment's scripts set."""
    library = _running()
    return "ascii" if library is None else library.default_encoding


_default: Library | None = None


def find_module(name: str) -> Any:
    """``Library().find_module(name)`` on a Library of the process, for tests and tools."""
    global _default
    if _default is None:
        _default = Library()
    return _default.find_module(name)


assert not set(MODULES) & set(REFUSED)
