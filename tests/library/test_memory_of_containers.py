"""What a script's objects do while containers of C ask them: nothing is read or written past it."""

from __future__ import annotations

import collections

from sandbox.library import Library
from tests.library.test_guarding import run


def test_an_ordered_dict_does_not_change_while_it_is_compared() -> None:
    """Up to Python 3.12 the interpreter's own goes on with what was freed; ours may lose items."""
    own = Library().find_module("collections").OrderedDict
    words = run(
        "import collections\n"
        "class Key(object):\n"
        "    def __init__(self, n): self.n = n\n"
        "    def __hash__(self): return self.n\n"
        "    def __eq__(self, other):\n"
        "        for key in left.keys(): del left[key]\n"
        "        try: right.clear()\n"
        "        except RuntimeError, e: seen.append(str(e)[:30])\n"
        "        return True\n"
        "seen = []\n"
        "left = collections.OrderedDict((Key(i), [i]) for i in range(100))\n"
        "right = collections.OrderedDict((Key(i), [i]) for i in range(100))\n"
        "print left == right, repr(left), len(right), set(seen)\n"
    )

    assert not issubclass(own, collections.OrderedDict)
    assert words == "True OrderedDict() 100 set(['a dictionary cannot be changed'])\n"


def test_an_ordered_dict_keeps_the_order_of_its_keys() -> None:
    """Two with the same items in another order differ, but not from plain dictionaries."""
    words = run(
        "from collections import OrderedDict\n"
        "class Twice(OrderedDict):\n"
        "    def __setitem__(self, key, value): OrderedDict.__setitem__(self, key, 2 * value)\n"
        "a = OrderedDict([('b', 1), ('a', 2)], c=3)\n"
        "b = OrderedDict([('a', 2), ('b', 1), ('c', 3)])\n"
        "print `a`, a == b, a != b, a == dict(b), a.popitem(False), a.popitem(), [a.copy()]\n"
        "print Twice(x=1).items(), OrderedDict.fromkeys('ab', 0)\n"
    )

    assert words == (
        "OrderedDict([('b', 1), ('a', 2), ('c', 3)]) False True True ('b', 1) ('c', 3) "
        "[OrderedDict([('a', 2)])]\n"
        "[('x', 2)] {'a': 0, 'b': 0}\n"
    )


def test_a_bytearray_is_made_of_text_and_numbers() -> None:
    """It is what Python 2 makes of bytes, and gives what it is asked for a copy of."""
    words = run(
        "b = bytearray('abc')\n"
        "b.append('d')\n"
        "b += bytearray([101])\n"
        "b[1:3] = 'BC'\n"
        "print b, repr(b), type(b), len(b), b[0], b[1:3], b == 'aBCde', 'C' in b\n"
        "print b.find('d'), b.upper(), b.split('C'), bytearray('-').join(['x', b]), 2 * b[:1]\n"
        "for bad in (lambda: bytearray(u'a'), lambda: b.append(256), lambda: bytearray(10 ** 10),\n"
        "            lambda: b.center(10 ** 9), lambda: hash(b)):\n"
        "    try:\n"
        "        bad()\n"
        "    except Exception, e:\n"
        "        print type(e).__name__\n"
    )

    assert words == (
        "aBCde bytearray(b'aBCde') <type 'bytearray'> 5 97 BC True True\n"
        "3 ABCDE [bytearray(b'aB'), bytearray(b'de')] x-aBCde aa\n"
        "TypeError\nValueError\nMemoryError\nMemoryError\nTypeError\n"
    )


def test_a_stream_is_not_filled_up_to_a_place_far_behind_its_end() -> None:
    """Writing there is an error, and lands nowhere else."""
    words = run(
        "import io, StringIO\n"
        "for stream in (StringIO.StringIO(), io.BytesIO()):\n"
        "    for place in (5, 10 ** 12, 3 * 10 ** 7):\n"
        "        stream.seek(place)\n"
        "        try:\n"
        "            stream.write('a')\n"
        "        except MemoryError:\n"
        "            print 'refused',\n"
        "    print stream.tell(), repr(stream.getvalue())\n"
    )

    assert words == "refused refused 30000000 '\\x00\\x00\\x00\\x00\\x00a'\n" * 2


