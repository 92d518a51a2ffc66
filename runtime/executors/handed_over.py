"""What functions that scripts of one worker handed over have sent: each has a run of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runtime.calls import ScriptCall, title_of
from runtime.message import Delivery
from runtime.sent import let_go

if TYPE_CHECKING:
    from runtime.calls import Place
    from runtime.executors.protocol import CallEnded, WorkerAsk

MOST: Final = 2_000
"""Functions of one worker that are known at a time; more than its scripts may have threads."""


class HandedOver:
    """Those of a worker's functions that have sent messages, until they end.

    Args:
        host: where what they sent waits.
    """

    def __init__(self, host: Any) -> None:
        self._host = host
        self._calls: dict[tuple[int, int], ScriptCall] = {}

    def sender(
        self, ask: WorkerAsk, scope: Place, cause: Delivery | ScriptCall | None
    ) -> ScriptCall:
        """The function that asks.

        Args:
            ask: what it asks.
            scope: where it runs.
            cause: the delivery, or the user script, that handed it over.
        """
        calls, key = self._calls, (ask.delivery, ask.run)
        found = calls.get(key)
        if found is None:
            if len(calls) >= MOST:
                # Nobody but a worker that was taken over has so many.
                del calls[next(iter(calls))]
            delivery = cause if isinstance(cause, Delivery) else None
            found = calls[key] = ScriptCall(scope, "a function", delivery, ask.run)
        return found

    def ended(self, message: CallEnded) -> None:
        """One of them has ended: what waits of a flood of one that was stopped is let go."""
        call = self._calls.pop((message.delivery, message.run), None)
        if call is not None and message.stopped:
            self._let_go(call, message.name, "stopped")

    def lost(self) -> None:
        """The worker is gone, and they with it."""
        calls, self._calls = self._calls, {}
        for call in calls.values():
            self._let_go(call, call.label, "ended with its worker")

    def _let_go(self, call: ScriptCall, label: str, what: str) -> None:
        delivery = call.delivery
        origin = call.scope.origin(delivery.message.handler if delivery is not None else "")
        let_go(self._host, call.sent, title_of(label, delivery), origin, what=what)
