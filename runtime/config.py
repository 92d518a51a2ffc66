"""`pilotlight.toml`: what an operator may set, where it was set, and what is wrong with it."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from runtime.errors import ConfigError
from sandbox.limits import RECURSION
from sandbox.nesting import LEAST

FILE_NAME = "pilotlight.toml"

Profile = Literal["7.9", "8.1", "8.3"]
Tier = Literal["thread", "process"]

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Nesting = Annotated[int, msgspec.Meta(ge=LEAST, le=RECURSION)]


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """One Client session that the host opens when it starts.

    Args:
        project: the project the client runs; required.
        user: who is logged in.
        roles: the roles of that user.
        host: the network host name that ``hostName`` filters match.
        address: the network address shown in the list that ``sendMessage`` returns.
    """

    project: str
    user: str = ""
    roles: tuple[str, ...] = ()
    host: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one project's scripts may use.

    Args:
        read, write: folders; none by default.
        system: modules (``tag``) and functions (``util.sendMessage``) of the ``system`` namespace,
            provided ones included; unset is all of it.
    """

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    system: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ProjectLimits:
    """The operator's limits for one project, in the place of the host's; unset ones are the host's.

    Args:
        deadline: seconds until one of its handlers is stopped.
        memory: MiB that a worker process of it may use.
        output: characters that one run of its scripts may print.
        log_rate: lines of log that its scripts may write in a second.
        recursion: nested calls of its scripts.
    """

    deadline: Seconds | None = None
    memory: Count | None = None
    output: Count | None = None
    log_rate: Count | None = None
    recursion: Nesting | None = None


Right = Literal["client", "designer", "view", "operate"]


@dataclass(frozen=True, slots=True)
class UserConfig:
    """Who may attach to a served host with a password.

    Args:
        password: an argon2 hash, as ``pilotlight password`` prints it; never the password itself.
        roles: the user's roles, which ``hasRole`` filters match.
        rights: ``client`` and ``designer`` open such sessions, ``view`` looks at everything,
            ``operate`` sends, stops and runs Gateway scripts.
    """

    password: str
    roles: tuple[str, ...] = ()
    rights: tuple[Right, ...] = ("client",)


