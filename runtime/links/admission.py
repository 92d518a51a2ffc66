"""From a connection that was let in to a session: its Hello, and what it may be."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from runtime.errors import PilotlightError, UnknownProject
from runtime.links import protocol
from runtime.links.attached import AttachedClient, AttachedScript
from runtime.links.connection import Connection
from runtime.links.credentials import Principal
from runtime.links.errors import Refused
from runtime.links.peer import Breach, Peer
from sandbox.isolation.frames import MessageDecoder

if TYPE_CHECKING:
    from runtime.links.server import LinkServer


_CONTROLS: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LIST: Final = frozenset(",{}")


def length_of(frame: bytes) -> int:
    """How many messages a frame says it has, before any is decoded; 0 where it is no array."""
    first = frame[0] if frame else 0
    if 0x90 <= first <= 0x9F:
        return first & 0x0F
    width = {0xDC: 2, 0xDD: 4}.get(first, 0)
    return int.from_bytes(frame[1 : 1 + width], "big")


def unfit(text: str, what: str, forbidden: frozenset[str] = _LIST) -> str:
    """Why a name cannot be taken, empty where it can.

    What stands in the lists that ``sendMessage`` returns and in lines of log must not look like
    another part of them.
    """
    for character in text:
        if character in forbidden or unicodedata.category(character) in _CONTROLS:
            return f"a {what} cannot have {character!r} in it: {text[:80]!r}"
    return ""


def unfit_roles(roles: Iterable[str]) -> str:
    """Why one of these roles cannot be taken, empty where all can."""
    return next(filter(None, (unfit(role, "role", frozenset()) for role in roles)), "")


class Admission:
    """Admits connections to one server.

    Args:
        server: to which.
        decoder: of what comes to a gateway.
    """

    def __init__(self, server: LinkServer, decoder: MessageDecoder[Any]) -> None:
        self._server = server
        self._decoder = decoder

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
        messages = self._decoder.decode(frame) if length_of(frame) == 1 else []
        if not messages or type(messages[0]) is not protocol.Hello:
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
        wrong = (
            unfit(hello.host_name, "host name")
            or unfit(hello.user, "user name")
            or unfit_roles(hello.roles)
        )
        if wrong:
            raise Refused(wrong)
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
        self._say(peer, resumed, hello.host_name)
        # Before anything a flush of the session writes.
        peer.write(connection, [welcome])
        peer.flush()
        return peer

    def _say(self, peer: Peer, resumed: bool, host_name: str) -> None:
        user = getattr(getattr(peer.scope, "identity", None), "user", "")
        who = f" as {user}" if user and user != peer.principal.name else ""
        there = f", host {host_name}" if host_name else ""
        came = "is attached again" if resumed else "is attached"
        self._server.ledger.say(
            ("came", peer.kind, peer.where), "INFO", f"{peer.title} {came}{who}{there}", 20
        )

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
        self._make_room(principal)
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

    def _make_room(self, principal: Principal) -> None:
        """Sessions whose link is cut count too: of one's own the oldest goes for a new one."""
        server = self._server
        if len(server.attached) < server.room:
            return
        cut = [p for p in server.peers() if not p.attached and p.principal.name == principal.name]
        if not cut:
            raise Refused("too many sessions: some wait for their links to come back")
        min(cut, key=lambda p: p.cut_at).end(
            f"its link was cut, and another session of {principal.name} needed its place"
        )

    @staticmethod
    def _made(peer: Peer, session: Any) -> Any:
        peer.id = session.id
        peer.speak_for(session)
        return session
