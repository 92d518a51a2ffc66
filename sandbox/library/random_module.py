"""``random``: Python 2's methods over Java's generator, so that a seed gives Jython's numbers.

Source: java.util.Random's documented linear congruential generator, and Jython 2.7.3's answers.
"""

from __future__ import annotations

import math
import os
import time
from typing import Any

from sandbox.library import hooks
from sandbox.library.arguments import integer, number
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import long_value

_MULTIPLIER = 0x5DEECE66D
_MASK = (1 << 48) - 1
MAX_BITS = 1_000_000


class JavaGenerator:
    """``java.util.Random``'s generator."""

    __slots__ = ("next_gaussian", "state")

    def __init__(self, seed: int) -> None:
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Start again."""
        self.state = (seed ^ _MULTIPLIER) & _MASK
        self.next_gaussian: float | None = None

    def next(self, bits: int) -> int:
        """The next bits as a signed 32-bit number."""
        self.state = (self.state * _MULTIPLIER + 0xB) & _MASK
        value = self.state >> (48 - bits)
        return value - (1 << 32) if bits == 32 and value >= 1 << 31 else value

    def random(self) -> float:
        """A float in [0, 1) as Jython's ``random.random`` makes it."""
        high = (self.next(32) & 0xFFFFFFFF) >> 5
        low = (self.next(32) & 0xFFFFFFFF) >> 6
        return float((high * 67108864.0 + low) * (1.0 / 9007199254740992.0))


def fresh_seed() -> int:
    """A seed nobody knows."""
    return int.from_bytes(os.urandom(6), "big") ^ time.monotonic_ns()


