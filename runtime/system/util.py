"""``system.util``: messages, requests, loggers and the small functions around them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from runtime.dispatch import SERVERS
from runtime.errors import PilotlightError
from runtime.message import NO_FILTER, Filter
from runtime.payload import copy_value
from runtime.requests import DEFAULT_TIMEOUT, ask
from runtime.system import asynchronous
from runtime.system.arguments import optional_text, seconds, text, text_list
from runtime.system.dataset import PyDataSet
from runtime.system.exceptions import for_scripts, to_caller
from runtime.system.logger import Logger
from runtime.system.module import SystemModule
from runtime.system.sessions import session_rows
from sandbox.library.json_encoding import indent_of, weighed

_SEND: Final = "sendMessage"

FLAG_DESIGNER: Final = 1
FLAG_CLIENT: Final = 4


class Util(SystemModule):
    """Ignition's ``system.util``, as far as a script host has it."""

    __slots__ = ()

    path = "system.util"

    def sendMessage(
        self,
        project: Any = None,
        messageHandler: Any = None,
        payload: Any = None,
        scope: Any = None,
        clientSessionId: Any = None,
        user: Any = None,
        hasRole: Any = None,
        hostName: Any = None,
        remoteServers: Any = None,
    ) -> list[str]:
        """Send a message to Gateway and Client handlers; it returns at once.

        Source: Ignition 7.9 manual, ``system.util.sendMessage``; see docs/messages.md for each
        rule and for what is our choice.

        Returns:
            One entry for each system that was selected, the Gateway first.
        """
        # On the hot path: nothing is called for an argument that is not there.
        name, handler, letters = project, messageHandler, scope
        if type(name) is not str or not name:
            name = text(project, _SEND, "project")
        if type(handler) is not str or not handler:
            handler = text(messageHandler, _SEND, "messageHandler")
        if type(letters) is not str:
            letters = optional_text(scope, _SEND, "scope")
        if clientSessionId is user is hasRole is hostName is None:
            wanted = NO_FILTER
        else:
            wanted = Filter(
                optional_text(clientSessionId, _SEND, "clientSessionId"),
                optional_text(user, _SEND, "user"),
                optional_text(hasRole, _SEND, "hasRole"),
                optional_text(hostName, _SEND, "hostName"),
            )
        owner = self._scope
        servers: Sequence[str] = ()
        try:
            if remoteServers:
                servers = text_list(remoteServers, _SEND, "remoteServers", SERVERS)
            return owner.host.dispatcher.send(
                owner, name, handler, payload, letters, wanted, servers
            )
        except PilotlightError as error:
            raise to_caller(error) from None

    @for_scripts
    def sendRequest(
        self,
        project: Any = None,
        messageHandler: Any = None,
        payload: Any = None,
        hostName: Any = None,
        remoteServer: Any = None,
        timeoutSec: Any = None,
        **ignored: Any,
    ) -> Any:
        """Ask a Gateway handler and wait for what it returns.

        Source: Ignition 7.9 manual, since 7.9.3. Keywords Ignition does not document, such as
        ``scope``, are tolerated as it tolerates them.

        Raises:
            A Java exception: no such handler, it failed, or no reply in time (15 s by default).
        """
        request = self._ask(
            "sendRequest", project, messageHandler, payload, remoteServer, timeoutSec, waiting=True
        )
        return request.result()

    @for_scripts
    def sendRequestAsync(
        self,
        project: Any = None,
        messageHandler: Any = None,
        payload: Any = None,
        hostName: Any = None,
        remoteServer: Any = None,
        timeoutSec: Any = None,
        onSuccess: Any = None,
        onError: Any = None,
        **ignored: Any,
    ) -> asynchronous.RequestHandle:
        """Ask a Gateway handler; the handle, or the callbacks, give what it returns."""
        request = self._ask(
            "sendRequestAsync", project, messageHandler, payload, remoteServer, timeoutSec
        )
        return asynchronous.RequestHandle(self._scope, request, onSuccess, onError)

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
        return ask(
            self._scope,
            text(project, function, "project"),
            text(handler, function, "messageHandler"),
            payload,
            optional_text(server, function, "remoteServer"),
            seconds(timeout, function, "timeoutSec", DEFAULT_TIMEOUT),
            waiting,
        )

    def getLogger(self, name: Any = None) -> Logger:
        """The logger of that name."""
        return Logger(self._scope, text(name, "getLogger", "name"))

    @for_scripts
    def setLoggingLevel(self, loggerName: Any = None, loggerLevel: Any = None) -> None:
        """Keep only lines of a logger from a level on: trace, debug, info, warn, error, fatal."""
        asynchronous.set_level(
            self._scope,
            text(loggerName, "setLoggingLevel", "loggerName"),
            text(loggerLevel, "setLoggingLevel", "loggerLevel"),
        )

    def getProjectName(self) -> str:
        """The project whose script calls; empty for a Gateway script of no project (our choice)."""
        return self._scope.project

    @for_scripts
    def getClientId(self) -> str:
        """The id of the client or designer session that calls."""
        asynchronous.require_session(self._scope, "getClientId")
        return self._scope.session_id

    def getSystemFlags(self) -> int:
        """Bits: 1 Designer, 4 Client; none on the Gateway (our choice)."""
        return {"Designer": FLAG_DESIGNER, "Client": FLAG_CLIENT}.get(self._scope.kind, 0)

    def getGlobals(self) -> dict[Any, Any]:
        """A dict that all scripts of this project share in this scope.

        It lives as long as the libraries' state does: a reload of libraries empties it (Ignition
        7.9 makes it anew with the script environment).
        """
        return self._scope.instance.globals

    @for_scripts
    def getSessionInfo(self, usernameFilter: Any = None, projectFilter: Any = None) -> PyDataSet:
        """The sessions there are, Designers included; the filters are regular expressions."""
        return session_rows(
            self._scope.host,
            optional_text(usernameFilter, "getSessionInfo", "usernameFilter"),
            optional_text(projectFilter, "getSessionInfo", "projectFilter"),
        )

    @for_scripts
    def invokeLater(self, function: Any = None, delay: Any = 0) -> None:
        """Call a function on the client's EDT, after so many milliseconds."""
        asynchronous.invoke_later(self._scope, function, delay)

    @for_scripts
    def invokeAsynchronous(
        self, function: Any = None, args: Any = None, kwargs: Any = None, description: Any = None
    ) -> asynchronous.ScriptThread:
        """Call a function on a thread of its own; a stop of the caller's run stops it too."""
        return asynchronous.invoke_asynchronous(self._scope, function, args, kwargs, description)

    @for_scripts
    def jsonEncode(self, pyObj: Any = None, indentFactor: Any = None) -> str:
        """JSON text of plain data; one line, or indented by so many spaces.

        Raises:
            MemoryError: more than 1 000 spaces, or a text longer than one may be.
        """
        if indentFactor is not None and type(indentFactor) is not int:
            raise TypeError("jsonEncode(): indentFactor must be a number of spaces")
        used = _ONE_LINE
        if indentFactor is not None:
            used = json.JSONEncoder(indent=indent_of(max(indentFactor, 0)), default=_json_text)
        return weighed(used, copy_value(pyObj, "pyObj"))

    def jsonDecode(self, jsonString: Any = None) -> Any:
        """The data that JSON text stands for; text that is not JSON comes back as it is."""
        given = optional_text(jsonString, "jsonDecode", "jsonString")
        try:
            return json.loads(given)
        except ValueError:
            return given
        except RecursionError:
            raise ValueError("jsonDecode(): the text is nested too deeply") from None


def _json_text(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return list(value)
    return str(value)


_ONE_LINE: Final = json.JSONEncoder(separators=(",", ":"), default=_json_text)
