"""How tools of the same user find the hosts of this machine: files only the owner can read."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from runtime.links.errors import LinkError


@dataclass(frozen=True, slots=True)
class Place:
    """One served host.

    Args:
        url: where it listens, such as ``ws://127.0.0.1:40123``.
        token: lets its owner in.
        pid: its process.
        gateway: its name.
        folder: its projects folder, absolute.
        certificate: PEM file of its certificate chain, empty without TLS.
    """

    url: str
    token: str
    pid: int
    gateway: str
    folder: str = ""
    certificate: str = ""


def places_folder() -> Path:
    """Where the files are: the user's run-time folder, else below ``~/.local/state``."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    if base:
        return Path(base) / "pilotlight"
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "pilotlight"


def publish(place: Place) -> Path:
    """Write the file of a host that listens now.

    Raises:
        LinkError: the folder belongs to somebody else or lets others in.
    """
    folder = places_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise LinkError(f"{folder} is not this user's alone: chmod 700 it")
    path = folder / f"{place.pid}-{place.url.rpartition(':')[2]}.json"
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(place), file)
    return path


def here() -> list[Place]:
    """The hosts of this user that run on this machine; files of dead ones are removed."""
    folder = places_folder()
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        place = _read(path)
        if place is None:
            continue
        if _alive(place.pid):
            found.append(place)
        else:
            path.unlink(missing_ok=True)
    return found


def find(gateway: str | None = None, folder: Path | None = None) -> Place | None:
    """The host that is meant, None where none runs.

    Args:
        gateway: its name, where several may run.
        folder: only a host that serves this projects folder, or the folder that holds it.

    Raises:
        LinkError: several come into question.
    """
    wanted = here()
    if gateway is not None:
        wanted = [place for place in wanted if place.gateway == gateway]
    if folder is not None:
        real = folder.resolve()
        wanted = [p for p in wanted if p.folder and Path(p.folder) in (real, real / "projects")]
    if len(wanted) > 1:
        names = ", ".join(f"{p.gateway} at {p.url} (pid {p.pid})" for p in wanted)
        raise LinkError(f"several hosts run here: {names}; choose one with --gateway or --url")
    return wanted[0] if wanted else None


def _read(path: Path) -> Place | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, encoding="utf-8") as file:
            about = os.fstat(file.fileno())
            # A file that another user could have written is none of ours.
            if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077:
                return None
            content = json.load(file)
        known = {f.name: content[f.name] for f in fields(Place) if f.name in content}
        return Place(**known)
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError, TypeError):
        return isinstance(pid, int)
    return True
