"""``java.lang.System`` with its text output, and ``Runtime``."""

from __future__ import annotations

import time
from typing import Any

from sandbox.dialect.meaning.identity import identity
from sandbox.library import hooks
from sandbox.library.java.base import Object
from sandbox.library.java.convert import int_argument, java_text, text_argument
from sandbox.library.java.formatter import java_format
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.values import long_value, unicode_text
from sandbox.limits_consuming import checked_items


class PrintStream(Object, package="java.io"):
    """``System.out`` and ``System.err``."""

    def println(self, *value: Any) -> None:
        """Print a line."""
        hooks.write_output("".join([java_text(one) for one in value]) + "\n")

    def print_(self, value: Any) -> None:
        """Print."""
        hooks.write_output(java_text(value))

    def printf(self, fmt: Any, *args: Any) -> None:
        """Print formatted."""
        hooks.write_output(java_format(text_argument(fmt, "printf"), args))

    format = printf

    def flush(self) -> None:
        """Nothing to do."""


type.__setattr__(PrintStream, "print", vars(PrintStream)["print_"])

_PROPERTIES = {
    "line.separator": "\n",
    "file.separator": "/",
    "path.separator": ":",
    "java.version": "17",
    "java.vendor": "Pilotlight",
    "os.name": "Linux",
    "file.encoding": "UTF-8",
    "user.timezone": "",
}


class System(Object, package="java.lang"):
    """``java.lang.System``: clocks, text output, and a few harmless properties."""

    out = PrintStream()
    err = out

    @classmethod
    def currentTimeMillis(cls) -> int:
        """Milliseconds since 1970."""
        return long_value(time.time_ns() // 1_000_000)

    @classmethod
    def nanoTime(cls) -> int:
        """Nanoseconds of a clock that only goes forward."""
        return long_value(time.perf_counter_ns())

    @classmethod
    def getProperty(cls, key: Any, default: Any = None) -> Any:
        """One of a few properties, or the default."""
        found = _PROPERTIES.get(text_argument(key, "getProperty"))
        if found is None:
            return None if default is None else unicode_text(text_argument(default, "getProperty"))
        return unicode_text(found)

    @classmethod
    def getenv(cls, *name: Any) -> Any:
        """None (or no names): the environment of the host is not the scripts'."""
        return None if name else {}

    @classmethod
    def lineSeparator(cls) -> str:
        """A line feed."""
        return unicode_text("\n")

    @classmethod
    def identityHashCode(cls, value: Any) -> int:
        """A number that stays with the object."""
        return identity(value) & 0x7FFFFFFF

    @classmethod
    def arraycopy(cls, source: Any, at: Any, target: Any, to: Any, count: Any) -> None:
        """Copy items of one array to another."""
        places = checked_items(range(int_argument(count, "arraycopy", 5)))
        items = [source[at + index] for index in places]
        for index, item in enumerate(checked_items(items)):
            target[to + index] = item

    @classmethod
    def gc(cls) -> None:
        """Nothing: memory is the host's."""

    @classmethod
    def exit(cls, status: Any = 0) -> None:
        """Refused: a script cannot end the host."""
        raise java_exception_class("java.lang.SecurityException")(
            "System.exit is not available here: return from the script instead"
        )

    @classmethod
    def setProperty(cls, key: Any, value: Any) -> None:
        """Refused: properties are the host's."""
        raise java_exception_class("java.lang.SecurityException")(
            "System.setProperty is not available here"
        )


class Runtime(Object, package="java.lang"):
    """``java.lang.Runtime``: how much there is, and nothing to start."""

    @classmethod
    def getRuntime(cls) -> Runtime:
        """The runtime."""
        return cls()

    def availableProcessors(self) -> int:
        """1 (our choice: the host's machine is not the scripts' affair)."""
        return 1

    def totalMemory(self) -> int:
        """256 MB."""
        return long_value(256 << 20)

    maxMemory = totalMemory

    def freeMemory(self) -> int:
        """128 MB."""
        return long_value(128 << 20)

    def gc(self) -> None:
        """Nothing: memory is the host's."""

    def exec_(self, *_command: Any) -> None:
        """Refused."""
        raise java_exception_class("java.lang.SecurityException")(
            "scripts cannot start processes; use system.util.execute where the host has it"
        )


type.__setattr__(Runtime, "exec", vars(Runtime)["exec_"])
