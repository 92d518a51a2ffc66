"""Perspective sessions as stand-ins: they receive messages of scope ``S``, and are seen as objects.

There is no page and no component behind one: what its scripts read and write are its properties.
Source of the names: the Perspective session object of the Ignition 8.1 manual; that properties not
set before may be written, and that a list is read as a copy, is our choice.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from project_store.model import Scope
from runtime.errors import BadArgument, PilotlightError, SessionClosed
from runtime.generation import EventKey, Generation, HandlerKey
from runtime.instance import Handler, Instance
from runtime.message import Identity
from runtime.payload import copy_value
from runtime.scopes import Kind, Receiver
from runtime.system.exceptions import to_caller
from runtime.waiting import weight_of
from sandbox import Facade
from sandbox.guards_base import plain_name

if TYPE_CHECKING:
    from runtime.contracts import Host, Space

Path = tuple[str, ...]

_set = object.__setattr__

KEPT_BYTES: Final = 16 * 1024 * 1024
"""Memory that the properties of one session may take, about."""

NAME: Final = 256
"""Characters that the name of a property may have."""

DEEPEST: Final = 64
"""Properties that may lie one below the other."""

TREE: Final = "tree"
"""What a read of a path that has others below it gives instead of a value."""


class Properties(Protocol):
    """Where the properties of a session are: in this process, or behind a worker's channel."""

    def read(self, path: Path) -> tuple[str, Any]:
        """``("tree", names)``, ``("value", copy)`` or ``("", None)`` where there is nothing."""

    def write(self, path: Path, value: Any) -> None:
        """Set what is at a path; a dict becomes properties of its own."""


class OwnProperties:
    """The properties of a session of this process; methods may be called from any thread.

    Args:
        values: plain data, by the names at the top.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, Any] = copy_value(dict(values), "session")
        self._bytes = weight_of(self._values)

    def read(self, path: Path) -> tuple[str, Any]:
        """See ``Properties``."""
        with self._lock:
            found: Any = self._values
            for name in path:
                if type(found) is not dict or name not in found:
                    return "", None
                found = found[name]
            if type(found) is dict:
                return TREE, [str(name) for name in found]
            return "value", copy_value(found, ".".join(path))

    def write(self, path: Path, value: Any) -> None:
        """See ``Properties``.

        Raises:
            BadArgument: it is too deep, its name too long, or all of them too large.
        """
        if len(path) > DEEPEST or len(path[-1]) > NAME:
            raise BadArgument(
                f"a property has a name of {NAME} characters at most, {DEEPEST} names deep: "
                f"{'.'.join(path)[:100]}"
            )
        value = copy_value(value, ".".join(path))
        weight = weight_of(value) + weight_of(path[-1])
        with self._lock:
            place = self._values
            for name in path[:-1]:
                below = place.get(name)
                if type(below) is not dict:
                    raise ValueError(f"{name} is no longer there")
                place = below
            name = path[-1]
            if name in place:
                weight -= weight_of(place[name]) + weight_of(name)
            if weight > 0 and self._bytes + weight > KEPT_BYTES:
                raise BadArgument(
                    f"the properties of a session take {KEPT_BYTES >> 20} MiB at most: "
                    f"{'.'.join(path)[:100]} is not set; remove others first"
                )
            self._bytes += weight
            place[name] = value

    def whole(self, path: Path) -> Any:
        """A copy of everything at a path, dicts included; None where there is nothing."""
        with self._lock:
            found: Any = self._values
            for name in path:
                if type(found) is not dict or name not in found:
                    return None
                found = found[name]
            return copy_value(found, ".".join(path))


class PropertyTree(Facade):
    """A session, or a property of it that has others below it, as scripts hold it."""

    __slots__ = ("_path", "_properties")

    _path: Path
    _properties: Properties

    def __init__(self, properties: Properties, path: Path = ()) -> None:
        _set(self, "_properties", properties)
        _set(self, "_path", path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "$" in name:
            raise AttributeError(name)
        kind, value = self._properties.read((*self._path, name))
        if not kind:
            where = ".".join(("session", *self._path))
            raise AttributeError(f"{where} has no property '{name}'")
        return PropertyTree(self._properties, (*self._path, name)) if kind == TREE else value

    def __setattr__(self, name: str, value: Any) -> None:  # type: ignore[override]
        if name.startswith("_") or "$" in name or not self._path:
            raise AttributeError(f"'{name}' cannot be set here")
        if isinstance(value, PropertyTree):
            value = _plain(value)
        try:
            self._properties.write((*self._path, name), value)
        except PilotlightError as error:
            raise to_caller(error) from None

    def __getitem__(self, name: Any) -> Any:
        try:
            return self.__getattr__(plain_name(name))
        except AttributeError:
            raise KeyError(name) from None

    def __setitem__(self, name: Any, value: Any) -> None:
        self.__setattr__(plain_name(name), value)

    def __contains__(self, name: Any) -> bool:
        return plain_name(name) in self._names()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return f"<{'.'.join(('session', *self._path))}>"

    def _names(self) -> list[str]:
        kind, names = self._properties.read(self._path)
        return list(names) if kind == TREE else []


def _plain(tree: PropertyTree) -> dict[str, Any]:
    """A copy of the tree as dicts."""
    return {
        name: _plain(found) if isinstance(found := tree[name], PropertyTree) else found
        for name in tree
    }


class SessionInstance(Instance):
    """Scripts of a session: its handlers are called with the session before the payload."""

    __slots__ = ("session",)

    session: PropertyTree

    def handler(self, generation: Generation, key: HandlerKey | EventKey) -> Handler | None:
        """See ``Instance.handler``."""
        found = super().handler(generation, key)
        if found is None:
            return None
        function, session = found, self.session
        return lambda payload: function(session, payload)


class SessionReceiver(Receiver):
    """What both a session of this process and its double in a worker are."""

    kind: ClassVar[Kind] = "Perspective"
    letter: ClassVar[Scope] = "S"

    __slots__ = ("identity", "opened_at", "properties")

    properties: Properties

    def __init__(self, host: Host, identity: Identity) -> None:
        super().__init__(host, identity.project, identity.id)
        self.identity = identity
        self.opened_at = datetime.now(UTC)

    @property
    def id(self) -> str:
        """The session's id."""
        return self.identity.id

    @property
    def session_id(self) -> str:
        """The session's id."""
        return self.identity.id

    @property
    def instance(self) -> Instance:
        """The scripts of the session's project, alive here."""
        found = self._instance
        if found is None:
            names = {"system": self.system}
            with self._lock:
                if self._instance is None:
                    made = SessionInstance(
                        self.libraries,
                        names,
                        self.host.policy,
                        self.host.profile,
                        self.host.folders_of(self.project),
                    )
                    made.session = PropertyTree(self.properties)
                    self._instance = made
                found = self._instance
        return found

    def follow_events(self) -> None:
        """Its own event scripts (startup, page startup, ...) are read, and never run here."""


