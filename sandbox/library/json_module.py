"""``json``: Python 2's text and types around the C scanner and encoder."""

from __future__ import annotations

from typing import Any

from sandbox.library.arguments import text
from sandbox.library.json_decoding import (
    DECODER,
    JSONDecoder,
    decode_hooked,
    decode_with,
    script_value,
)
from sandbox.library.json_encoding import (
    PLAIN,
    SORTED,
    JSONEncoder,
    encode_with,
    indent_of,
    make_encoder,
    refuse,
)
from sandbox.library.module import Module


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
            return encode_with(SORTED if sort_keys else PLAIN, obj)
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
        used = make_encoder(
            bool(skipkeys),
            bool(ensure_ascii),
            True,
            bool(allow_nan),
            indent_of(indent),
            separators,
            bool(sort_keys),
            default or refuse,
        )
        return encode_with(used, obj, text(encoding or "utf-8"))

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
            return script_value(decode_with(DECODER, s, encoding))
        return decode_hooked(
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
