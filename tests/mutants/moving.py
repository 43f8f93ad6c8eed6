"""Move rows by the admin API: sequences that look at them between moves, and moves without end."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.mutants.corpus import World, basic
from tests.mutants.sequences import Ask, Sequence

__all__ = ["MOVING_SCENARIO", "endless_moves", "moving_sequences"]

# Messages come by themselves as its clock goes on.
MOVING_SCENARIO = "busy"
_BASE = "/__admin/spaces/default"
_ARRIVALS_FIRST = 12
_MINUTE, _DAY = 60, 86_400
_BEFORE, _EARLY, _OLD = "2026-03-01T11:59:30.000Z", "2026-02-20T00:00:00Z", "2020-01-01T00:00:00Z"


def moving_sequences(world: World) -> list[Sequence]:
    """Return sequences of moves with looks between them."""
    looks = _looks(world)
    moves = {
        "arrivals": [_advance(seconds) for seconds in (7, _MINUTE, 3 * _MINUTE, _DAY)],
        "clock back": [_advance(10 * _MINUTE), _advance(-5 * _MINUTE)],
        "messages": _messages(world),
        "changes": _changes(world),
        "both": [*_changes(world), _advance(5 * _MINUTE), *_messages(world)],
    }
    return [
        Sequence(
            label=f"moving: {name}",
            asks=(*looks, *(ask for step in steps for ask in (step, *looks))),
            is_moving=True,
        )
        for name, steps in moves.items()
    ]


def endless_moves(world: World) -> Iterator[Ask]:
    """Yield moves of a server that is asked meanwhile, each a request of its admin API."""
    ids = [str(row["id"]) for row in world.rows]
    # At first nothing but arrivals: a world in which nobody changes a row goes a way of its own.
    for _ in range(_ARRIVALS_FIRST):
        yield _advance(5)
    for number in itertools.count():
        conversation = ids[7 * number % len(ids)]
        yield _advance(5)
        yield _message(conversationId=conversation)
        yield _change(ids[11 * number % len(ids)], mostRecentMessage={"isUnread": False})
        yield _message(
            endpointId=world.endpoints[number % len(world.endpoints)],
            otherAddress=f"+999{number:09}",
        )
        if number % 5 == 4 and 13 * number < len(ids):
            yield _remove(ids[-13 * number])


def _looks(world: World) -> tuple[Ask, ...]:
    """Return what is asked between two moves; the recordings have each of these shapes."""
    endpoint, customer, account = world.endpoints[0], world.customers[0], world.accounts[0]
    targets = (
        "/conversations",
        f"/conversations?endpointIds={endpoint},{world.endpoints[3]}",
        f"/conversations?customerIds={customer}",
        f"/conversations?accountIds={account}&afterDate={_EARLY}",
        f"/conversations?afterDate={_BEFORE}",
        f"/conversations?endpointIds={endpoint}&afterDate={_BEFORE}",
        f"/conversations?accountIds={account}&customerIds={customer}",
    )
    plain = Ask(target="", headers=(("Accept", "application/json"), basic("ada", world.passwords)))
    return (
        *(replace(plain, target=target) for target in targets),
        replace(plain, target=f"/conversations?format=xml&endpointIds={endpoint}"),
        replace(
            plain,
            target=f"/conversations?afterDate={_EARLY}",
            headers=(("Accept", "application/json"), basic("max", world.passwords)),
        ),
    )


def _messages(world: World) -> list[Ask]:
    ids = [str(row["id"]) for row in world.rows]
    endpoint = world.endpoints[0]
    return [
        _message(conversationId=ids[20], text="First"),
        _message(endpointId=endpoint, otherAddress="+999000000001"),
        _message(endpointId=world.endpoints[3], otherAddress="+999000000002", date=_OLD),
        _message(conversationId=ids[40], date=world.dates[5]),
        _message(endpointId=endpoint, otherAddress="+999000000001", direction="Outgoing"),
        _message(conversationId=ids[20], text="Second", isUnread=False),
    ]


def _changes(world: World) -> list[Ask]:
    ids = [str(row["id"]) for row in world.rows]
    return [
        _change(ids[0], mostRecentMessage={"isUnread": False}),
        _change(ids[30], endpointId=world.endpoints[1]),
        _change(ids[31], mostRecentMessage={"customerId": world.customers[0], "text": "Changed"}),
        _change(ids[32], mostRecentMessage={"date": _OLD}),
        _change(ids[33], mostRecentMessage={"accountId": world.accounts[0]}),
        _remove(ids[1]),
        _remove(ids[30]),
        _message(conversationId=ids[2]),
        _remove(ids[2]),
    ]


def _message(**fields: Any) -> Ask:
    return _move("POST", f"{_BASE}/messages", fields)


def _change(id_: str, **fields: Any) -> Ask:
    return _move("PATCH", f"{_BASE}/conversations/{id_}", fields)


def _remove(id_: str) -> Ask:
    return _move("DELETE", f"{_BASE}/conversations/{id_}", None)


def _advance(seconds: int) -> Ask:
    return _move("POST", f"{_BASE}/clock/advance", {"seconds": seconds})


def _move(method: str, target: str, fields: Any) -> Ask:
    return Ask(
        method=method,
        target=target,
        headers=(("Content-Type", "application/json"),) if fields is not None else (),
        body=None if fields is None else json.dumps(fields),
        is_admin=True,
    )
