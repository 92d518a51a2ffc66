"""Everything that the library loads lazily, loaded: for a zygote, before its workers are locked."""

from __future__ import annotations

import codecs
import datetime
import time
import unicodedata
from typing import TYPE_CHECKING

from sandbox.library.registry import MODULES

if TYPE_CHECKING:
    from sandbox.library import Library

_CODECS = (
    "ascii",
    "latin-1",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "cp437",
    "cp850",
    "iso8859-15",
    "hex",
    "base64",
    "quopri",
    "uu",
    "zlib",
    "bz2",
    "rot-13",
    "unicode_escape",
    "raw_unicode_escape",
    "idna",
)


def warm_up(library: Library) -> None:
    """Look up the codecs, run ``strptime`` once, find all modules, touch what else loads late."""
    for name in _CODECS:
        try:
            codecs.lookup(name)
        except LookupError:
            continue
    time.strptime("2020", "%Y")
    datetime.datetime.strptime("2020", "%Y")
    unicodedata.name("a")
    for name in MODULES:
        library.find_module(name)
