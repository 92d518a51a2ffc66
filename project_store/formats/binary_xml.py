"""Ignition's binary XML (8.0/8.1 ``data.bin``, 7.x resources): reader and writer.

The layout was found by decoding real resources; whatever a document holds is kept in the order
and with the identifiers it was read with, so that writing it again gives the same bytes. Reading
and writing walk the input once, hold one element's path on a stack of their own, and check each
claimed size against limits before anything is allocated.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from project_store.errors import FormatError
from project_store.formats.streams import Limits, Source

MAGIC = bytes.fromhex("98298faa43f74a4fb28dca3c4896afc9")
VERSION = 2

_REFERENCE, _SUB, _OBJECT, _ATTRIBUTES, _CHILDREN, _CONTENT = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_KNOWN_FLAGS = _SUB | _OBJECT | _ATTRIBUTES | _CHILDREN | _CONTENT
_INT, _STRING, _CLASS, _SIGNATURE = 0x02, 0x08, 0x09, 0x0A
_SHORT, _LONG = 0, 1
_RAW_NAMES = frozenset({"gzbarr", "barr"})

# A text of this many characters may take 65 535 bytes of Java's modified UTF-8.
_SHORT_CHARACTERS = 65535 // 3


class ClassName(str):
    """An attribute's value that names a Java class."""

    __slots__ = ()


Attribute = str | ClassName | int | tuple[str, ...]
Content = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Long:
    """A 64-bit whole number as content (``int`` is 32 bits wide)."""

    value: int


@dataclass(slots=True)
class Element:
    """One element.

    Args:
        name: its tag (``o``).
        sub: second part of its tag (``c`` in ``o-c``), "" for none.
        object_id: what a back reference names it by.
        attributes: by name, in order.
        content: text, number or bytes; None for none.
        children: elements and back references.
        reference: the object id that this element stands for; it has nothing else then.
    """

    name: str = ""
    sub: str = ""
    object_id: int | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)
    content: "Content | Long" = None
    children: list["Element"] = field(default_factory=list)
    reference: int | None = None

    @property
    def tag(self) -> str:
        """The tag as text XML writes it."""
        return f"{self.name}-{self.sub}" if self.sub else self.name


@dataclass(slots=True)
class Document:
    """A whole document.

    Args:
        root: its one element.
        time: when it was written, in milliseconds since 1970.
        strings: texts by identifier in the order of the file's table; texts of the tree that
            are missing in it get identifiers of their own when written.
        reserved: the twenty bytes after the time, zero in everything seen.
        unusual: kind and bytes of those strings that this writer would have written otherwise.
    """

    root: Element
    time: int = 0
    strings: dict[int, str] = field(default_factory=dict)
    reserved: bytes = bytes(20)
    unusual: dict[int, tuple[int, bytes]] = field(default_factory=dict)


def read_document(stream: BinaryIO, limits: Limits | None = None) -> Document:
    """Reads a document, gzip-compressed or not.

    Args:
        stream: where the bytes come from.
        limits: what is refused before it is read.

    Raises:
        FormatError: the bytes are no such document, or pass a limit; names the offset.
    """
    reader = _Reader(Source(stream, limits or Limits()))
    document = reader.head()
    stack: list[tuple[Element, int]] = []
    for element, children in reader.elements():
        if not stack:
            document.root = element
        else:
            parent, left = stack.pop()
            parent.children.append(element)
            if left > 1:
                stack.append((parent, left - 1))
        if children:
            stack.append((element, children))
    return document


