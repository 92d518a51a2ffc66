"""Handlers of the thread tier run on stacks that hold what C code recurses into."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEEP = {
    "a key": "t = ()\nfor i in xrange(300000): t = (t,)\n{}.get(t)\n{t: 1}\nset([t])",
    "slices": (
        "class C(object):\n\tdef __getitem__(self, k): return k\nc = C()\ns = None\n"
        "for i in xrange(300000): s = c[s::1]\ns = None"
    ),
}
HOST = """
import sys, threading
from runtime import ScriptHost

ended = threading.Event()
with ScriptHost.open(sys.argv[1], tier="thread", watch=False) as host:
    def observe(event):
        if getattr(event, "status", "") in ("done", "failed", "stopped"):
            print(event.status, event.error or "", flush=True)
            ended.set()
    host.observe(observe)
    host.gateway.system.util.sendMessage("P", "deep", {}, "G")
    ended.wait(30)
"""


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("threads", [False, True])
def test_what_a_script_nests_deeply_ends_no_process(
    name: str, threads: bool, projects: Any
) -> None:
    body = DEEP[name]
    if threads:
        inner = body.replace("\n", "\n\t")
        start = "t = threading.Thread(target=f)\nt.start()\nt.join()"
        body = f"import threading\ndef f():\n\t{inner}\n{start}"
    projects.handler("P", "G", "deep", body)
    done = subprocess.run(
        [sys.executable, "-c", HOST, str(projects.root)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr[-500:], done.stdout) == (0, "", "done \n")
