"""Reader of 7.x project exports (``.proj``), tolerant of what is broken in them.

Resources are cut out one by one, so that a merge conflict's marks or a truncated end cost the
resource they lie in and not the others.
"""

import base64
import binascii
import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from project_store.errors import FormatError
from project_store.formats.binary_xml import Element
from project_store.formats.bundle import read_any_xml
from project_store.formats.events import Script
from project_store.formats.objects import library_of, scripts_of, text_of
from project_store.formats.text_xml import read_text
from project_store.model import Scope
from project_store.names import printable

_FOLDER = "__folder"
_EVENTS: dict[str, Scope] = {"event.scripts": "G", "client.event.scripts": "C"}
_MODULES = ("sr.script.project", "sr.script.shared")
_MAX_NESTING = 64


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not taken, and why."""

    what: str
    why: str


@dataclass(slots=True)
class ProjExport:
    """What a ``.proj`` file holds: settings, scripts by scope, libraries, and what was left."""

    name: str = ""
    title: str = ""
    description: str = ""
    enabled: bool = True
    version: str = ""
    scripts: list[tuple[Scope, Script]] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    left: list[LeftOut] = field(default_factory=list)


def read_proj(data: bytes) -> ProjExport:
    """Reads an export.

    Raises:
        FormatError: the bytes are no project export at all.
    """
    start = data.find(b"<project")
    if start < 0:
        raise FormatError("holds no <project>")
    body = data.find(b"<resources", start)
    if body < 0:
        raise FormatError("holds no <resources>", start)
    export = _head(data[start:body])
    other: Counter[str] = Counter()
    folders: dict[str, tuple[str, str]] = {}
    modules: list[tuple[str, str, str, str]] = []
    for number, segment in enumerate(_segments(data, body)):
        try:
            resource = read_text(segment).root
        except FormatError as error:
            export.left.append(LeftOut(_title_of(segment, number), str(error)))
            continue
        kind = str(resource.attributes.get("type", ""))
        try:
            _take(resource, kind, export, folders, modules, other)
        except FormatError as error:
            name = str(resource.attributes.get("name", ""))
            export.left.append(LeftOut(f"{kind} '{printable(name)}'", str(error)))
    for kind, count in sorted(other.items()):
        export.left.append(LeftOut(f"{count} x {kind or 'a resource'}", "holds no event script"))
    _place_modules(modules, folders, export)
    return export


def _head(data: bytes) -> ProjExport:
    text = data.decode("utf-8", "replace")

    def value(tag: str) -> str:
        found = re.search(rf"<{tag}>([^<]*)</{tag}>", text)
        return unescape(found.group(1)).strip() if found else ""

    version = ".".join(filter(None, (value(part) for part in ("major", "minor", "rev"))))
    enabled = value("enabled").lower() != "false"
    return ProjExport(value("name"), value("title"), value("description"), enabled, version)


def _segments(data: bytes, start: int) -> list[bytes]:
    """Each resource from its start to its end, or to the next one's start where it has none."""
    starts = [found.start() for found in re.finditer(rb"<resource\s", data[start:])]
    segments = []
    for index, offset in enumerate(starts):
        begin = start + offset
        limit = start + starts[index + 1] if index + 1 < len(starts) else len(data)
        end = data.find(b"</resource>", begin, limit)
        segments.append(data[begin : end + len(b"</resource>") if end >= 0 else limit])
    return segments


def _title_of(segment: bytes, number: int) -> str:
    head = segment[:400].decode("utf-8", "replace")
    kind = re.search(r"type=['\"]([^'\"]*)", head)
    name = re.search(r"name=['\"]([^'\"]*)", head)
    shown = " ".join(found.group(1) for found in (kind, name) if found)
    return printable(shown) or f"resource {number + 1}"


def _take(
    resource: Element,
    kind: str,
    export: ProjExport,
    folders: dict[str, tuple[str, str]],
    modules: list[tuple[str, str, str, str]],
    other: "Counter[str]",
) -> None:
    name = str(resource.attributes.get("name", ""))
    parent = str(resource.attributes.get("parent", ""))
    if kind == _FOLDER:
        folders[_identifier(_payload(resource))] = (name, parent)
    elif kind in _EVENTS:
        scope = _EVENTS[kind]
        found = scripts_of(read_any_xml(_payload(resource)))
        export.scripts += [(scope, script) for script in found.scripts]
        export.left += [LeftOut(printable(what), "not known to this reader") for what in found.left]
    elif kind in _MODULES:
        modules.append((kind, name, parent, text_of(read_any_xml(_payload(resource)))))
    elif kind == "sr.script.library":
        for path, source in library_of(read_any_xml(_payload(resource))).items():
            _add_module(export.modules, path, source, export)
    else:
        other[kind] += 1


def _payload(resource: Element) -> bytes:
    for child in resource.children:
        if child.name == "bytes":
            text = child.content if isinstance(child.content, str) else ""
            try:
                return base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError) as error:
                raise FormatError(f"broken base64: {error}") from None
    raise FormatError("has no content")


def _identifier(data: bytes) -> str:
    if len(data) != 16:
        raise FormatError("a folder's identifier has not 16 bytes")
    return str(uuid.UUID(bytes=data[::-1]))


def _place_modules(
    modules: list[tuple[str, str, str, str]],
    folders: dict[str, tuple[str, str]],
    export: ProjExport,
) -> None:
    for kind, name, parent, source in modules:
        parts = [name]
        while parent in folders and len(parts) <= _MAX_NESTING:
            folder, parent = folders[parent]
            parts.append(folder)
        path = ".".join(reversed(parts))
        if len(parts) > _MAX_NESTING:
            export.left.append(LeftOut(f"library '{printable(name)}'", "its folders go in a ring"))
            continue
        into = export.shared if kind == "sr.script.shared" else export.modules
        _add_module(into, path, source, export)


def _add_module(into: dict[str, str], path: str, source: str, export: ProjExport) -> None:
    if path in into:
        export.left.append(LeftOut(f"library '{printable(path)}'", "comes twice"))
    else:
        into[path] = source