def test_a_deque_holds_what_it_compares() -> None:
    """An item that empties the deque while it is asked is still there for the other side."""
    words = run(
        "import collections\n"
        "class Item(object):\n"
        "    def __eq__(self, other):\n"
        "        d.clear()\n"
        "        return NotImplemented\n"
        "class Wanted(object):\n"
        "    def __eq__(self, other):\n"
        "        fill = [[i] * 20 for i in range(300)]\n"
        "        seen.append(type(other).__name__)\n"
        "        return False\n"
        "seen = []\n"
        "for search in ('index', 'count', 'remove', '__contains__'):\n"
        "    d = collections.deque([Item() for i in range(5)])\n"
        "    try:\n"
        "        getattr(d, search)(Wanted())\n"
        "    except (ValueError, IndexError):\n"
        "        pass\n"
        "d = collections.deque([1, 2, 2])\n"
        "print set(seen), d.count(2), d.index(2)\n"
    )

    assert words == "set(['Item']) 2 1\n"


def test_a_factory_may_be_replaced_while_it_runs() -> None:
    """A ``defaultdict`` goes on with the one that it called."""
    words = run(
        "import collections, types\n"
        "class Value(object):\n"
        "    def __eq__(self, other):\n"
        "        d.default_factory = None\n"
        "        fill = [[1] * 40 for i in range(200)]\n"
        "        return False\n"
        "d = collections.defaultdict(None)\n"
        "d.default_factory = types.MethodType(\n"
        "    types.MethodType(list.count, [Value() for i in range(40)]), Value())\n"
        "print d[1], d\n"
        "try:\n"
        "    d[2]\n"
        "except KeyError, e:\n"
        "    print 'missing', e\n"
    )

    assert words == "0 defaultdict(None, {1: 0})\nmissing 2\n"


def test_what_c_keeps_in_an_error_cannot_be_set() -> None:
    """Chains of them are freed by a recursion that ends in a crash; other attributes stay open."""
    words = run(
        "for error, name in ((StopIteration(), 'value'), (NameError(), 'name'),\n"
        "                    (SyntaxError(), 'text')):\n"
        "    try:\n"
        "        setattr(error, name, error)\n"
        "        print 'set',\n"
        "    except AttributeError:\n"
        "        print 'refused',\n"
        "e = ValueError()\n"
        "e.args, e.message, e.more = (1, 2), 'm', 3\n"
        "print e.args, e.message, e.more\n"
    )

    assert words == "refused refused refused (1, 2) m 3\n"


def test_methods_are_bound_a_hundred_times_at_most() -> None:
    """By their functions, by their instances and through class methods alike."""
    words = run(
        "import types\n"
        "def f(*a): pass\n"
        "class C(object): pass\n"
        "def by_function(m): return types.MethodType(m, 1)\n"
        "def by_instance(m): return types.MethodType(f, m)\n"
        "def by_class(m):\n"
        "    C.x = classmethod(m)\n"
        "    return C.x\n"
        "for bind in (by_function, by_instance, by_class):\n"
        "    m = f\n"
        "    try:\n"
        "        for i in range(200): m = bind(m)\n"
        "    except MemoryError:\n"
        "        print i,\n"
    )

    assert words == "100 100 100"


def test_percent_formats_text_only() -> None:
    """The bytes that an error of decoding holds are no template."""
    words = run(
        "try:\n"
        "    '\\xc8'.decode('ascii')\n"
        "except UnicodeDecodeError, e:\n"
        "    data = e.object\n"
        "for i in range(2):\n"
        "    try:\n"
        "        if i: data %= (1,)\n"
        "        else: data % (1,)\n"
        "    except TypeError:\n"
        "        print 'refused',\n"
    )

    assert words == "refused refused"
