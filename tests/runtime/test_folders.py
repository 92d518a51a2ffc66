"""Folders that the operator granted to a project, in either tier."""

import pytest

from runtime.errors import ConfigError
from sandbox.isolation.probe import probe

LOCKABLE = probe().available
TIERS = ["thread", "process"] if LOCKABLE else ["thread"]

USE = """
import os
def attempt(path, mode='r'):
    try: return open(path, mode).read()
    except (IOError, ValueError), e: return type(e).__name__ + ': ' + str(e)
print attempt({read!r} + '/a.txt')
print attempt({outside!r})
print attempt({read!r} + '/b.txt', 'w')
print attempt({read!r} + '/link')
f = open({write!r} + '/new.txt', 'w')
f.write('one\\xff')
f = open({write!r} + '/new.txt', 'a')
f.write('two')
f.close()
print os.listdir({read!r}), os.path.exists({outside!r}), os.path.isdir({write!r})
"""


@pytest.mark.parametrize("tier", TIERS)
def test_scripts_reach_what_their_project_was_granted(projects, open_host, tier, tmp_path):
    """Files below granted folders are read and written; others are refused with the remedy."""
    projects.project("X")
    projects.project("Y")
    read, write = tmp_path / "read", tmp_path / "write"
    read.mkdir()
    write.mkdir()
    outside = tmp_path / "outside.txt"
    outside.write_text("S3CRET")
    (read / "a.txt").write_text("hello")
    (read / "link").symlink_to(outside)
    source = USE.format(read=str(read), write=str(write), outside=str(outside))
    host = open_host(tier=tier, grants={"X": {"read": [str(read)], "write": [str(write)]}})

    result = host.gateway.run(source, project="X")
    assert result.ok, result.traceback
    lines = result.output.splitlines()
    assert lines[0] == "hello"
    assert "[sandbox.grants]" in lines[1]
    assert "for reading only" in lines[2]
    assert "links are not followed" in lines[3]
    assert lines[4] == "['a.txt', 'link'] False True"
    assert (write / "new.txt").read_bytes() == b"one\xfftwo"
    assert "S3CRET" not in result.output

    refused = host.gateway.run(f"open({str(read)!r} + '/a.txt')", project="Y")
    assert "grant" in (refused.traceback or "")


def test_a_granted_folder_is_an_absolute_path(open_host):
    """A relative folder is refused when the host is opened."""
    with pytest.raises(ConfigError, match="absolute"):
        open_host(grants={"X": {"read": ["data"]}})
