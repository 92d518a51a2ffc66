"""Runs abusive scripts, each in a process of its own, and says what became of them."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path

PATIENCE = 12.0


def run(path: Path, tier: str, seconds: float) -> dict[str, object]:
    """Run one script in this process."""
    from sandbox import Environment, Limits, Policy, Run, Sandbox, format_script_traceback

    # The machine that runs the tests is shared: a guard that failed must not take it down.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    policy = Policy(tier="thread" if tier == "thread" else "process", limits=Limits())
    sandbox = Sandbox(policy)
    script = sandbox.compile(path.read_text(), path.name).script
    written = [0]

    def output(text: str) -> None:
        written[0] += len(text)

    began = time.monotonic()
    outcome = "refused"
    if script is not None:
        environment = Environment(policy)
        namespace = environment.namespace(script=script)
        run = Run(
            output,
            deadline=time.monotonic() + seconds,
            output_limit=policy.limits.output,
            environment=environment,
        )
        try:
            with run:
                environment.execute(script, namespace)
                outcome = "ended"
        except BaseException as error:
            outcome = type(error).__name__
            run.token.stop("over")
            with Run(deadline=time.monotonic() + 0.5):
                format_script_traceback(error)
        namespace.clear()
    took = time.monotonic() - began
    alive = sandbox.compile("x = 1 + 1").script is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"outcome": outcome, "took": took, "peak": peak, "alive": alive, "out": written[0]}


def in_a_child(path: Path, tier: str, seconds: float) -> dict[str, object]:
    """Run one script in a fork; how it died, or that it hung, where it says nothing itself."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reads)
            os.dup2(writes, 2)
            said = json.dumps(run(path, tier, seconds))
            os.write(writes, f"\n{said}\n".encode())
        finally:
            # Threads of the script may still be running.
            os._exit(0)
    os.close(writes)
    until = time.monotonic() + PATIENCE
    text = b""
    while select.select([reads], [], [], max(0.0, until - time.monotonic()))[0]:
        more = os.read(reads, 65536)
        if not more:
            break
        text = (text + more)[-65536:]
        if text.endswith(b"}\n"):
            break
    else:
        os.kill(child, signal.SIGKILL)
        text = b'\n{"died": "hung"}\n'
    os.close(reads)
    status = os.waitpid(child, 0)[1]
    last = text.decode(errors="replace").strip().rpartition("\n")[2]
    if last.startswith("{"):
        found: dict[str, object] = json.loads(last)
        return found
    return {"died": f"died with {status}: {text[-200:]!r}"}


def main() -> None:
    """``abuse_child.py``: for each line ``FILE TIER SECONDS`` that comes, one of JSON.

    The library is imported once; what a script does to its process ends with it.
    """
    import sandbox
    import sandbox.builtins_table

    assert sandbox.builtins_table
    if len(sys.argv) > 1:
        path, tier, seconds = sys.argv[1:]
        print(json.dumps(run(Path(path), tier, float(seconds))), flush=True)
        return
    for line in sys.stdin:
        path, tier, seconds = line.split("\t")
        print(json.dumps(in_a_child(Path(path), tier, float(seconds))), flush=True)


if __name__ == "__main__":
    main()
