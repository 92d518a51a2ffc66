"""What the policy alone costs: the same lowered code with and without its checks and guards.

    python tests/benchmarks/bench_policy.py [--rounds N]

Both sides are parsed, lowered and compiled alike and run on the same builtins, turn by turn; the
plain side lacks the stop flag, the guards of attributes and the size guards. Attributes whose
meaning Python 2 changed (``d.items``) stay calls on both sides: they are the dialect's.
"""

from __future__ import annotations

import argparse
import ast
import math
import time
from collections.abc import Callable
from typing import Any

from sandbox import Environment, Policy, Run
from sandbox.dialect import lower, parse
from sandbox.dialect.meaning.attributes import PY2_METHOD_NAMES
from sandbox.policy import Tier
from sandbox.policy_rules import PolicyTransformer

HANDLERS = {
    "payload transform": """
def run(n):
    for i in xrange(n):
        payload = {'tag': 'a/b/c', 'value': i, 'quality': 192, 'rows': [1, 2, 3]}
        out = {}
        out['name'] = payload['tag'].split('/')[-1]
        out['value'] = payload['value'] * 2.5 + 1
        out['ok'] = payload['quality'] >= 192
        out['total'] = payload['rows'][0] + payload['rows'][1]
""",
    "calls of the host": """
def run(n):
    for i in xrange(n):
        host.util.greet('a')
        host.util.count
        host.util.greet('b')
""",
    "rows": """
def run(n):
    rows = [(i, i * 2, 'x') for i in xrange(50)]
    for i in xrange(n // 50):
        total = 0
        for key, value, name in rows:
            if value > 10 and name == 'x':
                total += value - key
""",
    "texts": """
def run(n):
    for i in xrange(n):
        a = 'value %d of %s' % (i, 'tag')
        b = a.upper().strip() + ';'
        c = '{0} {1}'.format(a, i)
""",
    "functions": """
def fib(n):
    if n < 2: return n
    return fib(n - 1) + fib(n - 2)
def run(n):
    for i in xrange(n // 50): fib(9)
""",
    "while": """
def run(n):
    i = 0
    total = 0
    while i < n * 4:
        i += 1
        if i & 1: total += i
        else: total -= 1
""",
    "dict items": """
def run(n):
    d = dict((str(i), i) for i in xrange(20))
    for i in xrange(n // 20):
        total = 0
        for k, v in d.items(): total += v
""",
    "class": """
class Machine(object):
    def __init__(self):
        self.state = 0
        self._count = 0
    def step(self, event):
        if self.state == 0 and event: self.state = 1
        elif self.state == 1: self.state = 0
        self._count += 1
        return self.state
def run(n):
    m = Machine()
    for i in xrange(n): m.step(i & 1)
""",
    "matrix": """
def run(n):
    size = 8
    m = [[0] * size for i in xrange(size)]
    for k in xrange(n // 64):
        for i in xrange(size):
            row = m[i]
            for j in xrange(size): row[j] = row[j] + i * j
""",
    "comprehensions": """
def run(n):
    data = range(50)
    for i in xrange(n // 50):
        a = [x + 1 for x in data if x & 1]
        b = dict((x, x) for x in a)
        c = sum([x for x in b])
""",
}


class Plain(PolicyTransformer):
    """The same pass without what the policy puts in."""

    def _check(self, at: Any) -> ast.stmt:
        made: ast.stmt = self._at(ast.Pass(), at)
        return made

    def _go_on(self, at: Any) -> ast.expr:
        return self._constant(True, at)

    def _guarded_attribute(self, node: ast.Attribute) -> Any:
        if node.attr in PY2_METHOD_NAMES and type(node.ctx) is ast.Load:
            return super()._guarded_attribute(node)
        return node


class Util:
    """Stands for a part of ``system``."""

    __slots__ = ()
    count = 3

    def greet(self, name: str) -> str:
        """A text."""
        return name


class Host:
    """Stands for ``system``."""

    __slots__ = ()
    util = Util()


def function(source: str, rules: type[PolicyTransformer], policy: Policy) -> Callable[[int], None]:
    """``run`` of a handler, compiled with these rules."""
    tree = lower(parse(source, "bench.py"), "bench.py")
    passed = rules("bench.py", sizes=policy.tier == "thread" and rules is not Plain)
    tree = passed.visit(tree)
    assert not passed.diagnostics
    code = compile(ast.fix_missing_locations(tree), "bench.py", "exec", dont_inherit=True)
    names = Environment(policy).namespace(names={"host": Host()})
    exec(code, names)
    found: Callable[[int], None] = names["run"]
    return found


def main() -> None:
    """Print the ratio of each handler and their geometric mean, for both tiers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    rounds = options.parse_args().rounds
    tiers: tuple[Tier, ...] = ("process", "thread")
    for tier in tiers:
        policy = Policy(tier=tier)
        total = 0.0
        print(f"policy of the {tier} tier over plain, {rounds} rounds, the least of each")
        for name, source in HANDLERS.items():
            sides = [function(source, Plain, policy), function(source, PolicyTransformer, policy)]
            best = [math.inf, math.inf]
            with Run():
                for round_ in range(rounds):
                    for side in (0, 1) if round_ % 2 else (1, 0):
                        began = time.perf_counter()
                        sides[side](3000)
                        best[side] = min(best[side], time.perf_counter() - began)
            ratio = best[1] / best[0]
            total += math.log(ratio)
            print(f"  {name:20} {best[0] * 1e3:8.3f} ms {best[1] * 1e3:8.3f} ms  x {ratio:.3f}")
        print(f"  {'geometric mean':20} {'':23} x {math.exp(total / len(HANDLERS)):.3f}")


if __name__ == "__main__":
    main()
