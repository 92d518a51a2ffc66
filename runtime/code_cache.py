"""Where compiled code is kept between starts: the setting ``sandbox.cache``, and its default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from runtime.errors import ConfigError
from sandbox import CacheUnsafe, CodeCache

OFF: Final = "off"


def user_folder() -> Path:
    """The folder of the user's own cache, by the XDG base directory specification."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return root / "pilotlight" / "code"


def open_cache(setting: str) -> CodeCache | None:
    """The cache that a setting names.

    Args:
        setting: a folder; ``off``, or empty, for none.

    Raises:
        ConfigError: the folder cannot be used, or is not its owner's alone.
    """
    if setting in ("", OFF):
        return None
    try:
        return CodeCache(Path(setting).expanduser())
    except (CacheUnsafe, OSError) as error:
        raise ConfigError(f"sandbox.cache: {error}") from error
