"""Scripts that run outside of lanes: who they are, on which line, and how each is stopped.

User scripts, functions that scripts handed over, and threads that they started. Those of a locked
worker or of an attached process are asked for: ``Look`` goes there, ``Seen`` comes back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, Final

from runtime.calls import ScriptCall
from runtime.executors.base import Running
from runtime.message import Delivery
from sandbox import script_frames
from sandbox.library.threads import LIVE, watch

if TYPE_CHECKING:
    from runtime.executors.protocol import Seen, SeenScript

LOOK_SECONDS: Final = 0.3
"""How long those that are asked have for their answers; who is silent is left out."""

SEEN: Final = 1_000
"""Scripts that one process tells of at most."""

_REMEMBERED: Final = 100
_OPEN: Final = 64


@dataclass(frozen=True, slots=True)
class Script:
    """One script that runs now.

    Args:
        key: the same at every look, and nobody else's.
        running: what is shown of it.
        stop: ends it at its next checkpoint, for a reason; gives whether there was anything to end.
    """

    key: Hashable
    running: Running
    stop: Callable[[str], bool]


class Numbers:
    """A number for each of the things that come and go, the same at every look.

    Args:
        following: gives a number that nobody had.
    """

    def __init__(self, following: Callable[[], int] | None = None) -> None:
        self._next = following or count(1).__next__
        self._lock = threading.Lock()
        self._looks = 0
        self._known: dict[Hashable, tuple[int, int]] = {}

    def given(self, scripts: Iterable[Script]) -> dict[int, Script]:
        """These scripts by their numbers."""
        with self._lock:
            self._looks += 1
            looks, known = self._looks, self._known
            found = {(known.get(one.key) or (self._next(),))[0]: one for one in scripts}
            # A script that is over must not be kept by its number; one that was silent is.
            for key in [k for k, (_, seen) in known.items() if looks - seen > _REMEMBERED]:
                del known[key]
            known.update({one.key: (number, looks) for number, one in found.items()})
        return found


def scripts_here(host: Any) -> list[Script]:
    """The scripts that run in this process for a host, but for that of the calling thread."""
    me = threading.get_ident()
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    found = [
        _script(call, ident, run, call, call.label, names.get(ident, str(ident)), call.started_at)
        for call, ident, run in host.activities.scripts()
        if ident != me
    ]
    for ident, (name, started_at, run) in list(LIVE.items()):
        scope = _scope_of(run.context)
        if scope is not None and scope.host is host and ident != me:
            found.append(_script(run, ident, run, run.context, name, name, started_at))
    return found


def _scope_of(context: Any) -> Any:
    if type(context) is Delivery:
        return getattr(context.target, "receiver", None)
    return getattr(context, "scope", None)


def _script(
    key: Hashable, ident: int, run: Any, context: Any, label: str, thread: str, started_at: float
) -> Script:
    scope = _scope_of(context)
    place = context.place if type(context) is ScriptCall else None
    if place is not None:
        file, line = place()
    else:
        frames = script_frames(ident)
        file, line = (frames[-1][0], frames[-1][1]) if frames else ("", 0)
    elapsed = perf_counter() - started_at
    running = Running(0, scope.project, label, scope.label, thread, elapsed, file, line)

    def stop(reason: str) -> bool:
        run.token.stop(reason)
        return True

    return Script(key, running, stop)


class Glance:
    """Looks at other processes: all are asked at once, and then waited for.

    Args:
        seconds: until those that have not answered are left out.
    """

    def __init__(self, seconds: float = LOOK_SECONDS) -> None:
        self._until = monotonic() + seconds
        self._answers: list[tuple[Any, threading.Event, list[Seen]]] = []

    def expect(self, whom: Any) -> Callable[[Seen], None]:
        """Somebody was asked; gives what takes the answer. Call it before asking."""
        came, seen = threading.Event(), list[Any]()
        self._answers.append((whom, came, seen))

        def take(answer: Seen) -> None:
            seen.append(answer)
            came.set()

        return take

    def answers(self) -> Iterator[tuple[Any, Seen]]:
        """Who answered, and what."""
        for whom, came, seen in self._answers:
            if came.wait(max(0.0, self._until - monotonic())):
                yield whom, seen[0]


class Looked:
    """The asking end at one process: numbers its questions and finds who wants the answer."""

    def __init__(self) -> None:
        self._calls = count(1)
        self._asked: dict[int, Callable[[Seen], None]] = {}
        self._due = 0

    def ask(self, take: Callable[[Seen], None]) -> int:
        """The number of a new question."""
        call = next(self._calls)
        self._due += 1
        # One that was never answered is nobody's any more.
        if len(self._asked) >= _OPEN:
            self._asked.clear()
        self._asked[call] = take
        return call

    def take(self, seen: Seen) -> bool:
        """Pass an answer on; False when there are more of them than questions."""
        self._due -= 1
        if self._due < 0:
            return False
        taker = self._asked.pop(seen.call, None)
        if taker is not None:
            taker(seen)
        return True


def seen_of(running: Iterable[Running]) -> list[SeenScript]:
    """What runs, as it travels."""
    from runtime.executors.protocol import SeenScript, clean

    return [
        SeenScript(
            one.script,
            one.delivery,
            one.receiver,
            clean(one.handler[:1000]),
            clean(one.thread[:1000]),
            one.elapsed,
            clean(one.file[:1000]),
            one.line,
        )
        for one in islice(running, SEEN)
    ]


def _thread_began(run: Any) -> Callable[[], object]:
    """A script starts a thread: a drain of its host waits for that as well."""
    scope = _scope_of(run.context) if run is not None else None
    if scope is None:
        return _nothing
    activities = scope.host.activities
    activities.begin()
    ended: Callable[[], object] = activities.end
    return ended


def _nothing() -> None:
    """Nobody waits for a thread of no host's script."""


def _owner(run: Any) -> Hashable:
    """Whose the threads of a run are: those of one side of a project, or of a session."""
    scope = _scope_of(run.context) if run is not None else None
    return None if scope is None else owner_of(scope)


def owner_of(scope: Any) -> Hashable:
    """Whose the threads are that a scope's scripts start."""
    return (scope.host.name, scope.project, scope.label)


watch(_thread_began, _owner)
