"""Facts that Python 3's error texts lack, read from the frame that raised the error."""

from __future__ import annotations

import dis
import operator
import types
from typing import Any

from sandbox.dialect.meaning.error_parts import traceback_of
from sandbox.limits_hooks import asked_for


def last_frame(error: BaseException) -> tuple[types.FrameType, int] | None:
    """The innermost frame of a script that an error passed, and its last instruction."""
    trace = traceback_of(error)
    found: tuple[types.FrameType, int] | None = None
    while trace is not None:
        if "$stop" in trace.tb_frame.f_builtins:
            found = (trace.tb_frame, trace.tb_lasti)
        trace = trace.tb_next
    return found


def name_in(frame: types.FrameType, name: Any) -> Any:
    """The value of a local or global name in a frame, or None."""
    for names in (frame.f_locals, frame.f_globals):
        if name in names:
            return names[name]
    return None


def class_of_function(function: Any) -> Any:
    """The class whose method a plain function is, or None."""
    owner, _, own = function.__qualname__.rpartition(".")
    if not owner or owner.endswith("<locals>"):
        return None
    found: Any = function.__globals__.get(owner)
    if isinstance(found, type) and asked_for(_dict_of(found).get(own)) is function:
        return found
    return None


_dict_of = type.__dict__["__dict__"].__get__
_UNKNOWN = object()
_SKIPPED = frozenset({"CACHE", "PRECALL", "PUSH_NULL", "RESUME"})
_ARITHMETIC: dict[str, Any] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
}


class _Stack:
    """What simple instructions had pushed, worked out backwards without running anything."""

    def __init__(self, frame: types.FrameType, instructions: list[dis.Instruction]) -> None:
        self.frame = frame
        self.left = [item for item in instructions if item.opname not in _SKIPPED]

    def pop(self) -> Any:
        """The value that the last remaining instructions pushed, or ``_UNKNOWN``."""
        if not self.left:
            return _UNKNOWN
        item = self.left.pop()
        name = item.opname
        if name == "LOAD_CONST":
            return item.argval
        if name in ("LOAD_FAST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF"):
            return name_in(self.frame, item.argval)
        if name == "LOAD_FAST_LOAD_FAST":
            return name_in(self.frame, item.argval[1])
        if name == "UNARY_NEGATIVE":
            value = self.pop()
            return -value if type(value) is int else _UNKNOWN
        if name == "LOAD_ATTR":
            owner = self.pop()
            # Only what an instance plainly holds: no method of a script may run here.
            held = getattr(owner, "__dict__", None) if _plain(owner) else None
            return held.get(item.argval, _UNKNOWN) if type(held) is dict else _UNKNOWN
        if name == "BINARY_SUBSCR":
            return self._item()
        if name == "BINARY_OP":
            right, left = self.pop(), self.pop()
            calculate = _ARITHMETIC.get(item.argrepr)
            if calculate is None or type(left) is not int or type(right) is not int or (
                right == 0 and item.argrepr in ("//", "%")
            ):
                return _UNKNOWN
            return calculate(left, right)
        return _UNKNOWN

    def _item(self) -> Any:
        index, owner = self.pop(), self.pop()
        if type(owner) in (list, tuple) and type(index) is int:
            return owner[index] if -len(owner) <= index < len(owner) else _UNKNOWN
        if type(owner) is dict and type(index) in (int, str):
            return owner.get(index, _UNKNOWN)
        return _UNKNOWN


def _plain(owner: Any) -> bool:
    kind = type(owner)
    read: Any = kind.__getattribute__
    return read is object.__getattribute__ and not isinstance(owner, type)


def pushed_before(error: BaseException, names: tuple[str, ...]) -> Any:
    """The value pushed just before the failing instruction, None if that is not plain to see."""
    found = last_frame(error)
    if found is None:
        return None
    made = _instructions_to(error)
    if not made or not made[-1].opname.startswith(names):
        return None
    value = _Stack(found[0], made[:-1]).pop()
    return None if value is _UNKNOWN else value


def called_function(error: BaseException, label: str) -> Any:
    """The function that a call in the failing frame meant, by its qualified name."""
    found = last_frame(error)
    if found is None:
        return None
    frame = found[0]
    parts = label.rpartition("<locals>.")[2].split(".")
    value = name_in(frame, parts[0])
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


_CALLS = frozenset({"CALL", "CALL_KW", "CALL_FUNCTION", "CALL_METHOD"})
_METHOD_LOADS = frozenset({"LOAD_METHOD", "LOAD_ATTR"})


def _instructions_to(error: BaseException) -> list[dis.Instruction]:
    """The instructions of the failing frame up to the failing one."""
    found = last_frame(error)
    if found is None:
        return []
    frame, offset = found
    made = []
    for instruction in dis.get_instructions(frame.f_code):
        made.append(instruction)
        if instruction.offset == offset:
            return made
    return []


def call_in(error: BaseException) -> int | None:
    """How many arguments the failing call gave, None if the frame did not fail in a call."""
    made = _instructions_to(error)
    if not made or made[-1].opname not in _CALLS:
        return None
    return made[-1].arg


def lambda_counts(error: BaseException, label: str) -> int | None:
    """How many parameters the only nameless function of the failing frame has, or None."""
    found = last_frame(error)
    if found is None:
        return None
    name = label.rpartition(".")[2]
    counts = {
        item.co_argcount
        for item in found[0].f_code.co_consts
        if isinstance(item, types.CodeType) and item.co_name == name
    }
    return counts.pop() if len(counts) == 1 else None


def called_directly(error: BaseException) -> bool:
    """Whether the failing call stands in a script, not in a helper that a script called."""
    found = last_frame(error)
    trace = traceback_of(error)
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if found is None or trace is None or trace.tb_frame is not found[0]:
        return False
    made = _instructions_to(error)
    callee = [item for item in made[-12:-1] if item.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    # ``map`` and its like are called directly and call the function themselves.
    return not callee or not str(callee[-1].argval).startswith("$")


def raised_here(error: BaseException) -> bool:
    """Whether a ``raise`` statement of a script raised the error."""
    made = _instructions_to(error)
    return bool(made) and made[-1].opname == "RAISE_VARARGS"


def method_called(error: BaseException) -> str | None:
    """The name of the method that the failing call called, None for another call."""
    made = _instructions_to(error)
    if not made or made[-1].opname not in _CALLS:
        return None
    count = made[-1].arg or 0
    for instruction in reversed(made[:-1]):
        name = instruction.opname
        if name in ("CACHE", "PRECALL", "KW_NAMES"):
            continue
        if count and name.startswith(("LOAD_CONST", "LOAD_FAST", "LOAD_GLOBAL", "LOAD_NAME")):
            count -= 1
            continue
        if not count and name in _METHOD_LOADS:
            value: str = instruction.argval
            return value
        return None
    return None


def has_defaults(error: BaseException, label: str, required: int) -> bool:
    """Whether a nameless function of the failing frame takes more than its required arguments."""
    found = last_frame(error)
    name = label.rpartition(".")[2]
    return found is not None and any(
        isinstance(item, types.CodeType) and item.co_name == name and item.co_argcount > required
        for item in found[0].f_code.co_consts
    )
