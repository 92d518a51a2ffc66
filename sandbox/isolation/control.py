"""What the host and the zygote say to each other, over a socket that keeps messages apart."""

import signal
from typing import Any, Final

import msgspec

from sandbox.isolation.limits import WorkerLimits

CONTROL_BYTES: Final = 64 * 1024
"""Longest control message."""

CHANNEL_FD: Final = 3
RECORD_FD: Final = 4
"""Where a worker finds its channel, and until it has mapped it its progress record."""


LOOK_SIGNAL: Final = signal.SIGUSR1
"""Asks a worker for its stacks; its interpreter answers, which must not be held."""

DUMP_SIGNAL: Final = signal.SIGRTMIN
"""Asks for them without the interpreter: safe only while nothing but one call in C runs."""

REPORT_END: Final = b"-- end --\n"
"""Comes after the stacks that the interpreter wrote."""


class Prepare(msgspec.Struct, tag=1, array_like=True):
    """First message to a zygote: what to load before it forks anything.

    Args:
        preload: names of modules.
        timezone: value for TZ, so that local time needs no file afterwards.
        namespaces: whether to try for namespaces.
    """

    preload: list[str]
    timezone: str
    namespaces: bool


class Spawn(msgspec.Struct, tag=2, array_like=True):
    """Fork a worker. Its channel, its record and its report pipe come as descriptors.

    Args:
        number: the host's number for it.
        entry: ``module:function`` of a module that was preloaded.
        limits: the bounds of the worker.
    """

    number: int
    entry: str
    limits: WorkerLimits


class Ready(msgspec.Struct, tag=3, array_like=True):
    """The zygote has loaded everything: what it gave up, in words, by name."""

    details: dict[str, str]


class Refused(msgspec.Struct, tag=4, array_like=True):
    """The zygote could not start (number 0), or could not fork that worker."""

    number: int
    reason: str


class Spawned(msgspec.Struct, tag=5, array_like=True):
    """The worker exists; a descriptor of its process comes along."""

    number: int
    process: int


class Exited(msgspec.Struct, tag=6, array_like=True):
    """The worker ended and was reaped; status as in ``os.waitstatus_to_exitcode``."""

    number: int
    status: int


class Hello(msgspec.Struct, array_like=True):
    """First frame of a worker: whether it is locked, and else why not."""

    locked: bool
    reason: str


_encode = msgspec.msgpack.Encoder().encode
_ToZygote = Prepare | Spawn
_ToHost = Ready | Refused | Spawned | Exited
_to_zygote: msgspec.msgpack.Decoder[_ToZygote] = msgspec.msgpack.Decoder(_ToZygote)
_to_host: msgspec.msgpack.Decoder[_ToHost] = msgspec.msgpack.Decoder(_ToHost)
_hello = msgspec.msgpack.Decoder(Hello)


def encode(message: msgspec.Struct) -> bytes:
    """A control message as bytes."""
    return _encode(message)


def decode_to_zygote(data: bytes) -> Prepare | Spawn:
    """A control message that the host sent."""
    return _to_zygote.decode(data)


def decode_to_host(data: bytes) -> Ready | Refused | Spawned | Exited:
    """A control message that the zygote sent."""
    return _to_host.decode(data)


def decode_hello(data: Any) -> Hello:
    """The first frame of a worker.

    Raises:
        ValueError: when it is something else.
    """
    return _hello.decode(data)
