"""The scenario of the README in a folder, and ways to call the command."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runtime.cli import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
DEADLINE = 20.0

ALARM_RAISED = """\
def handleMessage(payload):
\tline = project.alarms.text(payload)
\tprint "raised:", line
\tsystem.util.sendMessage("Line1", "ShowAlarm", {'text': line},
\t\thasRole="Operator", hostName="PANEL-1")
"""

SHOW_ALARM = """\
def handleMessage(payload):
\tprint "***", payload['text'], "***"
"""

ALARMS = """\
def text(alarm):
\treturn "%s: %.1f bar is over %.1f" % (alarm['tag'], alarm['value'], alarm['limit'])
"""

RAISE = """\
alarm = {'tag': "Filler/Pressure", 'value': 6.3, 'limit': 6.0}
for entry in system.util.sendMessage("Line1", "AlarmRaised", alarm, "G"):
\tprint entry
"""

CLIENTS = """\
[[clients]]
project = "Line1"
user = "alice"
roles = ["Operator"]
host = "PANEL-1"

[[clients]]
project = "Line1"
user = "bob"
roles = ["Viewer"]
host = "PANEL-2"
"""


def invoke(*arguments: str | Path, text: str | None = None) -> Result:
    """Call the command in this process."""
    result = CliRunner().invoke(main, [str(a) for a in arguments], input=text)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


class Line1:
    """The project of the README, as its reader has made it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        base = folder / "projects/Line1"
        self.library = base / "ignition/script-python/alarms/code.py"
        self.raised = base / "ignition/message/AlarmRaised/handleMessage.py"
        self.show = base / "com.inductiveautomation.vision/message/ShowAlarm/handleMessage.py"
        self.script = folder / "raise.py"
        for arguments in (
            ("project", "Line1"),
            ("library", "Line1", "alarms"),
            ("handler", "Line1", "AlarmRaised", "--scope", "gateway"),
            ("handler", "Line1", "ShowAlarm", "--scope", "client"),
        ):
            assert invoke("new", *arguments, "--projects", folder).exit_code == 0
        self.library.write_text(ALARMS, encoding="utf-8")
        self.raised.write_text(ALARM_RAISED, encoding="utf-8")
        self.show.write_text(SHOW_ALARM, encoding="utf-8")
        self.script.write_text(RAISE, encoding="utf-8")
        (folder / "pilotlight.toml").write_text(CLIENTS, encoding="utf-8")

    def handler(self, name: str, body: str, *options: str) -> None:
        """One more handler, ``body`` being its text after the def line, indented by a tab."""
        made = invoke("new", "handler", "Line1", name, "--projects", self.folder, *options)
        assert made.exit_code == 0, made.stderr
        area = "com.inductiveautomation.vision" if "client" in options else "ignition"
        path = self.folder / f"projects/Line1/{area}/message/{name}/handleMessage.py"
        path.write_text(f"def handleMessage(payload):\n{body}", encoding="utf-8")

    def run(self, *options: str, script: str | None = None) -> Result:
        """`pilotlight run` of a script, or of the one that raises the alarm."""
        if script is not None:
            return invoke("run", "-", "--projects", self.folder, *options, text=script)
        return invoke("run", self.script, "--projects", self.folder, *options)


@pytest.fixture
def line1(tmp_path: Path) -> Line1:
    return Line1(tmp_path)


class Program:
    """The command as a process of its own; what it says is waited for, with a deadline."""

    def __init__(self, arguments: list[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "runtime.cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        )
        self.lines: list[str] = []
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._said:
                self.lines.append(line.rstrip("\n"))
                self._said.notify_all()

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait until that many lines held the text."""
        with self._said:
            assert self._said.wait_for(
                lambda: sum(text in line for line in self.lines) >= times, DEADLINE
            ), "\n".join(self.lines)

    def end(self, number: int) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def program() -> Iterator[Callable[..., Program]]:
    """Starts the command; whatever still runs at the end is killed."""
    started: list[Program] = []

    def start(*arguments: str | Path) -> Program:
        started.append(Program([str(a) for a in arguments]))
        return started[-1]

    yield start
    for each in started:
        each.close()


Start = Callable[..., Program]


@pytest.fixture
def served(line1: Line1, program: Start) -> Program:
    """The README's folder, served without the sessions of its own configuration."""
    (line1.folder / "pilotlight.toml").unlink()
    serving = program("serve", line1.folder, "--tier", "thread")
    serving.wait_for("attach at ws://127.0.0.1:")
    serving.wait_for("serving")
    return serving


def panel(program: Start, user: str, role: str, host: str, *options: str) -> Program:
    """A client process, attached."""
    started = program(
        *("client", "--project", "Line1", "--user", user, "--role", role),
        *("--host-name", host, "--tier", "thread", *options),
    )
    started.wait_for("client session")
    return started
