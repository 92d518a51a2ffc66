"""What one unit of reading (a resource's folder, a bundle, a manifest) gave."""

import hashlib
from dataclasses import dataclass

from project_store.diagnostic import ResourceDiagnostic
from project_store.model import EventScript, MessageHandler, ScriptModule

Key = tuple[str, str, str]
"""(kind, scope, name): ``("message", "G", "H")``, ``("library", "", "pkg.mod")``,
``("timer", "C", "Blink")``, ``("startup", "G", "")``."""

Resource = MessageHandler | ScriptModule | EventScript


@dataclass(frozen=True, slots=True)
class Record:
    """One unit as last read.

    Args:
        resources: what it holds, by key.
        diagnostics: its faults and warnings.
        broken: keys that an error keeps out.
        failed: the unit as a whole could not be read, so every key it had is broken.
        gone: nothing is there at all.
        unsettled: a file that should be there is missing or empty, as between the two halves
            of a save; a watcher waits a little before it believes it.
    """

    resources: tuple[tuple[Key, Resource], ...] = ()
    diagnostics: tuple[ResourceDiagnostic, ...] = ()
    broken: frozenset[Key] = frozenset()
    failed: bool = False
    gone: bool = False
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """The settings of a ``project.json``."""

    title: str = ""
    description: str = ""
    enabled: bool = True
    inheritable: bool = False
    parent: str = ""
    deadline: float | None = None
    memory: float | None = None


def digest_of(*parts: object) -> str:
    """A short stable digest of the parts' texts, 32 hex digits."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = str(part).encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()
