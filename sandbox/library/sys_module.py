"""``sys``: what scripts ask of Jython's, without the interpreter behind it."""

from __future__ import annotations

import codecs
import sys
from typing import Any

from sandbox.errors import SystemExit as ScriptExit
from sandbox.library.errors import clear_error, current_error
from sandbox.library.hooks import current_run, recursion_limit
from sandbox.library.module import Held, Module
from sandbox.limits_consuming import checked_items

MAX_INT = 2147483647
# Those that have ASCII as a part of them, which literals rely on.
_DEFAULTS = frozenset({"ascii", "utf-8", "iso8859-1", "iso8859-15", "cp1252"})


class VersionInfo(tuple):  # type: ignore[type-arg]
    """``sys.version_info``: a tuple with names."""

    __slots__ = ()

    @property
    def major(self) -> int:
        """2."""
        return int(self[0])

    @property
    def minor(self) -> int:
        """7."""
        return int(self[1])

    @property
    def micro(self) -> int:
        """The third number."""
        return int(self[2])

    @property
    def releaselevel(self) -> str:
        """``final``."""
        return str(self[3])

    @property
    def serial(self) -> int:
        """0."""
        return int(self[4])

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"'{name}' cannot be set here")

    def __repr__(self) -> str:
        return (
            f"sys.version_info(major={self[0]}, minor={self[1]}, micro={self[2]}, "
            f"releaselevel='{self[3]}', serial={self[4]})"
        )


class Output(Held):
    """``sys.stdout``: writes go to the output of the run."""

    __slots__ = ("_library", "name")

    def __init__(self, library: Any, name: str) -> None:
        object.__setattr__(self, "_library", library)
        object.__setattr__(self, "name", name)

    encoding = "UTF-8"
    closed = False
    mode = "w"

    def write(self, words: Any) -> None:
        """Write a text."""
        if not isinstance(words, str):
            raise TypeError("expected a string or other character buffer object")
        self._library.write_output(str.__str__(words))

    def writelines(self, lines: Any) -> None:
        """Write texts one after the other."""
        for line in checked_items(lines):
            self.write(line)

    def flush(self) -> None:
        """Nothing to do."""

    def isatty(self) -> bool:
        """False."""
        return False

    def __repr__(self) -> str:
        return f"<open file '<{self.name}>', mode 'w'>"


class Input(Held):
    """``sys.stdin``: always at its end."""

    __slots__ = ()
    closed = False

    def read(self, *_size: Any) -> str:
        """The empty text."""
        return ""

    def readline(self, *_size: Any) -> str:
        """The empty text."""
        return ""

    def readlines(self, *_size: Any) -> list[str]:
        """No lines."""
        return []

    def isatty(self) -> bool:
        """False."""
        return False


class LoadedModules(Held):
    """``sys.modules``: only the modules that scripts put there themselves."""

    __slots__ = ("_library",)

    def __init__(self, library: Any) -> None:
        object.__setattr__(self, "_library", library)

    def __getitem__(self, name: Any) -> Any:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __setitem__(self, name: Any, value: Any) -> None:
        if type(name) is not str or not hasattr(value, "__name__"):
            raise TypeError("only modules can be put into sys.modules")
        if name in _OWN or self._library.is_served(name):
            raise TypeError(f"the module '{name}' cannot be replaced")
        self._library.script_modules[name] = value

    def __delitem__(self, name: Any) -> None:
        del self._library.script_modules[str.__str__(name)]

    def __contains__(self, name: Any) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Any:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._library.script_modules)

    def get(self, name: Any, default: Any = None) -> Any:
        """A module that is loaded, or the default."""
        if not isinstance(name, str):
            return default
        # A script's own kind of text could pass for any name.
        name = str.__str__(name)
        found = self._library.script_modules.get(name)
        if found is None and self._library.is_served(name):
            found = self._library.find_module(name)
        return default if found is None else found

    def has_key(self, name: Any) -> bool:
        """Whether a module is loaded."""
        return name in self

    def keys(self) -> list[str]:
        """The names of the modules that scripts put there."""
        return list(self._library.script_modules)

    def values(self) -> list[Any]:
        """The modules that scripts put there."""
        return list(self._library.script_modules.values())

    def items(self) -> list[tuple[str, Any]]:
        """Names and modules that scripts put there."""
        return list(self._library.script_modules.items())

    def pop(self, name: Any, *default: Any) -> Any:
        """Take a module out."""
        return self._library.script_modules.pop(str.__str__(name), *default)


_OWN = frozenset({"system", "java", "shared", "project", "__main__", "__builtin__"})


class FloatInfo(Held):
    """``sys.float_info``."""

    __slots__ = ()
    max = sys.float_info.max
    max_exp = sys.float_info.max_exp
    max_10_exp = sys.float_info.max_10_exp
    min = sys.float_info.min
    min_exp = sys.float_info.min_exp
    min_10_exp = sys.float_info.min_10_exp
    dig = sys.float_info.dig
    mant_dig = sys.float_info.mant_dig
    epsilon = sys.float_info.epsilon
    radix = sys.float_info.radix
    rounds = sys.float_info.rounds