@host_class("random")
class Random(metaclass=HostType):
    """``random.Random``."""

    __slots__ = ("_gauss_next", "_generator")
    _generator: JavaGenerator
    _gauss_next: float | None

    def __new__(cls, *args: Any, **keywords: Any) -> Any:
        made = object.__new__(cls)
        made._generator = JavaGenerator(0)
        made._gauss_next = None
        return made

    def __init__(self, x: Any = None) -> None:
        self.seed(x)

    def seed(self, a: Any = None, *_version: Any) -> None:
        """Start again from a seed; from the system's randomness if None."""
        generator = self._generator
        if a is None:
            generator.seed(fresh_seed())
        elif isinstance(a, int):
            generator.seed(int.__index__(a))
        else:
            generator.seed(hash(a))
        self._gauss_next = None

    def random(self) -> float:
        """A float in [0, 1)."""
        made: float = self._generator.random()
        return made

    def getstate(self) -> Any:
        """What ``setstate`` takes."""
        return (2, (long_value(self._generator.state),), self._gauss_next)

    def setstate(self, state: Any) -> None:
        """Go on from a state."""
        version, internal, following = state
        if version != 2:
            raise ValueError(f"state with version {version} passed to Random.setstate()")
        self._generator.state = integer(internal[0]) & _MASK
        self._gauss_next = following

    def jumpahead(self, n: Any) -> None:
        """Go on from a place far away."""
        self.seed(self.getrandbits(48) + integer(n))

    def getrandbits(self, k: Any) -> int:
        """An integer of k random bits."""
        bits = integer(k)
        if bits <= 0:
            raise ValueError("number of bits must be greater than zero")
        if bits > MAX_BITS:
            raise ValueError(f"number of bits is limited to {MAX_BITS} here")
        # The way java.math.BigInteger draws its bytes.
        count = (bits + 7) // 8
        data = bytearray()
        while len(data) < count:
            data += (self._generator.next(32) & 0xFFFFFFFF).to_bytes(4, "little")
        return long_value(int.from_bytes(data[:count], "big") & ((1 << bits) - 1))

    def randrange(self, start: Any, stop: Any = None, step: Any = 1) -> Any:
        """A member of ``range(start, stop, step)``."""
        first = _whole(start, "non-integer arg 1 for randrange()")
        if stop is None:
            if first > 0:
                return int(self.random() * first)
            raise ValueError("empty range for randrange()")
        last = _whole(stop, "non-integer stop for randrange()")
        width = last - first
        if step == 1:
            if width > 0:
                return first + int(self.random() * width)
            raise ValueError(f"empty range for randrange() ({first},{last}, {width})")
        stride = _whole(step, "non-integer step for randrange()")
        if stride == 0:
            raise ValueError("zero step for randrange()")
        count = (width + stride + (-1 if stride > 0 else 1)) // stride
        if count <= 0:
            raise ValueError("empty range for randrange()")
        return first + stride * int(self.random() * count)

    def randint(self, a: Any, b: Any) -> Any:
        """An integer from a to b, both included."""
        return self.randrange(a, b + 1)

    def choice(self, seq: Any) -> Any:
        """One member of a sequence."""
        length = len(seq)
        if not length:
            raise IndexError("index out of range: 0")
        return seq[int(self.random() * length)]

    def shuffle(self, x: Any, random: Any = None) -> None:
        """Shuffle a list in place."""
        draw = random or self.random
        for i in range(len(x) - 1, 0, -1):
            if not i & 255:
                checkpoint()
            j = int(draw() * (i + 1))
            x[i], x[j] = x[j], x[i]

    def sample(self, population: Any, k: Any) -> list[Any]:
        """k different members."""
        items = list(population)
        size, wanted = len(items), integer(k)
        if not 0 <= wanted <= size:
            raise ValueError("sample larger than population")
        result: list[Any] = [None] * wanted
        enough = 21
        if wanted > 5:
            enough += 4 ** math.ceil(math.log(wanted * 3, 4))
        if size <= enough:
            for i in range(wanted):
                j = int(self.random() * (size - i))
                result[i] = items[j]
                items[j] = items[size - i - 1]
            return result
        selected: set[int] = set()
        for i in range(wanted):
            j = int(self.random() * size)
            while j in selected:
                hooks.checkpoint()
                j = int(self.random() * size)
            selected.add(j)
            result[i] = items[j]
        return result

    def uniform(self, a: Any, b: Any) -> Any:
        """A float from a to b."""
        return a + (b - a) * self.random()

    def triangular(self, low: Any = 0.0, high: Any = 1.0, mode: Any = None) -> float:
        """A float by the triangular distribution."""
        u = number(self.random())
        low, high = number(low), number(high)
        c = 0.5 if mode is None else (number(mode) - low) / float(high - low)
        if u > c:
            u, c = 1.0 - u, 1.0 - c
            low, high = high, low
        return float(low + (high - low) * (u * c) ** 0.5)

    def normalvariate(self, mu: Any, sigma: Any) -> float:
        """A float by the normal distribution."""
        magic = 4 * math.exp(-0.5) / math.sqrt(2.0)
        while True:
            hooks.checkpoint()
            u1 = self.random()
            u2 = 1.0 - self.random()
            z = magic * (u1 - 0.5) / u2
            if z * z / 4.0 <= -math.log(u2):
                return float(mu + z * sigma)

    def lognormvariate(self, mu: Any, sigma: Any) -> float:
        """A float by the log normal distribution."""
        return math.exp(self.normalvariate(mu, sigma))

    def expovariate(self, lambd: Any) -> float:
        """A float by the exponential distribution."""
        return -math.log(1.0 - self.random()) / number(lambd)

    def gauss(self, mu: Any, sigma: Any) -> float:
        """A float by the normal distribution."""
        z = self._gauss_next
        self._gauss_next = None
        if z is None:
            angle = self.random() * 2.0 * math.pi
            radius = math.sqrt(-2.0 * math.log(1.0 - self.random()))
            z = math.cos(angle) * radius
            self._gauss_next = math.sin(angle) * radius
        return float(mu + z * sigma)

    def weibullvariate(self, alpha: Any, beta: Any) -> float:
        """A float by the Weibull distribution."""
        return float(alpha * pow(-math.log(1.0 - self.random()), 1.0 / beta))

    def paretovariate(self, alpha: Any) -> float:
        """A float by the Pareto distribution."""
        return float(1.0 / pow(1.0 - self.random(), 1.0 / alpha))


def _whole(value: Any, words: str) -> int:
    if isinstance(value, int):
        return int.__index__(value)
    if isinstance(value, float) and value == int(value):
        return int(value)
    raise ValueError(words)


_METHODS = tuple(name for name in vars(Random) if not name.startswith("_"))


class RandomModule(Module):
    """``random``: one generator an environment."""

    __slots__ = (*_METHODS,)
    NAME = "random"

    Random = SystemRandom = WichmannHill = Random

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        generator = Random()
        for name in _METHODS:
            object.__setattr__(self, name, getattr(generator, name))
