"""The builtins of scripts, with Python 2 meaning; the policy adds its guards to them."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning import (
    classes,
    codecs,
    containers,
    dynamic,
    errors,
    families,
    fields,
    numbers,
    ordering,
    output,
    text,
    typenames,
)
from sandbox.dialect.meaning.identity import identity, python2_hash
from sandbox.dialect.meaning.kinds import bytestr, unicode
from sandbox.dialect.meaning.typenames import MAKERS, type_text
from sandbox.lookups import ASKING, change


def _require_or(a: Any, b: Any, sign: str) -> None:
    """TypeError for what Python 2 does not join: dictionaries, and classes."""
    if isinstance(a, dict) and isinstance(b, dict):
        native = type(a).__or__ is dict.__or__ and type(b).__ror__ is dict.__ror__
    elif isinstance(a, type) and (isinstance(b, type) or b is None):
        native = type(a).__or__ is type.__or__
    else:
        return
    if native:
        left, right = ("type" if isinstance(one, type) else type_text(one) for one in (a, b))
        raise TypeError(f"unsupported operand type(s) for {sign}: '{left}' and '{right}'")


def either(a: Any, b: Any) -> Any:
    """``a | b``."""
    if type(a) in _JOINED:
        return a | b
    _require_or(a, b, "|")
    return a | b


def either_in_place(a: Any, b: Any) -> Any:
    """``a |= b``."""
    if ASKING:
        change(a)
    if type(a) not in _JOINED:
        if isinstance(a, dict) and type(a).__ior__ is dict.__ior__:
            # It would take any mapping, and items of any kind.
            _require_or(a, b, "|=")
            return a | b
        if isinstance(a, type):
            _require_or(a, b, "|=")
    a |= b
    return a


_JOINED = frozenset({int, bool, set, frozenset})


def _type(*args: Any) -> Any:
    if len(args) == 1:
        return typenames.type_of(args[0])
    if len(args) == 3:
        return classes.make_type(*args)
    raise TypeError("type() takes 1 or 3 arguments")


MAKERS.update(
    {
        "str": text.python2_str,
        "unicode": text.python2_unicode,
        "int": numbers.python2_int,
        "long": numbers.python2_long,
        "float": numbers.python2_float,
        "type": _type,
        "xrange": containers.python2_xrange,
    }
)


def python2_chr(code: Any) -> str:
    """``chr``: one byte."""
    if not hasattr(type(code), "__index__"):
        raise TypeError("chr(): 1st arg can't be coerced to int")
    if not 0 <= code < 256:
        raise ValueError("chr() arg not in range(256)")
    made = chr(code)
    return made if code < 128 else bytestr(made)


def python2_unichr(code: Any) -> str:
    """``unichr``."""
    if not hasattr(type(code), "__index__"):
        raise TypeError("an integer is required")
    if not 0 <= code < 0x110000:
        raise ValueError("unichr() arg not in range(0x110000)")
    return unicode(chr(code))


def python2_callable(value: Any) -> bool:
    """``callable``."""
    return callable(value)


def python2_reload(module: Any) -> Any:
    """``reload``: libraries follow their files by themselves, so it gives the module as it is."""
    return module


def names_of(names: dict[str, Any]) -> list[str]:
    """``dir()`` of a scope, without what the host put there."""
    return sorted(
        name
        for name in names
        if type(name) is str and name[:1] != "$" and name != "__builtins__"
    )


def python2_dir(*args: Any) -> list[str]:
    """``dir(value)``."""
    return sorted(dir() if not args else classes.names_given(*args))


def python2_issubclass(*args: Any) -> bool:
    """``issubclass``, which asks no instance for its ``__bases__``.

    The interpreter follows those of one that is among its own round and round.
    """
    if len(args) == 2:
        kind = type(args[0])
        if not issubclass(kind, type) and kind is not typenames.TypeName:
            raise TypeError("issubclass() arg 1 must be a class")
    return issubclass(*args)


python2_issubclass.__name__ = python2_issubclass.__qualname__ = "issubclass"


def python2_format(value: Any, spec: Any = "") -> Any:
    """``format(value, spec)``."""
    return fields.format_value(value, spec)


def is_int(value: Any) -> bool:
    """``isinstance(value, int)``."""
    kind = type(value)
    if kind is int:
        return bool(-2147483648 <= value <= 2147483647)
    return kind is bool or bool(isinstance(value, typenames.Int))


def is_long(value: Any) -> bool:
    """``isinstance(value, long)``."""
    return isinstance(value, typenames.Long)


def is_str(value: Any) -> bool:
    """``isinstance(value, str)``."""
    kind = type(value)
    return kind is str or isinstance(value, typenames.Str)


def is_unicode(value: Any) -> bool:
    """``isinstance(value, unicode)``."""
    return isinstance(value, unicode)


def is_text(value: Any) -> bool:
    """``isinstance(value, basestring)``."""
    return isinstance(value, str)


def is_float(value: Any) -> bool:
    """``isinstance(value, float)``."""
    return isinstance(value, float)


_EXCEPTIONS = [
    "ArithmeticError", "AssertionError", "AttributeError", "BufferError", "BytesWarning",
    "DeprecationWarning", "EOFError", "Exception", "FloatingPointError", "FutureWarning",
    "ImportError", "ImportWarning", "IndentationError", "IndexError", "KeyError", "LookupError",
    "MemoryError", "NameError", "NotImplementedError", "OSError", "OverflowError",
    "PendingDeprecationWarning", "ReferenceError", "RuntimeError", "RuntimeWarning",
    "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "TabError", "TypeError",
    "UnboundLocalError", "UnicodeEncodeError", "UnicodeError",
    "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError", "Warning",
    "ZeroDivisionError",
]

import builtins as _host  # noqa: E402

# What scripts find under these names; every one is fit for a script but for attribute guards.
BUILTINS: dict[str, Any] = {
    **{name: getattr(_host, name) for name in _EXCEPTIONS},
    "StandardError": families.StandardError,
    "EnvironmentError": families.EnvironmentError,
    "BaseException": families.BaseException_,
    "UnicodeDecodeError": families.UnicodeDecodeError_,
    "IOError": errors.IOError,
    "None": None,
    "True": True,
    "False": False,
    "Ellipsis": Ellipsis,
    "NotImplemented": NotImplemented,
    "__debug__": True,
    "abs": abs,
    "all": all,
    "any": any,
    "apply": containers.python2_apply,
    "basestring": typenames.BaseString,
    "bin": numbers.python2_bin,
    "bool": bool,
    "buffer": dynamic.refuse_buffer,
    "bytearray": bytearray,
    "bytes": typenames.Str,
    "callable": python2_callable,
    "chr": python2_chr,
    "classmethod": classmethod,
    "cmp": ordering.compare,
    "coerce": numbers.coerce_numbers,
    "compile": dynamic.compile_text,
    "complex": complex,
    "dict": dict,
    "dir": python2_dir,
    "divmod": divmod,
    "enumerate": enumerate,
    "file": dynamic.refuse_file,
    "filter": containers.python2_filter,
    "float": typenames.Float,
    "format": python2_format,
    "frozenset": frozenset,
    "getattr": getattr,
    "delattr": delattr,
    "hasattr": hasattr,
    "hash": python2_hash,
    "hex": numbers.python2_hex,
    "id": identity,
    "input": dynamic.refuse_input,
    "int": typenames.Int,
    "intern": containers.python2_intern,
    "isinstance": isinstance,
    "issubclass": python2_issubclass,
    "iter": iter,
    "len": len,
    "list": list,
    "long": typenames.Long,
    "map": containers.python2_map,
    "max": ordering.python2_max,
    "min": ordering.python2_min,
    "next": next,
    "object": object,
    "oct": numbers.python2_oct,
    "open": dynamic.refuse_file,
    "ord": ord,
    "pow": pow,
    "print": output.print_function,
    "property": property,
    "range": containers.python2_range,
    "raw_input": dynamic.refuse_input,
    "reduce": containers.python2_reduce,
    "reload": python2_reload,
    "repr": text.python2_repr,
    "reversed": containers.python2_reversed,
    "round": numbers.python2_round,
    "set": set,
    "setattr": setattr,
    "slice": slice,
    "sorted": ordering.python2_sorted,
    "staticmethod": staticmethod,
    "str": typenames.Str,
    "sum": sum,
    "super": super,
    "tuple": tuple,
    "type": typenames.Type,
    "unichr": python2_unichr,
    "unicode": typenames.Unicode,
    "vars": vars,
    "xrange": typenames.XRANGE,
    "zip": containers.python2_zip,
}

text.BUILTIN_NAMES.update(
    {id(value): name for name, value in BUILTINS.items() if type(value) is type(len) or
     type(value) is type(names_of)}
)

__all__ = ["BUILTINS", "codecs", "names_of"]
