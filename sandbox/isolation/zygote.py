"""The host's handle of the zygote: it starts it, has it fork workers, and hears of their end."""

import atexit
import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Self

from sandbox.isolation import control
from sandbox.isolation.channel import HostChannel
from sandbox.isolation.errors import SpawnFailed, ZygoteLost
from sandbox.isolation.limits import WorkerLimits
from sandbox.isolation.progress import Progress
from sandbox.isolation.worker import Child, Worker, WorkerExit, discard

_BOOT: Final = (
    "import json, sys; sys.path.extend(json.loads(sys.argv[2])); "
    "from sandbox.isolation.zygote_process import main; main(int(sys.argv[1]))"
)
_SEND_BUFFER: Final = 1024 * 1024


def search_path() -> tuple[str, ...]:
    """Where a zygote looks for modules: what this process imports from, absolute folders only."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    entries = [here, *(entry for entry in sys.path if os.path.isabs(entry))]
    return tuple(entry for entry in dict.fromkeys(entries) if os.path.exists(entry))


class _Life:
    """One zygote process, from its start to its end."""

    def __init__(self, zygote: "Zygote") -> None:
        self.ready = threading.Event()
        self.ended = threading.Event()
        self.given_up = False
        self.failure = "it ended while it started"
        self.details: Mapping[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self.children: dict[int, Child] = {}
        self.lock = threading.Lock()
        self.sock, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._zygote = zygote
        # PR_SET_PDEATHSIG means the thread that started the process: it must live as long.
        self._thread = threading.Thread(target=self._keep, name="zygote", daemon=True)
        self._thread.start()

    def _keep(self) -> None:
        try:
            self._exec()
            while self._hear():
                pass
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
        finally:
            self._end()

    def _exec(self) -> None:
        zygote = self._zygote
        theirs = self._theirs
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BOOT]
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno()), json.dumps(zygote.path)],
                env={},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        timezone = os.environ.get("TZ") or ":/etc/localtime"
        request = control.Prepare(list(zygote.preload), timezone, zygote.namespaces)
        self.sock.sendall(control.encode(request))

    def _hear(self) -> bool:
        try:
            data, handles, _, _ = socket.recv_fds(self.sock, control.CONTROL_BYTES, 1)
        except OSError:
            return False
        if not data:
            return False
        message = control.decode_to_host(data)
        if isinstance(message, control.Ready):
            self.details = message.details
            self.ready.set()
            return True
        if isinstance(message, control.Refused) and message.number == 0:
            self.failure = message.reason
            return False
        with self.lock:
            child = self.children.get(message.number)
            if isinstance(message, control.Exited):
                self.children.pop(message.number, None)
        if isinstance(message, control.Spawned) and handles:
            if child is None:
                # Nobody waits for it any more.
                signal.pidfd_send_signal(handles[0], signal.SIGKILL)
                os.close(handles[0])
            else:
                child.process, child.handle = message.process, handles[0]
                child.spawned.set()
        elif isinstance(message, control.Refused) and child is not None:
            child.refusal = message.reason
            child.spawned.set()
        elif isinstance(message, control.Exited) and child is not None:
            child.status = message.status
            child.exited.set()
        return True

    def _end(self) -> None:
        with self.lock:
            self.given_up = True
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        if self.process is not None:
            try:
                self.process.wait(2.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.ended.set()
        with self.lock:
            children, self.children = list(self.children.values()), {}
            self.sock.close()
        for child in children:
            child.refusal = "the zygote was lost"
            child.spawned.set()
            child.exited.set()
        self.ready.set()

    def ask(self, request: control.Spawn, descriptors: list[int]) -> Child:
        """Have a worker forked; raises ZygoteLost when the zygote is gone."""
        child = Child(threading.Event(), threading.Event())
        with self.lock:
            if self.given_up:
                raise _Retry("the zygote was lost")
            self.children[request.number] = child
            try:
                socket.send_fds(self.sock, [control.encode(request)], descriptors)
            except OSError as error:
                self.given_up = True
                del self.children[request.number]
                raise _Retry(f"the zygote was lost: {error.strerror}") from None
        return child

    def stop(self, timeout: float) -> None:
        with self.lock:
            self.given_up = True
            if not self.ended.is_set():
                with contextlib.suppress(OSError):
                    self.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout)


class Zygote:
    """Forks locked workers. It starts when first needed, and anew when it is lost.

    Its workers die with it, and it dies with the host.

    Args:
        preload: names of modules to import before anything is forked; the modules of entry points,
            and whatever these import later.
        namespaces: whether to try for namespaces besides the lock.
        path: folders and archives to import from, None for this process's own.
        start_timeout: seconds for it to start.
    """

    def __init__(
        self,
        preload: Sequence[str] = (),
        *,
        namespaces: bool = True,
        path: Sequence[str] | None = None,
        start_timeout: float = 20.0,
    ) -> None:
        self.preload = tuple(preload)
        self.namespaces = namespaces
        self.path = tuple(search_path() if path is None else path)
        self._start_timeout = start_timeout
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._life: _Life | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Mapping[str, str]:
        """Start it if it does not run.

        Returns: what it gave up, by name, in words.

        Raises:
            ZygoteLost: when it cannot be started; the message has its own words.
        """
        return self._running().details

    @property
    def process(self) -> int | None:
        """Its process id, None while it does not run."""
        life = self._life
        return None if life is None or life.process is None else life.process.pid

    def spawn(
        self,
        entry: str,
        config: bytes = b"",
        *,
        messages: Any,
        on_messages: Callable[[list[Any]], None],
        on_exit: Callable[[WorkerExit], None] | None = None,
        limits: WorkerLimits | None = None,
        slots: int = 16,
        name: str = "",
        timeout: float = 10.0,
    ) -> Worker:
        """Fork a worker, lock it and run an entry point in it.

        Args:
            entry: ``module:function`` of a preloaded module, called with a ``WorkerContext``; the
                worker ends when it returns.
            config: bytes for the entry point, at most ``limits.max_frame_bytes``.
            messages: what the worker sends: one msgspec.Struct type, or a union of tagged ones.
            on_messages: called with each batch of them, see ``Worker``.
            on_exit: called once when the worker is dead; not when this method raises.
            limits: the bounds of the worker, None for the defaults.
            slots: lanes in its progress record.
            name: for logs.
            timeout: seconds until it must be locked.

        Raises:
            SpawnFailed: when the worker cannot be forked or locked.
            ZygoteLost: when the zygote cannot be started, or is lost while it is asked.
        """
        bounds = limits or WorkerLimits()
        number = next(self._numbers)
        request = control.Spawn(number, entry, bounds)
        with contextlib.ExitStack() as mine:
            try:
                child, ends = self._fork(mine, request, slots, timeout)
            except _Retry:
                # It was lost before it forked anything for us: another one can.
                child, ends = self._fork(mine, request, slots, timeout)
            mine.pop_all()
        worker = Worker(child, *ends, messages, on_messages, on_exit, name or str(number))
        worker.start(config, timeout)
        return worker

    def _fork(
        self, mine: contextlib.ExitStack, request: control.Spawn, slots: int, timeout: float
    ) -> tuple[Child, tuple[HostChannel, Progress, int]]:
        """Make both ends of everything and have the zygote fork onto the far ones."""
        life = self._running()
        with contextlib.ExitStack() as theirs:
            near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            theirs.enter_context(far)
            for end in (near, far):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            bounds = request.limits
            channel = HostChannel(near, bounds.max_frame_bytes, bounds.max_pending_bytes)
            mine.callback(channel.close)
            record = discard(theirs, Progress.create(slots))
            progress = Progress(record)
            mine.callback(progress.close)
            report, words = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
            discard(mine, report)
            discard(theirs, words)
            child = life.ask(request, [far.fileno(), record, words])
        _await_fork(life, request.number, child, timeout)
        return child, (channel, progress, report)

    def close(self) -> None:
        """End it and every worker it forked."""
        with self._lock:
            self._closed = True
            life, self._life = self._life, None
        if life is not None:
            life.stop(5.0)
            atexit.unregister(self.close)

    def _running(self) -> _Life:
        with self._lock:
            if self._closed:
                raise ZygoteLost("the zygote was closed")
            life = self._life
            if life is None or life.given_up:
                if life is None:
                    atexit.register(self.close)
                life = self._life = _Life(self)
        if not life.ready.wait(self._start_timeout):
            life.stop(0.0)
            raise ZygoteLost(f"the zygote did not start within {self._start_timeout} s")
        if life.given_up and not life.details:
            raise ZygoteLost(f"the zygote could not start: {life.failure}")
        return life


class _Retry(ZygoteLost):
    """The zygote was lost while it was asked, and nothing was forked."""


def _await_fork(life: _Life, number: int, child: Child, timeout: float) -> None:
    answered = child.spawned.wait(timeout)
    if answered and child.handle >= 0:
        return
    with life.lock:
        life.children.pop(number, None)
    if not answered:
        # Whatever holds it up, its other requests wait too: a new one is quicker.
        life.stop(0.0)
        raise ZygoteLost(f"the zygote did not answer within {timeout} s")
    if child.exited.is_set():
        raise _Retry("the zygote was lost")
    raise SpawnFailed(str(child.refusal))
