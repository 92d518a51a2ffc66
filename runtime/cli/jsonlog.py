"""What `serve --log-format json` writes: one JSON object a line, for programs."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from time import time
from typing import Any

from rich.console import Console
from rich.text import Text

from runtime import LogRecord, ScriptHost, ShutdownReport
from runtime.cli.document import as_document
from runtime.cli.hosting import people_of
from runtime.cli.live import Settled


class JsonLog:
    """Prints the start, each line of log, each message that was dealt with, and the end.

    ``event`` says which of these a line is: ``started``, ``log``, ``message`` or ``ended``.

    Args:
        console: where to.
        host: what to look at.
    """

    def __init__(self, console: Console, host: ScriptHost) -> None:
        self._console = console
        self._host = host
        self._heard: deque[LogRecord] = deque(maxlen=host.config.trace)
        self._settled = Settled(host)
        host.logbook.listen(self._heard.append)

    def begin(self, url: str) -> None:
        """Print what is served, and where it listens.

        Args:
            url: empty where nothing can attach.
        """
        host = self._host
        what = {
            "gateway": host.name,
            "profile": host.profile,
            "tier": host.tier,
            "folder": str(host.folder) if host.folder is not None else "",
            "projects": sorted(n for n, s in host.spaces.items() if s.current is not None),
            "url": url,
        }
        self._write("started", "INFO", what)

    def look(self) -> None:
        """Print what was logged, and what was dealt with, since the last look."""
        while self._heard:
            record = self._heard.popleft()
            line = {
                "logger": record.logger,
                "message": record.message,
                **({"detail": record.detail} if record.detail else {}),
                **{key: value for key, value in asdict(record.origin).items() if value},
            }
            self._write("log", record.level, line, record.time)
        settled = self._settled.look()
        people = people_of(self._host) if settled else {}
        for document in as_document(settled, people):
            self._write("message", "INFO", document)

    def conclude(self, report: ShutdownReport) -> None:
        """Print how everything ended, and what could not be brought to an end."""
        self.look()
        what = {
            "counters": asdict(self._host.trace.counters),
            "undelivered": report.undelivered,
            "still_running": [str(running) for running in report.running],
        }
        self._write("ended", "INFO" if report.clean else "WARN", what)

    def _write(
        self, event: str, level: str, what: Mapping[str, Any], moment: float | None = None
    ) -> None:
        stamp = datetime.fromtimestamp(time() if moment is None else moment, UTC).isoformat()
        line = json.dumps({"time": stamp, "level": level, "event": event, **what})
        self._console.print(Text(line), soft_wrap=True)
