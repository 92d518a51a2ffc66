"""``urllib`` quoting, ``urlparse``, ``uuid`` and ``htmlentitydefs``-like text helpers."""

from __future__ import annotations

import html
import os
import urllib.parse
import uuid
from typing import Any

from sandbox.library.arguments import from_octets, integer, octets, text
from sandbox.library.collections_module import namedtuple_class
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.registry import NETWORK
from sandbox.library.values import is_unicode, long_value, script_str, unicode_text
from sandbox.limits_consuming import checked_items


def quote_text(value: Any, safe: Any) -> str:
    """Percent-encode the bytes of a text; unicode outside ASCII is a KeyError as in Python 2."""
    if is_unicode(value) and not value.isascii():
        raise KeyError(value[0])
    data, kept = octets(value), text(safe)
    if len(data) < _CHUNK:
        return urllib.parse.quote_from_bytes(data, kept)
    made = []
    for start in range(0, len(data), _CHUNK):
        checkpoint()
        made.append(urllib.parse.quote_from_bytes(data[start : start + _CHUNK], kept))
    return "".join(made)


def unquote_text(value: Any) -> Any:
    """The bytes of a percent-encoded text."""
    words = text(value)
    if is_unicode(value):
        return unicode_text(_unquoted(words.encode("utf-8", "surrogatepass")).decode("latin-1"))
    return from_octets(_unquoted(words.encode("latin-1", "replace")))


_CHUNK = 100_000


def _unquoted(data: bytes) -> bytes:
    """The bytes of a percent-encoded text, with a checkpoint now and then."""
    made = bytearray()
    start = 0
    while start < len(data):
        checkpoint()
        end = start + _CHUNK
        # What follows a percent sign belongs to it.
        cut = data.rfind(b"%", end - 2, end)
        end = cut if cut > start else end
        made += urllib.parse.unquote_to_bytes(data[start:end])
        start = end
    return bytes(made)


class UrllibModule(Module):
    """``urllib``: quoting only, nothing that opens."""

    __slots__ = ()
    NAME = "urllib"

    def quote(self, s: Any, safe: Any = "/") -> str:
        """A text percent-encoded."""
        return quote_text(s, safe)

    def quote_plus(self, s: Any, safe: Any = "") -> str:
        """A text percent-encoded, blanks as plus."""
        return quote_text(s, text(safe) + " ").replace(" ", "+")

    def unquote(self, s: Any) -> Any:
        """A percent-encoded text decoded."""
        return unquote_text(s)

    def unquote_plus(self, s: Any) -> Any:
        """A percent-encoded text decoded, plus as blanks."""
        replaced = text(s).replace("+", " ")
        return unquote_text(unicode_text(replaced) if is_unicode(s) else replaced)

    def urlencode(self, query: Any, doseq: Any = 0) -> str:
        """Pairs as ``a=1&b=2``."""
        pairs = query.items() if hasattr(query, "items") else query
        parts = []
        for key, value in pairs:
            name = self.quote_plus(_plain(key))
            many = doseq and not isinstance(value, str) and hasattr(value, "__len__")
            for one in value if many else [value]:
                parts.append(f"{name}={self.quote_plus(_plain(one))}")
        return "&".join(parts)

    def pathname2url(self, path: Any) -> str:
        """A path percent-encoded."""
        return quote_text(path, "/")

    def url2pathname(self, path: Any) -> Any:
        """A percent-encoded path decoded."""
        return unquote_text(path)

    def __getattr__(self, name: str) -> Any:
        if name in ("urlopen", "urlretrieve", "URLopener", "FancyURLopener", "urlcleanup"):
            raise AttributeError(f"urllib.{name} is not available here: {NETWORK}")
        return super().__getattr__(name)


def _plain(value: Any) -> Any:
    if is_unicode(value):
        return from_octets(str.__str__(value).encode("utf-8"))
    return value if isinstance(value, str) else script_str(value)


