"""The ``system`` namespace inside a worker: what needs the host is asked of it."""

from __future__ import annotations

from typing import Any

from runtime.executors.inside_host import WorkerHost
from runtime.requests import DEFAULT_TIMEOUT
from runtime.system.arguments import optional_text, seconds, text
from runtime.system.dataset import PyDataSet
from runtime.system.exceptions import for_scripts
from runtime.system.namespace import System
from runtime.system.sessions import COLUMNS, filtered
from runtime.system.util import Util


class RemoteUtil(Util):
    """``system.util`` where requests and sessions are the host's."""

    __slots__ = ()

    def _host(self) -> WorkerHost:
        host: Any = self._scope.host
        found: WorkerHost = host
        return found

    def _ask(
        self,
        function: str,
        project: Any,
        handler: Any,
        payload: Any,
        server: Any,
        timeout: Any,
        waiting: bool = False,
    ) -> Any:
        arguments = (
            text(project, function, "project"),
            text(handler, function, "messageHandler"),
            payload,
            optional_text(server, function, "remoteServer"),
            seconds(timeout, function, "timeoutSec", DEFAULT_TIMEOUT),
            waiting,
        )
        reply = self._host().ask(self._scope, "sendRequest", arguments, holds=not waiting)
        # Otherwise the host is told when the script comes to wait.
        reply.claims = not waiting
        return reply

    @for_scripts
    def getSessionInfo(self, usernameFilter: Any = None, projectFilter: Any = None) -> PyDataSet:
        """The sessions there are, Designers included; the filters are regular expressions."""
        who = optional_text(usernameFilter, "getSessionInfo", "usernameFilter")
        where = optional_text(projectFilter, "getSessionInfo", "projectFilter")
        rows = self._host().ask(self._scope, "getSessionInfo", ()).result()
        # Here, so that no script's expression ever runs in the host.
        return filtered(PyDataSet(COLUMNS, rows), who, where)

    @for_scripts
    def setLoggingLevel(self, loggerName: Any = None, loggerLevel: Any = None) -> None:
        """Keep only lines of a logger from a level on: trace, debug, info, warn, error, fatal."""
        super().setLoggingLevel(loggerName, loggerLevel)
        level = text(loggerLevel, "setLoggingLevel", "loggerLevel").upper()
        self._host().ask(self._scope, "setLoggingLevel", (loggerName, level)).result()


class RemoteSystem(System):
    """``system`` inside a worker."""

    __slots__ = ()

    def _renew(self) -> None:
        """See what was provided since."""
        scope = self._scope
        made = scope.host.system.class_of("util", RemoteUtil, scope)(scope)
        object.__setattr__(self, "util", made)
