"""Binary XML: what is written reads back, and hostile bytes give an error with an offset."""

import gzip
import io
import random
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from project_store.errors import FormatError
from project_store.formats.binary_xml import (
    MAGIC,
    ClassName,
    Document,
    Element,
    Long,
    decode_text,
    encode_text,
    iterate,
    read_document,
    write_document,
)
from project_store.formats.streams import Limits
from project_store.formats.text_xml import read_text

TEXT = st.text(max_size=20)
NAMES = st.sampled_from(["o", "str", "int", "objects", "enum", "null"])
ATTRIBUTES = st.dictionaries(
    TEXT,
    st.one_of(
        TEXT,
        TEXT.map(ClassName),
        st.integers(-(2**31), 2**31 - 1),
        st.lists(TEXT, max_size=4).map(tuple),
    ),
    max_size=3,
)
CONTENT = st.one_of(
    st.none(),
    TEXT,
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**63), 2**63 - 1).map(Long),
)
LEAVES = st.one_of(
    st.integers(0, 99).map(lambda number: Element(reference=number)),
    st.builds(
        Element,
        NAMES,
        st.sampled_from(["", "c"]),
        st.none() | st.integers(0, 99),
        ATTRIBUTES,
        CONTENT,
    ),
    st.builds(lambda value: Element("dbl", content=value), st.floats(allow_nan=False)),
    st.builds(lambda value: Element("gzbarr", content=value), st.binary(max_size=30)),
)
TREES = st.recursive(
    LEAVES,
    lambda below: st.builds(
        lambda name, attributes, children: Element(name, attributes=attributes, children=children),
        NAMES,
        ATTRIBUTES,
        st.lists(below, max_size=4),
    ),
    max_leaves=25,
)
DOCUMENTS = st.builds(Document, TREES, st.integers(-(2**63), 2**63 - 1))


def written(document):
    out = io.BytesIO()
    write_document(document, out)
    return out.getvalue()


def offset_of_fault(data):
    """Where reading failed, 0 where it did not; any other error passes through."""
    try:
        read_document(io.BytesIO(data))
    except FormatError as error:
        return error.offset
    return 0


@settings(max_examples=300)
@given(DOCUMENTS)
def test_what_is_written_reads_back(document):
    """Property: reading gives the tree that was written, compressed or not."""
    data = written(document)
    assert read_document(io.BytesIO(data)).root == document.root
    again = read_document(io.BytesIO(gzip.compress(data)))
    assert again.root == document.root
    assert again.time == document.time


@settings(max_examples=300)
@given(DOCUMENTS)
def test_what_is_read_writes_back(document):
    """Property: writing what was read gives the same bytes."""
    data = written(document)
    assert written(read_document(io.BytesIO(data))) == data


@given(DOCUMENTS, st.data())
def test_truncations_are_refused(document, data):
    """Property: any proper beginning of a document is an error within its length."""
    whole = written(document)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(FormatError) as caught:
        read_document(io.BytesIO(whole[:cut]))
    assert 0 <= caught.value.offset <= cut


def test_mutations_never_crash():
    """Bytes changed, dropped, doubled or swapped give a document or an error, and quickly."""
    chance = random.Random(7)
    base = written(
        Document(
            Element(
                "objects",
                attributes={"framework.version": "8.1", "n": 3},
                children=[
                    Element(
                        "o",
                        object_id=number,
                        attributes={"cls": ClassName(f"a.B{number}"), "s": ("O", "O")},
                        children=[Element("str", content="x" * 50), Element(reference=number)],
                    )
                    for number in range(8)
                ],
            )
        )
    )
    begun = time.monotonic()
    for _ in range(4000):
        data = bytearray(base)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            what = chance.randrange(4)
            if what == 0:
                data[at] = chance.randrange(256)
            elif what == 1:
                del data[at : at + chance.randint(1, 8)]
            elif what == 2:
                data[at:at] = data[at : at + chance.randint(1, 8)]
            else:
                data[at : at + 4] = struct.pack(">i", chance.choice([-1, 0, 2**31 - 1, 65536]))
        assert 0 <= offset_of_fault(bytes(data)) <= len(data)
    assert time.monotonic() - begun < 30


def test_compressed_mutations_never_crash():
    """Broken gzip data are an error too."""
    chance = random.Random(8)
    base = gzip.compress(written(Document(Element("objects", children=[Element("str")] * 40))))
    for _ in range(2000):
        data = bytearray(base)
        data[chance.randrange(len(data))] = chance.randrange(256)
        assert offset_of_fault(bytes(data[: chance.randint(1, len(data))])) >= 0


