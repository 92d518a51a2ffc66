"""Pilotlight: a Jython-compatible host for Ignition's event scripts."""

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
