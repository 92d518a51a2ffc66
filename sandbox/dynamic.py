"""Code and names that a script asks for while it runs: ``eval``, ``exec``, ``globals``, ``dir``."""

from __future__ import annotations

import builtins as _python
import functools
import sys
from typing import Any

from sandbox.dialect.errors import DialectError
from sandbox.dialect.meaning import dynamic as meaning
from sandbox.dialect.meaning import hooks, set_current_run
from sandbox.dialect.meaning.errors import register_traceback_reader
from sandbox.dialect.meaning.typenames import type_of
from sandbox.errors import GeneratorExit as ScriptGeneratorExit
from sandbox.errors import HarmlessExit, ScriptStopped
from sandbox.errors import SystemExit as ScriptExit
from sandbox.facade import Facade
from sandbox.generators import require_run
from sandbox.guards import guarded_dir, guarded_getattr, read
from sandbox.guards_base import missing
from sandbox.guards_format import check_spec
from sandbox.guards_names import NamesView
from sandbox.guards_shown import safe_class
from sandbox.library.errors import Traceback, readable
from sandbox.library.file_module import open_file
from sandbox.library.java.throwables import JavaThrowable
from sandbox.limits import checkpoint, current_run
from sandbox.lookups import change
from sandbox.policy import Policy
from sandbox.policy_names import HIDDEN_GLOBALS
from sandbox.tracebacks import hidden_file, shown_file

_RESERVED = HIDDEN_GLOBALS
_HERE: Any = object()


def hidden(name: Any) -> bool:
    """Whether an entry of a namespace is the host's."""
    return type(name) is str and (name in _RESERVED or "$" in name)


def script_frame() -> Any:
    """The innermost frame of script code on this thread; RuntimeError if there is none."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if "$environment" in frame.f_globals and "$stop" in frame.f_builtins:
            return frame
        frame = frame.f_back
    raise RuntimeError("not called from a script")


class GlobalNames(NamesView):
    """``globals()``: the names of a script's module, without the host's."""

    __slots__ = ()

    def _hides(self, name: Any) -> bool:
        return hidden(name)


def local_names(names: Any) -> Any:
    """``locals()``: a copy in functions and classes, the globals at the top level."""
    from sandbox.environment import is_namespace

    if is_namespace(names):
        return GlobalNames(names)
    return {name: value for name, value in _with_made(names).items() if not hidden(name)}


def _with_made(local: Any) -> Any:
    """A copy of a function's locals, with the names that an ``exec`` in it made before."""
    if type(local) not in _LOCALS:
        return local
    # Without those of the host: of what the last one left, each would hold the one before.
    made = {**(local.get("$names") or {}), **local}
    return {name: value for name, value in made.items() if "$" not in name}


def _kind_of_locals() -> type:
    return type(sys._getframe().f_locals)


# From Python 3.13 on a frame has a view of them.
_LOCALS = frozenset({dict, _kind_of_locals()})


def names_of(names: Any) -> list[str]:
    """``dir()``."""
    return sorted(name for name in _with_made(names) if not hidden(name))


def globals_here() -> GlobalNames:
    """``globals`` passed on as a value and called by the host."""
    return GlobalNames(script_frame().f_globals)


def locals_here() -> Any:
    """``locals`` passed on as a value."""
    return local_names(script_frame().f_locals)


def vars_of(*args: Any) -> Any:
    """``vars([value])``."""
    if not args:
        return locals_here()
    if len(args) > 1:
        raise TypeError(f"vars() takes at most 1 argument ({len(args)} given)")
    try:
        return read(args[0], "__dict__")
    except AttributeError:
        raise TypeError("vars() argument must have __dict__ attribute") from None


def dir_of(*args: Any) -> list[str]:
    """``dir([value])``."""
    if not args:
        return names_of(script_frame().f_locals)
    if len(args) > 1:
        raise TypeError(f"dir() takes at most 1 argument ({len(args)} given)")
    return guarded_dir(args[0])


def leave(*args: Any) -> None:
    """``exit`` and ``quit``."""
    raise ScriptExit(*args)


_FOR_EXITS = (Exception, GeneratorExit, HarmlessExit, JavaThrowable)


class Managed:
    """A context manager of a ``with``: its exit sees what a script may hold, and runs in its run.

    A stopped run enters no exit of a script's; locks and files of the host are given back. The
    interpreter closes an abandoned generator whenever it collects it, on any thread.
    """

    __slots__ = ("_enter", "_exit", "_manager", "_origin")

    def __init__(self, manager: Any, origin: Any = _HERE) -> None:
        kind = type(manager)
        self._manager = manager
        self._origin = origin
        try:
            self._exit = kind.__exit__
            self._enter = kind.__enter__
        except AttributeError:
            raise missing(manager, "__exit__") from None

    def __enter__(self) -> Any:
        return self._enter(self._manager)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        # Types are asked, never the objects: a script's may answer what it likes.
        stopped = kind is not None and issubclass(kind, ScriptStopped)
        if _gives_back(type(self._manager)):
            try:
                self._exit(self._manager, None, None, None)
            except Exception:
                # Nothing that a script left in a muddle takes the place of the stop, or of the end
                # of a generator.
                if kind is None or (
                    issubclass(kind, _FOR_EXITS) and type(error) is not GeneratorExit
                ):
                    raise
            return False
        if self._origin is _HERE:
            checkpoint()
        else:
            require_run(self._origin, sys._getframe(1))
        if kind is None:
            return self._exit(self._manager, None, None, None)
        if stopped:
            return False
        if not issubclass(kind, _FOR_EXITS):
            # The host's own, such as the operator's interrupt.
            return False
        if type(error) is GeneratorExit:
            # The interpreter's own is nothing for a script to hold.
            error = ScriptGeneratorExit(*error.args)
        return self._exit(self._manager, safe_class(type_of(error)), error, readable(trace))


