"""The progress record tells the same to both ends, and a forged one fools nobody."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.isolation.progress import OUTCOMES, Progress, SlotState, account


@pytest.fixture
def ends() -> Iterator[tuple[Progress, Progress]]:
    descriptor = Progress.create(3)
    host, worker = Progress(descriptor), Progress(descriptor)
    os.close(descriptor)
    yield host, worker
    host.close()
    worker.close()


def state(started: int, finished: int) -> SlotState:
    """A slot that says this, its outcomes being the numbers' last bytes."""
    ring = bytes(number % 256 for number in range(OUTCOMES))
    return SlotState(started, finished, 1, 1, 0.0, ring)


def test_each_slot_is_its_own(ends: tuple[Progress, Progress]) -> None:
    """What one lane writes is seen in its slot by the other end, and nowhere else."""
    host, worker = ends
    worker.slot(1).begin(1)
    assert host.state(1).running == 1
    assert list(host.running()) == [1]
    worker.slot(1).finish(1, 7)
    assert host.state(1).running is None
    assert host.state(1).outcome(1) == 7
    assert host.state(0) == host.state(2)


def test_stops_are_seen_by_the_worker(ends: tuple[Progress, Progress]) -> None:
    """A wish to stop names the slot and the work."""
    host, worker = ends
    assert worker.stops() == {}
    host.request_stop(2, 41)
    assert worker.stops() == {2: 41}
    assert worker.slot(2).stop_requested() == 41


def test_no_slot_beyond_the_last(ends: tuple[Progress, Progress]) -> None:
    """An index outside the record is an error, not somebody else's memory."""
    for index in (-1, 3):
        with pytest.raises(IndexError):
            ends[0].state(index)
        with pytest.raises(IndexError):
            ends[0].slot(index)


def test_the_file_cannot_change_size() -> None:
    """A worker cannot shrink the record under the host, which would end it with SIGBUS."""
    descriptor = Progress.create(1)
    try:
        size = os.fstat(descriptor).st_size
        for other in (0, size * 2):
            with pytest.raises(PermissionError):
                os.ftruncate(descriptor, other)
    finally:
        os.close(descriptor)


@given(st.integers(0, 3000), st.integers(0, 1000), st.booleans(), st.integers(0, 50))
def test_true_records_sort_all_work(reported: int, ended: int, runs: bool, waits: int) -> None:
    """Each piece of work given and not reported is ended, running or waiting, exactly once."""
    finished = reported + ended
    started = finished + runs
    sent = started + waits
    result = account(state(started, finished), reported, sent)
    assert result.trusted
    running = [] if result.running is None else [result.running]
    everything = [*result.finished, *running, *result.waiting]
    assert everything == list(range(reported + 1, sent + 1))
    assert all(result.finished[n] == n % OUTCOMES % 256 for n in result.finished)


WORD = st.integers(0, 2**64 - 1) | st.integers(0, 100)


@given(WORD, WORD, st.integers(0, 100), st.integers(0, 100))
def test_forged_records_run_nothing_twice(
    started: int, finished: int, reported: int, more: int
) -> None:
    """Whatever a record says, work is never called waiting unless the record is possible."""
    sent = reported + more
    result = account(state(started, finished), reported, sent)
    if not result.trusted:
        assert list(result.lost) == list(range(reported + 1, sent + 1))
        assert not result.waiting
        assert result.running is None
    else:
        assert reported <= finished <= started <= sent
