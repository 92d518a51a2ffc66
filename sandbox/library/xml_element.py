"""An element of ``xml.etree.ElementTree`` and the paths that find others in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning.identity import address
from sandbox.dialect.meaning.typenames import type_text
from sandbox.library.arguments import text
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, host_class
from sandbox.library.values import script_repr
from sandbox.limits_hooks import shown
from sandbox.limits_items import store_item
from sandbox.lookups import change
from sandbox.tables import clear_table


def _require(value: Any) -> Any:
    if not isinstance(value, Element):
        raise TypeError(f"an Element is needed, not {type_text(value)}")
    return value


@host_class("xml.etree.ElementTree")
class Element(metaclass=HostType):
    """``ElementTree.Element``."""

    __slots__ = ("_children", "attrib", "tag", "tail", "text")

    def __init__(self, tag: Any, attrib: Any = None, **extra: Any) -> None:
        self.tag = tag
        self.attrib: dict[Any, Any] = {**(attrib or {}), **extra}
        self.text: Any = None
        self.tail: Any = None
        self._children: list[Any] = []

    def __len__(self) -> int:
        return len(self._children)

    def __bool__(self) -> bool:
        return bool(self._children)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._children))

    def __getitem__(self, index: Any) -> Any:
        return self._children[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        wanted = list(map(_require, value)) if isinstance(index, slice) else _require(value)
        store_item(self._children, index, wanted)

    def __delitem__(self, index: Any) -> None:
        del self._children[index]

    def append(self, element: Any) -> None:
        """Put an element at the end."""
        self._children.append(_require(element))

    def extend(self, elements: Any) -> None:
        """Put elements at the end."""
        for one in elements:
            self.append(one)

    def insert(self, index: Any, element: Any) -> None:
        """Put an element in."""
        self._children.insert(index, _require(element))

    def remove(self, element: Any) -> None:
        """Take an element out."""
        for at, one in enumerate(self._children):
            if one is element:
                del self._children[at]
                return
        raise ValueError("list.remove(x): x not in list")

    def clear(self) -> None:
        """Take everything out."""
        clear_table(self.attrib)
        self._children.clear()
        self.text = self.tail = None

    def get(self, key: Any, default: Any = None) -> Any:
        """An attribute."""
        return self.attrib.get(key, default)

    def set(self, key: Any, value: Any) -> None:
        """Set an attribute."""
        change(self.attrib)
        self.attrib[key] = value

    def keys(self) -> list[Any]:
        """The names of the attributes."""
        return list(self.attrib)

    def items(self) -> list[tuple[Any, Any]]:
        """Names and values of the attributes."""
        return list(self.attrib.items())

    def getchildren(self) -> list[Any]:
        """The elements in this one."""
        return list(self._children)

    def iter(self, tag: Any = None) -> Iterator[Any]:
        """This element and all below it."""
        wanted = None if tag in (None, "*") else tag
        pending = [self]
        while pending:
            one = pending.pop()
            checkpoint()
            if wanted is None or one.tag == wanted:
                yield one
            pending.extend(reversed(one._children))

    def getiterator(self, tag: Any = None) -> list[Any]:
        """This element and all below it, a list."""
        return list(self.iter(tag))

    def itertext(self) -> Iterator[Any]:
        """The texts of this element and of all below it."""
        checkpoint()
        if self.text:
            yield self.text
        for one in self._children:
            # Never "yield from": closed late, that would call the close() of a script's iterator.
            for words in one.itertext():  # noqa: UP028
                yield words
            if one.tail:
                yield one.tail

    def find(self, path: Any, namespaces: Any = None) -> Any:
        """The first element of a path, or None."""
        found = _select(self, path, namespaces)
        return found[0] if found else None

    def findall(self, path: Any, namespaces: Any = None) -> list[Any]:
        """All elements of a path."""
        return _select(self, path, namespaces)

    def iterfind(self, path: Any, namespaces: Any = None) -> Iterator[Any]:
        """All elements of a path, one after the other."""
        return iter(_select(self, path, namespaces))

    def findtext(self, path: Any, default: Any = None, namespaces: Any = None) -> Any:
        """The text of the first element of a path."""
        found = self.find(path, namespaces)
        return default if found is None else found.text or ""

    def makeelement(self, tag: Any, attrib: Any) -> Any:
        """A new element."""
        return Element(tag, attrib)

    @shown
    def __repr__(self) -> str:
        return f"<Element {script_repr(self.tag)} at {address(self)}>"


def _select(root: Any, path: Any, namespaces: Any) -> list[Any]:
    words = text(path)
    if words.startswith("/"):
        raise SyntaxError("cannot use absolute path on element")
    current = [root]
    steps = _steps(words)
    deep = False
    for step in steps:
        if step == "":
            deep = True
            continue
        name, conditions = _conditions(step)
        if ":" in name and not name.startswith("{") and namespaces:
            prefix, _, local = name.partition(":")
            if prefix in namespaces:
                name = f"{{{namespaces[prefix]}}}{local}"
        found: list[Any] = []
        if name == ".":
            found = [one for top in current for one in top.iter()] if deep else current
        elif name == "..":
            parents = {id(child): parent for parent in root.iter() for child in parent._children}
            found = [parents[id(one)] for one in current if id(one) in parents]
        else:
            for top in current:
                pool = list(top.iter())[1:] if deep else top._children
                found.extend([one for one in pool if name == "*" or one.tag == name])
        deep = False
        for condition in conditions:
            found = _filtered(found, condition)
        current = found
    return current


def _steps(words: str) -> list[str]:
    steps, depth, current = [], 0, ""
    for letter in words:
        if letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        if letter == "/" and not depth:
            steps.append(current)
            current = ""
        else:
            current += letter
    steps.append(current)
    return steps


def _conditions(step: str) -> tuple[str, list[str]]:
    start = step.find("[")
    if start < 0:
        return step, []
    return step[:start], [one.rstrip("]") for one in step[start + 1 :].split("[")]


def _filtered(found: list[Any], condition: str) -> list[Any]:
    if condition.isdigit():
        at = int(condition) - 1
        return found[at : at + 1]
    if condition == "last()":
        return found[-1:]
    name, equals, value = condition.partition("=")
    wanted = value.strip().strip("\"'")
    name = name.strip()
    if name.startswith("@"):
        key = name[1:]
        return [
            one
            for one in found
            if key in one.attrib and (not equals or text(one.attrib[key]) == wanted)
        ]
    if not equals:
        return [one for one in found if any(child.tag == name for child in one._children)]
    return [
        one
        for one in found
        if any(
            child.tag == name and "".join(map(text, child.itertext())) == wanted
            for child in one._children
        )
    ]
