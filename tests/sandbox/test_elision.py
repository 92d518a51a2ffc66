"""A native attribute read decides as RestrictedPython's guard would have."""

from __future__ import annotations

import argparse
import ast
import asyncio
import collections
import datetime
import decimal
import email.message
import functools
import itertools
import json
import logging
import math
import random
import re
import string
import threading
import typing
import unittest
import urllib.parse
import xml.dom.minidom
from typing import Any

import pytest
from RestrictedPython.Guards import safer_getattr_raise

from sandbox import Environment, Policy, Run, Sandbox
from sandbox.dialect.meaning.attributes import PY2_METHOD_NAMES
from sandbox.policy_names import GUARDED_ATTRIBUTES, REFUSED_ATTRIBUTES

MODULES = (
    collections,
    datetime,
    decimal,
    functools,
    itertools,
    json,
    math,
    random,
    re,
    string,
    threading,
    argparse,
    ast,
    asyncio,
    email.message,
    logging,
    typing,
    unittest,
    urllib.parse,
    xml.dom.minidom,
)


def samples() -> list[Any]:
    """Values of the standard library: modules, classes, functions, instances, generators."""
    found: list[Any] = [1, 1.5, 1j, "a", b"a", [], (), {}, set(), frozenset(), None, range(3)]
    found += [(x for x in ()), lambda: 1, ValueError("x"), slice(1), object(), type, object]
    for module in MODULES:
        found.append(module)
        found += [getattr(module, name) for name in dir(module) if not name.startswith("__")]
    return found


def native(name: str) -> bool:
    """Whether the policy leaves the read of this attribute native."""
    return not (
        name.startswith("_")
        or name in REFUSED_ATTRIBUTES
        or name in GUARDED_ATTRIBUTES
        or name in PY2_METHOD_NAMES
    )


def test_native_reads_are_reads_the_guard_allows() -> None:
    """For every object and every name left native, the guard gives the same value."""
    pairs = 0
    for value in samples():
        for name in dir(value):
            if not native(name):
                continue
            pairs += 1
            try:
                plain = getattr(value, name)
            except Exception:
                continue
            try:
                guarded = safer_getattr_raise(value, name)
            except (AttributeError, NotImplementedError) as error:
                pytest.fail(f"{type(value).__name__}.{name}: {error}")
            assert type(guarded) is type(plain)
    assert pairs > 10_000


def test_every_name_the_guard_refuses_is_not_native() -> None:
    """What the guard refuses by name is refused or guarded here as well."""
    refused = {
        name
        for value in samples()
        for name in dir(value)
        if not name.startswith("_") and native(name)
        for error in [_refusal(value, name)]
        if error
    }
    assert refused == set()


def _refusal(value: Any, name: str) -> str:
    try:
        safer_getattr_raise(value, name)
    except AttributeError as error:
        return str(error) if "invalid attribute name" in str(error) else ""
    except Exception as error:
        return str(error) if isinstance(error, NotImplementedError) else ""
    return ""


PLAINLY = """
import collections, datetime
more = ['__eq__', '__setitem__', '__delitem__', '__ior__', '__init__', '__hash__', '__iadd__',
        '__imul__', '__contains__', '__getitem__', '__lt__', 'sort', 'index', '__reversed__',
        '__format__', '__mul__', '__add__', '__mod__', '__pow__', '__lshift__', '__getslice__']
bases = (list, dict, set, frozenset, str, unicode, tuple, int, float, collections.deque,
         collections.defaultdict, collections.OrderedDict, Exception, IOError, datetime.date)
told = []
for base in bases:
    class Heir(base): pass
    heir = Heir(2001, 1, 1) if base is datetime.date else Heir()
    for name in set(dir(heir) + more):
        try: plain = object.__getattribute__(heir, name)
        except Exception: continue
        usual = getattr(heir, name)
        told.append(name)
        if type(plain) is not type(usual) or str(plain) != str(usual):
            print base, name, plain, usual
print len(told) > 400
"""


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_what_is_read_past_a_hook_is_what_is_read_otherwise(tier):
    """``object.__getattribute__`` gives no method that stands for another elsewhere."""
    policy = Policy(tier=tier)
    environment = Environment(policy)
    script = Sandbox(policy).compile(PLAINLY).script
    output = []
    with Run(output=output.append, environment=environment):
        environment.execute(script, environment.namespace(script=script))
    assert "".join(output) == "True\n"
