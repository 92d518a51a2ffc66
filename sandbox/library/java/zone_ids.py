"""``java.time.ZoneId`` and ``ZoneOffset``."""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.library.java import zones
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import int_argument, text_argument
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.values import unicode_text


class ZoneId(Object, package="java.time"):
    """``java.time.ZoneId``."""

    __slots__ = ("_id", "_tz")
    SHORT_IDS: Any = ()

    def __init__(self, name: str, tz: datetime.tzinfo) -> None:
        state(self, "_id", name)
        state(self, "_tz", tz)

    @classmethod
    def of(cls, name: Any, *_aliases: Any) -> ZoneId:
        """The zone of a name."""
        words = text_argument(name, "of")
        plain = "GMT" + words if words[:1] in ("+", "-") else words.replace("UTC+", "GMT+")
        found = zones.find_zone(plain)
        if found is None:
            raise java_exception_class("java.time.zone.ZoneRulesException")(
                f"Unknown time-zone ID: {words}"
            )
        return cls(words, found)

    @classmethod
    def systemDefault(cls) -> ZoneId:
        """The host's zone."""
        return ZoneId(zones.default_name(), zones.default_zone())

    def getId(self) -> str:
        """The name."""
        return unicode_text(self._id)

    def equals(self, other: Any) -> bool:
        """Whether it has the same name."""
        return isinstance(other, ZoneId) and bool(other._id == self._id)

    def hashCode(self) -> int:
        """By name."""
        return hash(self._id) & 0x7FFFFFFF

    def toString(self) -> str:
        """The name."""
        return unicode_text(self._id)


class ZoneOffset(ZoneId, package="java.time"):
    """``java.time.ZoneOffset``."""

    @classmethod
    def ofHours(cls, hours: Any) -> ZoneOffset:
        """So many hours ahead of UTC."""
        delta = datetime.timedelta(hours=int_argument(hours, "ofHours"))
        return cls(zones.offset_text(delta, ":") if delta else "Z", datetime.timezone(delta))


type.__setattr__(ZoneOffset, "UTC", ZoneOffset("Z", datetime.UTC))
