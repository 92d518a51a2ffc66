"""Who receives a message: pure functions of the message and of the sessions there are."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from runtime.message import Filter, Identity, Message


class HasIdentity(Protocol):
    """A client session, as far as routing looks at it."""

    @property
    def identity(self) -> Identity: ...


S = TypeVar("S", bound=HasIdentity)


def matches(wanted: Filter, who: Identity) -> bool:
    """Whether every filter that is set lets this session in."""
    return (
        (not wanted.client_session_id or wanted.client_session_id == who.id)
        and (not wanted.user or wanted.user.casefold() == who.user.casefold())
        and (not wanted.has_role or wanted.has_role in who.roles)
        and (not wanted.host_name or wanted.host_name.casefold() == who.host_name.casefold())
    )


def reason_against(scope: str, wanted: Filter, who: Identity) -> str:
    """Everything that keeps a session from receiving a message; empty when it receives it.

    Args:
        scope: canonical letters.
        wanted: the message's filters; every one that is set must match.
        who: the session, as it is at the call.
    """
    if who.letter not in scope:
        kind = "clients" if who.letter == "C" else "Perspective sessions"
        return f"scope {scope} does not include {kind}"
    person = who.user or "(nobody)"
    reasons = []
    if wanted.client_session_id and wanted.client_session_id != who.id:
        reasons.append(f"session {who.id} is not {wanted.client_session_id}")
    if wanted.user and wanted.user.casefold() != who.user.casefold():
        reasons.append(f"user {person} is not {wanted.user}")
    if wanted.has_role and wanted.has_role not in who.roles:
        roles = ", ".join(sorted(who.roles)) or "no role"
        reasons.append(f"user {person} has {roles}, not {wanted.has_role}")
    if wanted.host_name and wanted.host_name.casefold() != who.host_name.casefold():
        reasons.append(f"host {who.host_name or '(none)'} is not {wanted.host_name}")
    return "; ".join(reasons)


def select(
    scope: str, wanted: Filter, sessions: Iterable[S], letter: str = "C"
) -> tuple[list[S], tuple[Identity, ...]]:
    """Divide the sessions of one project, all of one kind, into receivers and others.

    Args:
        scope: canonical letters.
        wanted: the message's filters.
        sessions: those of the message's project, in the order they were opened.
        letter: ``C`` for clients, ``S`` for Perspective sessions.

    Returns:
        The sessions that receive it, in that order, and the identities of all others.
    """
    sessions = list(sessions)
    if letter not in scope:
        return [], tuple(session.identity for session in sessions)
    if not (wanted.client_session_id or wanted.user or wanted.has_role or wanted.host_name):
        return sessions, ()
    receivers: list[S] = []
    others: list[Identity] = []
    for session in sessions:
        who = session.identity
        if matches(wanted, who):
            receivers.append(session)
        else:
            others.append(who)
    return receivers, tuple(others)


def default_scope(wanted: Filter, profile: str) -> str:
    """The scope of a message that names none (Ignition 7.9 manual; 8.0.8 and later add ``S``)."""
    letters = "C" if wanted.narrows_scope else "CG"
    return letters if profile == "7.9" else letters + "S"


def known_scopes(profile: str) -> str:
    """The scope letters a profile accepts."""
    return "CG" if profile == "7.9" else "CGS"


def why_not(message: Message) -> Iterator[str]:
    """One line for each session of the project that was not selected, and what kept it out."""
    for who in message.skipped:
        yield f"{who.id}: {reason_against(message.scope, message.filter, who)}"


def why_selected(message: Message, receiver: str) -> str:
    """What made a message go to a receiver.

    Args:
        message: that was sent.
        receiver: of one of its deliveries: ``Gateway``, ``RemoteServer <name>`` or a session id.
    """
    wanted = message.filter
    if receiver == "Gateway":
        return f"scope {message.scope} includes the Gateway, which filters never limit"
    if receiver.startswith("RemoteServer "):
        return "remoteServers names it"
    kind = "clients" if len(receiver) == len("65F7A472") else "Perspective sessions"
    matched = [
        text
        for value, text in (
            (wanted.client_session_id, f"clientSessionId is {receiver}"),
            (wanted.user, f"user is {wanted.user}"),
            (wanted.has_role, f"the user has {wanted.has_role}"),
            (wanted.host_name, f"host is {wanted.host_name}"),
        )
        if value
    ]
    reasons = [f"scope {message.scope} includes {kind} of {message.project}", *matched]
    return "; ".join(reasons)
