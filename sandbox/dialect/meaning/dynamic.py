"""``exec``, ``eval``, ``compile`` and ``execfile``: through the compiler that was registered."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.text import plain_text
from sandbox.dialect.meaning.typenames import type_text


class CodeText:
    """What ``compile`` gives a script: the text and its mode; nothing in it can be read."""

    __slots__ = ("_filename", "_mode", "_source")

    def __init__(self, source: str, filename: str, mode: str) -> None:
        object.__setattr__(self, "_source", source)
        object.__setattr__(self, "_filename", filename)
        object.__setattr__(self, "_mode", mode)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"'code' object attribute '{name}' is read-only")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"'code' object attribute '{name}' is read-only")

    def __repr__(self) -> str:
        return f"<code object <module>, file \"{self._filename}\">"  # type: ignore[attr-defined]


def _run(source: Any, mode: str, names: dict[str, Any], local: Any) -> Any:
    if type(source) is CodeText:
        text, filename = source._source, source._filename  # type: ignore[attr-defined]
        mode = source._mode  # type: ignore[attr-defined]
    elif isinstance(source, str):
        text, filename = source, "<string>"
    else:
        if mode == "exec":
            raise TypeError("exec: argument 1 must be string, code or file object")
        raise TypeError("eval: argument 1 must be string or code object")
    make, run = hooks.compile_source, hooks.run_code
    if make is None or run is None:
        raise RuntimeError(f"{mode} is not available here")
    if mode == "eval":
        text = text.strip(" \t")
    code = make(str.__str__(text), filename, mode, names)
    return run(code, names, local)


def exec_in(source: Any, names: Any, local: Any = None) -> None:
    """``exec source in names, local``."""
    if isinstance(source, tuple) and names is None:
        source, names, local = (*source, None, None)[:3]
    if names is None:
        raise TypeError("exec: arg 2 must be a dictionary or None")
    _run(source, "exec", names, names if local is None else local)


def exec_here(source: Any, names: dict[str, Any], local: Any) -> Any:
    """``exec source`` where it stands; gives the names it left behind."""
    if isinstance(source, tuple) and 2 <= len(source) <= 3:
        exec_in(source[0], source[1], source[2] if len(source) == 3 else None)
        return {}
    _run(source, "exec", names, local)
    return local


def exec_in_class(source: Any, names: dict[str, Any], local: dict[str, Any]) -> None:
    """``exec source`` in a class body, whose names are the class's."""
    if isinstance(source, tuple) and 2 <= len(source) <= 3:
        exec_in(source[0], source[1], source[2] if len(source) == 3 else None)
    else:
        _run(source, "exec", names, local)


def evaluate(args: tuple[Any, ...], names: dict[str, Any], local: Any) -> Any:
    """``eval(source[, globals[, locals]])``."""
    if not 1 <= len(args) <= 3:
        raise TypeError(f"eval() takes 1-3 arguments ({len(args)} given)")
    if len(args) > 1 and args[1] is not None:
        names = args[1]
        local = args[2] if len(args) > 2 and args[2] is not None else names
        if not isinstance(names, dict):
            raise TypeError(f"eval: argument 2 must be dict, not {type_text(names)}")
    elif len(args) > 2 and args[2] is not None:
        local = args[2]
    return _run(args[0], "eval", names, local)


def compile_text(
    source: Any, filename: Any, mode: Any, flags: Any = 0, dont_inherit: Any = 0
) -> CodeText:
    """``compile(source, filename, mode)``; errors in the text show at once."""
    kind = str.__str__(mode) if isinstance(mode, str) else ""
    if kind not in ("exec", "eval", "single"):
        raise ValueError("compile() arg 3 must be 'exec' or 'eval' or 'single'")
    if not isinstance(source, str):
        raise TypeError("expected a readable buffer object")
    if hooks.compile_source is None:
        raise RuntimeError("compile is not available here")
    name = str.__str__(plain_text(filename))
    hooks.compile_source(str.__str__(source), name, kind, None)
    return CodeText(str.__str__(source), name, kind)


def execute_file(args: tuple[Any, ...], names: dict[str, Any], local: Any) -> None:
    """``execfile`` is refused: scripts have no files of their own."""
    raise NotImplementedError(
        "execfile is not available in a script; put the code into a library module and import it"
    )


def refuse_input(*args: Any) -> None:
    """``raw_input`` and ``input`` are refused: nobody sits at a handler."""
    raise NotImplementedError(
        "raw_input and input are not available in a script; pass the value in the payload"
    )


def refuse_file(*args: Any, **keywords: Any) -> None:
    """``open`` and ``file`` are refused unless the project was granted a folder."""
    raise IOErrorRefused(
        "files are not available in a script; grant the project a folder, or use system.file"
    )


def refuse_buffer(*args: Any) -> None:
    """``buffer`` is refused."""
    raise NotImplementedError("buffer is not available; slices of text do the same")


from sandbox.dialect.meaning.errors import IOError as IOErrorRefused  # noqa: E402
