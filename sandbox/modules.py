"""Library modules of a project as scripts hold them: run when first used, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.guards_base import ScriptOwned, missing, plain_name, refused
from sandbox.policy_names import HIDDEN_GLOBALS
from sandbox.script import Script

_RESERVED = HIDDEN_GLOBALS
_LOCK = threading.Lock()
_FREED = threading.Condition(_LOCK)
# Which module each waiting thread waits for, to see a ring before it closes.
_WAITING: dict[int, ScriptModule] = {}


class ScriptModule(ScriptOwned):
    """A library module: its body runs when something of it is first used.

    A module that is used by the code that it is being run by is seen as far as it has come, as
    Python does with import cycles; another thread waits, unless that would be a ring of threads
    that wait for each other, and then also sees it as far as it has come. A failure is raised
    where the module was used, and the next use runs the body again.

    Args:
        name: its dotted name.
        load: a text or None makes an empty module with that ``__doc__``. Else
            ``() -> globals``. With a ``script`` it only makes the namespace, and the script is
            run in it; without one it has also filled it.
        script: the compiled body, or None.
    """

    __slots__ = ("_load", "_name", "_names", "_owner", "_script", "_state")

    def __init__(
        self,
        name: str,
        load: Callable[[], dict[str, Any]] | str | None = None,
        script: Script | None = None,
    ) -> None:
        put = object.__setattr__
        if load is None or isinstance(load, str):
            # A script's own types.ModuleType(name, doc): empty, and nothing to run.
            put(self, "_names", {"__name__": plain_name(name), "__doc__": load})
            put(self, "_name", plain_name(name))
            put(self, "_state", "done")
            put(self, "_owner", None)
            return
        put(self, "_script", script)
        put(self, "_name", name)
        put(self, "_load", load)
        put(self, "_names", None)
        put(self, "_owner", None)
        put(self, "_state", "new")

    @property
    def __name__(self) -> str:
        return str(self._name)

    @property
    def _loaded(self) -> bool:
        """Whether the body has run to its end."""
        return bool(self._state == "done")

    def _ready(self) -> dict[str, Any]:
        if self._state == "done":
            names: dict[str, Any] = self._names
            return names
        return self._run()

    def _run(self) -> dict[str, Any]:
        me = threading.get_ident()
        put = object.__setattr__
        with _LOCK:
            while True:
                state = self._state
                if state == "done":
                    return self._names  # type: ignore[no-any-return]
                if state == "new":
                    put(self, "_state", "running")
                    put(self, "_owner", me)
                    break
                if self._owner == me or _ring(self, me):
                    return self._names if self._names is not None else {}
                _WAITING[me] = self
                try:
                    _FREED.wait(0.1)
                finally:
                    _WAITING.pop(me, None)
                _stop_if_asked()
        try:
            names: dict[str, Any] = self._load()
            if self._script is not None:
                # A cycle back to this module sees the names bound so far.
                put(self, "_names", names)
                names["$environment"].execute(self._script, names)
        except BaseException:
            with _LOCK:
                put(self, "_state", "new")
                put(self, "_owner", None)
                put(self, "_names", None)
                _FREED.notify_all()
            raise
        with _LOCK:
            put(self, "_names", names)
            put(self, "_state", "done")
            put(self, "_owner", None)
            _FREED.notify_all()
        return names

    def __getattr__(self, name: str) -> Any:
        if name[:1] == "_" or "$" in name:
            raise missing(self, name)
        return self._read(name)

    def _read(self, name: str) -> Any:
        """The value of a global of the module."""
        if name in _RESERVED or "$" in name:
            raise refused(self, name)
        names = self._ready()
        try:
            return names[name]
        except KeyError:
            if name == "__name__":
                return self._name
            if name == "__doc__":
                return None
            raise AttributeError(f"'module' object has no attribute '{name}'") from None

    def _write(self, name: str, value: Any) -> None:
        """Set a global of the module."""
        if name in _RESERVED or "$" in name:
            raise refused(self, name)
        self._ready()[name] = value

    def _remove(self, name: str) -> None:
        """Delete a global of the module."""
        if name in _RESERVED or "$" in name:
            raise refused(self, name)
        try:
            del self._ready()[name]
        except KeyError:
            raise AttributeError(f"'module' object has no attribute '{name}'") from None

    def _view(self) -> Any:
        """``__dict__``: the module's globals, without the host's."""
        from sandbox.dynamic import GlobalNames

        return GlobalNames(self._ready())

    def _contents(self) -> dict[str, Any]:
        """A copy of the module's globals."""
        return {
            name: value
            for name, value in self._ready().items()
            if name not in _RESERVED and "$" not in name
        }

    def __setattr__(self, name: str, value: Any) -> None:  # type: ignore[override]
        self._write(name, value)

    def __delattr__(self, name: str) -> None:  # type: ignore[override]
        self._remove(name)

    def __dir__(self) -> list[str]:
        return sorted(self._contents())

    def __repr__(self) -> str:
        return f"<module '{self._name}'>"


