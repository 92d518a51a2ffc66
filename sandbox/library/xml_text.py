"""XML as text, read and written; documents with a DTD or entities are refused."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from sandbox.dialect.meaning.ordering import python2_sorted
from sandbox.library.arguments import octets, text
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, host_class
from sandbox.library.values import byte_text, is_unicode, unicode_text
from sandbox.library.xml_element import Element

MAX_DEPTH = 500

MAX_TEXT = 32 * 1024 * 1024

MAX_ELEMENTS = 1_000_000


@host_class("xml.etree.ElementTree")
class ParseError(SyntaxError, metaclass=HostType):
    """The text is no XML, or has what is refused here."""


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


ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def escaped(value: Any, quote: bool = False) -> str:
    """Text with what XML keeps to itself written as entities."""
    words = text(value)
    for plain, escape in ESCAPES:
        words = words.replace(plain, escape)
    if quote:
        words = words.replace('"', "&quot;").replace("\n", "&#10;")
    return words


def _write(element: Any, parts: list[str], spaces: dict[str, str], top: bool, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RuntimeError("maximum recursion depth exceeded")
    checkpoint()
    if not isinstance(element, Element):
        raise TypeError("only elements can be written")
    tag = _short(element.tag, spaces)
    attributes = [
        f' {_short(key, spaces)}="{escaped(value, True)}"'
        for key, value in python2_sorted(element.attrib.items())
    ]
    if top:
        attributes += [f' xmlns:{prefix}="{uri}"' for uri, prefix in spaces.items()]
    opened = f"<{tag}{''.join(attributes)}"
    if element.text or element._children:
        parts.append(opened + ">")
        if element.text:
            parts.append(escaped(element.text))
        for one in element._children:
            _write(one, parts, spaces, False, depth + 1)
        parts.append(f"</{tag}>")
    else:
        parts.append(opened + " />")
    if element.tail and not top:
        parts.append(escaped(element.tail))


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
