"""Time zones: the rules of the IANA data base, and the names Java shows."""

from __future__ import annotations

import datetime
import functools
import io
import re
import threading
import time
import zoneinfo

_FIXED = re.compile(r"GMT([+-])(\d{1,2})(?::?(\d{2}))?\Z")
_DATA: dict[str, bytes] = {}
_LOCK = threading.Lock()
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_OLD = {
    "EST": "America/Panama",
    "MST": "America/Phoenix",
    "HST": "Pacific/Honolulu",
    "PST": "America/Los_Angeles",
    "CST": "America/Chicago",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "ECT": "Europe/Paris",
    "BST": "Asia/Dhaka",
    "CTT": "Asia/Shanghai",
    "AET": "Australia/Sydney",
}


def preload() -> None:
    """Read the rules of all zones: a locked worker cannot open their files."""
    import importlib.resources
    import os

    for folder in zoneinfo.TZPATH:
        for name in zone_names():
            if name not in _DATA and os.path.isfile(os.path.join(folder, name)):
                with open(os.path.join(folder, name), "rb") as source:
                    _DATA[name] = source.read()
    if not _DATA:
        try:
            base = importlib.resources.files("tzdata.zoneinfo")
        except ModuleNotFoundError:
            return
        for name in zone_names():
            _DATA[name] = base.joinpath(name).read_bytes()
    default_zone()


@functools.cache
def zone_names() -> tuple[str, ...]:
    """The names of all zones, sorted."""
    return tuple(sorted(zoneinfo.available_timezones()))


def find_zone(name: str) -> datetime.tzinfo | None:
    """The zone of an IANA name or ``GMT+02:00``; None if there is none."""
    # A script's own kind of text would stay in the cache, and be asked whether it equals others.
    return _find_zone(str.__str__(name))


@functools.lru_cache(maxsize=1024)
def _find_zone(name: str) -> datetime.tzinfo | None:
    if name in ("UTC", "GMT", "Z", "UT", "Etc/UTC"):
        return datetime.UTC
    match = _FIXED.match(name)
    if match:
        sign, hours, minutes = match.groups()
        offset = datetime.timedelta(hours=int(hours), minutes=int(minutes or 0))
        if int(hours) > 23 or int(minutes or 0) > 59:
            return None
        return datetime.timezone(offset if sign == "+" else -offset)
    name = _OLD.get(name, name)
    with _LOCK:
        data = _DATA.get(name)
    if data is not None:
        return zoneinfo.ZoneInfo.from_file(io.BytesIO(data), key=name)
    if name not in zone_names():
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (OSError, ValueError):
        return None


@functools.cache
def default_name() -> str:
    """The name of the host's zone."""
    import os

    name = os.environ.get("TZ", "").lstrip(":")
    if name and find_zone(name) is not None:
        return name
    try:
        with open("/etc/timezone", encoding="ascii") as source:
            name = source.read().strip()
    except (OSError, UnicodeDecodeError):
        try:
            name = os.readlink("/etc/localtime").partition("zoneinfo/")[2]
        except OSError:
            name = ""
    if name and find_zone(name) is not None:
        return "UTC" if name == "Etc/UTC" else name
    offset = -time.timezone // 60
    if not offset:
        return "UTC"
    return f"GMT{'+' if offset > 0 else '-'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"


def default_zone() -> datetime.tzinfo:
    """The host's zone."""
    return find_zone(default_name()) or datetime.UTC


def local_time(millis: int, zone: datetime.tzinfo) -> datetime.datetime:
    """The wall clock in a zone; OverflowError outside the years 1 to 9999."""
    return (_EPOCH + datetime.timedelta(milliseconds=millis)).astimezone(zone)


def millis_of(moment: datetime.datetime) -> int:
    """Milliseconds since 1970 of a wall clock with a zone."""
    delta = moment.astimezone(datetime.UTC) - _EPOCH
    return (delta.days * 86400 + delta.seconds) * 1000 + delta.microseconds // 1000


def wall_millis(parts: datetime.datetime, zone: datetime.tzinfo) -> int:
    """Milliseconds of a wall clock; a time that a clock skips moves on, as in Java."""
    return millis_of(parts.replace(tzinfo=zone))


_LONG = {
    "UTC": ("Coordinated Universal Time", "Coordinated Universal Time"),
    "GMT": ("Greenwich Mean Time", "Greenwich Mean Time"),
    "EST": ("Eastern Standard Time", "Eastern Daylight Time"),
    "CST": ("Central Standard Time", "Central Daylight Time"),
    "MST": ("Mountain Standard Time", "Mountain Daylight Time"),
    "PST": ("Pacific Standard Time", "Pacific Daylight Time"),
    "CET": ("Central European Standard Time", "Central European Summer Time"),
    "EET": ("Eastern European Standard Time", "Eastern European Summer Time"),
    "WET": ("Western European Standard Time", "Western European Summer Time"),
    "JST": ("Japan Standard Time", "Japan Daylight Time"),
    "IST": ("India Standard Time", "India Daylight Time"),
}


def short_name(moment: datetime.datetime) -> str:
    """The letters of a zone at a time (``CET``), or its offset."""
    name = moment.tzname() or ""
    if name and name[0] not in "+-0123456789":
        return "GMT" + name[3:] if name.startswith("UTC") and len(name) > 3 else name
    offset = moment.utcoffset() or datetime.timedelta()
    return "GMT" + offset_text(offset, ":") if offset else "GMT"


def long_name(name: str, zone: datetime.tzinfo, daylight: bool = False) -> str:
    """The words of a zone."""
    winter = datetime.datetime(2023, 1, 1, tzinfo=zone)
    summer = datetime.datetime(2023, 7, 1, tzinfo=zone)
    standard = winter if not winter.dst() else summer
    letters = short_name(standard)
    found = _LONG.get(letters)
    return found[daylight] if found else (name or letters)


def offset_text(offset: datetime.timedelta, colon: str = "") -> str:
    """``+0200`` or ``+02:00``."""
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"
