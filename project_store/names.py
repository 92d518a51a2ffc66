"""Which names may stand for a project, a handler, a library; and the nearest known one."""

import difflib
import keyword
import unicodedata
from collections.abc import Iterable

_SEPARATORS = "/\\"
_MAX_BYTES = 255
_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def fault_of_name(name: str) -> str:
    """What is wrong with a resource's or project's name, "" where nothing is.

    Names become folder names on every system a project may be carried to, so separators,
    control characters and what a file system cannot hold are refused (our choice: Ignition's
    own rule is not published).
    """
    if not name or not name.strip():
        return "the name is empty"
    if any(char in _SEPARATORS for char in name):
        return "the name holds a path separator"
    for char in name:
        category = unicodedata.category(char)
        if category == "Cs":
            return "the name is not valid UTF-8"
        if category in ("Cc", "Zl", "Zp"):
            return f"the name holds a control character (U+{ord(char):04X})"
    if name in (".", "..") or name.startswith("."):
        return "the name starts with a dot"
    if name != name.strip():
        return "the name starts or ends with white space"
    if len(name.encode("utf-8")) > _MAX_BYTES:
        return f"the name is longer than {_MAX_BYTES} bytes"
    return ""


def fault_of_true_name(name: str) -> str:
    """What is wrong with a name that no folder bears, "" where nothing is.

    Separators and dots are what such names are for; but they are shown, logged and sent.
    """
    if not name:
        return "the name is empty"
    if len(name) > _MAX_BYTES:
        return f"the name is longer than {_MAX_BYTES} characters"
    for char in name:
        if unicodedata.category(char) in _UNSHOWN:
            return f"the name holds a control character (U+{ord(char):04X})"
    return ""


def fault_of_module_path(path: str) -> str:
    """What is wrong with a library's dotted path, "" where nothing is."""
    for part in path.split("."):
        fault = fault_of_name(part)
        if fault:
            return fault
        if not (part.isascii() and part.isidentifier()):
            return f"'{printable(part)}' is no identifier, so no script can name the library"
        if part in _PYTHON_2_KEYWORDS:
            return f"'{part}' is a keyword, so no script can name the library"
    return ""


_PYTHON_2_KEYWORDS = (
    frozenset(keyword.kwlist) - {"async", "await", "nonlocal", "False", "None", "True"}
) | {"print", "exec"}


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like ``name`` without regard to case, "" where none is near."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.5)
    return by_fold[found[0]] if found else ""


def printable(text: str) -> str:
    """``text`` with what a terminal or a UTF-8 file cannot take written as escapes."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
