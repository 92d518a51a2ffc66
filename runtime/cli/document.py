"""The story for programs: plain values that become JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.cli.story import NOBODY, is_server, sent_at
from runtime.message import Identity, Message
from runtime.routing import why_not, why_selected


def as_document(
    messages: Iterable[Message],
    people: Mapping[str, Identity] = NOBODY,
    payloads: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """One object a message, its deliveries inside.

    Args:
        messages: what was sent.
        people: session id -> who that is or was.
        payloads: message id -> what its handlers got, empty where the host let go of it.
    """
    return [_message(message, people, payloads) for message in messages]


def _message(
    message: Message, people: Mapping[str, Identity], payloads: Mapping[int, str] | None
) -> dict[str, Any]:
    chosen = message.filter
    return {
        "id": message.id,
        "sent": sent_at(message).astimezone().isoformat(),
        "project": message.project,
        "handler": message.handler,
        "scope": message.scope,
        "filter": {
            "clientSessionId": chosen.client_session_id,
            "user": chosen.user,
            "hasRole": chosen.has_role,
            "hostName": chosen.host_name,
        },
        "remoteServers": [
            d.receiver.partition(" ")[2] for d in message.deliveries if is_server(d.receiver)
        ],
        "request": any(d.wants_result for d in message.deliveries),
        "sender": message.sender,
        "parent": message.parent.id if message.parent else None,
        "caused_by": message.parent.message.id if message.parent else None,
        **({} if payloads is None else {"payload": payloads.get(message.id) or None}),
        "entries": list(message.entries),
        "note": message.note,
        "skipped": list(why_not(message)),
        "deliveries": [
            {
                "id": delivery.id,
                "receiver": delivery.receiver,
                **_person(people.get(delivery.receiver)),
                "status": delivery.status,
                "seconds": delivery.duration,
                "error": delivery.error,
                "traceback": delivery.traceback,
                "output": delivery.output,
                "returned": delivery.returned,
                "selected": ""
                if message.event is not None
                else why_selected(message, delivery.receiver),
            }
            for delivery in message.deliveries
        ],
    }


def _person(who: Identity | None) -> dict[str, str]:
    return {} if who is None else {"user": who.user, "host_name": who.host_name}
