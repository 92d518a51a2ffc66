"""What scripts and the host log: a bounded ring, levels by logger, and whoever listens."""

from __future__ import annotations

import logging
import threading
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from sys import getsizeof
from typing import Final, Literal

Level = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]

LEVELS: Final[tuple[Level, ...]] = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
"""Ignition's six, from the least to the most important."""

HOST_LOGGERS: Final = frozenset(
    {
        "CodeCache",
        "Events",
        "GatewayNetwork",
        "Host",
        "Lanes",
        "Links",
        "LogBook",
        "MessageDispatchManager",
        "Monitor",
        "Reload",
        "Workers",
    }
)
"""What the host itself logs by: a script neither silences it nor speaks in its name."""

LOGGERS: Final = 1_000
"""Loggers that the scripts of one project may set a level of."""

LOGGER_NAME: Final = 256
"""Characters that the name of such a logger may have."""

LINE: Final = 100_000
"""Characters that are kept of a line, and of its detail."""

KEPT_BYTES: Final = 64 * 1024 * 1024
"""Memory that the long ones of the kept lines may take; the oldest go first."""

RATE_BYTES: Final = 16 * 1024 * 1024
"""Characters that scripts of a project may log in a second, whatever the lines."""

_NAME: Final = 1_000
_LONG: Final = 1_000

_RANK: Final = {level: rank for rank, level in enumerate(LEVELS)}
_STDLIB: Final = {"TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50}

_PROJECTS: Final = 1_000

_python_log = logging.getLogger("pilotlight")
_python_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the host a line came from.

    Args:
        scope: ``Gateway``, ``Client``, ``Designer`` or empty for the host itself.
        project: the project, empty where there is none.
        session: id of the client or designer session, empty for the Gateway.
        handler: the message handler that was running, empty for other scripts.
        delivery: id of the delivery that was running, 0 for none.
    """

    scope: str = ""
    project: str = ""
    session: str = ""
    handler: str = ""
    delivery: int = 0


HOST: Final = Origin()


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One line of log.

    Args:
        time: seconds since the epoch.
        level: one of ``LEVELS``.
        logger: the logger's name, as the script gave it.
        message: the text.
        detail: what belongs under it, such as a traceback; may be empty.
        origin: who wrote it.
    """

    time: float
    level: Level
    logger: str
    message: str
    detail: str = ""
    origin: Origin = HOST

    def __str__(self) -> str:
        tail = f"\n{self.detail}" if self.detail else ""
        return f"{self.level} [{self.logger}] {self.message}{tail}"


def shown(name: str) -> str:
    """A name that is no more than one line, and nothing to a terminal but its characters."""
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode("ascii")
        for char in name
    )


def script_logger(name: str, project: str) -> str:
    """By what name lines of a script's logger are logged: never by one of the host's own."""
    return f"{project or 'script'}.{name}" if name in HOST_LOGGERS else name


