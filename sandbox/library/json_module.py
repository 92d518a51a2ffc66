"""``json``: Python 2's text and types around the C scanner and encoder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from json import encoder as _encoder
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import is_unicode, script_repr, type_repr, unicode_text

MAX_DEPTH = 900
_KEYS: dict[str, str] = {}
_KEYS_LIMIT = 4096


def _refuse(value: Any) -> Any:
    raise TypeError(f"{script_repr(value)} is not JSON serializable")


def _make_encoder(
    skipkeys: bool,
    ensure_ascii: bool,
    check_circular: bool,
    allow_nan: bool,
    indent: Any,
    separators: Any,
    sort_keys: bool,
    default: Callable[[Any], Any],
) -> json.JSONEncoder:
    if separators is None:
        # Python 2 leaves the blank after the comma also when it indents.
        separators = (", ", ": ")
    return json.JSONEncoder(
        skipkeys=skipkeys,
        ensure_ascii=ensure_ascii,
        check_circular=check_circular,
        allow_nan=allow_nan,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
        default=default,
    )


_PLAIN = _make_encoder(False, True, True, True, None, None, False, _refuse)
_SORTED = _make_encoder(False, True, True, True, None, None, True, _refuse)


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


def _dump(used: json.JSONEncoder, value: Any, encoding: str = "utf-8") -> str:
    """Encode; the result is a ``unicode`` only where it holds more than ASCII."""
    try:
        made = used.encode(value)
    except RecursionError:
        raise RuntimeError("maximum recursion depth exceeded") from None
    except TypeError as error:
        if str(error).startswith("keys must be"):
            raise TypeError(f"keys must be a string: {_bad_key(value)}") from None
        raise
    if ("\\u00" in made or not made.isascii()) and _has_wide_bytes(value):
        made = used.encode(_decode_bytes(value, encoding))
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


def _script_value(value: Any) -> Any:
    """What the C scanner made, with its texts as ``unicode``."""
    kind = type(value)
    if kind is str:
        return unicode_text(value)
    if kind is dict:
        keys = _KEYS
        made = {}
        for key, item in value.items():
            known = keys.get(key)
            if known is None:
                known = unicode_text(key)
                if len(keys) < _KEYS_LIMIT and len(key) < 64:
                    keys[key] = known
            inner = type(item)
            if inner is str:
                item = unicode_text(item)
            elif inner is dict or inner is list:
                item = _script_value(item)
            made[known] = item
        return made
    if kind is list:
        for index, item in enumerate(value):
            inner = type(item)
            if inner is str:
                value[index] = unicode_text(item)
            elif inner is dict or inner is list:
                value[index] = _script_value(item)
    return value


_DECODER = json.JSONDecoder()


def _message(error: json.JSONDecodeError) -> str:
    """The words of Python 2.7's decoder for the same fault."""
    words = error.msg
    if words == "Expecting value":
        return "No JSON object could be decoded"
    if words == "Extra data":
        return (
            f"Extra data: line {error.lineno} column {error.colno} - "
            f"{_where(error.doc, len(error.doc))} (char {error.pos} - {len(error.doc)})"
        )
    if words.startswith("Expecting ','"):
        words = "Expecting , delimiter"
    elif words.startswith("Expecting ':'"):
        words = "Expecting : delimiter"
    elif words.startswith("Expecting property name"):
        at_end = not error.doc[error.pos :].strip()
        words = "Expecting object" if at_end else "Expecting property name"
        if at_end:
            return (
                f"{words}: {_where(error.doc, error.doc.rfind('{'))} (char {error.doc.rfind('{')})"
            )
    elif words.startswith("Unterminated string"):
        words = "Unterminated string starting at"
    return f"{words}: line {error.lineno} column {error.colno} (char {error.pos})"


def _where(doc: str, position: int) -> str:
    line = doc.count("\n", 0, position) + 1
    column = position - doc.rfind("\n", 0, position)
    return f"line {line} column {column}"


def _load(decoder: json.JSONDecoder, source: Any, encoding: Any = None) -> Any:
    if not isinstance(source, str):
        raise TypeError(f"expected string or buffer, but got {type_repr(source)}")
    words = text(source)
    if not is_unicode(source) and not words.isascii():
        words = words.encode("latin-1").decode(encoding or "utf-8")
    try:
        return decoder.decode(words)
    except json.JSONDecodeError as error:
        raise ValueError(_message(error)) from None
    except RecursionError:
        raise RuntimeError("maximum recursion depth exceeded") from None


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
        return _refuse(o)

    def encode(self, o: Any) -> str:
        """The JSON text of ``o``."""
        used = _make_encoder(
            bool(self.skipkeys),
            bool(self.ensure_ascii),
            True,
            bool(self.allow_nan),
            _indent(self.indent),
            (text(self.item_separator), text(self.key_separator)),
            bool(self.sort_keys),
            self.default,
        )
        return _dump(used, o, text(self.encoding or "utf-8"))

    def iterencode(self, o: Any, _one_shot: Any = False) -> Iterator[str]:
        """The JSON text of ``o``, in one piece."""
        return iter([self.encode(o)])


