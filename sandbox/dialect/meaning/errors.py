"""The words of errors: Python 3 raises them, scripts read them as Jython writes them.

Nothing is translated when an error is raised; ``python2_message`` does it when its text is asked
for, from the text and, where Python 3's text lacks a fact, from the frame that raised it.
"""

from __future__ import annotations

import builtins
import dis
import re
import sys
import types
from typing import Any

from sandbox.dialect.meaning.kinds import unicode
from sandbox.dialect.meaning.typenames import type_text
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
    "FileNotFoundError": "IOError",
    "FileExistsError": "OSError",
    "PermissionError": "IOError",
    "IsADirectoryError": "IOError",
    "NotADirectoryError": "OSError",
    "TimeoutError": "IOError",
    "BlockingIOError": "IOError",
    "BrokenPipeError": "IOError",
    "ConnectionError": "IOError",
    "ConnectionAbortedError": "IOError",
    "ConnectionRefusedError": "IOError",
    "ConnectionResetError": "IOError",
    "InterruptedError": "IOError",
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


def exception_name(cls: type) -> str:
    """The name a script sees for an exception class."""
    name = cls.__name__
    if cls.__module__ == "__main__":
        return name
    return _EXCEPTION_NAMES.get(name, name)


def exception_module(cls: type) -> str:
    """The module a script sees for an exception class."""
    module = cls.__module__
    return "exceptions" if module in ("builtins", "exceptions") else module


def exception_args(error: BaseException) -> tuple[Any, ...]:
    """``e.args`` as Python 2 has them."""
    args = error.args
    if isinstance(error, UnicodeError) and len(args) == 5:
        # The bytes or text in question, as the script holds it.
        from sandbox.dialect.meaning.codecs import from_octets

        held = args[1]
        shown = from_octets(held) if isinstance(held, bytes) else unicode(held)
        return (args[0], shown, *args[2:])
    if len(args) == 1 and type(args[0]) is str and type(error).__module__ == "builtins":
        text = python2_message(error) if not isinstance(error, KeyError) else args[0]
        return (text,)
    return args


def exception_message(error: BaseException) -> Any:
    """``e.message``: the only argument, or an empty string."""
    args = exception_args(error)
    return args[0] if len(args) == 1 else ""


def python2_message(error: BaseException) -> Any:
    """``str(error)`` of an exception without ``__str__`` of its own, in Jython's words."""
    from sandbox.dialect.meaning.text import python2_repr, python2_str

    args = error.args
    if isinstance(error, KeyError):
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
            shown = "" if error.filename is None else f": {python2_repr(error.filename)}"
            return f"[Errno {error.errno}] {error.strerror}{shown}"
        return _joined(args)
    if not args:
        return ""
    if len(args) > 1:
        return python2_str(args)
    text = args[0]
    if type(text) is not str:
        return python2_str(text)
    translate = _TRANSLATORS.get(_family(error))
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


def _joined(args: tuple[Any, ...]) -> Any:
    from sandbox.dialect.meaning.text import python2_str

    if not args:
        return ""
    return python2_str(args[0]) if len(args) == 1 else python2_str(args)


def _family(error: BaseException) -> type | None:
    kind = type(error)
    if kind.__module__ != "builtins" and kind.__module__ != "json.decoder":
        return None
    for family in _FAMILIES:
        if isinstance(error, family):
            return family
    return None


def _encode_error(error: UnicodeEncodeError) -> str:
    start, end = error.start, error.end
    if end == start + 1:
        code = ord(error.object[start])
        shown = f"\\x{code:02x}" if code < 256 else (
            f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
        )
        return (
            f"'{error.encoding}' codec can't encode character u'{shown}' in position {start}: "
            f"{error.reason}"
        )
    return (
        f"'{error.encoding}' codec can't encode characters in position {start}-{end - 1}: "
        f"{error.reason}"
    )


