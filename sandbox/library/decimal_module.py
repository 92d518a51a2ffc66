"""``decimal``."""

from __future__ import annotations

import decimal
import threading
from typing import Any

from sandbox.dialect.meaning.families import stand_in
from sandbox.dialect.meaning.typenames import VISIBLE_TYPES
from sandbox.library.arguments import integer, text
from sandbox.library.hooks import current_run
from sandbox.library.module import Held, Module
from sandbox.limits import PREPARING, run_token

MAX_PRECISION = 2_000


class Context(Held):
    """``decimal.getcontext()``: the context of the environment's thread."""

    __slots__ = ("_real",)

    def __init__(self, real: decimal.Context) -> None:
        object.__setattr__(self, "_real", real)

    def __setattr__(self, name: str, value: Any) -> None:  # type: ignore[override]
        if name == "prec":
            precision = integer(value)
            if not 1 <= precision <= MAX_PRECISION:
                raise ValueError(f"prec is 1 to {MAX_PRECISION} here")
            self._real.prec = precision
        elif name == "rounding":
            self._real.rounding = text(value)
        else:
            raise AttributeError(f"'{name}' cannot be set here")

    @property
    def prec(self) -> int:
        """How many digits."""
        return int(self._real.prec)

    @property
    def rounding(self) -> str:
        """How it rounds."""
        return str(self._real.rounding)

    @property
    def Emax(self) -> int:
        """The highest exponent."""
        return int(self._real.Emax)

    @property
    def Emin(self) -> int:
        """The lowest exponent."""
        return int(self._real.Emin)

    def copy(self) -> Context:
        """A copy."""
        return Context(self._real.copy())

    def create_decimal(self, num: Any = "0") -> Any:
        """A Decimal rounded to this context."""
        return self._real.create_decimal(_source(num))

    def quantize(self, a: Any, b: Any) -> Any:
        """A Decimal with the exponent of another."""
        return self._real.quantize(a, b)

    def divide(self, a: Any, b: Any) -> Any:
        """A quotient rounded to this context."""
        return self._real.divide(a, b)

    def clear_flags(self) -> None:
        """Forget the signals."""
        self._real.clear_flags()


def _source(value: Any) -> Any:
    return text(value) if isinstance(value, str) else value


class LocalContext(Held):
    """``decimal.localcontext()``."""

    __slots__ = ("_before", "_thread", "_token", "_wanted")
    GIVES_BACK = True

    def __init__(self, wanted: Any) -> None:
        object.__setattr__(self, "_wanted", wanted)
        for name in ("_before", "_thread", "_token"):
            object.__setattr__(self, name, None)

    def __enter__(self) -> Context:
        before = _own_context()
        object.__setattr__(self, "_before", before)
        object.__setattr__(self, "_thread", threading.get_ident())
        object.__setattr__(self, "_token", run_token())
        inside = (before if self._wanted is None else self._wanted).copy()
        decimal.setcontext(inside)
        return Context(inside)

    def __exit__(self, *error: Any) -> None:
        # A generator left behind comes here on whichever thread collects it, in whatever run.
        token = run_token()
        if token is not self._token or self._thread != threading.get_ident():
            return
        _own_context()
        decimal.setcontext(self._before)


def _stand_ins() -> dict[str, Any]:
    """The error classes by name: the C module's own take stores, so scripts hold others."""
    made: dict[type, Any] = {}
    for name in _ERROR_NAMES:
        real = getattr(decimal, name)
        bases = tuple(made.get(base, base) for base in real.__bases__)
        made[real] = stand_in(name, bases, "decimal", real)
        VISIBLE_TYPES[real] = made[real]
    return {real.__name__: shown for real, shown in made.items()}


_ERROR_NAMES = (
    "DecimalException",
    "Clamped",
    "DivisionByZero",
    "Inexact",
    "InvalidOperation",
    "Rounded",
    "Subnormal",
    "Overflow",
    "Underflow",
)
_ERRORS = _stand_ins()


def _own_context() -> decimal.Context:
    """The context of this thread, the run's own: the host gets its back when the run ends."""
    run = current_run()
    if run is not None and not run.has_undo(_own_context):
        before = decimal.getcontext()
        run.undo(_own_context, lambda: decimal.setcontext(before))
        decimal.setcontext(before.copy())
    return decimal.getcontext()


class DecimalModule(Module):
    """``decimal``; precision is at most 2 000 digits."""

    __slots__ = ()
    NAME = "decimal"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        # Operators leave their flags in the context of the thread, which may be the host's.
        if _own_context not in PREPARING:
            PREPARING.append(_own_context)
        _own_context()

    Decimal = decimal.Decimal
    ROUND_CEILING = decimal.ROUND_CEILING
    ROUND_DOWN = decimal.ROUND_DOWN
    ROUND_FLOOR = decimal.ROUND_FLOOR
    ROUND_HALF_DOWN = decimal.ROUND_HALF_DOWN
    ROUND_HALF_EVEN = decimal.ROUND_HALF_EVEN
    ROUND_HALF_UP = decimal.ROUND_HALF_UP
    ROUND_UP = decimal.ROUND_UP
    ROUND_05UP = decimal.ROUND_05UP

    DecimalException = _ERRORS["DecimalException"]
    Clamped = _ERRORS["Clamped"]
    DivisionByZero = _ERRORS["DivisionByZero"]
    Inexact = _ERRORS["Inexact"]
    InvalidOperation = _ERRORS["InvalidOperation"]
    Overflow = _ERRORS["Overflow"]
    Rounded = _ERRORS["Rounded"]
    Subnormal = _ERRORS["Subnormal"]
    Underflow = _ERRORS["Underflow"]

    def getcontext(self) -> Context:
        """The context in force."""
        return Context(_own_context())

    def setcontext(self, context: Any) -> None:
        """Put a context in force."""
        if not isinstance(context, Context):
            raise TypeError("a decimal.Context is required")
        _own_context()
        decimal.setcontext(context._real)

    def localcontext(self, ctx: Any = None) -> LocalContext:
        """A context for the body of a ``with``."""
        if ctx is not None and not isinstance(ctx, Context):
            raise TypeError("a decimal.Context is required")
        return LocalContext(None if ctx is None else ctx._real)

    def Context(self, prec: Any = 28, rounding: Any = decimal.ROUND_HALF_EVEN, **_more: Any) -> Any:
        """A new context."""
        precision = integer(prec)
        if not 1 <= precision <= MAX_PRECISION:
            raise ValueError(f"prec is 1 to {MAX_PRECISION} here")
        return Context(decimal.Context(prec=precision, rounding=text(rounding)))

