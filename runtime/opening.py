"""Opening sessions in a host: who they are, and which id they get."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

from runtime.errors import BadArgument, UnknownProject
from runtime.message import Identity
from runtime.perspective import PerspectiveSession
from runtime.routing import known_scopes
from runtime.scopes import ClientSession, Comm, DesignerSession, role_set

if TYPE_CHECKING:
    from runtime.host import ScriptHost
    from runtime.spaces import ProjectSpace

Kind = Callable[["ScriptHost", "ProjectSpace", Identity], ClientSession]


class Opening:
    """Makes the sessions of one host; see ``ScriptHost.open_client`` and its neighbours."""

    def __init__(self, host: ScriptHost) -> None:
        self._host = host
        self._lock = threading.Lock()

    def client(
        self,
        project: str,
        user: str,
        roles: Iterable[str],
        host_name: str,
        address: str,
        kind: Kind,
    ) -> ClientSession:
        """A Client session, made by ``kind``."""
        host = self._host
        host.require_open()
        space = self._space_of(project)
        given = role_set(roles)
        with self._lock:
            identity = Identity(self._new_id(), project, user, given, host_name, address)
            session = kind(host, space, identity)
            space.join(session)
        session.follow_events()
        return session

    def designer(
        self,
        project: str,
        user: str,
        comm: Comm,
        roles: Iterable[str],
        host_name: str,
        address: str,
    ) -> DesignerSession:
        """A Designer session."""
        host = self._host
        host.require_open()
        self._space_of(project)
        given = role_set(roles)
        with self._lock:
            identity = Identity(self._new_id(), project, user, given, host_name, address)
            session = DesignerSession(host, identity, comm)
            host.designers[identity.id] = session
        return session

    def perspective(
        self,
        project: str,
        user: str,
        roles: Iterable[str],
        host_name: str,
        address: str,
        props: Mapping[str, object] | None,
        custom: Mapping[str, object] | None,
    ) -> PerspectiveSession:
        """A stand-in for a Perspective session."""
        host = self._host
        host.require_open()
        if "S" not in known_scopes(host.profile):
            raise BadArgument(
                f"profile {host.profile} has no Perspective sessions: they came with Ignition 8"
            )
        space = self._space_of(project)
        given = role_set(roles)
        identity = Identity(str(uuid4()), project, user, given, host_name, address, "S")
        session = PerspectiveSession(host, space, identity, props, custom)
        space.perspectives[identity.id] = session
        return session

    def _space_of(self, project: str) -> ProjectSpace:
        space = self._host.spaces.get(project)
        if space is None or space.current is None:
            raise UnknownProject(self._host.why_no_project(project))
        return space

    def _new_id(self) -> str:
        host = self._host
        while True:
            id = secrets.token_hex(4).upper()
            taken = any(id in space.sessions for space in host.spaces.values())
            if not taken and id not in host.designers:
                return id
