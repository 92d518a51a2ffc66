"""Shared memory that tells, after a worker was killed, what had started and what had ended.

One slot a lane. A lane numbers its work 1, 2, 3, ... in the order in which it was sent, and only
that lane writes its slot: every field is one aligned store of eight bytes, so the host never reads
half of one. The file behind it is sealed, so a worker cannot shrink it under the host.

The host trusts none of it: ``account`` takes numbers that cannot be for what a compromised worker
wrote, and then calls everything unreported lost rather than run anything twice.
"""

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, overload

OUTCOMES: Final = 1024
"""How many outcomes a slot remembers: report an outcome before this many more have ended."""

_MAGIC: Final = 0x5049_4C4F_544C_0001
_WORD: Final = 8
_HEADER_WORDS: Final = 8
_SLOT_WORDS: Final = 8
_SLOT_BYTES: Final = _SLOT_WORDS * _WORD + OUTCOMES
_STARTED, _FINISHED, _STOP, _THREAD, _NATIVE, _SINCE = range(6)


@dataclass(frozen=True, slots=True)
class SlotState:
    """What a slot said at one moment.

    Args:
        started: number of the latest piece of work that began, 0 for none.
        finished: number of the latest piece of work that ended.
        thread: ``threading.get_ident()`` of the lane's thread, 0 before it attached.
        native: the kernel's id of that thread.
        since: ``time.monotonic()`` seconds at which the latest piece of work began.
        outcomes: the ring of outcomes; ``outcome(number)`` reads it.
    """

    started: int
    finished: int
    thread: int
    native: int
    since: float
    outcomes: bytes

    @property
    def running(self) -> int | None:
        """The number of the work that runs, None when the lane is idle."""
        return self.started if self.started == self.finished + 1 else None

    def outcome(self, number: int) -> int:
        """The outcome noted for work that ended, while the ring still has it."""
        return self.outcomes[number % OUTCOMES]


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the work that a lane was given and did not report, once it is dead.

    Args:
        finished: number -> outcome, of work that ended with its report not yet sent.
        running: the one that ran, or None.
        waiting: the numbers of those that never started, in order: they may run elsewhere.
        trusted: False when the record was impossible: then all of it counts as having run, in
            ``lost``.
        lost: the numbers of work of which nothing can be said.
    """

    finished: Mapping[int, int]
    running: int | None
    waiting: range
    trusted: bool
    lost: range


def account(state: SlotState, reported: int, sent: int) -> Account:
    """Sort the work of a dead lane.

    Args:
        state: its slot, read after the worker was dead.
        reported: number of the last piece of work whose end was reported, 0 for none.
        sent: number of the last piece of work given to the lane.
    """
    started, finished = state.started, state.finished
    possible = (
        reported <= finished <= started <= sent
        and started - finished <= 1
        and finished - reported <= OUTCOMES
    )
    if not possible:
        return Account({}, None, range(0), False, range(reported + 1, sent + 1))
    ended = {number: state.outcome(number) for number in range(reported + 1, finished + 1)}
    return Account(ended, state.running, range(started + 1, sent + 1), True, range(0))


def _state(raw: bytes | memoryview, index: int) -> SlotState:
    start = _HEADER_WORDS * _WORD + index * _SLOT_BYTES
    ring = start + _SLOT_WORDS * _WORD
    # Native layout: each word is read at once, where the standard one reads byte by byte.
    words = struct.unpack_from(f"@{_SLOT_WORDS}Q", raw, start)
    return SlotState(
        words[_STARTED],
        words[_FINISHED],
        words[_THREAD],
        words[_NATIVE],
        words[_SINCE] / 1e9,
        bytes(raw[ring : ring + OUTCOMES]),
    )


class _Snapshot(Sequence[SlotState]):
    """A copy of a record; a slot is looked at when it is asked for."""

    __slots__ = ("_raw", "_slots")

    def __init__(self, raw: bytes, slots: int) -> None:
        self._raw = raw
        self._slots = slots

    def __len__(self) -> int:
        return self._slots

    @overload
    def __getitem__(self, index: int) -> SlotState: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[SlotState]: ...

    def __getitem__(self, index: int | slice) -> SlotState | Sequence[SlotState]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self._slots))]
        if not -self._slots <= index < self._slots:
            raise IndexError(f"slot {index} of {self._slots}")
        return _state(self._raw, index % self._slots)


class Slot:
    """One lane's part of the record; the worker's side."""

    __slots__ = ("_base", "_bytes", "_ring", "_words")

    def __init__(self, words: memoryview, raw: memoryview, index: int) -> None:
        start = _HEADER_WORDS * _WORD + index * _SLOT_BYTES
        self._words = words
        self._bytes = raw
        self._base = start // _WORD
        self._ring = start + _SLOT_WORDS * _WORD

    def attach(self) -> None:
        """Note the calling thread as the one that runs this lane."""
        self._words[self._base + _THREAD] = threading.get_ident()
        self._words[self._base + _NATIVE] = threading.get_native_id()

    def begin(self, number: int) -> None:
        """Note that a piece of work starts; call it before anything of it runs."""
        self._words[self._base + _SINCE] = time.monotonic_ns()
        self._words[self._base + _STARTED] = number

    def finish(self, number: int, outcome: int = 0) -> None:
        """Note that a piece of work has ended; call it when all that it sent has been written.

        Args:
            number: the number it began with.
            outcome: 0 to 255, in whatever sense the two ends agree on.
        """
        self._bytes[self._ring + number % OUTCOMES] = outcome
        self._words[self._base + _FINISHED] = number

    def stop_requested(self) -> int:
        """The number of the work that the host wants stopped, 0 for none."""
        return int(self._words[self._base + _STOP])


class Progress:
    """The whole record, mapped; made by the host, handed to the worker as a descriptor.

    Args:
        descriptor: of a file that ``create`` made. It may be closed afterwards.
    """

    __slots__ = ("_map", "_raw", "_words", "slots")

    def __init__(self, descriptor: int) -> None:
        self._map = mmap.mmap(descriptor, os.fstat(descriptor).st_size)
        self._raw = memoryview(self._map)
        self._words = self._raw.cast("Q")
        if self._words[0] != _MAGIC:
            raise ValueError("not a progress record")
        self.slots: int = (len(self._raw) - _HEADER_WORDS * _WORD) // _SLOT_BYTES

    @staticmethod
    def create(slots: int) -> int:
        """Make a record for so many lanes.

        Returns: the descriptor of its file, sealed against change of size; close it.

        Raises:
            ValueError: for fewer than one slot.
        """
        if slots < 1:
            raise ValueError("a progress record has at least one slot")
        descriptor = os.memfd_create("progress", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(descriptor, _HEADER_WORDS * _WORD + slots * _SLOT_BYTES)
            seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
            os.pwrite(descriptor, _MAGIC.to_bytes(_WORD, "little"), 0)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def slot(self, index: int) -> Slot:
        """A slot to write, for the lane that owns it.

        Raises:
            IndexError: when there is no such slot.
        """
        self._check(index)
        return Slot(self._words, self._raw, index)

    def state(self, index: int) -> SlotState:
        """What a slot says now.

        Raises:
            IndexError: when there is no such slot.
        """
        self._check(index)
        return _state(self._raw, index)

    def snapshot(self) -> Sequence[SlotState]:
        """What all slots say now; it stays when the record is closed."""
        return _Snapshot(bytes(self._raw), self.slots)

    def running(self) -> dict[int, SlotState]:
        """The slots whose lane runs something now, by index."""
        step, first = _SLOT_BYTES // _WORD, _HEADER_WORDS
        started = self._words[first + _STARTED :: step].tolist()
        finished = self._words[first + _FINISHED :: step].tolist()
        busy = [
            at for at, pair in enumerate(zip(started, finished, strict=False)) if pair[0] != pair[1]
        ]
        states = {index: self.state(index) for index in busy if index < self.slots}
        return {index: state for index, state in states.items() if state.running is not None}

    def request_stop(self, index: int, number: int) -> None:
        """Say which piece of work shall stop; ``Worker.soft_stop`` also wakes the worker.

        Raises:
            IndexError: when there is no such slot.
        """
        self._check(index)
        start = _HEADER_WORDS * _WORD + index * _SLOT_BYTES
        self._words[start // _WORD + _STOP] = number

    def stops(self) -> dict[int, int]:
        """The numbers that the host wants stopped, by slot; those of work long past included."""
        step, first = _SLOT_BYTES // _WORD, _HEADER_WORDS + _STOP
        wanted = {i: int(self._words[first + i * step]) for i in range(self.slots)}
        return {index: number for index, number in wanted.items() if number}

    def close(self) -> None:
        """Unmap the record; slots taken from it must not be used any more."""
        self._words.release()
        self._raw.release()
        self._map.close()

    def _check(self, index: int) -> None:
        if not 0 <= index < self.slots:
            raise IndexError(f"slot {index} of {self.slots}")