@host_class("urlparse")
class _Result(metaclass=HostType):
    """Adds ``geturl``, ``hostname`` and their kin to the parts of an address."""

    __slots__ = ()

    @property
    def hostname(self) -> Any:
        """The host in small letters."""
        host = self._host()
        return host.lower() if host else None

    @property
    def port(self) -> Any:
        """The port."""
        netloc = self[1].rpartition("@")[2].rpartition("]")[2]  # type: ignore[index]
        words = netloc.partition(":")[2]
        return int(words) if words.isdigit() else None

    @property
    def username(self) -> Any:
        """The user."""
        before, at, _ = self[1].rpartition("@")  # type: ignore[index]
        return before.partition(":")[0] if at else None

    @property
    def password(self) -> Any:
        """The password."""
        before, at, _ = self[1].rpartition("@")  # type: ignore[index]
        return before.partition(":")[2] if at and ":" in before else None

    def _host(self) -> Any:
        netloc = self[1].rpartition("@")[2]  # type: ignore[index]
        if netloc.startswith("["):
            return netloc[1:].partition("]")[0]
        return netloc.partition(":")[0]

    def geturl(self) -> Any:
        """The address."""
        parts = [str.__str__(one) for one in tuple(self)]  # type: ignore[arg-type, var-annotated]
        if len(parts) == 6:
            return urllib.parse.urlunparse(parts)
        return urllib.parse.urlunsplit(parts)


def _result_class(name: str, fields: str) -> Any:
    base = host_class("urlparse")(namedtuple_class(name, fields))
    made = type(base)(name, (_Result, base), {"__slots__": ()})
    return host_class("urlparse")(made)


ParseResult = _result_class("ParseResult", "scheme netloc path params query fragment")
SplitResult = _result_class("SplitResult", "scheme netloc path query fragment")


def _each(found: Any, source: Any, kind: Any) -> Any:
    if is_unicode(source):
        return kind(*[unicode_text(one) for one in found])
    return kind(*[str(one) for one in found])


class UrlparseModule(Module):
    """``urlparse``."""

    __slots__ = ()
    NAME = "urlparse"

    ParseResult = ParseResult
    SplitResult = SplitResult

    def urlparse(self, url: Any, scheme: Any = "", allow_fragments: Any = True) -> Any:
        """The six parts of an address."""
        found = urllib.parse.urlparse(text(url), text(scheme), bool(allow_fragments))
        return _each(found, url, ParseResult)

    def urlsplit(self, url: Any, scheme: Any = "", allow_fragments: Any = True) -> Any:
        """The five parts of an address."""
        found = urllib.parse.urlsplit(text(url), text(scheme), bool(allow_fragments))
        return _each(found, url, SplitResult)

    def urlunparse(self, parts: Any) -> Any:
        """An address of six parts."""
        return urllib.parse.urlunparse([text(one) for one in parts])

    def urlunsplit(self, parts: Any) -> Any:
        """An address of five parts."""
        return urllib.parse.urlunsplit([text(one) for one in parts])

    def urljoin(self, base: Any, url: Any, allow_fragments: Any = True) -> Any:
        """An address as seen from another."""
        return urllib.parse.urljoin(text(base), text(url), bool(allow_fragments))

    def urldefrag(self, url: Any) -> tuple[Any, Any]:
        """An address without its fragment, and the fragment."""
        found = urllib.parse.urldefrag(text(url))
        return str(found.url), str(found.fragment)

    def parse_qsl(self, qs: Any, keep_blank_values: Any = 0, strict: Any = 0) -> list[Any]:
        """The pairs of a query."""
        pairs = []
        for part in checked_items(text(qs).replace(";", "&").split("&")):
            name, equals, value = part.partition("=")
            if not equals and strict:
                raise ValueError(f"bad query field: {part!r}")
            if value or (keep_blank_values and (equals or part)):
                pairs.append(
                    (
                        unquote_text(name.replace("+", " ")),
                        unquote_text(value.replace("+", " ")),
                    )
                )
        return pairs

    def parse_qs(self, qs: Any, keep_blank_values: Any = 0, strict: Any = 0) -> dict[Any, Any]:
        """The values of each name of a query."""
        made: dict[Any, Any] = {}
        for name, value in self.parse_qsl(qs, keep_blank_values, strict):
            made.setdefault(name, []).append(value)
        return made


