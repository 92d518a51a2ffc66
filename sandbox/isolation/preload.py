"""What must be in memory before the lock, and what happens to an import after it."""

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

ENCODINGS: Final = (
    "ascii", "latin_1", "iso8859_1", "iso8859_15", "cp1252", "cp437", "cp850", "mac_roman",
    "utf_7", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le",
    "utf_32_be", "idna", "punycode", "unicode_escape", "raw_unicode_escape",
    "hex_codec", "base64_codec", "quopri_codec", "uu_codec", "zlib_codec", "bz2_codec", "rot_13",
)  # fmt: skip
"""Codecs that scripts name, loaded by ``codecs`` at their first use."""

STANDARD: Final = (
    "_strptime", "ast", "base64", "bisect", "calendar", "collections", "collections.abc", "copy",
    "csv", "datetime", "decimal", "faulthandler", "fractions", "functools", "hashlib", "heapq",
    "io", "itertools", "json", "linecache", "locale", "math", "numbers", "operator", "pprint",
    "queue", "random", "re", "secrets", "signal", "stringprep", "string", "struct", "textwrap",
    "threading", "time", "token", "tokenize", "traceback", "types", "unicodedata", "urllib.parse",
    "uuid", "weakref", "zlib",
)  # fmt: skip
"""Modules of Python's library that others import at their first use."""


def load(modules: Sequence[str]) -> None:
    """Import the codecs, Python's own modules and the modules named.

    Raises:
        ImportError: when one of the modules named cannot be imported. An interpreter built
            without one of the others goes without it.
    """
    for name in (*(f"encodings.{codec}" for codec in ENCODINGS), *STANDARD):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    for name in modules:
        importlib.import_module(name)


class LateImports:
    """First finder of a locked worker: it says what to preload instead of failing on a file.

    ``seen`` has the names asked for, in order; a test of an entry point checks that it is empty.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse the import.

        Raises:
            ModuleNotFoundError: always.
        """
        if name not in self.seen:
            self.seen.append(name)
        raise ModuleNotFoundError(
            f"{name} was not loaded before the lock; add it to the zygote's preload", name=name
        )


late_imports = LateImports()
"""The finder that ``refuse_imports`` installs."""


def refuse_imports() -> None:
    """Make every import of what is not in memory fail with words that help."""
    sys.meta_path.insert(0, late_imports)
