"""A locked worker seen from the host: it serves, and whatever it does, the host goes on."""

import linecache
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sandbox.isolation.errors import FrameError, SpawnFailed, ZygoteLost
from sandbox.isolation.limits import MIB, WorkerLimits
from sandbox.isolation.progress import account
from sandbox.isolation.zygote import Zygote
from sandbox.library.java.throwables import JavaThrowable

Start = Callable[..., Any]


def work(number: int, data: bytes = b"") -> Any:
    import isolation_entries

    return isolation_entries.Work(number, data)


def ask(session: Any, source: str) -> str:
    """The value of ``result`` after running source in an ``evaluate`` worker."""
    count = len(session.messages) + 1
    assert session.worker.send(work(count, source.encode()))
    return str(session.await_messages(count)[-1].text)


def test_echo_keeps_order_and_bytes(start: Start) -> None:
    """What is sent comes back whole and in order, in however many pieces it travels."""
    session = start("echo")
    sent = [bytes([number % 256]) * (number * 7 % 5000) for number in range(2000)]
    for number, data in enumerate(sent):
        assert session.worker.send(work(number, data), flush=number % 3 == 0)
    session.worker.flush()
    got = session.await_messages(len(sent))
    assert [(done.number, done.data) for done in got] == list(enumerate(sent))


def test_large_message_and_config(start: Start) -> None:
    """A message of megabytes and a config larger than a socket's buffer pass."""
    session = start("echo")
    data = os.urandom(5 * MIB)
    session.worker.send(work(1, data))
    assert session.await_messages(1)[0].data == data
    assert start("tell_config", bytes(7 * MIB)).await_messages(1)[0].number == 7 * MIB


def test_message_over_the_limit_is_refused_at_send(start: Start) -> None:
    """A message larger than a frame is refused by the sender, and the worker lives on."""
    session = start("echo", limits=WorkerLimits(max_frame_bytes=4096))
    with pytest.raises(FrameError, match="over the limit"):
        session.worker.send(work(1, bytes(5000)))
    session.worker.send(work(2, b"still here"))
    assert session.await_messages(1)[0].data == b"still here"


def test_entry_that_raises_gives_its_traceback(start: Start) -> None:
    """The end of a worker whose entry point raised carries the traceback."""
    end = start("fail").end()
    assert end.status == 71
    assert "RuntimeError: the entry point failed" in end.text


def test_unknown_entry_is_refused(start: Start) -> None:
    """An entry point that was not preloaded is refused by name."""
    with pytest.raises(SpawnFailed, match="no function of a preloaded module"):
        start("does_not_exist")


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xff\xff\xff",
        struct.pack("<I", 3) + b"\xc1\xc1\xc1",
        struct.pack("<I", 5) + b"\x91\x93\x09\x01\x02",
        struct.pack("<I", 2) + b"\x91\x01",
        struct.pack("<I", 0),
        struct.pack("<I", 4000) + b"\x91" * 4000,
        struct.pack("<I", 5) + b"\xdd\xff\xff\xff\xff",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["length", "opcode", "tag", "type", "empty", "deep", "count", "text"],
)
def test_garbage_loses_the_worker_and_only_it(start: Start, raw: bytes) -> None:
    """Bytes that are no frame of the expected messages end the worker, never the host."""
    session = start("send_raw", raw)
    end = session.end()
    assert end.status == -signal.SIGKILL
    assert "broke the protocol" in end.reason
    assert session.messages == []
    assert session.worker.send(work(1)) is False


def test_truncated_frame_at_the_end(start: Start) -> None:
    """A stream that ends inside a frame is a broken one."""
    end = start("send_raw_and_end", struct.pack("<I", 100) + b"x" * 10).end()
    assert "ended 14 bytes into a frame" in end.reason


def test_whole_frames_before_the_end_arrive(start: Start) -> None:
    """What a worker wrote before it died is delivered."""
    import isolation_entries

    body = msgspec.msgpack.encode([isolation_entries.Told(5, "last words")])
    session = start("send_raw_and_end", struct.pack("<I", len(body)) + body)
    assert session.end().status == 0
    assert session.messages == [isolation_entries.Told(5, "last words")]