def iterate(stream: BinaryIO, limits: Limits | None = None) -> Iterator[tuple[Element, int]]:
    """Every element in document order with its number of children, none of them attached.

    For documents that need not be held in memory at once; raises like ``read_document``.
    """
    reader = _Reader(Source(stream, limits or Limits()))
    reader.head()
    return reader.elements()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.limits = source.limits
        self.strings: dict[int, str] = {}
        self.unusual: dict[int, tuple[int, bytes]] = {}

    def head(self) -> Document:
        source = self.source
        if source.take(16) != MAGIC:
            raise FormatError("does not start with the mark of binary XML", 0)
        version = source.int32()
        if version != VERSION:
            raise FormatError(f"is version {version} of binary XML, known is {VERSION}", 16)
        time = source.int64()
        reserved = source.take(20)
        count = source.count("strings", self.limits.strings)
        for _ in range(count):
            at = source.offset
            identifier = source.int32()
            kind = source.byte()
            if kind not in (_SHORT, _LONG):
                raise FormatError(f"unknown kind {kind} of string", at + 4)
            size = source.uint16() if kind == _SHORT else source.size("string")
            if identifier in self.strings:
                raise FormatError(f"string {identifier} comes twice", at)
            data = source.take(size)
            try:
                text = decode_text(data)
            except UnicodeDecodeError as error:
                raise FormatError("a string is not UTF-8", at) from error
            self.strings[identifier] = text
            if encode_text(text) != (kind, data):
                self.unusual[identifier] = (kind, data)
        return Document(Element(), time, self.strings, reserved, self.unusual)

    def elements(self) -> Iterator[tuple[Element, int]]:
        source, limits = self.source, self.limits
        open_counts = [1]
        total = 0
        while open_counts:
            if open_counts[-1] == 0:
                open_counts.pop()
                continue
            open_counts[-1] -= 1
            total += 1
            if total > limits.elements:
                raise FormatError(f"more than {limits.elements} elements", source.offset)
            element, children = self._element()
            if children:
                if len(open_counts) > limits.depth:
                    raise FormatError(f"nests deeper than {limits.depth}", source.offset)
                open_counts.append(children)
            yield element, children
        source.end()

    def _element(self) -> tuple[Element, int]:
        source = self.source
        at = source.offset
        flags = source.byte()
        if flags == _REFERENCE:
            return Element(reference=source.int32()), 0
        if flags & ~_KNOWN_FLAGS:
            raise FormatError(f"unknown mark 0x{flags:02x} of an element", at)
        element = Element(self._text())
        if flags & _SUB:
            element.sub = self._text()
        if flags & _OBJECT:
            element.object_id = source.int32()
        if flags & _ATTRIBUTES:
            for _ in range(source.byte()):
                where = source.offset
                name = self._text()
                if name in element.attributes:
                    raise FormatError(f"attribute {name!r} comes twice", where)
                element.attributes[name] = self._attribute()
        if flags & _CONTENT:
            element.content = self._content(element.name)
        children = 0
        if flags & _CHILDREN:
            children = source.count("children", self.limits.elements)
        return element, children

    def _text(self) -> str:
        at = self.source.offset
        identifier = self.source.int32()
        try:
            return self.strings[identifier]
        except KeyError:
            raise FormatError(f"string {identifier} is not in the table", at) from None

    def _attribute(self) -> Attribute:
        source = self.source
        at = source.offset
        kind = source.byte()
        if kind == _STRING:
            return self._text()
        if kind == _CLASS:
            return ClassName(self._text())
        if kind == _INT:
            if source.byte() != 0xFF:
                raise FormatError("a number is not marked as one", at + 1)
            return source.int32()
        if kind == _SIGNATURE:
            return tuple(self._text() for _ in range(source.byte()))
        raise FormatError(f"unknown kind 0x{kind:02x} of attribute", at)

    def _content(self, name: str) -> "Content | Long":
        source = self.source
        size = source.size("content")
        at = source.offset
        if name in _RAW_NAMES:
            return source.take(size)
        if size == 4:
            return self._text()
        data = source.take(size)
        if size == 5 and data[0] == 0xFF:
            return int(struct.unpack(">i", data[1:])[0])
        if size == 9 and data[0] == 0xFF:
            return Long(struct.unpack(">q", data[1:])[0])
        if size == 8 and name == "dbl":
            value = float(struct.unpack(">d", data)[0])
            # A number that is none has many forms, and only the usual one comes back as such.
            return value if struct.pack(">d", value) == data else data
        if size == 0:
            raise FormatError("content without bytes", at)
        return data


def write_document(document: Document, out: BinaryIO) -> None:
    """Writes a document, uncompressed.

    Raises:
        FormatError: the document holds what the format cannot.
    """
    table = _table(document)
    identifiers = {text: identifier for identifier, text in table.items()}
    out.write(MAGIC + struct.pack(">iq", VERSION, document.time) + document.reserved)
    out.write(struct.pack(">i", len(table)))
    for identifier, text in table.items():
        kind, data = document.unusual.get(identifier) or encode_text(text)
        out.write(struct.pack(">iBH" if kind == _SHORT else ">iBi", identifier, kind, len(data)))
        out.write(data)
    pending = [document.root]
    while pending:
        element = pending.pop()
        out.write(_head_of(element, identifiers))
        pending.extend(reversed(element.children))


