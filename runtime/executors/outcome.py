"""How a delivery that did not simply finish is reported: to the trace and to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runtime.logbook import LINE, shortened
from runtime.message import Delivery, Status
from runtime.trace import LIGHT
from sandbox import Run, ScriptStopped, format_script_traceback
from sandbox.dialect.meaning.error_parts import drop_traceback, traceback_of

if TYPE_CHECKING:
    from runtime.contracts import Receiver

ERROR_KEPT: Final = 2_000
"""Characters that are kept of an error's one line."""

MISSING: Final = (
    'The message handler "{name}" could not be found! Check your event script message handlers.'
)
"""Ignition's text, from real gateway logs."""

MISSING_LOGGER: Final = "MessageDispatchManager"

EXCEPTION: Final = (
    "com.inductiveautomation.ignition.common.script.message.MessageHandlerException: "
)

_SCOPES: Final = {"G": "Gateway", "C": "Client", "S": "Perspective session"}


def note_missing(receiver: Receiver, delivery: Delivery) -> None:
    """The receiver has no such handler, or it is disabled: Ignition's log lines and our hint."""
    tell_missing(receiver, delivery)
    text = MISSING.format(name=delivery.message.handler)
    delivery.end("no_handler", f"{text} {missing_hint(receiver, delivery)}".rstrip())


def tell_missing(receiver: Receiver, delivery: Delivery) -> None:
    """Log that the receiver has no such handler."""
    message = delivery.message
    text = MISSING.format(name=message.handler)
    hint = missing_hint(receiver, delivery)
    receiver.host.logbook.write(
        "ERROR",
        MISSING_LOGGER,
        f"{receiver.kind} script MessageHandlerException, project '{message.project}', "
        f"message handler '{message.handler}'",
        EXCEPTION + text + (f"\nHint: {hint}" if hint else ""),
        receiver.origin(message.handler, delivery.id),
    )


def missing_hint(receiver: Receiver, delivery: Delivery) -> str:
    """What the author most likely meant; empty when nothing suggests itself."""
    message = delivery.message
    generation = receiver.generation()
    if generation is None:
        return ""
    name, letter = message.handler, receiver.letter
    there = generation.handlers.get((letter, name))
    if there is not None and not there.handler.enabled:
        return f"{name} is disabled in its resource.json ({there.handler.file})"
    others = [scope for scope in generation.scopes_of(name) if scope != letter]
    if others:
        other = others[0]
        return (
            f"{name} exists in {_SCOPES[other]} scope only; "
            f"{_why_included(letter, message.scope, message.parent is None)}: "
            f'use scope="{other}"'
        )
    if (letter, name) in generation.faults or (letter, name) in generation.project.broken:
        return f"{name} is there, but no version of it compiled yet: see its diagnostics"
    from runtime.suggest import nearest

    known = [key[1] for key in generation.handlers if key[0] == letter]
    return nearest(name, known).removeprefix("; ")


def _why_included(letter: str, scope: str, _: bool) -> str:
    if scope == "CG":
        return f"the default scope CG includes the {'Gateway' if letter == 'G' else 'Clients'}"
    return f"scope {scope} includes the {'Gateway' if letter == 'G' else 'Clients'}"


def as_stop(error: BaseException, run: Run) -> BaseException:
    """The stop of a stopped run, whatever a clause or an exit that failed then made of it."""
    if not run.token.stopped or isinstance(error, ScriptStopped):
        return error
    return ScriptStopped(run.token.reason).with_traceback(traceback_of(error))


def note_failure(
    receiver: Receiver, delivery: Delivery, error: BaseException, status: Status
) -> None:
    """The handler raised, or was stopped: its own traceback goes to the log and the trace."""
    message = delivery.message
    traceback = shortened(format_script_traceback(error), LINE)
    summary = traceback.strip().rpartition("\n")[2][:ERROR_KEPT]
    delivery.traceback = traceback
    if status == "stopped":
        what = f"was stopped: {error!s:.{ERROR_KEPT}}"
        summary = str(error)[:ERROR_KEPT] or "stopped"
    else:
        what = f"failed: {summary}"
    receiver.host.logbook.write(
        "ERROR",
        f"{message.project}.{message.handler}",
        f"{'Message handler' if message.event is None else 'Event script'} "
        f"'{message.handler}' of project '{message.project}' "
        f"({receiver.label}) {what}",
        traceback.rstrip(),
        receiver.origin(message.handler, delivery.id),
    )
    if len(delivery.output) <= LIGHT:
        # With more of it its executor weighs both.
        receiver.host.trace.weigh(delivery)
    delivery.end(status, summary)
    drop_traceback(error)
