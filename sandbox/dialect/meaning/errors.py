"""The words of errors: Python 3 raises them, scripts read them as Jython writes them.

Nothing is translated when an error is raised; ``python2_message`` does it when its text is asked
for, from the text and, where Python 3's text lacks a fact, from the frame that raised it.
"""

from __future__ import annotations

import builtins
import sys
import types
from typing import Any

from sandbox.dialect.errors import DialectError, DialectIndentationError
from sandbox.dialect.meaning.error_frames import raised_here
from sandbox.dialect.meaning.error_parts import args_of, traceback_of
from sandbox.dialect.meaning.error_words import FAMILIES, TRANSLATORS
from sandbox.dialect.meaning.families import UnicodeDecodeError_
from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.identity import with_addresses
from sandbox.dialect.meaning.kinds import unicode
from sandbox.dialect.meaning.typenames import VISIBLE_TYPES, type_text
from sandbox.errors import Sealed

# The ``__str__`` of the interpreter's own exceptions; a script's class may have another.
PLAIN_STR = frozenset(
    [
        kind.__str__
        for kind in vars(builtins).values()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    ]
)

_EXCEPTION_NAMES = {
    "ModuleNotFoundError": "ImportError",
    "RecursionError": "RuntimeError",
    "FileNotFoundError": "OSError",
    "FileExistsError": "OSError",
    "PermissionError": "OSError",
    "IsADirectoryError": "OSError",
    "NotADirectoryError": "OSError",
    "TimeoutError": "OSError",
    "BlockingIOError": "OSError",
    "BrokenPipeError": "OSError",
    "ConnectionError": "OSError",
    "ConnectionAbortedError": "OSError",
    "ConnectionRefusedError": "OSError",
    "ConnectionResetError": "OSError",
    "InterruptedError": "OSError",
    "ChildProcessError": "OSError",
    "ProcessLookupError": "OSError",
    "JSONDecodeError": "ValueError",
    "StopAsyncIteration": "StopIteration",
    "DialectError": "SyntaxError",
    "DialectIndentationError": "IndentationError",
    "ModuleRefused": "ImportError",
}


class IOError(OSError, metaclass=Sealed):
    """``IOError``, which Python 2 keeps apart from ``OSError``."""


type.__setattr__(IOError, "__module__", "exceptions")


def _visible_exceptions() -> dict[type, type]:
    """Exceptions that Python 2 does not have, and the ones that scripts see instead."""
    seen: dict[type, type] = {}
    for old, new in _EXCEPTION_NAMES.items():
        kind = getattr(builtins, old, None)
        if kind is not None:
            seen[kind] = getattr(builtins, new)
    seen[DialectError] = SyntaxError
    seen[DialectIndentationError] = IndentationError
    seen[UnicodeDecodeError] = UnicodeDecodeError_
    return seen


VISIBLE_TYPES.update(_visible_exceptions())


_name_of = type.__dict__["__name__"].__get__


def class_name(cls: type) -> str:
    """The name of a class, whatever its metaclass would answer."""
    return str.__str__(_name_of(cls))


def _module_of(cls: type) -> str:
    module = type.__dict__["__module__"].__get__(cls)
    return str.__str__(module) if isinstance(module, str) else ""


def exception_name(cls: type) -> str:
    """The name a script sees for an exception class."""
    name = class_name(cls)
    if _module_of(cls) == "__main__":
        return name
    return _EXCEPTION_NAMES.get(name, name)


def exception_args(error: BaseException) -> tuple[Any, ...]:
    """``e.args`` as Python 2 has them."""
    args = _plain_args(error)
    if isinstance(error, UnicodeError) and len(args) == 5:
        # The bytes or text in question, as the script holds it.
        from sandbox.dialect.meaning.codecs import from_octets

        held = args[1]
        shown = from_octets(held) if isinstance(held, bytes) else unicode(held)
        return (args[0], shown, *args[2:])
    if len(args) == 1 and args[0] is None and isinstance(error, KeyError) and _missing_none(error):
        return ()
    if (
        not args
        and type(error) is StopIteration
        and traceback_of(error) is not None
        and not raised_here(error)
    ):
        return ("",)
    if len(args) == 1 and type(args[0]) is str and type(error).__module__ == "builtins":
        text = python2_message(error) if not isinstance(error, KeyError) else args[0]
        return (text,)
    return args


