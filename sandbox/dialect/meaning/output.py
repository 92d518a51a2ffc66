"""``print`` with Python 2's soft space."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.kinds import bytestr, human_text, unicode
from sandbox.dialect.meaning.text import plain_text

_BREAKS = frozenset("\n\t\r\v\f")


_PLAIN: frozenset[type] = frozenset({str, unicode, bytestr})


def _shown(value: Any) -> str:
    """The text of a value as people read it; of a script's own kind of text only what it holds."""
    text = plain_text(value)
    if type(text) not in _PLAIN:
        text = str.__str__(text)
    if not text.isascii():
        text = human_text(text)
    return text if type(text) is str else str.__str__(text)


def print_one(value: Any) -> None:
    """``print value``."""
    if hooks.standard_output() is not None:
        print_values((value,), True)
        return
    text = _shown(value)
    state = hooks.state()
    if state.get("softspace"):
        state["softspace"] = False
        text = " " + text
    hooks.write(text + "\n")


def print_values(values: tuple[Any, ...], newline: bool) -> None:
    """``print a, b`` and, without ``newline``, ``print a, b,``."""
    target = hooks.standard_output()
    if target is not None:
        print_to(target, values, newline)
        return
    state = hooks.state()
    soft = bool(state.get("softspace"))
    parts: list[str] = []
    for value in values:
        text = _shown(value)
        if soft:
            parts.append(" ")
        parts.append(text)
        soft = _wants_space(value, text)
    if newline:
        parts.append("\n")
        soft = False
    state["softspace"] = soft
    hooks.write("".join(parts))


def _wants_space(value: Any, text: str) -> bool:
    # A string that ends in white space other than a blank needs no further space.
    if isinstance(value, str) and text:
        return text[-1] == " " or not text[-1].isspace()
    return True


def print_to(target: Any, values: tuple[Any, ...], newline: bool) -> None:
    """``print >>target, a, b``."""
    if target is None:
        former = hooks.standard_output()
        if former is None:
            print_values(values, newline)
            return
        target = former
    write = target.write
    for value in values:
        if _soft(target):
            write(" ")
        _set_soft(target, False)
        text = plain_text(value)
        write(text)
        _set_soft(target, _wants_space(value, text))
    if newline:
        write("\n")
        _set_soft(target, False)


# Soft spaces of files that hold no such attribute, by identity, for the present run alone.
def _soft(target: Any) -> bool:
    try:
        return bool(target.softspace)
    except AttributeError:
        pending: dict[int, Any] = hooks.state().get("soft_files", {})
        return pending.get(id(target)) is target


def _set_soft(target: Any, value: bool) -> None:
    try:
        target.softspace = int(value)
    except (AttributeError, TypeError):
        state = hooks.state()
        pending = state.setdefault("soft_files", {})
        if value:
            pending[id(target)] = target
        else:
            pending.pop(id(target), None)


def print_function(*values: Any, sep: Any = " ", end: Any = "\n", file: Any = None) -> None:
    """``print`` of ``from __future__ import print_function``."""
    gap = " " if sep is None else sep
    close = "\n" if end is None else end
    target = hooks.standard_output() if file is None else file
    if target is not None:
        target.write(gap.join([plain_text(value) for value in values]) + close)
        return
    texts = [_shown(value) for value in values]
    hooks.write(_shown(gap).join(texts) + _shown(close))
