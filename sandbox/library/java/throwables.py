"""``java.lang.Throwable`` and the exceptions that scripts name.

They derive from BaseException, not Exception: ``except Exception`` misses them, as in Jython
(checked against Jython 2.7.3), and the policy makes a bare ``except`` catch both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.dialect.meaning.objects_shown import UNASKED
from sandbox.library.hooks import checkpoint, write_output
from sandbox.library.java.base import JavaType, Object, java_name, state
from sandbox.library.values import unicode_text

_KEEP: Any = object()


class JavaThrowable(
    Object, BaseException, metaclass=JavaType, package="java.lang", java_name="Throwable"
):
    """``java.lang.Throwable``: ``(message=None, cause=None)``, or one throwable as the cause."""

    __slots__ = ("_cause", "_message", "_suppressed")

    def __new__(cls, *args: Any, **keywords: Any) -> JavaThrowable:
        made = BaseException.__new__(cls)
        state(made, "_message", None)
        state(made, "_cause", None)
        state(made, "_suppressed", [])
        return made

    def __init__(self, message: Any = None, cause: Any = _KEEP) -> None:
        if cause is _KEEP and isinstance(message, JavaThrowable):
            cause, message = message, message.toString()
        elif message is not None and not isinstance(message, str):
            owner = java_name(type(self))
            raise TypeError(f"{owner}(): 1st arg can't be coerced to String, java.lang.Throwable")
        if cause is _KEEP:
            cause = None
        elif cause is not None and not isinstance(cause, BaseException):
            raise TypeError(
                f"{java_name(type(self))}(): 2nd arg can't be coerced to java.lang.Throwable"
            )
        state(self, "_message", None if message is None else unicode_text(message))
        state(self, "_cause", cause)

    def __setattr__(self, name: str, value: Any) -> None:
        # contextlib and the traceback machinery store __traceback__ and __context__.
        if name.startswith("__"):
            BaseException.__setattr__(self, name, value)
        else:
            Object.__setattr__(self, name, value)

    def getMessage(self) -> str | None:
        """The message, or None."""
        message: str | None = self._message
        return message

    def getLocalizedMessage(self) -> str | None:
        """The message, or None."""
        return self.getMessage()

    def getCause(self) -> BaseException | None:
        """The error that caused this one, or None."""
        cause: BaseException | None = self._cause
        return cause

    def initCause(self, cause: Any) -> JavaThrowable:
        """Set the cause of an error made without one."""
        if cause is not None and not isinstance(cause, BaseException):
            raise TypeError("initCause(): 1st arg can't be coerced to java.lang.Throwable")
        state(self, "_cause", cause)
        return self

    def addSuppressed(self, error: Any) -> None:
        """Add an error that was suppressed to deliver this one."""
        if not isinstance(error, BaseException):
            raise TypeError("addSuppressed(): 1st arg can't be coerced to java.lang.Throwable")
        self._suppressed.append(error)

    def getSuppressed(self) -> list[BaseException]:
        """The suppressed errors, as a fresh list."""
        return list(self._suppressed)

    def getStackTrace(self) -> list[Any]:
        """Always empty: the host has no Java frames (our choice)."""
        return []

    def setStackTrace(self, frames: Iterable[Any]) -> None:
        """Ignored: the host has no Java frames."""

    def fillInStackTrace(self) -> JavaThrowable:
        """This error itself."""
        return self

    def printStackTrace(self, *_stream: Any) -> None:
        """Write the text of this error and of its causes to the output of the run."""
        write_output(self.toString() + "\n")
        seen: list[BaseException] = [self]
        cause = self._cause
        while cause is not None and not any(cause is one for one in seen):
            checkpoint()
            write_output(f"Caused by: {cause}\n")
            seen.append(cause)
            cause = cause.getCause() if isinstance(cause, JavaThrowable) else None

    def toString(self) -> str:
        """``java.lang.Exception: boom``."""
        message = self.getLocalizedMessage()
        name = java_name(type(self))
        return unicode_text(name if message is None else f"{name}: {message}")


_CLASSES: dict[str, type[JavaThrowable]] = {"java.lang.Throwable": JavaThrowable}


def java_exception_class(
    qualified_name: str, base: type[JavaThrowable] | None = None
) -> type[JavaThrowable]:
    """The Java exception class of that name, made on first use.

    Args:
        qualified_name: with its package, such as ``java.lang.IllegalStateException``.
        base: the class it extends when it has to be made; ``java.lang.Exception`` if None.

    Errors: ValueError when the class exists with another base; TypeError for a name that is no
        plain text.
    """
    if type(qualified_name) is not str:
        # The table is everybody's, and whatever else was a key would be asked by everybody.
        raise TypeError("the name of a Java class must be text")
    found = _CLASSES.get(qualified_name)
    if found is not None:
        if base is not None and not issubclass(found, base):
            raise ValueError(f"{qualified_name} does not extend {java_name(base)}")
        return found
    package, _, name = qualified_name.rpartition(".")
    parent = base or JavaException
    made: type[JavaThrowable] = JavaType(name, (parent,), {}, package=package)  # type: ignore[assignment]
    _CLASSES[qualified_name] = made
    return made


def known_exceptions() -> dict[str, type[JavaThrowable]]:
    """A copy of the table of exception classes by qualified name."""
    return dict(_CLASSES)


JavaException = java_exception_class("java.lang.Exception", JavaThrowable)
JavaError = java_exception_class("java.lang.Error", JavaThrowable)
RuntimeException = java_exception_class("java.lang.RuntimeException", JavaException)
IllegalArgumentException = java_exception_class(
    "java.lang.IllegalArgumentException", RuntimeException
)
IllegalStateException = java_exception_class("java.lang.IllegalStateException", RuntimeException)
NullPointerException = java_exception_class("java.lang.NullPointerException", RuntimeException)
NumberFormatException = java_exception_class(
    "java.lang.NumberFormatException", IllegalArgumentException
)
IndexOutOfBoundsException = java_exception_class(
    "java.lang.IndexOutOfBoundsException", RuntimeException
)
ArrayIndexOutOfBoundsException = java_exception_class(
    "java.lang.ArrayIndexOutOfBoundsException", IndexOutOfBoundsException
)
StringIndexOutOfBoundsException = java_exception_class(
    "java.lang.StringIndexOutOfBoundsException", IndexOutOfBoundsException
)
ArithmeticException = java_exception_class("java.lang.ArithmeticException", RuntimeException)
ClassCastException = java_exception_class("java.lang.ClassCastException", RuntimeException)
UnsupportedOperationException = java_exception_class(
    "java.lang.UnsupportedOperationException", RuntimeException
)
ConcurrentModificationException = java_exception_class(
    "java.util.ConcurrentModificationException", RuntimeException
)
NoSuchElementException = java_exception_class("java.util.NoSuchElementException", RuntimeException)
InterruptedException = java_exception_class("java.lang.InterruptedException", JavaException)
IOException = java_exception_class("java.io.IOException", JavaException)



def _unasked(error: JavaThrowable) -> str:
    """For the host's own words, in which no method of a script's class has a part."""
    name, message = java_name(type(error)), error._message
    return name if message is None else f"{name}: {message}"


UNASKED[JavaThrowable] = _unasked


class ParseException(JavaException, package="java.text"):  # type: ignore[call-arg, misc, valid-type]
    """``java.text.ParseException``: ``(message, error offset)``."""

    __slots__ = ("_offset",)

    def __init__(self, message: Any = None, offset: Any = 0) -> None:
        super().__init__(message)
        if type(offset) is not int:
            raise TypeError("java.text.ParseException(): 2nd arg can't be coerced to int")
        state(self, "_offset", offset)

    def getErrorOffset(self) -> int:
        """Where the text stopped making sense, counted from 0."""
        offset: int = self._offset
        return offset


_CLASSES["java.text.ParseException"] = ParseException

for _name, _base in (
    ("java.lang.ReflectiveOperationException", JavaException),
    ("java.lang.CloneNotSupportedException", JavaException),
    ("java.lang.SecurityException", RuntimeException),
    ("java.lang.NegativeArraySizeException", RuntimeException),
    ("java.lang.ArrayStoreException", RuntimeException),
    ("java.lang.LinkageError", JavaError),
    ("java.lang.AssertionError", JavaError),
    ("java.lang.VirtualMachineError", JavaError),
    ("java.util.EmptyStackException", RuntimeException),
    ("java.util.MissingResourceException", RuntimeException),
    ("java.util.InputMismatchException", NoSuchElementException),
    ("java.util.IllegalFormatException", IllegalArgumentException),
    ("java.util.concurrent.TimeoutException", JavaException),
    ("java.util.concurrent.ExecutionException", JavaException),
    ("java.util.concurrent.CancellationException", IllegalStateException),
    ("java.util.regex.PatternSyntaxException", IllegalArgumentException),
    ("java.io.FileNotFoundException", IOException),
    ("java.io.UnsupportedEncodingException", IOException),
    ("java.io.EOFException", IOException),
    ("java.net.SocketException", IOException),
    ("java.net.SocketTimeoutException", IOException),
    ("java.net.ConnectException", IOException),
    ("java.net.UnknownHostException", IOException),
    ("java.net.MalformedURLException", IOException),
    ("java.nio.BufferOverflowException", RuntimeException),
    ("java.nio.BufferUnderflowException", RuntimeException),
    ("java.time.DateTimeException", RuntimeException),
    ("java.sql.SQLException", JavaException),
    ("java.security.GeneralSecurityException", JavaException),
):
    java_exception_class(_name, _base)
for _name, _parent in (
    ("java.lang.ClassNotFoundException", "java.lang.ReflectiveOperationException"),
    ("java.lang.NoSuchFieldException", "java.lang.ReflectiveOperationException"),
    ("java.lang.NoSuchMethodException", "java.lang.ReflectiveOperationException"),
    ("java.lang.NoClassDefFoundError", "java.lang.LinkageError"),
    ("java.lang.OutOfMemoryError", "java.lang.VirtualMachineError"),
    ("java.lang.StackOverflowError", "java.lang.VirtualMachineError"),
    ("java.time.format.DateTimeParseException", "java.time.DateTimeException"),
    ("java.time.zone.ZoneRulesException", "java.time.DateTimeException"),
    ("java.util.UnknownFormatConversionException", "java.util.IllegalFormatException"),
    ("java.util.IllegalFormatConversionException", "java.util.IllegalFormatException"),
    ("java.util.MissingFormatArgumentException", "java.util.IllegalFormatException"),
    ("java.util.IllegalFormatPrecisionException", "java.util.IllegalFormatException"),
    ("java.util.IllegalFormatFlagsException", "java.util.IllegalFormatException"),
    ("java.util.FormatFlagsConversionMismatchException", "java.util.IllegalFormatException"),
    ("java.util.MissingFormatWidthException", "java.util.IllegalFormatException"),
    ("java.util.DuplicateFormatFlagsException", "java.util.IllegalFormatException"),
    ("java.security.NoSuchAlgorithmException", "java.security.GeneralSecurityException"),
    ("java.security.InvalidKeyException", "java.security.GeneralSecurityException"),
):
    java_exception_class(_name, _CLASSES[_parent])
