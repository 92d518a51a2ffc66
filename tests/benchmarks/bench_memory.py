"""Memory of an idle in-process client session, and of a loaded handler.

Run: ``python tests/benchmarks/bench_memory.py``

Budgets: under 20 KB a session, under 10 KB a handler (resident memory, difference over many).
"""

import gc
import json
import os
import tempfile
from pathlib import Path

from runtime import ScriptHost

SESSIONS = 10_000
HANDLERS = 2_000
HANDLER = (
    "def handleMessage(payload):\n"
    "\tname = payload.get('name', 'none')\n"
    "\trows = []\n"
    "\tfor n in range(payload.get('count', 3)):\n"
    "\t\tvalue = n * 2.5 + {n}\n"
    "\t\tif value > 10:\n"
    "\t\t\trows.append((name, value))\n"
    "\t\telse:\n"
    "\t\t\trows.append((name, None))\n"
    "\tfor name, value in rows:\n"
    "\t\tif value is not None:\n"
    "\t\t\tprint '%s: %s' % (name, value)\n"
    "\ttry:\n"
    "\t\tlimit = payload['limit']\n"
    "\texcept KeyError:\n"
    "\t\tlimit = 0\n"
    "\tif limit:\n"
    "\t\tsystem.util.sendMessage('X', 'other', {{'rows': rows}}, 'G')\n"
    "\treturn len(rows)\n"
)


def resident() -> int:
    """Bytes of this process's resident memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "X").mkdir()
        Path(folder, "X", "project.json").write_text(json.dumps({"title": "X"}))
        with ScriptHost.open(folder, watch=False) as host:
            for _ in range(100):
                host.open_client("X", user="alice", roles=["Operator"], host_name="PANEL-1")
            before = resident()
            for n in range(SESSIONS):
                host.open_client("X", user=f"user{n}", roles=["Operator"], host_name=f"PANEL-{n}")
            each = (resident() - before) / SESSIONS / 1024
            print(f"idle client session {each:6.2f} KB (budget 20)")
        for n in range(HANDLERS):
            place = Path(folder, "X", "ignition/message", f"h{n}")
            place.mkdir(parents=True)
            (place / "handleMessage.py").write_text(HANDLER.format(n=n))
            (place / "resource.json").write_text("{}")
        with ScriptHost.open(None) as warm:
            warm.gateway.run("x = 1\n")
        before = resident()
        with ScriptHost.open(folder, watch=False) as host:
            loaded = resident()
            print(f"loaded handler      {(loaded - before) / HANDLERS / 1024:6.2f} KB (budget 10)")
            for n in range(HANDLERS):
                host.gateway.system.util.sendMessage("X", f"h{n}", {}, "G")
            host.drain(60)
            print(f"  once it has run   {(resident() - before) / HANDLERS / 1024:6.2f} KB")


if __name__ == "__main__":
    main()