def test_flooding_worker_can_be_killed(start: Start) -> None:
    """A worker that never stops sending is served, and killed at once when asked."""
    session = start("flood")
    session.await_messages(1000)
    session.worker.kill("enough")
    assert session.end().reason == "enough"


def test_flooded_report_pipe_hurts_nobody(start: Start) -> None:
    """A worker that fills its report pipe waits for nothing and can still be looked at."""
    session = start("flood_report")
    session.await_messages(1)
    session.worker.where(timeout=0.2)
    session.worker.kill()
    assert len(session.end().text) <= 64 * 1024


def test_worker_that_does_not_read_is_lost(start: Start) -> None:
    """The host keeps a bounded amount for a worker that does not read, then gives it up."""
    limits = WorkerLimits(max_frame_bytes=MIB, max_pending_bytes=4 * MIB)
    session = start("never_read", limits=limits)
    session.await_messages(1)
    sent = 0
    while session.worker.send(work(sent, bytes(MIB // 2))):
        sent += 1
        assert sent < 100
    assert "does not read" in session.end().reason


def test_stopped_worker_is_killed(start: Start) -> None:
    """SIGSTOP holds up neither sends nor a kill."""
    session = start("echo")
    os.kill(session.worker.process, signal.SIGSTOP)
    assert session.worker.send(work(1))
    assert session.worker.where(timeout=0.05).cause is None
    session.worker.kill()
    assert session.end().status == -signal.SIGKILL


def test_worker_that_closes_its_channel_is_killed(start: Start) -> None:
    """A worker without a channel is of no use, and does not stay."""
    end = start("close_channel").end()
    assert end.status == -signal.SIGKILL
    assert "closed its channel" in end.reason


def test_crash_names_the_signal_and_the_line(start: Start) -> None:
    """A crash in C ends the worker with the Python line in its last words."""
    end = start("crash").end()
    assert end.status == -signal.SIGSEGV
    assert "in crash" in end.text
    assert "SIGSEGV" in end.summary


def test_host_is_handed_no_descriptor(start: Start) -> None:
    """Descriptors that a worker attaches to its bytes do not reach the host."""
    before = len(os.listdir("/proc/self/fd"))
    session = start("pass_descriptor")
    during = len(os.listdir("/proc/self/fd"))
    session.end()
    after = len(os.listdir("/proc/self/fd"))
    assert after == before
    assert during - before <= 5


@pytest.mark.parametrize("kind", [ValueError, JavaThrowable])
def test_callback_that_raises_kills_the_worker(
    zygote: Zygote, start: Start, kind: type[BaseException]
) -> None:
    """A defect in the host's callback ends that worker and is said, whatever it raises."""
    import isolation_entries

    def defect(batch: list[Any]) -> None:
        raise kind("a defect")

    worker = zygote.spawn(
        "isolation_entries:tell_config", messages=isolation_entries.Told, on_messages=defect
    )
    end = worker.wait(20.0)
    assert end is not None
    assert "the host failed to serve it" in end.reason
    assert "a defect" in end.reason


def test_soft_stop_reaches_a_busy_worker(start: Start) -> None:
    """A wish to stop gets through while a lane loops in Python."""
    session = start("soft")
    session.await_messages(1)
    assert session.worker.progress.state(0).running == 1
    session.worker.soft_stop(0, 2)
    began = time.monotonic()
    session.worker.soft_stop(0, 1)
    session.await_messages(2)
    assert time.monotonic() - began < 1.0
    assert session.worker.progress.state(0).running is None
    assert session.worker.progress.state(0).outcome(1) == 3


def test_the_lane_that_holds_the_interpreter_is_named(start: Start) -> None:
    """While a call in C holds the interpreter, its lane and line are told from outside."""
    session = start("big_power")
    session.await_messages(2)
    found = session.worker.where(timeout=1.0)
    assert found.cause == 1
    assert [place.function for place in found.stacks[1]][:2] == ["hold_interpreter", "holder"]
    assert found.stacks[0][0].function == "sleeper"
    session.worker.kill()
    assert session.end().diagnosis == found


def test_looking_never_harms_a_busy_worker(start: Start) -> None:
    """Hundreds of looks at frames that come and go crash nothing, and show lines that exist."""
    import isolation_entries

    sizes: dict[str, int] = {}
    session = start("churn")
    session.await_messages(2)
    seen = 0
    for _ in range(400):
        found = session.worker.where(timeout=1.0, watch=0.0)
        for place in [place for stack in found.stacks.values() for place in stack]:
            if place.file not in sizes:
                sizes[place.file] = len(linecache.getlines(place.file))
            assert 0 < place.line <= sizes[place.file], place
            seen += place.file == isolation_entries.__file__
    assert session.worker.alive
    assert seen > 400


def test_account_after_a_kill_is_exact(start: Start) -> None:
    """After SIGKILL the record tells ended from running from waiting, one by one."""
    session = start("lane_of_work")
    session.worker.send(*(work(n, b"stick" if n == 101 else b"") for n in range(1, 151)))
    messages = session.await_messages(65)
    assert type(messages[-1]).__name__ in ("Told", "Done")
    with session.arrived:
        session.arrived.wait_for(
            lambda: any(type(m).__name__ == "Told" for m in session.messages), 20.0
        )
    session.worker.kill()
    end = session.end()
    reported = [m.number for m in session.messages if type(m).__name__ == "Done"]
    assert reported == list(range(1, 101))
    result = account(end.slots[0], 64, 150)
    assert result.trusted
    assert dict(result.finished) == {n: n % 5 for n in range(65, 101)}
    assert result.running == 101
    assert result.waiting == range(102, 151)


def test_memory_is_bounded(start: Start) -> None:
    """More than the limit is a MemoryError inside, and the worker lives."""
    session = start("evaluate", limits=WorkerLimits(memory_bytes=64 * MIB), slots=2)
    assert ask(session, "result = len(bytearray(32 << 20))") == str(32 << 20)
    assert ask(session, "bytearray(80 << 20)").startswith("MemoryError")
    assert ask(session, "result = 1") == "1"
    assert session.worker.memory()["resident"] < 64 * MIB


def test_local_time_is_the_hosts(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Local time needs no file: a locked worker is in the host's time zone."""
    session = start("evaluate")
    source = "import time\nresult = tuple(time.localtime(1700000000)), time.tzname"
    expected = (tuple(time.localtime(1700000000)), time.tzname)
    assert ask(session, source) == repr(expected)


def test_time_zone_of_the_host_is_taken_over(
    lockable: None, support_path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host with TZ set has workers in that zone."""
    import isolation_entries

    monkeypatch.setenv("TZ", "NPT-05:45")
    said: list[Any] = []
    with Zygote(("isolation_entries",), path=support_path) as own:
        worker = own.spawn(
            "isolation_entries:evaluate", messages=isolation_entries.Told, on_messages=said.extend
        )
        worker.send(work(1, b"import time\nresult = time.localtime(0)[3:5]"))
        while not said:
            assert worker.wait(0.01) is None
        worker.kill()
        worker.wait(20.0)
    assert said[0].text == "(5, 45)"


def test_import_after_the_lock_says_what_to_preload(start: Start) -> None:
    """A module that was not loaded is refused by name, and noted."""
    session = start("evaluate")
    said = ask(session, "import xmlrpc.client")
    assert said == (
        "ModuleNotFoundError: xmlrpc was not loaded before the lock; add it to the zygote's preload"
    )
    assert ask(session, "result = late.seen") == "['xmlrpc']"


def test_common_library_needs_no_file(start: Start) -> None:
    """What scripts commonly use works after the lock without any late import."""
    session = start("evaluate")
    source = (
        "import time, json, re, decimal, datetime, random, traceback, hashlib, uuid, threading\n"
        "time.strptime('2020-01-02', '%Y-%m-%d'); '\\xe9'.encode('cp1252'); 'x'.encode('idna')\n"
        "datetime.datetime.now().strftime('%c'); random.random(); uuid.uuid4()\n"
        "b'x'.decode('utf-16-le', 'replace'); json.loads(json.dumps({'a': [1.5, None]}))\n"
        "decimal.Decimal('1.1') + 1; hashlib.sha256(b'x').hexdigest()\n"
        "t = threading.Thread(target=time.sleep, args=(0.01,)); t.start(); t.join()\n"
        "result = late.seen"
    )
    assert ask(session, source) == "[]"


def test_deep_recursion_in_a_thread_is_an_error_not_a_crash(start: Start) -> None:
    """The default stack of a thread carries Python's recursion limit, through C calls too."""
    session = start("evaluate")
    source = (
        "import threading, sys\n"
        "out = []\n"
        "class A:\n"
        "    def __getattr__(self, name): return getattr(self, name + 'x')\n"
        "    def __repr__(self): return repr([self])\n"
        "    def __eq__(self, other): return [self] == [other]\n"
        "def deep(n): return max([n], key=lambda n: deep(n + 1))\n"
        "def run(f, *a):\n"
        "    try: f(*a)\n"
        "    except RecursionError: out.append('RecursionError')\n"
        "def all():\n"
        "    run(deep, 0); run(getattr, A(), 'a'); run(repr, A()); run(A().__eq__, A())\n"
        "    run(compile, '(' * 150 + ')' * 150, '', 'exec')\n"
        "    run(eval, '-' * 5000 + '1')\n"
        "t = threading.Thread(target=all); t.start(); t.join(); result = out[:4]"
    )
    if sys.version_info < (3, 12):
        assert ask(session, source) == repr(["RecursionError"] * 4)
    else:
        assert ask(session, source).count("Error") >= 3


def test_zygote_is_restarted_after_it_was_lost(
    lockable: None, support_path: tuple[str, ...]
) -> None:
    """When the zygote dies its workers end, are reported, and the next spawn starts another."""
    import isolation_entries

    with Zygote(("isolation_entries",), path=support_path) as own:
        first = own.spawn(
            "isolation_entries:echo", messages=isolation_entries.Done, on_messages=lambda m: None
        )
        process = own.process
        assert process is not None
        os.kill(process, signal.SIGKILL)
        end = first.wait(20.0)
        assert end is not None
        assert end.status is None
        second = _spawn_again(own)
        assert own.process not in (None, process)
        second.kill()
        assert second.wait(20.0) is not None


def _spawn_again(own: Zygote) -> Any:
    import isolation_entries

    for _ in range(2):
        try:
            return own.spawn(
                "isolation_entries:echo",
                messages=isolation_entries.Done,
                on_messages=lambda m: None,
            )
        except ZygoteLost:
            continue
    raise AssertionError("the zygote did not come back")


def test_stopped_zygote_is_given_up(lockable: None, support_path: tuple[str, ...]) -> None:
    """A zygote that does not answer is given up within the time allowed, then replaced."""
    import isolation_entries

    with Zygote(("isolation_entries",), path=support_path) as own:
        own.start()
        process = own.process
        assert process is not None
        os.kill(process, signal.SIGSTOP)
        with pytest.raises(ZygoteLost, match="did not answer"):
            own.spawn(
                "isolation_entries:echo",
                messages=isolation_entries.Done,
                on_messages=lambda m: None,
                timeout=0.2,
            )
        second = _spawn_again(own)
        second.kill()
        assert second.wait(20.0) is not None


def test_zygote_that_cannot_load_says_why(lockable: None) -> None:
    """A preload that fails is reported in its own words."""
    with Zygote(("no_such_module_here",)) as own, pytest.raises(ZygoteLost, match="no_such_module"):
        own.start()


def test_closed_zygote_takes_its_workers_along(
    lockable: None, support_path: tuple[str, ...]
) -> None:
    """Closing ends the workers and refuses new ones."""
    import isolation_entries

    own = Zygote(("isolation_entries",), path=support_path)
    worker = own.spawn(
        "isolation_entries:echo", messages=isolation_entries.Done, on_messages=lambda m: None
    )
    own.close()
    assert worker.wait(20.0) is not None
    with pytest.raises(ZygoteLost, match="closed"):
        own.start()