def _ring(module: ScriptModule, me: int) -> bool:
    """Whether waiting for this module would close a ring of waiting threads."""
    seen: set[int] = set()
    owner = module._owner
    while owner is not None and owner not in seen:
        if owner == me:
            return True
        seen.add(owner)
        next_module = _WAITING.get(owner)
        owner = next_module._owner if next_module is not None else None
    return False


def _stop_if_asked() -> None:
    from sandbox.limits import checkpoint

    checkpoint()


class ScriptPackage(ScriptOwned):
    """A package of library modules: its members, and the names of its own module if it has one.

    Args:
        name: its dotted name.
        members: modules and packages by their last name.
        module: what ``package`` itself holds, or None.
    """

    __slots__ = ("_members", "_module", "_name")

    def __init__(
        self, name: str, members: Mapping[str, Any], module: ScriptModule | None = None
    ) -> None:
        put = object.__setattr__
        put(self, "_name", name)
        put(self, "_members", dict(members))
        put(self, "_module", module)

    @property
    def __name__(self) -> str:
        return str(self._name)

    def __getattr__(self, name: str) -> Any:
        found = self._members.get(name)
        if found is not None:
            return found
        if name[:1] == "_" or "$" in name:
            raise missing(self, name)
        return self._read(name)

    def _read(self, name: str) -> Any:
        """A member, or a global of the package's own module."""
        found = self._members.get(name)
        if found is not None:
            return found
        if self._module is not None:
            return self._module._read(name)
        if name == "__name__":
            return self._name
        if name == "__doc__":
            return None
        raise AttributeError(f"'module' object has no attribute '{name}'")

    def _write(self, name: str, value: Any) -> None:
        """Set a global of the package's own module; a package without one refuses."""
        if self._module is None or name in self._members:
            raise refused(self, name)
        self._module._write(name, value)

    def _remove(self, name: str) -> None:
        """Delete a global of the package's own module."""
        if self._module is None or name in self._members:
            raise refused(self, name)
        self._module._remove(name)

    def _contents(self) -> dict[str, Any]:
        """A copy of its members and names."""
        own = self._module._contents() if self._module is not None else {}
        return {**own, **self._members}

    def __setattr__(self, name: str, value: Any) -> None:  # type: ignore[override]
        self._write(name, value)

    def __delattr__(self, name: str) -> None:  # type: ignore[override]
        self._remove(name)

    def __dir__(self) -> list[str]:
        return sorted(self._contents())

    def __repr__(self) -> str:
        return f"<module '{self._name}'>"


def package_members(package: ScriptPackage) -> dict[str, Any]:
    """A copy of the modules and packages of a package by name.

    A function, for a method would hide a library that has its name.
    """
    return dict(package._members)
