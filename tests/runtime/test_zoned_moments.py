"""Moments in a script's own time zone, where the host meets them."""

import pytest

from runtime.errors import PayloadError
from runtime.payload import copy_value
from sandbox import Environment, Policy, Run, Sandbox

MOMENTS = """\
import datetime
class Zone(datetime.tzinfo):
    def utcoffset(self, dt): raise ValueError('asked')
    dst = tzname = __repr__ = __str__ = utcoffset
class Own(datetime.datetime): pass
moment = datetime.datetime(2020, 1, 1, tzinfo=Zone())
time = datetime.time(1, tzinfo=Zone())
own = Own(2020, 1, 1, tzinfo=Zone())
zone = Zone()
"""


@pytest.mark.parametrize("name", ["moment", "time", "own", "zone"])
def test_what_is_in_a_scripts_zone_is_not_sent_and_asks_no_script(name: str) -> None:
    """It holds an object of the script's, and so is refused as such an object is."""
    script = Sandbox(Policy()).compile(MOMENTS).script
    assert script is not None
    environment = Environment(Policy())
    names = environment.namespace(script=script)
    with Run(environment=environment):
        environment.execute(script, names)

    with pytest.raises(PayloadError, match="cannot be sent"):
        copy_value({"a": [names[name]]})
