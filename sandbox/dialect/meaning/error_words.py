"""Python 3's error texts and the words Jython has for them."""

from __future__ import annotations

import builtins
import re
from typing import Any

from sandbox.dialect.meaning.error_counts import builtin_name, wrong_count
from sandbox.dialect.meaning.error_frames import (
    call_in,
    called_directly,
    called_function,
    class_of_function,
    has_defaults,
    lambda_counts,
    last_frame,
    method_called,
    name_in,
    pushed_before,
)
from sandbox.dialect.meaning.error_parts import traceback_of
from sandbox.dialect.meaning.typenames import type_text


def _index_error(error: BaseException, match: re.Match[str]) -> str | None:
    value = pushed_before(error, ("BINARY_SUBSCR", "BINARY_OP"))
    if isinstance(value, int):
        return f"index out of range: {value}"
    return None


def _global_name(error: BaseException, match: re.Match[str]) -> str:
    found = last_frame(error)
    word = "name"
    if found is not None and found[0].f_code.co_flags & 0x2:  # CO_NEWLOCALS: a function
        word = "global name"
    # ``$`` begins the host's name for what a script may not store, such as ``del True``.
    return f"{word} '{match.group(1).lstrip('$')}' is not defined"


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def _last(label: str) -> str:
    return builtin_name(label)


def _takes(error: BaseException, match: re.Match[str]) -> str:
    label, low, high, given = match.group("f", "low", "high", "given")
    built_in = wrong_count(error, label, None)
    if built_in is not None:
        return built_in
    name = _last(label)
    if low is not None:
        return f"{name}() takes at most {_count(int(high))} ({given} given)"
    if int(high) == 0:
        return f"{name}() takes no arguments ({given} given)"
    return f"{name}() takes exactly {_count(int(high))} ({given} given)"


def _missing(error: BaseException, match: re.Match[str]) -> str:
    label, absent = match.group("f"), int(match.group("n"))
    built_in = wrong_count(error, label, None)
    if built_in is not None:
        return built_in
    name = _last(label)
    function = called_function(error, label)
    given = call_in(error) if called_directly(error) else None
    if function is None and given is None:
        total = lambda_counts(error, label)
        if total is not None and total >= absent:
            return f"{name}() takes exactly {_count(total)} ({total - absent} given)"
    if function is None:
        if given is None:
            given = 0
        exact = "<" in label and not has_defaults(error, label, absent + given)
        word = "exactly" if exact else "at least"
        return f"{name}() takes {word} {_count(absent + given)} ({given} given)"
    code = function.__code__
    total = code.co_argcount
    defaults = len(function.__defaults__ or ())
    required = total - defaults
    more = defaults or code.co_flags & 0x4
    owner = class_of_function(function)
    if owner is not None and absent == required and not given:
        return (
            f"unbound method {name}() must be called with {owner.__name__} instance as first "
            "argument (got nothing instead)"
        )
    # Jython counts the keywords as well, and the instance of a bound method.
    bound = owner is not None and (given is None or given < required - absent or required == 1)
    counted = required - absent if given is None else given + (1 if bound else 0)
    counted = max(counted, required - absent)
    return (
        f"{name}() takes {'at least' if more else 'exactly'} {_count(required)} "
        f"({counted} given)"
    )


def _counted(error: BaseException, match: re.Match[str]) -> str | None:
    return wrong_count(error, match.group("f"), int(match.group("given")))


def _multiple(error: BaseException, match: re.Match[str]) -> str:
    return (
        f"{_last(match.group(1))}() got multiple values for keyword argument '{match.group(2)}'"
    )


def _unexpected(error: BaseException, match: re.Match[str]) -> str:
    function = called_function(error, match.group(1))
    if function is not None and not function.__code__.co_argcount and not (
        function.__code__.co_flags & 0x4
    ):
        return f"{_last(match.group(1))}() takes no arguments ({call_in(error) or 1} given)"
    return f"{_last(match.group(1))}() got an unexpected keyword argument '{match.group(2)}'"


