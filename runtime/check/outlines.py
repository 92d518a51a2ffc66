"""Outlines of many scripts: kept from the last check, or made now by several processes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache as once
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from runtime.check.outline import Outline, outline_of
from sandbox import CacheUnsafe, CodeCache, Policy, Sandbox

WORTH_DIVIDING: Final = 300
"""Scripts below which starting processes costs more than it brings."""

_CHUNK: Final = 60

_Kept = dict[str, Outline]


class Text(NamedTuple):
    """One script as it is to be compiled; see ``Sandbox.compile``."""

    source: str
    file: str
    entry: str | None
    parameters: tuple[str, ...]


class Outlines:
    """Makes outlines, and keeps them.

    Args:
        profile: whose rules apply.
        cache: where they, and compiled code, are kept; None keeps nothing.
        workers: processes to use where there is much to do.
    """

    def __init__(self, profile: str, cache: CodeCache | None, workers: int) -> None:
        self._profile = profile
        self._cache = cache
        self._workers = workers

    def of(self, texts: Sequence[Text], label: str) -> list[Outline]:
        """The outline of each text.

        Args:
            texts: the scripts.
            label: names this set of scripts among others that are kept.
        """
        keys = [self._key(text) for text in texts]
        kept = self._load(label)
        missing = [(k, t) for k, t in zip(keys, texts, strict=True) if k not in kept]
        made = dict(self._make(missing)) if missing else {}
        found = {key: made[key] if key in made else kept[key] for key in keys}
        if made or len(kept) > 2 * len(found):
            self._store(label, found)
        return [found[key] for key in keys]

    def _make(self, missing: Sequence[tuple[str, Text]]) -> Iterable[tuple[str, Outline]]:
        folder = str(self._cache.folder) if self._cache is not None else None
        if self._workers < 2 or len(missing) < WORTH_DIVIDING:
            sandbox = Sandbox(Policy(), self._profile, self._cache)
            return [(key, outline_of(sandbox, *text)) for key, text in missing]
        chunks = [missing[i : i + _CHUNK] for i in range(0, len(missing), _CHUNK)]
        found: list[tuple[str, Outline]] = []
        with ProcessPoolExecutor(self._workers, get_context("spawn")) as pool:
            jobs = [
                pool.submit(_outline_all, self._profile, folder, [text for _, text in chunk])
                for chunk in chunks
            ]
            for chunk, job in zip(chunks, jobs, strict=True):
                outlines = msgspec.msgpack.decode(job.result(), type=list[Outline])
                found += zip((key for key, _ in chunk), outlines, strict=True)
        return found

    def _key(self, text: Text) -> str:
        digest = hashlib.blake2b(digest_size=16)
        for part in (text.source, text.file, repr(text.entry), repr(text.parameters)):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
        return digest.hexdigest()

    def _name(self, label: str) -> str:
        return "\0".join(("outlines", _own_version(), self._profile, label))

    def _load(self, label: str) -> _Kept:
        data = self._cache.load_data(self._name(label)) if self._cache is not None else None
        if data is None:
            return {}
        try:
            return msgspec.msgpack.decode(data, type=_Kept)
        except msgspec.ValidationError:
            return {}

    def _store(self, label: str, found: _Kept) -> None:
        if self._cache is not None:
            self._cache.store_data(self._name(label), msgspec.msgpack.encode(found))


def _outline_all(profile: str, folder: str | None, texts: list[Text]) -> bytes:
    sandbox = _sandbox(profile, folder)
    return msgspec.msgpack.encode([outline_of(sandbox, *text) for text in texts])


@once
def _sandbox(profile: str, folder: str | None) -> Sandbox:
    try:
        cache = CodeCache(folder) if folder is not None else None
    except (CacheUnsafe, OSError):
        cache = None
    return Sandbox(Policy(), profile, cache)


@once
def _own_version() -> str:
    """Changes with what makes outlines."""
    digest = hashlib.blake2b(digest_size=16)
    for name in ("outline.py", "sends.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
