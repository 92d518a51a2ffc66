"""The questions of tools, each with its own structure for what it asks and what it is answered."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as metadata_version
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from runtime.config import Right
from runtime.errors import BadArgument, PilotlightError
from runtime.executors.values import CODEC, HOST_BYTES
from runtime.links import views
from runtime.links.stories import (
    ANSWER_BYTES,
    StoryView,
    ended,
    story_of,
    totals,
    with_caused,
)
from runtime.message import Filter
from runtime.requests import Request, ask
from sandbox.isolation.errors import PayloadRefused
from sandbox.library.java.throwables import JavaThrowable

if TYPE_CHECKING:
    from runtime.links.peer import Peer

Short = Annotated[str, msgspec.Meta(max_length=256)]
Few = Annotated[int, msgspec.Meta(ge=1, le=100_000)]



class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No argument."""


class Kill(msgspec.Struct, forbid_unknown_fields=True):
    """Stop a handler by its delivery's id, or another script by its number."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    reason: Short = "killed by the operator"


class Messages(msgspec.Struct, forbid_unknown_fields=True):
    """The newest messages; those of one project, where it is named."""

    last: Few = 100
    project: Short = ""


class OneMessage(msgspec.Struct, forbid_unknown_fields=True):
    """One message and, with ``caused``, what its handlers sent, and theirs."""

    id: Annotated[int, msgspec.Meta(ge=1)]
    caused: bool = True


class Story(msgspec.Struct, forbid_unknown_fields=True):
    """What this session sent after a message, and all that caused.

    One page of it: messages newer than ``seen``, oldest first; none at all where ``brief``.
    """

    after: Annotated[int, msgspec.Meta(ge=0)]
    seen: Annotated[int, msgspec.Meta(ge=0)] = 0
    brief: bool = False


class Logs(msgspec.Struct, forbid_unknown_fields=True):
    """The newest lines of log."""

    last: Few = 100


class Send(msgspec.Struct, forbid_unknown_fields=True):
    """Send one message as the gateway does; ``payload`` as values travel."""

    project: Short
    handler: Short
    payload: bytes
    scope: Short = ""
    filter: tuple[Short, Short, Short, Short] = ("", "", "", "")
    servers: list[Short] = []


class Sent(msgspec.Struct):
    """The list that sendMessage returned, and the newest message before it."""

    entries: list[str]


def status(peer: Peer, _: Nothing) -> views.StatusView:
    """How the host is."""
    host, server = peer.host, peer.server
    diagnostics = host.diagnostics
    return views.StatusView(
        host.name,
        host.profile,
        host.tier,
        _version(),
        views.PYTHON,
        os.getpid(),
        monotonic() - server.started_at,
        str(host.folder.resolve()) if host.folder is not None else "",
        sorted(name for name, space in host.spaces.items() if space.current is not None),
        len(host.clients),
        len(host.designers),
        server.links,
        server.cut,
        len(host.accounts.lanes()),
        asdict(host.trace.counters),
        sum(d.severity == "error" for d in diagnostics),
        sum(d.severity != "error" for d in diagnostics),
        server.ready,
    )


def sessions(peer: Peer, _: Nothing) -> list[views.Person]:
    """Every session, clients first."""
    links = {p.id: p for p in peer.server.peers()}
    found = []
    for session in peer.host.sessions:
        link = links.get(session.id)
        found.append(
            views.person_of(
                session.identity,
                kind=session.kind,
                opened_at=session.opened_at.timestamp(),
                link="in the host" if link is None else "attached" if link.attached else "cut",
                comm=getattr(session, "comm", ""),
            )
        )
    return found


def handlers(peer: Peer, _: Nothing) -> list[views.HandlerView]:
    """Every handler and library there is, those that do not compile included."""
    found: list[views.HandlerView] = []
    for name, space in sorted(peer.host.spaces.items()):
        generation = space.current
        if generation is None:
            continue
        faults: dict[Any, list[str]] = {
            key: [
                f"{d.file}:{d.line}:{d.column}: {d.severity}[{d.rule}] {d.message}" for d in group
            ]
            for key, group in generation.faults.items()
        }
        project = generation.project
        for key, handler in sorted({**_kept(generation), **project.handlers}.items()):
            found.append(
                views.HandlerView(
                    name,
                    "handler",
                    handler.scope,
                    handler.name,
                    handler.thread_type,
                    handler.enabled,
                    handler.file,
                    faults.get(key, []),
                )
            )
        for path, module in sorted(project.modules.items()):
            wrong = faults.get(("library", path), [])
            found.append(views.HandlerView(name, "library", "", path, "", True, module.file, wrong))
    return found


def _kept(generation: Any) -> dict[Any, Any]:
    return {key: compiled.handler for key, compiled in generation.handlers.items()}


def running(peer: Peer, _: Nothing) -> list[views.RunningView]:
    """What runs now."""
    return [views.RunningView(**asdict(found)) for found in peer.host.running()]


def kill(peer: Peer, wanted: Kill) -> bool:
    """Whether it ran, and was told to stop."""
    done: bool = peer.host.kill(wanted.number, wanted.reason)
    if done:
        peer.log("WARN", f"{peer.who} stopped number {wanted.number}: {wanted.reason}")
    return done


def messages(peer: Peer, wanted: Messages) -> StoryView:
    """The newest messages, oldest first."""
    found = [m for m in peer.host.trace.messages if wanted.project in ("", m.project)]
    return story_of(peer, found[-wanted.last :])


def message(peer: Peer, wanted: OneMessage) -> StoryView:
    """One message, with what it caused."""
    one = peer.host.trace.message(wanted.id)
    if one is None:
        raise BadArgument(f"the trace has no message {wanted.id} (any more)")
    found = with_caused(peer, [one]) if wanted.caused else [one]
    # The one that was asked for, whatever room those have that it caused.
    return story_of(peer, found, oldest_first=True, payloads=True)


def story(peer: Peer, wanted: Story) -> StoryView:
    """What this session sent, and what that caused."""
    host = peer.host
    kept = host.trace.messages
    sent = [
        m for m in kept if m.id > wanted.after and m.parent is None and m.sender == peer.label
    ]
    found = with_caused(peer, sent)
    if wanted.brief:
        told = StoryView([], [], ended(found), totals(found), len(found))
    else:
        told = story_of(peer, [m for m in found if m.id > wanted.seen], oldest_first=True)
        told.ended, told.totals = ended(found), totals(found)
    if len(kept) >= host.config.trace:
        told.forgotten = max(0, kept[0].id - wanted.after - 1)
    counters = host.trace.counters
    # Those that are forgotten may wait yet: only a host at rest has surely ended them.
    told.ended = told.ended and not (told.forgotten and counters.queued + counters.running)
    told.counters = asdict(counters)
    return told


def newest(peer: Peer, _: Nothing) -> int:
    """The newest message's id; 0 when there is none."""
    return peer.host.trace.messages[-1].id if len(peer.host.trace.messages) else 0