def _attribute(error: BaseException, match: re.Match[str]) -> str:
    from sandbox.dialect.meaning.typenames import is_old_style

    owner = getattr(error, "obj", None)
    kind = type(owner)
    name = match.group(2)
    if owner is not None and is_old_style(kind):
        return f"{kind.__name__} instance has no attribute '{name}'"
    label = match.group(1)
    if owner is None and _old_class(error, label):
        return f"class {label} has no attribute '{name}'"
    if isinstance(owner, BaseException):
        label = type_text(owner)
    if label == "int" and isinstance(owner, int):
        label = type_text(owner)
    return f"'{_type_label(label)}' object has no attribute '{name}'"


def _class_attribute(error: BaseException, match: re.Match[str]) -> str | None:
    from sandbox.dialect.meaning.typenames import is_old_style

    owner = getattr(error, "obj", None)
    if isinstance(owner, type) and is_old_style(owner):
        return f"class {owner.__name__} has no attribute '{match.group(2)}'"
    if isinstance(owner, type) and issubclass(owner, BaseException):
        label = _type_label(match.group(1))
        return f"type object '{label}' has no attribute '{match.group(2)}'"
    return None


def _type_label(name: str, error: BaseException | None = None) -> str:
    if error is not None and _old_class(error, name):
        return "instance"
    name = name.removeprefix("datetime.")
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return f"exceptions.{name}"
    return {"bytestr": "str", "range": "xrange", "method": "instancemethod"}.get(name, name)


def _old_class(error: BaseException, name: str) -> bool:
    """Whether a name in a message is that of an old-style class of the script."""
    from sandbox.dialect.meaning.typenames import is_old_style

    found = last_frame(error)
    if found is None:
        return False
    cls = name_in(found[0], name)
    return isinstance(cls, type) and is_old_style(cls)


def _unary(error: BaseException, match: re.Match[str]) -> str:
    kind = match.group(2)
    shown = "" if kind in ("str", "unicode", "float", "int", "long") else (
        f": '{_type_label(kind, error)}'"
    )
    return f"bad operand type for unary {match.group(1)}{shown}"


def _kind_in(pattern: str) -> Any:
    """Words with the name of a type in them, as Python 2 calls it."""

    def words(error: BaseException, match: re.Match[str]) -> str:
        return pattern.format(_type_label(match.group(1), error))

    return words


def _operands(error: BaseException, match: re.Match[str]) -> str:
    op = match.group(1)
    left, right = _type_label(match.group(2), error), _type_label(match.group(3), error)
    if op in ("+", "+=") and left in ("str", "unicode"):
        return f"cannot concatenate '{left}' and '{right}' objects"
    if op == "** or pow()":
        op = "**"
    elif op in ("|=", "&=", "^=", "-=") and left == "set":
        op = op[0]
    elif op == "divmod()":
        op = "divmod"
    return f"unsupported operand type(s) for {op}: '{left}' and '{right}'"


def _division(error: BaseException, match: re.Match[str]) -> str:
    found = traceback_of(error)
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

            if type(pushed_before(error, ("BINARY_OP",))) is long:
                return "long division or modulo"
    return "integer division or modulo by zero"


