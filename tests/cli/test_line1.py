"""The scenario of the README, end to end."""

import threading

import pytest

from runtime import ScriptHost
from sandbox.isolation.probe import probe
from tests.cli.conftest import ALARMS, DEADLINE, Line1, invoke


@pytest.fixture(params=["thread", "process"])
def tier(request: pytest.FixtureRequest) -> str:
    if request.param == "process" and not probe().available:
        pytest.skip("this machine cannot lock a process")
    return str(request.param)


def test_the_alarm_reaches_the_panel_it_is_for(line1: Line1, tier: str) -> None:
    """`check` passes; `run` prints one Gateway entry; its story shows the rest."""
    assert invoke("check", line1.folder).exit_code == 0
    result = line1.run("--tier", tier)
    assert result.exit_code == 0, result.stderr
    (entry,) = result.stdout.splitlines()
    assert entry.startswith("type=Gateway,project=Line1,messageHandler=AlarmRaised,")
    assert "alice@PANEL-1  done" in result.stderr
    assert "│ *** Filler/Pressure: 6.3 bar is over 6.0 ***" in result.stderr
    assert "bob@PANEL-2  not selected: " in result.stderr
    assert "host PANEL-2 is not PANEL-1" in result.stderr


def test_a_handler_that_raises_shows_the_users_lines_only(line1: Line1, tier: str) -> None:
    """File, line and source of the handler; nothing of the host."""
    line1.show.write_text(
        "def handleMessage(payload):\n\treturn payload['txt']\n", encoding="utf-8"
    )
    result = line1.run("--tier", tier)
    assert result.exit_code == 3
    assert "return payload['txt']" in result.stderr
    assert "KeyError: 'txt'" in result.stderr
    assert result.stderr.count('File "') == 1


def test_two_shared_handlers_that_request_each_other_fail_at_once(line1: Line1, tier: str) -> None:
    """The error names the handlers and the remedy, long before the 15 seconds are over."""
    line1.handler("Ask", '\treturn system.util.sendRequest("Line1", "Answer")\n')
    line1.handler("Answer", '\treturn system.util.sendRequest("Line1", "Ask")\n')
    result = line1.run(
        "--tier", tier, "--wait", "5", script='system.util.sendMessage("Line1", "Ask", scope="G")'
    )
    assert result.exit_code == 3
    assert "had not ended" not in result.stderr
    failed = [line for line in result.stderr.splitlines() if "Ask" in line and "Answer" in line]
    assert failed
    assert "Dedicated" in result.stderr


def test_breaking_and_mending_a_library_under_a_sender_changes_nothing(line1: Line1) -> None:
    """Every message is delivered by the last good version; only a diagnostic comes and goes."""
    alarm = {"tag": "T", "value": 2.0, "limit": 1.0}
    reloaded = threading.Event()
    with ScriptHost.open(line1.folder) as host:
        assert host.loader.wait_until_watching(DEADLINE)
        host.observe(lambda event: reloaded.set() if hasattr(event, "modules") else None)
        stop = threading.Event()
        sent = 0

        def send() -> None:
            nonlocal sent
            while not stop.is_set():
                host.gateway.system.util.sendMessage("Line1", "AlarmRaised", alarm, "G")
                sent += 1
                host.drain(DEADLINE)

        sender = threading.Thread(target=send)
        sender.start()
        try:
            for text, faults in (("def text(alarm):\n\treturn (\n", 1), (ALARMS + "\n", 0)) * 3:
                reloaded.clear()
                line1.library.write_text(text, encoding="utf-8")
                assert reloaded.wait(DEADLINE)
                assert len(host.diagnostics) == faults
        finally:
            stop.set()
            sender.join(DEADLINE)
        assert host.drain(DEADLINE)
        counters = host.trace.counters
        assert sent > 6
        # One delivery on the Gateway and the nested one on PANEL-1 for each message.
        assert (counters.accepted, counters.done) == (2 * sent, 2 * sent)