_HEAP_MADE = 1 << 9
_IMMUTABLE = 1 << 8
_flags_of = type.__dict__["__flags__"].__get__


def _plain_args(error: BaseException) -> tuple[Any, ...]:
    """``error.args`` without classes of the host that take stores: ``decimal`` gives lists of them.

    A script that held one could change it for every script of the process.
    """
    args = args_of(error)
    for one in args:
        kind = type(one)
        if kind is type or kind is list or kind is tuple:
            return tuple([_without_classes(one) for one in args])
        if kind is str and "at 0x" in one and traceback_of(error) and not raised_here(error):
            # A text of the interpreter's own tells where an object is.
            return tuple([with_addresses(one) if type(one) is str else one for one in args])
    return args


def _without_classes(value: Any) -> Any:
    if type(value) is type:
        return class_name(value) if _takes_stores(value) else value
    if type(value) in (list, tuple) and any(_takes_stores(one) for one in value):
        return ", ".join([class_name(one) for one in value if isinstance(one, type)])
    return value


def _takes_stores(value: Any) -> bool:
    """Whether it is a plain class that is no script's and refuses nothing."""
    return type(value) is type and _flags_of(value) & (_HEAP_MADE | _IMMUTABLE) == _HEAP_MADE


def exception_message(error: BaseException) -> Any:
    """``e.message``: the only argument, or an empty string."""
    args = exception_args(error)
    return args[0] if len(args) == 1 else ""


def python2_message(error: BaseException) -> Any:
    """``str(error)`` of an exception without ``__str__`` of its own, in Jython's words."""
    from sandbox.dialect.meaning.text import plain_text, python2_repr, python2_str

    args = _plain_args(error)
    if isinstance(error, KeyError):
        if _missing_none(error):
            return ""
        if len(args) == 1:
            return python2_repr(args[0])
    elif isinstance(error, UnicodeEncodeError):
        return _encode_error(error)
    elif isinstance(error, UnicodeDecodeError):
        return _decode_error(error)
    elif isinstance(error, SyntaxError):
        return _syntax_error(error)
    elif isinstance(error, OSError):
        if error.errno is not None:
            words = f"[Errno {plain_text(error.errno)}] {plain_text(error.strerror)}"
            name = error.filename
            return words if name is None else f"{words}: {python2_repr(name)}"
        return _joined(args)
    if not args:
        return ""
    if len(args) > 1:
        return python2_str(args)
    text = args[0]
    if type(text) is not str:
        return python2_str(text)
    translate = TRANSLATORS.get(_family(error))
    if translate is None:
        return text
    for pattern, words in translate:
        match = pattern.fullmatch(text)
        if match is not None:
            if type(words) is str:
                return match.expand(words)
            made = words(error, match)
            return text if made is None else made
    return text


def _missing_none(error: KeyError) -> bool:
    """Whether a look-up of None failed: such an error has no arguments in Jython."""
    args = args_of(error)
    return len(args) == 1 and args[0] is None and not raised_here(error)


def _joined(args: tuple[Any, ...]) -> Any:
    from sandbox.dialect.meaning.text import python2_str

    if not args:
        return ""
    return python2_str(args[0]) if len(args) == 1 else python2_str(args)


def _family(error: BaseException) -> type | None:
    kind = type(error)
    if kind.__module__ != "builtins" and kind.__module__ != "json.decoder":
        return None
    for family in FAMILIES:
        if isinstance(error, family):
            return family
    return None


def _encode_error(error: UnicodeEncodeError) -> str:
    from sandbox.dialect.meaning.text import plain_text

    # An heir's may be any object, whose own text is for ``plain_text`` to make.
    encoding, reason = plain_text(error.encoding), plain_text(error.reason)
    start, end = error.start, error.end
    if end == start + 1:
        code = ord(error.object[start])
        shown = f"\\x{code:02x}" if code < 256 else (
            f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
        )
        return (
            f"'{encoding}' codec can't encode character u'{shown}' in position {start}: "
            f"{reason}"
        )
    return (
        f"'{encoding}' codec can't encode characters in position {start}-{end - 1}: "
        f"{reason}"
    )


