"""The process that forks workers: clean, with one thread, everything loaded, nothing else open.

It is started by exec, never forked from the host, so that no worker has the host's memory, its
environment or its descriptors. It reads requests, forks, reaps and reports, and ends with the host.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Final

from sandbox.isolation import control, kernel, lockdown, preload, worker_process

_BACKTRACE_LIMIT: Final = 2000


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:_BACKTRACE_LIMIT]


def _start(sock: socket.socket) -> dict[str, str]:
    """Load and give up everything, as the first message says.

    Raises:
        anything an import or the kernel raises; EOFError when the host is gone.
    """
    data = sock.recv(control.CONTROL_BYTES)
    if not data:
        raise EOFError
    request = control.decode_to_zygote(data)
    if not isinstance(request, control.Prepare):
        raise ValueError("the first message to a zygote prepares it")
    # The zone must be named: with TZ unset, glibc looks at /etc/localtime again at each call, and
    # would turn to UTC where it cannot.
    os.environ["TZ"] = request.timezone
    time.tzset()
    time.localtime()
    preload.load(request.preload)
    details = dict(lockdown.prepare(namespaces=request.namespaces))
    # Last, since a change of user clears it.
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    threads = kernel.status_field("Threads")
    if threads not in ("", "1"):
        raise RuntimeError(f"a preloaded module started a thread ({threads} run): cannot fork")
    gc.collect()
    gc.freeze()
    return details


class _Zygote:
    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._numbers: dict[int, int] = {}
        self._mapped = lockdown.address_space()
        self._wake_read, wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, stack: None)

    def serve(self) -> None:
        """Answer until the host is gone."""
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        poll.register(self._wake_read, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == self._wake_read:
                    self._reap()
                elif not self._answer():
                    return

    def end(self) -> None:
        """Kill the workers that are left."""
        for process in self._numbers:
            os.kill(process, signal.SIGKILL)

    def _send(self, message: control.Refused | control.Spawned | control.Exited) -> None:
        self._sock.sendall(control.encode(message))

    def _reap(self) -> None:
        os.read(self._wake_read, 4096)
        while self._numbers:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            number = self._numbers.pop(process)
            self._send(control.Exited(number, os.waitstatus_to_exitcode(status)))

    def _answer(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._sock, control.CONTROL_BYTES, 3)
        if not data:
            return False
        try:
            request = control.decode_to_zygote(data)
            if isinstance(request, control.Spawn) and len(descriptors) == 3:
                self._spawn(request, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _spawn(self, request: control.Spawn, descriptors: list[int]) -> None:
        try:
            entry = _find(request.entry)
            parent = os.getpid()
            process = os.fork()
        except Exception as error:
            self._send(control.Refused(request.number, _reason(error)))
            return
        if process == 0:
            # Nothing may return from here into the zygote's own code.
            try:
                worker_process.run(entry, request.limits, descriptors, self._mapped, parent)
            finally:
                os._exit(worker_process.EXIT_LOCK)
        self._numbers[process] = request.number
        handle = os.pidfd_open(process)
        try:
            answer = control.encode(control.Spawned(request.number, process))
            socket.send_fds(self._sock, [answer], [handle])
        finally:
            os.close(handle)


def _find(name: str) -> Callable[..., object]:
    """The entry point that a name means.

    Raises:
        LookupError: when its module was not preloaded or has no such function.
    """
    module_name, _, function = name.partition(":")
    module = sys.modules.get(module_name)
    entry = getattr(module, function, None)
    if not callable(entry):
        raise LookupError(f"{name} is no function of a preloaded module")
    return entry  # type: ignore[no-any-return]


def main(descriptor: int) -> None:
    """Be the zygote of the host at the other end of a socket; return when it is gone."""
    sock = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        details = _start(sock)
    except EOFError:
        return
    except BaseException as error:
        sock.sendall(control.encode(control.Refused(0, _reason(error))))
        return
    sock.sendall(control.encode(control.Ready(details)))
    zygote = _Zygote(sock)
    try:
        zygote.serve()
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        zygote.end()
