"""``system.util.getSessionInfo``: who is attached, as a dataset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runtime.errors import BadArgument
from runtime.system.dataset import PyDataSet

if TYPE_CHECKING:
    from runtime.contracts import Host, Session

COLUMNS = ("username", "project", "address", "isDesigner", "clientId", "creationTime")


def session_rows(host: Host, users: str, projects: str) -> PyDataSet:
    """Client and designer sessions in the order they were opened.

    Args:
        host: whose sessions.
        users: regular expression the user name must match whole; empty for all.
        projects: likewise for the project.

    Raises:
        BadArgument: an expression that cannot be compiled.

    Source: Ignition 7.9 manual; the filters are regular expressions.
    """
    if host.upstream is not None:
        rows_there: PyDataSet = host.upstream.session_rows(users, projects)
        return rows_there
    rows = []
    sessions: list[Session] = [*host.clients, *host.designers.values()]
    for session in sessions:
        identity = session.identity
        row = (
            identity.user,
            identity.project,
            identity.address,
            session.kind == "Designer",
            identity.id,
            host.script_date(session.opened_at),
        )
        rows.append((session.opened_at, row))
    rows.sort(key=lambda row: row[0])
    return filtered(PyDataSet(COLUMNS, [row for _, row in rows]), users, projects)


def filtered(sessions: PyDataSet, users: str, projects: str) -> PyDataSet:
    """The sessions whose user and project match; see ``session_rows``."""
    if not users and not projects:
        return sessions
    who, where = _pattern(users, "usernameFilter"), _pattern(projects, "projectFilter")
    rows = map(tuple, sessions)
    kept = [row for row in rows if who.fullmatch(row[0]) and where.fullmatch(row[1])]
    return PyDataSet(COLUMNS, kept)


def _pattern(expression: str, name: str) -> re.Pattern[str]:
    try:
        return re.compile(expression or ".*", re.DOTALL)
    except re.error as error:
        raise BadArgument(f"getSessionInfo(): {name} {expression!r}: {error}") from None
