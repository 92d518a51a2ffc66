"""Writer of event scripts as 8.0 and 8.1 keep them: object XML of a script configuration.

Class and setter names are those of the vendor's published SDK documentation and of real
resources; only settings that differ from their default are written, as Ignition does. How long
numbers, truth values and sets of enumerated values are spelt was seen in no resource at hand and
is this project's reading of the format.
"""

import gzip
import io
import json
from collections.abc import Iterable
from typing import Any

from project_store.formats.binary_xml import (
    Attribute,
    ClassName,
    Document,
    Element,
    Long,
    write_document,
)
from project_store.formats.events import Script, settings_of_kind
from project_store.layout import SESSION_EVENTS
from project_store.model import ALL_CHANGES, Scope

_COMMON = "com.inductiveautomation.ignition.common.script."
_VISION = "com.inductiveautomation.factorypmi.application.script."
_SINGLES = {
    "startup": "setStartupScript",
    "shutdown": "setShutdownScript",
    "update": "setUpdateScript",
    "shutdown-intercept": "setShutdownAllowedScript",
}
_FRAMEWORK = "8.1.0.2020110211"


def bundle_of(scripts: Iterable[Script], scope: Scope) -> bytes:
    """The ``data.bin`` of a scope's event scripts; the same scripts give the same bytes."""
    if scope == "S":
        return _session_bundle(scripts)
    out = io.BytesIO()
    write_document(document_of(scripts, scope), out)
    return gzip.compress(out.getvalue(), mtime=0)


def document_of(scripts: Iterable[Script], scope: Scope) -> Document:
    """The script configuration of a scope as a document."""
    by_kind: dict[str, list[Script]] = {}
    for script in scripts:
        by_kind.setdefault(script.kind, []).append(script)
    cls = f"{_VISION}ClientScriptConfig" if scope == "C" else f"{_COMMON}ScriptConfig"
    config = _bean(cls)
    for kind, setter in _SINGLES.items():
        for script in by_kind.get(kind, ()):
            _call(config, setter, ("str",), _text(script.source))
    keyed = (
        ("message", "setMessageHandlerScripts", _message_key),
        ("timer", "setTimerScripts", _timer_key),
        ("keystroke", "setKeyScripts", _keystroke_key),
    )
    for kind, setter, key in keyed:
        if by_kind.get(kind):
            entries = _bean("java.util.HashMap")
            for script in by_kind[kind]:
                _call(entries, "put", ("O", "O"), key(script), _text(script.source))
            _call(config, setter, ("java.util.Map",), entries)
    for kind, setter, entry in (
        ("tag-change", "setTagChangeScripts", _tag_change),
        ("scheduled", "setScheduledScripts", _scheduled),
    ):
        if by_kind.get(kind):
            members = _list([entry(script) for script in by_kind[kind]])
            _call(config, setter, ("java.util.List",), members)
    if by_kind.get("menubar"):
        _call(config, "setMenuRoot", (f"{_VISION}MenuNode",), _menu(by_kind["menubar"]))
    root = Element("objects", attributes={"framework.version": _FRAMEWORK}, children=[config])
    return Document(root)


def _message_key(script: Script) -> Element:
    key = _named(f"{_COMMON}message.MessageHandlerKey", script)
    _changed(key, script, "threadType", "enabled")
    return key


def _timer_key(script: Script) -> Element:
    key = _named(f"{_COMMON}TimerKey", script)
    _changed(key, script, "delay", "fixedDelay", "sharedThread", "enabled")
    return key


def _keystroke_key(script: Script) -> Element:
    return _stroke(script.settings.get("keystroke", ()))


def _stroke(stroke: Any) -> Element:
    key = _bean(f"{_VISION}KeystrokeKey")
    for name, value in stroke.items() if isinstance(stroke, dict) else stroke:
        _set(key, name, value)
    return key


