"""``str.format`` as scripts have it: fields are read through the guards, widths have a bound."""

from __future__ import annotations

import re
import types
from typing import Any

from sandbox.dialect.meaning.fields import format_fields, format_value
from sandbox.facade import Facade

_DIGITS = re.compile(r"\d{7,}")
WIDEST = 1_000_000


def too_wide(text: str) -> bool:
    """Whether a format asks for a width or precision that no text needs."""
    return any(int(digits[:12]) > WIDEST for digits in _DIGITS.findall(text))


def check_spec(text: str) -> None:
    """ValueError for a format that asks for a width that no text needs."""
    if too_wide(text):
        raise ValueError("the width of a format is limited here")


def format_text(template: Any, *args: Any, **keywords: Any) -> Any:
    """``str.format`` of a text, whatever its class has of that name."""
    check_spec(str.__str__(template))
    return format_fields(template, args, keywords)


def format_one(value: Any, spec: Any = "") -> Any:
    """``format(value, spec)``."""
    if not isinstance(spec, str):
        raise TypeError("format() argument 2 must be string")
    check_spec(str.__str__(spec))
    return format_value(value, str.__str__(spec))


class _Unbound(Facade):
    """``str.format`` read from the class."""

    __slots__ = ()

    def __call__(self, template: Any = None, *args: Any, **keywords: Any) -> Any:
        if not issubclass(type(template), str):
            raise TypeError("unbound method format() must be called with a string first")
        return format_text(template, *args, **keywords)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


UNBOUND = _Unbound()


def bound_format(template: Any, name: str) -> Any:
    """``template.format`` or ``template.format_map``, not called yet."""
    return types.MethodType(_format_mapped if name == "format_map" else format_text, template)


def _format_mapped(template: Any, mapping: Any) -> Any:
    return format_text(template, **dict(mapping))