class SysModule(Module):
    """``sys``."""

    __slots__ = (
        "__stderr__",
        "__stdout__",
        "_encoding",
        "_replaced",
        "modules",
        "stderr",
        "stdin",
        "stdout",
    )
    NAME = "sys"

    maxint = maxsize = MAX_INT
    maxunicode = 1114111
    byteorder = "big"
    version = "2.7.3 (default, Pilotlight)\n[OpenJDK 64-Bit Server VM]"
    version_info = VersionInfo((2, 7, 3, "final", 0))
    hexversion = 0x020703F0
    api_version = 1013
    platform = "java17"
    copyright = "Copyright (c) 2000-2022 Jython Developers. All rights reserved."
    executable = None
    prefix = exec_prefix = "/"
    builtin_module_names = ("__builtin__", "sys", "time", "math", "re", "json")
    subversion = ("Jython", "", "")
    float_info = FloatInfo()
    py3kwarning = False
    dont_write_bytecode = True

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        put = object.__setattr__
        stdout, stderr = Output(library, "stdout"), Output(library, "stderr")
        for name in ("stdout", "__stdout__"):
            put(self, name, stdout)
        for name in ("stderr", "__stderr__"):
            put(self, name, stderr)
        put(self, "stdin", Input())
        streams = {"stdin": self.stdin, "stdout": stdout, "stderr": stderr}
        # By the run that put it there, the library's own first.
        put(self, "_replaced", {name: {0: stream} for name, stream in streams.items()})
        put(self, "modules", LoadedModules(library))
        put(self, "_encoding", library.default_encoding)

    def __setattr__(self, name: str, value: Any) -> None:  # type: ignore[override]
        if name not in ("stdout", "stderr", "stdin"):
            raise AttributeError(f"sys.{name} cannot be set here")
        run = current_run()
        if run is not None:
            # Another run of the project's scripts does not print where this one did.
            run.undo((id(self), name), lambda: self._give_back(name, id(run)))
        replaced = self._replaced[name]
        replaced.pop(id(run), None)
        replaced[id(run)] = value
        self._set(name, value)

    def _give_back(self, name: str, run: int) -> None:
        """Forget what a run put there; what another put there meanwhile stays until that ends."""
        replaced = self._replaced[name]
        replaced.pop(run, None)
        self._set(name, list(replaced.values())[-1])

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "stdout":
            replaced = None if value is self.__stdout__ else value
            self._library.replace_output(replaced)

    @property
    def argv(self) -> list[str]:
        """The arguments of the script, a fresh list."""
        return list(self._library.arguments)

    @property
    def path(self) -> list[str]:
        """A fresh list: libraries are found through the project, never through a path."""
        return ["__pyclasspath__/"]

    @property
    def meta_path(self) -> list[Any]:
        """Always empty."""
        return []

    path_hooks = meta_path

    def exc_info(self) -> tuple[Any, Any, Any]:
        """Type, value and a read-only traceback of the error being handled."""
        return current_error()

    def exc_clear(self) -> None:
        """Forget the error being handled."""
        clear_error()

    @property
    def exc_type(self) -> Any:
        """The type of the error being handled."""
        return current_error()[0]

    @property
    def exc_value(self) -> Any:
        """The error being handled."""
        return current_error()[1]

    @property
    def exc_traceback(self) -> Any:
        """The read-only traceback of the error being handled."""
        return current_error()[2]

    def exit(self, status: Any = None) -> None:
        """End the script."""
        raise ScriptExit(*(() if status is None else (status,)))

    def getdefaultencoding(self) -> str:
        """``ascii``, or what the scripts of this environment set."""
        found: str = self._encoding
        return found

    def setdefaultencoding(self, *names: Any) -> None:
        """What bytes are taken for where they meet unicode, in the scripts of this environment."""
        if len(names) != 1:
            raise TypeError(f"setdefaultencoding(): expected 1 args; got {len(names)}")
        if not isinstance(names[0], str):
            raise TypeError("setdefaultencoding(): 1st arg can't be coerced to String")
        name = str.__str__(names[0])
        try:
            known = codecs.lookup(name).name
        except (LookupError, ValueError):
            raise LookupError(f"unknown encoding '{name}'") from None
        if known not in _DEFAULTS:
            raise LookupError(f"the default encoding cannot be '{name}' here: use utf-8")
        self._library.decode_by(known)
        object.__setattr__(self, "_encoding", name)

    def getfilesystemencoding(self) -> None:
        """None, as in Jython."""
        return None

    def getrecursionlimit(self) -> int:
        """How deep calls may nest in this run."""
        return recursion_limit()

    def setrecursionlimit(self, limit: Any) -> None:
        """Ignored: the limit is the operator's."""

    def getcheckinterval(self) -> int:
        """Jython has none."""
        raise NotImplementedError("sys.getcheckinterval() is not available in Jython")

    def _getframe(self, depth: Any = 0) -> Any:
        raise ValueError("frames are not available here; use traceback.format_exc()")

    def getClassLoader(self) -> None:
        """None: there are no Java class loaders."""
        return None

    def getrefcount(self, _value: Any) -> int:
        """Not kept, as in Jython."""
        raise AttributeError("'systemstate' object has no attribute 'getrefcount'")

    def __getattr__(self, name: str) -> Any:
        if name in ("settrace", "setprofile", "gettrace", "setcheckinterval"):
            raise AttributeError(f"sys.{name} is not available here: it reaches the interpreter")
        raise AttributeError(f"'systemstate' object has no attribute '{name}'")
