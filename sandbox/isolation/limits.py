"""What a locked worker may use."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """The bounds of one worker, enforced by the kernel or by the channel.

    Args:
        memory_bytes: address space and data beyond what an empty worker has, not counting one
            stack a lane (16 at most). It bounds the worker, never a single handler in it.
        thread_stack_bytes: stack of each thread started in the worker, taken as it is used.
            2 MiB carries Python's recursion limit of 1000 through nearly all C code that calls
            back (measured on 3.11; a comparison that sorts needs more). A recursion for which it
            is too small ends the worker.
        max_frame_bytes: longest frame either end accepts, and so the largest message.
        max_pending_bytes: what the host keeps for a worker that has not read for a while; beyond
            it, or beyond twice of it in any case, the worker is declared lost.
        cpu_seconds: processor time of the worker's whole life, None for no bound.
    """

    memory_bytes: int = 256 * MIB
    thread_stack_bytes: int = 2 * MIB
    max_frame_bytes: int = 8 * MIB
    max_pending_bytes: int = 64 * MIB
    cpu_seconds: int | None = None

    def __post_init__(self) -> None:
        if self.memory_bytes < 4 * MIB:
            raise ValueError("memory_bytes must be at least 4 MiB")
        if self.thread_stack_bytes < 64 * 1024:
            raise ValueError("thread_stack_bytes must be at least 64 KiB")
        if self.max_frame_bytes < 1024 or self.max_pending_bytes < self.max_frame_bytes:
            raise ValueError("max_frame_bytes must be 1 KiB or more, max_pending_bytes not less")