@host_class("json.decoder")
class JSONDecoder(metaclass=HostType):
    """``json.JSONDecoder`` with the hooks of ``loads``."""

    def __init__(
        self,
        encoding: Any = None,
        object_hook: Any = None,
        parse_float: Any = None,
        parse_int: Any = None,
        parse_constant: Any = None,
        strict: Any = True,
        object_pairs_hook: Any = None,
    ) -> None:
        self.encoding = encoding
        self.object_hook = object_hook
        self.parse_float = parse_float
        self.parse_int = parse_int
        self.strict = strict
        self.object_pairs_hook = object_pairs_hook

    def decode(self, s: Any) -> Any:
        """The value of a JSON text."""
        return _load_hooked(
            s,
            self.encoding,
            self.object_hook,
            self.parse_float,
            self.parse_int,
            None,
            self.strict,
            self.object_pairs_hook,
        )

    def raw_decode(self, s: Any, idx: Any = 0) -> tuple[Any, int]:
        """The value at the start of a text, and where it ends."""
        try:
            value, end = _DECODER.raw_decode(text(s), idx)
        except json.JSONDecodeError as error:
            raise ValueError(_message(error)) from None
        return _script_value(value), end


def _indent(indent: Any) -> int | None:
    if indent is None or isinstance(indent, bool):
        return None if not indent else 1
    if isinstance(indent, int):
        return int(indent)
    raise TypeError("indent must be an integer")


def _load_hooked(
    source: Any,
    encoding: Any,
    object_hook: Any,
    parse_float: Any,
    parse_int: Any,
    parse_constant: Any,
    strict: Any,
    object_pairs_hook: Any,
) -> Any:
    if object_pairs_hook is not None:

        def pairs(found: list[tuple[str, Any]]) -> Any:
            return object_pairs_hook([(unicode_text(k), _texts(v)) for k, v in found])
    elif object_hook is not None:

        def pairs(found: list[tuple[str, Any]]) -> Any:
            return object_hook({unicode_text(k): _texts(v) for k, v in found})
    else:
        pairs = None  # type: ignore[assignment]
    decoder = json.JSONDecoder(
        parse_float=parse_float,
        parse_int=parse_int,
        parse_constant=parse_constant,
        strict=bool(strict),
        object_pairs_hook=pairs,
    )
    value = _load(decoder, source, encoding)
    return _script_value(value) if pairs is None else _texts(value)


def _texts(value: Any) -> Any:
    if type(value) is str:
        return unicode_text(value)
    if type(value) is list:
        return [_texts(item) for item in value]
    return value


class JsonModule(Module):
    """``json``: dumps, loads, dump and load on objects that write or read, and both classes."""

    __slots__ = ()
    NAME = "json"

    JSONEncoder = JSONEncoder
    JSONDecoder = JSONDecoder

    def dumps(
        self,
        obj: Any,
        skipkeys: Any = False,
        ensure_ascii: Any = True,
        check_circular: Any = True,
        allow_nan: Any = True,
        cls: Any = None,
        indent: Any = None,
        separators: Any = None,
        encoding: Any = "utf-8",
        default: Any = None,
        sort_keys: Any = False,
        **extra: Any,
    ) -> str:
        """The JSON text of a value."""
        if (
            not skipkeys
            and ensure_ascii
            and allow_nan
            and cls is None
            and indent is None
            and separators is None
            and default is None
            and not extra
        ):
            return _dump(_SORTED if sort_keys else _PLAIN, obj)
        if cls is not None:
            if not (isinstance(cls, type) and issubclass(cls, JSONEncoder)):
                raise TypeError("cls must be a subclass of json.JSONEncoder")
            made = cls(
                skipkeys=skipkeys,
                ensure_ascii=ensure_ascii,
                check_circular=check_circular,
                allow_nan=allow_nan,
                indent=indent,
                separators=separators,
                encoding=encoding,
                default=default,
                sort_keys=sort_keys,
                **extra,
            )
            return made.encode(obj)
        if extra:
            raise TypeError(f"__init__() got an unexpected keyword argument '{min(extra)}'")
        if separators is not None:
            item, key = separators
            separators = (text(item), text(key))
        used = _make_encoder(
            bool(skipkeys),
            bool(ensure_ascii),
            True,
            bool(allow_nan),
            _indent(indent),
            separators,
            bool(sort_keys),
            default or _refuse,
        )
        return _dump(used, obj, text(encoding or "utf-8"))

    def loads(
        self,
        s: Any,
        encoding: Any = None,
        cls: Any = None,
        object_hook: Any = None,
        parse_float: Any = None,
        parse_int: Any = None,
        parse_constant: Any = None,
        object_pairs_hook: Any = None,
        strict: Any = True,
    ) -> Any:
        """The value of a JSON text; its texts are ``unicode``."""
        if cls is not None:
            return cls(encoding=encoding, object_hook=object_hook).decode(s)
        if (
            object_hook is None
            and parse_float is None
            and parse_int is None
            and parse_constant is None
            and object_pairs_hook is None
            and strict
        ):
            return _script_value(_load(_DECODER, s, encoding))
        return _load_hooked(
            s,
            encoding,
            object_hook,
            parse_float,
            parse_int,
            parse_constant,
            strict,
            object_pairs_hook,
        )

    def dump(self, obj: Any, fp: Any, *args: Any, **options: Any) -> None:
        """Write the JSON text of a value to an object with ``write``."""
        self._library.getattr_hook(fp, "write")(self.dumps(obj, *args, **options))

    def load(self, fp: Any, **options: Any) -> Any:
        """The value of the JSON text that an object's ``read`` gives."""
        return self.loads(self._library.getattr_hook(fp, "read")(), **options)


assert _encoder.c_make_encoder is not None  # type: ignore[attr-defined]
