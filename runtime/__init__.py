"""Pilotlight: a Jython-compatible host for Ignition's event scripts.

What a program embeds is imported when it is first named, so that the command can be started, and
interrupted, before half a second of imports.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.config import HostConfig
    from runtime.errors import PilotlightError
    from runtime.executors.base import Running
    from runtime.host import ScriptHost
    from runtime.logbook import LogRecord
    from runtime.message import Delivery, Filter, Identity, Message
    from runtime.network import GatewayNetwork
    from runtime.reload import ReloadReport
    from runtime.routing import why_not
    from runtime.scopes import ClientSession, DesignerSession, RunResult
    from runtime.shutdown import ShutdownReport
    from runtime.trace import Counters

__all__ = [
    "ClientSession",
    "Counters",
    "Delivery",
    "DesignerSession",
    "Filter",
    "GatewayNetwork",
    "HostConfig",
    "Identity",
    "LogRecord",
    "Message",
    "PilotlightError",
    "ReloadReport",
    "RunResult",
    "Running",
    "ScriptHost",
    "ShutdownReport",
    "why_not",
]

_HOMES = {
    "HostConfig": "config",
    "PilotlightError": "errors",
    "Running": "executors.base",
    "ScriptHost": "host",
    "LogRecord": "logbook",
    "Delivery": "message",
    "Filter": "message",
    "Identity": "message",
    "Message": "message",
    "GatewayNetwork": "network",
    "ReloadReport": "reload",
    "why_not": "routing",
    "ClientSession": "scopes",
    "DesignerSession": "scopes",
    "RunResult": "scopes",
    "ShutdownReport": "shutdown",
    "Counters": "trace",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'runtime' has no attribute '{name}'")
    found = globals()[name] = getattr(import_module(f"runtime.{home}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
