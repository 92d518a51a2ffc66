"""Reader of Ignition 8.3's folder layout: one resource a folder, text and ``resource.json``."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from project_store.diagnostic import ResourceDiagnostic
from project_store.files import MAX_JSON_BYTES, MAX_SOURCE_BYTES, ReadFault, Tree, decode
from project_store.layout import PROJECT_FILE, RESOURCE_FILE, Place
from project_store.model import MessageHandler, ScriptModule, ThreadType
from project_store.names import fault_of_module_path, fault_of_name, nearest, printable
from project_store.records import Key, Manifest, Record, Resource, digest_of

_THREAD_TYPES: tuple[str, ...] = get_args(ThreadType)


@dataclass(slots=True)
class _Findings:
    """Collects what one unit's reading has to say."""

    unit: str
    diagnostics: list[ResourceDiagnostic] = field(default_factory=list)
    failed: bool = False
    unsettled: bool = False

    def fault(self, fault: ReadFault, file: str = "", *, warning: bool = False) -> None:
        path = f"{self.unit}/{file}" if file else self.unit
        self.diagnostics.append(fault.diagnostic(path, "warning" if warning else "error"))
        if not warning:
            self.failed = True
        if fault.missing:
            self.unsettled = True

    def warn(self, rule: str, message: str, remedy: str, file: str = "") -> None:
        self.fault(ReadFault(rule, message, remedy), file, warning=True)


def key_of(place: Place, name: str) -> Key:
    """The key of a text resource: kind, scope ("" for libraries), name."""
    return (place.kind, "" if place.kind == "library" else place.scope, name)


def read_unit(tree: Tree, project: str, place: Place, unit: str, name: str) -> Record:
    """Reads one resource's folder.

    Args:
        tree: where to read.
        project: name of the project that holds it.
        place: the kind of resource, from the layout's table.
        unit: path of the resource's folder, relative to the projects folder.
        name: the resource's name (dotted path for a library).
    """
    found = _Findings(unit)
    key = key_of(place, name)
    try:
        tree.check_folder(unit)
    except ReadFault as fault:
        if fault.missing and not tree.is_link(unit):
            return Record(gone=True, unsettled=True)
        found.fault(fault)
        return _failed(found, key)
    fault_text = fault_of_module_path(name) if place.shape == "tree" else fault_of_name(name)
    if fault_text:
        found.fault(ReadFault("name", fault_text, "rename the folder"))
        return _failed(found, key)
    attributes, described = _read_attributes(tree, place, found)
    source = _read_source(tree, place, found, described=described)
    if source is None and not described and not found.failed:
        return Record(gone=True, unsettled=True)
    resource: Resource | None = None
    if place.kind == "library":
        if source is not None and not found.failed:
            file = f"{unit}/{place.file}"
            resource = ScriptModule(project, name, source, file, digest_of(name, source))
    else:
        resource = _message_handler(project, place, name, source, attributes, found)
    if resource is None or found.failed:
        return _failed(found, key)
    return Record(((key, resource),), tuple(found.diagnostics), unsettled=found.unsettled)


def _failed(found: _Findings, key: Key) -> Record:
    return Record(
        diagnostics=tuple(found.diagnostics),
        broken=frozenset({key}),
        failed=True,
        unsettled=found.unsettled,
    )


def _message_handler(
    project: str,
    place: Place,
    name: str,
    source: str | None,
    attributes: "JsonObject",
    found: _Findings,
) -> MessageHandler | None:
    thread_type = attributes.choice("threadType", _THREAD_TYPES, "Shared", "thread-type")
    enabled = attributes.boolean("enabled", True)
    if thread_type == "EDT" and place.scope != "C":
        where = "a Gateway" if place.scope == "G" else "a Perspective session"
        attributes.complain(
            "threadType",
            "thread-type",
            f"thread type EDT on {where} message handler",
            "only Client handlers have an event dispatch thread: use Shared or Dedicated",
        )
    if source is None or found.failed:
        return None
    return MessageHandler(
        project,
        place.scope,
        name,
        source,
        f"{found.unit}/{place.file}",
        thread_type,  # type: ignore[arg-type]  # one of ThreadType's values, or it failed
        enabled,
        digest_of(place.scope, name, thread_type, enabled, source),
    )


def _read_source(tree: Tree, place: Place, found: _Findings, *, described: bool) -> str | None:
    try:
        data = tree.read(f"{found.unit}/{place.file}", MAX_SOURCE_BYTES)
        text = decode(data)
    except ReadFault as fault:
        if fault.missing and fault.rule == "missing":
            if not described:
                found.unsettled = True
                if place.shape == "tree":
                    return None
            found.fault(*_why_missing(tree, place, found.unit))
            return None
        found.fault(fault, place.file)
        return None
    if text.bom:
        found.warn(
            "bom",
            "starts with a byte order mark, which is left out",
            "save it as UTF-8 without BOM",
            place.file,
        )
    if place.kind != "library" and not text.text.strip():
        empty = ReadFault(
            "empty", "is empty", "write its def line, or remove the folder", missing=True
        )
        found.fault(empty, place.file)
        return None
    if not data:
        found.unsettled = True
    return text.text


