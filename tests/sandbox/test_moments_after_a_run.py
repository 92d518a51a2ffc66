"""Moments in a script's zone that the embedding program has after the run has ended."""

from __future__ import annotations

import datetime
from typing import Any

from sandbox import Environment, Policy, Run, Sandbox

SOURCE = """
import datetime
asked = []
class Zone(datetime.tzinfo):
    def utcoffset(self, moment):
        asked.append('utcoffset')
        return datetime.timedelta(hours=1)
    def dst(self, moment):
        asked.append('dst')
        return datetime.timedelta(0)
    def tzname(self, moment):
        asked.append('tzname')
        return 'Z'
class Other(Zone): pass
moments = [datetime.datetime(2020, 1, 1, tzinfo=zone()) for zone in (Zone, Other)]
times = [datetime.time(1, tzinfo=zone()) for zone in (Zone, Other)]
"""


def test_nobody_asks_the_zone() -> None:
    """They are moments without a zone then: no deadline and no stop would hold its methods."""
    script = Sandbox(Policy()).compile(SOURCE).script
    environment = Environment(Policy())
    names: Any = environment.namespace(script=script)
    with Run(environment=environment):
        environment.execute(script, names)
    (one, two), (first, second), asked = names["moments"], names["times"], names["asked"]
    asked.clear()

    assert one == two
    assert not one < two
    assert one - two == datetime.timedelta(0)
    assert hash(one) == hash(datetime.datetime(2020, 1, 1))
    assert one == datetime.datetime(2020, 1, 1)
    assert first == second
    assert first
    assert hash(first) == hash(second)
    assert one.utcoffset() is None
    assert one.dst() is None
    assert one.tzname() is None
    assert one.isoformat() == "2020-01-01T00:00:00"
    assert f"{one:%H %Z%z}" == "00 "
    assert one.timetuple().tm_isdst == -1
    assert asked == []
