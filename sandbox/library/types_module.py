"""``types``: names of types for ``isinstance`` and comparison; none of them makes code."""

from __future__ import annotations

import types
from typing import Any

from sandbox.guards_shown import safe_class
from sandbox.library.arguments import text
from sandbox.library.descriptors import check_bound, plain_function
from sandbox.library.errors import Code, Frame, Traceback
from sandbox.library.hooks import current_run
from sandbox.library.meaning import builtin
from sandbox.library.module import HostType, Module, host_class
from sandbox.limits_consuming import Slice
from sandbox.modules import ScriptModule, ScriptPackage

# Never ``vars``: that asks the metaclass of the class.
_names_of = type.__dict__["__dict__"].__get__


class OpaqueType(HostType):
    """Metaclass of stand-ins for interpreter types: they compare and check, nothing more."""

    EXTENDED = False

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, _names_of(cls)["_REAL"])

    def __eq__(cls, other: object) -> bool:
        real = _names_of(cls)["_REAL"]
        return cls is other or any(other is one or other is safe_class(one) for one in real)

    def __ne__(cls, other: object) -> bool:
        return not cls == other

    def __hash__(cls) -> int:
        return hash(_names_of(cls)["_REAL"][0])

    def __repr__(cls) -> str:
        return f"<type '{type.__getattribute__(cls, '__name__')}'>"


def _opaque(name: str, *real: type) -> Any:
    def refuse(cls: Any, *args: Any, **keywords: Any) -> Any:
        raise TypeError(f"cannot create '{name}' instances")

    return host_class("types")(
        OpaqueType(name, (), {"_REAL": real, "__new__": refuse, "__slots__": ()})
    )


def _bind(cls: Any, function: Any, instance: Any = None, owner: Any = None) -> Any:
    if not callable(function):
        raise TypeError("first argument must be callable")
    check_bound(function, instance)
    return function if instance is None else types.MethodType(plain_function(function), instance)


_METHOD = host_class("types")(
    OpaqueType(
        "instancemethod", (), {"_REAL": (types.MethodType,), "__new__": _bind, "__slots__": ()}
    )
)


class MadeModule(ScriptModule):
    """``types.ModuleType(name)``: a module that a script made, with names of its own."""

    __slots__ = ("_space",)

    def __init__(self, name: Any, doc: Any, space: dict[str, Any]) -> None:
        space["__doc__"] = doc
        object.__setattr__(self, "_space", space)
        super().__init__(text(name), lambda: space)

    def _contents(self) -> Any:
        """Its names; what is stored there is stored in the module."""
        from sandbox.dynamic import GlobalNames

        return GlobalNames(self._space)


def _make_module(cls: Any, name: Any, doc: Any = None) -> Any:
    run = current_run()
    environment = getattr(run, "environment", None)
    if environment is None:
        raise RuntimeError("modules are made by scripts only")
    return MadeModule(name, doc, environment.namespace(text(name)))


class TypesModule(Module):
    """``types``."""

    __slots__ = (
        "BooleanType",
        "BufferType",
        "ClassType",
        "DictType",
        "DictionaryType",
        "FileType",
        "FloatType",
        "InstanceType",
        "IntType",
        "ListType",
        "LongType",
        "ModuleType",
        "ObjectType",
        "StringType",
        "StringTypes",
        "TupleType",
        "TypeType",
        "UnicodeType",
        "XRangeType",
    )
    NAME = "types"

    NoneType = type(None)
    ComplexType = complex
    SliceType = Slice
    EllipsisType = type(Ellipsis)
    NotImplementedType = type(NotImplemented)
    FunctionType = LambdaType = _opaque("function", types.FunctionType)
    MethodType = UnboundMethodType = _METHOD
    BuiltinFunctionType = BuiltinMethodType = _opaque(
        "builtin_function_or_method", types.BuiltinFunctionType
    )
    GeneratorType = _opaque("generator", types.GeneratorType)
    CodeType = _opaque("code", types.CodeType, Code)
    FrameType = _opaque("frame", types.FrameType, Frame)
    TracebackType = _opaque("traceback", types.TracebackType, Traceback)
    DictProxyType = _opaque("dictproxy", types.MappingProxyType)
    GetSetDescriptorType = _opaque("getset_descriptor", types.GetSetDescriptorType)
    MemberDescriptorType = _opaque("member_descriptor", types.MemberDescriptorType)

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        put = object.__setattr__
        string = builtin("str", str)
        unicode = builtin("unicode", str)
        for name, value in (
            ("StringType", string),
            ("UnicodeType", unicode),
            ("StringTypes", (string, unicode)),
            ("IntType", builtin("int", int)),
            ("LongType", builtin("long", int)),
            ("FloatType", builtin("float", float)),
            ("BooleanType", builtin("bool", bool)),
            ("ListType", builtin("list", list)),
            ("TupleType", builtin("tuple", tuple)),
            ("DictType", builtin("dict", dict)),
            ("DictionaryType", builtin("dict", dict)),
            ("ObjectType", builtin("object", object)),
            ("TypeType", builtin("type", type)),
            ("XRangeType", builtin("xrange", range)),
            ("BufferType", _BUFFER),
            ("FileType", _FILE),
            ("ModuleType", _MODULE),
            ("ClassType", _OLD_CLASS),
            ("InstanceType", _OLD_INSTANCE),
        ):
            put(self, name, value)


def _old_style(name: str) -> Any:
    """A check for old-style classes or their instances, as the dialect marks them."""

    class Check(OpaqueType):
        def __instancecheck__(cls, value: Any) -> bool:
            try:
                from sandbox.dialect.meaning.typenames import is_old_style
            except ImportError:
                return False
            if name == "classobj":
                return isinstance(value, type) and bool(is_old_style(value))
            return bool(is_old_style(type(value)))

    def refuse(cls: Any, *args: Any, **keywords: Any) -> Any:
        raise TypeError(f"cannot create '{name}' instances")

    return host_class("types")(
        Check(name, (), {"_REAL": (Check,), "__new__": refuse, "__slots__": ()})
    )


_FILE = _opaque("file", Module)
_OLD_CLASS = _old_style("classobj")
_OLD_INSTANCE = _old_style("instance")
_MODULE = host_class("types")(
    OpaqueType(
        "module",
        (),
        {"_REAL": (ScriptModule, ScriptPackage, Module), "__new__": _make_module, "__slots__": ()},
    )
)
_BUFFER = _opaque("buffer", memoryview)
