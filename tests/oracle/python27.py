"""Asks a real CPython 2.7 for its own syntax tree of a source text."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

DRIVER = Path(__file__).with_name("python27_driver.py2")


def _works(command: str) -> bool:
    try:
        result = subprocess.run(
            [command, "-c", "import sys; print(sys.version_info[:2])"],
            capture_output=True, timeout=20, check=False,
        )
    except OSError:
        return False
    return result.stdout.strip() == b"(2, 7)"


def python27_path() -> str | None:
    """A working ``python2.7``, or None; a pyenv shim without a version behind it is none."""
    candidates = [shutil.which("python2.7"), shutil.which("python2")]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    if root.is_dir():
        candidates += [str(path) for path in sorted(root.glob("2.7*/bin/python2.7"))]
    for candidate in candidates:
        if candidate is not None and _works(candidate):
            return candidate
    return None


class Python27Oracle:
    """One CPython 2.7 process that answers one question after the other; a context manager."""

    def __init__(self, command: str) -> None:
        self._process = subprocess.Popen(
            [command, str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> "Python27Oracle":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def ask(self, source: bytes) -> dict[str, Any]:
        """``{"tree": canonical form}`` or ``{"error": text, "line": number}``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"%d\n" % len(source) + source)
        self._process.stdin.flush()
        size = int(self._process.stdout.readline())
        reply: dict[str, Any] = json.loads(self._process.stdout.read(size))
        return reply
