"""``%`` formats of the thread tier: what their widths and values make has a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.dialect.meaning import containers, formatting
from sandbox.dialect.meaning.kinds import long, unicode
from sandbox.limits_consuming import checked_items
from sandbox.limits_sizes import check_division, too_large

_NUMBERS = frozenset({int, float, bool, complex, long})


def percent_guards(table: dict[str, Any], limit: int) -> dict[str, Callable[..., Any]]:
    """The guards for formats and joins.

    Args:
        table: the helpers without guards.
        limit: most characters of one text.
    """

    def sized(made: Any) -> Any:
        # The few values that a literal asks for are no longer than the limit each.
        if isinstance(made, str) and str.__len__(made) > limit:
            raise too_large()
        return made

    def percent1(text: str, value: Any) -> Any:
        kind = type(value)
        if kind is int or (kind is str and len(value) < limit):
            return text % value
        return sized(formatting.percent1(text, value))

    def percent_one(text: str, value: Any) -> Any:
        kind = type(value)
        if kind is int or (kind is str and len(value) < limit):
            return text % value
        return sized(formatting.percent_one(text, value))

    def percent_texts(text: str, values: Any, texts: tuple[int, ...]) -> Any:
        if len(texts) > _FEW:
            formatting.check_texts(values)
        for index in texts:
            kind = type(values[index])
            if kind is not str and kind is not int:
                return sized(formatting.percent(text, values, texts))
        made = text % values
        if len(made) > limit:
            raise too_large()
        return made

    def joined(separator: Any, items: Any) -> Any:
        if type(separator) is not str:
            return table["$getattr"](separator, "join")(items)
        if type(items) is not list:
            items = list(checked_items(items))
        if len(items) > _FEW:
            try:
                total = sum(map(str.__len__, items)) + len(separator) * len(items)
            except TypeError:
                return containers.join(separator, items)
            if total > limit:
                raise too_large()
            return containers.join(separator, items)
        if unicode in map(type, items):
            return sized(containers.join(separator, items))
        made = separator.join(items)
        if len(made) > limit:
            raise too_large()
        return made

    def modulo(left: Any, right: Any) -> Any:
        if type(left) in _NUMBERS:
            check_division(left, right)
            return left % right
        return formatting.modulo(left, right)

    def percent_number(text: str, value: Any) -> Any:
        return text % value if type(value) in _NUMBERS else formatting.modulo(text, value)

    return {
        "$percent_texts": percent_texts,
        "$percent1": percent1,
        "$percent_one": percent_one,
        "$join": joined,
        "$modulo": modulo,
        "$percent_number": percent_number,
        "$modulo=": formatting.modulo_in_place,
    }


_FEW = 8
