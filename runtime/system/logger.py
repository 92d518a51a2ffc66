"""``system.util.getLogger``: a logger as Ignition's scripts use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.dispatch import current_delivery
from runtime.logbook import Level, Origin, script_logger
from runtime.system.arguments import is_text, plain_text
from sandbox import Facade, format_script_traceback
from sandbox.dialect.meaning import python2_str
from sandbox.library.java.formatter import java_format

if TYPE_CHECKING:
    from runtime.contracts import Scope

_set = object.__setattr__


class Logger(Facade):
    """Ignition's ``LoggerEx``: six levels, each with a form that takes Java's Formatter syntax.

    Args:
        scope: whose scripts log.
        name: shown with each line, also the key of its level.
    """

    __slots__ = ("_name", "_scope")

    _name: str
    _scope: Scope

    def __init__(self, scope: Scope, name: str) -> None:
        _set(self, "_scope", scope)
        _set(self, "_name", name)

    def getName(self) -> str:
        """The logger's name."""
        return self._name

    def createSubLogger(self, name: Any) -> Logger:
        """A logger below this one, its name joined with a dot."""
        return Logger(self._scope, f"{self._name}.{_text(name)}")

    def fatal(self, message: Any = "", error: Any = None) -> None:
        """Log at FATAL, with the traceback of an exception if one is given."""
        self._write("FATAL", message, error)

    def error(self, message: Any = "", error: Any = None) -> None:
        """Log at ERROR, with the traceback of an exception if one is given."""
        self._write("ERROR", message, error)

    def warn(self, message: Any = "", error: Any = None) -> None:
        """Log at WARN, with the traceback of an exception if one is given."""
        self._write("WARN", message, error)

    def info(self, message: Any = "", error: Any = None) -> None:
        """Log at INFO, with the traceback of an exception if one is given."""
        self._write("INFO", message, error)

    def debug(self, message: Any = "", error: Any = None) -> None:
        """Log at DEBUG, with the traceback of an exception if one is given."""
        self._write("DEBUG", message, error)

    def trace(self, message: Any = "", error: Any = None) -> None:
        """Log at TRACE, with the traceback of an exception if one is given."""
        self._write("TRACE", message, error)

    def fatalf(self, template: Any, *values: Any) -> None:
        """Log at FATAL: Java's ``String.format`` of template and values."""
        self._format("FATAL", template, values)

    def errorf(self, template: Any, *values: Any) -> None:
        """Log at ERROR: Java's ``String.format`` of template and values."""
        self._format("ERROR", template, values)

    def warnf(self, template: Any, *values: Any) -> None:
        """Log at WARN: Java's ``String.format`` of template and values."""
        self._format("WARN", template, values)

    def infof(self, template: Any, *values: Any) -> None:
        """Log at INFO: Java's ``String.format`` of template and values."""
        self._format("INFO", template, values)

    def debugf(self, template: Any, *values: Any) -> None:
        """Log at DEBUG: Java's ``String.format`` of template and values."""
        self._format("DEBUG", template, values)

    def tracef(self, template: Any, *values: Any) -> None:
        """Log at TRACE: Java's ``String.format`` of template and values."""
        self._format("TRACE", template, values)

    def isInfoEnabled(self) -> bool:
        """Whether lines at INFO are kept."""
        return self._enabled("INFO")

    def isDebugEnabled(self) -> bool:
        """Whether lines at DEBUG are kept."""
        return self._enabled("DEBUG")

    def isTraceEnabled(self) -> bool:
        """Whether lines at TRACE are kept."""
        return self._enabled("TRACE")

    def _enabled(self, level: Level) -> bool:
        return self._scope.host.logbook.enabled(self._name, level, self._scope.project)

    def _write(self, level: Level, message: Any, error: Any) -> None:
        if not self._enabled(level):
            return
        detail = ""
        if isinstance(error, BaseException):
            detail = format_script_traceback(error).rstrip()
        elif error is not None:
            detail = _text(error)
        self._scope.host.logbook.write(
            level, self._shown_name(), _text(message), detail, self._origin()
        )

    def _format(self, level: Level, template: Any, values: tuple[Any, ...]) -> None:
        if self._enabled(level):
            text = java_format(_text(template), values)
            name = self._shown_name()
            self._scope.host.logbook.write(level, name, text, "", self._origin())

    def _shown_name(self) -> str:
        return script_logger(self._name, self._scope.project)

    def _origin(self) -> Origin:
        running = current_delivery()
        if running is None:
            return self._scope.origin()
        return self._scope.origin(running.message.handler, running.id)


def _text(value: Any) -> str:
    # A Java string takes unicode as it is; only other values become text as ``str`` makes it.
    return plain_text(value if is_text(value) else python2_str(value))
