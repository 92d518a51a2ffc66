"""``java.util.Random`` and ``SecureRandom``."""

from __future__ import annotations

import math
from typing import Any

from sandbox.library.hooks import checkpoint
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import int_argument, long_argument, wrap_long
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.random_module import JavaGenerator, fresh_seed


class Random(Object, package="java.util"):
    """``java.util.Random``: a seed gives Java's numbers."""

    __slots__ = ("_generator",)

    def __init__(self, seed: Any = None) -> None:
        start = fresh_seed() if seed is None else long_argument(seed, "java.util.Random")
        state(self, "_generator", JavaGenerator(start))

    def setSeed(self, seed: Any) -> None:
        """Start again."""
        self._generator.seed(long_argument(seed, "setSeed"))

    def nextInt(self, *bounds: Any) -> int:
        """An int, below a bound if there is one."""
        generator = self._generator
        if not bounds:
            return int(generator.next(32))
        if len(bounds) == 2:
            low = int_argument(bounds[0], "nextInt")
            return low + self.nextInt(int_argument(bounds[1], "nextInt", 2) - low)
        bound = int_argument(bounds[0], "nextInt")
        if bound <= 0:
            raise IllegalArgumentException("bound must be positive")
        if bound & -bound == bound:
            return (bound * generator.next(31)) >> 31  # type: ignore[no-any-return]
        while True:
            bits = generator.next(31)
            value = bits % bound
            if bits - value + bound - 1 < 2**31:
                return int(value)

    def nextLong(self) -> int:
        """A long."""
        return wrap_long((self._generator.next(32) << 32) + self._generator.next(32))

    def nextBoolean(self) -> bool:
        """True or False."""
        return bool(self._generator.next(1))

    def nextDouble(self) -> float:
        """A float in [0, 1)."""
        high, low = self._generator.next(26), self._generator.next(27)
        return float(((high << 27) + low) * (1.0 / (1 << 53)))

    def nextFloat(self) -> float:
        """A float in [0, 1)."""
        return float(self._generator.next(24) / float(1 << 24))

    def nextGaussian(self) -> float:
        """A float by the normal distribution."""
        generator = self._generator
        if generator.next_gaussian is not None:
            found, generator.next_gaussian = generator.next_gaussian, None
            return float(found)
        while True:
            a = 2 * self.nextDouble() - 1
            b = 2 * self.nextDouble() - 1
            checkpoint()
            s = a * a + b * b
            if 0 < s < 1:
                scale = math.sqrt(-2 * math.log(s) / s)
                generator.next_gaussian = b * scale
                return a * scale


class SecureRandom(Random, package="java.security"):
    """``java.security.SecureRandom``: unforeseeable by its seed."""

    def __init__(self, *_seed: Any) -> None:
        super().__init__()
