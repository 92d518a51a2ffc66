"""How large an expression gets in the bounded engine, which writes the least of each repeat out.

``(?:(?:a+)+)+`` holds ``a`` eight times there, and ten groups of ``{9}`` in each other never end.
"""

from __future__ import annotations

import re
from typing import Final

MOST_EXPANDED: Final = 200_000
"""Parts: about half a second and a hundred megabytes."""
_ENOUGH: Final = 1_000_000_000
_COUNT: Final = re.compile(r"\{(\d*)(,(\d*))?\}")
_COMMENT: Final = re.compile(r"(?<!\\)#[^\n]*")
_VERBOSE: Final = re.compile(r"\(\?[a-zA-Z]*x")


def too_large(text: str, verbose: bool = False) -> bool:
    """Whether an expression would get too large.

    Args:
        text: it, in the notation of the bounded engine.
        verbose: whether its comments are no part of it.
    """
    size = _expanded(text)
    if "#" in text and (verbose or _VERBOSE.search(text)):
        size = max(size, _expanded(_COMMENT.sub("", text)))
    return size > MOST_EXPANDED


def _expanded(text: str) -> int:
    sizes = [0]
    index, end = 0, len(text)
    while index < end:
        letter = text[index]
        index += 1
        size = 1
        if letter == "\\":
            index += 1
        elif letter == "[":
            index = _after_set(text, index)
        elif letter == "(":
            sizes.append(1)
            if text.startswith("?#", index):
                comment_end = text.find(")", index)
                index = end if comment_end < 0 else comment_end
            elif text.startswith("?", index):
                index += 1
            continue
        elif letter == ")" and len(sizes) > 1:
            size = sizes.pop()
        times, index = _times(text, index)
        sizes[-1] = min(sizes[-1] + size * times, _ENOUGH)
    return max(sizes)


def _after_set(text: str, index: int) -> int:
    index += text.startswith("^", index)
    index += text.startswith("]", index)
    while index < len(text) and text[index] != "]":
        index += 2 if text[index] == "\\" else 1
    return index + 1


def _times(text: str, index: int) -> tuple[int, int]:
    """How often a part is written out for the repeat behind it, and where that ends."""
    times = 1
    following = text[index : index + 1]
    if following == "{":
        count = _COUNT.match(text, index)
        if count is None:
            return 1, index
        least = int(count.group(1)[:10] or 0)
        more = count.group(2) is not None and count.group(1) != count.group(3)
        times = max(1, least + more)
        index = count.end()
    elif following and following in "*+?":
        times = 2 if following == "+" else 1
        index += 1
    else:
        return 1, index
    if text[index : index + 1] in ("+", "?"):
        index += 1
    return times, index