_DECODE_REASONS = {
    "invalid start byte": "unexpected code byte",
    "invalid continuation byte": "invalid data",
}


def _decode_error(error: UnicodeDecodeError) -> str:
    from sandbox.dialect.meaning.text import plain_text

    start, end = min(error.start, max(0, len(error.object) - 1)), error.end
    encoding, reason = plain_text(error.encoding), plain_text(error.reason)
    reason = _DECODE_REASONS.get(reason, reason)
    if reason == "invalid data":
        end += 1
    elif reason == "unexpected end of data":
        end = start + 1
    if end == start + 1:
        return (
            f"'{encoding}' codec can't decode byte 0x{error.object[start]:02x} in position "
            f"{start}: {reason}"
        )
    return f"'{encoding}' codec can't decode bytes in position {start}-{end - 1}: {reason}"


def _syntax_error(error: SyntaxError) -> Any:
    from sandbox.dialect.meaning.text import plain_text

    text = plain_text(error.msg) if args_of(error) else ""
    if error.filename and error.lineno:
        return f"{text} ({plain_text(error.filename)}, line {plain_text(error.lineno)})"
    return text


# ---------------------------------------------------------------------- raising


def raised(kind: Any, value: Any = None, trace: Any = None) -> BaseException:
    """The exception that ``raise kind, value, trace`` raises.

    Errors: TypeError for anything that is no exception.
    """
    if isinstance(kind, tuple):
        while isinstance(kind, tuple) and kind:
            kind = kind[0]
    if isinstance(kind, BaseException):
        if value is not None:
            raise TypeError("instance exception may not have a separate value")
        error = kind
    elif isinstance(kind, type) and issubclass(kind, BaseException):
        if value is None:
            error = kind()
        elif isinstance(value, kind):
            error = value
        elif isinstance(value, tuple):
            error = kind(*value)
        else:
            error = kind(value)
        if not isinstance(error, BaseException):
            raise TypeError(
                "exceptions must be old-style classes or derived from BaseException, not "
                f"{type_text(error)}"
            )
    else:
        raise TypeError(
            "exceptions must be old-style classes or derived from BaseException, not "
            f"{type_text(kind)}"
        )
    if trace is not None:
        inner = trace if isinstance(trace, types.TracebackType) else _TRACES(trace)
        if not isinstance(inner, types.TracebackType):
            raise TypeError("raise: arg 3 must be a traceback or None")
        # Not its own method: a script's class may have another of that name.
        return _with_traceback(error, inner)
    return error


_with_traceback = BaseException.with_traceback


def _no_trace(value: Any) -> Any:
    return None


_TRACES: Any = _no_trace


def register_traceback_reader(function: Any) -> None:
    """Register how the host's stand-in for a traceback gives the real one."""
    global _TRACES
    _TRACES = function


def exception_items(error: BaseException) -> tuple[Any, ...]:
    """What ``except E, (a, b)`` unpacks."""
    return exception_args(error)


def exc_info(handled: Any, last: BaseException | None) -> Any:
    """``sys.exc_info()`` of a function that remembers what it handled last.

    Args:
        handled: what the call gave.
        last: the error the function handled last, None if it handled none.
    """
    if last is None or type(handled) is not tuple:
        return handled
    return hooks.describe_error(last)


def last_error(last: BaseException | None) -> BaseException:
    """What a bare ``raise`` outside a handler raises."""
    error = last or sys.exc_info()[1]
    if error is None:
        raise TypeError(
            "exceptions must be old-style classes or derived from BaseException, not NoneType"
        )
    return error


def current_exception() -> tuple[Any, Any, Any]:
    """The class, value and traceback of the exception being handled, or three Nones.

    The traceback is the interpreter's own: the caller must not hand it to a script.
    """
    return sys.exc_info()
