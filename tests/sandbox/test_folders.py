"""Granted folders: scripts read and write below them, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox import Environment, Policy, Run, Sandbox, format_script_traceback


def said(source: str, read: Path | None = None, write: Path | None = None) -> str:
    """What a script prints, or its traceback, with these folders granted."""
    policy = Policy().with_folders(
        readable=(str(read),) if read else (), writable=(str(write),) if write else ()
    )
    script = Sandbox(policy).compile(source).script
    assert script is not None
    environment = Environment(policy)
    output: list[str] = []
    with Run(output.append, environment=environment):
        try:
            environment.execute(script, environment.namespace(script=script))
        except BaseException as error:
            output.append(format_script_traceback(error))
    return "".join(output)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A granted folder beside one that is not."""
    folder = tmp_path / "granted"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.txt").write_text("one\ntwo\n")
    (tmp_path / "granted2").mkdir()
    (tmp_path / "granted2" / "b.txt").write_text("S3CRET")
    (tmp_path / "outside.txt").write_text("S3CRET")
    return folder


def test_a_granted_folder_is_read(inside: Path) -> None:
    """``open``, iteration, ``os.listdir`` and ``os.path`` work below it."""
    source = f"""
import os
path = {str(inside)!r}
with open(path + '/sub/a.txt') as f: print [line.strip() for line in f]
f = file(path + '/sub/a.txt', 'rU')
print repr(f.read(3)), repr(f.readline()), f.tell(), f.readlines(), f.closed
print os.listdir(path), os.listdir(path + '/sub'), os.path.exists(path + '/none')
print os.path.isfile(path + '/sub/a.txt'), os.path.isdir(path), os.path.getsize(path + '/sub/a.txt')
"""
    assert said(source, read=inside).splitlines() == [
        "['one', 'two']",
        "'one' '\\n' 4 ['two\\n'] False",
        "['sub'] ['a.txt'] False",
        "True True 8",
    ]


def test_a_granted_folder_is_written(inside: Path) -> None:
    """What is written is there when the run has ended, closed or not."""
    source = f"""
f = open({str(inside)!r} + '/new.txt', 'w')
f.write('a')
f.write('b\\xff')
g = open({str(inside)!r} + '/sub/a.txt', 'a')
print >>g, 'three'
g.close()
"""
    assert said(source, write=inside) == ""
    assert (inside / "new.txt").read_bytes() == b"ab\xff"
    assert (inside / "sub" / "a.txt").read_text() == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    "path",
    [
        "{outside}",
        "{inside}/../outside.txt",
        "{inside}2/b.txt",
        "{inside}/link",
        "{inside}/folder/outside.txt",
        "{inside}/fifo",
        "/proc/self/environ",
        "/etc/passwd",
        "etc/passwd",
        "{inside}/sub/a.txt\\0",
        "{inside}//../outside.txt",
        "{inside}",
    ],
)
@pytest.mark.parametrize("mode", ["r", "w", "a"])
def test_nothing_else_is_reached(inside: Path, path: str, mode: str) -> None:
    """No path leads out: not by dots, a longer name, or a link to a file or folder."""
    (inside / "link").symlink_to(inside.parent / "outside.txt")
    (inside / "folder").symlink_to(inside.parent)
    os.mkfifo(inside / "fifo")
    named = path.format(inside=inside, outside=inside.parent / "outside.txt")
    shown = said(f"f = open('{named}', '{mode}')\nprint f.read()", write=inside)

    assert "Error" in shown
    assert "S3CRET" not in shown
    assert (inside.parent / "outside.txt").read_text() == "S3CRET"


def test_reading_does_not_grant_writing(inside: Path) -> None:
    """A folder granted for reading is not written."""
    shown = said(f"open({str(inside)!r} + '/x', 'w')", read=inside)

    assert "for reading only" in shown
    assert not (inside / "x").exists()


def test_without_a_grant_open_names_the_remedy(inside: Path) -> None:
    """``open`` is refused, and says what to do."""
    shown = said(f"open({str(inside)!r} + '/sub/a.txt')")

    assert "IOError" in shown
    assert "grant" in shown


def test_a_text_that_lies_about_itself_reaches_nothing(inside: Path) -> None:
    """A script's own kind of text is taken by its characters."""
    source = f"""
class S(str):
    def startswith(self, *a): return True
    def __eq__(self, o): return True
    def __str__(self): return {str(inside)!r}
    def split(self, *a): return ['sub', 'a.txt']
print open(S({str(inside.parent / "outside.txt")!r})).read()
"""
    shown = said(source, read=inside)

    assert "IOError" in shown
    assert "S3CRET" not in shown


def test_what_a_file_holds_is_out_of_reach(inside: Path) -> None:
    """The file object gives nothing of the host's."""
    source = f"""
f = open({str(inside)!r} + '/sub/a.txt')
for name in ('_files', '_parts', '__dict__', '__init__'):
    try: print getattr(f, name)
    except AttributeError: print 'refused'
try: f._files
except AttributeError: print 'refused'
try: f.name = 'x'
except AttributeError: print 'refused'
"""
    assert said(source, read=inside).split() == ["refused"] * 6