class PerspectiveSession(SessionReceiver):
    """A stand-in for one Perspective session: it receives messages of its project, scope ``S``.

    Never in the list that ``sendMessage`` returns (Ignition SDK 8.1.1); its deliveries are in the
    trace under the session's id.
    """

    __slots__ = ("closed", "space")

    properties: OwnProperties

    def __init__(
        self,
        host: Host,
        space: Space,
        identity: Identity,
        props: Mapping[str, Any] | None = None,
        custom: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(host, identity)
        self.space = space
        self.closed = False
        user = {"userName": identity.user, "roles": sorted(identity.roles)}
        known = {
            "id": identity.id,
            "host": identity.host_name,
            "address": identity.address,
            "auth": {"authenticated": bool(identity.user), "user": user},
            **(props or {}),
        }
        self.properties = OwnProperties(
            {"id": identity.id, "host": identity.host_name, "props": known, "custom": custom or {}}
        )

    @property
    def props(self) -> dict[str, Any]:
        """A copy of ``session.props``."""
        found: dict[str, Any] = self.properties.whole(("props",))
        return found

    @property
    def custom(self) -> dict[str, Any]:
        """A copy of ``session.custom``, as scripts have left it."""
        found: dict[str, Any] = self.properties.whole(("custom",))
        return found

    def require_sending(self) -> None:
        """Check that the session and its host are open."""
        super().require_sending()
        if self.closed:
            raise SessionClosed(f"Perspective session {self.id} is closed")

    def close(self) -> None:
        """End the session: what still waits for it ends as undelivered."""
        if not self.closed:
            self.closed = True
            self.space.dismiss(self.id)
            self.stop(f"Perspective session {self.id} was closed")

    def __enter__(self) -> PerspectiveSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
