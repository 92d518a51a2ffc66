"""What the host and a worker of the process tier say to each other."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from sandbox import Diagnostic

Name = Annotated[str, msgspec.Meta(max_length=1000)]
Words = Annotated[str, msgspec.Meta(max_length=10_000)]
Text = Annotated[str, msgspec.Meta(max_length=200_000)]
Natural = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


def clean(text: str) -> str:
    """Text that UTF-8 can carry: a lone surrogate becomes a question mark."""
    plain = str.__str__(text)
    if plain.isascii():
        return plain
    return plain.encode("utf-8", "replace").decode("utf-8")


OUTCOMES: Final = ("done", "failed", "stopped", "no_handler", "undelivered")
"""Outcomes by the number that the progress record has for them."""

TOLD: Final = len(OUTCOMES)
"""Outcome of what is done and has more to say: only its report ends it."""

SENDS: Final = frozenset({"sendMessage", "sendRequest"})
"""Functions of the host that send a message."""

Outcome = Literal["done", "failed", "stopped", "no_handler", "undelivered"]


class Settings(msgspec.Struct, array_like=True):
    """A worker's config: the host's settings that matter where scripts run."""

    name: str
    profile: str
    project: str
    letter: str
    deadline: float | None
    output_limit: int | None
    payload_depth: int
    recursion: int
    kind: str = "Gateway"
    granted: list[str] | None = None
    folders: bool = False
    payload: int | None = None


class HandlerText(msgspec.Struct, array_like=True):
    """A message handler as text; the worker compiles it when it first runs."""

    scope: str
    name: str
    source: str
    file: str
    thread_type: str
    enabled: bool
    digest: str
    deadline: float | None = None


class EventText(msgspec.Struct, array_like=True):
    """An event script other than a message handler, as text."""

    scope: str
    kind: str
    name: str
    source: str
    file: str
    enabled: bool


class ModuleText(msgspec.Struct, array_like=True):
    """A library module as text."""

    path: str
    source: str
    file: str
    digest: str


class Load(msgspec.Struct, tag=1, array_like=True):
    """A generation, as what changed since the one that the worker has of that project.

    Args:
        key: names this version, over all projects of the worker.
        base: the version it is a change of, 0 for none.
        handlers, modules: new or changed.
        gone_handlers, gone_modules: no longer there.
        deadline: seconds, where the project's own settings lower it.
    """

    key: int
    base: int
    project: str
    parent: str
    number: int
    libraries: int
    handlers: list[HandlerText]
    modules: list[ModuleText]
    gone_handlers: list[tuple[str, str]]
    gone_modules: list[str]
    events: list[EventText]
    gone_events: list[tuple[str, str, str]]
    deadline: float | None = None


class Follow(msgspec.Struct, tag=2, array_like=True):
    """The versions that a receiver sees from now on: its own (0: none), shared, parents."""

    receiver: str
    own: int
    shared: int
    parents: list[int]


class Start(msgspec.Struct, tag=3, array_like=True):
    """Run a handler, in the order of a slot.

    ``delivery`` is the host's id. With ``event`` (scope, kind, name) it is that event script, and
    the payload has its arguments; ``pinned`` is its text where it is not the newest one's.
    """

    slot: int
    number: int
    receiver: str
    delivery: int
    handler: str
    scope: str
    sender: str
    payload: bytes
    wants_result: bool
    event: tuple[str, str, str] | None = None
    pinned: EventText | None = None


class Leave(msgspec.Struct, tag=4, array_like=True):
    """A session was closed."""

    receiver: str


PYTHON: Final = "python."
"""Before the name of an error of Python's own that a provided function raised."""

JAVA: Final = "java:"
"""Before the name of a Java exception that it raised."""


class Return(msgspec.Struct, tag=5, array_like=True):
    """The end of a call: its value, or the Java class and text of its error."""

    call: int
    data: bytes | None
    error: str
    text: str


class StopRun(msgspec.Struct, tag=6, array_like=True):
    """Stop a piece of work at its next checkpoint."""

    slot: int
    number: int
    reason: str


class Provided(msgspec.Struct, tag=7, array_like=True):
    """The functions that the embedding program supplies, as whole names."""

    names: list[str]


class Levels(msgspec.Struct, tag=10, array_like=True):
    """What each logger keeps from now on."""

    levels: dict[str, str]


class Recall(msgspec.Struct, tag=8, array_like=True):
    """Begin nothing more in this slot, and say what was begun."""

    slot: int


class LetGo(msgspec.Struct, tag=13, array_like=True):
    """Do not begin these numbers of a slot; report them as undelivered."""

    slot: int
    numbers: list[int]
    reason: str


