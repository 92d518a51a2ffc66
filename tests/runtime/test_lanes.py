"""Lanes: order, width, bounds, exact counts, threads that come and go."""

import threading
from collections import Counter

import pytest

from runtime.lanes import Lane, LanePool

DEADLINE = 10.0


class Work:
    """An item whose run the test decides."""

    def __init__(self, run=lambda: None, status="done"):
        self.run = run
        self.outcome = status
        self.status = "queued"
        self.queued_at = 0.0
        self.settled = threading.Event()
        self.error = None

    def perform(self):
        self.status = "running"
        self.run()
        self.status = self.outcome

    def end(self, status, error=None):
        self.status, self.error = status, error

    def settle(self):
        self.settled.set()


@pytest.fixture
def pool():
    return LanePool(4, "test", idle_seconds=0.05)


def test_a_serial_lane_is_first_in_first_out(pool):
    """10 000 items from one sender run in order, one at a time."""
    lane = Lane("l", pool)
    seen, together = [], []
    items = [
        Work(lambda n=n: (together.append(len(lane.running)), seen.append(n)))
        for n in range(10_000)
    ]
    for item in items:
        assert lane.put(item) == "queued"
    assert items[-1].settled.wait(DEADLINE)
    assert seen == list(range(10_000))
    assert set(together) == {1}
    assert lane.snapshot() == (10_000, {"done": 10_000}, 0, 0)


def test_many_senders_lose_nothing(pool):
    lane = Lane("l", pool)
    done = Counter()
    items = [[Work(lambda s=s: done.update([s])) for _ in range(500)] for s in range(8)]
    threads = [threading.Thread(target=lambda b=b: [lane.put(i) for i in b]) for b in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for batch in items:
        for item in batch:
            assert item.settled.wait(DEADLINE)
    assert done == dict.fromkeys(range(8), 500)
    assert lane.at_rest


def test_a_wide_lane_runs_that_many_at_a_time(pool):
    lane = Lane("l", pool, width=3)
    gate, started = threading.Event(), threading.Semaphore(0)
    items = [Work(lambda: (started.release(), gate.wait(DEADLINE))) for _ in range(6)]
    for item in items:
        lane.put(item)
    for _ in range(3):
        assert started.acquire(timeout=DEADLINE)
    assert len(lane.running) == 3
    assert len(lane) == 3
    gate.set()
    for item in items:
        assert item.settled.wait(DEADLINE)


def test_one_lane_does_not_starve_another(pool):
    """With one thread, a lane that always has work lets the other in after a batch."""
    narrow = LanePool(1, "one")
    greedy, modest = Lane("g", narrow), Lane("m", narrow)
    stop = threading.Event()

    def again():
        if not stop.is_set():
            greedy.put(Work(again))

    greedy.put(Work(again))
    item = Work()
    modest.put(item)
    assert item.settled.wait(DEADLINE)
    stop.set()


def test_a_full_lane_rejects_and_says_so_before(pool):
    told = []
    lane = Lane("l", pool, limit=4, warn_at=2, on_backlog=told.append)
    gate = threading.Event()
    first = Work(lambda: gate.wait(DEADLINE))
    lane.put(first)
    while not lane.running:
        assert not first.settled.wait(0.001)
    outcomes = [lane.put(Work()) for _ in range(6)]
    assert outcomes == ["queued"] * 4 + ["rejected"] * 2
    assert told == [lane]
    assert lane.rejected == 2
    gate.set()
    assert first.settled.wait(DEADLINE)


def test_closing_ends_what_waits_as_undelivered(pool):
    lane = Lane("l", pool)
    gate, begun = threading.Event(), threading.Event()
    lane.put(Work(lambda: (begun.set(), gate.wait(DEADLINE))))
    assert begun.wait(DEADLINE)
    waiting = [Work(), Work()]
    for item in waiting:
        lane.put(item)
    assert lane.close("over") == waiting
    late = Work()
    assert lane.put(late) == "closed"
    assert [i.status for i in (*waiting, late)] == ["undelivered"] * 3
    assert late.error == "over"
    assert all(i.settled.is_set() for i in (*waiting, late))
    gate.set()
    accepted, counts, queued, _ = lane.snapshot()
    assert (accepted, queued) == (4, 0)
    assert counts["undelivered"] == 3


def test_threads_end_when_idle(pool):
    lane = Lane("l", pool)
    item = Work()
    lane.put(item)
    assert item.settled.wait(DEADLINE)
    ended = [t for t in threading.enumerate() if t.name.startswith("test-")]
    for thread in ended:
        thread.join(DEADLINE)
    assert pool.threads == 0
    again = Work()
    lane.put(again)
    assert again.settled.wait(DEADLINE)


def test_a_waiting_thread_makes_room_for_another():
    """With one thread, an item that waits for a second lane lets that lane run."""
    narrow = LanePool(1, "one")
    outer, inner = Lane("o", narrow), Lane("i", narrow)
    reply = Work()

    def ask():
        inner.put(reply)
        with narrow.blocking():
            assert reply.settled.wait(DEADLINE)

    asking = Work(ask)
    outer.put(asking)
    assert asking.settled.wait(DEADLINE)
    assert reply.status == "done"
