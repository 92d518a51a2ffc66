"""The one table of where each kind of resource lies in each Ignition generation.

Paths are those of exported projects (8.0, 8.1) and of public 8.3 projects; a place whose
``choice`` is True was seen in no source and is this project's own, so that it reads back what
it wrote. A correction is one line here.
"""

from dataclasses import dataclass
from typing import Literal

from project_store.model import Scope

Shape = Literal["named", "tree", "single", "bundle"]
"""``named``: one folder a resource. ``tree``: folders nest, dotted names. ``single``: the
folder is the resource. ``bundle``: one file holds many resources (8.0/8.1)."""

GATEWAY = "ignition"
VISION = "com.inductiveautomation.vision"
PERSPECTIVE = "com.inductiveautomation.perspective"

PROJECT_FILE = "project.json"
RESOURCE_FILE = "resource.json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one kind of resource lies.

    Args:
        kind: what the resources are: ``message``, ``library``, ``timer``, ...
        scope: the scope their scripts run in.
        folder: folder inside a project, always two names (``ignition/message``).
        file: the file that holds the text, or the bundle.
        shape: how resources lie in the folder.
        since: first Ignition generation that writes it so.
        entry: name of the function that the text defines, "" where the text is a module.
        parameters: names of that function's parameters.
        choice: True where no source tells the place.
    """

    kind: str
    scope: Scope
    folder: str
    file: str
    shape: Shape
    since: str
    entry: str = ""
    parameters: tuple[str, ...] = ()
    choice: bool = False


_MESSAGE: tuple[str, Shape, str, str] = ("handleMessage.py", "named", "8.3", "handleMessage")
_TIMER: tuple[str, Shape, str, str] = ("handleTimerEvent.py", "named", "8.3", "handleTimerEvent")
_TAG: tuple[str, Shape, str, str] = ("onTagChange.py", "named", "8.3", "onTagChange")
_MENU: tuple[str, Shape, str, str] = ("onMenuItem.py", "named", "8.3", "onMenuItem")
_KEY: tuple[str, Shape, str, str] = ("onKeystroke.py", "named", "8.3", "onKeystroke")
_SCHEDULE: tuple[str, Shape, str, str] = (
    "handleScheduleEvent.py",
    "named",
    "8.3",
    "handleScheduleEvent",
)
_TAG_NAMES = ("initialChange", "newValue", "previousValue", "event", "executionCount")


def _single(
    kind: str, scope: Scope, area: str, entry: str, names: tuple[str, ...] = (), choice: bool = True
) -> Place:
    folder, file = f"{area}/{kind}", f"{entry}.py"
    return Place(kind, scope, folder, file, "single", "8.3", entry, names, choice)


SESSION_EVENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "startup": ("onStartup", ("session",)),
    "shutdown": ("onShutdown", ("session",)),
    "page-startup": ("onPageStartup", ("page",)),
    "page-shutdown": ("onPageShutdown", ("page",)),
    "auth-challenge": ("onAuthenticationChallengeCompleted", ("session", "payload", "result")),
    "key-event": ("onKeyEvent", ("page", "event")),
    "barcode": ("onBarcodeDataReceived", ("session", "data", "context")),
    "accelerometer": ("onAccelerometerDataReceived", ("session", "data", "context")),
    "bluetooth": ("onBluetoothDataReceived", ("session", "data")),
    "nfc-scan": ("onNfcScanDataReceived", ("session", "data", "context")),
}
"""Events of Perspective sessions: kind (8.3's resource types), function and its parameters."""

PLACES: tuple[Place, ...] = (
    Place("message", "G", f"{GATEWAY}/message", *_MESSAGE, ("payload",)),
    Place("message", "C", f"{VISION}/message", *_MESSAGE, ("payload",)),
    Place("message", "S", f"{PERSPECTIVE}/message", *_MESSAGE, ("session", "payload")),
    Place("library", "G", f"{GATEWAY}/script-python", "code.py", "tree", "8.0"),
    Place("timer", "G", f"{GATEWAY}/timer", *_TIMER),
    Place("tag-change", "G", f"{GATEWAY}/tag-change", *_TAG, _TAG_NAMES),
    Place("scheduled", "G", f"{GATEWAY}/scheduled", *_SCHEDULE),
    _single("startup", "G", GATEWAY, "onStartup", choice=False),
    _single("shutdown", "G", GATEWAY, "onShutdown", choice=False),
    _single("update", "G", GATEWAY, "onUpdate", ("actor", "resources"), choice=False),
    Place("timer", "C", f"{VISION}/timer", *_TIMER, choice=True),
    Place("tag-change", "C", f"{VISION}/tag-change", *_TAG, _TAG_NAMES, choice=True),
    _single("startup", "C", VISION, "onStartup"),
    _single("shutdown", "C", VISION, "onShutdown"),
    _single("shutdown-intercept", "C", VISION, "onShutdownIntercept", ("event",)),
    Place("menubar", "C", f"{VISION}/menubar", *_MENU, choice=True),
    Place("keystroke", "C", f"{VISION}/keystroke", *_KEY, ("event",), choice=True),
    *(
        _single(kind, "S", PERSPECTIVE, entry, names)
        for kind, (entry, names) in SESSION_EVENTS.items()
    ),
)
"""What lies as text, one resource a folder."""

BUNDLES: tuple[Place, ...] = (
    Place("bundle", "G", f"{GATEWAY}/event-scripts", "data.bin", "bundle", "8.0"),
    Place("bundle", "C", f"{VISION}/client-event-scripts", "data.bin", "bundle", "8.0"),
    Place("bundle", "S", f"{PERSPECTIVE}/session-scripts", "data.bin", "bundle", "8.0"),
)
"""What 8.0 and 8.1 keep in one file a scope."""

AREAS = frozenset(place.folder.partition("/")[0] for place in PLACES + BUNDLES)
"""First-level folders of a project that can hold something we read."""

_BY_FOLDER = {place.folder: place for place in PLACES + BUNDLES}


def place_of(area: str, kind_folder: str) -> Place | None:
    """The place at ``area/kind_folder`` inside a project, None where we read nothing there."""
    return _BY_FOLDER.get(f"{area}/{kind_folder}")


def places_in(area: str) -> tuple[Place, ...]:
    """Every place below one first-level folder of a project."""
    return tuple(p for p in PLACES + BUNDLES if p.folder.partition("/")[0] == area)


def text_place(kind: str, scope: Scope) -> Place:
    """The place of text resources of a kind in a scope.

    Raises:
        KeyError: no such kind in that scope.
    """
    for place in PLACES:
        if place.kind == kind and (place.scope == scope or kind == "library"):
            return place
    raise KeyError(f"{kind} in scope {scope}")


def worth_watching(parts: tuple[str, ...]) -> bool:
    """Whether a folder (its names below the projects folder) can hold anything we read.

    Windows, views and tags of real projects are thousands of folders; watching only these
    keeps within the kernel's number of watches.
    """
    if any(part.startswith(".") for part in parts):
        return False
    if len(parts) <= 1:
        return True
    if len(parts) == 2:
        return parts[1] in AREAS
    place = place_of(parts[1], parts[2])
    if place is None:
        return False
    depth = len(parts) - 3
    return place.shape == "tree" or depth <= {"named": 1}.get(place.shape, 0)
