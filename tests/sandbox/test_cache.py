"""The code cache: a hit is the same script, and whatever was tampered with is a miss."""

from __future__ import annotations

import marshal
import os
import threading
from pathlib import Path

import pytest

from sandbox import CodeCache, Environment, Limits, Policy, Run, Sandbox
from sandbox.cache import CacheUnsafe

SOURCE = "class C:\n    def __del__(self): pass\nprint 7 / 2\n"


def entries(folder: Path) -> list[Path]:
    """The kept scripts."""
    return [path for path in folder.glob("??/*") if path.is_file()]


def compiled(cache: CodeCache, **options: object) -> Sandbox:
    """A sandbox with this cache that has compiled the source."""
    sandbox = Sandbox(cache=cache, **options)  # type: ignore[arg-type]
    assert sandbox.compile(SOURCE, "a.py").script is not None
    return sandbox


def test_a_hit_gives_the_same_code_and_the_same_warnings(tmp_path: Path) -> None:
    """Without building anything again."""
    compiled(CodeCache(tmp_path / "c"))
    again = Sandbox(cache=CodeCache(tmp_path / "c"))
    again.build = None  # type: ignore[assignment, method-assign]
    result = again.compile(SOURCE, "a.py")

    assert result.script is not None
    assert [d.rule for d in result.diagnostics] == ["never-called"]
    output: list[str] = []
    environment = Environment()
    with Run(output.append):
        environment.execute(result.script, environment.namespace())
    assert output == ["3\n"]


def test_everything_that_changes_the_code_is_in_the_key(tmp_path: Path) -> None:
    """Source, file name, entry, parameters, tier, limits and profile."""
    cache = CodeCache(tmp_path / "c")
    one = Sandbox(cache=cache)
    keys = {
        cache.key(one.dialect, "a", "f", None, ()),
        cache.key(one.dialect, "b", "f", None, ()),
        cache.key(one.dialect, "a", "g", None, ()),
        cache.key(one.dialect, "a", "f", "h", ()),
        cache.key(one.dialect, "a", "f", "h", ("payload",)),
        cache.key(Sandbox(Policy(tier="process")).dialect, "a", "f", None, ()),
        cache.key(Sandbox(Policy(limits=Limits(depth=9))).dialect, "a", "f", None, ()),
        cache.key(Sandbox(profile="8.1").dialect, "a", "f", None, ()),
    }
    assert len(keys) == 8


@pytest.mark.parametrize("kind", ["code", "mac", "short", "empty", "moved", "foreign"])
def test_tampering_is_a_miss(tmp_path: Path, kind: str) -> None:
    """Nothing is decoded whose digest does not fit the entry's own name."""
    folder = tmp_path / "c"
    sandbox = compiled(CodeCache(folder))
    (path,) = entries(folder)
    data = path.read_bytes()
    evil = marshal.dumps(compile("raise SystemExit", "x", "exec"))
    if kind == "code":
        path.write_bytes(data[:32] + b"[]\n" + evil)
    elif kind == "mac":
        path.write_bytes(bytes(32) + data[32:])
    elif kind == "short":
        path.write_bytes(data[:20])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "moved":
        sandbox.compile("print 'other'\n", "b.py")
        (other,) = [p for p in entries(folder) if p != path]
        path.write_bytes(other.read_bytes())
    else:
        (folder / "key").unlink()
    cache = CodeCache(folder)
    key = cache.key(sandbox.dialect, SOURCE, "a.py", None, ())

    assert cache.load(key) is None
    assert Sandbox(cache=cache).compile(SOURCE, "a.py").script is not None
    assert cache.load(key) is not None


def test_an_open_folder_is_refused(tmp_path: Path) -> None:
    """Others could read the key, or put theirs there."""
    folder = tmp_path / "c"
    CodeCache(folder)
    folder.chmod(0o755)
    with pytest.raises(CacheUnsafe, match="open to other users"):
        CodeCache(folder)
    folder.chmod(0o700)
    (folder / "key").chmod(0o644)
    with pytest.raises(CacheUnsafe, match="open to other users"):
        CodeCache(folder)
    (folder / "key").unlink()
    (folder / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CacheUnsafe, match="not a plain file"):
        CodeCache(folder)


def test_hosts_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    """Many caches on one folder: what one kept, all can read."""
    caches: list[CodeCache] = []
    threads = [
        threading.Thread(target=lambda: caches.append(CodeCache(tmp_path / "c"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    sandbox = compiled(caches[0])
    key = caches[0].key(sandbox.dialect, SOURCE, "a.py", None, ())
    assert len(caches) == 8
    assert all(cache.load(key) is not None for cache in caches)


def test_the_cache_stays_within_its_size(tmp_path: Path) -> None:
    """The oldest entries go first."""
    cache = CodeCache(tmp_path / "c", size=20_000)
    sandbox = Sandbox(cache=cache)
    for number in range(100):
        sandbox.compile(f"x = {number}\n" + "def f(a):\n    return a\n" * 5, f"{number}.py")
    assert sum(os.path.getsize(path) for path in entries(tmp_path / "c")) <= 25_000
    assert entries(tmp_path / "c")


def test_refused_scripts_are_not_kept(tmp_path: Path) -> None:
    """Their diagnostics are worked out again."""
    sandbox = Sandbox(cache=CodeCache(tmp_path / "c"))
    assert sandbox.compile("x = __builtins__\n").script is None
    assert entries(tmp_path / "c") == []