def _table(document: Document) -> dict[int, str]:
    table = dict(document.strings)
    known = set(table.values())
    following = max(table, default=-1) + 1
    for text in _texts(document.root):
        if text not in known:
            known.add(text)
            table[following] = text
            following += 1
    return table


def _texts(root: Element) -> Iterator[str]:
    pending = [root]
    while pending:
        element = pending.pop()
        if element.reference is None:
            yield element.name
            if element.sub:
                yield element.sub
            for name, value in element.attributes.items():
                yield name
                if isinstance(value, tuple):
                    yield from value
                elif isinstance(value, str):
                    yield str(value)
            if isinstance(element.content, str):
                yield element.content
        pending.extend(reversed(element.children))


def _head_of(element: Element, identifiers: dict[str, int]) -> bytes:
    if element.reference is not None:
        return struct.pack(">Bi", _REFERENCE, element.reference)
    content = _content_of(element, identifiers)
    flags = (
        (_SUB if element.sub else 0)
        | (_OBJECT if element.object_id is not None else 0)
        | (_ATTRIBUTES if element.attributes else 0)
        | (_CONTENT if content is not None else 0)
        | (_CHILDREN if element.children else 0)
    )
    parts = [struct.pack(">Bi", flags, identifiers[element.name])]
    if element.sub:
        parts.append(struct.pack(">i", identifiers[element.sub]))
    if element.object_id is not None:
        parts.append(struct.pack(">i", element.object_id))
    if element.attributes:
        if len(element.attributes) > 0xFF:
            raise FormatError(f"more than 255 attributes on {element.tag}")
        parts.append(bytes([len(element.attributes)]))
        for name, value in element.attributes.items():
            parts.append(struct.pack(">i", identifiers[name]))
            parts.append(_attribute_of(value, identifiers))
    if content is not None:
        parts.append(struct.pack(">i", len(content)) + content)
    if element.children:
        parts.append(struct.pack(">i", len(element.children)))
    return b"".join(parts)


def _attribute_of(value: Attribute, identifiers: dict[str, int]) -> bytes:
    if isinstance(value, ClassName):
        return struct.pack(">Bi", _CLASS, identifiers[value])
    if isinstance(value, str):
        return struct.pack(">Bi", _STRING, identifiers[value])
    if isinstance(value, int):
        return struct.pack(">BBi", _INT, 0xFF, value)
    if len(value) > 0xFF:
        raise FormatError("more than 255 names in a signature")
    return bytes([_SIGNATURE, len(value)]) + b"".join(
        struct.pack(">i", identifiers[name]) for name in value
    )


def _content_of(element: Element, identifiers: dict[str, int]) -> bytes | None:
    content = element.content
    if content is None or isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return struct.pack(">i", identifiers[content])
    if isinstance(content, float):
        return struct.pack(">d", content)
    try:
        if isinstance(content, Long):
            return struct.pack(">Bq", 0xFF, content.value)
        return struct.pack(">Bi", 0xFF, content)
    except struct.error:
        raise FormatError(f"a number is too large for <{element.tag}>") from None


def decode_text(data: bytes) -> str:
    """UTF-8, or the modified form of it that Java's ``writeUTF`` gives."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Surrogates as pairs of three bytes each, and NUL as two bytes.
        text = data.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
        joined = text.encode("utf-16-be", "surrogatepass")
        return joined.decode("utf-16-be", "surrogatepass")


def encode_text(text: str) -> tuple[int, bytes]:
    """Kind and bytes of a string in the table.

    What ``writeUTF`` would write unlike UTF-8 (NUL, and what lies beyond U+FFFF) goes into the
    kind with the long length, which cannot come from ``writeUTF`` (our choice: nothing like it
    was seen).
    """
    data = text.encode("utf-8", "surrogatepass")
    plain = text.isascii() or max(text) <= "\uffff"
    short = len(text) <= _SHORT_CHARACTERS and plain and "\0" not in text
    return (_SHORT if short else _LONG), data