@dataclass(frozen=True, slots=True)
class TokenConfig:
    """A program that may attach to a served host.

    Args:
        sha256: hex digest of its token, as ``pilotlight token`` prints it.
        user: the user it acts as; empty for its own name.
        roles, rights: as for a user.
    """

    sha256: str
    user: str = ""
    roles: tuple[str, ...] = ()
    rights: tuple[Right, ...] = ("view",)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the file calls a field of `HostConfig`, and one line about it."""

    key: str
    about: str


@dataclass(frozen=True)
class HostConfig:
    """Everything that a host is started with, as one frozen value.

    Each field is one setting; its key in ``pilotlight.toml`` is ``table.key``. All of them have
    a default, so that a host needs no file.
    """

    name: Annotated[str, Setting("gateway.name", "Gateway name, as other gateways address it")] = (
        "Gateway"
    )
    profile: Annotated[
        Profile, Setting("gateway.profile", "Ignition generation whose messaging rules apply")
    ] = "7.9"
    deadline: Annotated[
        Seconds | None,
        Setting("limits.deadline", "seconds until a handler is stopped; unset: never"),
    ] = None
    overdue: Annotated[
        Seconds, Setting("limits.overdue", "seconds until a running handler is reported")
    ] = 10.0
    queue: Annotated[Count, Setting("limits.queue", "deliveries that may wait in one lane")] = (
        100_000
    )
    queue_memory: Annotated[
        Count,
        Setting("limits.queue_memory", "MiB of payloads that may wait for one worker or receiver"),
    ] = 256
    queue_warning: Annotated[
        Count, Setting("limits.queue_warning", "waiting deliveries at which a lane warns")
    ] = 1_000
    payload_depth: Annotated[
        Count, Setting("limits.payload_depth", "how deep a payload may nest")
    ] = 64
    payload: Annotated[
        Count | None,
        Setting("limits.payload", "KiB that a payload or a reply may have, as it is encoded"),
    ] = None
    recursion: Annotated[
        Nesting, Setting("limits.recursion", "calls of scripts that may nest, at most 1000")
    ] = RECURSION
    log_rate: Annotated[
        Count, Setting("limits.log_rate", "lines of log a second that a project may write")
    ] = 5_000
    chain: Annotated[
        Count,
        Setting("limits.chain", "messages in 10 seconds that a project sends in rings"),
    ] = 20_000
    trace: Annotated[Count, Setting("limits.trace", "deliveries kept in the trace")] = 10_000
    memory: Annotated[Count, Setting("limits.memory", "MiB that a worker process may use")] = 256
    output: Annotated[
        Count | None, Setting("limits.output", "characters that one run of a script may print")
    ] = 10_000_000
    calls: Annotated[
        Count, Setting("limits.calls", "calls a second that one worker may make of the host")
    ] = 50_000
    project_limits: Annotated[
        Mapping[str, ProjectLimits], Setting("limits.projects", "limits of single projects")
    ] = field(default_factory=lambda: MappingProxyType({}))
    shared: Annotated[
        Count | None,
        Setting("threads.shared", "threads of a Shared lane; unset: 1 in profile 7.9, 4 in 8.x"),
    ] = None
    tier: Annotated[
        Tier | None,
        Setting("sandbox.tier", "where scripts run; unset: process for serve, thread elsewhere"),
    ] = None
    cache: Annotated[
        str,
        Setting("sandbox.cache", "folder for compiled code, or off; unset: the user's own"),
    ] = ""
    grants: Annotated[
        Mapping[str, Grant], Setting("sandbox.grants", "what a project's scripts may use")
    ] = field(default_factory=lambda: MappingProxyType({}))
    recycle: Annotated[
        Count | None,
        Setting("sandbox.recycle", "deliveries until a worker is replaced; unset: never"),
    ] = None
    dedicated_workers: Annotated[
        bool, Setting("sandbox.dedicated_workers", "give each Dedicated handler its own worker")
    ] = False
    reload: Annotated[
        Literal["change", "project"], Setting("reload.mode", "what a save rebuilds")
    ] = "change"
    client_updates: Annotated[
        Literal["auto", "manual"], Setting("reload.client_updates", "when clients follow a save")
    ] = "auto"
    polling: Annotated[
        bool, Setting("reload.polling", "poll the folder (a network share) instead of watching it")
    ] = False
    clients: Annotated[tuple[ClientConfig, ...], Setting("clients", "Client sessions to open")] = ()
    listen: Annotated[
        str, Setting("server.listen", "where serve listens, host:port; port 0: any free one")
    ] = "127.0.0.1:0"
    certificate: Annotated[
        str, Setting("server.certificate", "PEM file of the server's certificate chain, for TLS")
    ] = ""
    certificate_key: Annotated[str, Setting("server.key", "PEM file of the certificate's key")] = ""
    server_hosts: Annotated[
        tuple[str, ...], Setting("server.hosts", "further host names that clients may call it by")
    ] = ()
    origins_allowed: Annotated[
        tuple[str, ...], Setting("server.origins", "web origins whose pages may attach; none")
    ] = ()
    heartbeat: Annotated[
        Seconds, Setting("server.heartbeat", "seconds between signs of life of an attached session")
    ] = 10.0
    resume: Annotated[
        Seconds, Setting("server.resume", "seconds that a session whose link was cut may come back")
    ] = 15.0
    connections: Annotated[
        Count, Setting("server.connections", "links that may be open at a time")
    ] = 10_000
    frame: Annotated[Count, Setting("server.frame", "KiB that one frame may have")] = 8192
    backlog: Annotated[
        Count, Setting("server.backlog", "KiB a slow session may leave unread before it is cut off")
    ] = 16384
    rate: Annotated[
        Count, Setting("server.rate", "messages a second that one link may send for long")
    ] = 20_000
    users: Annotated[Mapping[str, UserConfig], Setting("users", "who may attach, by name")] = field(
        default_factory=lambda: MappingProxyType({})
    )
    tokens: Annotated[
        Mapping[str, TokenConfig], Setting("tokens", "programs that may attach, by name")
    ] = field(default_factory=lambda: MappingProxyType({}))
    origins: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )

    @property
    def shared_threads(self) -> int:
        """How many Shared handlers of a project run at a time.

        Source: one thread (Ignition 7.7 manual), a pool from 8.0 on; its size is our choice.
        """
        if self.shared is not None:
            return self.shared
        return 1 if self.profile == "7.9" else 4

    @classmethod
    def load(
        cls, folder: Path | None = None, overrides: Mapping[str, object] | None = None
    ) -> "HostConfig":
        """Read the file that belongs to a projects folder and lay the overrides over it.

        Args:
            folder: the projects folder, or the one that holds ``projects/``; None reads no file.
            overrides: dotted key -> value, as in ``{"gateway.profile": "8.1"}``; a value of None
                leaves the setting as it is.

        Raises:
            ConfigError: for text that is not TOML, an unknown key or a value of the wrong type.
        """
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        path = config_file(folder)
        if path is not None:
            text = _read(path)
            for key, value in _settings_of(_parse(text, path)):
                where = f"{path}:{_line_of(text, key)}"
                name = _known(key, where)
                values[name] = _convert(key, value, where)
                origins[key] = where
        for key, value in (overrides or {}).items():
            if value is not None:
                name = _known(key, "override")
                values[name] = _convert(key, value, "override")
                origins[key] = "override"
        return cls(**values, origins=MappingProxyType(origins))

    def origin(self, key: str) -> str:
        """Where the setting of a dotted key came from: ``file:line``, `override` or `default`."""
        _known(key, "origin")
        return self.origins.get(key, "default")

    @staticmethod
    def keys() -> Mapping[str, str]:
        """The dotted key of each setting, by the name of its field."""
        return {name: key for key, (name, _) in _FIELDS.items()}

    def settings(self) -> Iterator[tuple[str, object, str, str]]:
        """Every setting as (dotted key, value, origin, what it is), in the file's order."""
        for key, (name, setting) in _FIELDS.items():
            yield key, getattr(self, name), self.origin(key), setting.about