class RunScript(msgspec.Struct, tag=9, array_like=True):
    """Compile and run a user script of a receiver; seconds and characters, None for no bound."""

    receiver: str
    source: str
    filename: str
    timeout: float | None


class Look(msgspec.Struct, tag=11, array_like=True):
    """Say which scripts run beside the lanes."""

    call: Natural


class StopScript(msgspec.Struct, tag=12, array_like=True):
    """Stop one of those at its next checkpoint; ``number`` is that of ``SeenScript``."""

    number: Natural
    reason: str


ToWorker = (
    Recall
    | Load
    | Follow
    | Start
    | Leave
    | Return
    | StopRun
    | Provided
    | RunScript
    | Levels
    | Look
    | StopScript
    | LetGo
)


class Done(msgspec.Struct, tag=1, array_like=True):
    """A piece of work has ended; the next one of its slot starts now."""

    slot: Natural
    number: Natural
    status: Outcome
    duration: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    error: Text | None = None
    traceback: Text | None = None
    output: Text = ""
    result: bytes | None = None
    returned: Words = ""


class Log(msgspec.Struct, tag=2, array_like=True):
    """A line of log."""

    level: Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
    logger: Name
    message: Text
    detail: Text
    receiver: Name
    delivery: Natural


class Ask(msgspec.Struct, tag=3, array_like=True):
    """Call a function of the host; arguments as an encoded (list, dict)."""

    call: Natural
    receiver: Name
    delivery: Natural
    function: Name
    data: bytes


class WorkerAsk(Ask, tag=3, array_like=True):
    """The same from a worker, which also says who of the delivery asks.

    Args:
        run: number of the function that its script handed over, 0 for what the delivery itself
            runs.
        own: the lane's own thread asks, and does nothing else until it has its answer.
    """

    run: Natural
    own: bool


class Pending(msgspec.Struct, tag=4, array_like=True):
    """Something will happen later in the worker (1), or has happened (-1): a drain waits for it."""

    change: Literal[1, -1]


class Recalled(msgspec.Struct, tag=5, array_like=True):
    """The last number that was begun in a slot; what came after it will not be."""

    slot: Natural
    last: Natural


class CallEnded(msgspec.Struct, tag=10, array_like=True):
    """A function that a delivery, or a user script (0), handed over and that sent has ended.

    ``run`` is the number that its ``WorkerAsk``s had, ``name`` what the script calls it.
    """

    delivery: Natural
    run: Natural
    name: Name
    stopped: bool


class SeenScript(msgspec.Struct, array_like=True):
    """What runs where somebody looked: a delivery, or else a script by a number of its own."""

    number: Natural
    delivery: Natural
    receiver: Name
    label: Name
    thread: Name
    elapsed: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    file: Name
    line: Annotated[int, msgspec.Meta(ge=0, le=2**31)]


class Seen(msgspec.Struct, tag=9, array_like=True):
    """The answer to a ``Look``."""

    call: Natural
    scripts: Annotated[list[SeenScript], msgspec.Meta(max_length=1_000)]


ToHost = Recalled | Done | Log | WorkerAsk | Pending | Seen | CallEnded


Number = Annotated[int, msgspec.Meta(ge=0, le=2**31)]


class Found(msgspec.Struct, array_like=True):
    """A diagnostic as it travels."""

    file: Words
    line: Number
    column: Number
    rule: Words
    severity: Literal["error", "warning"]
    message: Words
    remedy: Words

    @classmethod
    def of(cls, one: Diagnostic) -> Found:
        """A diagnostic, to be sent."""
        return cls(
            one.file[:10_000],
            one.line,
            one.column,
            one.rule,
            one.severity,
            one.message[:10_000],
            one.remedy[:10_000],
        )

    def diagnostic(self) -> Diagnostic:
        """What was sent."""
        return Diagnostic(
            self.file,
            self.line,
            self.column,
            self.rule,
            self.severity,
            self.message,
            self.remedy,
        )


AllFound = Annotated[list[Found], msgspec.Meta(max_length=10_000)]


class Begun(msgspec.Struct, tag=6, array_like=True):
    """A user script compiled and starts now."""


class Printed(msgspec.Struct, tag=7, array_like=True):
    """A piece of what a user script printed."""

    text: Text


class ScriptEnd(msgspec.Struct, tag=8, array_like=True):
    """A user script ended, or did not compile; what it started may still run."""

    traceback: Text | None
    stopped: bool
    duration: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    found: AllFound


ScriptToHost = Log | WorkerAsk | Pending | Begun | Printed | ScriptEnd | Seen | CallEnded
"""What a worker that runs one user script says."""
