"""Facts that Python 3's error texts lack, read from the frame that raised the error."""

from __future__ import annotations

import dis
import types
from typing import Any


def last_frame(error: BaseException) -> tuple[types.FrameType, int] | None:
    """The innermost frame of a script that an error passed, and its last instruction."""
    trace = error.__traceback__
    found: tuple[types.FrameType, int] | None = None
    while trace is not None:
        if not trace.tb_frame.f_globals.get("__name__", "").startswith("sandbox."):
            found = (trace.tb_frame, trace.tb_lasti)
        trace = trace.tb_next
    return found


def name_in(frame: types.FrameType, name: Any) -> Any:
    """The value of a local or global name in a frame, or None."""
    for names in (frame.f_locals, frame.f_globals):
        if name in names:
            return names[name]
    return None


def _pushed(frame: types.FrameType, instruction: dis.Instruction) -> Any:
    if instruction.opname == "LOAD_CONST":
        return instruction.argval
    if instruction.opname in ("LOAD_FAST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF"):
        return name_in(frame, instruction.argval)
    if instruction.opname == "LOAD_FAST_LOAD_FAST":
        return name_in(frame, instruction.argval[1])
    return None


def class_of_function(function: Any) -> Any:
    """The class whose method a plain function is, or None."""
    owner, _, own = function.__qualname__.rpartition(".")
    if not owner or owner.endswith("<locals>"):
        return None
    found: Any = function.__globals__.get(owner)
    if isinstance(found, type) and found.__dict__.get(own) is function:
        return found
    return None


def pushed_before(error: BaseException, names: tuple[str, ...]) -> Any:
    """The value pushed just before the failing instruction, if it is a simple one."""
    found = last_frame(error)
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