def logs(peer: Peer, wanted: Logs) -> list[views.LogView]:
    """The newest lines of log, oldest first; of long ones the newest that an answer may have."""
    size, kept = 0, []
    for record in reversed(list(peer.host.logbook)[-wanted.last :]):
        size += 4 * (len(record.logger) + len(record.message) + len(record.detail)) + 200
        if size > ANSWER_BYTES:
            break
        kept.append(views.log_view(record))
    return kept[::-1]


def send(peer: Peer, wanted: Send) -> Sent:
    """Send a message."""
    payload = CODEC.decode(wanted.payload, HOST_BYTES)
    scope = peer.scope_for_sending(wanted.project)
    entries = peer.host.dispatcher.send(
        scope,
        wanted.project,
        wanted.handler,
        payload,
        wanted.scope,
        Filter(*wanted.filter),
        wanted.servers,
    )
    return Sent(entries)


class AskHandler(msgspec.Struct, forbid_unknown_fields=True):
    """Ask a Gateway handler."""

    project: Short
    handler: Short
    payload: bytes
    timeout: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 15.0


def request(peer: Peer, wanted: AskHandler) -> Request:
    """What the handler returns, as values travel."""
    payload = CODEC.decode(wanted.payload, HOST_BYTES)
    scope = peer.scope_for_sending(wanted.project)
    return ask(scope, wanted.project, wanted.handler, payload, "", wanted.timeout)


def _version() -> str:
    try:
        return metadata_version("pilotlight")
    except PackageNotFoundError:
        return ""


class Question(msgspec.Struct, frozen=True):
    """One thing that may be asked.

    Args:
        takes, gives: what is asked and answered, as types.
        answer: does it.
        right: who may ask; None is any session, and tools that may look or operate.
    """

    takes: Any
    gives: Any
    answer: Callable[[Peer, Any], Any]
    right: Right | None


QUESTIONS: Final[dict[str, Question]] = {
    "status": Question(Nothing, views.StatusView, status, "view"),
    "sessions": Question(Nothing, list[views.Person], sessions, "view"),
    "handlers": Question(Nothing, list[views.HandlerView], handlers, "view"),
    "running": Question(Nothing, list[views.RunningView], running, "view"),
    "messages": Question(Messages, StoryView, messages, "view"),
    "message": Question(OneMessage, StoryView, message, "view"),
    "logs": Question(Logs, list[views.LogView], logs, "view"),
    "kill": Question(Kill, bool, kill, "operate"),
    "send": Question(Send, Sent, send, "operate"),
    "request": Question(AskHandler, bytes, request, "operate"),
    "story": Question(Story, StoryView, story, None),
    "newest": Question(Nothing, int, newest, None),
}
"""What tools may ask, by name."""


def answer(
    peer: Peer, question: Question, data: bytes, reply: Callable[[bytes | None, str], None]
) -> None:
    """Answer an encoded question.

    Args:
        peer: who asks.
        question: what is asked.
        data: the question's structure, encoded.
        reply: told the answer, or why there is none; later and from another thread where what is
            asked for has to happen first.
    """
    try:
        reply(_answered(peer, question, data, reply), "")
    except _Later:
        pass
    except PilotlightError as error:
        reply(None, str(error))
    except BaseException as error:
        # Whoever asks waits, and may ask so many at a time.
        reply(None, f"the gateway failed: {type(error).__name__}")
        raise


class _Later(Exception):
    """The answer will come."""


def _answered(
    peer: Peer, question: Question, data: bytes, reply: Callable[[bytes | None, str], None]
) -> bytes:
    try:
        wanted = msgspec.msgpack.decode(data, type=question.takes)
    except msgspec.DecodeError as error:
        raise BadArgument(f"not a question of that name: {error}") from None
    except RecursionError:
        raise BadArgument("not a question of that name: too deep") from None
    try:
        found = question.answer(peer, wanted)
        if not isinstance(found, Request):
            return msgspec.msgpack.encode(found)
    except (PayloadRefused, ValueError, TypeError, OverflowError, JavaThrowable) as error:
        raise BadArgument(str(error)) from None

    def ended(request: Request) -> None:
        try:
            value = CODEC.encode(request.result(), "the result")
        except (PilotlightError, PayloadRefused, JavaThrowable) as error:
            reply(None, str(error))
        else:
            reply(msgspec.msgpack.encode(value), "")

    # A thread that waited for it would be one less for everybody else's questions.
    found.when_done(ended)
    raise _Later