def _decode_error(error: UnicodeDecodeError) -> str:
    start, end = error.start, error.end
    if end == start + 1:
        return (
            f"'{error.encoding}' codec can't decode byte 0x{error.object[start]:02x} in position "
            f"{start}: {error.reason}"
        )
    return (
        f"'{error.encoding}' codec can't decode bytes in position {start}-{end - 1}: "
        f"{error.reason}"
    )


def _syntax_error(error: SyntaxError) -> Any:
    text = error.msg if error.args else ""
    if error.filename and error.lineno:
        return f"{text} ({error.filename}, line {error.lineno})"
    return text


# ---------------------------------------------------------------------- facts from the frame


def _last_frame(error: BaseException) -> tuple[types.FrameType, int] | None:
    trace = error.__traceback__
    found: tuple[types.FrameType, int] | None = None
    while trace is not None:
        if not trace.tb_frame.f_globals.get("__name__", "").startswith("sandbox."):
            found = (trace.tb_frame, trace.tb_lasti)
        trace = trace.tb_next
    return found


def _name(frame: types.FrameType, name: Any) -> Any:
    for names in (frame.f_locals, frame.f_globals):
        if name in names:
            return names[name]
    return None


def _pushed(frame: types.FrameType, instruction: dis.Instruction) -> Any:
    if instruction.opname == "LOAD_CONST":
        return instruction.argval
    if instruction.opname in ("LOAD_FAST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF"):
        return _name(frame, instruction.argval)
    if instruction.opname == "LOAD_FAST_LOAD_FAST":
        return _name(frame, instruction.argval[1])
    return None


def _before(error: BaseException, names: tuple[str, ...]) -> Any:
    """The value pushed just before the failing instruction, if it is a simple one."""
    found = _last_frame(error)
    if found is None:
        return None
    frame, offset = found
    former: dis.Instruction | None = None
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset == offset:
            if not instruction.opname.startswith(names) or former is None:
                return None
            if former.opname == "UNARY_NEGATIVE":
                return None
            return _pushed(frame, former)
        if instruction.opname not in ("CACHE", "PRECALL"):
            former = instruction
    return None


def _index_error(error: BaseException, match: re.Match[str]) -> str | None:
    value = _before(error, ("BINARY_SUBSCR", "BINARY_OP"))
    if isinstance(value, int):
        return f"index out of range: {value}"
    return None


def _global_name(error: BaseException, match: re.Match[str]) -> str:
    found = _last_frame(error)
    word = "name"
    if found is not None and found[0].f_code.co_flags & 0x2:  # CO_NEWLOCALS: a function
        word = "global name"
    return f"{word} '{match.group(1)}' is not defined"


def _function(error: BaseException, label: str) -> Any:
    """The function that a call in the failing frame meant, by its qualified name."""
    found = _last_frame(error)
    if found is None:
        return None
    frame = found[0]
    parts = label.rpartition("<locals>.")[2].split(".")
    value = _name(frame, parts[0])
    for part in parts[1:]:
        if value is None:
            return None
        value = getattr(value, part, None)
    if isinstance(value, type):
        value = getattr(value, "__init__", None)
    if isinstance(value, types.MethodType):
        value = value.__func__
    if isinstance(value, types.FunctionType) and value.__qualname__ == label:
        return value
    for names in (frame.f_locals, frame.f_globals):
        for item in list(names.values()):
            if isinstance(item, types.MethodType):
                item = item.__func__
            if isinstance(item, types.FunctionType) and item.__qualname__ == label:
                return item
            method = getattr(type(item), parts[-1], None)
            if isinstance(method, types.FunctionType) and method.__qualname__ == label:
                return method
    return None


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def _last(label: str) -> str:
    return label.rpartition(".")[2].removeprefix("python2_")


