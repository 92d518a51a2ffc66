"""Imported by the zygote alone: runs a script once, so that every worker is forked warm.

What is built at first use (builtins tables, patterns, lookups of the library) is then shared
memory instead of the first message's time.
"""

from __future__ import annotations

from typing import Literal

from sandbox import Environment, Policy, Sandbox

_SOURCE = """
def handleMessage(payload):
    total = 0
    for name, value in payload.items():
        total += value if isinstance(value, int) else len("%s" % value)
    try:
        total = total / 2
    except (ValueError, ZeroDivisionError):
        total = {"a": [n for n in range(3)]}
    return total
"""


def warm(profile: str, tier: Literal["thread", "process"]) -> None:
    """Compile and run a script of everyday constructs under a policy that workers use."""
    policy = Policy(tier=tier)
    made = Sandbox(policy, profile=profile).compile(
        _SOURCE, "<warm>", entry="handleMessage", parameters=("payload",)
    )
    if made.script is None:
        return
    environment = Environment(policy, profile=profile)
    namespace = environment.namespace("warm", made.script)
    environment.execute(made.script, namespace)
    environment.call(namespace["handleMessage"], {"a": 1, "b": "x"})


for _profile in ("7.9", "8.1", "8.3"):
    warm(_profile, "process")
    warm(_profile, "thread")
