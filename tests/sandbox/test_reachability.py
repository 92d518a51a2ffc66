"""A crawler over everything a script can touch: nothing of the interpreter, nothing to poison."""

from __future__ import annotations

import contextlib
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import Environment, Policy, Run
from sandbox.guards import guarded_dir, guarded_getattr
from sandbox.library import Library
from sandbox.library.registry import MODULES
from tests.sandbox.attack_host import Host

FORBIDDEN = (
    types.ModuleType,
    types.FrameType,
    types.CodeType,
    types.TracebackType,
    types.MappingProxyType,
    Environment,
    Library,
)
PRIVATE = (
    "__class__",
    "__dict__",
    "__doc__",
    "__name__",
    "__init__",
    "__new__",
    "__self__",
    "__func__",
    "__globals__",
    "__code__",
    "__closure__",
    "__builtins__",
    "__subclasses__",
    "__bases__",
    "__mro__",
    "__base__",
    "__reduce__",
    "__reduce_ex__",
    "__getattribute__",
    "__setattr__",
    "__call__",
    "__wrapped__",
    "__module__",
    "__loader__",
    "__spec__",
    "func_globals",
    "func_code",
    "im_func",
    "im_self",
    "im_class",
    "mro",
    "f_globals",
    "gi_frame",
    "tb_frame",
    "_library",
)
METHODS = (
    types.MethodType,
    types.BuiltinMethodType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
)
JAVA = ("java.lang", "java.util", "java.text", "java.io", "java.util.concurrent", "java.time")


def roots(environment: Environment) -> Iterator[tuple[str, Any]]:
    """What a script starts with: its builtins, its host, every importable module."""
    for name, value in environment.builtins.items():
        if "$" not in name and name[:2] != "__":
            yield name, value
    yield "host", Host()
    for name in (*sorted(MODULES), *JAVA, "java"):
        with contextlib.suppress(ImportError):
            found = environment.library.find_module(name)
            if found is not None:
                yield f"import {name}", found


def identity(value: Any) -> object:
    """The same for two bound methods of one function and class, else the object's own."""
    if isinstance(value, METHODS):
        owner = getattr(value, "__self__", None)
        return type(value), getattr(value, "__qualname__", ""), type(owner)
    return id(value)


def crawl(environment: Environment, most: int = 30_000) -> Iterator[tuple[str, Any]]:
    """Every object that attribute access and iteration of plain containers reach, once each."""
    pending = deque(roots(environment))
    seen: dict[object, Any] = {}
    while pending and len(seen) < most:
        path, value = pending.popleft()
        key = identity(value)
        if key in seen:
            continue
        seen[key] = value
        yield path, value
        if isinstance(value, str | int | float | complex | bytes | type(None)):
            continue
        names = []
        with contextlib.suppress(Exception):
            names = list(guarded_dir(value))
        for name in (*names, *PRIVATE):
            try:
                found = guarded_getattr(value, name)
            except Exception:
                continue
            except BaseException as error:  # Java errors of bean properties
                found = error
            pending.append((f"{path}.{name}", found))
        if type(value) in (list, tuple, set, frozenset):
            pending.extend((f"{path}[{i}]", item) for i, item in enumerate(value))
        elif type(value) is dict:
            pending.extend((f"{path}[{k!r}]", item) for k, item in value.items())


@pytest.fixture(scope="module")
def reached() -> list[tuple[str, Any]]:
    """The crawl, once for the tests of this file."""
    with Run():
        return list(crawl(Environment(Policy())))


def test_the_crawl_is_worth_something(reached: list[tuple[str, Any]]) -> None:
    """Thousands of objects are reached, from several modules."""
    assert len(reached) > 1000
    assert len({path.split(".")[0] for path, _ in reached}) > 100


def test_no_class_answers_to_brackets(reached: list[tuple[str, Any]]) -> None:
    """What an alias of the interpreter's would ask of a script's object is never asked."""
    found = []
    for path, value in reached:
        with contextlib.suppress(TypeError):
            if isinstance(value, type) and value[0] is not None:  # type: ignore[index]
                found.append(path)
    assert found == []


def test_nothing_of_the_interpreter_is_reached(reached: list[tuple[str, Any]]) -> None:
    """No module, frame, code, real traceback, class proxy, environment or library."""
    assert [path for path, value in reached if isinstance(value, FORBIDDEN)] == []


def test_no_root_class_is_reached(reached: list[tuple[str, Any]]) -> None:
    """Neither the real ``type`` nor ``BaseException``, which would catch a stop."""
    assert [path for path, value in reached if value is type or value is BaseException] == []


def test_no_plain_function_of_the_host_is_reached(reached: list[tuple[str, Any]]) -> None:
    """Functions of the host are bound or C functions: those refuse stores."""
    assert [path for path, value in reached if type(value) is types.FunctionType] == []


def test_what_is_reached_refuses_stores(reached: list[tuple[str, Any]]) -> None:
    """A store on anything that outlives one access fails, so native stores need no guard."""
    open_to_stores = []
    for path, value in reached:
        if isinstance(value, BaseException):
            continue  # made anew for each error
        try:
            value.poison_probe = 1
        except Exception:
            continue
        except BaseException:
            continue
        del value.poison_probe
        open_to_stores.append(path)
    assert open_to_stores == []


def test_no_shared_container_is_reached(reached: list[tuple[str, Any]]) -> None:
    """Lists, dicts and sets come as copies: two reads give two objects."""
    environment = Environment(Policy())
    shared = []
    with Run():
        for name, module in roots(environment):
            for attribute in guarded_dir(module) if name.startswith("import ") else ():
                try:
                    value = guarded_getattr(module, attribute)
                except BaseException:
                    continue
                if type(value) in (list, dict, set, bytearray):
                    other = Environment(Policy())
                    again = guarded_getattr(
                        other.library.find_module(name.removeprefix("import ")), attribute
                    )
                    if again is value:
                        shared.append(f"{name}.{attribute}")
    assert shared == []
