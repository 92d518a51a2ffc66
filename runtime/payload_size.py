"""How large a payload or a reply may be, where the operator says so."""

from __future__ import annotations

from typing import Any

from runtime.errors import PayloadError
from sandbox.isolation.errors import PayloadRefused


def require_size(value: Any, kibibytes: int | None, name: str) -> None:
    """Check a value's size, as it is encoded for another process.

    Args:
        value: that travels.
        kibibytes: the most it may have; None checks nothing.
        name: how an error calls it.

    Raises:
        PayloadError: it is larger; the message names the setting.
    """
    if kibibytes is None:
        return
    from runtime.executors.values import CODEC

    try:
        size = len(CODEC.encode(value, name))
    except PayloadRefused as refusal:
        raise PayloadError(name, str(refusal)) from None
    if size > kibibytes * 1024:
        raise PayloadError(
            name,
            f"it has {-(-size // 1024)} KiB, and limits.payload allows {kibibytes}",
        )
