"""What a gateway and the processes attached to it say to each other; docs/protocol.md in code.

A frame is a MessagePack array of messages. Sources, calls of ``system`` and lines of log are the
same messages that a worker of the process tier gets and sends: one set of rooms serves both.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from project_store.model import EventScript, ScheduledScript, TagChangeScript, TimerScript
from runtime.executors.protocol import (
    Ask,
    Follow,
    Load,
    Log,
    Look,
    Name,
    Natural,
    Provided,
    Return,
    Seen,
    StopScript,
    Text,
)

VERSION: Final = 1
"""Of the protocol; a gateway serves exactly one, at ``PATH``."""

PATH: Final = f"/link/{VERSION}"
SUBPROTOCOL: Final = f"pilotlight.{VERSION}"

SessionKind = Literal["client", "designer", "script", "tool"]
CommMode = Literal["off", "read-only", "read-write"]
Ended = Literal["done", "failed", "stopped", "killed", "no_handler", "undelivered"]

Short = Annotated[str, msgspec.Meta(max_length=256)]
Line = Annotated[str, msgspec.Meta(max_length=10_000)]
Roles = Annotated[list[Short], msgspec.Meta(max_length=256)]
Data = Annotated[bytes, msgspec.Meta(max_length=8 * 1024 * 1024)]


class Hello(msgspec.Struct, tag=20, array_like=True, forbid_unknown_fields=True):
    """First message of every link: what it wants to be.

    Args:
        version: of the protocol.
        kind: ``client`` and ``designer`` are sessions, ``script`` runs a user script in Gateway
            scope, ``tool`` looks and operates.
        project: of the session, or whose libraries the script sees.
        user, roles: who is logged in; only the owner of the gateway may name somebody else.
        host_name: the network host name that ``hostName`` filters match.
        comm: a designer's communication mode.
        resume, key: the session to take up again and the secret it was given.
        received: number of the last delivery that came to that session.
    """

    version: Natural
    kind: SessionKind
    project: Short = ""
    user: Short = ""
    roles: Roles = []
    host_name: Short = ""
    comm: CommMode = "read-only"
    resume: Short = ""
    key: Short = ""
    received: Natural = 0


class Started(msgspec.Struct, tag=21, array_like=True, forbid_unknown_fields=True):
    """A delivery runs now."""

    number: Natural


class Done(msgspec.Struct, tag=22, array_like=True, forbid_unknown_fields=True):
    """A delivery has ended; it is repeated after a cut until it is acknowledged."""

    number: Natural
    status: Ended
    duration: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    error: Text | None = None
    traceback: Text | None = None
    output: Text = ""
    returned: Line = ""


class Login(msgspec.Struct, tag=23, array_like=True, forbid_unknown_fields=True):
    """Somebody else is logged in from now on; answered by ``Answer``.

    Without the owner's rights the password is that of a configured user.
    """

    call: Natural
    user: Short
    password: Short = ""
    roles: Roles = []


class Comm(msgspec.Struct, tag=24, array_like=True, forbid_unknown_fields=True):
    """The designer's communication mode from now on."""

    mode: CommMode


class Query(msgspec.Struct, tag=25, array_like=True, forbid_unknown_fields=True):
    """A question of a tool; ``data`` is the question's own structure, see queries."""

    call: Natural
    function: Short
    data: Data = b""


class Watch(msgspec.Struct, tag=26, array_like=True, forbid_unknown_fields=True):
    """Send what happens from now on as ``News``, with so many of the newest before it."""

    call: Natural
    what: Literal["trace", "logs"]
    before: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0


class Bye(msgspec.Struct, tag=27, array_like=True, forbid_unknown_fields=True):
    """The session is over, and will not come back."""


class Subscribe(msgspec.Struct, tag=28, array_like=True, forbid_unknown_fields=True):
    """Tell each change of these tags as ``Changed``, first their present values; none: no more."""

    call: Natural
    paths: Annotated[list[Name], msgspec.Meta(max_length=1_000)]


ToGateway = (
    Hello | Started | Done | Login | Comm | Query | Watch | Bye | Subscribe | Ask | Log | Seen
)


class Welcome(msgspec.Struct, tag=20, array_like=True):
    """First message to every link.

    Args:
        version: of the protocol.
        gateway, profile: what it is attached to.
        session: its id, 8 upper-case hex digits.
        key: what takes the session up again after a cut.
        resumed: it is the session that ``Hello.resume`` named.
        user, roles: who is logged in.
        address: the network address the gateway sees.
        heartbeat: seconds between pings that the gateway expects.
        resume: seconds that the session is kept after a cut.
        deadline: seconds that a handler may run, None without limit.
        payload_depth: levels that a payload may nest.
        shared: width of a Shared lane.
    """

    version: Natural
    gateway: Short
    profile: Short
    session: Short
    key: Short
    resumed: bool
    user: Short
    roles: Roles
    address: Short
    heartbeat: Annotated[float, msgspec.Meta(gt=0)]
    resume: Annotated[float, msgspec.Meta(gt=0)]
    deadline: Annotated[float, msgspec.Meta(gt=0)] | None
    payload_depth: Natural
    shared: Natural


class Sources(msgspec.Struct, tag=21, array_like=True):
    """A version of a project: what changed of its scripts, and all event scripts of the scope."""

    load: Load
    events: list[EventScript] = []
    timers: list[TimerScript] = []
    scheduled: list[ScheduledScript] = []
    tag_changes: list[TagChangeScript] = []


class Deliver(msgspec.Struct, tag=22, array_like=True):
    """A message for a handler of the session; numbers count up, over cuts too."""

    number: Natural
    message: Natural
    delivery: Natural
    handler: str
    scope: Short
    sender: Short
    payload: Data


class Stop(msgspec.Struct, tag=23, array_like=True):
    """Stop a delivery that runs."""

    number: Natural
    reason: Line


class Ack(msgspec.Struct, tag=24, array_like=True):
    """These ends were taken down; they need not be repeated."""

    numbers: list[Natural]


class Answer(msgspec.Struct, tag=25, array_like=True):
    """The answer to a ``Query`` or ``Login``: data, or why there is none."""

    call: Natural
    data: Data | None
    error: Line = ""


class News(msgspec.Struct, tag=26, array_like=True):
    """What a ``Watch`` asked for; ``missed`` pieces were left out because the link was slow."""

    call: Natural
    data: Data
    missed: Natural = 0


class Goodbye(msgspec.Struct, tag=27, array_like=True):
    """The gateway ends the session and says why; ``again`` where a new one may be opened later."""

    reason: Line
    again: bool = False


class Changed(msgspec.Struct, tag=28, array_like=True):
    """A tag that is subscribed to changed; ``missed`` changes before it were left out."""

    call: Natural
    data: Data
    missed: Natural = 0


ToPeer = (
    Welcome
    | Sources
    | Follow
    | Provided
    | Deliver
    | Stop
    | Ack
    | Answer
    | News
    | Goodbye
    | Changed
    | Return
    | Look
    | StopScript
)

encode = msgspec.msgpack.Encoder().encode