_TYPES = get_type_hints(HostConfig, include_extras=True)
_FIELDS: dict[str, tuple[str, Setting]] = {
    note.key: (name, note)
    for name, hint in _TYPES.items()
    for note in getattr(hint, "__metadata__", ())
    if isinstance(note, Setting)
}


_BY_NAME: Mapping[str, type] = {
    "users": UserConfig,
    "tokens": TokenConfig,
    "limits.projects": ProjectLimits,
}


def config_file(folder: Path | None) -> Path | None:
    """The `pilotlight.toml` that belongs to a folder, or None where there is none.

    It stands in the folder itself, or beside it where the folder is called ``projects``.
    """
    if folder is None:
        return None
    places = [folder / FILE_NAME]
    if folder.resolve().name == "projects":
        places.append(folder.resolve().parent / FILE_NAME)
    return next((place for place in places if place.is_file()), None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def _settings_of(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Flatten the document to dotted keys, as deep as the known keys go."""
    for table, content in document.items():
        if isinstance(content, dict) and table not in _FIELDS:
            for key, value in content.items():
                yield f"{table}.{key}", value
        else:
            yield table, content


def _known(key: str, where: str) -> str:
    """The name of the field that holds a key; an unknown key names the nearest known one."""
    if key in _FIELDS:
        return _FIELDS[key][0]
    raise ConfigError(f"{where}: unknown setting {key!r}{_nearest(key)}")


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key, _FIELDS, n=1, cutoff=0.5)
    if not close:
        last = key.rpartition(".")[2]
        close = [k for k in _FIELDS if k.rpartition(".")[2] == last]
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(_FIELDS)}"


def _convert(key: str, value: object, where: str) -> Any:
    hint = _TYPES[_FIELDS[key][0]]
    _refuse_unknown_members(key, value, where)
    try:
        converted = msgspec.convert(value, hint, from_attributes=True)
    except msgspec.ValidationError as error:
        choices = [c for c in _choices(hint) if isinstance(c, str)]
        remedy = f"; it is one of {', '.join(map(repr, choices))}" if choices else ""
        raise ConfigError(f"{where}: {key}: {error}{remedy}") from error
    return MappingProxyType(converted) if isinstance(converted, dict) else converted


def _choices(hint: Any) -> Iterator[object]:
    """The values of every Literal in a type."""
    for part in get_args(hint):
        if get_origin(hint) is Literal:
            yield part
        else:
            yield from _choices(part)


def _refuse_unknown_members(key: str, value: object, where: str) -> None:
    """Dataclasses inside a setting take unknown members in silence; this does not."""
    members: list[tuple[object, type]] = []
    if key == "clients" and isinstance(value, list):
        members = [(item, ClientConfig) for item in value]
    elif key == "sandbox.grants" and isinstance(value, dict):
        members = [(item, Grant) for item in value.values()]
    elif key in _BY_NAME and isinstance(value, dict):
        members = [(item, _BY_NAME[key]) for item in value.values()]
    for item, shape in members:
        if not isinstance(item, dict):
            continue
        known = [f.name for f in fields(shape)]
        for name in item:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"
                raise ConfigError(f"{where}: {key}: unknown setting {name!r}{hint}")


def _line_of(text: str, key: str) -> int:
    """The line a setting stands on; tomllib keeps no positions, so this looks for its text."""
    table, _, name = key.rpartition(".")
    assignment = rf"""\s*["']?{re.escape(name)}["']?\s*[=.]"""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?", line)
        if header:
            current = header[1].replace('"', "").replace(" ", "")
            if current == key or current.startswith(key + "."):
                return number
        elif re.match(assignment, line) and current == table:
            return number
    return 1
