"""``warnings``."""

from __future__ import annotations

from threading import get_ident
from typing import Any

from sandbox.library.arguments import integer, text
from sandbox.library.hooks import checkpoint
from sandbox.library.module import Held, Module
from sandbox.library.values import script_repr, script_str
from sandbox.limits_hooks import shown as shown_when_asked
from sandbox.tracebacks import script_frames

MOST_FILTERS = 1_000
MOST_SHOWN = 10_000
_ACTIONS = frozenset({"error", "ignore", "always", "default", "module", "once"})
_QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, BytesWarning)
# Action, pattern of the text, category, pattern of the file, line.
_Filter = tuple[str, Any, Any, Any, int]


def _first_filters() -> list[_Filter]:
    return [("ignore", None, one, None, 0) for one in _QUIET]


class WarningMessage(Held):
    """A warning that ``catch_warnings(record=True)`` kept."""

    __slots__ = ("category", "filename", "lineno", "message")
    SCRIPT_NAME = "WarningMessage"
    file = line = None

    def __init__(self, message: Any, category: Any, filename: str, lineno: int) -> None:
        put = object.__setattr__
        put(self, "message", message)
        put(self, "category", category)
        put(self, "filename", filename)
        put(self, "lineno", lineno)

    @shown_when_asked
    def __repr__(self) -> str:
        return (
            f"{{message : {script_repr(self.message)}, category : "
            f"{script_repr(type.__getattribute__(self.category, '__name__'))}, "
            f"filename : {script_repr(self.filename)}, lineno : {self.lineno}, line : None}}"
        )


class CatchWarnings(Held):
    """``with warnings.catch_warnings():`` the filters are those of before at its end."""

    __slots__ = ("_entered", "_module", "_record", "_saved")
    GIVES_BACK = True

    def __init__(self, module: WarningsModule, record: bool) -> None:
        put = object.__setattr__
        put(self, "_module", module)
        put(self, "_record", record)
        put(self, "_entered", False)
        put(self, "_saved", None)

    def __enter__(self) -> list[Any] | None:
        if self._entered:
            raise RuntimeError("Cannot enter catch_warnings() twice")
        object.__setattr__(self, "_entered", True)
        module = self._module
        object.__setattr__(self, "_saved", (module._filters, module._kept))
        kept: list[Any] | None = [] if self._record else None
        module._use(list(module._filters), module._kept if kept is None else kept)
        return kept

    def __exit__(self, *_error: Any) -> None:
        if not self._entered:
            raise RuntimeError("Cannot exit catch_warnings() without entering first")
        self._module._use(*self._saved)

    def __repr__(self) -> str:
        return f"catch_warnings({'record=True' if self._record else ''})"