def _takes(error: BaseException, match: re.Match[str]) -> str:
    label, low, high, given = match.group("f", "low", "high", "given")
    name = _last(label)
    if low is not None:
        return f"{name}() takes at most {_count(int(high))} ({given} given)"
    if int(high) == 0:
        return f"{name}() takes no arguments ({given} given)"
    return f"{name}() takes exactly {_count(int(high))} ({given} given)"


def _missing(error: BaseException, match: re.Match[str]) -> str:
    label, absent = match.group("f"), int(match.group("n"))
    name = _last(label)
    function = _function(error, label)
    if function is None:
        return f"{name}() takes at least {_count(absent)} (0 given)"
    code = function.__code__
    total = code.co_argcount
    defaults = len(function.__defaults__ or ())
    required = total - defaults
    more = defaults or code.co_flags & 0x4
    return (
        f"{name}() takes {'at least' if more else 'exactly'} {_count(required)} "
        f"({required - absent} given)"
    )


def _multiple(error: BaseException, match: re.Match[str]) -> str:
    return (
        f"{_last(match.group(1))}() got multiple values for keyword argument '{match.group(2)}'"
    )


def _unexpected(error: BaseException, match: re.Match[str]) -> str:
    return f"{_last(match.group(1))}() got an unexpected keyword argument '{match.group(2)}'"


def _attribute(error: BaseException, match: re.Match[str]) -> str:
    from sandbox.dialect.meaning.typenames import is_old_style

    owner = getattr(error, "obj", None)
    kind = type(owner)
    name = match.group(2)
    if owner is not None and is_old_style(kind):
        return f"{kind.__name__} instance has no attribute '{name}'"
    label = match.group(1)
    if label == "int" and isinstance(owner, int):
        label = type_text(owner)
    return f"'{_type_label(label)}' object has no attribute '{name}'"


def _class_attribute(error: BaseException, match: re.Match[str]) -> str | None:
    from sandbox.dialect.meaning.typenames import is_old_style

    owner = getattr(error, "obj", None)
    if isinstance(owner, type) and is_old_style(owner):
        return f"class {owner.__name__} has no attribute '{match.group(2)}'"
    return None


def _type_label(name: str) -> str:
    return {"bytestr": "str", "range": "xrange", "method": "instancemethod"}.get(name, name)


def _operands(error: BaseException, match: re.Match[str]) -> str:
    op, left, right = match.group(1), _type_label(match.group(2)), _type_label(match.group(3))
    if op in ("+", "+=") and left in ("str", "unicode"):
        return f"cannot concatenate '{left}' and '{right}' objects"
    if op == "** or pow()":
        op = "**"
    return f"unsupported operand type(s) for {op}: '{left}' and '{right}'"


def _division(error: BaseException, match: re.Match[str]) -> str:
    found = error.__traceback__
    frame = None
    while found is not None:
        frame = found.tb_frame
        found = found.tb_next
    if frame is not None:
        names = frame.f_locals
        if frame.f_globals.get("__name__", "").startswith("sandbox.dialect.meaning"):
            if any(type_text(names.get(n)) == "long" for n in ("a", "b", "self")):
                return "long division or modulo"
        else:
            from sandbox.dialect.meaning.kinds import long

            if type(_before(error, ("BINARY_OP",))) is long:
                return "long division or modulo"
    return "integer division or modulo by zero"


