"""Idioms of small modules, as Jython 2.7.3 answers them."""

from sandbox import Environment, Policy
from tests.library.test_script_state import printed

CASES = """
import ConfigParser
c = ConfigParser.SafeConfigParser()
c.optionxform = str
c.add_section('A')
c.set('A', 'Key', '1')
print c.options('A'), c.get('A', 'Key'), c.has_option('A', 'key'), c.optionxform is str
class Own(ConfigParser.ConfigParser):
    def optionxform(self, option):
        return ConfigParser.ConfigParser.optionxform(self, option) + '!'
o = Own()
o.add_section('A')
o.set('A', 'Key', '1')
print o.options('A'), ConfigParser.RawConfigParser().optionxform('X')
import errno
print errno.ENOENT, errno.errorcode[2]
errno.errorcode[2] = 'mine'
print errno.errorcode[2]
import calendar
print calendar.mdays[2], len(calendar.mdays)
"""


def test_they_answer_as_in_jython() -> None:
    """The commonest of all is a parser that tells the cases of its options apart."""
    assert printed(CASES, Environment(Policy())) == (
        "['Key'] 1 False True\n['key!'] x\n2 ENOENT\nENOENT\n28 13\n"
    )


def test_a_refused_module_says_what_to_use_instead() -> None:
    """Each for its own reason."""
    names = ("pickle", "sched", "shlex")
    source = "".join(f"try: import {name}\nexcept ImportError, e: print e\n" for name in names)
    said = printed(source, Environment(Policy())).splitlines()
    assert [line.partition(": ")[0] for line in said] == [
        "pickle is not available here",
        "sched is not available here",
        "shlex is not available here",
    ]
    assert "json" in said[0]
    assert "timer" in said[1]
    assert "split" in said[2]
