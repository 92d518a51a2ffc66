"""A regular expression written anew for the bounded engine, which reads more into some texts.

``x{e<=1}`` and ``[[:alpha:]]`` are plain letters to one engine and notations to the other; the tree
that the standard parser made means the same to both.
"""

from __future__ import annotations

import re
from re import _constants  # type: ignore[attr-defined]
from typing import Any, Final

_sre: Any = _constants
_PLACES: Final = {
    _sre.AT_BEGINNING: "^",
    _sre.AT_BEGINNING_STRING: r"\A",
    _sre.AT_BOUNDARY: r"\b",
    _sre.AT_NON_BOUNDARY: r"\B",
    _sre.AT_END: "$",
    _sre.AT_END_STRING: r"\Z",
}
_CATEGORIES: Final = {
    _sre.CATEGORY_DIGIT: r"\d",
    _sre.CATEGORY_NOT_DIGIT: r"\D",
    _sre.CATEGORY_SPACE: r"\s",
    _sre.CATEGORY_NOT_SPACE: r"\S",
    _sre.CATEGORY_WORD: r"\w",
    _sre.CATEGORY_NOT_WORD: r"\W",
}
_REPEATS: Final = {_sre.MAX_REPEAT: "", _sre.MIN_REPEAT: "?", _sre.POSSESSIVE_REPEAT: "+"}
_LETTERS: Final = (("i", re.I), ("m", re.M), ("s", re.S), ("a", re.A), ("u", re.U), ("L", re.L))


def rewritten(tree: Any) -> str:
    """The text of a tree of ``re``'s parser; flags and verbose notation are not in it."""
    names = {number: name for name, number in tree.state.groupdict.items()}
    return _sequence(tree, names)


def _sequence(tree: Any, names: dict[int, str]) -> str:
    return "".join([_item(operation, argument, names) for operation, argument in tree])


def _item(operation: Any, argument: Any, names: dict[int, str]) -> str:
    if operation is _sre.LITERAL:
        return _letter(argument)
    if operation is _sre.NOT_LITERAL:
        return f"[^{_letter(argument)}]"
    if operation is _sre.ANY:
        return "."
    if operation is _sre.IN:
        return _set(argument)
    if operation is _sre.AT:
        return _PLACES[argument]
    if operation is _sre.BRANCH:
        return f"(?:{'|'.join([_sequence(branch, names) for branch in argument[1]])})"
    if operation is _sre.SUBPATTERN:
        return _group(argument, names)
    if operation in _REPEATS:
        low, high, inner = argument
        most = "" if high is _sre.MAXREPEAT else int(high)
        return f"(?:{_sequence(inner, names)}){{{int(low)},{most}}}{_REPEATS[operation]}"
    if operation in (_sre.ASSERT, _sre.ASSERT_NOT):
        direction, inner = argument
        sign = "=" if operation is _sre.ASSERT else "!"
        return f"(?{'<' if direction < 0 else ''}{sign}{_sequence(inner, names)})"
    if operation is _sre.ATOMIC_GROUP:
        return f"(?>{_sequence(argument, names)})"
    if operation is _sre.GROUPREF:
        return rf"\g<{argument}>"
    if operation is _sre.GROUPREF_EXISTS:
        number, yes, no = argument
        otherwise = "" if no is None else f"|{_sequence(no, names)}"
        return f"(?({number}){_sequence(yes, names)}{otherwise})"
    if operation is _sre.FAILURE:
        return "(?!)"
    raise ValueError(f"no notation for {operation}")


def _group(argument: Any, names: dict[int, str]) -> str:
    number, added, removed, inner = argument
    text = _sequence(inner, names)
    if added or removed:
        on = "".join([letter for letter, flag in _LETTERS if added & flag])
        off = "".join([letter for letter, flag in _LETTERS if removed & flag])
        text = f"(?{on}{'-' + off if off else ''}:{text})" if on or off else text
    if number is None:
        return f"(?:{text})"
    name = names.get(number)
    return f"({text})" if name is None else f"(?P<{name}>{text})"


def _set(items: Any) -> str:
    made = ["["]
    for operation, value in items:
        if operation is _sre.NEGATE:
            made.append("^")
        elif operation is _sre.LITERAL:
            made.append(_letter(value))
        elif operation is _sre.RANGE:
            made.append(f"{_letter(value[0])}-{_letter(value[1])}")
        else:
            made.append(_CATEGORIES[value])
    made.append("]")
    return "".join(made)


def _letter(code: int) -> str:
    letter = chr(code)
    if letter.isascii() and letter.isalnum():
        return letter
    return f"\\x{code:02x}" if code < 0x100 else f"\\U{code:08x}"
