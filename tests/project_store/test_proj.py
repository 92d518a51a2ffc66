"""7.x project exports, sound and damaged."""

import gzip
import random
import uuid

import pytest

from project_store.errors import FormatError
from project_store.formats.proj import read_proj
from project_store.transfer import read_source
from tests.project_store.bundles import (
    BODY,
    F1,
    F2,
    ROOT,
    bean,
    binary,
    call,
    folder,
    handlers,
    proj,
    resource,
    text,
    write_proj,
)


def test_proj(tmp_path):
    """A 7.x export gives its settings, scripts of both scopes and libraries with packages."""
    client = "com.inductiveautomation.factorypmi.application.script.ClientScriptConfig"
    file = write_proj(
        tmp_path,
        proj(
            folder("ils", F1, ROOT),
            folder("tag", F2, F1),
            resource("sr.script.project", binary(text("x = 1")), "gateway", F2, 7),
            resource("sr.script.project", binary(text("y = 1")), "top", ROOT, 7),
            resource("sr.script.shared", binary(text("z = 1")), "common", str(uuid.uuid4()), 7),
            resource("event.scripts", binary(handlers(([call("setName", text("H"))], text(BODY))))),
            resource(
                "client.event.scripts",
                binary(bean(client, call("setShutdownAllowedScript", text("event.cancel = 1")))),
            ),
            resource("window", b"anything", "Main"),
            resource("window", b"anything", "Other"),
        ),
    )
    line, shared = read_source(file)
    assert (line.project.name, line.project.title, line.project.enabled) == ("Line", "A & B", True)
    assert set(line.project.handlers) == {("G", "H")}
    assert {m.path: m.source for m in line.project.modules.values()} == {
        "ils.tag.gateway": "x = 1",
        "top": "y = 1",
    }
    assert set(line.project.event_scripts) == {("C", "shutdown-intercept", "")}
    assert [(left.what, left.why) for left in line.left] == [
        ("2 x window", "holds no event script")
    ]
    assert shared.project.name == "global"
    assert set(shared.project.modules) == {"common"}


def test_proj_with_an_old_library(tmp_path):
    """The one library of 7.6 and older holds all modules by dotted path."""
    entries = bean("java.util.HashMap", call("put", text("app.util"), text("u = 1")))
    library = bean("x.ScriptLibrary", call("setScripts", entries))
    file = write_proj(
        tmp_path, proj(resource("sr.script.library", binary(library)), version="<dev/>")
    )
    (found,) = read_source(file)
    assert found.project.modules["app.util"].source == "u = 1"


def test_damaged_proj(tmp_path):
    """Merge conflicts, broken payloads and a cut end cost the resource they lie in only."""
    good = resource("sr.script.project", binary(text("x = 1")), "good", ROOT)
    conflict = resource("sr.script.project", binary(text("y = 1")), "conflict", ROOT).replace(
        "<doc></doc>", "<<<<<<< HEAD\n<doc></doc>\n=======\n<doc/>\n>>>>>>> theirs"
    )
    broken = resource("event.scripts", gzip.compress(b"\x98\x29"), "broken")
    letters = resource("sr.script.project", b"", "letters", ROOT).replace("CDATA[", "CDATA[%%%")
    content = proj(conflict, broken, good, letters)
    content += resource("sr.script.project", binary(text("z")), "cut", ROOT)[:300]
    (found,) = read_source(write_proj(tmp_path, content))
    assert set(found.project.modules) == {"good"}
    assert len(found.left) == 4
    assert any("conflict" in left.what for left in found.left)


def test_folders_in_a_ring(tmp_path):
    """Folders that hold each other cost the libraries in them, not the import."""
    content = proj(
        folder("a", F1, F2),
        folder("b", F2, F1),
        resource("sr.script.project", binary(text("x")), "lost", F1),
    )
    (found,) = read_source(write_proj(tmp_path, content))
    assert [(left.what, left.why) for left in found.left] == [
        ("library 'lost'", "its folders go in a ring")
    ]


@pytest.mark.parametrize("content", ["", "text", "<project></project>", "<html/>"])
def test_what_is_no_proj(tmp_path, content):
    """Another file is refused."""
    with pytest.raises(FormatError):
        read_source(write_proj(tmp_path, content))


def test_mutated_exports_never_crash():
    """Whatever is changed in an export, the rest of it is read or it is refused."""
    chance = random.Random(13)
    base = proj(
        folder("ils", F1, ROOT),
        resource("sr.script.project", binary(text("x = 1")), "a", F1, 7),
        resource("event.scripts", binary(handlers(([call("setName", text("H"))], text(BODY))))),
        resource("window", b"anything", "Main"),
    ).encode()
    words = [b"<resource ", b"</resource>", b"<<<<<<< HEAD\n", b"'", b"<bytes>", b"\xff", b"]]>"]
    taken = 0
    for _ in range(3000):
        data = bytearray(base)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice([0, 1, 10, 100])] = chance.choice([b"", *words])
        try:
            export = read_proj(bytes(data))
        except FormatError:
            continue
        taken += len(export.modules) + len(export.scripts)
    assert taken > 100
