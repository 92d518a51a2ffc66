"""The seam of tags: what the host asks of whatever holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from runtime.errors import BadArgument
from runtime.tags.values import QualifiedValue, QualityCode

MOST_PATHS: Final = 100_000
"""Tags that one call may read or write."""

PATH: Final = 4_000
"""Characters that the path of a tag may have."""


def require_paths(paths: Sequence[str]) -> None:
    """Check how many paths there are, and how long they are.

    Raises:
        BadArgument: there are too many, or one is too long.
    """
    if len(paths) > MOST_PATHS:
        raise BadArgument(
            f"{len(paths)} tag paths, and one call may have {MOST_PATHS}: use several calls"
        )
    longest = max(map(len, paths), default=0)
    if longest > PATH:
        raise BadArgument(f"a tag path of {longest} characters, and it may have {PATH}")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one tag.

    Args:
        path: whole, such as ``[default]Line1/Level``.
        before: what it was; equal to ``after`` at the first event of a subscription.
        after: what it is.
        kinds: which of ``ValueChange``, ``QualityChange``, ``TimestampChange`` it is.
        initial: the first event of a subscription, which tells the present value.
    """

    path: str
    before: QualifiedValue
    after: QualifiedValue
    kinds: frozenset[str]
    initial: bool = False


@dataclass(frozen=True, slots=True)
class Browsed:
    """One entry of a browse: a folder, or a tag with its value."""

    name: str
    path: str
    folder: bool
    value: QualifiedValue | None = None


class TagProvider(Protocol):
    """Holds tags. Methods may be called from any thread; paths may lack their ``[provider]``."""

    def read(self, paths: Sequence[str]) -> list[QualifiedValue]:
        """The value of each; an unknown one has quality ``Bad_NotFound``. Scripts get copies."""

    def write(self, paths: Sequence[str], values: Sequence[Any]) -> list[QualityCode]:
        """Set each; gives how that went."""

    def exists(self, path: str) -> bool:
        """Whether there is a tag or folder of that path."""

    def browse(self, path: str) -> list[Browsed]:
        """What lies directly below a folder."""

    def subscribe(
        self, paths: Sequence[str], changed: Callable[[Change], None]
    ) -> Callable[[], object]:
        """Have ``changed`` called for each change, first for the present value of each tag.

        A path may end in ``*``, for everything below. Gives what ends the subscription.
        """
