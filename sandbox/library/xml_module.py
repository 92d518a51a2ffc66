"""``xml.etree.ElementTree``: elements in memory; documents with a DTD or entities are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from sandbox.library.arguments import octets, text
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import byte_text, is_unicode, unicode_text

MAX_DEPTH = 500
MAX_TEXT = 32 * 1024 * 1024
MAX_ELEMENTS = 1_000_000


@host_class("xml.etree.ElementTree")
class ParseError(SyntaxError, metaclass=HostType):
    """The text is no XML, or has what is refused here."""


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
        self._children[index] = value

    def __delitem__(self, index: Any) -> None:
        del self._children[index]

    def append(self, element: Any) -> None:
        """Put an element at the end."""
        if not isinstance(element, Element):
            raise TypeError("append() argument must be an Element")
        self._children.append(element)

    def extend(self, elements: Any) -> None:
        """Put elements at the end."""
        for one in elements:
            self.append(one)

    def insert(self, index: Any, element: Any) -> None:
        """Put an element in."""
        self._children.insert(index, element)

    def remove(self, element: Any) -> None:
        """Take an element out."""
        for at, one in enumerate(self._children):
            if one is element:
                del self._children[at]
                return
        raise ValueError("list.remove(x): x not in list")

    def clear(self) -> None:
        """Take everything out."""
        self.attrib.clear()
        self._children.clear()
        self.text = self.tail = None

    def get(self, key: Any, default: Any = None) -> Any:
        """An attribute."""
        return self.attrib.get(key, default)

    def set(self, key: Any, value: Any) -> None:
        """Set an attribute."""
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
            if wanted is None or one.tag == wanted:
                yield one
            pending.extend(reversed(one._children))

    def getiterator(self, tag: Any = None) -> list[Any]:
        """This element and all below it, a list."""
        return list(self.iter(tag))

    def itertext(self) -> Iterator[Any]:
        """The texts of this element and of all below it."""
        if self.text:
            yield self.text
        for one in self._children:
            yield from one.itertext()
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

    def __repr__(self) -> str:
        return f"<Element {self.tag!r} at {id(self) & 0xFFFFFF:#x}>"


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


class _Builder:
    """Makes elements of what expat reads."""

    def __init__(self) -> None:
        self.root: Any = None
        self.stack: list[Any] = []
        self.last: Any = None
        self.data: list[str] = []
        self.count = 0
        parser = expat.ParserCreate(None, "}")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data.append
        parser.StartDoctypeDeclHandler = self.refuse
        parser.EntityDeclHandler = self.refuse
        parser.ExternalEntityRefHandler = self.refuse
        self.parser = parser

    def refuse(self, *_args: Any) -> Any:
        raise ParseError("documents with a DTD or with entities are refused here")

    def flush(self) -> None:
        if self.data:
            words = _as_text("".join(self.data))
            self.data.clear()
            if self.last is not None:
                self.last.tail = words
            elif self.stack:
                self.stack[-1].text = words

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.flush()
        self.count += 1
        if len(self.stack) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise ParseError("the document is too deep or too long")
        made = Element(
            _name(tag), {_name(key): _as_text(value) for key, value in attributes.items()}
        )
        if self.stack:
            self.stack[-1]._children.append(made)
        else:
            self.root = made
        self.stack.append(made)
        self.last = None

    def end(self, _tag: str) -> None:
        self.flush()
        self.last = self.stack.pop()


def _name(words: str) -> str:
    return "{" + words if "}" in words else words


def _as_text(words: str) -> str:
    return words if words.isascii() else unicode_text(words)


def parse_text(source: Any) -> Any:
    """The root element of a text."""
    data = str.__str__(source).encode("utf-8") if is_unicode(source) else octets(source)
    if len(data) > MAX_TEXT:
        raise MemoryError("the document is too long")
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        made = ParseError(str(error))
        made.code = error.code  # type: ignore[attr-defined]
        made.position = (error.lineno, error.offset)  # type: ignore[attr-defined]
        raise made from None
    return builder.root


_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def _escaped(value: Any, quote: bool = False) -> str:
    words = text(value)
    for plain, escape in _ESCAPES:
        words = words.replace(plain, escape)
    if quote:
        words = words.replace('"', "&quot;").replace("\n", "&#10;")
    return words


def _write(element: Any, parts: list[str], spaces: dict[str, str], top: bool, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RuntimeError("maximum recursion depth exceeded")
    tag = _short(element.tag, spaces)
    attributes = [
        f' {_short(key, spaces)}="{_escaped(value, True)}"'
        for key, value in sorted(element.attrib.items())
    ]
    if top:
        attributes += [f' xmlns:{prefix}="{uri}"' for uri, prefix in spaces.items()]
    opened = f"<{tag}{''.join(attributes)}"
    if element.text or element._children:
        parts.append(opened + ">")
        if element.text:
            parts.append(_escaped(element.text))
        for one in element._children:
            _write(one, parts, spaces, False, depth + 1)
        parts.append(f"</{tag}>")
    else:
        parts.append(opened + " />")
    if element.tail and not top:
        parts.append(_escaped(element.tail))


def _short(name: Any, spaces: dict[str, str]) -> str:
    words = text(name)
    if words[:1] != "{":
        return words
    uri, _, local = words[1:].partition("}")
    prefix = spaces.setdefault(uri, f"ns{len(spaces)}")
    return f"{prefix}:{local}"


def write_text(element: Any, encoding: Any = None) -> Any:
    """The text of an element, outside ASCII as character references."""
    spaces: dict[str, str] = {}
    for one in element.iter():
        for name in (one.tag, *one.attrib):
            _short(name, spaces)
    parts: list[str] = []
    _write(element, parts, spaces, True, 0)
    made = "".join(parts)
    wanted = "us-ascii" if encoding is None else text(encoding).lower()
    if wanted in ("us-ascii", "ascii"):
        return made.encode("ascii", "xmlcharrefreplace").decode("ascii")
    head = "" if wanted == "utf-8" else f"<?xml version='1.0' encoding='{text(encoding)}'?>\n"
    return byte_text((head + made).encode(wanted, "xmlcharrefreplace"))


@host_class("xml.etree.ElementTree")
class ElementTree(metaclass=HostType):
    """``ElementTree.ElementTree``: a document."""

    __slots__ = ("_root",)

    def __init__(self, element: Any = None, file: Any = None) -> None:
        self._root = element if file is None else parse_text(file.read())

    def getroot(self) -> Any:
        """The root."""
        return self._root

    def _setroot(self, element: Any) -> None:
        self._root = element

    def parse(self, source: Any, parser: Any = None) -> Any:
        """Read a document from an object with ``read``."""
        self._root = parse_text(source.read())
        return self._root

    def find(self, path: Any, namespaces: Any = None) -> Any:
        """The first element of a path, or None."""
        return self._root.find(_relative(path), namespaces)

    def findall(self, path: Any, namespaces: Any = None) -> list[Any]:
        """All elements of a path."""
        return list(self._root.findall(_relative(path), namespaces))

    def findtext(self, path: Any, default: Any = None, namespaces: Any = None) -> Any:
        """The text of the first element of a path."""
        return self._root.findtext(_relative(path), default, namespaces)

    def iter(self, tag: Any = None) -> Iterator[Any]:
        """All elements."""
        found: Iterator[Any] = self._root.iter(tag)
        return found

    getiterator = iter

    def write(self, file: Any, encoding: Any = "us-ascii", xml_declaration: Any = None) -> None:
        """Write the document to an object with ``write``."""
        made = write_text(self._root, encoding)
        if xml_declaration and not made.startswith("<?xml"):
            made = f"<?xml version='1.0' encoding='{text(encoding)}'?>\n{made}"
        file.write(made)


def _relative(path: Any) -> str:
    words = text(path)
    return "." + words if words.startswith("/") else words


class ElementTreeModule(Module):
    """``xml.etree.ElementTree`` and ``cElementTree``."""

    __slots__ = ()
    NAME = "xml.etree.ElementTree"

    Element = Element
    ElementTree = ElementTree
    ParseError = ParseError

    def fromstring(self, source: Any, parser: Any = None) -> Any:
        """The root element of a text."""
        return parse_text(source)

    XML = fromstring

    def tostring(self, element: Any, encoding: Any = None, method: Any = None) -> Any:
        """The text of an element."""
        return write_text(element, encoding)

    def SubElement(self, parent: Any, tag: Any, attrib: Any = None, **extra: Any) -> Any:
        """A new element in another."""
        made = Element(tag, attrib, **extra)
        parent.append(made)
        return made

    def parse(self, source: Any, parser: Any = None) -> Any:
        """The document that an object with ``read`` gives."""
        if isinstance(source, str):
            raise OSError("ElementTree.parse reads no files here: use fromstring(text)")
        return ElementTree(None, source)

    def iselement(self, element: Any) -> bool:
        """Whether it is an element."""
        return isinstance(element, Element)

    def dump(self, element: Any) -> None:
        """Print an element."""
        root = element.getroot() if isinstance(element, ElementTree) else element
        self._library.write_output(write_text(root) + "\n")

    def Comment(self, words: Any = None) -> Any:
        """Refused: comments are not kept."""
        raise NotImplementedError("comments are not kept here")


class EtreeModule(Module):
    """``xml.etree``."""

    __slots__ = ("ElementTree", "cElementTree")
    NAME = "xml.etree"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        for name in ("ElementTree", "cElementTree"):
            object.__setattr__(self, name, library.find_module(f"xml.etree.{name}"))


class SaxutilsModule(Module):
    """``xml.sax.saxutils``: escape and unescape."""

    __slots__ = ()
    NAME = "xml.sax.saxutils"

    def escape(self, data: Any, entities: Any = None) -> Any:
        """A text with the marks of XML escaped."""
        made = _escaped(data)
        for plain, escape in (entities or {}).items():
            made = made.replace(text(plain), text(escape))
        return unicode_text(made) if is_unicode(data) else made

    def unescape(self, data: Any, entities: Any = None) -> Any:
        """A text with the marks of XML back."""
        made = text(data)
        for plain, escape in (entities or {}).items():
            made = made.replace(text(plain), text(escape))
        for plain, escape in reversed(_ESCAPES):
            made = made.replace(escape, plain)
        return unicode_text(made) if is_unicode(data) else made

    def quoteattr(self, data: Any) -> Any:
        """A text as the value of an attribute, quoted."""
        words = _escaped(data).replace("\n", "&#10;").replace("\t", "&#9;")
        if '"' not in words:
            return f'"{words}"'
        return f"'{words}'" if "'" not in words else '"' + words.replace('"', "&quot;") + '"'


class SaxModule(Module):
    """``xml.sax``: only ``saxutils``."""

    __slots__ = ("saxutils",)
    NAME = "xml.sax"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "saxutils", library.find_module("xml.sax.saxutils"))


class XmlModule(Module):
    """``xml``."""

    __slots__ = ("etree", "sax")
    NAME = "xml"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        for name in ("etree", "sax"):
            object.__setattr__(self, name, library.find_module(f"xml.{name}"))
