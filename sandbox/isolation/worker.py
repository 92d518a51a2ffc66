"""The host's handle of one worker: sends, receives, watches, stops, kills and accounts."""

import contextlib
import logging
import os
import select
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox.isolation import control, diagnosis
from sandbox.isolation.channel import HostChannel
from sandbox.isolation.errors import FrameError, SpawnFailed
from sandbox.isolation.frames import MessageDecoder
from sandbox.isolation.progress import Progress, SlotState

_log = logging.getLogger(__name__)

_EXIT_GRACE: Final = 1.0
_REAP_TIMEOUT: Final = 5.0
_ASKED_SHARE: Final = 0.6
_ASK_AGAIN: Final = 0.01
_REST_SECONDS: Final = 0.02
_DOOMED_SECONDS: Final = 0.005


@dataclass(frozen=True, slots=True)
class WorkerExit:
    """How a worker ended.

    Args:
        status: exit status, or minus the signal that ended it; None when its zygote was lost with
            it, which kills it.
        reason: why the host ended it, ``""`` when it ended by itself.
        text: what it wrote to its report pipe at the end, at most 64 KiB: a traceback of its entry
            point, or the stacks of a crash.
        slots: the progress record, read after the worker was dead.
        diagnosis: slot by slot, where it was when ``where`` was last asked; None if never.
    """

    status: int | None
    reason: str
    text: str
    slots: Sequence[SlotState]
    diagnosis: diagnosis.Diagnosis | None

    @property
    def summary(self) -> str:
        """One line for a log."""
        if self.status is None:
            how = "ended with its zygote"
        elif self.status < 0:
            try:
                how = f"ended by {signal.Signals(-self.status).name}"
            except ValueError:
                how = f"ended by signal {-self.status}"
        else:
            how = f"ended with status {self.status}"
        return f"{how}: {self.reason}" if self.reason else how


@dataclass(slots=True)
class Child:
    """What the zygote tells of one worker; the events say when the rest is filled in."""

    spawned: threading.Event
    exited: threading.Event
    process: int = 0
    handle: int = -1
    refusal: str | None = None
    status: int | None = None


