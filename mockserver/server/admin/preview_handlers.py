"""Answer the admin API about what the app sees: names, and an answer that nobody was sent.

A preview goes the way of a real request, its user and the space's faults included, but stands in no
journal and counts for no fault. So the admin page can look without being seen.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from mockserver.errors import ProblemError
from mockserver.models import REQUEST_FIELDS
from mockserver.server.admin.admin_app import Asked, Reply
from mockserver.server.request.exchange import Exchange
from mockserver.server.request.path import Steps, foresee
from mockserver.space.space import Space
from mockserver.wire.http_request import Request
from mockserver.world.password import Secret
from mockserver.world.scenario import User

__all__ = ["PREVIEW_ROWS", "QUERY", "get_directory", "preview_answer"]

_FILTERS = tuple(wire for wire, _ in REQUEST_FIELDS)
QUERY = ("user", "page", *_FILTERS)
PREVIEW_ROWS = 50
_MAX_BODY = 500
_PATH = b"/conversations.json"


async def get_directory(asked: Asked) -> Reply:
    """Tell what the ids of a space stand for."""
    found = asked.space.world.directory
    customers = [{"id": c.id, "name": c.name, "accountId": c.account_id} for c in found.customers]
    endpoints = [
        {
            "id": line.endpoint_id,
            "name": line.name,
            "address": line.address,
            "accountId": line.account_id,
            "customerId": line.customer_id,
        }
        for line in found.lines
    ]
    accounts = [{"id": account.id, "name": account.name} for account in found.accounts]
    return Reply(value={"accounts": accounts, "customers": customers, "endpoints": endpoints})


async def preview_answer(asked: Asked) -> Reply:
    """Tell what a user would be answered, and what each filter leaves of the rows."""
    space, name = asked.space, asked.query.get("user")
    user = None if name is None else space.find_user(name)
    if name is not None and user is None:
        raise ProblemError(f"there is no user {name[:60]!r}", status=404)
    start = (_page(asked) - 1) * PREVIEW_ROWS
    filters = [(name, asked.query[name]) for name in _FILTERS if asked.query.get(name)]
    x, count = _foresee(asked, space, user, filters, slice(start, start + PREVIEW_ROWS))
    steps = []
    for used in range(len(filters) + 1):
        kept = filters[:used]
        name = kept[-1][0] if kept else None
        _, rows = _foresee(asked, space, user, kept, slice(0), has_faults=False)
        steps.append({"filter": name, "rows": rows})
    return Reply(value={**_to_json(x, count), "steps": steps})


def _page(asked: Asked) -> int:
    text = asked.query.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,7}", text):
        raise ProblemError(f"page={text[:40]!r} is no number from 1 on", status=422)
    return int(text)


def _foresee(
    asked: Asked,
    space: Space,
    user: User | None,
    filters: Sequence[tuple[str, str]],
    shown: slice,
    *,
    has_faults: bool = True,
) -> tuple[Exchange, int | None]:
    """Return an exchange that holds the shown rows alone, and how many rows there are.

    None stands for an answer that has no rows.
    """
    headers = [(b"accept", b"application/json"), (b"host", asked.origin.encode())]
    steps = asked.steps_in(space)
    if user is not None and isinstance(user.password, Secret):
        pair = f"{user.username}:{user.password.reveal()}".encode("utf-8", "surrogatepass")
        headers.append((b"authorization", b"Basic " + base64.b64encode(pair)))
    elif user is not None:
        # Nobody knows the password any more.
        steps = replace(steps, authenticate=lambda x: setattr(x, "user", user))
    request = Request(
        method="GET", raw_path=_PATH, query=urlencode(filters).encode(), headers=tuple(headers)
    )
    counts: list[int] = []
    x = Exchange(request, asked.spaces)
    x.enter(space, request)
    foresee(x, _showing(steps, shown, counts), has_faults=has_faults)
    return x, counts[0] if counts else None


def _showing(steps: Steps, shown: slice, counts: list[int]) -> Steps:
    """Return the steps of which the last encodes some rows only, and notes how many there are."""

    def encode(x: Exchange) -> None:
        counts.append(len(x.numbers))
        x.numbers = x.numbers[shown]
        steps.encode(x)

    return replace(steps, encode=encode)


def _to_json(x: Exchange, count: int | None) -> Mapping[str, Any]:
    answer, fault = x.answer, x.fault
    assert answer is not None
    is_cut = fault is not None and fault.fault in ("hang", "reset")
    body = b"" if is_cut else answer.body
    if fault is not None and fault.fault == "truncate":
        body = body[: int(fault.parameters["bytes"])]
    rows = _rows_of(body) if answer.status == 200 else None
    reason = answer.reason or HTTPStatus(answer.status).phrase
    return {
        "status": None if is_cut else answer.status,
        "reason": "no answer" if is_cut else reason,
        "rows": None if rows is None else count,
        "conversations": rows or [],
        "body": body[:_MAX_BODY].decode("utf-8", "replace") if rows is None else "",
        "fault": None if fault is None else "; ".join(fault.names),
    }


def _rows_of(body: bytes) -> list[Any] | None:
    """Return the conversations of a body; None where an app would find none."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    rows = value.get("conversations") if isinstance(value, dict) else None
    return rows if isinstance(rows, list) else None
