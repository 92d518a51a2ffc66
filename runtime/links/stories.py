"""Messages with all that became of them, as an answer that has an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from runtime.links import views
from runtime.message import FINAL, Delivery, Message

if TYPE_CHECKING:
    from runtime.links.peer import Peer

_OVER: Final = frozenset({*FINAL, "rejected"})
ANSWER_BYTES: Final = 4 * 1024 * 1024
"""What one answer may have."""


class StoryView(msgspec.Struct):
    """Messages, who was meant, and whether all of it has ended.

    ``totals`` counts deliveries by status over all that was asked for, ``left_out`` the messages
    of it that this answer has no room for. ``forgotten`` is how many messages, of whomever, came
    since and have left the trace; ``counters`` are those of the host.
    """

    messages: list[views.MessageView]
    people: list[views.Person]
    ended: bool
    totals: dict[str, int] = {}
    left_out: int = 0
    forgotten: int = 0
    counters: dict[str, int] = {}


def with_caused(peer: Peer, roots: list[Message]) -> list[Message]:
    """These messages and all that their handlers sent, in the order of the trace."""
    wanted = {m.id for m in roots}
    found: list[Message] = []
    # A message stands after the one whose handler sent it.
    for message in peer.host.trace.messages:
        if message.id in wanted or (
            message.parent is not None and message.parent.message.id in wanted
        ):
            wanted.add(message.id)
            found.append(message)
    return found


def story_of(
    peer: Peer, found: list[Message], *, oldest_first: bool = False, payloads: bool = False
) -> StoryView:
    """Messages as they travel, as many as an answer has room for; it counts the others.

    Args:
        peer: who asks.
        found: the messages, oldest first.
        oldest_first: of too many the oldest are given; else the newest.
        payloads: with what their handlers got.
    """
    size = 0
    kept: list[views.MessageView] = []
    for one in found if oldest_first else reversed(found):
        view = views.message_view(peer.host, one, payloads)
        if not peer.sees_others:
            _blank(view, peer.id)
        size += len(msgspec.msgpack.encode(view))
        # One is always given, so that whoever turns pages comes to an end.
        if size > ANSWER_BYTES and kept:
            break
        kept.append(view)
    if not oldest_first:
        kept.reverse()
    people = _people(peer, kept)
    return StoryView(kept, people, ended(found), totals(found), len(found) - len(kept))


def _blank(view: views.MessageView, own: str) -> None:
    """Leave out what only those may know who may look: other people, and what they printed."""
    view.skipped = []
    for delivery in view.deliveries:
        if delivery.receiver != own:
            delivery.output = delivery.returned = ""
            delivery.traceback = None


def _people(peer: Peer, kept: list[views.MessageView]) -> list[views.Person]:
    """Who the sessions are, or were, that the messages name."""
    known = views.people_known(peer.host)
    named = {d.receiver for m in kept for d in m.deliveries}
    named |= {m.sender for m in kept} | {m.cause.receiver for m in kept if m.cause is not None}
    named |= {person.id for m in kept for person in m.skipped}
    return [views.person_of(known[id]) for id in known.keys() & named]


def ended(found: list[Message]) -> bool:
    """Whether all of their deliveries have come to an end."""
    return all(d.status in _OVER for d in _deliveries(found))


def totals(found: list[Message]) -> dict[str, int]:
    """How many of their deliveries have which status."""
    return dict(Counter(str(d.status) for d in _deliveries(found)))


def _deliveries(found: list[Message]) -> Iterator[Delivery]:
    for one in found:
        yield from one.deliveries
