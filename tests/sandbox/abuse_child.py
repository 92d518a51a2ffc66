"""Runs one abusive script under a deadline in this process and says what became of it."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    """``abuse_child.py FILE TIER SECONDS``: one JSON line on standard output."""
    from sandbox import Environment, Limits, Policy, Run, Sandbox, format_script_traceback

    path, tier, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
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
    report = {"outcome": outcome, "took": took, "peak": peak, "alive": alive, "out": written[0]}
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
