"""Replacement templates of ``sub`` and ``expand``."""

from __future__ import annotations

import re
from typing import Any

from sandbox.library.re_syntax import error
from sandbox.limits_sizes import Room


def template_parts(template: str, pattern: Any) -> list[Any]:
    """A replacement template cut into texts and group numbers, unknown escapes kept."""
    if "\\" not in template:
        return [template]
    parts: list[Any] = []
    index = 0
    letters = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "f": "\f", "v": "\v", "b": "\b"}
    while index < len(template):
        slash = template.find("\\", index)
        if slash < 0 or slash + 1 >= len(template):
            if slash >= 0:
                raise error("bogus escape (end of line)")
            parts.append(template[index:])
            break
        parts.append(template[index:slash])
        following = template[slash + 1]
        index = slash + 2
        if following == "g":
            close = template.find(">", index)
            if template[index : index + 1] != "<" or close < 0:
                raise error("missing group name")
            parts.append(_group_number(template[index + 1 : close], pattern))
            index = close + 1
        elif following in "123456789":
            end = index
            if template[end : end + 1].isdigit():
                end += 1
                if template[end - 2 : end + 1].isdigit() and len(template[end - 2 : end + 1]) == 3:
                    octal = template[end - 2 : end + 1]
                    if all(digit in "01234567" for digit in octal):
                        parts.append(chr(int(octal, 8) & 0xFF))
                        index = end + 1
                        continue
            parts.append(_group_number(template[slash + 1 : end], pattern))
            index = end
        elif following == "0":
            digits = re.match("[0-7]{0,2}", template[index:])
            octal = digits.group() if digits else ""
            parts.append(chr(int("0" + octal, 8)))
            index += len(octal)
        elif following == "\\":
            parts.append("\\")
        elif following in letters:
            parts.append(letters[following])
        else:
            parts.append("\\" + following)
    return parts


def _group_number(name: str, pattern: Any) -> int:
    if name.isdigit():
        if int(name) > pattern.groups:
            raise error("invalid group reference")
        return int(name)
    if not name or not re.match(r"[A-Za-z_]\w*\Z", name, re.A):
        raise error("bad character in group name")
    number = pattern._standard.groupindex.get(name)
    if number is None:
        raise IndexError("unknown group name")
    return int(number)


def fill(parts: list[Any], match: Any) -> str:
    """The text of a template for a match; ``error`` where a group took no part."""
    made = []
    room = Room()
    for part in parts:
        if type(part) is int:
            found = match.group(part)
            if found is None:
                raise error("unmatched group")
            room.take(len(found))
            made.append(found)
        else:
            made.append(part)
    return "".join(made)
