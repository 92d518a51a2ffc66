"""One project in the host: its current generation, its Gateway side and its client sessions."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from runtime.generation import Generation
from runtime.message import Identity
from runtime.perspective import PerspectiveSession
from runtime.scopes import ClientSession, GatewayProject, Receiver

if TYPE_CHECKING:
    from runtime.contracts import Host

REMEMBERED: Final = 1_000
"""Ended sessions of a project whose people are still known, for those who read the trace."""


class ProjectSpace:
    """Where a project's generations follow each other; it outlives its files.

    Attributes:
        name: the project's name.
        current: the generation that runs; None while there is no such (enabled) project. A reload
            replaces this one reference.
        gateway: the Gateway's side.
        sessions: client sessions by id, in the order they were opened.
        perspectives: Perspective sessions likewise.
        former: who the sessions were that have ended, by id; the newest of them.
    """

    __slots__ = (
        "_identities",
        "_lock",
        "current",
        "former",
        "gateway",
        "name",
        "perspectives",
        "sessions",
    )

    def __init__(self, host: Host, name: str) -> None:
        self.name = name
        self.current: Generation | None = None
        self.gateway = GatewayProject(host, name)
        self.sessions: dict[str, ClientSession] = {}
        self.perspectives: dict[str, PerspectiveSession] = {}
        self.former: dict[str, Identity] = {}
        self._identities: tuple[Identity, ...] | None = None
        self._lock = threading.Lock()

    def identities(self) -> tuple[Identity, ...]:
        """Who the client sessions are, in order; the same tuple until that changes."""
        found = self._identities
        if found is None:
            with self._lock:
                found = tuple(session.identity for session in list(self.sessions.values()))
                self._identities = found
        return found

    def renamed(self) -> None:
        """Somebody else is logged in at a client session."""
        with self._lock:
            self._identities = None

    @property
    def receivers(self) -> list[Receiver]:
        """Everything that runs scripts of the project: the Gateway first."""
        return [self.gateway, *list(self.sessions.values()), *list(self.perspectives.values())]

    def join(self, session: ClientSession) -> None:
        """Have a session receive the project's messages."""
        self.sessions[session.identity.id] = session
        self.renamed()

    def dismiss(self, id: str) -> None:
        """A Perspective session receives nothing more."""
        session = self.perspectives.pop(id, None)
        if session is not None:
            self.remember(session.identity)

    def leave(self, id: str) -> None:
        """The session receives nothing more."""
        session = self.sessions.pop(id, None)
        self.renamed()
        if session is not None:
            self.remember(session.identity)

    def remember(self, identity: Identity) -> None:
        """Keep who a session was that has ended."""
        with self._lock:
            self.former[identity.id] = identity
            while len(self.former) > REMEMBERED:
                del self.former[next(iter(self.former))]
