"""Which names a script may spell, bind and reach: the tables of the policy."""

from __future__ import annotations

from RestrictedPython.transformer import INSPECT_ATTRIBUTES

# Attributes of the interpreter's frames and code that the library's read-only copies have too: the
# owner decides.
COPIED_ATTRIBUTES = frozenset(
    {"tb_frame", "tb_next", "f_back", "f_code", "f_globals", "f_locals", "func_code"}
)

# Attributes no script has a use for that is not an escape; refused at compile time and, for names
# computed at run time, by the guard.
REFUSED_ATTRIBUTES: dict[str, str] = dict.fromkeys(
    (
        *(INSPECT_ATTRIBUTES - COPIED_ATTRIBUTES),
        "f_lasti",
        "f_restricted",
        "f_exc_traceback",
        "f_exc_type",
        "f_exc_value",
        "co_consts",
        "co_names",
        "co_cellvars",
        "co_freevars",
        "gi_running",
        "func_globals",
        "func_closure",
        "__code__",
        "__globals__",
        "__closure__",
        "__builtins__",
        "__subclasses__",
        "__traceback__",
        "__context__",
        "__cause__",
        "__suppress_context__",
        "__loader__",
        "__spec__",
        "__kwdefaults__",
        "__init_subclass__",
        "__subclasshook__",
        "__subclasscheck__",
        "__instancecheck__",
        "__set_name__",
        "__prepare__",
        "__mro_entries__",
        "__class_getitem__",
        "__wrapped__",
        "__build_class__",
        "__classcell__",
        "__text_signature__",
        "__signature__",
        "__annotations__",
        "__weakrefoffset__",
        "__abstractmethods__",
        "__getnewargs_ex__",
        "__await__",
        "__aiter__",
        "__anext__",
        "__aenter__",
        "__aexit__",
        "__buffer__",
        "__release_buffer__",
        "__type_params__",
        "__dictoffset__",
        "__basicsize__",
        "__itemsize__",
        "__base__",
    ),
    "it reaches the interpreter's own frames and code",
)

# Names without an underscore where the object decides; read through the guard. Everything else
# without an underscore is decided by its name alone and stays a native read.
GUARDED_ATTRIBUTES = COPIED_ATTRIBUTES | frozenset(
    {
        "format",
        "format_map",
        "Formatter",
        "get_field",
        "get_value",
        "vformat",
        "obj",
        "mro",
        "maps",
        "mapping",
        "with_traceback",
        "add_note",
        "strftime",
        "astimezone",
        "throw",
        "close",
        "clear",
        "update",
        # What may give a dictionary or set another table.
        "add",
        "setdefault",
        "popitem",
        "fromkeys",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "func",
        "fget",
        "fset",
        "fdel",
        "func_name",
        "func_doc",
        "func_dict",
        "func_defaults",
        "im_func",
        "im_self",
        "im_class",
    }
)

# Methods whose result can be far larger than what they are called with (thread tier).
SIZED_METHODS = frozenset(
    {"replace", "join", "ljust", "rjust", "center", "zfill", "expandtabs", "extend"}
    # Python 3's own, which numbers have here as well.
    | {"to_bytes", "as_integer_ratio"}
)

# What a namespace holds for the host, and for programs that show tracebacks: they ask a loader for
# the source, whoever put it there.
HIDDEN_GLOBALS = frozenset(
    {"__builtins__", "__cached__", "__loader__", "__spec__", "__warningregistry__"}
)

# Plain names that mean the interpreter's own machinery to compiled code.
REFUSED_NAMES: dict[str, str] = {
    "__builtins__": "use the builtin functions by their names, or import __builtin__",
    "__build_class__": "define classes with a class statement",
    "__loader__": "use import",
    "__spec__": "use import",
    "__debug__": "compare your own flag instead",
    "__class__": "use self.__class__ or the name of the class",
    "__classcell__": "leave it out",
    "__annotations__": "leave it out",
    "__classdict__": "leave it out",
    "__conditional_annotations__": "leave it out",
}

# What a class body may not define: the interpreter would call it behind the script's back, at a
# time or with objects that are the host's.
REFUSED_METHODS: dict[str, str] = {
    name: remedy
    for names, remedy in (
        (
            "__subclasshook__ __subclasscheck__ __instancecheck__",
            "isinstance and issubclass ask no script here; use abc.ABCMeta and its register",
        ),
        (
            (
                "__init_subclass__ __set_name__ __prepare__ __mro_entries__ __class_getitem__ "
                "__getnewargs_ex__ __subclasses__ "
                "__classcell__ __class__ __abstractmethods__ __bases__ __mro__ __base__ "
                "__text_signature__ __annotations__ __annotate__"
            ),
            "Python 2 does not have it; leave it out",
        ),
        (
            (
                "__await__ __aiter__ __anext__ __aenter__ __aexit__ __buffer__ "
                # What encoders in C take for a class that they may walk through.
                "__dataclass_fields__ __attrs_attrs__ __struct_fields__ "
                "__release_buffer__ __fspath__ __set_owner__"
            ),
            "Python 2 does not have it; leave it out",
        ),
        (
            "__code__ __globals__ __closure__ __builtins__ __traceback__ __context__ __cause__",
            "leave it out",
        ),
        ("__dictoffset__ __basicsize__ __itemsize__ __weakrefoffset__", "leave it out"),
    )
    for name in names.split()
}

# Dunder methods and fields that may be read from any value: what operators do anyway.
METHOD_DUNDERS = frozenset(
    f"__{name}__"
    for name in [
        "abs",
        "add",
        "and",
        "bool",
        "call",
        "cmp",
        "coerce",
        "complex",
        "contains",
        "delitem",
        "delslice",
        "div",
        "divmod",
        "enter",
        "eq",
        "exit",
        "float",
        "floordiv",
        "ge",
        "getitem",
        "getslice",
        "gt",
        "hash",
        "hex",
        "iadd",
        "iand",
        "idiv",
        "ifloordiv",
        "ilshift",
        "imod",
        "imul",
        "index",
        "int",
        "invert",
        "ior",
        "ipow",
        "irshift",
        "isub",
        "iter",
        "itruediv",
        "ixor",
        "le",
        "len",
        "long",
        "lshift",
        "lt",
        "mod",
        "mul",
        "ne",
        "neg",
        "next",
        "nonzero",
        "oct",
        "or",
        "pos",
        "pow",
        "radd",
        "rand",
        "rdiv",
        "rdivmod",
        "repr",
        "reversed",
        "rfloordiv",
        "rlshift",
        "rmod",
        "rmul",
        "ror",
        "rpow",
        "rrshift",
        "rshift",
        "rsub",
        "rtruediv",
        "rxor",
        "setitem",
        "setslice",
        "str",
        "sub",
        "truediv",
        "trunc",
        "unicode",
        "xor",
        "missing",
        "length_hint",
        "copy",
        "deepcopy",
        "round",
        "floor",
        "ceil",
        "matmul",
        "rmatmul",
        "imatmul",
    ]
)

FIELD_DUNDERS = frozenset({"__name__", "__doc__", "__module__", "__qualname__"})
