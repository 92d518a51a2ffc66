"""``errno``: the numbers of errors of the system that the host runs on."""

from __future__ import annotations

import errno
import os
from typing import Any

from sandbox.library.arguments import integer
from sandbox.library.module import Module


class ErrnoModule(Module):
    """``errno``."""

    __slots__ = ()
    NAME = "errno"

    @property
    def errorcode(self) -> dict[int, str]:
        """The names by their numbers, in a dictionary of the script's own."""
        return dict(errno.errorcode)

    def strerror(self, code: Any) -> str:
        """What a number means, as Jython's module tells it."""
        return os.strerror(integer(code))

    locals().update({name: number for number, name in errno.errorcode.items()})
    EWOULDBLOCK = errno.EWOULDBLOCK
