"""From the bodies that 7.9 to 8.1 store to the functions of 8.3, and back.

8.3 calls a function by its name, so its text needs the ``def`` line; 8.1 runs the text itself, so
there a function would be defined and never called. Ignition stores bodies flat or indented, and
runs both.
"""

import re

from project_store.layout import Place


def is_function(source: str, place: Place) -> bool:
    """Whether the text defines the place's function at its top level."""
    return re.search(rf"^def[ \t]+{place.entry}[ \t]*\(", source, re.MULTILINE) is not None


def as_function(source: str, place: Place) -> str:
    """The text as 8.3 wants it; a flat body is indented, but for what lies inside strings."""
    if not place.entry or not source.strip():
        return source
    call = _call(place)
    if is_function(source, place):
        return source.removesuffix(call) if source.endswith("\n" + call) else source
    if _starts_indented(source):
        return _head(place) + source
    inside = _lines_inside_strings(source)
    lines = source.split("\n")
    return _head(place) + "\n".join(
        line if not line or number in inside else "\t" + line for number, line in enumerate(lines)
    )


def as_body(source: str, place: Place) -> str:
    """The text as 8.1 runs it: an indented body, or, where there is more, the text and a call."""
    if not place.entry or not is_function(source, place):
        return source
    head = _head(place)
    body = source.removeprefix(head)
    simple = body != source and _starts_indented(body) and not is_function(body, place)
    if simple and not _has_flat_code(body):
        return body
    return (source if source.endswith("\n") else source + "\n") + _call(place)


def _head(place: Place) -> str:
    return f"def {place.entry}({', '.join(place.parameters)}):\n"


def _call(place: Place) -> str:
    return f"{place.entry}({', '.join(place.parameters)})\n"


def _starts_indented(source: str) -> bool:
    for line in source.split("\n"):
        text = line.strip()
        if text and not text.startswith("#"):
            return line[0] in " \t"
    return False


def _has_flat_code(source: str) -> bool:
    inside = _lines_inside_strings(source)
    return any(
        line and line[0] not in " \t#" and number not in inside
        for number, line in enumerate(source.split("\n"))
    )


_TOKEN = re.compile(r"'''|\"\"\"|['\"#\n]|\\.", re.DOTALL)


def _lines_inside_strings(source: str) -> set[int]:
    """0-based numbers of the lines whose first character lies inside a string."""
    inside: set[int] = set()
    quote, line = "", 0
    comment = False
    for found in _TOKEN.finditer(source):
        token = found.group()
        if token.endswith("\n"):
            line += 1
            comment = False
            if len(quote) == 1 and token == "\n":
                # An unfinished string ends with its line; the compiler will say so.
                quote = ""
            if quote:
                inside.add(line)
        elif comment:
            continue
        elif quote:
            if token == quote:
                quote = ""
            elif len(quote) == 1 and token.startswith(quote):
                # Three marks in a string of one: it ends at the first, and an empty one follows.
                quote = ""
        elif token == "#":
            comment = True
        elif not token.startswith("\\"):
            quote = token
    return inside
