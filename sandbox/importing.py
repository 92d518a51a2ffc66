"""``import`` as scripts have it: the host's names first, then the library's modules."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from sandbox.dialect.meaning import python2_repr
from sandbox.facade import Facade
from sandbox.guards import guarded_getattr, read
from sandbox.guards_base import plain_name
from sandbox.library.module import Module
from sandbox.modules import ScriptModule, ScriptPackage
from sandbox.policy_names import HIDDEN_GLOBALS, REFUSED_NAMES

_HIDDEN = HIDDEN_GLOBALS
MOST_PARTS = 100


class ScriptBuiltins(Module):
    """``__builtin__``: the guarded builtins of scripts, without the host's names."""

    __slots__ = ("_names",)
    NAME = "__builtin__"

    def __init__(self, library: Any, names: dict[str, Any]) -> None:
        super().__init__(library)
        object.__setattr__(self, "_names", names)

    def __getattr__(self, name: str) -> Any:
        if "$" not in name and (name[:1] != "_" or name == "__import__"):
            names = self._names
            if name in names:
                return names[name]
        raise AttributeError(f"'module' object has no attribute '{name}'")

    def __dir__(self) -> list[str]:
        return sorted(name for name in self._names if name[:1] != "_" and "$" not in name)


def import_module(
    name: Any, names: Any = None, local: Any = None, wanted: Any = (), level: Any = -1
) -> Any:
    """``__import__``: gives the first part of a dotted name, or the last with ``wanted``.

    Errors: ImportError, with a remedy for modules that scripts may not have.
    """
    name = plain_name(name)
    from sandbox.environment import is_namespace

    space = names if is_namespace(names) else _caller()
    environment = space["$environment"]
    level = level if isinstance(level, int) else 0
    if level > 0:
        return _relative(environment, space, name, wanted, level)
    if not name:
        raise ValueError("Empty module name")
    package = space.get("__package__") or str(space.get("__name__", "")).rpartition(".")[0]
    if package and level < 0:
        # Python 2 looks beside the importing module first.
        found = _lookup(environment, f"{package}.{name}", wanted)
        if found is not None:
            if wanted:
                return Imported(environment, found, f"{package}.{name}", wanted)
            return _lookup(environment, f"{package}.{name.split('.')[0]}", ("x",))
    found = _lookup(environment, name, wanted)
    if found is None:
        raise ImportError(f"No module named {name}")
    return Imported(environment, found, name, wanted) if wanted else found


def import_dotted(name: str) -> Any:
    """``import a.b as c``: the module that the whole name means."""
    found = _lookup(_caller()["$environment"], name, ("x",))
    if found is None:
        raise ImportError(f"No module named {name}")
    return found


class Imported(Facade):
    """What ``from module import a, b`` takes its names from: they are looked up once, guarded.

    The interpreter answers a missing name with the real module ``module.name`` when
    ``module.__name__`` is a text. This object has the names that were asked for and no others, not
    even those of every object, so it gives neither a module nor itself away.
    """

    __slots__ = ("_module", "_values")

    def __init__(self, environment: Any, module: Any, name: str, wanted: Any) -> None:
        values: dict[str, Any] = {}
        for each in wanted:
            each = plain_name(each)
            if each == "*":
                continue
            if each in REFUSED_NAMES or each == "__dict__":
                raise ImportError(f"the name '{each}' cannot be imported")
            try:
                values[each] = found = guarded_getattr(module, each)
            except AttributeError:
                found = None
                if each[:1] != "_":
                    with contextlib.suppress(ImportError):
                        found = _lookup(environment, f"{name}.{each}", ("x",))
                if found is None:
                    raise ImportError(f"cannot import name {each}") from None
                values[each] = found
            if isinstance(module, ScriptPackage):
                _begin(found)
        object.__setattr__(self, "_module", module)
        object.__setattr__(self, "_values", values)

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            # A script may hold this, and the host must not take it for anything else.
            return Imported
        values = object.__getattribute__(self, "_values")
        if name in values:
            return values[name]
        if name == "__name__":
            raise AttributeError(name)
        return guarded_getattr(object.__getattribute__(self, "_module"), name)

    def __repr__(self) -> str:
        return str(python2_repr(object.__getattribute__(self, "_module")))


def _caller() -> dict[str, Any]:
    frame: Any = sys._getframe(1)
    while frame is not None:
        if "$environment" in frame.f_globals:
            space: dict[str, Any] = frame.f_globals
            return space
        frame = frame.f_back
    raise ImportError("import is not available outside of a script")


def _relative(environment: Any, space: Any, name: str, wanted: Any, level: int) -> Any:
    parts = str(space.get("__name__", "")).split(".")
    base = parts[: len(parts) - level]
    if not base:
        raise ValueError("Attempted relative import in non-package")
    full = ".".join([*base, name] if name else base)
    found = _lookup(environment, full, wanted or ("x",))
    if found is None:
        raise ImportError(f"No module named {full}")
    return Imported(environment, found, full, wanted) if wanted else found


def _lookup(environment: Any, name: str, wanted: Any) -> Any:
    """The module to bind, None if there is no such module."""
    if name.count(".") > MOST_PARTS:
        return None
    policy = environment.policy
    first, _, rest = name.partition(".")
    if first in policy.refused_modules or name in policy.refused_modules:
        raise ImportError(f"{name} is not available here: the operator has refused it")
    root = environment.importer(first) if environment.importer is not None else None
    if root is not None:
        last = root
        _begin(last)
        for part in rest.split(".") if rest else ():
            try:
                last = guarded_getattr(last, part)
            except AttributeError:
                raise ImportError(f"No module named {part}") from None
            _begin(last)
        return last if wanted else root
    library = environment.library
    if not rest:
        return library.find_module(first)
    target = library.find_module(name)
    if target is None:
        owner = library.find_module(name.rpartition(".")[0])
        if owner is None:
            return None
        try:
            target = guarded_getattr(owner, name.rpartition(".")[2])
        except AttributeError:
            return None
    if wanted:
        return target
    head = library.find_module(first)
    if head is None:
        return None
    return head


def _begin(module: Any) -> None:
    """Run a library module's body, as an import does; one in a cycle goes on as it is."""
    if isinstance(module, ScriptPackage):
        module = module._module
    if isinstance(module, ScriptModule):
        module._ready()


def import_star(name: str, level: int) -> None:
    """``from name import *``; in a function only ``locals`` and ``eval`` see what it binds."""
    frame = sys._getframe(1)
    space = frame.f_globals
    module = import_module(name, space, None, ("*",), level or -1)
    if isinstance(module, Imported):
        module = object.__getattribute__(module, "_module")
    target = frame.f_locals
    code = frame.f_code
    held = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
    for each, value in star_names(module):
        if each not in held:
            target[each] = value


def star_names(module: Any) -> list[tuple[str, Any]]:
    """The names that ``import *`` binds, with their values."""
    try:
        listed = read(module, "__all__")
    except AttributeError:
        listed = None
    if listed is None:
        if isinstance(module, ScriptModule | ScriptPackage):
            listed = [n for n in module._contents() if n[:1] != "_"]
        else:
            listed = [n for n in dir(module) if n[:1] != "_"]
    found = []
    for each in list(listed):
        each = plain_name(each)
        if each in _HIDDEN or "$" in each:
            raise ImportError(f"the name '{each}' cannot be imported")
        found.append((each, guarded_getattr(module, each)))
    return found
