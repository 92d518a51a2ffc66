"""From a connection that was let in to a session: its Hello, and what it may be."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from typing import TYPE_CHECKING, Any

from runtime.errors import PilotlightError, UnknownProject
from runtime.links import protocol
from runtime.links.attached import AttachedClient, AttachedScript
from runtime.links.connection import Connection
from runtime.links.credentials import Principal
from runtime.links.errors import Refused
from runtime.links.peer import Breach, Peer

if TYPE_CHECKING:
    from runtime.links.server import LinkServer


class Admission:
    """Admits connections to one server.

    Args:
        server: to which.
    """

    def __init__(self, server: LinkServer) -> None:
        self._server = server

    async def greet(self, connection: Connection) -> Peer:
        """Take its Hello; gives what it is attached as.

        Raises:
            Refused: it may not be that; it says why.
            Breach: it says something else.
            TimeoutError: it says nothing.
        """
        async with asyncio.timeout(self._server.patience):
            frame = await connection.recv()
        if isinstance(frame, str):
            raise Breach("text")
        messages = self._server.decoder.decode(frame)
        if len(messages) != 1 or type(messages[0]) is not protocol.Hello:
            raise Breach("a link begins with one Hello")
        return self._admit(connection, messages[0])

    def _admit(self, connection: Connection, hello: protocol.Hello) -> Peer:
        principal = connection.principal
        if principal is None:
            raise Refused("no credentials")
        if hello.version != protocol.VERSION:
            raise Refused(f"this gateway speaks version {protocol.VERSION} of the protocol")
        needed: dict[str, Any] = {
            "client": "client", "designer": "designer", "script": "operate", "tool": None
        }  # fmt: skip
        right = needed[hello.kind]
        if right is not None and right not in principal.rights:
            raise Refused(f"{principal.name} lacks the right to {right}")
        peer = self._resumed(connection, principal, hello)
        resumed = peer is not None
        if peer is None:
            peer = self._new_peer(connection, principal, hello)
        identity = getattr(peer.scope, "identity", None)
        config = self._server.host.config
        welcome = protocol.Welcome(
            protocol.VERSION,
            self._server.host.name,
            self._server.host.profile,
            peer.id,
            peer.key,
            resumed,
            identity.user if identity is not None else principal.name,
            sorted(identity.roles) if identity is not None else list(principal.roles),
            connection.address,
            config.heartbeat,
            config.resume,
            self._server.host.deadline,
            config.payload_depth,
            config.shared_threads,
        )
        # Before anything a flush of the session writes.
        peer.write(connection, [welcome])
        peer.flush()
        return peer

    def _resumed(
        self, connection: Connection, principal: Principal, hello: protocol.Hello
    ) -> Peer | None:
        peer = self._server.attached.get(hello.resume)
        if (
            peer is None
            or peer.ended
            or not hmac.compare_digest(peer.key.encode(), hello.key.encode())
            or (peer.kind, peer.principal.name) != (hello.kind, principal.name)
            or peer.kind not in ("client", "designer")
        ):
            return None
        peer.principal = principal
        peer.attach(connection, hello.received)
        return peer

    def _new_peer(
        self, connection: Connection, principal: Principal, hello: protocol.Hello
    ) -> Peer:
        host = self._server.host
        user, roles = principal.name, principal.roles
        if principal.owner:
            user, roles = hello.user, tuple(hello.roles)
        elif (hello.user and hello.user != user) or not set(hello.roles) <= set(roles):
            raise Refused(f"{principal.name} cannot attach as somebody else")
        peer = Peer(self._server, principal, hello.kind, "")
        who: dict[str, Any] = {"user": user, "roles": roles, "host_name": hello.host_name}
        try:
            if hello.kind == "client":
                peer.where = connection.address
                session: Any = host.open_client(
                    hello.project,
                    **who,
                    address=connection.address,
                    kind=lambda h, s, i: self._made(peer, AttachedClient(h, s, i, peer)),
                )
            elif hello.kind == "designer":
                session = host.open_designer(
                    hello.project, **who, comm=hello.comm, address=connection.address
                )
                self._made(peer, session)
            else:
                peer.id = secrets.token_hex(4).upper()
                if hello.kind == "script":
                    if hello.project and host.generation_of(hello.project) is None:
                        raise UnknownProject(host.why_no_project(hello.project))
                    peer.speak_for(AttachedScript(host, hello.project, peer.id))
        except PilotlightError as error:
            raise Refused(str(error)) from None
        self._server.attached[peer.id] = peer
        peer.attach(connection)
        return peer

    @staticmethod
    def _made(peer: Peer, session: Any) -> Any:
        peer.id = session.id
        peer.speak_for(session)
        return session