@host_class("uuid")
class UUID(metaclass=HostType):
    """``uuid.UUID``."""

    __slots__ = ("_value",)
    _value: Any

    def __init__(
        self,
        hex: Any = None,
        bytes: Any = None,
        bytes_le: Any = None,
        fields: Any = None,
        int: Any = None,
        version: Any = None,
    ) -> None:
        try:
            made = uuid.UUID(
                hex=None if hex is None else text(hex),
                bytes=None if bytes is None else octets(bytes),
                bytes_le=None if bytes_le is None else octets(bytes_le),
                fields=fields,
                int=None if int is None else integer(int),
                version=version,
            )
        except TypeError:
            raise TypeError("need one of hex, bytes, bytes_le, fields, or int") from None
        object.__setattr__(self, "_value", made)

    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError("UUID objects are immutable")

    @property
    def hex(self) -> str:
        """32 hex digits."""
        return str(self._value.hex)

    @property
    def bytes(self) -> str:
        """16 bytes."""
        return from_octets(self._value.bytes)

    @property
    def int(self) -> int:
        """A number."""
        return long_value(self._value.int)

    @property
    def version(self) -> Any:
        """The version."""
        return self._value.version

    @property
    def urn(self) -> str:
        """``urn:uuid:...``."""
        return str(self._value.urn)

    @property
    def node(self) -> Any:
        """The node."""
        return long_value(self._value.node)

    @property
    def time(self) -> Any:
        """The time."""
        return long_value(self._value.time)

    def get_hex(self) -> str:
        """32 hex digits."""
        return self.hex

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"UUID('{self._value}')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UUID) and bool(self._value == other._value)

    def __lt__(self, other: Any) -> Any:
        if not isinstance(other, UUID):
            return NotImplemented
        return bool(self._value < other._value)

    def __hash__(self) -> Any:
        return hash(self._value)

    def __deepcopy__(self, memo: Any) -> UUID:
        return self

    __copy__ = __deepcopy__


def _namespace(value: Any) -> uuid.UUID:
    if not isinstance(value, UUID):
        raise TypeError("a namespace is a uuid.UUID")
    found: uuid.UUID = value._value
    return found


class UuidModule(Module):
    """``uuid``; uuid1 uses a random node, never the machine's address."""

    __slots__ = ("NAMESPACE_DNS", "NAMESPACE_OID", "NAMESPACE_URL", "NAMESPACE_X500")
    NAME = "uuid"

    UUID = UUID

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        for name in ("NAMESPACE_DNS", "NAMESPACE_OID", "NAMESPACE_URL", "NAMESPACE_X500"):
            object.__setattr__(self, name, UUID(str(getattr(uuid, name))))

    def uuid4(self) -> UUID:  # type: ignore[valid-type]
        """A random UUID."""
        return UUID(bytes=from_octets(os.urandom(16)), version=4)

    def uuid1(self, node: Any = None, clock_seq: Any = None) -> UUID:  # type: ignore[valid-type]
        """A UUID of the time."""
        fake = int.from_bytes(os.urandom(6), "big") | (1 << 40)
        return UUID(str(uuid.uuid1(integer(node) if node else fake, clock_seq)))

    def uuid3(self, namespace: Any, name: Any) -> UUID:  # type: ignore[valid-type]
        """A UUID of a name, by MD5."""
        return UUID(str(uuid.uuid3(_namespace(namespace), text(name))))

    def uuid5(self, namespace: Any, name: Any) -> UUID:  # type: ignore[valid-type]
        """A UUID of a name, by SHA-1."""
        return UUID(str(uuid.uuid5(_namespace(namespace), text(name))))

    def getnode(self) -> int:
        """A random node, never the machine's address."""
        return long_value(int.from_bytes(os.urandom(6), "big") | (1 << 40))


class CgiModule(Module):
    """``cgi``: ``escape`` and the parsing of queries."""

    __slots__ = ()
    NAME = "cgi"

    def escape(self, s: Any, quote: Any = None) -> Any:
        """A text with the marks of HTML escaped."""
        made = html.escape(text(s), False)
        return made.replace('"', "&quot;") if quote else made
