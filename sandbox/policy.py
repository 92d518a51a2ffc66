"""What the scripts of a project may do, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from sandbox.limits import RECURSION, Limits

Tier = Literal["thread", "process"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What scripts may do; deny by default.

    Args:
        tier: ``thread`` compiles in the size guards that a locked process does not need.
        limits: what one run may use.
        readable: folders scripts may read files in, as absolute paths.
        writable: folders scripts may write files in (and read), as absolute paths.
        refused_modules: modules that are refused here though the library has them.
        counting: have functions count how deep they nest though ``limits.recursion`` is not below
            the interpreter's: single runs have lower limits.
    """

    tier: Tier = "thread"
    limits: Limits = field(default_factory=Limits)
    readable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    refused_modules: frozenset[str] = frozenset()
    counting: bool = False

    @property
    def counts(self) -> bool:
        """Whether functions count how deep they nest."""
        return self.counting or self.limits.recursion < RECURSION

    def with_tier(self, tier: Tier) -> Policy:
        """A copy for the other tier."""
        return replace(self, tier=tier)

    def with_limits(self, limits: Limits) -> Policy:
        """A copy with other limits."""
        return replace(self, limits=limits)

    def with_folders(
        self, readable: tuple[str, ...] = (), writable: tuple[str, ...] = ()
    ) -> Policy:
        """A copy that grants these folders on top of the ones granted."""
        return replace(self, readable=self.readable + readable, writable=self.writable + writable)

    def without_modules(self, *names: str) -> Policy:
        """A copy that refuses these modules too."""
        return replace(self, refused_modules=self.refused_modules | set(names))

    def key(self) -> str:
        """What of this policy changes compiled code, as text for cache keys."""
        return f"{self.tier};{self.limits.nodes};{self.limits.depth};{self.counts}"