_PADDING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})
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
         r"local variable '\1' referenced before assignment"),
        (r"name '([^']*)' is not defined", _global_name),
    ],
    AttributeError: [
        (r"'([^']*)' object has no attribute '([^']*)'"
         r"(?: and no __dict__ for setting new attributes)?", _attribute),
        (r"type object '([^']*)' has no attribute '([^']*)'", _class_attribute),
        (r"property '\w+' of '\w+' object has no setter", "can't set attribute"),
        (r"property '\w+' of '\w+' object has no deleter", "can't delete attribute"),
        (r"property '\w+' of '\w+' object has no getter", "unreadable attribute"),
        (r"'\w+' object attribute '\w+' is read-only", "readonly attribute"),
    ],
    TypeError: [
        (r"unsupported operand type\(s\) for (\S+|\*\* or pow\(\)): '([^']*)' and '([^']*)'",
         _operands),
        (r'can only concatenate str \(not "([^"]*)"\) to str',
         _kind_in("cannot concatenate 'str' and '{}' objects")),
        (r'can only concatenate list \(not "([^"]*)"\) to list',
         _kind_in('can only concatenate list (not "{}") to list')),
        (r"bad operand type for unary (.): '(.*)'", _unary),
        (r"'(\w+)' object is not iterable", _kind_in("'{}' object is not iterable")),
        (r"'(\w+)' object is not callable", _kind_in("'{}' object is not callable")),
        (r"(?P<f>\w+) expected (?:at least |at most )?\d+ arguments?, got (?P<given>\d+)",
         _counted),
        (r"(?P<f>[\w.]+)\(\) takes (?:no|exactly one|at (?:least|most) \d+)(?: positional)? "
         r"arguments? \((?P<given>\d+) given\)", _counted),
        (r"(?:[\w.<>]+\.)?(\w+|<lambda>)\(\) argument after \* must be an iterable, not .*",
         r"\1() argument after * must be a sequence"),
        (r"(?:[\w.<>]+\.)?(\w+|<lambda>)\(\) argument after \*\* must be a mapping, not .*",
         r"\1() argument after ** must be a mapping"),
        (r"'\w+' object attribute '\w+' is read-only", "readonly attribute"),
        (r"issubclass\(\) arg 2 must be a class.*",
         "issubclass() arg 2 must be a class or tuple of classes"),
        (r"(?:l|r)?strip arg must be None or str",
         lambda e, m: m.group(0).replace("or str", "str").replace("None", "None,")
         + " or buffer compatible object"),
        (r"must be str or None, not .*",
         lambda e, m: f"{method_called(e) or 'split'} arg must be None, str or buffer compatible "
         "object"),
        (r"(?:replace|count|find|index|rfind|rindex)\(\) argument \d must be str, not .*|"
         r"(?:starts|ends)with first arg must be str or a tuple of str, not .*|must be str, not .*",
         "expected str, bytearray or other buffer compatible object"),
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
        (r"Can't instantiate abstract class (\w+) with(?:out an implementation for)? abstract "
         r"methods? (.*)",
         lambda e, m: f"Can't instantiate abstract class {m.group(1)} with abstract methods "
         + m.group(2).replace("'", "")),
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
         lambda e, m: "integer required" if method_called(e) in _PADDING else
         f"'{m.group(1)}' object cannot be interpreted as an index"),
        (r"type '\w+' is not subscriptable", "'type' object is unsubscriptable"),
        (r"unhashable type: '([^']*)'",
         lambda e, m: "set objects are unhashable" if m.group(1) == "set" else m.group(0)),
        (r"can't compare (\w+) to (\w+)", r"can't compare '\1' to '\2'"),
        (r"'(\w+)' object doesn't support item deletion",
         lambda e, m: f"'{m.group(1)}' object does not support item deletion"),
    ],
    ValueError: [
        (r"could not convert string to float: (.*)", lambda e, m: _float_text(m.group(1))),
        (r"Exceeds the limit \((\d+) digits\) for integer string conversion.*",
         r"a number of more than \1 digits cannot be written or read as text here"),
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
        (r"Negative zero coercion .*", "Unknown format code 'z' for object of type 'string'"),
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

    found = last_frame(error)
    if found is not None:
        cls = name_in(found[0], match.group(1))
        if isinstance(cls, type) and is_old_style(cls):
            return "this constructor takes no arguments"
    return "object.__new__() takes no parameters"


def _indices(match: re.Match[str]) -> str:
    word = match.group(0).split(" ")[0]
    return f"{'str' if word in ('byte', 'string') else word} indices must be integers"


def _float_text(shown: str) -> str:
    if shown[:1] in "'\"":
        import ast

        try:
            shown = ast.literal_eval(shown)
        except (ValueError, SyntaxError):
            shown = shown[1:-1]
    return f"invalid literal for float: {shown}"


TRANSLATORS: dict[type | None, list[tuple[re.Pattern[str], Any]]] = {
    family: [(re.compile(pattern, re.DOTALL), words) for pattern, words in rules]
    for family, rules in _RULES.items()
}
FAMILIES = tuple(_RULES)
