"""Calls of the embedding program: what it raises reaches a script as plain data alone."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, Final

from runtime.errors import PilotlightError
from runtime.system.exceptions import to_caller
from sandbox import ScriptStopped
from sandbox.dialect.meaning.errors import class_name
from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.errors import HarmlessExit
from sandbox.guards_metaclass import ScriptType
from sandbox.library.java.throwables import JavaThrowable

_PLAIN: Final = frozenset({str, bytes, unicode, bytestr, int, long, float, bool, type(None)})

_OF_SCRIPTS: Final = (ScriptStopped, HarmlessExit, JavaThrowable)
"""Made for scripts: they hold nothing of the program's."""


def call_embedder(function: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
    """Call a function of the embedding program for a script.

    Raises:
        Exception: a fresh one for what it raised; see ``plain_error``.
    """
    try:
        return function(*args, **keywords)
    except (*_OF_SCRIPTS, KeyboardInterrupt):
        # The last is the operator's.
        raise
    except PilotlightError as error:
        raise to_caller(error) from None
    except BaseException as error:
        if isinstance(type(error), ScriptType):
            # The program called a function of the script's.
            raise
        raise plain_error(error) from None


def plain_error(error: BaseException) -> Exception:
    """An error with the class and the words of another, and with none of its objects.

    Errors of the program hold what the program works with (a connection, a response), and a script
    may read what hangs on an error it catches. A class that is not Python's own becomes a
    ``RuntimeError`` whose text begins with its name, as do errors that end a program.
    """
    kind = type(error)
    name = class_name(kind)
    if getattr(builtins, name, None) is not kind or not issubclass(kind, Exception):
        return RuntimeError(f"{name}: {words_of(error)}")
    held = error.args
    args = held if all(type(each) in _PLAIN for each in held) else (words_of(error),)
    try:
        made = kind(*args)
    except TypeError:
        # Not all of them can be made of a text alone.
        return RuntimeError(f"{name}: {words_of(error)}")
    return made if isinstance(made, Exception) else RuntimeError(f"{name}: {words_of(error)}")


def words_of(error: BaseException) -> str:
    """The text of an error, whose own method may fail."""
    try:
        return str.__str__(str(error))
    except BaseException as worse:
        return f"its text cannot be had: {class_name(type(worse))}"
