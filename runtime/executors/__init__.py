"""Where handlers run: one contract, one implementation a tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.executors.base import Executor, Running
from runtime.executors.thread import ThreadExecutor

if TYPE_CHECKING:
    from runtime.contracts import Receiver

__all__ = ["Executor", "Running", "new_executor"]


def new_executor(tier: str, receiver: Receiver) -> Executor:
    """The executor of a tier for one receiver."""
    if tier == "process":
        from runtime.executors.process import ProcessExecutor

        return ProcessExecutor(receiver)
    return ThreadExecutor(receiver)
