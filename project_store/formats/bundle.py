"""Reader of what 8.0 and 8.1 keep in one file a scope: ``data.bin`` of event scripts."""

import io
import json
from dataclasses import replace
from typing import Any

from project_store.diagnostic import Severity
from project_store.errors import FormatError
from project_store.files import MAX_BUNDLE_BYTES, ReadFault, Tree
from project_store.formats.binary_xml import Document, read_document
from project_store.formats.events import Script, make_event, make_handler
from project_store.formats.folder import LONGEST_NUMBER, Findings, fixed, load_json
from project_store.formats.objects import Found, scripts_of
from project_store.formats.streams import Limits, Source
from project_store.formats.text_xml import read_text
from project_store.layout import RESOURCE_FILE, SESSION_EVENTS, Place
from project_store.model import Scope
from project_store.names import fault_of_true_name, printable
from project_store.records import Key, Record, Resource

_TEXT_MARKS = (b"<?xml", b"<objects", b"\xef\xbb\xbf<")
_KIND_OF_SESSION_EVENT = {entry: kind for kind, (entry, _) in SESSION_EVENTS.items()}


def read_bundle(tree: Tree, project: str, place: Place, unit: str) -> Record:
    """Reads one bundle's folder; its broken keys are those that it had when it was last read."""
    found = Findings(unit)
    try:
        data = tree.read(f"{unit}/{place.file}", MAX_BUNDLE_BYTES)
    except ReadFault as fault:
        if fault.missing and fault.rule == "missing" and not tree.is_link(unit):
            return Record(gone=True, unsettled=True)
        found.fault(fault, place.file)
        return Record(diagnostics=tuple(found.diagnostics), failed=True)
    try:
        if not data:
            raise FormatError("is empty")
        taken = scripts_in(data, place.scope)
    except FormatError as error:
        remedy = "export the project from Ignition again"
        found.fault(ReadFault("format", str(error), remedy, missing=not data), place.file)
        return Record(
            diagnostics=tuple(found.diagnostics), failed=True, unsettled=found.unsettled
        )
    record = _record(project, place, f"{unit}/{place.file}", taken, found)
    if _overridable(tree, unit, found):
        return record
    return replace(record, resources=tuple((key, fixed(each)) for key, each in record.resources))


def _overridable(tree: Tree, unit: str, found: Findings) -> bool:
    try:
        description = load_json(tree, f"{unit}/{RESOURCE_FILE}", RESOURCE_FILE, found)
    except ReadFault:
        return True
    return description.values.get("overridable") is not False


def _record(project: str, place: Place, file: str, taken: Found, found: Findings) -> Record:
    resources: dict[Key, Resource] = {}
    broken: set[Key] = set()
    for what in taken.left:
        found.warn("left", f"not taken: {printable(what)}", "", place.file)
    for script in taken.scripts:
        key = (script.kind, place.scope, script.name)
        fault = _fault_of(script, place.scope)
        if not fault and key in resources:
            fault = ReadFault("twice", "comes twice", "rename one in the designer")
        if fault:
            fault.message = f"{script.kind} '{printable(script.name[:255])}' {fault.message}"
            # An empty script Ignition keeps, and runs nothing: no fault of the project.
            severity: Severity = "warning" if fault.rule == "empty" else "error"
            found.diagnostics.append(fault.diagnostic(file, severity))
            broken.add(key)
            continue
        resources[key] = resource_of(project, place.scope, script, file)
    return Record(tuple(resources.items()), tuple(found.diagnostics), frozenset(broken))


def resource_of(project: str, scope: Scope, script: Script, file: str) -> Resource:
    """A script of a bundle as a value of the model."""
    source = script.source.replace("\r\n", "\n").replace("\r", "\n")
    if script.kind == "message":
        return make_handler(project, scope, script.name, source, file, script.settings)
    return make_event(project, scope, script.kind, script.name, source, file, script.settings)


def _fault_of(script: Script, scope: Scope) -> ReadFault | None:
    if script.kind == "menubar":
        return None
    named = fault_of_true_name(script.name) if script.name else ""
    if named:
        return ReadFault("name", f"cannot be shown: {named}", "rename it in the designer")
    if not script.source.strip():
        return ReadFault("empty", "is empty", "write its text in the designer")
    large = 10**LONGEST_NUMBER
    if any(type(value) is int and abs(value) >= large for value in script.settings.values()):
        return ReadFault("type", f"has a number of more than {LONGEST_NUMBER} digits", "")
    thread = script.settings.get("threadType", "Shared")
    if script.kind == "message" and (
        thread not in ("Shared", "Dedicated", "EDT") or (thread == "EDT" and scope != "C")
    ):
        return ReadFault("thread-type", f"has thread type {printable(str(thread))}", "")
    return None


def scripts_in(data: bytes, scope: Scope, limits: Limits | None = None) -> Found:
    """The scripts of a bundle's bytes: binary or text XML, or JSON for Perspective sessions.

    Raises:
        FormatError: they hold no scripts in any of these forms; names the offset.
    """
    if scope == "S":
        return _session_scripts(data, limits or Limits())
    return scripts_of(read_any_xml(data, limits))


def read_any_xml(data: bytes, limits: Limits | None = None) -> Document:
    """A document of binary or text XML, gzip-compressed or not.

    Raises:
        FormatError: it is neither; names the offset.
    """
    bounds = limits or Limits()
    source = Source(io.BytesIO(data), bounds)
    if source.peek(16).lstrip().startswith(_TEXT_MARKS):
        return read_text(source.rest(), bounds)
    return read_document(io.BytesIO(data), bounds)


def _session_scripts(data: bytes, limits: Limits) -> Found:
    text = Source(io.BytesIO(data), limits).rest()
    try:
        value = json.loads(text.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise FormatError(f"broken JSON: {error.msg}", error.pos) from None
    except UnicodeDecodeError as error:
        raise FormatError("is not UTF-8", error.start) from None
    except (ValueError, RecursionError) as error:
        raise FormatError(f"broken JSON: {type(error).__name__}") from None
    if not isinstance(value, dict):
        raise FormatError("holds no JSON object")
    found = Found()
    for name, item in value.items():
        _session_event(name, item, found)
    return found


def _session_event(name: str, item: Any, found: Found) -> None:
    if isinstance(item, list) and "essage" in name:
        for each in item:
            if isinstance(each, dict) and isinstance(each.get("name"), str):
                settings = {
                    key: each[key]
                    for key, kind in (("threadType", str), ("enabled", bool))
                    if isinstance(each.get(key), kind)
                }
                found.add("message", each["name"], each.get("script"), settings)
            else:
                found.left.append(f"an entry of {name}")
        return
    source, settings = item, {}
    if isinstance(item, dict):
        source = item.get("script")
        if isinstance(item.get("enabled"), bool):
            settings["enabled"] = item["enabled"]
    kind = _KIND_OF_SESSION_EVENT.get(name)
    if kind is None or not isinstance(source, str):
        if item not in (None, "", [], {}):
            found.left.append(f"{name}: not known")
    elif source.strip():
        found.add(kind, "", source, settings)