def _tag_change(script: Script) -> Element:
    bean = _named(f"{_COMMON}TagChangeScript", script)
    paths = _list([_text(path) for path in script.settings.get("paths", ())])
    _call(bean, "setPaths", ("java.util.List",), paths)
    changes = tuple(script.settings.get("changeTypes", ALL_CHANGES))
    if changes != ALL_CHANGES:
        cls = ClassName(f"{_COMMON}TagChangeType")
        members = [Element("enum", attributes={"cls": cls, "n": name}) for name in changes]
        _call(bean, "setChangeTypes", ("java.util.Set",), _list(members, "java.util.HashSet"))
    _changed(bean, script, "enabled")
    _call(bean, "setScript", ("str",), _text(script.source))
    return bean


def _scheduled(script: Script) -> Element:
    bean = _named(f"{_COMMON}ScheduledScript", script)
    _set(bean, "cronExpression", script.settings.get("cronExpression", ""))
    _changed(bean, script, "enabled")
    _call(bean, "setScript", ("str",), _text(script.source))
    return bean


def _menu(scripts: list[Script]) -> Element:
    root = _bean(f"{_VISION}MenuNode")
    nodes: dict[tuple[int, ...], Element] = {(): root}
    below: dict[tuple[int, ...], list[Element]] = {}
    for script in sorted(scripts, key=lambda each: tuple(each.settings.get("position", ()))):
        position = tuple(script.settings.get("position", ()))
        path = tuple(script.settings.get("path", ())) or (script.name,)
        node = _bean(f"{_VISION}MenuNode")
        _set(node, "name", path[-1])
        for name in ("iconPath", "mnemonic", "description"):
            if script.settings.get(name):
                _set(node, name, script.settings[name])
        if script.settings.get("accelerator"):
            stroke = _stroke(script.settings["accelerator"])
            _call(node, "setAccelerator", (f"{_VISION}KeystrokeKey",), stroke)
        if script.source:
            _call(node, "setScript", ("str",), _text(script.source))
        nodes[position] = node
        parent = position[:-1] if position[:-1] in nodes else ()
        below.setdefault(parent, []).append(node)
    for position, members in below.items():
        children = _list(members, "java.util.LinkedList")
        _call(nodes[position], "setChildren", ("java.util.List",), children)
    return root


def _session_bundle(scripts: Iterable[Script]) -> bytes:
    value: dict[str, Any] = {}
    for script in scripts:
        if script.kind == "message":
            entry = {"name": script.name, "script": script.source}
            entry |= _different(script, "threadType", "enabled")
            value.setdefault("messageHandlers", []).append(entry)
        else:
            settings = _different(script, "enabled")
            name = SESSION_EVENTS[script.kind][0]
            value[name] = {"script": script.source, **settings} if settings else script.source
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def _named(cls: str, script: Script) -> Element:
    bean = _bean(cls)
    _set(bean, "name", script.name)
    return bean


def _different(script: Script, *names: str) -> dict[str, Any]:
    known = settings_of_kind(script.kind)
    return {
        name: script.settings[name]
        for name in names
        if name in script.settings and script.settings[name] != known[name].default
    }


def _changed(bean: Element, script: Script, *names: str) -> None:
    for name, value in _different(script, *names).items():
        _set(bean, name, value)


def _set(bean: Element, name: str, value: str | int | bool) -> None:
    setter = "set" + name[:1].upper() + name[1:]
    if isinstance(value, bool):
        _call(bean, setter, ("b",), Element("bool", content="true" if value else "false"))
    elif isinstance(value, int):
        _call(bean, setter, ("l",), Element("lng", content=Long(value)))
    else:
        _call(bean, setter, ("str",), _text(value))


def _bean(cls: str) -> Element:
    attributes: dict[str, Attribute] = {"cls": ClassName(cls)}
    return Element("o", attributes=attributes)


def _list(members: list[Element], cls: str = "java.util.ArrayList") -> Element:
    bean = _bean(cls)
    for member in members:
        _call(bean, "add", ("O",), member)
    return bean


def _call(bean: Element, method: str, signature: tuple[str, ...], *arguments: Element) -> None:
    attributes: dict[str, Attribute] = {"m": method, "s": signature}
    bean.children.append(Element("o", "c", attributes=attributes, children=list(arguments)))


def _text(text: str) -> Element:
    return Element("str", content=text)
