"""``logging``: loggers that write to the host's log."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.error_parts import traceback_of
from sandbox.facade import Facade
from sandbox.library.arguments import text
from sandbox.library.module import Held, Module
from sandbox.library.values import script_repr, script_str

LEVELS = {"CRITICAL": 50, "ERROR": 40, "WARNING": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0}


class Levels(Facade):
    """A method for each level, on what has ``log``."""

    __slots__ = ()

    def log(self, level: Any, msg: Any, *args: Any, **options: Any) -> None:
        """Log at a level."""
        raise NotImplementedError

    def debug(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at DEBUG."""
        self.log(10, msg, *args, **options)

    def info(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at INFO."""
        self.log(20, msg, *args, **options)

    def warning(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at WARNING."""
        self.log(30, msg, *args, **options)

    warn = warning

    def error(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at ERROR."""
        self.log(40, msg, *args, **options)

    def critical(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at CRITICAL."""
        self.log(50, msg, *args, **options)

    fatal = critical

    def exception(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at ERROR with the error being handled."""
        self.log(40, msg, *args, exc_info=True)


class Logger(Levels, Held):
    """``logging.getLogger(name)``: goes to the host's log."""

    __slots__ = ("_module", "name")

    def __init__(self, module: LoggingModule, name: str) -> None:
        object.__setattr__(self, "_module", module)
        object.__setattr__(self, "name", name)

    @property
    def level(self) -> int:
        """The level set for this logger, 0 if none was."""
        return int(self._module._levels.get(self.name, 0))

    handlers: tuple[Any, ...] = ()
    propagate = 1
    disabled = 0

    def setLevel(self, level: Any) -> None:
        """Drop what is below this level, for this environment."""
        self._module._levels[self.name] = level_number(level)

    def getEffectiveLevel(self) -> int:
        """The level in force."""
        name = self.name
        while name:
            found = self._module._levels.get(name)
            if found:
                return int(found)
            name = name.rpartition(".")[0]
        return int(self._module._levels.get("root", 30))

    def isEnabledFor(self, level: Any) -> bool:
        """Whether a level is logged."""
        return level_number(level) >= self.getEffectiveLevel()

    def log(self, level: Any, msg: Any, *args: Any, **options: Any) -> None:
        """Log at a level."""
        number = level_number(level)
        if number >= self.getEffectiveLevel():
            self._module.emit(self.name, number, msg, args, bool(options.get("exc_info")))

    def addHandler(self, handler: Any) -> None:
        """Ignored: the log is the host's."""

    removeHandler = addFilter = removeFilter = addHandler

    def getChild(self, suffix: Any) -> Logger:
        """The logger below this one."""
        return self._module.getLogger(f"{self.name}.{text(suffix)}")  # type: ignore[no-any-return]


def level_number(level: Any) -> int:
    """A level by number or name."""
    if isinstance(level, str):
        found = LEVELS.get(text(level))
        if found is None:
            raise ValueError(f"Unknown level: {script_repr(level)}")
        return found
    if isinstance(level, int):
        return int(level)
    raise TypeError(f"Level not an integer or a valid string: {script_repr(level)}")


class Sink(Held):
    """``logging.StreamHandler`` and ``Formatter``: accepted and ignored."""

    __slots__ = ()

    def setLevel(self, level: Any) -> None:
        """Ignored."""

    setFormatter = addFilter = setLevel

    def flush(self) -> None:
        """Nothing to do."""

    close = flush


class LoggingModule(Levels, Module):
    """``logging``: a door to the host's log."""

    __slots__ = ("_levels",)
    NAME = "logging"

    CRITICAL = FATAL = 50
    ERROR = 40
    WARNING = WARN = 30
    INFO = 20
    DEBUG = 10
    NOTSET = 0

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_levels", {"root": 30})

    def getLogger(self, name: Any = None) -> Logger:
        """The logger of a name."""
        return Logger(self, text(name) if name else "root")

    def getLevelName(self, level: Any) -> Any:
        """The name of a level."""
        if isinstance(level, str):
            return LEVELS.get(text(level), f"Level {text(level)}")
        for name, number in LEVELS.items():
            if number == level:
                return name
        return f"Level {script_str(level)}"

    def basicConfig(self, **options: Any) -> None:
        """Set the level of the root logger; the rest is the host's."""
        if "level" in options:
            self._levels["root"] = level_number(options["level"])

    def emit(self, name: str, level: int, msg: Any, args: Any, failure: bool) -> None:
        """Hand one message to the host."""
        words = script_str(msg)
        if args:
            from sandbox.library.meaning import helper

            values: Any = args
            if len(args) == 1 and isinstance(args[0], dict):
                values = args[0]
            words = helper("$mod", _percent)(words, values)
        if failure:
            from sandbox.library.traceback_module import format_all, handled_error  # type: ignore[attr-defined]

            error = handled_error()
            if error is not None:
                lines = format_all(type(error), error, traceback_of(error))
                words = str(words) + "\n" + "".join(lines).rstrip("\n")
        shown = self.getLevelName(level)
        if self._library.log is not None:
            self._library.log(name, str(shown), str.__str__(words))
        else:
            self._library.write_output(f"{shown}:{name}:{words}\n")

    def log(self, level: Any, msg: Any, *args: Any, **options: Any) -> None:
        """Log at a level."""
        self.getLogger().log(level, msg, *args, **options)

    def StreamHandler(self, *_stream: Any) -> Sink:
        """Accepted and ignored."""
        return Sink()

    NullHandler = Formatter = Handler = StreamHandler

    def FileHandler(self, *_args: Any, **_options: Any) -> Any:
        """Refused: the log is the host's."""
        raise NotImplementedError("logging.FileHandler is not available here: log to the host")

    def shutdown(self) -> None:
        """Nothing to do."""


def _percent(words: Any, values: Any) -> Any:
    return words % values
