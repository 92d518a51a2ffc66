"""The builtin containers as scripts see them: themselves in all but brackets."""

import pytest

from tests.sandbox.attack_host import printed


@pytest.mark.parametrize(
    "cls",
    ["dict", "list", "tuple", "set", "frozenset", "type({})", "[].__class__", "types.TupleType"],
)
def test_a_class_has_no_items(cls: str) -> None:
    """Python 2 has no ``dict[int]``; the words are Jython's."""
    words = printed(
        "import types\n"
        f"cls = {cls}\n"
        "for ask in (lambda: cls[0], lambda: iter(cls), lambda: len(cls)):\n"
        "    try: ask()\n"
        "    except TypeError, e: print e\n"
    )
    assert words == (
        "'type' object is unsubscriptable\n"
        "'type' object is not iterable\n"
        "object of type 'type' has no len()\n"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "type({}) is dict, [].__class__ is list, types.TupleType is tuple, {set: 1}[type(set())]",
        "isinstance({}, dict), isinstance([], (dict, list)), isinstance((), kinds)",
        "issubclass(D, dict), issubclass(dict, dict), issubclass(type([]), list), D() == {}",
        "type(dict(a=1)) is dict, type(dict.fromkeys('a')) is dict, type(D.fromkeys('a')) is D",
        "map(list, ['a']) == [['a']], kinds[1]((1, 2)) == (1, 2)",
        "tuple.__new__(tuple, 'a') == ('a',), list.__new__(list) == []",
        "D.__bases__ == (dict,), D.__mro__ == (D, dict, object), dict.__mro__ == (dict, object)",
        "D({1: 2})[1] == 2, repr(dict) == \"<type 'dict'>\", dict.__name__ == 'dict'",
        "collections.defaultdict(list).default_factory is list, isinstance(P(1), tuple)",
        "dict.keys({1: 2}) == [1], copy.deepcopy([dict])[0] is dict, issubclass(P, tuple)",
    ],
)
def test_a_class_is_itself_in_all_else(expression: str) -> None:
    """However it is come by, it is one class, which may be called, extended and asked about."""
    words = printed(
        "import collections, copy, types\n"
        "class D(dict):\n"
        "    def __init__(self, *given): dict.__init__(self, *given)\n"
        "    def __new__(cls, *given): return dict.__new__(cls)\n"
        "P = collections.namedtuple('P', 'x')\n"
        "kinds = (list, tuple)\n"
        f"print all(({expression}))\n"
    )
    assert words == "True\n"


def test_no_more_room_is_made_than_there_are_items() -> None:
    """A tuple of what says that it is far longer than it is takes no memory for that."""
    words = printed(
        "class L(object):\n"
        "    def __iter__(self): return iter([1])\n"
        "    def __len__(self): return 1 << 62\n"
        "class M(list):\n"
        "    def __len__(self): return 1 << 62\n"
        "def f(*given): return given\n"
        "make, one = tuple, L()\n"
        "print tuple(L()), tuple(one), tuple(M([2])), make(one), f(*one), f(*M([2])), f(*(L()))\n"
        "import itertools, threading\n"
        "print apply(f, one), list(itertools.starmap(f, [one])), tuple.__new__(tuple, one)\n"
        "threading.Thread(target=f, args=one)\n"
        "for bad in (5, None):\n"
        "    try: f(*bad)\n"
        "    except TypeError, e: print e\n"
        "    try: tuple(bad)\n"
        "    except TypeError, e: print e\n"
    )
    assert words == (
        "(1,) (1,) (2,) (1,) (1,) (2,) (1,)\n"
        "(1,) [(1,)] (1,)\n"
        "f() argument after * must be a sequence\n'int' object is not iterable\n"
        "f() argument after * must be a sequence\n'NoneType' object is not iterable\n"
    )
