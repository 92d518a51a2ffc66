"""``itertools`` as generators: a stop of the run ends them, and deep nests raise, never crash."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import GeneratorType
from typing import Any, Final
from weakref import WeakKeyDictionary

from sandbox.library.arguments import integer
from sandbox.library.module import Held, Module
from sandbox.limits import STOP, checkpoint
from sandbox.limits_consuming import starred

MAX_POOL = 1_000_000

MAX_NESTED: Final = 1_000
"""Of these one over another: no stack is deep enough to take an item of so many."""

_NESTED: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def _over(made: Iterator[Any], *sources: Any) -> Iterator[Any]:
    """An iterator over others, unless they are nested too deeply: to free those takes its time.

    Errors: RecursionError, as a first item of it would raise.
    """
    # Only a generator can be over others; what a script wrote itself counts as the first.
    below = [_NESTED.get(one, 1) for one in sources if type(one) is GeneratorType]
    if below:
        if max(below) >= MAX_NESTED:
            raise RecursionError("maximum recursion depth exceeded")
        _NESTED[made] = max(below) + 1
    return made


def watched(items: Iterable[Any]) -> Iterator[Any]:
    """The items; ScriptStopped when the run that takes them has been stopped."""
    for item in items:
        if STOP["$stop"]:
            checkpoint()
        yield item


def _pool(items: Iterable[Any]) -> tuple[Any, ...]:
    pool = tuple(watched(items))
    if len(pool) > MAX_POOL:
        raise MemoryError(f"itertools takes at most {MAX_POOL} items here")
    return pool


def _chain(iterables: Iterable[Any]) -> Iterator[Any]:
    for one in iterables:
        for item in one:
            if STOP["$stop"]:
                checkpoint()
            yield item


class Chain(Held):
    """``itertools.chain``, with ``from_iterable``."""

    __slots__ = ()

    def __call__(self, *iterables: Any) -> Iterator[Any]:
        sources = [iter(one) for one in iterables]
        return _over(_chain(sources), *sources)

    def from_iterable(self, iterables: Any) -> Iterator[Any]:
        """The items of the iterables that an iterable gives."""
        few = type(iterables) in (list, tuple) and len(iterables) <= MAX_NESTED
        return _over(_chain(iterables), *(iterables if few else (iterables,)))


def _count(value: Any, step: Any) -> Iterator[Any]:
    while True:
        if STOP["$stop"]:
            checkpoint()
        yield value
        value = value + step


def _cycle(items: Any) -> Iterator[Any]:
    saved = []
    for item in watched(items):
        yield item
        saved.append(item)
    while saved:
        yield from watched(saved)


def _forever(value: Any) -> Iterator[Any]:
    while True:
        if STOP["$stop"]:
            checkpoint()
        yield value


def _islice(items: Any, start: int, stop: int | None, step: int) -> Iterator[Any]:
    wanted = start
    if stop is not None and stop <= start:
        return
    for index, item in enumerate(watched(items)):
        if index == wanted:
            yield item
            wanted += step
            if stop is not None and wanted >= stop:
                return


def _map(function: Any, iterables: list[Any]) -> Iterator[Any]:
    for args in _zip(iterables):
        yield tuple(args) if function is None else function(*args)


def _zip(iterables: list[Any]) -> Iterator[tuple[Any, ...]]:
    iterators = [iter(one) for one in iterables]
    while iterators:
        if STOP["$stop"]:
            checkpoint()
        row = []
        for one in iterators:
            try:
                row.append(next(one))
            except StopIteration:
                return
        yield tuple(row)


def _zip_longest(iterables: list[Any], fill: Any) -> Iterator[tuple[Any, ...]]:
    iterators: list[Any] = [iter(one) for one in iterables]
    while True:
        if STOP["$stop"]:
            checkpoint()
        row = []
        for index, one in enumerate(iterators):
            if one is None:
                row.append(fill)
                continue
            try:
                row.append(next(one))
            except StopIteration:
                iterators[index] = None
                row.append(fill)
        if all(one is None for one in iterators):
            return
        yield tuple(row)


def _filter(keep: Callable[[Any], Any] | None, items: Any, wanted: bool) -> Iterator[Any]:
    for item in watched(items):
        if bool(item if keep is None else keep(item)) is wanted:
            yield item


def _takewhile(keep: Any, items: Any) -> Iterator[Any]:
    for item in watched(items):
        if not keep(item):
            return
        yield item


def _dropwhile(drop: Any, items: Any) -> Iterator[Any]:
    dropping = True
    for item in watched(items):
        if dropping and drop(item):
            continue
        dropping = False
        yield item


_NOTHING = object()


def _groupby(items: Any, key: Any) -> Iterator[tuple[Any, Iterator[Any]]]:
    iterator = watched(items)
    state = {"item": _NOTHING, "key": _NOTHING}

    def advance() -> bool:
        item = next(iterator, _NOTHING)
        state["item"] = item
        if item is _NOTHING:
            return False
        state["key"] = item if key is None else key(item)
        return True

    def goes_on(group: Any) -> bool:
        checkpoint()
        # What does not equal itself, such as a NaN, is in one group all the same.
        return state["item"] is not _NOTHING and (state["key"] is group or state["key"] == group)

    def members(group: Any) -> Iterator[Any]:
        while goes_on(group):
            item = state["item"]
            advance()
            yield item

    alive = advance()
    while alive:
        group = state["key"]
        yield group, members(group)
        while goes_on(group):
            advance()
        alive = state["item"] is not _NOTHING


def _starmap(function: Any, items: Any) -> Iterator[Any]:
    for args in watched(items):
        yield function(*starred(args, "starmap() "))


def _compress(data: Any, selectors: Any) -> Iterator[Any]:
    for item, wanted in _zip([data, selectors]):
        if wanted:
            yield item


def _tee(iterator: Iterator[Any], own: deque[Any], queues: list[deque[Any]]) -> Iterator[Any]:
    while True:
        if not own:
            item = next(iterator, _NOTHING)
            if item is _NOTHING:
                return
            for one in queues:
                one.append(item)
        yield own.popleft()


class ItertoolsModule(Module):
    """``itertools``."""

    __slots__ = ()
    NAME = "itertools"

    chain = Chain()

    def count(self, start: Any = 0, step: Any = 1) -> Iterator[Any]:
        """Numbers without end."""
        return _count(start, step)

    def cycle(self, iterable: Any) -> Iterator[Any]:
        """The items over and over."""
        source = iter(iterable)
        return _over(_cycle(source), source)

    def repeat(self, object: Any, times: Any = None) -> Iterator[Any]:
        """One object over and over."""
        if times is None:
            return _forever(object)
        return watched(itertools.repeat(object, max(0, integer(times))))

    def islice(self, iterable: Any, *bounds: Any) -> Iterator[Any]:
        """The items of a slice."""
        if not 1 <= len(bounds) <= 3:
            raise TypeError("islice expected 2 to 4 arguments")
        cut = slice(*bounds)
        start = 0 if cut.start is None else integer(cut.start)
        stop = None if cut.stop is None else integer(cut.stop)
        step = 1 if cut.step is None else integer(cut.step)
        if start < 0 or step < 1 or (stop is not None and stop < 0):
            raise ValueError("Indices for islice() must be non-negative integers or None.")
        source = iter(iterable)
        return _over(_islice(source, start, stop, step), source)

    def imap(self, function: Any, *iterables: Any) -> Iterator[Any]:
        """The results of a function."""
        if not iterables:
            raise TypeError("imap() must have at least two arguments.")
        sources = [iter(one) for one in iterables]
        return _over(_map(function, sources), *sources)

    def izip(self, *iterables: Any) -> Iterator[tuple[Any, ...]]:
        """The items side by side."""
        sources = [iter(one) for one in iterables]
        return _over(_zip(sources), *sources)

    def izip_longest(self, *iterables: Any, **options: Any) -> Iterator[tuple[Any, ...]]:
        """The items side by side, shorter ones filled up."""
        fill = options.pop("fillvalue", None)
        if options:
            raise TypeError("izip_longest() got an unexpected keyword argument")
        sources = [iter(one) for one in iterables]
        return _over(_zip_longest(sources, fill), *sources)

    def ifilter(self, predicate: Any, iterable: Any) -> Iterator[Any]:
        """The items that pass."""
        source = iter(iterable)
        return _over(_filter(predicate, source, True), source)

    def ifilterfalse(self, predicate: Any, iterable: Any) -> Iterator[Any]:
        """The items that do not pass."""
        source = iter(iterable)
        return _over(_filter(predicate, source, False), source)

    def takewhile(self, predicate: Any, iterable: Any) -> Iterator[Any]:
        """The items up to the first that does not pass."""
        source = iter(iterable)
        return _over(_takewhile(predicate, source), source)

    def dropwhile(self, predicate: Any, iterable: Any) -> Iterator[Any]:
        """The items from the first that does not pass."""
        source = iter(iterable)
        return _over(_dropwhile(predicate, source), source)

    def groupby(self, iterable: Any, key: Any = None) -> Iterator[tuple[Any, Iterator[Any]]]:
        """Runs of items with the same key."""
        source = iter(iterable)
        return _over(_groupby(source, key), source)

    def starmap(self, function: Any, iterable: Any) -> Iterator[Any]:
        """The results of a function on tuples of arguments."""
        source = iter(iterable)
        return _over(_starmap(function, source), source)

    def compress(self, data: Any, selectors: Any) -> Iterator[Any]:
        """The items whose selector is true."""
        sources = (iter(data), iter(selectors))
        return _over(_compress(*sources), *sources)

    def tee(self, iterable: Any, n: Any = 2) -> tuple[Iterator[Any], ...]:
        """Several iterators over one."""
        queues: list[deque[Any]] = [deque() for _ in range(min(1000, integer(n)))]
        source = iter(iterable)
        iterator = watched(source)
        return tuple([_over(_tee(iterator, own, queues), source) for own in queues])

    def product(self, *iterables: Any, **options: Any) -> Iterator[tuple[Any, ...]]:
        """All combinations of one item of each."""
        times = integer(options.pop("repeat", 1))
        if options:
            raise TypeError("product() takes at most 1 keyword argument")
        if times * len(iterables) > 1000:
            raise MemoryError("product() takes at most 1000 iterables here")
        pools = [_pool(one) for one in iterables]
        return watched(itertools.product(*pools, repeat=times))

    def permutations(self, iterable: Any, r: Any = None) -> Iterator[tuple[Any, ...]]:
        """All orders of r items."""
        return watched(itertools.permutations(_pool(iterable), None if r is None else integer(r)))

    def combinations(self, iterable: Any, r: Any) -> Iterator[tuple[Any, ...]]:
        """All choices of r items."""
        return watched(itertools.combinations(_pool(iterable), integer(r)))

    def combinations_with_replacement(self, iterable: Any, r: Any) -> Iterator[tuple[Any, ...]]:
        """All choices of r items, each any number of times."""
        size = integer(r)
        if size > 10_000:
            raise MemoryError("combinations_with_replacement() takes at most 10000 items here")
        return watched(itertools.combinations_with_replacement(_pool(iterable), size))
