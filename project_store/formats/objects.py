"""What a tree of object XML means: Java objects, and the scripts that they configure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from project_store.errors import FormatError
from project_store.formats.binary_xml import Document, Element, Long
from project_store.formats.events import Script, Settings
from project_store.model import ALL_CHANGES

MAX_SCRIPTS = 10_000

MAX_TEXT = 16 * 1024 * 1024
"""Characters of all scripts of a bundle: many may refer to one text."""

_MAX_TEXTS = 50_000


@dataclass(eq=False)
class Bean:
    """A Java object: its class, and what was called on it to make it.

    ``calls`` are (method, arguments) in order.
    """

    cls: str
    calls: list[tuple[str, list[Any]]] = field(default_factory=list)

    @property
    def simple(self) -> str:
        """The class without its package."""
        return self.cls.rpartition(".")[2]

    def get(self, name: str, default: Any = None) -> Any:
        """What the setter of a property was called with last; null counts as not called."""
        setter = "set" + name[:1].upper() + name[1:]
        value = default
        for method, arguments in self.calls:
            if method == setter and arguments and arguments[0] is not None:
                value = arguments[0]
        return value

    def pairs(self) -> list[tuple[Any, Any]]:
        """The entries of a map."""
        return [(a[0], a[1]) for method, a in self.calls if method == "put" and len(a) == 2]

    def items(self) -> list[Any]:
        """The members of a list or a set."""
        return [a[0] for method, a in self.calls if method == "add" and len(a) == 1]


def objects_of(document: Document) -> list[Any]:
    """The root objects of a document, references resolved.

    Raises:
        FormatError: the root is no ``objects`` element, or a reference leads nowhere.
    """
    if document.root.name != "objects":
        raise FormatError(f"holds <{document.root.tag}>, not <objects>")
    return _Evaluation().values(document.root.children)


class _Evaluation:
    def __init__(self) -> None:
        self.known: dict[int, Any] = {}

    def values(self, elements: Iterable[Element]) -> list[Any]:
        return [self.value(element) for element in elements]

    def value(self, element: Element) -> Any:
        if element.reference is not None:
            if element.reference not in self.known:
                raise FormatError(f"refers to object {element.reference}, which is none")
            return self.known[element.reference]
        if element.name == "o":
            bean = Bean(str(element.attributes.get("cls", "")))
            self._remember(element, bean)
            for child in element.children:
                if child.sub:
                    method = str(child.attributes.get("m", child.sub))
                    bean.calls.append((method, self.values(child.children)))
                else:
                    bean.calls.append(("", [self.value(child)]))
            return bean
        if element.children:
            many: list[Any] = []
            self._remember(element, many)
            many += self.values(element.children)
            return many
        value = _plain(element)
        self._remember(element, value)
        return value

    def _remember(self, element: Element, value: Any) -> None:
        if element.object_id is not None:
            self.known[element.object_id] = value


def _plain(element: Element) -> Any:
    content = element.content
    if element.name == "enum":
        return str(element.attributes.get("n", content))
    if isinstance(content, Long):
        return content.value
    if element.name == "null" or (content is None and element.name not in ("str",)):
        return None
    if element.name == "str":
        return "" if content is None else content
    if isinstance(content, str):
        text = content.strip()
        if element.name in ("bool", "boo", "boolean", "b"):
            return text == "true"
        if element.name in ("int", "lng", "long", "i", "l", "shrt", "byt"):
            try:
                return int(text)
            except ValueError:
                return text
        return content
    if element.name in ("bool", "boo", "boolean") and isinstance(content, int):
        return bool(content)
    return content


@dataclass(slots=True)
class Found:
    """The scripts of a configuration, and sentences on what was not taken."""

    scripts: list[Script] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    _length: int = 0

    def add(self, kind: str, name: str, source: Any, settings: Settings) -> None:
        """Takes a script; settings that are default are left out."""
        if not isinstance(source, str):
            self.left.append(f"{kind} '{name}': it has no text")
            return
        if len(self.scripts) >= MAX_SCRIPTS:
            raise FormatError(f"holds more than {MAX_SCRIPTS} scripts")
        self._length += len(source)
        if self._length > MAX_TEXT:
            raise FormatError(f"its scripts have more than {MAX_TEXT // 1024} KiB together")
        self.scripts.append(Script(kind, name, source, settings))


_SINGLES = {
    "startupScript": "startup",
    "shutdownScript": "shutdown",
    "updateScript": "update",
    "shutdownAllowedScript": "shutdown-intercept",
}
_TAKEN = {
    "setMessageHandlerScripts",
    "setTimerScripts",
    "setTagChangeScripts",
    "setKeyScripts",
    "setMenuRoot",
    "setScheduledScripts",
    *("set" + name[:1].upper() + name[1:] for name in _SINGLES),
}


def scripts_of(document: Document) -> Found:
    """The event scripts of a ``ScriptConfig`` or ``ClientScriptConfig`` document.

    Raises:
        FormatError: there is no such object in it.
    """
    configs = [
        each
        for each in objects_of(document)
        if isinstance(each, Bean) and each.simple.endswith("ScriptConfig")
    ]
    if not configs:
        raise FormatError("holds no script configuration")
    found = Found()
    for config in configs:
        _read_config(config, found)
    return found


def _read_config(config: Bean, found: Found) -> None:
    for name, kind in _SINGLES.items():
        source = config.get(name)
        if isinstance(source, str) and source.strip():
            found.add(kind, "", source, {})
    for key, source in _keyed(config.get("messageHandlerScripts")):
        settings = _settings(key, ("threadType", str), ("enabled", bool))
        name = str(key.get("name", ""))
        if key.get("permissions") is not None:
            found.left.append(f"message '{name}': its list of permissions")
        found.add("message", name, source, settings)
    for key, source in _keyed(config.get("timerScripts")):
        settings = _settings(
            key, ("delay", int), ("fixedDelay", bool), ("sharedThread", bool), ("enabled", bool)
        )
        found.add("timer", str(key.get("name", "")), source, settings)
    for script in _beans(config.get("tagChangeScripts")):
        settings = {
            "paths": tuple(dict.fromkeys(_strings(script.get("paths") or script.get("path")))),
            **_settings(script, ("enabled", bool)),
        }
        changes = [
            each for each in _strings(script.get("changeTypes")) if each in ALL_CHANGES
        ]
        if changes:
            settings["changeTypes"] = tuple(each for each in ALL_CHANGES if each in changes)
        found.add("tag-change", str(script.get("name", "")), script.get("script", ""), settings)
    _read_scheduled(config.get("scheduledScripts"), found)
    taken: dict[str, int] = {}
    for key, source in _keyed(config.get("keyScripts")):
        stroke = _simple_calls(key)
        name = _free_name(_stroke_name(stroke), taken)
        found.add("keystroke", name, source, {"keystroke": stroke} if stroke else {})
    root = config.get("menuRoot")
    if isinstance(root, Bean):
        _read_menu(root, found)
    for method, arguments in config.calls:
        if method not in _TAKEN and any(argument not in (None, "") for argument in arguments):
            found.left.append(f"{method.removeprefix('set') or 'a part'}: not known")


def _read_scheduled(value: Any, found: Found) -> None:
    entries = [(key, source) for key, source in _keyed(value)]
    entries += [(bean, bean.get("script", "")) for bean in _beans(value)]
    for key, source in entries:
        settings: dict[str, Any] = _settings(key, ("cronExpression", str), ("enabled", bool))
        cron = key.get("cronExpression", key.get("cron", key.get("schedule")))
        if isinstance(cron, str):
            settings["cronExpression"] = cron
        found.add("scheduled", str(key.get("name", "")), source, settings)


def _read_menu(root: Bean, found: Found) -> None:
    names: dict[str, int] = {}
    pending: list[tuple[Bean, tuple[str, ...], tuple[int, ...]]] = [(root, (), ())]
    while pending:
        node, path, position = pending.pop()
        if len(position) > 50:
            raise FormatError("the menu bar nests deeper than 50")
        below = []
        for index, child in enumerate(_beans(node.get("children"))):
            label = child.get("name", "")
            below.append((child, (*path, str(label)), (*position, index)))
        pending += reversed(below)
        if not position:
            continue
        settings: dict[str, Any] = {"path": path, "position": position}
        settings |= _settings(node, ("iconPath", str), ("mnemonic", str), ("description", str))
        accelerator = node.get("accelerator")
        if isinstance(accelerator, Bean):
            settings["accelerator"] = _simple_calls(accelerator)
        source = node.get("script", "")
        found.add("menubar", _free_name("/".join(path), names), source, settings)


def _settings(bean: Bean, *wanted: tuple[str, type]) -> dict[str, Any]:
    settings = {}
    for name, kind in wanted:
        value = bean.get(name)
        if kind is int and isinstance(value, str) and value.strip().lstrip("-").isdecimal():
            value = int(value)
        if kind is bool and isinstance(value, str):
            value = value.strip().lower() == "true"
        if kind is bool and isinstance(value, int):
            value = bool(value)
        if isinstance(value, Bean):
            value = next(iter(_strings(value)), None)
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            settings[name] = value
    return settings


def _simple_calls(bean: Bean) -> tuple[tuple[str, str | int | bool], ...]:
    return tuple(
        (method.removeprefix("set")[:1].lower() + method.removeprefix("set")[1:], arguments[0])
        for method, arguments in bean.calls
        if len(arguments) == 1 and isinstance(arguments[0], str | int | bool)
    )


def _stroke_name(stroke: tuple[tuple[str, str | int | bool], ...]) -> str:
    named = dict(stroke)
    shown = named.get("display") or named.get("stroke")
    return str(shown or " ".join(f"{name} {value}" for name, value in stroke) or "keystroke")


def _free_name(name: str, taken: dict[str, int]) -> str:
    """A name that is not taken; ``taken`` has the next number to try of each that is."""
    candidate, fold = name, name.casefold()
    number = taken.get(fold, 2)
    while candidate.casefold() in taken:
        candidate, number = f"{name} ({number})", number + 1
    taken[fold] = number
    taken.setdefault(candidate.casefold(), 2)
    return candidate


def _keyed(value: Any) -> list[tuple[Bean, Any]]:
    if not isinstance(value, Bean):
        return []
    return [(key, item) for key, item in value.pairs() if isinstance(key, Bean)]


def _beans(value: Any) -> list[Bean]:
    items = value.items() if isinstance(value, Bean) else value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Bean)]


def _strings(value: Any) -> list[str]:
    """Every text in a value, however it is packed."""
    found: list[str] = []
    pending, seen = [value], 0
    while pending:
        seen += 1
        if seen > _MAX_TEXTS:
            raise FormatError("a list of texts is too long")
        each = pending.pop()
        if isinstance(each, str):
            found.append(each)
        elif isinstance(each, list):
            pending += reversed(each)
        elif isinstance(each, Bean):
            for _, arguments in reversed(each.calls):
                pending += reversed(arguments)
    return found


def library_of(document: Document) -> dict[str, str]:
    """Library texts of a ``ScriptLibrary`` (7.6 and older) by dotted path.

    Raises:
        FormatError: there is no such object in it.
    """
    for each in objects_of(document):
        if isinstance(each, Bean) and each.simple == "ScriptLibrary":
            scripts = each.get("scripts")
            pairs = scripts.pairs() if isinstance(scripts, Bean) else []
            return {k: v for k, v in pairs if isinstance(k, str) and isinstance(v, str)}
    raise FormatError("holds no script library")


def text_of(document: Document) -> str:
    """The one text of a document (7.x script module).

    Raises:
        FormatError: it holds none, or something else.
    """
    objects = objects_of(document)
    if len(objects) == 1 and isinstance(objects[0], str):
        return objects[0]
    raise FormatError("holds no script text")
