"""JSON text of values: Python 2's types around the C encoder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.dialect.meaning.ordering import sort_list
from sandbox.library.arguments import text
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, host_class
from sandbox.library.values import is_unicode, script_repr, unicode_text
from sandbox.limits_consuming import checked_items
from sandbox.limits_sizes import MOST, joined, too_large

MAX_DEPTH = 900
MAX_INDENT = 1000


def refuse(value: Any) -> Any:
    """Raise the TypeError for a value that JSON cannot have."""
    raise TypeError(f"{script_repr(value)} is not JSON serializable")


class Encoder(json.JSONEncoder):
    """The C encoder; it never sorts by itself, for it would compare whatever a script has there."""

    ordered = False
    quick: Any = None


def make_encoder(
    skipkeys: bool,
    ensure_ascii: bool,
    check_circular: bool,
    allow_nan: bool,
    indent: Any,
    separators: Any,
    sort_keys: bool,
    default: Callable[[Any], Any],
) -> Encoder:
    """The C encoder of these options, spaced as Python 2 does."""
    if separators is None:
        # Python 2 leaves the blank after the comma also when it indents.
        separators = (", ", ": ")
    used = Encoder(
        skipkeys=skipkeys,
        ensure_ascii=ensure_ascii,
        check_circular=check_circular,
        allow_nan=allow_nan,
        indent=indent,
        separators=separators,
        default=(lambda value: in_order(default(value), {})) if sort_keys else default,
    )
    used.ordered = sort_keys
    return used


class _Pairs(dict[Any, Any]):
    """Items whose keys are not all of plain text, in their order, for the encoder."""

    def __init__(self, pairs: list[Any]) -> None:
        # An empty one would not be asked.
        super().__init__({None: pairs} if pairs else ())

    def items(self) -> Any:
        pairs: list[Any] = self[None]
        return pairs


_TEXTS = frozenset({str})
_SHORT = frozenset({int, float, bool, type(None)})
_WALKED = (dict, list, tuple)
_CONTAINERS = frozenset(_WALKED)
_Known = dict[int, tuple[Any, Any, int]]


def in_order(value: Any, known: _Known) -> Any:
    """A copy of what JSON is made of, its dictionaries in the order of their keys.

    Errors: MemoryError where the text would be longer than one may be.

    Args:
        known: what was copied before by identity: it, the copy and about how long the text is.
    """
    return _copied(value, known)[1] if isinstance(value, _WALKED) else value


def _copied(value: Any, known: _Known) -> tuple[Any, Any, int]:
    place = id(value)
    before = known.get(place)
    if before is not None:
        if before is _BUSY:
            raise ValueError("Circular reference detected")
        return before
    known[place] = _BUSY
    made: Any
    kind = type(value)
    if kind is dict:
        # Of its own from here on, whatever another thread does to the other.
        table = value.copy()
        if set(map(type, table)) == _TEXTS:
            found = 4 * len(table) + sum(map(len, table))
            made = {}
            for key in sorted(table):
                item = table[key]
                kind = type(item)
                if kind is str:
                    found += len(item)
                elif kind in _CONTAINERS:
                    _, item, size = _copied(item, known)
                    found += size
                elif kind not in _SHORT:
                    item, size = _part(item, known)
                    found += size
                made[key] = item
        else:
            made, found = _pairs(list(table.items()), known)
    elif isinstance(value, dict):
        given = list(checked_items(value.items())) if dict.__len__(value) else []
        made, found = _pairs(given, known)
    else:
        items = list(value if kind is list or kind is tuple else checked_items(value))
        found = 4 * len(items)
        made = []
        for item in items:
            kind = type(item)
            if kind is str:
                found += len(item)
            elif kind in _CONTAINERS:
                _, item, size = _copied(item, known)
                found += size
            elif kind not in _SHORT:
                item, size = _part(item, known)
                found += size
            made.append(item)
    if found > MOST:
        raise too_large()
    known[place] = done = (value, made, found)
    return done


_BUSY: tuple[Any, Any, int] = (None, None, 0)


def _part(item: Any, known: _Known) -> tuple[Any, int]:
    if isinstance(item, _WALKED):
        return _copied(item, known)[1:]
    return item, str.__len__(item) if isinstance(item, str) else 0


def _pairs(pairs: list[Any], known: _Known) -> tuple[Any, int]:
    checkpoint()
    for pair in pairs:
        if type(pair) is not tuple or len(pair) != 2:
            raise ValueError("items must return 2-tuples")
    sort_list(pairs, None, _first)
    found = 4 * len(pairs)
    made = []
    for key, value in pairs:
        item, size = _part(value, known)
        found += size + (str.__len__(key) if isinstance(key, str) else 0)
        made.append((key, item))
    return _Pairs(made), found


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


PLAIN = make_encoder(False, True, True, True, None, None, False, refuse)
SORTED = make_encoder(False, True, True, True, None, None, True, refuse)
# Made once: what it gets is a copy, which holds itself nowhere.
_C_ENCODER: Any = json.encoder.c_make_encoder  # type: ignore[attr-defined]
SORTED.quick = _C_ENCODER(
    None, refuse, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, True
)


def _has_wide_bytes(value: Any, depth: int = 0) -> bool:
    """Whether a byte string beyond ASCII is in ``value``: JSON reads those as UTF-8."""
    if isinstance(value, str):
        return not is_unicode(value) and not value.isascii()
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, dict):
        return any(
            _has_wide_bytes(key, depth + 1) or _has_wide_bytes(item, depth + 1)
            for key, item in dict.items(value)
        )
    if isinstance(value, (list, tuple)):
        return any(_has_wide_bytes(item, depth + 1) for item in value)
    return False


def _decode_bytes(value: Any, encoding: str, depth: int = 0) -> Any:
    if isinstance(value, str):
        if is_unicode(value) or value.isascii():
            return value
        try:
            data = value.encode("latin-1")
        except UnicodeEncodeError:
            return value
        return data.decode(encoding)
    if depth > MAX_DEPTH:
        raise ValueError("Circular reference detected")
    if isinstance(value, dict):
        return {
            _decode_bytes(key, encoding, depth + 1): _decode_bytes(item, encoding, depth + 1)
            for key, item in dict.items(value)
        }
    if isinstance(value, (list, tuple)):
        return [_decode_bytes(item, encoding, depth + 1) for item in value]
    return value




def _size(value: Any, known: dict[int, int]) -> int:
    """About how long the text will be: parts that are shared count each time.

    Args:
        known: what containers that were met before came to, by identity.
    """
    # What the encoder walks through where no method of a script's says otherwise.
    mapping = isinstance(value, dict)
    base: Any = dict if mapping else list if isinstance(value, list) else tuple
    found: int = 4 * base.__len__(value)
    for item in dict.values(value) if mapping else base.__iter__(value):
        kind = type(item)
        if kind is str:
            found += len(item)
        elif kind in _CONTAINERS or isinstance(item, _WALKED):
            key = id(item)
            size = known.get(key)
            if size is None:
                known[key] = 0
                size = known[key] = _size(item, known)
            found += size
        elif kind not in _SHORT and isinstance(item, str):
            found += str.__len__(item)
    if mapping:
        try:
            found += sum(map(str.__len__, dict.__iter__(value)))
        except TypeError:
            keys = list(dict.__iter__(value))
            found += sum([str.__len__(key) for key in keys if isinstance(key, str)])
    if found > MOST:
        raise too_large()
    return found


def _encoded(used: json.JSONEncoder, value: Any) -> str:
    if isinstance(used, Encoder) and used.ordered:
        value = in_order(value, {})
        if used.quick is not None:
            return "".join(used.quick(value, 0))
    if used.indent is None:
        return used.encode(value)
    return joined(checked_items(used.iterencode(value)))


def weighed(used: json.JSONEncoder, value: Any) -> str:
    """Encode; a text longer than one may be is refused before it is made."""
    # What is sorted is weighed while it is copied.
    if isinstance(value, _WALKED) and not (isinstance(used, Encoder) and used.ordered):
        _size(value, {})
    checkpoint()
    return _encoded(used, value)


def encode_with(used: json.JSONEncoder, value: Any, encoding: str = "utf-8") -> str:
    """Encode; the result is a ``unicode`` only where it holds more than ASCII."""
    try:
        made = weighed(used, value)
    except RecursionError:
        raise RuntimeError("maximum recursion depth exceeded") from None
    except TypeError as error:
        if str(error).startswith("keys must be"):
            raise TypeError(f"keys must be a string: {_bad_key(value)}") from None
        raise
    if ("\\u00" in made or not made.isascii()) and _has_wide_bytes(value):
        made = _encoded(used, _decode_bytes(value, encoding))
    return made if made.isascii() else unicode_text(made)


def _bad_key(value: Any, depth: int = 0) -> str | None:
    """The repr of the first key that JSON cannot have."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, dict):
        for key, item in dict.items(value):
            if not isinstance(key, (str, int, float)) and key is not None:
                return script_repr(key)
            found = _bad_key(item, depth + 1)
            if found is not None:
                return found
    elif isinstance(value, (list, tuple)):
        for item in value:
            found = _bad_key(item, depth + 1)
            if found is not None:
                return found
    return None


