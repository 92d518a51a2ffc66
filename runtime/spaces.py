"""One project in the host: its current generation, its Gateway side and its client sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.generation import Generation
from runtime.perspective import PerspectiveSession
from runtime.scopes import ClientSession, GatewayProject, Receiver

if TYPE_CHECKING:
    from runtime.contracts import Host


class ProjectSpace:
    """Where a project's generations follow each other; it outlives its files.

    Attributes:
        name: the project's name.
        current: the generation that runs; None while there is no such (enabled) project. A reload
            replaces this one reference.
        gateway: the Gateway's side.
        sessions: client sessions by id, in the order they were opened.
        perspectives: Perspective sessions likewise.
    """

    __slots__ = ("current", "gateway", "name", "perspectives", "sessions")

    def __init__(self, host: Host, name: str) -> None:
        self.name = name
        self.current: Generation | None = None
        self.gateway = GatewayProject(host, name)
        self.sessions: dict[str, ClientSession] = {}
        self.perspectives: dict[str, PerspectiveSession] = {}

    @property
    def receivers(self) -> list[Receiver]:
        """Everything that runs scripts of the project: the Gateway first."""
        return [self.gateway, *list(self.sessions.values()), *list(self.perspectives.values())]

    def join(self, session: ClientSession) -> None:
        """Have a session receive the project's messages."""
        self.sessions[session.identity.id] = session

    def dismiss(self, id: str) -> None:
        """A Perspective session receives nothing more."""
        self.perspectives.pop(id, None)

    def leave(self, id: str) -> None:
        """The session receives nothing more."""
        self.sessions.pop(id, None)
