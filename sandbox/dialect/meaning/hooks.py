"""What the helpers need from the environment around them, registered once by the sandbox.

Until something is registered the helpers work alone: output is dropped, attributes are read
plainly except underscore names, and ``exec`` and ``eval`` refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# compile(source, filename, mode, names) -> a code object; ``names`` is the globals dict it is for.
Compile = Callable[[str, str, str, dict[str, Any] | None], Any]


class Hooks:
    """The registered callables.

    Args:
        compile_source: ``(source, filename, mode, globals) -> code`` through parser, lowering and
            policy; raises SyntaxError. ``mode`` is that of ``compile``.
        run_code: ``(code, globals, locals) -> value`` runs code that ``compile_source`` made.
        is_code: whether a value is what ``compile`` gave to a script.
        read_attribute: ``(object, name) -> value`` with every guard, for names that a script chose.
        write: ``(text)`` where ``print`` goes.
        standard_output: the script's present ``sys.stdout`` when it replaced it, else None.
        describe_error: ``(error) -> (type, value, traceback)`` as scripts may see them.
        check_spec: ``(spec)`` raises for a format whose width came from a value and is too large.
        make_namespace: ``(globals of the caller) -> dict`` fresh names for ``exec code in {}``.
        default_encoding: ``() -> name`` of what bytes that meet unicode are taken for.
    """

    compile_source: Compile | None = None
    run_code: Callable[[Any, dict[str, Any], Any], Any] | None = None
    is_code: Callable[[Any], bool] | None = None
    read_attribute: Callable[[Any, str], Any]
    write: Callable[[str], object]
    standard_output: Callable[[], Any]
    state: Callable[[], dict[str, Any]]
    check_spec: Callable[[str], object]
    describe_error: Callable[[BaseException], tuple[Any, Any, Any]]
    default_encoding: Callable[[], str]


def _read(obj: Any, name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"'{name}' cannot be read here")
    return getattr(obj, name)


def _write(text: str) -> None:
    run = _run()
    if run is not None:
        # Whoever takes it is the host's: no text of a script's own kind gets there.
        run.output(text if type(text) is str else str.__str__(text))


def _state() -> dict[str, Any]:
    run = _run()
    if run is None:
        return _IDLE
    state: dict[str, Any] | None = run.state
    if state is None:
        state = run.state = {}
    return state


def _run() -> Any:
    return None


_IDLE: dict[str, Any] = {}

hooks = Hooks()
hooks.read_attribute = _read
hooks.write = _write
hooks.check_spec = lambda spec: None
hooks.standard_output = lambda: None
hooks.state = _state
hooks.describe_error = lambda error: (type(error), error, None)
hooks.default_encoding = lambda: "ascii"


def set_current_run(function: Callable[[], Any]) -> None:
    """Register where the run of this thread is found (an object with ``output`` and ``state``)."""
    global _run
    _run = function
