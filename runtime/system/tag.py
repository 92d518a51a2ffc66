"""``system.tag``: reading and writing tags of the host's tag provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.errors import BadArgument
from runtime.payload import copy_value
from runtime.system.arguments import optional_text, text, text_list
from runtime.system.embedder import call_embedder
from runtime.system.exceptions import for_scripts
from runtime.system.module import SystemModule
from runtime.tags.browse import BrowseResults, results_of
from runtime.tags.provider import MOST_PATHS, require_paths
from runtime.tags.values import QualifiedValue, QualityCode, own
from sandbox.library.hooks import checkpoint
from sandbox.nesting import FRAMES, require_frames


class Tag(SystemModule):
    """Ignition's ``system.tag``, as far as a script host has it.

    The provider is ``host.tags``: in memory, unless the embedding program puts another there.
    """

    __slots__ = ()

    path = "system.tag"

    @for_scripts
    def readBlocking(self, tagPaths: Any = None, timeout: Any = None) -> list[QualifiedValue]:
        """The qualified values of a list of tags (Ignition 8.0 manual)."""
        return self._read(text_list(tagPaths, "readBlocking", "tagPaths", MOST_PATHS))

    @for_scripts
    def writeBlocking(
        self, tagPaths: Any = None, values: Any = None, timeout: Any = None
    ) -> list[QualityCode]:
        """Write a list of values to a list of tags; gives how each write went."""
        return self._write("writeBlocking", tagPaths, values)

    @for_scripts
    def read(self, tagPath: Any = None) -> QualifiedValue:
        """The qualified value of one tag (Ignition 7.9 manual)."""
        return self._read([text(tagPath, "read", "tagPath")])[0]

    @for_scripts
    def readAll(self, tagPaths: Any = None) -> list[QualifiedValue]:
        """The qualified values of a list of tags (Ignition 7.9 manual)."""
        return self._read(text_list(tagPaths, "readAll", "tagPaths", MOST_PATHS))

    @for_scripts
    def write(self, tagPath: Any = None, value: Any = None, suppressErrors: Any = False) -> int:
        """Write one tag; 1 when the tag is there, else 0 (Ignition 7.9 manual)."""
        return int(self._write("write", [text(tagPath, "write", "tagPath")], [value])[0].isGood())

    @for_scripts
    def writeAll(self, tagPaths: Any = None, values: Any = None) -> list[int]:
        """Write a list of tags; 1 for each that is there, else 0 (Ignition 7.9 manual)."""
        return [int(code.isGood()) for code in self._write("writeAll", tagPaths, values)]

    @for_scripts
    def exists(self, tagPath: Any = None) -> bool:
        """Whether there is a tag or folder of that path."""
        path = text(tagPath, "exists", "tagPath")
        require_paths((path,))
        self._scope.require_calling("tags.exists")
        return bool(call_embedder(self._scope.host.tags.exists, path))

    @for_scripts
    def browse(self, path: Any = None, filter: Any = None) -> BrowseResults:
        """What lies directly below a folder (Ignition 8.0 manual); filters are not applied."""
        folder = optional_text(path, "browse", "path")
        require_paths((folder,))
        self._scope.require_calling("tags.browse")
        return results_of(call_embedder(self._scope.host.tags.browse, folder))

    def _read(self, names: Sequence[str]) -> list[QualifiedValue]:
        require_paths(names)
        self._scope.require_calling("tags.read")
        checkpoint()
        return [own(held) for held in call_embedder(self._scope.host.tags.read, names)]

    def _write(self, function: str, paths: Any, values: Any) -> list[QualityCode]:
        names = text_list(paths, function, "tagPaths", MOST_PATHS)
        require_paths(names)
        if type(values) not in (list, tuple):
            raise TypeError(f"{function}(): values must be a list")
        if len(names) != len(values):
            raise BadArgument(
                f"{function}(): {len(names)} tag paths, but {len(values)} values"
            )
        self._scope.require_calling("tags.write")
        checkpoint()
        # A provider of somebody's own is given no object of a script.
        given = [copy_value(value, f"values[{at}]") for at, value in enumerate(values)]
        # Once a tag is set, whoever follows it hears of it.
        require_frames(2 * FRAMES)
        codes: list[QualityCode] = call_embedder(self._scope.host.tags.write, names, given)
        return codes
