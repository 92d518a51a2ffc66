"""The builtins of compiled scripts: the dialect's, with the guards of the policy over them."""

from __future__ import annotations

import threading
import types
from typing import Any

from sandbox.containers_shown import STANDING, stand_in
from sandbox.dialect.meaning.containers import python2_apply
from sandbox.dialect.meaning.kinds import bytestr, unicode
from sandbox.generators import require_run
from sandbox.guards import (
    Careful,
    Private,
    SuperFunction,
    field,
    guarded_delattr,
    guarded_getattr,
    guarded_hasattr,
    guarded_setattr,
    named_attribute,
    owns,
    read,
    write,
)
from sandbox.guards_base import plain_keywords
from sandbox.guards_classes import build_class
from sandbox.guards_format import format_one, format_text
from sandbox.guards_shown import SHOWN_AS, type_function
from sandbox.guards_stores import settable
from sandbox.limits import checkpoint, register_flag, run_token
from sandbox.limits_consuming import TOLD, starred
from sandbox.limits_items import Items
from sandbox.lookups import ASKING, late, operand, resumed, storing
from sandbox.policy import Policy

_LOCK = threading.Lock()
TEXTS = frozenset({str, unicode, bytestr})
_ENUMERATE = stand_in(enumerate)
_TABLES: dict[tuple[Any, ...], dict[str, Any]] = {}
_FLAGS: list[Any] = []


def sealed(value: Any) -> Any:
    """A plain function as something that refuses stores, at the price of one C call."""
    if type(value) is types.FunctionType:
        return value.__call__
    return value


def format_call(template: Any, *args: Any, **keywords: Any) -> Any:
    """``template.format(...)`` as the lowering writes it, whatever the template is."""
    if type(template) in TEXTS:
        return format_text(template, *args, **keywords)
    return read(template, "format")(*args, **keywords)


def apply_call(*given: Any) -> Any:
    """``apply``; the names of keywords are looked at as those after ``**`` are."""
    if len(given) == 3 and given[2] is not None:
        given = (*given[:2], plain_keywords(given[2]))
    if 1 < len(given) < 4:
        given = (given[0], starred(given[1], "apply() "), *given[2:])
    return python2_apply(*given)


def builtins_for(policy: Policy, profile: str) -> dict[str, Any]:
    """The one builtins dict of a tier, its limits and a profile in this process."""
    counted = policy.limits.recursion if policy.counts else None
    key = (policy.tier, policy.limits.size, counted, profile)
    found = _TABLES.get(key)
    if found is None:
        with _LOCK:
            found = _TABLES.get(key)
            if found is None:
                found = _make(policy)
                _FLAGS.append(register_flag(found))
                _TABLES[key] = found
    return found


def _make(policy: Policy) -> dict[str, Any]:
    from sandbox import dynamic, errors, importing
    from sandbox.dialect.meaning import BUILTINS, HELPERS
    from sandbox.dialect.meaning.typenames import MAKERS
    from sandbox.library.byte_arrays import ByteArray
    from sandbox.library.descriptors import ClassMethod, Property, StaticMethod
    from sandbox.library.java.throwables import JavaThrowable
    from sandbox.limits_consuming import Enumerating, Slice, iterating

    dynamic.install()
    MAKERS["type"] = type_function
    table: dict[str, Any] = {name: sealed(value) for name, value in BUILTINS.items()}
    table.update(HELPERS)
    table.update(
        {
            "$getattr": read,
            "$named": named_attribute,
            "$field": field,
            "$owns": owns,
            "$setattr": write,
            "$open": settable,
            "$private": Private,
            "$stores": Items,
            "$asking": ASKING,
            "$changing": Careful,
            "$storing": storing,
            "$operand": operand,
            "$late": late,
            "$resumed": resumed,
            "bytearray": ByteArray,
            "property": Property,
            "staticmethod": StaticMethod,
            "classmethod": ClassMethod,
            "iter": sealed(iterating),
            "enumerate": Enumerating(),
            "$kind": type,
            "$real": frozenset({int, float, bool}),
            "$slice": slice,
            "$keywords": plain_keywords,
            "$starred": starred,
            "$told": TOLD,
            "$checkpoint": checkpoint,
            "$require": require_run,
            "$run_token": run_token,
            "$managed": dynamic.Managed,
            "$caught": (Exception, JavaThrowable, errors.HarmlessExit),
            "$class": _unused,
            "$GeneratorExit": (errors.GeneratorExit, GeneratorExit),
            "$raised": raised,
            "$last_error": last_error,
            "$import_star": importing.import_star,
            "$import_dotted": importing.import_dotted,
            "$format_method": format_call,
            "$text": format_one_fast,
            "$script_globals": dynamic.GlobalNames,
            "$script_locals": dynamic.local_names,
            "$dir_names": dynamic.names_of,
            "$exec": dynamic.exec_here,
            "$exec_class": dynamic.exec_in_class,
            "$exec_in": dynamic.exec_in,
            "$eval": dynamic.evaluate,
            "__build_class__": build_class,
            "__import__": sealed(importing.import_module),
            "SystemExit": errors.SystemExit,
            "KeyboardInterrupt": errors.KeyboardInterrupt,
            "GeneratorExit": errors.GeneratorExit,
            "getattr": sealed(guarded_getattr),
            "hasattr": sealed(guarded_hasattr),
            "setattr": sealed(guarded_setattr),
            "delattr": sealed(guarded_delattr),
            "super": SuperFunction(),
            "apply": sealed(apply_call),
            "format": sealed(format_one),
            "globals": sealed(dynamic.globals_here),
            "locals": sealed(dynamic.locals_here),
            "vars": sealed(dynamic.vars_of),
            "dir": sealed(dynamic.dir_of),
            "eval": sealed(dynamic.evaluate_here),
            "open": sealed(dynamic.open_granted),
            "file": sealed(dynamic.open_granted),
            "execfile": sealed(dynamic.execute_file),
            "compile": sealed(dynamic.compile_text),
            "exit": sealed(dynamic.leave),
            "quit": sealed(dynamic.leave),
        }
    )
    table["slice"] = SHOWN_AS[slice] = Slice
    if policy.counts:
        from sandbox.nesting import entry_check

        table["$entered"] = entry_check(policy.limits.recursion)
    if policy.tier == "thread":
        from sandbox.limits_values import bounded

        bounded(table, policy.limits.size)
    if table["enumerate"] is enumerate:
        table["enumerate"] = _ENUMERATE
    table.update({real.__name__: shown for real, shown in STANDING.items()})
    return table


def raised(kind: Any, value: Any = None, trace: Any = None) -> BaseException:
    """What ``raise kind, value, trace`` raises; the real GeneratorExit becomes the script's."""
    from sandbox.dialect.meaning.errors import raised as make

    return _harmless(make(kind, value, trace))


def last_error(last: BaseException | None) -> BaseException:
    """What a bare ``raise`` outside a handler raises; it, too, never the real GeneratorExit."""
    from sandbox.dialect.meaning.errors import last_error as find

    return _harmless(find(last))


def _harmless(error: BaseException) -> BaseException:
    from sandbox import errors

    return errors.GeneratorExit(*error.args) if type(error) is GeneratorExit else error


def _unused(*_arguments: Any) -> None:
    raise AssertionError("class statements call __build_class__")


def format_one_fast(value: Any) -> Any:
    """One plain field of a format, as text."""
    if type(value) is str:
        return value
    return format_one(value)


__all__ = ["builtins_for", "sealed"]
