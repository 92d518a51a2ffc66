"""Entry points for the tests of locked workers; a zygote preloads this module by name."""

import contextlib
import os
import queue
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator

import msgspec

from sandbox.isolation.preload import late_imports
from sandbox.isolation.worker_process import WorkerContext


class Work(msgspec.Struct, tag=1, array_like=True):
    """Something to do: a number, and bytes to carry."""

    number: int
    data: bytes = b""


class Told(msgspec.Struct, tag=2, array_like=True):
    """Something to say: a number and words."""

    number: int
    text: str = ""


class Done(msgspec.Struct, tag=3, array_like=True):
    """A piece of work has ended."""

    number: int
    data: bytes = b""


FROM_WORKER = Told | Done


def echo(context: WorkerContext) -> None:
    """Answer each piece of work with its own bytes."""
    context.channel.expect(Work)
    for batch in context.channel:
        context.channel.send(*(Done(work.number, work.data) for work in batch))


def tell_config(context: WorkerContext) -> None:
    """Say the length of the config and end."""
    context.channel.send(Told(len(context.config)))


def fail(context: WorkerContext) -> None:
    """Raise."""
    raise RuntimeError("the entry point failed")


def evaluate(context: WorkerContext) -> None:
    """Run each piece of work as Python source, its value being told: nothing is held back."""
    context.channel.expect(Work)
    for batch in context.channel:
        for work in batch:
            names: dict[str, object] = {"context": context, "late": late_imports}
            try:
                exec(compile(work.data.decode(), "<work>", "exec"), names)
                text = repr(names.get("result"))
            except Exception as error:
                text = f"{type(error).__name__}: {error}"
            context.channel.send(Told(work.number, text))


def send_raw(context: WorkerContext) -> None:
    """Write the config to the channel as it is, and wait."""
    os.write(3, context.config)
    with contextlib.suppress(Exception):
        context.channel.receive_frame()
    time.sleep(60)


def send_raw_and_end(context: WorkerContext) -> None:
    """Write the config to the channel as it is, and end."""
    os.write(3, context.config)
    os._exit(0)


def flood(context: WorkerContext) -> None:
    """Send for ever."""
    number = 0
    while True:
        number += 1
        context.channel.send(*(Told(number, "x" * 100) for _ in range(100)))


def flood_report(context: WorkerContext) -> None:
    """Write to the report pipe for ever."""
    context.channel.send(Told(1))
    while True:
        with contextlib.suppress(BlockingIOError):
            os.write(2, b"x" * 4096)


def never_read(context: WorkerContext) -> None:
    """Say so, and sleep."""
    context.channel.send(Told(1, "sleeping"))
    time.sleep(60)


def close_channel(context: WorkerContext) -> None:
    """Close the channel and go on."""
    os.close(3)
    time.sleep(60)


def crash(context: WorkerContext) -> None:
    """Die of a signal, as a defect in a C library would make it."""
    signal.raise_signal(signal.SIGSEGV)


def big_power(context: WorkerContext) -> None:
    """Lane 1 calls something in C that holds the interpreter; lane 0 sleeps in Python."""

    def sleeper() -> None:
        slot = context.progress.slot(0)
        slot.attach()
        slot.begin(1)
        context.channel.send(Told(0))
        while True:
            time.sleep(0.01)

    def holder() -> None:
        slot = context.progress.slot(1)
        slot.attach()
        slot.begin(1)
        context.channel.send(Told(1))
        hold_interpreter()

    threading.Thread(target=sleeper, daemon=True).start()
    threading.Thread(target=holder, daemon=True).start()
    context.channel.receive_frame()


def hold_interpreter() -> int:
    """One call in C that takes for ever and lets no other thread run."""
    return sum(range(10**13))


def soft(context: WorkerContext) -> None:
    """Loop in a lane until the host's wish to stop arrives."""
    stopped = threading.Event()

    def wish(slot: int, number: int) -> None:
        if (slot, number) == (0, 1):
            stopped.set()

    context.on_soft_stop(wish)

    def lane() -> None:
        slot = context.progress.slot(0)
        slot.attach()
        slot.begin(1)
        context.channel.send(Told(1, "started"))
        while not stopped.is_set():
            pass
        slot.finish(1, 3)
        context.channel.send(Told(1, "stopped"))

    threading.Thread(target=lane, daemon=True).start()
    context.channel.receive_frame()


def lane_of_work(context: WorkerContext) -> None:
    """Do work in order in one lane, reporting every 64th; work with data waits for ever."""
    context.channel.expect(Work)
    inbox: queue.SimpleQueue[Work] = queue.SimpleQueue()

    def lane() -> None:
        slot = context.progress.slot(0)
        slot.attach()
        while True:
            work = inbox.get()
            slot.begin(work.number)
            if work.data:
                context.channel.send(Told(work.number, "stuck"))
                time.sleep(60)
            slot.finish(work.number, work.number % 5)
            context.channel.send(Done(work.number), flush=work.number % 64 == 0)

    threading.Thread(target=lane, daemon=True).start()
    for batch in context.channel:
        for work in batch:
            inbox.put(work)


def burst(context: WorkerContext) -> None:
    """One lane, a trivial handler, reports sent together once the inbox is empty."""
    context.channel.expect(Work)
    inbox: queue.SimpleQueue[list[Work]] = queue.SimpleQueue()

    def lane() -> None:
        slot = context.progress.slot(0)
        slot.attach()
        number = 0
        while True:
            for work in inbox.get():
                number += 1
                slot.begin(number)
                payload = work.data[:1]
                slot.finish(number, len(payload))
                context.channel.send(Done(work.number), flush=False)
            if inbox.empty():
                context.channel.flush()

    threading.Thread(target=lane, daemon=True).start()
    for batch in context.channel:
        inbox.put(batch)


def pass_descriptor(context: WorkerContext) -> None:
    """Try to hand a descriptor to the host, then answer as if nothing had been."""
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
    attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", 2))]
    try:
        channel.sendmsg([b"\x01\x00\x00\x00\x90"], attached)
        text = "sent"
    except OSError as error:
        text = f"{type(error).__name__}"
    channel.detach()
    context.channel.send(Told(1, text))


def churn(context: WorkerContext) -> None:
    """Two lanes that never stop to call, to yield and to build: their frames come and go."""

    def numbers(upto: int) -> Iterator[int]:
        for number in range(upto):
            yield number
            yield from numbers(number)

    def depth(left: int) -> int:
        return depth(left - 1) + 1 if left else 0

    def busy(index: int) -> None:
        slot = context.progress.slot(index)
        slot.attach()
        slot.begin(1)
        context.channel.send(Told(index))
        while True:
            sum(numbers(6))
            sorted([depth(each % 40) for each in range(20)], key=lambda number: -number)
            {each: [str(inner) for inner in range(each)] for each in range(10)}

    for index in range(2):
        threading.Thread(target=busy, args=(index,), daemon=True).start()
    context.channel.receive_frame()
