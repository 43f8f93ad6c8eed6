"""Define a scenario: all that a server starts with, within its bounds.

scenario.py reads scenarios and makes worlds of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockserver.dotnet.ticks import LATEST_TICKS
from mockserver.errors import UsageError
from mockserver.limits import (
    MAX_ARRIVALS_PER_MINUTE,
    MAX_BUGS,
    MAX_CONVERSATIONS,
    MAX_FAULTS,
    MAX_LOCALES,
    MAX_ORIGINS,
    MAX_OWNERS,
    MAX_SEED,
    MAX_USERS,
)
from mockserver.models import ConversationInfo
from mockserver.world.generate import Size
from mockserver.world.users import User

__all__ = ["DEFAULT_LOCALES", "Scenario", "check_limits"]

DEFAULT_LOCALES = ("en_US",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Hold all that a server starts with.

    `clock` is `live` or `frozen`; a frozen clock without `now_ticks` stops where it is started.
    `cors_origins` is None for loopback origins. `rows` are those of a dataset; None for a world of
    `conversations` by hand, as they were given, and generated ones. `accounts` go with either.
    Arrivals in the background open no conversation, and leave rows that somebody gave and a clock
    that starts frozen alone.
    """

    name: str
    seed: int = 0
    size: Size = Size()
    locales: tuple[str, ...] = DEFAULT_LOCALES
    clock: str = "live"
    now_ticks: int | None = None
    arrivals_per_minute: float = 0
    arrivals_in_background: bool = False
    users: tuple[User, ...] = ()
    cors_origins: tuple[str, ...] | None = None
    cors_headers: tuple[str, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[object, ...] = ()
    bugs: tuple[str, ...] = ()
    path: Path | None = None
    dataset: Path | None = None
    rows: tuple[ConversationInfo, ...] | None = field(default=None, repr=False)
    accounts: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    conversations: tuple[Mapping[str, Any], ...] | None = field(default=None, repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def has_own_rows(self) -> bool:
        """Tell whether somebody gave rows, which may be nobody else's business."""
        return self.rows is not None or bool(self.conversations)


def check_limits(scenario: Scenario) -> None:
    """Refuse what is beyond the maxima, wherever the scenario comes from.

    Raises:
        UsageError: something is.
    """
    size, now = scenario.size, scenario.now_ticks or 0
    for name, value, low, high in (
        ("the size", size.conversations, 0, MAX_CONVERSATIONS),
        ("/size/accounts", size.accounts, 0, MAX_OWNERS),
        ("/size/customers", size.customers, 0, MAX_OWNERS),
        ("/size/endpoints", size.endpoints, 0, MAX_OWNERS),
        ("/seed", scenario.seed, -MAX_SEED, MAX_SEED),
        ("/arrivals/perMinute", scenario.arrivals_per_minute, 0, MAX_ARRIVALS_PER_MINUTE),
        ("/now", now, 0, LATEST_TICKS),
        ("the number of users", len(scenario.users), 0, MAX_USERS),
        ("the number of faults", len(scenario.faults), 0, MAX_FAULTS),
        ("the number of bugs", len(scenario.bugs), 0, MAX_BUGS),
        ("the number of locales", len(scenario.locales), 1, MAX_LOCALES),
        ("the number of origins", len(scenario.cors_origins or ()), 0, MAX_ORIGINS),
        ("the number of CORS headers", len(scenario.cors_headers), 0, MAX_ORIGINS),
    ):
        if not low <= value <= high:
            raise UsageError(f"{name} {value} is not from {low} to {high}")
    _check_together(scenario)


def _check_together(scenario: Scenario) -> None:
    """Refuse parts that are fine alone."""
    size = scenario.size
    for place, name in enumerate(names := [user.username for user in scenario.users]):
        if name in names[:place]:
            raise UsageError(f"/users/{place}/username: {name!r} is there twice")
    if scenario.rows is not None:
        return
    is_by_hand = scenario.accounts or scenario.conversations
    if size.conversations and not size.endpoints and not is_by_hand:
        raise UsageError("/size/endpoints: conversations need at least 1 endpoint")
    if (size.endpoints or size.customers) and not size.accounts:
        raise UsageError("/size/accounts: endpoints and customers need at least 1 account")
