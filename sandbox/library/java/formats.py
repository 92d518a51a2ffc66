"""``java.text.Format``, the root of the formats."""

from __future__ import annotations

from sandbox.library.java.base import Object


class Format(Object, package="java.text"):
    """``java.text.Format``."""
