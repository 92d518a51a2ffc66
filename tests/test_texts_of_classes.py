"""A rule: a text that is written in Python asks no object of a script's in the middle of C."""

from __future__ import annotations

import importlib
import pkgutil
import types

import pytest

import runtime
import sandbox
from sandbox.limits_hooks import Shown

# The embedding program's own: no script holds one.
_HOSTS = """
runtime.executors.base:Running runtime.executors.link:Link runtime.host:ScriptHost
runtime.lanes:Lane runtime.links.peer:Peer runtime.logbook:LogRecord runtime.message:Delivery
runtime.message:Message runtime.scopes:ScriptScope sandbox.diagnostic:Diagnostic
"""
# Of metaclasses: the names of a class, which are texts whatever a script stores there.
_CLASSES = """
sandbox.guards_abstract:AbstractMeta sandbox.guards_metaclass:ScriptType
sandbox.library.byte_arrays:ByteArrayType sandbox.library.descriptors:DescriptorType
sandbox.library.functools_module:PartialType sandbox.library.java.base:JavaType
sandbox.library.module:HostType sandbox.library.types_module:OpaqueType
sandbox.limits_consuming:_SliceType
"""
# Names, paths and numbers that the host made itself, or addresses.
_NAMES = """
runtime.perspective:PropertyTree runtime.system.dataset:PyDataSet runtime.tags.change:TagPath
runtime.tags.values:QualityCode sandbox.dialect.meaning.attributes:BoundMethod
sandbox.dialect.meaning.attributes:UnboundMethod sandbox.dialect.meaning.dynamic:CodeText
sandbox.dialect.meaning.typenames:TypeName sandbox.errors:HostProperty
sandbox.guards:SuperFunction sandbox.guards_owners:_Constructor sandbox.guards_shown:HostClass
sandbox.library.byte_arrays:ByteArray sandbox.library.csv_module:_Number
sandbox.library.errors:Frame sandbox.library.errors:Traceback sandbox.library.file_module:File
sandbox.library.functools_module:Partial sandbox.library.java.packages:JavaPackage
sandbox.library.language_modules:Feature sandbox.library.re_match:Match
sandbox.library.re_pattern:Pattern sandbox.library.sys_module:Output
sandbox.library.sys_module:VersionInfo sandbox.library.threading_module:MainThread
sandbox.library.url_modules:UUID sandbox.library.warnings_module:CatchWarnings
sandbox.limits_consuming:BigRange sandbox.limits_methods:SizedMethod
sandbox.modules:ScriptPackage
"""
# Plain data, which was copied when it came.
_DATA = "runtime.system.dataset:PyRow runtime.tags.values:QualifiedValue"
# Of a module of the host's.
_MODULES = "sandbox.importing:Imported"
EXPLAINED = frozenset(" ".join((_HOSTS, _CLASSES, _NAMES, _DATA, _MODULES)).split())


def _import_all() -> None:
    for package in (sandbox, runtime):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)


def _classes() -> set[type]:
    waiting: list[type] = [object]
    seen: set[type] = set()
    while waiting:
        for heir in type.__subclasses__(waiting.pop()):
            if heir not in seen:
                seen.add(heir)
                waiting.append(heir)
    return seen


@pytest.mark.filterwarnings("ignore")
def test_texts_written_in_python_are_shown_or_explained() -> None:
    """``@shown`` keeps the others from C; what is explained here reads nothing of a script's."""
    _import_all()
    plain, kept = set(), 0
    for cls in _classes():
        for name in ("__repr__", "__str__"):
            text = type.__dict__["__dict__"].__get__(cls).get(name)
            kept += isinstance(text, Shown)
            if type(text) is not types.FunctionType:
                continue
            module = str(text.__globals__.get("__name__"))
            if module.partition(".")[0] in ("sandbox", "runtime"):
                plain.add(f"{module}:{text.__qualname__.rpartition('.')[0]}")
    assert plain - EXPLAINED == set()
    assert EXPLAINED - plain == set()
    assert kept > 10
