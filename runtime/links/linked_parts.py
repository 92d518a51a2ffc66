"""What a host that is attached to a gateway has in the place of its own: see ``linked_host``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from runtime.dispatch import Dispatcher
from runtime.errors import PilotlightError
from runtime.executors.inside_host import RemoteTags
from runtime.executors.values import CODEC
from runtime.links import protocol
from runtime.message import NO_FILTER, Filter
from runtime.payload import copy_payload
from runtime.scopes import ClientSession, Comm, DesignerSession
from runtime.system.exceptions import to_caller
from runtime.system.registry import SystemRegistry
from runtime.tags.provider import Change
from sandbox.isolation.errors import PayloadRefused

if TYPE_CHECKING:
    from runtime.contracts import Scope
    from runtime.links.linked_host import LinkedHost


class LinkedDispatcher(Dispatcher):
    """Has the gateway send what scripts send here."""

    def __init__(self, host: LinkedHost) -> None:
        super().__init__(host)
        self._linked = host

    def send(
        self,
        sender: Scope,
        project: str,
        handler: str,
        payload: Any = None,
        scope: str = "",
        wanted: Filter = NO_FILTER,
        remote_servers: Sequence[str] = (),
    ) -> list[str]:
        """Send one message; see ``Dispatcher.send``.

        Raises:
            LinkError: there is no link (nothing was sent), or it was cut meanwhile (not known).
        """
        sender.require_sending()
        host = self._linked
        filters = (wanted.client_session_id, wanted.user, wanted.has_role, wanted.host_name)
        copied = copy_payload(payload, host.payload_depth)
        arguments = (project, handler, copied, scope, filters, tuple(remote_servers))
        entries: list[str] = host.ask(sender, "sendMessage", arguments).result()
        return entries


class LinkedTags(RemoteTags):
    """The gateway's tags, read and written over the link."""

    def __init__(self, host: LinkedHost) -> None:
        super().__init__(cast(Any, host))
        self._linked = host
        self._calls = count(1)
        self._wanted: dict[int, tuple[list[str], Callable[[Change], None]]] = {}

    def subscribe(
        self, paths: Sequence[str], changed: Callable[[Change], None]
    ) -> Callable[[], object]:
        """Have ``changed`` called for each change, on the link's thread; see ``TagProvider``.

        After a cut the present values come first, as at the beginning.
        """
        call = next(self._calls)
        self._wanted[call] = (list(paths), changed)
        self._linked.link.send(protocol.Subscribe(call, list(paths)))

        def end() -> None:
            if self._wanted.pop(call, None) is not None:
                self._linked.link.send(protocol.Subscribe(call, []))

        return end

    def again(self) -> None:
        """The link is there again, and the gateway has forgotten what was subscribed to."""
        for call, (paths, _) in list(self._wanted.items()):
            self._linked.link.send(protocol.Subscribe(call, paths))

    def take(self, message: protocol.Changed) -> None:
        """A tag changed."""
        if message.missed:
            text = f"{message.missed} changes of tags were missed: this session was too slow"
            self._linked.logbook.write("WARN", "Links", text)
        wanted = self._wanted.get(message.call)
        if wanted is None:
            return
        try:
            path, before, after, kinds, initial = CODEC.decode(message.data)
        except PayloadRefused as error:
            self._linked.logbook.write("WARN", "Links", f"a tag's value cannot be read: {error}")
            return
        wanted[1](Change(path, before, after, frozenset(kinds), initial))


class LinkedRegistry(SystemRegistry):
    """What this program supplies, and below it what the gateway's supplies."""

    def __init__(self, host: LinkedHost) -> None:
        super().__init__()
        self._linked = host
        self._theirs: set[str] = set()

    def renew(self, names: Iterable[str]) -> None:
        """Take the names that the gateway has now."""
        wanted = set(names)
        own = set(self._provided) - self._theirs
        for name in self._theirs - wanted:
            self._provided.pop(name, None)
        self._theirs = wanted - own
        for name in sorted(self._theirs):
            super().provide(name, partial(self._call, name))

    def provide(self, name: str, function: Callable[..., Any]) -> None:
        """Supply a function here, in the place of the gateway's; see ``SystemRegistry``."""
        super().provide(name, function)
        self._theirs.discard(f"system.{name.removeprefix('system.')}")

    def _call(self, name: str, *args: Any, **keywords: Any) -> Any:
        try:
            return self._linked.ask(None, name, args, keywords).result()
        except PilotlightError as error:
            raise to_caller(error) from None


class LinkedClient(ClientSession):
    """The client session of this process."""

    __slots__ = ()

    def login(self, user: str, roles: Iterable[str] = (), password: str = "") -> None:
        """Change who is logged in; the session's id stays.

        Args:
            user: empty for nobody.
            roles: only where the owner's token opened the link; else the gateway knows them.
            password: needed where it did not.

        Raises:
            LinkError: the gateway says no, or there is no link.
        """
        host = cast("LinkedHost", self.host)
        names = sorted(roles)
        host.link.login(user, password, names)
        super().login(user, names)


class LinkedDesigner(DesignerSession):
    """The Designer session of this process."""

    __slots__ = ()

    @property
    def comm(self) -> Comm:
        """The communication mode: ``off``, ``read-only`` or ``read-write``."""
        return self._comm

    @comm.setter
    def comm(self, mode: Comm) -> None:
        # The base checks the mode.
        DesignerSession.comm.fset(self, mode)  # type: ignore[attr-defined]
        cast("LinkedHost", self.host).link.send(protocol.Comm(mode))
