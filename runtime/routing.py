"""Who receives a message: pure functions of the message and of the sessions there are."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from runtime.message import Filter, Identity, Message


class HasIdentity(Protocol):
    """A client session, as far as routing looks at it."""

    @property
    def identity(self) -> Identity: ...


S = TypeVar("S", bound=HasIdentity)


def reason_against(scope: str, wanted: Filter, who: Identity) -> str:
    """Why this session does not receive a message, or an empty string when it does.

    Args:
        scope: canonical letters.
        wanted: the message's filters; every one that is set must match.
        who: the session, as it is at the call.
    """
    if "C" not in scope:
        return f"scope {scope} does not include clients"
    if wanted.client_session_id and wanted.client_session_id != who.id:
        return f"session {who.id} is not {wanted.client_session_id}"
    if wanted.user and wanted.user.casefold() != who.user.casefold():
        return f"user {who.user or '(nobody)'} is not {wanted.user}"
    if wanted.has_role and wanted.has_role not in who.roles:
        roles = ", ".join(sorted(who.roles)) or "no role"
        return f"user {who.user or '(nobody)'} has {roles}, not {wanted.has_role}"
    if wanted.host_name and wanted.host_name.casefold() != who.host_name.casefold():
        return f"host {who.host_name or '(none)'} is not {wanted.host_name}"
    return ""


def select(
    scope: str, wanted: Filter, sessions: Iterable[S]
) -> tuple[list[S], tuple[Identity, ...]]:
    """Divide the client sessions of one project into receivers and others.

    Args:
        scope: canonical letters.
        wanted: the message's filters.
        sessions: those of the message's project, in the order they were opened.

    Returns:
        The sessions that receive it, in that order, and the identities of all others.
    """
    sessions = list(sessions)
    if "C" not in scope:
        return [], tuple(session.identity for session in sessions)
    if not (
        wanted.client_session_id or wanted.user or wanted.has_role or wanted.host_name
    ):
        return sessions, ()
    receivers: list[S] = []
    others: list[Identity] = []
    for session in sessions:
        who = session.identity
        if reason_against(scope, wanted, who):
            others.append(who)
        else:
            receivers.append(session)
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
