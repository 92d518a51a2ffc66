"""Orderings and sums of plain numbers are native; of anything else the guards are asked."""

import pytest

from sandbox import Environment, Policy, Run, Sandbox

SCRIPT = """
class Mine(object):
    def __lt__(self, other):
        return 'mine'
    def __cmp__(self, other):
        return -1
class Old:
    def __cmp__(self, other):
        return 1
one, nothing = 1, None
class Body:
    asked = nothing < 5, one < 5
def f(a, b):
    names = a < b, a <= b, a > b, a >= b
    constants = a < 3, a >= -2, 3 > a, 2.5 <= a
    parts = [a][0] < 3, one < b
    inside = [q < 4 for q in (a, b)] + [q < a for q in (b,)]
    later = (lambda q=a < 2: (q, a < 2))()
    return names, constants, parts, inside, later, sorted(locals())
values = [None, -3, 4, 2.5, True, 10 ** 30, 'a', u'b', [1], (), {}, Mine(), Old()]
lines = []
for a in values:
    for b in values:
        lines.append(repr((a < b, a <= b, a > b, a >= b)))
shown = [repr(f(a, b)) for a in values for b in values]
asked = Body.asked
def walk(items):
    total = 0
    for item in items:
        total += len(str(item))
        total = total + item * 2
    return total, sorted(locals())
walked = walk([1, 2.5, 10 ** 20])
def resumed(items):
    for item in items:
        given = yield item.real < 2
        if given:
            yield given + given.real
made = list(resumed([1, 5.5, True]))
"""


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_orderings_mean_the_same_wherever_they_stand(tier):
    """Native or not, an ordering is Python 2's, and nothing of how it is made shows."""
    policy = Policy(tier=tier)
    environment = Environment(policy=policy)
    compiled = Sandbox(policy).compile(SCRIPT)
    assert compiled.script is not None, compiled.diagnostics
    names = environment.namespace(script=compiled.script)
    with Run(environment=environment):
        environment.execute(compiled.script, names)
    # The first four of a function's are those of the module, whose operands are no variables.
    assert [line[1:].split(")")[0] + ")" for line in names["shown"]] == names["lines"]
    assert names["asked"] == (True, True)
    mixed = names["shown"][1]
    assert mixed == (
        "((True, True, False, False), (True, False, True, False), (True, False), "
        "[True, True, False], (True, True), ['a', 'b', 'constants', 'inside', 'later', 'names', "
        "'parts'])"
    )
    assert names["walked"] == (
        3 + 1 + 1 + 20 + 2 + 5.0 + 2 * 10**20,
        ["item", "items", "total"],
    )
    assert names["made"] == [True, False, True]
