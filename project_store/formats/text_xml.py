"""The text form of Ignition's object XML: the same tree as the binary form."""

from xml.parsers import expat

from project_store.errors import FormatError
from project_store.formats.binary_xml import ClassName, Content, Document, Element
from project_store.formats.streams import Limits

_CLASS_ATTRIBUTE = "cls"


def read_text(data: bytes, limits: Limits | None = None) -> Document:
    """Reads a document of text XML; document types, and so entities, are refused.

    Raises:
        FormatError: the bytes are no such document, or pass a limit; names the offset.
    """
    bounds = limits or Limits()
    parser = expat.ParserCreate()
    root = Element()
    stack: list[Element] = []
    texts: list[list[str]] = []
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal root, count
        count += 1
        if count > bounds.elements or len(stack) >= bounds.depth:
            raise FormatError("holds too many elements", parser.CurrentByteIndex)
        name, _, sub = tag.partition("-")
        element = Element(name, sub)
        for key, value in attributes.items():
            element.attributes[key] = ClassName(value) if key == _CLASS_ATTRIBUTE else value
        if stack:
            stack[-1].children.append(element)
        else:
            root = element
        stack.append(element)
        texts.append([])

    def end(tag: str) -> None:
        element = stack.pop()
        text = "".join(texts.pop())
        if not element.children and (text.strip() or element.name == "str"):
            element.content = text
        _resolve(element, parser.CurrentByteIndex)

    def refuse(*_: object) -> None:
        raise FormatError("declares a document type", parser.CurrentByteIndex)

    def characters(text: str) -> None:
        if texts:
            texts[-1].append(text)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FormatError(f"broken XML: {expat.errors.messages[error.code]}",
                          parser.ErrorByteIndex) from None
    return Document(root)


def _resolve(element: Element, at: int) -> None:
    identifier = element.attributes.pop("id", None)
    if element.name == "ref":
        text = element.content if identifier is None else identifier
        element.reference = _number(text, at)
        element.content = None
    elif identifier is not None:
        element.object_id = _number(identifier, at)


def _number(text: "Content | object", at: int) -> int:
    try:
        return int(str(text).strip())
    except ValueError:
        raise FormatError("an object's identifier is no number", at) from None