class Worker:
    """A locked process. ``Zygote.spawn`` makes it; every method may be called by any thread.

    Callbacks run on the worker's own thread in the host, one at a time, in the order in which the
    worker wrote. One that raises is a defect of the host: it is logged and the worker is killed.

    Args:
        child: process id and handle, from the zygote.
        channel: the host's end of the stream.
        progress: the record shared with the worker.
        report: reading end of the worker's report pipe.
        kinds: the messages to expect, one msgspec.Struct type or a union of tagged ones.
        on_messages: called with each batch of messages.
        on_exit: called once, after the last batch, when the worker is dead.
        name: for logs and threads.
    """

    def __init__(
        self,
        child: Child,
        channel: HostChannel,
        progress: Progress,
        report: int,
        kinds: Any,
        on_messages: Callable[[list[Any]], None],
        on_exit: Callable[[WorkerExit], None] | None,
        name: str,
    ) -> None:
        self.name = name
        self.progress = progress
        self._child = child
        self._channel = channel
        self._report = report
        self._decoder: MessageDecoder[Any] = MessageDecoder(kinds, batches=True)
        self._on_messages = on_messages
        self._on_exit = on_exit
        self._lock = threading.Lock()
        self._report_lock = threading.Lock()
        self._handle_open = True
        self._reason = ""
        self._lost = False
        self._greeted = threading.Event()
        self._refusal: str | None = None
        self._diagnosis: diagnosis.Diagnosis | None = None
        self._exit: WorkerExit | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"worker {name}", daemon=True)

    def start(self, config: bytes, timeout: float) -> None:
        """Send the config and wait until the worker says that it is locked.

        Raises:
            SpawnFailed: when it cannot lock itself, or ends or is silent instead.
        """
        self._channel.send_body(config)
        self._thread.start()
        if not self._greeted.wait(timeout):
            self.kill("it did not say in time that it is locked")
            self._ended.wait(_REAP_TIMEOUT)
            raise SpawnFailed(f"the worker did not start within {timeout} s")
        if self._refusal is not None:
            self._ended.wait(_REAP_TIMEOUT)
            text = self._exit.text if self._exit is not None else ""
            raise SpawnFailed(f"{self._refusal}\n{text}".rstrip())

    @property
    def process(self) -> int:
        """The worker's process id."""
        return self._child.process

    @property
    def alive(self) -> bool:
        """Whether the worker has not been seen to end."""
        return not self._ended.is_set() and not self._lost

    @property
    def exit(self) -> WorkerExit | None:
        """How it ended, None while it lives."""
        return self._exit

    def send(self, *messages: Any, flush: bool = True) -> bool:
        """Send messages without ever waiting for the worker.

        Args:
            messages: msgspec.Struct values of the types that the entry point expects.
            flush: False keeps them for a later send or ``flush``, or until there are many.

        Returns: False when the worker is lost; ``on_exit`` tells, and what was sent is dropped.

        Raises:
            FrameError: when a message is larger than a frame may be; none of them is sent.
        """
        try:
            return self._channel.send(messages, flush)
        except FrameError as error:
            if "does not read" not in str(error):
                raise
            self._lose(str(error))
            return False

    def flush(self) -> bool:
        """Send what was kept; False when the worker is lost."""
        return self.send()

    def soft_stop(self, slot: int, number: int) -> None:
        """Ask that a lane's work be stopped at its next checkpoint.

        Args:
            slot: the lane.
            number: the work; it is ignored if that has ended.
        """
        with self._lock:
            if self._handle_open:
                self.progress.request_stop(slot, number)
        self._signal(signal.SIGUSR2)

    def kill(self, reason: str = "") -> None:
        """End the worker now, whatever it does; ``on_exit`` follows within milliseconds.

        Args:
            reason: for ``WorkerExit.reason``; the first one given stands.
        """
        with self._lock:
            if self._exit is None and not self._reason:
                self._reason = reason or "killed by the host"
        self._signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> WorkerExit | None:
        """Wait for the end, and for ``on_exit`` to have returned.

        Args:
            timeout: seconds, None for no bound.
        """
        self._ended.wait(timeout)
        return self._exit

    def where(
        self, timeout: float = 0.25, watch: float = 0.03, doomed: bool = False
    ) -> diagnosis.Diagnosis:
        """Find where the running lanes are, even when a call in C holds the interpreter.

        Args:
            timeout: seconds to wait for the worker's report; it may come out empty (a worker that
                was stopped by a signal, or gets no processor, cannot answer).
            watch: seconds to watch which lane uses the processor.
            doomed: it is ended next in any case, and time is short.
        """
        with self._report_lock:
            if self._exit is not None:
                return self._diagnosis or diagnosis.Diagnosis({}, None, {})
            running = self.progress.running()
            # What holds the interpreter answers nothing, so that it costs no time to ask first.
            diagnosis.drain(self._report)
            asked = doomed and self._signal(control.LOOK_SIGNAL)
            busy = diagnosis.busy_lanes(self.process, running, watch)
            asked = asked or self._signal(control.LOOK_SIGNAL)
            dump = self._stacks(timeout, doomed) if asked else b""
            self._diagnosis = diagnosis.diagnose(running, busy, dump)
            return self._diagnosis

    def _stacks(self, timeout: float, doomed: bool) -> bytes:
        """The report that was asked for: the interpreter's, else one that is made without it.

        Made while Python code runs, that one may read a frame that is gone, and crash the worker.
        """
        first = _DOOMED_SECONDS if doomed else timeout * _ASKED_SHARE
        dump = self._answer(first)
        if dump:
            return dump
        left = timeout - first
        if not doomed:
            before = diagnosis.use_of(self.process)
            dump = self._answer(left / 2)
            if dump or not diagnosis.held(self.process, before, diagnosis.use_of(self.process)):
                return dump
            left /= 2
        if not self._signal(control.DUMP_SIGNAL):
            return b""
        return diagnosis.read_dump(self._report, left)

    def _answer(self, timeout: float) -> bytes:
        """Wait for the interpreter's report."""
        while timeout > 0:
            dump = diagnosis.read_dump(self._report, min(timeout, _ASK_AGAIN), marked=True)
            if dump.endswith(control.REPORT_END):
                return dump
            if dump:
                return dump + diagnosis.read_dump(self._report, _REST_SECONDS, marked=True)
            timeout -= _ASK_AGAIN
            # It may have come just before the main thread began to wait for bytes, which goes on.
            self._signal(control.LOOK_SIGNAL)
        return b""

    def memory(self) -> Mapping[str, int]:
        """Bytes resident, and of these bytes not shared with a file (``private``); empty if dead.

        Pages still shared with the zygote count as private here: Linux tells them apart only to
        a debugger of the process.
        """
        try:
            with open(f"/proc/{self.process}/statm", "rb") as statm:
                fields = statm.read().split()
        except OSError:
            return {}
        page = os.sysconf("SC_PAGE_SIZE")
        resident, shared = int(fields[1]) * page, int(fields[2]) * page
        return {"resident": resident, "private": resident - shared}

    def _signal(self, number: int) -> bool:
        with self._lock:
            if not self._handle_open:
                return False
            try:
                signal.pidfd_send_signal(self._child.handle, number)
            except OSError:
                return False
            return True

    def _lose(self, reason: str) -> None:
        self._lost = True
        self.kill(reason)

    def _run(self) -> None:
        try:
            self._pump()
        except BaseException as error:
            # Exceptions of scripts' Java derive from this one; whoever waits must hear of the end.
            _log.exception("worker %s: the host failed to serve it", self.name)
            self._lose(f"the host failed to serve it: {error}")
        finally:
            self._finish()

    def _pump(self) -> None:
        """Move bytes until the stream ends, the process is dead or the worker is declared lost."""
        channel = self._channel
        poll = select.poll()
        poll.register(channel.descriptor, select.POLLIN)
        poll.register(channel.wake_descriptor, select.POLLIN)
        poll.register(self._child.handle, select.POLLIN)
        writing = False
        while not self._lost:
            if channel.blocked is not writing:
                writing = not writing
                mask = select.POLLIN | select.POLLOUT if writing else select.POLLIN
                poll.modify(channel.descriptor, mask)
            dead = False
            for descriptor, events in poll.poll():
                if descriptor == channel.descriptor:
                    if events & select.POLLOUT:
                        channel.continue_writing()
                    if events & ~select.POLLOUT and not self._read():
                        return
                elif descriptor == channel.wake_descriptor:
                    channel.clear_wake()
                else:
                    dead = True
            if dead:
                # What it wrote before it died is still in the stream, up to its end.
                rest = select.poll()
                rest.register(channel.descriptor, select.POLLIN)
                while not self._lost and rest.poll(0):
                    if not self._read():
                        return
                # Another process that was forked meanwhile may hold the stream open.
                cut = channel.cut
                if cut and not self._lost:
                    self._lose(f"it broke the protocol: {cut}")
                return

    def _read(self) -> bool:
        """Take what has come; False at the end of the stream."""
        messages: list[Any] = []
        broken: str | None = None
        try:
            bodies = self._channel.read()
            if bodies is None:
                return False
            if bodies and not self._greeted.is_set():
                self._greet(bodies.pop(0))
            for body in bodies:
                messages += self._decoder.decode(body)
            broken = self._channel.broken
        except FrameError as error:
            broken = str(error)
        # What came whole before the fault was said in good order, and counts.
        if messages:
            self._on_messages(messages)
        if broken is not None:
            self._lose(f"it broke the protocol: {broken}")
        return broken is None

    def _greet(self, body: memoryview) -> None:
        try:
            hello = control.decode_hello(body)
        except (ValueError, RecursionError) as error:
            raise FrameError(f"a first frame that cannot be read: {error}") from None
        if not hello.locked:
            self._refusal = f"the worker cannot lock itself: {hello.reason}"
        self._greeted.set()

    def _finish(self) -> None:
        child = self._child
        poll = select.poll()
        poll.register(child.handle, select.POLLIN)
        if not poll.poll(0 if self._lost else _EXIT_GRACE * 1000):
            self.kill("it closed its channel and went on")
        child.exited.wait(_REAP_TIMEOUT)
        with self._report_lock:
            text = diagnosis.drain(self._report).decode("utf-8", "backslashreplace")
            slots = self.progress.snapshot()
            with self._lock:
                self._exit = WorkerExit(child.status, self._reason, text, slots, self._diagnosis)
                self._handle_open = False
                os.close(child.handle)
                self.progress.close()
            os.close(self._report)
        self._channel.close()
        if not self._greeted.is_set():
            self._refusal = f"the worker ended before it was locked: {self._exit.summary}"
        if self._on_exit is not None and self._refusal is None:
            try:
                self._on_exit(self._exit)
            except BaseException:
                _log.exception("worker %s: its end could not be handled", self.name)
        self._on_exit = None
        self._ended.set()
        self._greeted.set()


def discard(stack: contextlib.ExitStack, descriptor: int) -> int:
    """Have a descriptor closed when the stack is unwound; gives it back."""
    stack.callback(os.close, descriptor)
    return descriptor
