"""What a host asks of the gateway it is attached to, where it is not a gateway itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from runtime.contracts import Scope
    from runtime.requests import Request
    from runtime.system.dataset import PyDataSet


class Upstream(Protocol):
    """A gateway, as a host that is attached to it sees it."""

    def request(
        self,
        scope: Scope,
        project: str,
        handler: str,
        payload: Any,
        remote_server: str,
        timeout: float,
    ) -> Request:
        """Start a request to one of its handlers."""

    def session_rows(self, users: str, projects: str) -> PyDataSet:
        """The sessions attached to it; see ``runtime.system.sessions``."""
