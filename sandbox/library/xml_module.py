"""``xml.etree.ElementTree`` and ``xml.sax.saxutils``: documents in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import is_unicode, unicode_text
from sandbox.library.xml_element import Element
from sandbox.library.xml_text import ESCAPES, ParseError, escaped, parse_text, write_text


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
        made = escaped(data)
        for plain, escape in (entities or {}).items():
            made = made.replace(text(plain), text(escape))
        return unicode_text(made) if is_unicode(data) else made

    def unescape(self, data: Any, entities: Any = None) -> Any:
        """A text with the marks of XML back."""
        made = text(data)
        for plain, escape in (entities or {}).items():
            made = made.replace(text(plain), text(escape))
        for plain, escape in reversed(ESCAPES):
            made = made.replace(escape, plain)
        return unicode_text(made) if is_unicode(data) else made

    def quoteattr(self, data: Any) -> Any:
        """A text as the value of an attribute, quoted."""
        words = escaped(data).replace("\n", "&#10;").replace("\t", "&#9;")
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
