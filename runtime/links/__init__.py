"""How other processes attach to a host: its server, and what attaches to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from runtime.links.errors import LinkError, Refused, ServerRefusal
from runtime.links.linked_host import LinkedHost
from runtime.links.linked_parts import LinkedClient, LinkedDesigner
from runtime.links.protocol import VERSION, Hello
from runtime.links.server import LinkServer
from runtime.links.target import Finder, finder
from runtime.links.tool import Tool
from runtime.scopes import Comm, role_set

__all__ = [
    "LinkError",
    "LinkServer",
    "LinkedClient",
    "LinkedDesigner",
    "LinkedHost",
    "Refused",
    "ServerRefusal",
    "Tool",
    "attach_client",
    "attach_designer",
    "attach_script",
    "finder",
]


def attach_client(
    project: str,
    url: str | None = None,
    *,
    user: str = "",
    roles: Iterable[str] = (),
    host_name: str = "",
    tier: Literal["thread", "process"] = "thread",
    find: Finder | None = None,
) -> LinkedHost:
    """Open a Client session of a served gateway, whose handlers run in this process.

    Args:
        project: the project it runs.
        url: the gateway's, such as ``ws://127.0.0.1:8088``; None for this user's own one here.
        user, roles: who is logged in, where the owner's token lets in; else the gateway knows.
        host_name: the network host name it reports.
        tier: where its handlers run.
        find: gives the gateway instead of ``url``, with its credentials; see ``finder``.

    Returns:
        A host whose ``session`` is the session; closing it ends the session.

    Raises:
        LinkError: there is no such gateway, or it does not let this in.
    """
    hello = Hello(VERSION, "client", project, user, sorted(role_set(roles)), host_name)
    return LinkedHost(find or finder(url), hello, tier)


def attach_designer(
    project: str,
    url: str | None = None,
    *,
    user: str = "",
    comm: Comm = "read-only",
    host_name: str = "",
    find: Finder | None = None,
) -> LinkedHost:
    """Open a Designer session of a served gateway; it never receives. See ``attach_client``."""
    hello = Hello(VERSION, "designer", project, user, [], host_name, comm)
    return LinkedHost(find or finder(url), hello)


def attach_script(
    project: str = "", url: str | None = None, *, find: Finder | None = None
) -> LinkedHost:
    """Attach to run user scripts in Gateway scope, in this process. See ``attach_client``.

    Args:
        project: whose libraries they see; empty for none.
    """
    return LinkedHost(find or finder(url), Hello(VERSION, "script", project))
