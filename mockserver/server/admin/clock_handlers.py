"""Answer the admin API about a space's clock."""

from collections.abc import Mapping
from typing import Any

from mockserver.dotnet.ticks import (
    format_ticks,
    parse_clock_instant,
    unix_to_ticks,
)
from mockserver.errors import ProblemError, UsageError
from mockserver.server.admin.admin_app import Asked, Reply
from mockserver.space.commands import Clock, SetClock
from mockserver.space.space import Space

__all__ = ["advance_clock", "clock_to_json", "get_clock", "put_clock", "read_instant"]


async def get_clock(asked: Asked) -> Reply:
    """Tell a space's time."""
    return Reply(value=clock_to_json(asked.space))


async def put_clock(asked: Asked) -> Reply:
    """Set, freeze or release a space's clock."""
    space, body = asked.space, asked.json()
    mode = body.get("mode", space.clock.mode)
    now = read_instant(body, "now")
    now_ticks = space.now_ticks() if now is None else now
    if mode == "frozen":
        clock = Clock(frozen_ticks=now_ticks)
    else:
        clock = Clock(offset_ticks=now_ticks - unix_to_ticks(space.time()))
    return _set_clock(space, clock)


async def advance_clock(asked: Asked) -> Reply:
    """Move a space's clock; back where the seconds are negative."""
    space = asked.space
    return _set_clock(space, space.clock.moved(asked.json()["seconds"]))


def _set_clock(space: Space, clock: Clock) -> Reply:
    try:
        space.demand_instant(clock.now_ticks(space.time()))
    except UsageError as exc:
        raise ProblemError(str(exc), status=409) from exc
    space.apply(SetClock(clock=clock))
    return Reply(value=clock_to_json(space))


def read_instant(body: Mapping[str, Any], name: str) -> int | None:
    """Return the ticks of an instant in a body; None where it is absent.

    Raises:
        UsageError: it is no instant, or later than clocks go.
    """
    if name not in body:
        return None
    try:
        return parse_clock_instant(body[name])
    except UsageError as exc:
        raise UsageError(f"/{name}: {exc}") from exc


def clock_to_json(space: Space) -> dict[str, str]:
    """Return how a space's time goes, and its instant."""
    return {"mode": space.clock.mode, "now": format_ticks(space.now_ticks())}