_SUBSCRIPT = r"'(\w+)' object is not subscriptable"
_RULES: dict[type, list[tuple[str, Any]]] = {
    ZeroDivisionError: [
        (r"integer (?:division or )?modulo by zero|division by zero", _division),
        (r"integer division or modulo by zero", _division),
        (r"float (?:floor )?division by zero|float division by zero", "float division"),
        (r"float divmod\(\)|float floor division by zero", "float division"),
        (r"float modulo.*", "float modulo"),
        (r"(.*) cannot be raised to a negative power", "0.0 cannot be raised to a negative power"),
    ],
    IndexError: [
        (r"(?:list|tuple|string|range object) index out of range", _index_error),
        (r"Replacement index \d+ out of range for positional args tuple",
         "tuple index out of range"),
    ],
    KeyError: [],
    NameError: [
        (r"cannot access local variable '([^']*)' where it is not associated with a value",
         r"local variable '\1' referenced before assignment"),
        (r"cannot access free variable '([^']*)' where it is not associated .*",
         r"free variable '\1' referenced before assignment in enclosing scope"),
        (r"name '([^']*)' is not defined", _global_name),
    ],
    AttributeError: [
        (r"'([^']*)' object has no attribute '([^']*)'", _attribute),
        (r"type object '([^']*)' has no attribute '([^']*)'", _class_attribute),
    ],
    TypeError: [
        (r"unsupported operand type\(s\) for (\S+|\*\* or pow\(\)): '([^']*)' and '([^']*)'",
         _operands),
        (r'can only concatenate str \(not "([^"]*)"\) to str',
         r"cannot concatenate 'str' and '\1' objects"),
        (r"bad operand type for unary (.): '.*'", r"bad operand type for unary \1"),
        (r"(?:replace|count|find|index|rfind|rindex)\(\) argument \d must be str, not .*|"
         r"(?:starts|ends)with first arg must be str or a tuple of str, not .*|must be str, not .*",
         "expected str, bytearray or other buffer compatible object"),
        (r"'tuple' object doesn't support item deletion",
         "'tuple' object does not support item deletion"),
        (r"list\.(\w+)\(\) takes exactly one argument \((\d+) given\)",
         r"\1() takes 2 arguments (\2 given)"),
        (r"str\.(\w+)\(\) takes no arguments \((\d+) given\)",
         r"\1() takes exactly one argument (\2 given)"),
        (_SUBSCRIPT, r"'\1' object is unsubscriptable"),
        (r"'(\w+)' object does not support item assignment",
         lambda e, m: "can't assign to immutable object" if m.group(1) == "str" else None),
        (r"argument of type '([^']*)' is not (?:iterable|a container or iterable)",
         r"'\1' object is not iterable"),
        (r"cannot unpack non-iterable (\S+) object", r"'\1' object is not iterable"),
        (r"(?P<f>[\w.<>]+)\(\) takes (?:from (?P<low>\d+) to )?(?P<high>\d+) positional "
         r"arguments? but (?P<given>\d+) (?:was|were) given.*", _takes),
        (r"(?P<f>[\w.<>]+)\(\) missing (?P<n>\d+) required positional arguments?: .*", _missing),
        (r"([\w.<>]+)\(\) got multiple values for argument '([^']*)'", _multiple),
        (r"([\w.<>]+)\(\) got an unexpected keyword argument '([^']*)'.*", _unexpected),
        (r"(\w+)\(\) takes no arguments", lambda e, m: _constructor(e, m)),
        (r"sequence item (\d+): expected str instance, (.*) found",
         lambda e, m: f"sequence item {m.group(1)}: expected string, {_type_label(m.group(2))} "
         "found"),
        (r"%(.) format: (?:a real|an integer) number is required, not (.*)|"
         r"%(.) format: an integer is required, not (.*)",
         lambda e, m: f"%{m.group(1) or m.group(3)} format: a number is required, not "
         f"{_type_label(m.group(2) or m.group(4))}"),
        (r"must be real number, not (.*)", r"float argument required, not \1"),
        (r"float\(\) argument must be a string or a (?:real )?number.*",
         "float() argument must be a string or a number"),
        (r"cannot convert dictionary update sequence element #(\d+) to a sequence",
         r"cannot convert dictionary update sequence element #\1 to a sequence"),
        (r"'(\w+)' object is not reversible", "argument to reversed() must be a sequence"),
        (r"reduce\(\) of empty (?:iterable|sequence) with no initial value",
         "reduce of empty sequence with no initial value"),
        (r"exceptions must derive from BaseException",
         "exceptions must be old-style classes or derived from BaseException"),
        (r"isinstance\(\) arg 2 must be a type.*",
         "isinstance() arg 2 must be a class, type, or tuple of classes and types"),
        (r"(?:list|tuple|string|byte) indices must be integers(?: or slices)?, not '?(\w+)'?",
         lambda e, m: _indices(m)),
        (r"cannot convert the series.*", "cannot convert"),
        (r"can't multiply sequence by non-int of type '([^']*)'",
         r"can't multiply sequence by non-int of type '\1'"),
        (r"'(\w+)' object cannot be interpreted as an integer",
         r"'\1' object cannot be interpreted as an index"),
        (r"unhashable type: '([^']*)'", r"unhashable type: '\1'"),
    ],
    ValueError: [
        (r"could not convert string to float: (.*)", lambda e, m: _float_text(m.group(1))),
        (r"not enough values to unpack \(expected (?:at least )?\d+, got (\d+)\)",
         lambda e, m: f"need more than {m.group(1)} value{'' if m.group(1) == '1' else 's'} "
         "to unpack"),
        (r"too many values to unpack.*", "too many values to unpack"),
        (r"(max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)",
         r"\1 of empty sequence"),
        (r".* is not in list", "list.index(x): x not in list"),
        (r"tuple\.index\(x\): x not in tuple", "tuple.index(x): x not in list"),
        (r"cannot convert float infinity to integer", "cannot convert float infinity to integer"),
        (r"Unknown format code '(.)' for object of type '(\w+)'.*",
         lambda e, m: f"Unknown format code '{m.group(1)}' for object of type "
         f"'{ {'str': 'string', 'int': 'integer'}.get(m.group(2), m.group(2)) }'"),
        (r"math domain error|expected a positive input.*", "math domain error"),
        (r"expected a nonnegative input.*", "math domain error"),
        (r"could not convert string to complex.*", "complex() arg is a malformed string"),
        (r"complex\(\) arg is a malformed string", "complex() arg is a malformed string"),
    ],
    OverflowError: [
        (r"int too large to convert to float", "long int too large to convert to float"),
        (r"cannot convert float infinity to integer", "cannot convert float infinity to long"),
    ],
    RuntimeError: [
        (r"maximum recursion depth exceeded.*", "maximum recursion depth exceeded"),
        (r"dictionary changed size during iteration", "dictionary changed size during iteration"),
    ],
    ImportError: [
        (r"No module named '?([^'; ]*)'?.*", r"No module named \1"),
        (r"cannot import name '([^']*)'.*", r"cannot import name \1"),
    ],
}


