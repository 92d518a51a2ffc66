"""What library modules remember is remembered for one environment, and given back by a stop."""

from typing import Any

import pytest

from sandbox import Environment, Facade, Policy, Run, Sandbox, ScriptStopped


class Stop(Facade):
    """Stops the run that calls it."""

    __slots__ = ("_run",)
    _run: Any

    def __init__(self, run: Run) -> None:
        object.__setattr__(self, "_run", run)

    def __call__(self) -> None:
        self._run.token.stop("by the test")


def printed(source: str, environment: Environment) -> str:
    """What a script prints, whether or not it is stopped."""
    script = Sandbox(Policy()).compile(source).script
    assert script is not None
    output: list[str] = []
    with Run(output=output.append, environment=environment) as run:
        names = environment.namespace(script=script, names={"stop": Stop(run)})
        try:
            environment.execute(script, names)
        except ScriptStopped:
            output.append("stopped")
    return "".join(output)


def test_the_default_encoding_is_one_of_an_environment() -> None:
    """Another project's scripts have their own."""
    one, other = Environment(Policy()), Environment(Policy())
    ask = "import sys\nprint sys.getdefaultencoding(),\n"
    ask += "try: print len(str(u'\\xe9'))\nexcept UnicodeError: print 'no'\n"
    change = "import sys\nreload(sys).setdefaultencoding('utf-8')\n"

    assert printed(change + ask, one) == "utf-8 2\n"
    assert printed(ask, one) == "utf-8 2\n"
    assert printed(ask, other) == "ascii no\n"


@pytest.mark.parametrize("record", ["", "record=True"])
def test_a_stop_gives_filters_of_warnings_back(record: str) -> None:
    """No later run of the environment finds them ignored, or kept for nobody."""
    environment = Environment(Policy())
    caught = f"import warnings\nwith warnings.catch_warnings({record}):\n"
    caught += "    warnings.simplefilter('ignore')\n    stop()\n    while 1: pass\n"

    assert printed(caught, environment) == "stopped"
    assert printed("import warnings\nwarnings.warn('seen')\n", environment) == "UserWarning: seen\n"