@host_class("json.encoder")
class JSONEncoder(metaclass=HostType):
    """``json.JSONEncoder``, to be subclassed with a ``default`` method."""

    item_separator = ", "
    key_separator = ": "

    def __init__(
        self,
        skipkeys: Any = False,
        ensure_ascii: Any = True,
        check_circular: Any = True,
        allow_nan: Any = True,
        sort_keys: Any = False,
        indent: Any = None,
        separators: Any = None,
        encoding: Any = "utf-8",
        default: Any = None,
    ) -> None:
        self.skipkeys = skipkeys
        self.ensure_ascii = ensure_ascii
        self.check_circular = check_circular
        self.allow_nan = allow_nan
        self.sort_keys = sort_keys
        self.indent = indent
        self.encoding = encoding
        if separators is not None:
            self.item_separator, self.key_separator = separators
        if default is not None:
            self.default = default  # type: ignore[method-assign]

    def default(self, o: Any) -> Any:
        """Refuse: a subclass says what becomes of other types."""
        return refuse(o)

    def encode(self, o: Any) -> str:
        """The JSON text of ``o``."""
        used = make_encoder(
            bool(self.skipkeys),
            bool(self.ensure_ascii),
            True,
            bool(self.allow_nan),
            indent_of(self.indent),
            (text(self.item_separator), text(self.key_separator)),
            bool(self.sort_keys),
            self.default,
        )
        return encode_with(used, o, text(self.encoding or "utf-8"))

    def iterencode(self, o: Any, _one_shot: Any = False) -> Iterator[str]:
        """The JSON text of ``o``, in one piece."""
        return iter([self.encode(o)])


def indent_of(indent: Any) -> int | None:
    """The blanks of an ``indent`` argument, None for one line."""
    if indent is None or isinstance(indent, bool):
        return None if not indent else 1
    if isinstance(indent, int):
        blanks = int.__index__(indent)
        if blanks > MAX_INDENT:
            raise too_large()
        return blanks
    raise TypeError("indent must be an integer")