def _constructor(error: BaseException, match: re.Match[str]) -> str:
    from sandbox.dialect.meaning.typenames import is_old_style

    found = _last_frame(error)
    if found is not None:
        cls = _name(found[0], match.group(1))
        if isinstance(cls, type) and is_old_style(cls):
            return "this constructor takes no arguments"
    return "object.__new__() takes no parameters"


def _indices(match: re.Match[str]) -> str:
    word = match.group(0).split(" ")[0]
    return f"{word if word != 'byte' else 'string'} indices must be integers"


def _float_text(shown: str) -> str:
    if shown[:1] in "'\"":
        import ast

        try:
            shown = ast.literal_eval(shown)
        except (ValueError, SyntaxError):
            shown = shown[1:-1]
    return f"invalid literal for float: {shown}"


_TRANSLATORS: dict[type | None, list[tuple[re.Pattern[str], Any]]] = {
    family: [(re.compile(pattern, re.DOTALL), words) for pattern, words in rules]
    for family, rules in _RULES.items()
}
_FAMILIES = tuple(_RULES)


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
        return error.with_traceback(inner)
    return error


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


def current_exception() -> tuple[Any, Any, Any]:
    """The class, value and traceback of the exception being handled, or three Nones.

    The traceback is the interpreter's own: the caller must not hand it to a script.
    """
    return sys.exc_info()
