"""``xml.etree.ElementTree`` as Python 2.7 has it, without documents that expand."""

import shutil
import subprocess
from pathlib import Path

import pytest
from test_guarding import run

PROGRAM = """\
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape
r = ET.fromstring('<a x="1" b="q&amp;">t<b>one</b>tail<b k="2"/><c><b>deep</b></c></a>')
print r.tag, r.attrib['b'], r.text, [c.tag for c in r], r.find('b').text
print r.findall('b')[1].get('k'), [e.text for e in r.iter('b')], r.findtext('c/b'), len(r)
print ET.tostring(r)
e = ET.Element('root', {'z': '1'})
s = ET.SubElement(e, 'kid', a='5')
s.text = 'x<y & "z"'
print ET.tostring(e), escape('<&>')
print [x.get('k') for x in r.findall(".//b[@k]")], r.find("b[2]").get('k')
try:
    ET.fromstring('<a>')
except ET.ParseError, e:
    print 'ParseError', e
print repr(ET.fromstring('<a>\\xc3\\xa9</a>').text)
n = ET.fromstring('<x:a xmlns:x="urn:q"><x:b/></x:a>')
print n.tag, ET.tostring(n), list(n.itertext())
"""
EXPECTED = """\
a q& t ['b', 'b', 'c'] one
2 ['one', None, 'deep'] deep 3
<a b="q&amp;" x="1">t<b>one</b>tail<b k="2" /><c><b>deep</b></c></a>
<root z="1"><kid a="5">x&lt;y &amp; "z"</kid></root> &lt;&amp;&gt;
['2'] 2
ParseError no element found: line 1, column 3
u'\\xe9'
{urn:q}a <ns0:a xmlns:ns0="urn:q"><ns0:b /></ns0:a> []
"""


def test_elements_are_read_searched_and_written() -> None:
    """Parsing, paths and writing give Python 2.7's text."""
    assert run(PROGRAM) == EXPECTED


@pytest.mark.skipif(shutil.which("python2.7") is None, reason="no python2.7 here")
def test_a_real_python_agrees(tmp_path: Path) -> None:
    """The expected text is what CPython 2.7 prints."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        ["python2.7", str(script)], capture_output=True, text=True, timeout=30, check=False
    )
    if done.returncode:
        pytest.skip("python2.7 does not start here")
    assert done.stdout == EXPECTED


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        "<a>" * 2000 + "</a>" * 2000,
    ],
)
def test_documents_that_expand_or_nest_are_refused(document: str) -> None:
    """Entities, external documents and deep nests are a ParseError."""
    words = run(
        "import xml.etree.ElementTree as ET\n"
        f"try:\n    ET.fromstring({document!r})\n    print 'read'\n"
        "except ET.ParseError, e:\n    print 'refused'\n"
    )
    assert words == "refused\n"
