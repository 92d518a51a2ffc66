"""What an earlier run began ends with the run that goes on with it."""

from __future__ import annotations

import decimal
import time

import pytest

from sandbox import Environment, Policy, Run, Sandbox, ScriptStopped


@pytest.mark.parametrize(
    ("begun", "gone_on_with"),
    [
        ("itertools.repeat('')", "sys.stdout.writelines(kept[0])"),
        ("itertools.count()", "max(kept[0])"),
        ("itertools.imap(None, itertools.repeat(1))", "collections.deque(kept[0], 0)"),
        ("itertools.cycle('ab')", "-1 in kept[0]"),
        ("iter(int, 1)", "max(kept[0])"),
    ],
)
def test_an_iterator_of_an_earlier_run_stops_with_this_one(begun: str, gone_on_with: str) -> None:
    """The deadline of the run that takes the items counts, not that of the one that made them."""
    environment = Environment(Policy())
    kept: list[object] = []

    def run(source: str, seconds: float) -> None:
        script = Sandbox(Policy()).compile(f"import collections, itertools, sys\n{source}\n").script
        assert script is not None
        deadline = time.monotonic() + seconds
        with Run(environment=environment, deadline=deadline, output_limit=10_000):
            environment.execute(
                script, environment.namespace(script=script, names={"kept": kept})
            )

    run(f"i = {begun}\ni.next()\nkept.append(i)", 60)
    began = time.monotonic()
    with pytest.raises(ScriptStopped):
        run(gone_on_with, 0.2)

    assert time.monotonic() - began < 5


def test_a_text_calendar_prints_to_the_output_of_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``prmonth`` and its kin write where ``print`` does."""
    output: list[str] = []
    environment = Environment(Policy())
    script = Sandbox(Policy()).compile(
        "import calendar\n"
        "c = calendar.TextCalendar()\n"
        "c.prweek([(1, 0), (2, 1)], 3)\n"
        "c.prmonth(2024, 2)\n"
        "c.pryear(2024)\n"
    ).script
    assert script is not None
    with Run(output=output.append, environment=environment):
        environment.execute(script, environment.namespace(script=script))

    assert "February 2024" in "".join(output)
    assert capsys.readouterr().out == ""


def test_operators_of_decimal_leave_no_flags_with_the_host() -> None:
    """Neither in the run that imports the module, nor in one that goes on with what it holds."""
    environment = Environment(Policy())
    kept: list[object] = []
    with decimal.localcontext() as context:
        context.clear_flags()
        for source in (
            "import decimal\nkept.append(decimal.Decimal(1))\nkept[0] / 3",
            "kept[0] / 3\ntry: kept[0] / 0\nexcept ZeroDivisionError: pass",
        ):
            script = Sandbox(Policy()).compile(source + "\n").script
            assert script is not None
            names = {"kept": kept}
            with Run(environment=environment):
                environment.execute(script, environment.namespace(script=script, names=names))

        assert decimal.getcontext() is context
        assert not any(context.flags.values())
