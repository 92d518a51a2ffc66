"""What a script's objects do while containers of C ask them: nothing is read or written past it."""

from __future__ import annotations

import collections

from sandbox.library import Library
from tests.library.test_guarding import run


def test_an_ordered_dict_may_change_while_it_is_compared() -> None:
    """Up to Python 3.12 the interpreter's own goes on with what was freed."""
    own = Library().find_module("collections").OrderedDict
    words = run(
        "import collections\n"
        "class Key(object):\n"
        "    def __init__(self, n): self.n = n\n"
        "    def __hash__(self): return self.n\n"
        "    def __eq__(self, other):\n"
        "        left.clear()\n"
        "        right.clear()\n"
        "        return True\n"
        "left = collections.OrderedDict((Key(i), [i]) for i in range(100))\n"
        "right = collections.OrderedDict((Key(i), [i]) for i in range(100))\n"
        "print left == right, left, right\n"
    )

    assert not issubclass(own, collections.OrderedDict)
    assert words == "True OrderedDict() OrderedDict()\n"


def test_an_ordered_dict_keeps_the_order_of_its_keys() -> None:
    """Two with the same items in another order differ, but not from plain dictionaries."""
    words = run(
        "from collections import OrderedDict\n"
        "class Twice(OrderedDict):\n"
        "    def __setitem__(self, key, value): OrderedDict.__setitem__(self, key, 2 * value)\n"
        "a = OrderedDict([('b', 1), ('a', 2)], c=3)\n"
        "b = OrderedDict([('a', 2), ('b', 1), ('c', 3)])\n"
        "print a, a == b, a != b, a == dict(b), a.popitem(False), a.popitem(), a.copy()\n"
        "print Twice(x=1).items(), OrderedDict.fromkeys('ab', 0)\n"
    )

    assert words == (
        "OrderedDict([('b', 1), ('a', 2), ('c', 3)]) False True True ('b', 1) ('c', 3) "
        "OrderedDict([('a', 2)])\n"
        "[('x', 2)] OrderedDict([('a', 0), ('b', 0)])\n"
    )