class WarningsModule(Module):
    """``warnings``: one line in the output a warning."""

    __slots__ = ("_filters", "_kept", "_shown")
    NAME = "warnings"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_shown", set())
        self._use(_first_filters(), None)

    def _use(self, filters: list[_Filter], kept: list[Any] | None) -> None:
        object.__setattr__(self, "_filters", filters)
        object.__setattr__(self, "_kept", kept)

    @property
    def filters(self) -> list[_Filter]:
        """A fresh list."""
        return list(self._filters)

    def warn(self, message: Any, category: Any = None, stacklevel: Any = 1) -> None:
        """Print a warning, keep it or raise it, as the filters say."""
        frames = script_frames(get_ident())
        above = max(integer(stacklevel), 1)
        name, line, _ = frames[-above] if above <= len(frames) else ("sys", 1, "")
        self.warn_explicit(message, category, name, line)

    def warn_explicit(
        self,
        message: Any,
        category: Any,
        filename: Any,
        lineno: Any,
        module: Any = None,
        registry: Any = None,
        module_globals: Any = None,
        source_line: Any = None,
    ) -> None:
        """The same for a place that is named."""
        made = issubclass(type(message), Warning)
        if made:
            category = type(message)
        elif category is None:
            category = UserWarning
        if not isinstance(category, type):
            raise TypeError("issubclass() arg 1 must be a class")
        if not issubclass(category, Warning):
            raise AssertionError
        name, line = text(filename), integer(lineno)
        words = script_str(message)
        words = words if type(words) is str else str.__str__(words)
        action = self._action(words, category, name, line)
        if action == "ignore":
            return
        if not made:
            message = category(message)
        if action == "error":
            raise message
        if action != "always" and self._was_shown(action, words, category, name, line):
            return
        kept = self._kept
        if kept is None:
            kind = type.__getattribute__(category, "__name__")
            self._library.write_output(f"{kind}: {words}\n")
        elif len(kept) < MOST_SHOWN:
            # Whoever wanted them may have gone without a word.
            kept.append(WarningMessage(message, category, name, line))

    def _action(self, words: str, category: Any, name: str, line: int) -> str:
        filters: list[_Filter] = self._filters
        for action, wanted, kind, place, at in filters:
            checkpoint()
            if at in (0, line) and issubclass(category, kind):
                if wanted is not None and wanted.match(words) is None:
                    continue
                if place is None or place.match(name.removesuffix(".py")) is not None:
                    return action
        return "default"

    def _was_shown(self, action: str, words: str, category: Any, name: str, line: int) -> bool:
        place: tuple[Any, ...] = {"once": (), "module": (name,)}.get(action, (name, line))
        # A class of a script's is asked for nothing, and does not live for this alone.
        key = (words, id(category), *place)
        if key in self._shown:
            return True
        if len(self._shown) >= MOST_SHOWN:
            self._shown.clear()
        self._shown.add(key)
        return False

    def filterwarnings(
        self,
        action: Any,
        message: Any = "",
        category: Any = Warning,
        module: Any = "",
        lineno: Any = 0,
        append: Any = 0,
    ) -> None:
        """What to do with warnings whose text and place match."""
        if not isinstance(message, str):
            raise AssertionError("message must be a string")
        if not isinstance(module, str):
            raise AssertionError("module must be a string")
        wanted = self._pattern(message, "I") if message else None
        place = self._pattern(module, "") if module else None
        self._put(action, wanted, category, place, lineno, append)

    def simplefilter(
        self, action: Any, category: Any = Warning, lineno: Any = 0, append: Any = 0
    ) -> None:
        """What to do with warnings of a category."""
        self._put(action, None, category, None, lineno, append)

    def _pattern(self, words: Any, flag: str) -> Any:
        expressions = self._library.find_module("re")
        return expressions.compile(text(words), expressions.I if flag else 0)

    def _put(
        self, action: Any, wanted: Any, category: Any, place: Any, lineno: Any, append: Any
    ) -> None:
        name = str.__str__(action) if isinstance(action, str) else ""
        if name not in _ACTIONS:
            raise AssertionError(f"invalid action: {script_repr(action)}")
        if not (isinstance(category, type) and issubclass(category, Warning)):
            raise AssertionError("category must be a Warning subclass")
        line = integer(lineno)
        if line < 0:
            raise AssertionError("lineno must be an int >= 0")
        made: _Filter = (name, wanted, category, place, line)
        filters = [one for one in self._filters if not _same(one, made)]
        filters.insert(len(filters) if append else 0, made)
        # New ones stand in front of those that they outdate.
        self._use(filters[:MOST_FILTERS], self._kept)

    def resetwarnings(self) -> None:
        """Without any filter."""
        self._use([], self._kept)

    def catch_warnings(self, record: Any = False, module: Any = None) -> CatchWarnings:
        """A context manager that gives the filters back."""
        return CatchWarnings(self, bool(record))

    def formatwarning(
        self, message: Any, category: Any, filename: Any, lineno: Any, line: Any = None
    ) -> str:
        """The lines that Python 2 writes of a warning."""
        kind = type.__getattribute__(category, "__name__") if isinstance(category, type) else ""
        shown = f"{text(filename)}:{integer(lineno)}: {kind}: {script_str(message)}\n"
        return f"{shown}  {text(line).strip()}\n" if line else shown


def _same(one: _Filter, other: _Filter) -> bool:
    # By identity: no pattern or class is asked whether it equals another.
    return one[0] == other[0] and one[4] == other[4] and all(
        one[at] is other[at] for at in (1, 2, 3)
    )
