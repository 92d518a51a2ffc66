"""``system.util.getSessionInfo``: who is attached, as a dataset."""

from __future__ import annotations

import re
from time import monotonic
from typing import TYPE_CHECKING, Final

import regex

from runtime.errors import BadArgument
from runtime.system.dataset import PyDataSet
from sandbox.library.re_cost import Measured
from sandbox.library.re_expanding import too_large
from sandbox.library.re_rewriting import rewritten

if TYPE_CHECKING:
    from runtime.contracts import Host, Session

COLUMNS = ("username", "project", "address", "isDesigner", "clientId", "creationTime")

MATCH_SECONDS: Final = 2.0
"""What matching a filter may take, over all sessions."""

LONGEST: Final = 1_000
"""Characters that a filter may have."""

_FLAGS: Final = int(re.DOTALL)
_UNUSABLE: Final = (AssertionError, MemoryError, OverflowError, RecursionError)


def session_rows(host: Host, users: str, projects: str) -> PyDataSet:
    """Client and designer sessions in the order they were opened.

    Args:
        host: whose sessions.
        users: regular expression the user name must match whole; empty for all.
        projects: likewise for the project.

    Raises:
        BadArgument: an expression that cannot be compiled, or takes too long to match.

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
    who, where = _Filter(users, "usernameFilter"), _Filter(projects, "projectFilter")
    rows = map(tuple, sessions)
    return PyDataSet(COLUMNS, [row for row in rows if who.takes(row[0]) and where.takes(row[1])])


class _Filter:
    """A regular expression; what may take long is matched with a bound."""

    def __init__(self, expression: str, name: str) -> None:
        self._name = name
        self._end = monotonic() + MATCH_SECONDS
        words = expression or ".*"
        try:
            if len(words) > LONGEST:
                raise re.error(f"more than {LONGEST} characters")
            measured = Measured(words, _FLAGS)
            self._free = measured.free
            self._standard = measured.compiled()
            text = rewritten(measured.tree)
            if too_large(text):
                raise re.error("it repeats its parts too many times")
            self._bounded = regex.compile(text, regex.DOTALL)
        except (re.error, regex.error, *_UNUSABLE) as error:
            raise BadArgument(f"getSessionInfo(): {name} {expression[:80]!r}: {error}") from None

    def takes(self, text: str) -> bool:
        """Whether the whole text matches."""
        if len(text) <= self._free:
            return self._standard.fullmatch(text) is not None
        left = max(0.001, self._end - monotonic())
        try:
            return self._bounded.fullmatch(text, timeout=left, concurrent=True) is not None
        except TimeoutError:
            raise BadArgument(
                f"getSessionInfo(): {self._name} takes more than {MATCH_SECONDS:g} s to match"
            ) from None
