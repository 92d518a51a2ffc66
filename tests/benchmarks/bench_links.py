"""What attached sessions cost: memory each, fan-out, and what they take from local dispatch.

    python tests/benchmarks/bench_links.py [--sessions 500] [--messages 20000]

The sessions are bare links in processes of their own, so that they cost the gateway's process only
what the gateway keeps for them. Times are medians. Local dispatch with all sessions idle is
compared turn by turn with that of a second gateway, in a process of its own, that nobody is
attached to: what else the machine does at the moment meets both of a pair alike.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from runtime import ScriptHost  # noqa: E402
from runtime.links import LinkServer, attach_client, finder  # noqa: E402
from runtime.links import protocol as p  # noqa: E402


async def swarm(url: str, token: str, count: int, answer: bool) -> None:
    """Attach so many clients; each answers every delivery with Done."""
    from websockets.asyncio.client import connect

    from sandbox.isolation.frames import MessageDecoder

    decoder = MessageDecoder(p.ToPeer)
    gate = asyncio.Semaphore(50)

    async def one() -> None:
        async with gate:
            link = await connect(
                url + p.PATH,
                additional_headers={"Authorization": f"Bearer {token}"},
                compression=None,
                proxy=None,
                ping_interval=None,
            ).__aenter__()
            await link.send(p.encode([p.Hello(1, "client", "X")]))
            await link.recv()
        pinger = asyncio.create_task(ping(link))
        async for frame in link:
            done = [p.Done(m.number, "done", 0.0) for m in decoder.decode(frame)
                    if type(m) is p.Deliver]  # fmt: skip
            if done:
                await link.send(p.encode(done))
        pinger.cancel()

    async def ping(link: object) -> None:
        while True:
            await asyncio.sleep(10.0)
            await link.ping()  # type: ignore[attr-defined]

    await asyncio.gather(*(one() for _ in range(count)))


def memory() -> int:
    """Resident bytes of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def wait(condition, seconds: float = 300.0) -> None:
    """Wait until it holds."""
    end = perf_counter() + seconds
    while not condition():
        assert perf_counter() < end
        sleep(0.01)


def dispatch(host: ScriptHost, count: int) -> float:
    """Local messages a second, from the call to the handler's end."""
    send = host.gateway.system.util.sendMessage
    payload = {"tag": "Filler/Pressure", "values": [1, 2, 3], "ok": True}
    started = perf_counter()
    for _ in range(count):
        send("X", "local", payload, "G")
    host.drain()
    return count / (perf_counter() - started)


class Empty:
    """A gateway in another process that nobody is attached to, to compare with."""

    def __init__(self, folder: Path) -> None:
        self._child = subprocess.Popen(
            [sys.executable, __file__, "--empty", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def dispatch(self, count: int) -> float:
        """Its rate; see ``dispatch``."""
        stdin, stdout = self._child.stdin, self._child.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{count}\n")
        stdin.flush()
        return float(stdout.readline())

    def close(self) -> None:
        """End it."""
        self._child.kill()
        self._child.wait()


def serve_empty(folder: Path) -> None:
    """The other process: answers each number on standard input with a rate."""
    with ScriptHost.open(folder, watch=False) as host, LinkServer.start(host, publish_place=False):
        for line in sys.stdin:
            print(dispatch(host, int(line)), flush=True)


def compare(host: ScriptHost, empty: Empty, count: int, pairs: int) -> list[tuple[float, float]]:
    """Rates of the empty gateway and of this one, in turns that change places."""
    found = []
    for number in range(pairs):
        if number % 2:
            mine, other = dispatch(host, count), empty.dispatch(count)
        else:
            other, mine = empty.dispatch(count), dispatch(host, count)
        found.append((other, mine))
    return found


def fan_out(host: ScriptHost) -> tuple[float, float]:
    """Seconds of the call, and until every session has answered."""
    started = perf_counter()
    entries = host.gateway.system.util.sendMessage("X", "h", {"n": 1}, "C")
    called = perf_counter() - started
    host.drain()
    assert entries
    return called, perf_counter() - started


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--swarm", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--empty", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.swarm:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
        asyncio.run(swarm(given.swarm[0], given.swarm[1], int(given.swarm[2]), True))
        return
    if given.empty:
        serve_empty(Path(given.empty))
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    folder = Path(tempfile.mkdtemp())
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    for where, name in (("ignition", "local"), ("com.inductiveautomation.vision", "h")):
        path = folder / "projects/X" / where / "message" / name / "handleMessage.py"
        path.parent.mkdir(parents=True)
        path.write_text("def handleMessage(payload):\n\tpass\n")
    (folder / "projects/X/project.json").write_text('{"title": "X", "enabled": true}')
    host = ScriptHost.open(folder, watch=False)
    server = LinkServer.start(host)
    dispatch(host, given.messages)
    empty = Empty(folder)
    empty.dispatch(given.messages)
    before, started = memory(), perf_counter()
    child = subprocess.Popen(
        [sys.executable, __file__, "--swarm", server.url, server.owner_token, str(given.sessions)]
    )
    try:
        wait(lambda: len(host.clients) >= given.sessions)
        took = perf_counter() - started
        sleep(1.0)
        each = (memory() - before) / given.sessions
        print(f"sessions attached          {given.sessions} in {took:.1f} s")
        print(f"memory of an idle session  {each / 1024:.1f} KB")
        dispatch(host, given.messages)
        pairs = compare(host, empty, given.messages, given.pairs)
        ratios = sorted(mine / other for other, mine in pairs)
        quarter = len(ratios) // 4
        bare, idle = (statistics.median(rates) for rates in zip(*pairs, strict=True))
        print(f"local dispatch, no session {bare:,.0f} messages/s")
        print(f"local dispatch, all idle   {idle:,.0f} messages/s")
        print(f"ratio, pair by pair        {statistics.median(ratios):.0%} (half of them "
              f"{ratios[quarter]:.0%} to {ratios[-1 - quarter]:.0%})")  # fmt: skip
        fan_out(host)
        rounds = [fan_out(host) for _ in range(given.rounds)]
        called = statistics.median(call for call, _ in rounds)
        ended = statistics.median(end for _, end in rounds)
        print(f"fan-out, call to all queued   {called * 1e6 / given.sessions:.1f} µs a session")
        print(f"fan-out, to the last answer   {ended * 1000:.0f} ms "
              f"({ended * 1e6 / given.sessions:.0f} µs a session)")  # fmt: skip
        used = memory() - before
        print(f"memory of a session used   {used / given.sessions / 1024:.1f} KB")
        with attach_client("X", find=finder(server.url)) as client:
            script = 'for i in range(2000):\n\tsystem.util.sendMessage("X", "local", {}, "G")'
            started = perf_counter()
            assert client.session.run(script).ok
            print(f"sendMessage from a client  {(perf_counter() - started) / 2000 * 1e6:.0f} µs")
    finally:
        empty.close()
        child.kill()
        child.wait()
        host.close(1.0)


if __name__ == "__main__":
    main()
