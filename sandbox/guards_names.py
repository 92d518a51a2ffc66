"""Dictionaries of names of which some are the host's: what scripts get to see and set of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning import python2_repr
from sandbox.dialect.meaning.representation import shown_once
from sandbox.guards_base import ScriptOwned, missing
from sandbox.limits_hooks import shown


class NamesView(ScriptOwned):
    """What a script sees of a dictionary that holds names of the host's as well."""

    __slots__ = ("_names",)
    _names: dict[str, Any]
    SCRIPT_NAME = "dict"

    def __init__(self, names: dict[str, Any]) -> None:
        object.__setattr__(self, "_names", names)

    def _hides(self, name: Any) -> bool:
        """Whether a name is the host's."""
        return False

    def _own(self) -> dict[str, Any]:
        return {name: value for name, value in self._names.items() if not self._hides(name)}

    def _checked(self, name: Any) -> str:
        if not isinstance(name, str):
            raise TypeError("names are strings here")
        name = str.__str__(name)
        if self._hides(name):
            raise KeyError(name)
        return str(name)

    def _contents(self) -> dict[str, Any]:
        """A copy."""
        return self._own()

    def _read(self, name: str) -> Any:
        """Operators and methods: what scripts do with a dictionary."""
        operators = ("__getitem__", "__setitem__", "__contains__", "__len__", "__iter__")
        if name in operators or (name[:1] != "_" and name in vars(NamesView)):
            return getattr(self, name)
        raise missing(self, name)

    def __getitem__(self, name: Any) -> Any:
        return self._names[self._checked(name)]

    def __setitem__(self, name: Any, value: Any) -> None:
        self._names[self._checked(name)] = value

    def __delitem__(self, name: Any) -> None:
        del self._names[self._checked(name)]

    def __contains__(self, name: Any) -> bool:
        return type(name) is str and not self._hides(name) and name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._own()))

    def __len__(self) -> int:
        return len(self._own())

    @shown
    def __repr__(self) -> str:
        return shown_once(self._names, lambda: python2_repr(self._own()), "{...}")

    def __eq__(self, other: object) -> bool:
        return self._own() == (other._own() if isinstance(other, NamesView) else other)

    __hash__ = None  # type: ignore[assignment]

    def keys(self) -> list[str]:
        """All names."""
        return list(self._own())

    def values(self) -> list[Any]:
        """All values."""
        return list(self._own().values())

    def items(self) -> list[tuple[str, Any]]:
        """All names with their values."""
        return list(self._own().items())

    def iterkeys(self) -> Iterator[str]:
        """All names."""
        return iter(self.keys())

    def itervalues(self) -> Iterator[Any]:
        """All values."""
        return iter(self.values())

    def iteritems(self) -> Iterator[tuple[str, Any]]:
        """All names with their values."""
        return iter(self.items())

    def get(self, name: Any, default: Any = None) -> Any:
        """The value of a name."""
        return self._names[name] if name in self else default

    def has_key(self, name: Any) -> bool:
        """Whether there is such a name."""
        return name in self

    def copy(self) -> dict[str, Any]:
        """A dictionary of its own."""
        return self._own()

    def update(self, *others: Any, **more: Any) -> None:
        """Set several names."""
        for name, value in dict(*others, **more).items():
            self[name] = value

    def setdefault(self, name: Any, default: Any = None) -> Any:
        """The value of a name, set if there is none."""
        name = self._checked(name)
        return self._names.setdefault(name, default)

    def pop(self, name: Any, *default: Any) -> Any:
        """Take a name out."""
        return self._names.pop(self._checked(name), *default)


class InstanceNames(NamesView):
    """``x.__dict__`` where a base of the host's calls private methods of ``x`` by their names."""

    __slots__ = ("_kept",)
    _kept: frozenset[str]

    def __init__(self, names: dict[str, Any], kept: frozenset[str]) -> None:
        super().__init__(names)
        object.__setattr__(self, "_kept", kept)

    def _hides(self, name: Any) -> bool:
        return name in self._kept or "$" in name