def _gives_back(kind: type) -> bool:
    """Whether the exit of such a manager runs no code of a script's."""
    return issubclass(kind, Facade) and getattr(kind, "GIVES_BACK", False) is True


# -- exec and eval ---------------------------------------------------------------------------------


@functools.lru_cache(maxsize=512)
def _compiled(source: str, filename: str, mode: str, policy: Policy) -> Any:
    from sandbox.compiler import Refused, Sandbox

    try:
        return Sandbox(policy).build(source, filename, mode=mode)
    except Refused as refused:
        first = refused.diagnostics[0]
        lines = source.splitlines()
        text = lines[first.line - 1] if 0 < first.line <= len(lines) else ""
        message = first.message if not first.remedy else f"{first.message} ({first.remedy})"
        name = shown_file(filename)
        error = DialectError(message, first.line, first.column, 0, text, name)
    raise error


def _compile_source(source: str, filename: str, mode: str, names: Any) -> Any:
    environment = script_frame().f_globals["$environment"]
    # A script's own kind of text would stay in the cache, and be asked whether it equals others.
    name = hidden_file(str.__str__(filename))
    return _compiled(str.__str__(source), name, mode, environment.policy)


def _run_code(code: Any, names: Any, local: Any) -> Any:
    """Run checked code in names that a script chose."""
    if type(names) is GlobalNames:
        names = names._names
    if type(local) is GlobalNames:
        local = local._names
    from sandbox.environment import is_namespace

    if is_namespace(names):
        if local is None or local is names:
            return _python.eval(code, names)
        if not isinstance(local, dict):
            raise TypeError("locals must be a dictionary")
        return _run_in(code, names, local)
    if not isinstance(names, dict):
        raise TypeError("exec: arg 2 must be a dictionary or None")
    # The script keeps its dictionary and could put host names into it while functions made here
    # look there: they get globals of their own, and what they bound is copied back.
    frame = script_frame()
    space = frame.f_globals["$environment"].namespace()
    space["__name__"] = "__builtin__"
    own = set(space)
    taken = _take(names, space)
    try:
        if local is None or local is names:
            return _python.eval(code, space)
        if not isinstance(local, dict):
            raise TypeError("locals must be a dictionary")
        return _run_in(code, space, local)
    finally:
        made = {name: value for name, value in space.items() if name not in own}
        _give_back(made, names, taken.difference(space))


def _run_in(code: Any, space: Any, local: Any) -> Any:
    inner: dict[Any, Any] = {}
    taken = _take(local, inner)
    try:
        return _python.eval(code, space, inner)
    finally:
        _give_back(inner, local, taken.difference(inner))


def _take(names: Any, space: dict[Any, Any]) -> set[str]:
    taken = set()
    for name, value in dict.items(names):
        if not isinstance(name, str):
            continue
        name = str.__str__(name)
        if not hidden(name):
            space[name] = value
            taken.add(name)
    return taken


def _give_back(space: dict[Any, Any], names: Any, gone: set[str]) -> None:
    change(names)
    for name in gone:
        dict.pop(names, name, None)
    for name, value in space.items():
        if not hidden(name):
            dict.__setitem__(names, name, value)


def exec_here(source: Any, names: Any, local: Any) -> Any:
    """``exec source``; gives the names it left behind."""
    if local is not names:
        local = _with_made(local)
    return meaning.exec_here(source, names, local)


def exec_in_class(source: Any, names: Any, local: Any) -> None:
    """``exec source`` in a class body: what it binds and deletes are names of the class."""
    made = {name: value for name, value in local.items() if not hidden(name)}
    before = set(made)
    try:
        meaning.exec_in_class(source, names, made)
    finally:
        # The body's own dictionary: a script gets copies of it.
        for name in before.difference(made):
            local.pop(name, None)
        local.update(made)


def exec_in(source: Any, names: Any, local: Any = None) -> None:
    """``exec source in names, local``."""
    meaning.exec_in(source, names, local)


def evaluate(args: Any, names: Any, local: Any) -> Any:
    """``eval(...)`` as the lowering writes it."""
    if len(args) > 1 and type(args[1]) is GlobalNames:
        args = (args[0], args[1]._names, *args[2:])
    if local is not names:
        local = _with_made(local)
    return meaning.evaluate(tuple(args), names, local)


def evaluate_here(*args: Any) -> Any:
    """``eval`` passed on as a value."""
    frame = script_frame()
    return evaluate(args, frame.f_globals, frame.f_locals)


def execute_file(*args: Any) -> Any:
    """``execfile``: refused."""
    return meaning.execute_file(args, {}, {})


def open_granted(*args: Any, **keywords: Any) -> Any:
    """``open`` and ``file``: in granted folders, refused without one."""
    files = script_frame().f_globals["$environment"].files
    if files is None:
        meaning.refuse_file()
    return open_file(files, *args, **keywords)


open_granted.__name__ = "open"


def compile_text(*args: Any, **keywords: Any) -> Any:
    """``compile``: the text is checked at once."""
    return meaning.compile_text(*args, **keywords)


def _real_traceback(shown: Any) -> Any:
    return object.__getattribute__(shown, "_real") if type(shown) is Traceback else None


def install() -> None:
    """Give the dialect's helpers what they need from here."""
    hooks.compile_source = _compile_source
    hooks.run_code = _run_code
    hooks.read_attribute = guarded_getattr
    hooks.check_spec = check_spec
    register_traceback_reader(_real_traceback)
    set_current_run(current_run)
