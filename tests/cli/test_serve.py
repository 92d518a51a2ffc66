"""`pilotlight serve`: loads, reloads, diagnostics, deliveries, logs, and a clean end."""

import io
import signal
from collections.abc import Callable

import pytest
from rich.console import Console

from runtime import ScriptHost
from runtime.cli.live import LiveView
from sandbox.isolation.errors import LockUnavailable
from sandbox.isolation.probe import probe
from tests.cli.conftest import ALARMS, Line1, Program, invoke


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_follows_the_folder_and_ends_cleanly(
    line1: Line1, program: Callable[..., Program], number: int
) -> None:
    """A broken save is shown with source and caret, a mended one as mended; exit 0 at a signal."""
    serving = program("serve", line1.folder, "--tier", "thread")
    serving.wait_for("serving")
    serving.wait_for("alice (Operator) at PANEL-1")
    line1.library.write_text("def text(alarm):\n\treturn (\n", encoding="utf-8")
    serving.wait_for("alarms/code.py:")
    serving.wait_for("error[syntax]")
    serving.wait_for("the last good version keeps running")
    assert any(line.rstrip().endswith("^") for line in serving.lines)
    line1.library.write_text(ALARMS + "\n", encoding="utf-8")
    serving.wait_for("mended: ")
    line1.handler("Another", "\tpass\n")
    serving.wait_for("Line1/G/Another")
    assert serving.end(number) == 0
    assert "0 deliveries accepted" in serving.lines[-1]


def test_where_nothing_can_be_locked_it_refuses_and_names_the_other_tier(
    line1: Line1, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default is the process tier; without a lock it is exit 2, never a silent other tier."""

    def unavailable() -> None:
        raise LockUnavailable("the kernel has no seccomp")

    monkeypatch.setattr("runtime.cli.hosting.shared_zygote", unavailable)
    result = invoke("serve", line1.folder)
    assert result.exit_code == 2
    assert "the kernel has no seccomp" in result.stderr
    assert "--tier thread" in result.stderr


def test_it_serves_in_locked_workers_unless_told_otherwise(
    line1: Line1, program: Callable[..., Program]
) -> None:
    """The header names the tier."""
    if not probe().available:
        pytest.skip("this machine cannot lock a process")
    serving = program("serve", line1.folder)
    serving.wait_for("tier process")
    serving.wait_for("serving")
    assert serving.end(signal.SIGTERM) == 0


def seen(view_of: Callable[[Console], LiveView]) -> tuple[LiveView, Callable[[], str]]:
    text = io.StringIO()
    view = view_of(Console(file=text, width=200, highlight=False, soft_wrap=True))
    return view, text.getvalue


def test_the_view_shows_deliveries_and_logs(line1: Line1) -> None:
    """Who received, who did not and why, what was printed, and what caused it."""
    with ScriptHost.open(line1.folder, watch=False) as host:
        view, text = seen(lambda console: LiveView(console, host, line1.folder))
        alarm = {"tag": "T", "value": 2.0, "limit": 1.0}
        host.gateway.system.util.sendMessage("Line1", "AlarmRaised", alarm, "G")
        assert host.drain(timeout=10)
        view.look()
        assert "→ Line1/AlarmRaised" in text()
        assert "(sent by AlarmRaised)" in text()
        assert "bob@PANEL-2  not selected" in text()
        assert "*** T: 2.0 bar is over 1.0 ***" in text()
        before = text()
        view.look()
        assert text() == before, "nothing new, nothing printed"


def test_event_scripts_are_shown_as_such(line1: Line1) -> None:
    """A startup script is no message: the view says which event ran."""
    startup = line1.folder / "projects/Line1/ignition/startup/onStartup.py"
    startup.parent.mkdir()
    startup.write_text('def onStartup():\n\tprint "up"\n', encoding="utf-8")
    with ScriptHost.open(line1.folder, watch=False) as host:
        view, text = seen(lambda console: LiveView(console, host, line1.folder))
        assert host.drain(timeout=10)
        view.look()
    assert "• Line1/startup  event" in text()


def test_what_could_not_be_delivered_is_listed_at_the_end(line1: Line1) -> None:
    """The shutdown names each delivery that still waited, and the counters account for all."""
    line1.handler("Slow", "\twhile 1:\n\t\tpass\n")
    host = ScriptHost.open(line1.folder, watch=False)
    view, text = seen(lambda console: LiveView(console, host, line1.folder))
    for _ in range(2):
        host.gateway.system.util.sendMessage("Line1", "Slow", {}, "G")
    view.look()
    report = host.close(timeout=0.1)
    view.look()
    view.conclude(report)
    assert text().count("not delivered: Line1/Slow to Gateway") == 1
    assert "2 deliveries accepted: 1 stopped, 1 undelivered" in text()
