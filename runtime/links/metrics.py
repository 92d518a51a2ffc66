"""What a host tells Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from runtime.logbook import LEVELS, Level, LogBook, LogRecord
from runtime.message import FINAL

if TYPE_CHECKING:
    from runtime.links.server import LinkServer


class LogLines:
    """Counts lines of a log, by level.

    Args:
        logbook: the log.
    """

    def __init__(self, logbook: LogBook) -> None:
        self._lock = Lock()
        self._counts = dict.fromkeys(LEVELS, 0)
        logbook.listen(self._heard)

    def counts(self) -> dict[Level, int]:
        """How many there were."""
        with self._lock:
            return dict(self._counts)

    def _heard(self, record: LogRecord) -> None:
        with self._lock:
            self._counts[record.level] += 1


class HostCollector(Collector):
    """Reads the host's own books when it is scraped; nothing is counted twice.

    Args:
        server: the server that is scraped.
    """

    def __init__(self, server: LinkServer) -> None:
        self._server = server

    def collect(self) -> Iterator[Metric]:
        """All metrics, as they are now."""
        server, host = self._server, self._server.host
        counters = asdict(host.trace.counters)
        accepted = CounterMetricFamily("pilotlight_deliveries", "Deliveries accepted")
        accepted.add_metric([], counters["accepted"])
        yield accepted
        ended = CounterMetricFamily(
            "pilotlight_deliveries_ended", "Deliveries that ended, by how", labels=["status"]
        )
        for status in FINAL:
            ended.add_metric([status], counters[status])
        yield ended
        # Never accepted, so in no sum with those above.
        rejected = CounterMetricFamily(
            "pilotlight_deliveries_rejected", "Deliveries that a full lane did not take"
        )
        rejected.add_metric([], counters["rejected"])
        yield rejected
        lines = CounterMetricFamily("pilotlight_log_lines", "Lines logged", labels=["level"])
        for level, count in server.lines.counts().items():
            lines.add_metric([level], count)
        yield lines
        now = GaugeMetricFamily(
            "pilotlight_deliveries_now", "Deliveries that wait or run", labels=["status"]
        )
        now.add_metric(["queued"], counters["queued"])
        now.add_metric(["running"], counters["running"])
        yield now
        depth = GaugeMetricFamily(
            "pilotlight_longest_lane", "Deliveries that wait in the fullest lane"
        )
        depth.add_metric([], max((len(lane) for lane in host.accounts.lanes()), default=0))
        yield depth
        attached = GaugeMetricFamily("pilotlight_sessions", "Sessions", labels=["kind"])
        attached.add_metric(["client"], len(host.clients))
        attached.add_metric(["designer"], len(host.designers))
        yield attached
        links = GaugeMetricFamily("pilotlight_links", "Links of other processes", labels=["state"])
        links.add_metric(["attached"], server.links)
        links.add_metric(["cut"], server.cut)
        yield links
        refused = CounterMetricFamily(
            "pilotlight_links_refused", "Connections refused, by why", labels=["reason"]
        )
        for reason, count in sorted(server.refusals.items()):
            refused.add_metric([reason], count)
        yield refused
        faults = GaugeMetricFamily(
            "pilotlight_diagnostics", "What is wrong with the projects", labels=["severity"]
        )
        found = [d.severity for d in host.diagnostics]
        for severity in ("error", "warning"):
            faults.add_metric([severity], found.count(severity))
        yield faults
        projects = GaugeMetricFamily("pilotlight_projects", "Projects loaded")
        projects.add_metric([], sum(s.current is not None for s in list(host.spaces.values())))
        yield projects
        uptime = GaugeMetricFamily("pilotlight_uptime_seconds", "Seconds the server has run")
        uptime.add_metric([], monotonic() - server.started_at)
        yield uptime


def metrics_text(server: LinkServer) -> str:
    """The host's metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(HostCollector(server))
    return generate_latest(registry).decode()