class LogBook:
    """Takes log lines from any thread, keeps the newest and passes each on.

    Every line also goes to Python's logger ``pilotlight``, so an embedding program gets it by the
    means it already has.

    Args:
        size: how many lines are kept, within ``KEPT_BYTES``.
        rate: project -> lines that its scripts may write in a second; None is no limit. Those over
            it are dropped, and a line of the next second says how many.
    """

    def __init__(self, size: int = 10_000, rate: Callable[[str], int] | None = None) -> None:
        self._rate = rate
        self._seconds: dict[str, list[int]] = {}
        self._ring: deque[LogRecord] = deque(maxlen=size)
        self._long: deque[tuple[LogRecord, int]] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._levels: dict[str, int] = {}
        self._of_projects: dict[str, dict[str, int]] = {}
        self.changes = 0
        """How often a level was set."""
        self._listeners: tuple[Callable[[LogRecord], None], ...] = ()

    def __iter__(self) -> Iterator[LogRecord]:
        return iter(self._ring.copy())

    def __len__(self) -> int:
        return len(self._ring)

    def listen(self, listener: Callable[[LogRecord], None]) -> None:
        """Have every later line passed to ``listener``, on the thread that logs it."""
        self._listeners = (*self._listeners, listener)

    def set_level(self, logger: str, level: Level, project: str = "") -> None:
        """Drop lines of this logger, and of those below it by dots, that are less important.

        Args:
            logger: its name.
            level: the least that is kept.
            project: whose scripts set it, for their own lines alone; empty for everybody's.
        """
        levels = self._of_projects.setdefault(project, {}) if project else self._levels
        levels[logger] = _RANK[level]
        self.changes += 1

    def refuses(self, logger: str, project: str) -> str:
        """Why a script of a project may set no level of this logger; empty when it may."""
        if len(logger) > LOGGER_NAME:
            return f"a logger's name has {LOGGER_NAME} characters at most, not {len(logger)}"
        levels = self._of_projects.get(project, {}) if project else self._levels
        if len(levels) >= LOGGERS and logger not in levels:
            return f"{LOGGERS} loggers have a level already"
        return ""

    def levels(self, project: str = "") -> dict[str, Level]:
        """The levels that hold for lines of a project, by logger; without one, for everybody's."""
        own = self._of_projects.get(project, {})
        found = [*self._levels.copy().items(), *own.copy().items()]
        return {name: LEVELS[rank] for name, rank in found}

    def enabled(self, logger: str, level: Level, project: str = "") -> bool:
        """Whether a project's line of that logger and level is kept; INFO is the default."""
        levels = self._levels
        own = self._of_projects.get(project, levels) if self._of_projects else levels
        threshold = _RANK["INFO"]
        if levels or own:
            name = logger[:_NAME]
            while True:
                found = own.get(name)
                if found is None:
                    found = levels.get(name)
                if found is not None:
                    threshold = found
                    break
                if "." not in name:
                    break
                name = name.rpartition(".")[0]
        return _RANK[level] >= threshold

    def write(
        self, level: Level, logger: str, message: str, detail: str = "", origin: Origin = HOST
    ) -> None:
        """Log a line, unless its logger's level drops it; a very long one is cut."""
        if not self.enabled(logger, level, origin.project):
            return
        length = len(message) + len(detail)
        if length > LINE:
            message, detail = _cut(message), shortened(detail, LINE)
            length = len(message) + len(detail)
        if self._rate is not None and origin.project and self._floods(origin.project, length):
            return
        logger = logger[:_NAME]
        if not logger.isprintable():
            logger = shown(logger)
        record = LogRecord(time.time(), level, logger, message, detail, origin)
        self._ring.append(record)
        if length > _LONG:
            self._make_room(record)
        number = _STDLIB[level]
        if _python_log.isEnabledFor(number):
            _python_log.log(number, "%s", record)
        for listener in self._listeners:
            listener(record)

    def _make_room(self, record: LogRecord) -> None:
        """Count a long line in; over the bound the oldest of these go, and all before them."""
        with self._lock:
            ring, kept = self._ring, self._long
            size = getsizeof(record.message) + getsizeof(record.detail)
            kept.append((record, size))
            self._bytes += size
            oldest = ring[0].time
            while kept[0][0].time < oldest:
                self._bytes -= kept.popleft()[1]
            while self._bytes > KEPT_BYTES:
                old, size = kept.popleft()
                self._bytes -= size
                while ring and ring[0].time <= old.time:
                    ring.popleft()

    def _floods(self, project: str, length: int) -> bool:
        """Whether a line is one too many of its project in this second."""
        assert self._rate is not None
        rate = self._rate(project)
        second = int(time.monotonic())
        counted = self._seconds.get(project)
        if counted is None:
            if len(self._seconds) > _PROJECTS:
                self._seconds.clear()
            counted = self._seconds[project] = [second, 0, 0, 0]
        if counted[0] != second:
            dropped = counted[3]
            counted[:] = [second, 0, 0, 0]
            if dropped > 0:
                self.write(
                    "WARN",
                    "LogBook",
                    f"{dropped} lines that scripts of project {project} logged were dropped: more "
                    f"than {rate}, or {RATE_BYTES >> 20} million characters, came in a second "
                    "(limits.log_rate)",
                )
        counted[1] += 1
        counted[2] += length
        floods = counted[1] > rate or counted[2] > RATE_BYTES
        counted[3] += floods
        return floods


def shortened(text: str, most: int) -> str:
    """A text with its middle left out where it is longer."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n...\n{text[-half:]}"


def _cut(message: str) -> str:
    if len(message) <= LINE:
        return message
    return f"{message[:LINE]}… ({len(message) - LINE} characters more)"
