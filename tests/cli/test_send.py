"""`pilotlight send`: one message into a host that exists for it alone."""

import json

import pytest

from tests.cli.conftest import Line1, invoke


def test_it_prints_the_list_and_says_that_the_host_is_temporary(line1: Line1) -> None:
    """The returned list is on standard output, all else on standard error."""
    result = invoke(
        "send", "--projects", line1.folder, "--project", "Line1", "--handler", "ShowAlarm",
        "--payload", '{"text": "hot"}', "--scope", "C", "--has-role", "Operator",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    (entry,) = result.stdout.splitlines()
    assert entry.startswith("type=Client,")
    assert "hasRole=Operator" in entry
    assert "temporary host" in result.stderr
    assert "│ *** hot ***" in result.stderr


def test_the_default_scope_misses_the_gateway_handler(line1: Line1) -> None:
    """The exact lines of a gateway, and the hint; the clients got it all the same."""
    result = invoke(
        "send", "--projects", line1.folder, "--project", "Line1", "--handler", "ShowAlarm",
        "--payload", '{"text": "hot"}',
    )  # fmt: skip
    assert result.exit_code == 3
    assert len(result.stdout.splitlines()) == 3
    assert (
        'The message handler "ShowAlarm" could not be found! '
        "Check your event script message handlers." in result.stderr
    )
    assert (
        "ShowAlarm exists in Client scope only; the default scope CG includes the Gateway: "
        'use scope="C"' in result.stderr
    )
    assert result.stderr.count("│ *** hot ***") == 2


def test_json_holds_the_entries_and_the_story(line1: Line1) -> None:
    """One document on standard output."""
    result = invoke(
        "send", "--projects", line1.folder, "--project", "Line1", "--handler", "ShowAlarm",
        "--payload", '{"text": "hot"}', "--user", "ALICE", "--json",
    )  # fmt: skip
    document = json.loads(result.stdout)
    assert len(document["entries"]) == 1
    assert document["messages"][0]["deliveries"][0]["output"] == "*** hot ***\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--payload", "{"), "not JSON"),
        (("--payload", "[1]"), "JSON object"),
        (("--scope", "Q"), '"Q"'),
    ],
)
def test_usage_errors_exit_2(line1: Line1, options: tuple[str, ...], words: str) -> None:
    """A payload that is no JSON object, a scope that is none."""
    result = invoke(
        "send", "--projects", line1.folder, "--project", "Line1", "--handler", "ShowAlarm",
        *options,
    )  # fmt: skip
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_server_that_is_not_connected(line1: Line1) -> None:
    """The entry says so, and the exit code too."""
    result = invoke(
        "send", "--projects", line1.folder, "--project", "Line1", "--handler", "ShowAlarm",
        "--remote-server", "agent-8088",
    )  # fmt: skip
    assert result.exit_code == 3
    assert "serverName=agent-8088" in result.stdout
    assert "sendStatus=NOT_CONNECTED" in result.stdout
