"""Reader of Ignition 8.3's folder layout: one resource a folder, text and ``resource.json``."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from project_store.diagnostic import ResourceDiagnostic
from project_store.files import MAX_JSON_BYTES, MAX_SOURCE_BYTES, ReadFault, Tree, decode
from project_store.formats.events import (
    Setting,
    make_event,
    make_handler,
    object_setting,
    settings_of_kind,
)
from project_store.layout import PROJECT_FILE, RESOURCE_FILE, Place
from project_store.model import ScriptModule
from project_store.names import (
    fault_of_module_path,
    fault_of_name,
    fault_of_true_name,
    nearest,
    printable,
)
from project_store.records import Key, Manifest, Record, Resource, digest_of

TRUE_NAME = "pilotlightName"
"""Attribute with the name of a resource whose folder could not be called so (our choice)."""

LONGEST_TEXT = 1_000
"""Characters that a setting may have, such as a schedule."""

LONGEST_NUMBER = 12
"""Digits that a setting may have: 31 years of milliseconds."""

_RULES = {"threadType": "thread-type"}


@dataclass(slots=True)
class Findings:
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
    found = Findings(unit)
    key = key_of(place, name)
    try:
        tree.check_folder(unit)
    except ReadFault as fault:
        if fault.missing and not tree.is_link(unit):
            return Record(gone=True, unsettled=True)
        found.fault(fault)
        return _failed(found, key)
    fault_text = "" if place.shape == "single" else fault_of_name(name)
    if place.shape == "tree":
        fault_text = fault_of_module_path(name)
    if fault_text:
        found.fault(ReadFault("name", fault_text, "rename the folder"))
        return _failed(found, key)
    description, described = read_description(tree, place, found)
    attributes = description.child("attributes")
    overridable = description.boolean("overridable", True)
    source = _read_source(tree, place, found, described=described)
    if source is None and not described and not found.failed:
        return Record(gone=True, unsettled=True)
    resource: Resource | None = None
    if place.kind == "library":
        if source is not None and not found.failed:
            file = f"{unit}/{place.file}"
            resource = ScriptModule(project, name, source, file, digest_of(name, source))
    else:
        name = _true_name(attributes, name)
        key = key_of(place, name)
        settings = _settings(place, attributes)
        if source is not None and not found.failed:
            resource = _script(project, place, name, source, settings, found)
    if resource is None or found.failed:
        return _failed(found, key)
    if not overridable:
        resource = fixed(resource)
    return Record(((key, resource),), tuple(found.diagnostics), unsettled=found.unsettled)


def fixed(resource: Resource) -> Resource:
    """The resource as one that no child may override."""
    return replace(resource, overridable=False, digest=digest_of(resource.digest, "fixed"))


def _failed(found: Findings, key: Key) -> Record:
    return Record(
        diagnostics=tuple(found.diagnostics),
        broken=frozenset({key}),
        failed=True,
        unsettled=found.unsettled,
    )


def _script(
    project: str,
    place: Place,
    name: str,
    source: str,
    settings: Mapping[str, object],
    found: Findings,
) -> Resource:
    file = f"{found.unit}/{place.file}"
    if place.kind == "message":
        return make_handler(project, place.scope, name, source, file, settings)
    return make_event(project, place.scope, place.kind, name, source, file, settings)


def _true_name(attributes: "JsonObject", name: str) -> str:
    given = attributes.string(TRUE_NAME, name)
    fault = "" if given == name else fault_of_true_name(given)
    if not fault:
        return given
    attributes.complain(TRUE_NAME, "name", fault, "give it a name that can be shown")
    return name


def _settings(place: Place, attributes: "JsonObject") -> dict[str, object]:
    settings = {
        name: attributes.setting(name, setting)
        for name, setting in settings_of_kind(place.kind).items()
        if name in attributes.values
    }
    if settings.get("threadType") == "EDT" and place.scope != "C":
        where = "a Gateway" if place.scope == "G" else "a Perspective session"
        attributes.complain(
            "threadType",
            "thread-type",
            f"thread type EDT on {where} message handler",
            "only Client handlers have an event dispatch thread: use Shared or Dedicated",
        )
    return settings


def _read_source(tree: Tree, place: Place, found: Findings, *, described: bool) -> str | None:
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
    if place.kind not in ("library", "menubar") and not text.text.strip():
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


def read_description(tree: Tree, place: Place, found: Findings) -> tuple["JsonObject", bool]:
    """The content of a ``resource.json`` (empty without one), and whether there is one."""
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
    return description, True


def load_json(tree: Tree, path: str, file: str, found: "Findings") -> "JsonObject":
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
    found: Findings

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

    def positive(self, member: str) -> float | None:
        """A number over zero, None where there is none."""
        given = self.values.get(member)
        if given is None:
            return None
        if isinstance(given, int | float) and type(given) is not bool and 0 < given < 1e12:
            return float(given)
        self.wrong_type(member, "a number over 0")
        return None

    def setting(self, member: str, setting: Setting) -> object:
        """A member that is there, checked by what its setting may hold."""
        if setting.check == "boolean":
            return self.boolean(member, bool(setting.default))
        if setting.check in ("string", "choice"):
            value = self.string(member, str(setting.default))
            if len(value) > LONGEST_TEXT:
                self.wrong_type(member, f"a text of at most {LONGEST_TEXT} characters")
                return setting.default
            if setting.choices:
                self._check_choice(member, value, setting.choices)
            return value
        if setting.check == "seconds":
            return self.positive(member)
        given = self.values[member]
        if setting.check == "integer":
            if isinstance(given, int) and not isinstance(given, bool):
                if abs(given) < 10**LONGEST_NUMBER:
                    return given
                self.wrong_type(member, f"a whole number of at most {LONGEST_NUMBER} digits")
                return setting.default
            self.wrong_type(member, "a whole number")
            return setting.default
        if setting.check == "object":
            plain = isinstance(given, dict) and all(
                isinstance(item, str | int) for item in given.values()
            )
            if not plain:
                self.wrong_type(member, "an object of plain values")
                return ()
            return object_setting(self.child(member).values)
        wanted = str if setting.check == "strings" else int
        if not isinstance(given, list) or not all(type(item) is wanted for item in given):
            self.wrong_type(member, f"a list of {setting.check}")
            return setting.default
        for item in given:
            if setting.choices:
                self._check_choice(member, item, setting.choices)
        return tuple(given)

    def _check_choice(self, member: str, value: str, known: tuple[str, ...]) -> None:
        if value in known:
            return
        near = nearest(value, known)
        remedy = f"did you mean '{near}'?" if near else f"one of {', '.join(known)}"
        rule = _RULES.get(member, "setting")
        self.complain(member, rule, f"unknown {member} '{printable(value)}'", remedy)


def read_manifest(tree: Tree, project: str) -> tuple[Manifest | None, Record]:
    """Reads a project's ``project.json``; the manifest is None where it is missing or broken."""
    found = Findings(project)
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
        values.positive("deadline"),
        values.positive("memory"),
    )
    record = Record(diagnostics=tuple(found.diagnostics), failed=found.failed)
    return (None if found.failed else manifest), record
