"""Which lines of scripts a worker was found on."""

from __future__ import annotations

from sandbox.isolation.diagnosis import Diagnosis, Place

_HOSTS_OWN = ("/", "<frozen", "<string>")


def script_place(found: Diagnosis, slot: int) -> Place | None:
    """The innermost line of a script in a slot's stack, None when no script runs there."""
    places = script_places(found.stacks.get(slot, ()))
    return places[0] if places else None


def script_places(stack: tuple[Place, ...], filename: str = "") -> list[Place]:
    """The lines of scripts in a stack, innermost first.

    Args:
        stack: innermost first.
        filename: of a user script, which may have any name; files of projects are relative.
    """
    return [p for p in stack if p.file == filename or not p.file.startswith(_HOSTS_OWN)]


def script_traceback(stack: tuple[Place, ...], filename: str, source: str) -> str:
    """Where a worker was found, as a script's own traceback shows it; empty if that is unknown."""
    lines = source.splitlines()
    parts = []
    for place in reversed(script_places(stack, filename)):
        parts.append(f'  File "{place.file}", line {place.line}, in {place.function}\n')
        if place.file == filename and 0 < place.line <= len(lines):
            parts.append(f"    {lines[place.line - 1].strip()}\n")
    return "".join(["Traceback (most recent call last):\n", *parts]) if parts else ""
