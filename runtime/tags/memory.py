"""A small tag provider in memory: enough for scripts to read, write and react."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from runtime.payload import copy_value
from runtime.tags.provider import Browsed, Change
from runtime.tags.values import GOOD, NOT_FOUND, QualifiedValue, QualityCode

DEFAULT_PROVIDER: Final = "default"

_ALL_KINDS: Final = frozenset({"ValueChange", "QualityChange", "TimestampChange"})


class MemoryTags:
    """Tags that exist because they were defined; a write to any other is ``Bad_NotFound``.

    Args:
        script_date: makes a ``java.util.Date`` of a moment.

    Not a tag server: no types, no scaling, no history, no alarms.
    """

    def __init__(self, script_date: Callable[[datetime], Any]) -> None:
        self._date = script_date
        self._lock = threading.RLock()
        self._values: dict[str, QualifiedValue] = {}
        self._listeners: dict[int, tuple[tuple[str, ...], Callable[[Change], None]]] = {}
        self._next = 0

    def define(self, path: str, value: Any = None) -> None:
        """Make a tag, or set it if it is there.

        Args:
            path: such as ``Line1/Level`` or ``[default]Line1/Level``.
            value: plain data.
        """
        self._set(_whole(path), value)

    def read(self, paths: Sequence[str]) -> list[QualifiedValue]:
        """The value of each; an unknown one is None with quality ``Bad_NotFound``."""
        with self._lock:
            return [
                self._values.get(_whole(path)) or QualifiedValue(None, NOT_FOUND, self._now())
                for path in paths
            ]

    def write(self, paths: Sequence[str], values: Sequence[Any]) -> list[QualityCode]:
        """Set each tag that is there."""
        results = []
        for path, value in zip(paths, values, strict=True):
            whole = _whole(path)
            with self._lock:
                known = whole in self._values
            if known:
                self._set(whole, value)
            results.append(GOOD if known else NOT_FOUND)
        return results

    def exists(self, path: str) -> bool:
        """Whether there is a tag or folder of that path."""
        whole = _whole(path)
        below = whole.rstrip("/") + "/"
        with self._lock:
            return whole in self._values or any(known.startswith(below) for known in self._values)

    def browse(self, path: str) -> list[Browsed]:
        """What lies directly below a folder, in order of name."""
        folder = _whole(path)
        start = folder if folder.endswith("]") else folder.rstrip("/") + "/"
        found: dict[str, Browsed] = {}
        with self._lock:
            for known, value in self._values.items():
                if known.startswith(start):
                    name, deeper, _ = known[len(start) :].partition("/")
                    if deeper:
                        found.setdefault(name, Browsed(name, start + name, True))
                    else:
                        found[name] = Browsed(name, known, False, value)
        return [found[name] for name in sorted(found)]

    def subscribe(
        self, paths: Sequence[str], changed: Callable[[Change], None]
    ) -> Callable[[], object]:
        """Have ``changed`` called on the writer's thread, first for the present values."""
        wanted = tuple(_whole(path) for path in paths)
        with self._lock:
            self._next += 1
            number = self._next
            self._listeners[number] = (wanted, changed)
            present = [(p, v) for p, v in self._values.items() if _matches(wanted, p)]
        for path, value in present:
            changed(Change(path, value, value, _ALL_KINDS, initial=True))
        return lambda: self._listeners.pop(number, None)

    def _set(self, path: str, value: Any) -> None:
        after = QualifiedValue(copy_value(value, "value"), GOOD, self._now())
        with self._lock:
            before = self._values.get(path)
            self._values[path] = after
            listeners = list(self._listeners.values())
        if before is None:
            before = QualifiedValue(None, NOT_FOUND, after.timestamp)
        kinds = {"TimestampChange"}
        if _differ(before.value, after.value):
            kinds.add("ValueChange")
        if before.quality != after.quality:
            kinds.add("QualityChange")
        change = Change(path, before, after, frozenset(kinds))
        for wanted, changed in listeners:
            if _matches(wanted, path):
                changed(change)

    def _now(self) -> Any:
        return self._date(datetime.now(UTC))


def _whole(path: str) -> str:
    return path if path.startswith("[") else f"[{DEFAULT_PROVIDER}]{path}"


def _differ(before: Any, after: Any) -> bool:
    """Whether a value is another one; what cannot be compared is."""
    try:
        return bool(before != after)
    except Exception:
        # A signalling NaN, for one: the tag is set, and whoever set it is not to blame.
        return True


def _matches(wanted: tuple[str, ...], path: str) -> bool:
    return any(
        path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
        for pattern in wanted
    )
