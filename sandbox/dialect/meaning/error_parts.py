"""What the interpreter keeps of an error, whatever a script's class answers for the names of it.

A class may have an ``args`` or a ``__getattribute__`` of its own. What the host reads and walks
through has to be the interpreter's, and no code of a script's runs for it.
"""

from __future__ import annotations

import types
from typing import Any, Final, cast

_TRACEBACK: Final = BaseException.__dict__["__traceback__"]
_CONTEXT: Final = BaseException.__dict__["__context__"]
_ARGS: Final = BaseException.__dict__["args"]


def traceback_of(error: BaseException) -> types.TracebackType | None:
    """The error's traceback, None where it has none."""
    return cast("types.TracebackType | None", _TRACEBACK.__get__(error))


def drop_traceback(error: BaseException) -> None:
    """Let go of the frames that the error passed."""
    _TRACEBACK.__set__(error, None)


def context_of(error: BaseException) -> BaseException | None:
    """The error that was being handled when this one was raised."""
    return cast("BaseException | None", _CONTEXT.__get__(error))


def args_of(error: BaseException) -> tuple[Any, ...]:
    """The error's arguments."""
    return cast("tuple[Any, ...]", _ARGS.__get__(error))
