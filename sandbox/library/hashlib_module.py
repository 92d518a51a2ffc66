"""``hashlib``, ``md5``, ``sha`` and ``hmac``."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from sandbox.library.arguments import from_octets, octets, text
from sandbox.library.module import Held, Module

_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


class Hash(Held):
    """A hash object."""

    __slots__ = ("_real",)

    def __init__(self, real: Any) -> None:
        object.__setattr__(self, "_real", real)

    def update(self, data: Any) -> None:
        """Take bytes."""
        self._real.update(octets(data))

    def digest(self) -> str:
        """The hash as bytes."""
        return from_octets(self._real.digest())

    def hexdigest(self) -> str:
        """The hash as hex digits."""
        return str(self._real.hexdigest())

    def copy(self) -> Hash:
        """A copy."""
        return Hash(self._real.copy())

    @property
    def digest_size(self) -> int:
        """Bytes of the hash."""
        return int(self._real.digest_size)

    digestsize = digest_size

    @property
    def block_size(self) -> int:
        """Bytes of a block."""
        return int(self._real.block_size)

    @property
    def name(self) -> str:
        """The name of the hash."""
        return str(self._real.name)


def _hash_name(name: Any) -> str:
    wanted = text(name).lower().replace("-", "")
    if wanted not in _HASHES:
        raise ValueError(f"unsupported hash type {text(name)}")
    return wanted


class HashlibModule(Module):
    """``hashlib``."""

    __slots__ = ()
    NAME = "hashlib"

    algorithms = _HASHES

    def new(self, name: Any, string: Any = "") -> Hash:
        """A hash object by name."""
        return Hash(hashlib.new(_hash_name(name), octets(string), usedforsecurity=False))

    def md5(self, string: Any = "") -> Hash:
        """An MD5 object."""
        return self.new("md5", string)

    def sha1(self, string: Any = "") -> Hash:
        """A SHA-1 object."""
        return self.new("sha1", string)

    def sha224(self, string: Any = "") -> Hash:
        """A SHA-224 object."""
        return self.new("sha224", string)

    def sha256(self, string: Any = "") -> Hash:
        """A SHA-256 object."""
        return self.new("sha256", string)

    def sha384(self, string: Any = "") -> Hash:
        """A SHA-384 object."""
        return self.new("sha384", string)

    def sha512(self, string: Any = "") -> Hash:
        """A SHA-512 object."""
        return self.new("sha512", string)


class Md5Module(HashlibModule):
    """``md5``."""

    __slots__ = ()
    NAME = "md5"

    def new(self, string: Any = "", *_rest: Any) -> Hash:  # type: ignore[override]
        """An MD5 object."""
        return Hash(hashlib.md5(octets(string), usedforsecurity=False))


class ShaModule(HashlibModule):
    """``sha``."""

    __slots__ = ()
    NAME = "sha"

    def new(self, string: Any = "", *_rest: Any) -> Hash:  # type: ignore[override]
        """A SHA-1 object."""
        return Hash(hashlib.sha1(octets(string), usedforsecurity=False))


class HmacModule(Module):
    """``hmac``."""

    __slots__ = ()
    NAME = "hmac"

    def new(self, key: Any, msg: Any = None, digestmod: Any = None) -> Hash:
        """A keyed hash object."""
        if digestmod is None:
            name = "md5"
        elif isinstance(digestmod, str):
            name = _hash_name(digestmod)
        else:
            made = digestmod() if callable(digestmod) else digestmod.new()
            name = _hash_name(made.name)
        return Hash(hmac.new(octets(key), octets(msg) if msg is not None else None, name))

    def compare_digest(self, a: Any, b: Any) -> bool:
        """Whether two hashes are equal, in constant time."""
        return hmac.compare_digest(octets(a), octets(b))
