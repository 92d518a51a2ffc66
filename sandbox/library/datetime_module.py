"""``datetime``: the real immutable classes."""

from __future__ import annotations

import datetime

from sandbox.library.module import Module


class DatetimeModule(Module):
    """``datetime``; its classes are C types that refuse stores."""

    __slots__ = ()
    NAME = "datetime"

    MINYEAR = datetime.MINYEAR
    MAXYEAR = datetime.MAXYEAR
    date = datetime.date
    time = datetime.time
    timedelta = datetime.timedelta
    tzinfo = datetime.tzinfo
    # Last: from here on the name means the class.
    datetime = datetime.datetime