@pytest.mark.parametrize("size", [2**31 - 1, -1, 10**6])
def test_claimed_sizes_are_not_believed(size):
    """A claimed number of strings, bytes or children is checked before anything is made."""
    head = MAGIC + struct.pack(">iq", 2, 0) + bytes(20)
    for tail in (
        struct.pack(">i", size),
        struct.pack(">iiBi", 1, 0, 1, size),
        struct.pack(">iiBH1s", 1, 0, 0, 1, b"o") + struct.pack(">Bii", 0x10, 0, size),
        struct.pack(">iiBH1s", 1, 0, 0, 1, b"o") + struct.pack(">Bii", 0x20, 0, size),
    ):
        with pytest.raises(FormatError):
            read_document(io.BytesIO(head + tail))


def test_depth_is_limited():
    """Elements nested without end are refused, far below Python's own limit."""
    root = Element("o")
    for _ in range(300):
        root = Element("o", children=[root])
    data = written(Document(root))
    with pytest.raises(FormatError, match="deeper"):
        read_document(io.BytesIO(data))
    assert written(read_document(io.BytesIO(data), Limits(depth=400))) == data


def test_bombs_are_refused():
    """What unpacks to a multiple beyond reason is refused before it is unpacked."""
    bomb = gzip.compress(MAGIC + bytes(200 * 1024 * 1024))
    begun = time.monotonic()
    with pytest.raises(FormatError):
        read_document(io.BytesIO(bomb))
    long_text = Document(Element("str", content="x" * (40 * 1024 * 1024)))
    with pytest.raises(FormatError, match="times its size"):
        read_document(io.BytesIO(gzip.compress(written(long_text))))
    with pytest.raises(FormatError, match=r"larger than|claims"):
        read_document(io.BytesIO(written(long_text)), Limits(size=1024 * 1024))
    assert time.monotonic() - begun < 20


def test_limits_on_strings_and_elements():
    """More strings or elements than allowed are refused."""
    many = Document(Element("o", children=[Element(f"e{n}") for n in range(50)]))
    data = written(many)
    with pytest.raises(FormatError, match="strings"):
        read_document(io.BytesIO(data), Limits(strings=10))
    with pytest.raises(FormatError, match=r"elements|children"):
        read_document(io.BytesIO(data), Limits(elements=10, strings=100))


def test_what_follows_the_end_is_refused():
    """A document ends where its root ends."""
    data = written(Document(Element("o")))
    for more in (data + b"\0", gzip.compress(data) + b"x"):
        with pytest.raises(FormatError, match="after its end"):
            read_document(io.BytesIO(more))


def test_string_kinds():
    """Short strings have a length of two bytes, long ones of four; Java's own forms are read."""
    assert encode_text("abc") == (0, b"abc")
    assert encode_text("x" * 21_845)[0] == 0
    assert encode_text("x" * 21_846)[0] == 1
    assert encode_text("\U0001f600")[0] == 1
    assert decode_text(b"\xed\xa0\xbd\xed\xb8\x80") == "\U0001f600"
    assert decode_text(b"a\xc0\x80b") == "a\0b"
    assert decode_text("\U0001f600".encode()) == "\U0001f600"


def test_foreign_string_forms_write_back():
    """A string table that another writer made otherwise comes back byte for byte."""
    table = (
        struct.pack(">i", 2)
        + struct.pack(">iBH", 7, 0, 6)
        + b"\xed\xa0\xbd\xed\xb8\x80"
        + struct.pack(">iBi", 3, 1, 1)
        + b"o"
    )
    data = MAGIC + struct.pack(">iq", 2, 99) + bytes(20) + table + struct.pack(">Bi", 0, 3)
    document = read_document(io.BytesIO(data))
    assert document.strings == {7: "\U0001f600", 3: "o"}
    assert written(document) == data


def test_iterating_holds_nothing():
    """Elements can be had one by one, each with its number of children."""
    root = Element("objects", children=[Element("o", children=[Element("str", content="x")])])
    found = [(e.name, n) for e, n in iterate(io.BytesIO(written(Document(root))))]
    assert found == [("objects", 1), ("o", 1), ("str", 0)]


def test_text_form_gives_the_same_tree():
    """The text form is the same tree: identifiers, references, classes."""
    text = (
        b"<?xml version='1.0'?><objects><o cls='a.B' id='0'><o-c m='setX' s='1;str'>"
        b"<str id='1'>def &lt;x&gt;</str></o-c></o><ref>1</ref></objects>"
    )
    root = read_text(text).root
    bean = root.children[0]
    assert (bean.object_id, bean.attributes["cls"]) == (0, ClassName("a.B"))
    assert bean.children[0].tag == "o-c"
    assert bean.children[0].children[0].content == "def <x>"
    assert root.children[1].reference == 1


@pytest.mark.parametrize(
    "text",
    [
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><objects>&a;</objects>",
        b"<objects><o></objects>",
        b"<objects>",
        b"",
        b"<o>" * 100_000,
        b"<objects>\xff</objects>",
        b"<objects><ref>x</ref></objects>",
    ],
)
def test_hostile_text(text):
    """Document types, broken nesting and endless nesting are errors."""
    with pytest.raises(FormatError):
        read_text(text)
