"""Which limits hold for a run: the operator's, which a project's own files may only lower."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.contracts import Host, Receiver
    from runtime.generation import EventKey, Generation, HandlerKey
    from runtime.message import Delivery


def deadline_for(
    host: Host,
    project: str,
    generation: Generation | None,
    key: HandlerKey | EventKey | None = None,
) -> float | None:
    """Seconds that a run may take, None without bound.

    Args:
        host: with the operator's settings: the project's, else those of the whole host.
        project: whose script it is, empty for none.
        generation: whose files may lower it, in ``project.json`` and ``resource.json``.
        key: of the handler or event script, None for a user script.
    """
    deadline = host.deadline
    limits = host.config.project_limits.get(project)
    if limits is not None and limits.deadline is not None:
        deadline = limits.deadline
    if generation is None:
        return deadline
    own = (deadline, generation.project.deadline, generation.deadlines.get(key))  # type: ignore[arg-type]
    return min((one for one in own if one is not None), default=None)


def deadline_of(receiver: Receiver, delivery: Delivery) -> float | None:
    """Seconds that a delivery to a receiver may run, None without bound."""
    event = delivery.message.event
    key: HandlerKey | EventKey = (receiver.letter, delivery.message.handler)
    if event is not None:
        key = (receiver.letter, event.kind, event.name)
    return deadline_for(receiver.host, receiver.project, receiver.generation(), key)


def memory_for(host: Host, project: str, generation: Generation | None) -> int:
    """Bytes that a worker of a project may use."""
    mebibytes: float = host.config.memory
    limits = host.config.project_limits.get(project)
    if limits is not None and limits.memory is not None:
        mebibytes = limits.memory
    if generation is not None and generation.project.memory is not None:
        mebibytes = min(mebibytes, max(SMALLEST, generation.project.memory))
    return int(mebibytes * 1024 * 1024)


SMALLEST = 16.0
"""MiB: with less, a worker cannot load a project at all."""


def recursion_for(host: Host, project: str) -> int:
    """How deep calls of a project's scripts may nest."""
    limits = host.config.project_limits.get(project)
    if limits is not None and limits.recursion is not None:
        return limits.recursion
    return host.config.recursion


def output_for(host: Host, project: str) -> int | None:
    """Characters that one run of a project's scripts may print, None without bound."""
    limits = host.config.project_limits.get(project)
    if limits is not None and limits.output is not None:
        return limits.output
    return host.output_limit
