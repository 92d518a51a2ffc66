"""What each kind of event script is called, and what its function is given."""

from typing import Final

ENTRIES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "startup": ("onStartup", ()),
    "shutdown": ("onShutdown", ()),
    "update": ("onUpdate", ("actor", "resources")),
    "shutdown-intercept": ("onShutdownIntercept", ("event",)),
    "timer": ("handleTimerEvent", ()),
    "tag-change": (
        "onTagChange",
        ("initialChange", "newValue", "previousValue", "event", "executionCount"),
    ),
    "scheduled": ("handleScheduleEvent", ()),
    "menubar": ("onMenuEvent", ("event",)),
    "keystroke": ("onKeyEvent", ("event",)),
}
"""Function and parameters by kind, as Ignition 8.3 stores them (the last four are our choice).

7.9 to 8.1 store bare bodies, to which the same names are injected.
"""

SESSION_PARAMETERS: Final = ("session", "event")
"""What a Perspective session's event scripts are given; they are compiled here, never run."""


def entry_of(kind: str, scope: str) -> tuple[str, tuple[str, ...]]:
    """Function name and parameters of an event script of that kind."""
    if scope == "S":
        return "on" + "".join(part.capitalize() for part in kind.split("-")), SESSION_PARAMETERS
    return ENTRIES.get(kind, ("onEvent", ("event",)))
