"""Values of JSON text: the C scanner, its texts as ``unicode``, Python 2's messages."""

from __future__ import annotations

import json
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.module import HostType, host_class
from sandbox.library.values import is_unicode, type_repr, unicode_text

_KEYS: dict[str, str] = {}
_KEYS_LIMIT = 4096


def script_value(value: Any) -> Any:
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
                item = script_value(item)
            made[known] = item
        return made
    if kind is list:
        for index, item in enumerate(value):
            inner = type(item)
            if inner is str:
                value[index] = unicode_text(item)
            elif inner is dict or inner is list:
                value[index] = script_value(item)
    return value


DECODER = json.JSONDecoder()


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


def decode_with(decoder: json.JSONDecoder, source: Any, encoding: Any = None) -> Any:
    """What a decoder makes of a text; ValueError in Python 2.7's words."""
    if not isinstance(source, str):
        raise TypeError(f"expected string or buffer, but got {type_repr(source)}")
    words = text(source)
    if not is_unicode(source) and not words.isascii():
        words = words.encode("latin-1").decode(encoding or "utf-8")
    try:
        value, end = decoder.scan_once(words, 0)  # type: ignore[attr-defined]
        if end == len(words):
            return value
    except (StopIteration, json.JSONDecodeError, RecursionError):
        # Blanks around the value, or a fault: the whole decoder knows what to do.
        pass
    try:
        return decoder.decode(words)
    except json.JSONDecodeError as error:
        raise ValueError(_message(error)) from None
    except RecursionError:
        raise RuntimeError("maximum recursion depth exceeded") from None


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
        return decode_hooked(
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
            value, end = DECODER.raw_decode(text(s), idx)
        except json.JSONDecodeError as error:
            raise ValueError(_message(error)) from None
        return script_value(value), end


def decode_hooked(
    source: Any,
    encoding: Any,
    object_hook: Any,
    parse_float: Any,
    parse_int: Any,
    parse_constant: Any,
    strict: Any,
    object_pairs_hook: Any,
) -> Any:
    """The value of a text, made by a script's own hooks."""
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
    value = decode_with(decoder, source, encoding)
    return script_value(value) if pairs is None else _texts(value)


def _texts(value: Any) -> Any:
    if type(value) is str:
        return unicode_text(value)
    if type(value) is list:
        return [_texts(item) for item in value]
    return value