def _why_missing(tree: Tree, place: Place, unit: str) -> tuple[ReadFault, str]:
    if place.shape == "named":
        try:
            below = tree.list(unit).folders
        except ReadFault:
            below = ()
        for name in below:
            if tree.exists(f"{unit}/{name}/{place.file}"):
                return (
                    ReadFault(
                        "name",
                        f"a name cannot hold a separator: '{printable(name)}' lies in a folder",
                        f"move it up, into {place.folder}",
                    ),
                    name,
                )
    missing = ReadFault(
        "missing",
        f"the folder has no {place.file}",
        f"write {place.file}, or remove the folder",
        missing=True,
    )
    return missing, place.file


def _read_attributes(tree: Tree, place: Place, found: _Findings) -> tuple["JsonObject", bool]:
    empty = JsonObject({}, "", RESOURCE_FILE, found)
    try:
        description = load_json(tree, f"{found.unit}/{RESOURCE_FILE}", RESOURCE_FILE, found)
    except ReadFault as fault:
        if not (fault.missing and fault.rule == "missing"):
            found.fault(fault, RESOURCE_FILE)
            return empty, True
        found.unsettled = True
        if tree.exists(f"{found.unit}/{place.file}"):
            found.warn(
                "resource-json",
                f"no {RESOURCE_FILE}: taken with the default settings, but a real gateway"
                " ignores such a folder",
                f"add a {RESOURCE_FILE}",
            )
        return empty, False
    files = description.values.get("files")
    if isinstance(files, list) and place.file not in files:
        found.warn(
            "files",
            f"'files' does not list {place.file}, so a real gateway ignores it",
            f"add '{place.file}' to 'files'",
            RESOURCE_FILE,
        )
    elif files is not None and not isinstance(files, list):
        description.wrong_type("files", "a list")
    return description.child("attributes"), True


def load_json(tree: Tree, path: str, file: str, found: "_Findings") -> "JsonObject":
    """A JSON object from a file.

    Raises:
        ReadFault: the file cannot be read, is no JSON, or holds something else than an object.
    """
    text = decode(tree.read(path, MAX_JSON_BYTES)).text
    if not text.strip():
        raise ReadFault("json", "is empty where JSON should be", "write {}", missing=True)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadFault(
            "json",
            f"broken JSON: {error.msg}",
            "mend the JSON",
            line=error.lineno,
            column=error.colno,
        ) from None
    except (ValueError, RecursionError) as error:
        what = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise ReadFault("json", f"broken JSON: {what}", "mend the JSON") from None
    if not isinstance(value, dict):
        raise ReadFault("json", "holds something else than a JSON object", "write an object: {...}")
    return JsonObject(value, text, file, found)


@dataclass(slots=True)
class JsonObject:
    """A JSON object whose wrong members are told where they stand in the text."""

    values: Mapping[str, object]
    text: str
    file: str
    found: _Findings

    def complain(self, member: str, rule: str, message: str, remedy: str) -> None:
        """Adds an error at the member's place."""
        match = re.search(rf'"{re.escape(member)}"\s*:\s*', self.text)
        before = self.text[: match.end()] if match else ""
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        self.found.fault(
            ReadFault(rule, message, remedy, line=line, column=column), self.file
        )

    def wrong_type(self, member: str, wanted: str) -> None:
        """Adds the error of a member that holds the wrong JSON type."""
        shown = json.dumps(self.values[member])
        shown = shown if len(shown) <= 40 else shown[:37] + "..."
        self.complain(member, "type", f"'{member}' is {shown}", f"it must be {wanted}")

    def child(self, member: str) -> "JsonObject":
        """The object that a member holds, empty where there is none."""
        value = self.values.get(member)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.wrong_type(member, "an object")
            value = {}
        return JsonObject(value, self.text, self.file, self.found)

    def boolean(self, member: str, default: bool) -> bool:
        """A boolean member."""
        value = self.values.get(member, default)
        if isinstance(value, bool):
            return value
        self.wrong_type(member, "true or false")
        return default

    def string(self, member: str, default: str = "") -> str:
        """A string member; null counts as absent."""
        value = self.values.get(member)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        self.wrong_type(member, "a string")
        return default

    def choice(self, member: str, known: tuple[str, ...], default: str, rule: str) -> str:
        """A string member that must be one of a few."""
        value = self.string(member, default)
        if value in known:
            return value
        near = nearest(value, known)
        remedy = f"did you mean '{near}'?" if near else f"one of {', '.join(known)}"
        self.complain(member, rule, f"unknown {member} '{printable(value)}'", remedy)
        return default


def read_manifest(tree: Tree, project: str) -> tuple[Manifest | None, Record]:
    """Reads a project's ``project.json``; the manifest is None where it is missing or broken."""
    found = _Findings(project)
    try:
        values = load_json(tree, f"{project}/{PROJECT_FILE}", PROJECT_FILE, found)
    except ReadFault as fault:
        if fault.missing and fault.rule == "missing":
            return None, Record(gone=True, unsettled=True)
        found.fault(fault, PROJECT_FILE)
        return None, Record(
            diagnostics=tuple(found.diagnostics), failed=True, unsettled=fault.missing
        )
    manifest = Manifest(
        values.string("title"),
        values.string("description"),
        values.boolean("enabled", True),
        values.boolean("inheritable", False),
        values.string("parent"),
    )
    record = Record(diagnostics=tuple(found.diagnostics), failed=found.failed)
    return (None if found.failed else manifest), record
