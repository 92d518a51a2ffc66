"""Making values as scripts see them: Jython's ``unicode`` and ``long`` where it gives those."""

from __future__ import annotations

from typing import Any


def unicode_text(text: Any) -> str:
    """The text as a script's ``unicode``."""
    return str(text)


def long_value(number: Any) -> int:
    """The number as a script's ``long``."""
    return int(number)
