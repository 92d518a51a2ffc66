"""Settings of scripts by the names that ``resource.json`` gives them, to and from the model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from project_store.model import (
    ALL_CHANGES,
    EventScript,
    KeystrokeScript,
    MenuScript,
    MessageHandler,
    ScheduledScript,
    Scope,
    TagChangeScript,
    TimerScript,
)
from project_store.records import digest_of

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: ``check`` names its JSON type, ``default`` is what absence means."""

    check: str
    default: Any
    choices: tuple[str, ...] = ()


_ENABLED = {"enabled": Setting("boolean", True)}
SETTINGS: dict[str, dict[str, Setting]] = {
    "message": {
        "threadType": Setting("choice", "Shared", ("Shared", "Dedicated", "EDT")),
        "deadline": Setting("seconds", None),
        **_ENABLED,
    },
    "timer": {
        "delay": Setting("integer", 1000),
        "fixedDelay": Setting("boolean", True),
        "sharedThread": Setting("boolean", True),
        **_ENABLED,
    },
    "tag-change": {
        "paths": Setting("strings", ()),
        "changeTypes": Setting("strings", ALL_CHANGES, ALL_CHANGES),
        **_ENABLED,
    },
    "scheduled": {"cronExpression": Setting("string", ""), **_ENABLED},
    "menubar": {
        "path": Setting("strings", ()),
        "position": Setting("integers", ()),
        "iconPath": Setting("string", ""),
        "mnemonic": Setting("string", ""),
        "description": Setting("string", ""),
        "accelerator": Setting("object", ()),
    },
    "keystroke": {"keystroke": Setting("object", ())},
}
"""The settings of each kind; kinds that are not here have only ``enabled``."""


def settings_of_kind(kind: str) -> dict[str, Setting]:
    """The settings that a kind of script has."""
    return SETTINGS.get(kind, _ENABLED)


@dataclass(frozen=True, slots=True)
class Script:
    """A script of a bundle before it belongs to a project; ``settings`` lack what is default."""

    kind: str
    name: str
    source: str
    settings: Settings = field(default_factory=dict)


def make_event(
    project: str, scope: Scope, kind: str, name: str, source: str, file: str, settings: Settings
) -> EventScript:
    """An event script of the model; settings that are missing take their defaults."""
    values = {
        key: settings.get(key, setting.default) for key, setting in settings_of_kind(kind).items()
    }
    digest = digest_of(scope, kind, name, source, sorted(values.items()))
    enabled = values.get("enabled", True)
    common: tuple[str, Scope, str, str, str, str, bool, str]
    common = (project, scope, kind, name, source, file, enabled, digest)
    if kind == "timer":
        return TimerScript(
            *common, values["delay"], values["fixedDelay"], values["sharedThread"]
        )
    if kind == "tag-change":
        return TagChangeScript(
            *common, tuple(values["paths"]), tuple(values["changeTypes"])
        )
    if kind == "scheduled":
        return ScheduledScript(*common, values["cronExpression"])
    if kind == "menubar":
        return MenuScript(
            *common,
            tuple(values["path"]),
            tuple(values["position"]),
            values["iconPath"],
            values["mnemonic"],
            values["description"],
            tuple(values["accelerator"]),
        )
    if kind == "keystroke":
        return KeystrokeScript(*common, tuple(values["keystroke"]))
    return EventScript(*common)


def make_handler(
    project: str, scope: Scope, name: str, source: str, file: str, settings: Settings
) -> MessageHandler:
    """A message handler of the model."""
    thread_type = settings.get("threadType", "Shared")
    enabled = settings.get("enabled", True)
    deadline = settings.get("deadline")
    parts = (scope, name, thread_type, enabled, source)
    digest = digest_of(*parts) if deadline is None else digest_of(*parts, deadline)
    return MessageHandler(
        project, scope, name, source, file, thread_type, enabled, digest, deadline=deadline
    )


def settings_of(script: EventScript | MessageHandler) -> dict[str, Any]:
    """All settings of a script under the names of ``resource.json``."""
    if isinstance(script, MessageHandler):
        own = {} if script.deadline is None else {"deadline": script.deadline}
        return {"threadType": script.thread_type, "enabled": script.enabled, **own}
    if isinstance(script, TimerScript):
        values: dict[str, Any] = {
            "delay": script.delay,
            "fixedDelay": script.fixed_delay,
            "sharedThread": script.shared_thread,
        }
    elif isinstance(script, TagChangeScript):
        values = {"paths": list(script.paths), "changeTypes": list(script.change_types)}
    elif isinstance(script, ScheduledScript):
        values = {"cronExpression": script.cron}
    elif isinstance(script, MenuScript):
        return {
            "path": list(script.path),
            "position": list(script.position),
            "iconPath": script.icon_path,
            "mnemonic": script.mnemonic,
            "description": script.description,
            "accelerator": dict(script.accelerator),
        }
    elif isinstance(script, KeystrokeScript):
        return {"keystroke": dict(script.keystroke)}
    else:
        values = {}
    return {**values, "enabled": script.enabled}


def script_of(script: EventScript | MessageHandler) -> Script:
    """A script of the model as a bundle holds it."""
    kind = "message" if isinstance(script, MessageHandler) else script.kind
    return Script(kind, script.name, script.source, settings_of(script))


def object_setting(value: Mapping[str, object]) -> tuple[tuple[str, str | int | bool], ...]:
    """A JSON object of plain values as a frozen setting."""
    return tuple((name, cast("str | int | bool", item)) for name, item in value.items())
