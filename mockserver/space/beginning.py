"""Hold the whole resolved start of a space, and its form in a log.

A start and a list of commands give the same space on another machine, on another day: users with
their accounts, seed, size, anchor, profile, clock, and a dataset's rows are all in it. Passwords
that somebody gave on the command line are in it as salted hashes only.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from mockserver.contract import load_contract
from mockserver.dotnet.ticks import LATEST_TICKS, TICKS_PER_DAY, unix_to_ticks
from mockserver.errors import UsageError
from mockserver.models import ConversationInfo, conversation_from_wire, conversation_to_wire
from mockserver.profile import Profile
from mockserver.space.commands import Clock
from mockserver.world.arrivals import Arrivals
from mockserver.world.generate import Size
from mockserver.world.index import World
from mockserver.world.password import PasswordHash, Secret
from mockserver.world.pools import load_pool
from mockserver.world.scenario import Scenario, User, build_world, check_limits

__all__ = ["Ground", "Start", "build_ground", "build_start", "start_from_json", "start_to_json"]

_MAX_ROWS_BYTES = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Hold what a space starts as; generated rows are dated before `anchor_ticks`."""

    scenario: Scenario
    profile: Profile
    anchor_ticks: int
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Hold what all spaces of one start share, and none of them changes."""

    world: World
    arrivals: Arrivals | None
    _users: dict[tuple[User, ...], Mapping[str, User]] = field(default_factory=dict)

    def users_of(self, start: Start) -> Mapping[str, User]:
        """Return the users of a start by name and by e-mail address."""
        users = start.scenario.users
        found = self._users.get(users)
        if found is None:
            by_name = {user.email: user for user in users if user.email}
            found = self._users[users] = by_name | {user.username: user for user in users}
        return found


def build_start(
    scenario: Scenario, *, unix_seconds: float, profile: Profile | None = None
) -> Start:
    """Return the start of a scenario.

    Args:
        unix_seconds: the real time; a live clock is anchored at its last midnight UTC.
        profile: how the unspecified points are settled; the contract's defaults and the
            scenario's own choices when absent.
    """
    if profile is None:
        profile = Profile.default(load_contract()).with_choices(scenario.profile)
    real_ticks = unix_to_ticks(unix_seconds)
    if scenario.clock != "frozen":
        anchor = real_ticks - real_ticks % TICKS_PER_DAY
        return Start(scenario=scenario, profile=profile, anchor_ticks=anchor, clock=Clock())
    instant = scenario.now_ticks if scenario.now_ticks is not None else real_ticks
    return Start(
        scenario=replace(scenario, now_ticks=instant),
        profile=profile,
        anchor_ticks=instant,
        clock=Clock(frozen_ticks=instant),
    )


def build_ground(start: Start) -> Ground:
    """Return the world of a start, with what arrives in it."""
    scenario = start.scenario
    world = build_world(scenario, anchor_ticks=start.anchor_ticks)
    arrivals = None
    if scenario.arrivals_per_minute > 0:
        texts = [text for locale in scenario.locales for text in load_pool(locale).texts]
        arrivals = Arrivals(
            world,
            per_minute=scenario.arrivals_per_minute,
            texts=texts,
            since_ticks=start.anchor_ticks,
        )
    return Ground(world=world, arrivals=arrivals)


def start_to_json(start: Start) -> dict[str, Any]:
    """Return a start as a JSON object."""
    scenario = start.scenario
    return {
        "scenario": {
            "name": scenario.name,
            "seed": scenario.seed,
            "size": asdict(scenario.size),
            "locales": list(scenario.locales),
            "clock": scenario.clock,
            "now_ticks": scenario.now_ticks,
            "arrivals_per_minute": scenario.arrivals_per_minute,
            "users": [_user_to_json(user) for user in scenario.users],
            "cors_origins": None if scenario.cors_origins is None else list(scenario.cors_origins),
            "profile": dict(scenario.profile),
            "faults": list(scenario.faults),
            "bugs": list(scenario.bugs),
            **_rows_to_json(scenario),
        },
        "profile": dict(start.profile.choices),
        "anchor_ticks": start.anchor_ticks,
        "frozen_ticks": start.clock.frozen_ticks,
        "offset_ticks": start.clock.offset_ticks,
    }


def start_from_json(
    value: Mapping[str, Any], *, dataset: Sequence[ConversationInfo] | None = None
) -> Start:
    """Return the start that a JSON object describes.

    Args:
        dataset: rows at hand, for a start that holds only the digest of its own.

    Raises:
        UsageError: a member is missing or wrong, or the rows are not at hand.
    """
    try:
        members: dict[str, Any] = dict(value["scenario"])
        _check_kinds(members, _SCENARIO_KINDS, "scenario")
        _check_kinds(members["size"], dict.fromkeys(members["size"], _is_int), "scenario/size")
        _check_kinds(value, _START_KINDS, "start")
        rows = _rows_from_json(members, dataset)
        path = members.pop("dataset", None)
        origins = members.pop("cors_origins")
        scenario = Scenario(
            size=Size(**members.pop("size")),
            locales=tuple(members.pop("locales")),
            users=tuple(_user_from_json(user) for user in members.pop("users")),
            cors_origins=None if origins is None else tuple(origins),
            faults=tuple(members.pop("faults")),
            bugs=tuple(members.pop("bugs")),
            dataset=None if path is None else Path(path),
            rows=rows,
            **members,
        )
        check_limits(scenario)
        for locale in scenario.locales:
            load_pool(locale)
        return Start(
            scenario=scenario,
            profile=Profile.default(load_contract()).with_choices(value["profile"]),
            anchor_ticks=value["anchor_ticks"],
            clock=Clock(frozen_ticks=value["frozen_ticks"], offset_ticks=value["offset_ticks"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise UsageError(f"the start is not whole: {exc}") from exc


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_instant(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= LATEST_TICKS


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _or_none(is_kind: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or is_kind(value)


# Member → what it must be, in a log; a member that has a reader of its own is in none of these.
_SCENARIO_KINDS: Mapping[str, Callable[[object], bool]] = {
    "name": _is_text,
    "seed": _is_int,
    "size": lambda value: isinstance(value, dict),
    "locales": _is_list_of_texts,
    "clock": lambda value: value in ("live", "frozen"),
    "now_ticks": _or_none(_is_instant),
    "arrivals_per_minute": lambda value: isinstance(value, int | float),
    "users": lambda value: isinstance(value, list),
    "cors_origins": _or_none(_is_list_of_texts),
    "profile": lambda value: isinstance(value, dict) and _is_list_of_texts([*value.values()]),
    "faults": lambda value: isinstance(value, list),
    "bugs": _is_list_of_texts,
    "dataset": _or_none(_is_text),
    "rows": lambda value: isinstance(value, list),
}
_START_KINDS: Mapping[str, Callable[[object], bool]] = {
    "anchor_ticks": _is_instant,
    "frozen_ticks": _or_none(_is_instant),
    "offset_ticks": lambda value: isinstance(value, int) and abs(value) <= LATEST_TICKS,
}
_USER_KINDS: Mapping[str, Callable[[object], bool]] = {
    "username": _is_text,
    "password": _is_text,
    "password_hash": _is_text,
    "email": _or_none(_is_text),
    "first_name": _or_none(_is_text),
    "last_name": _or_none(_is_text),
    "display_name": _or_none(_is_text),
    "roles": _is_list_of_texts,
    "account_ids": _or_none(_is_list_of_texts),
}


def _check_kinds(
    members: Mapping[str, Any], kinds: Mapping[str, Callable[[object], bool]], place: str
) -> None:
    for name, is_kind in kinds.items():
        if name in members and not is_kind(members[name]):
            # A password is not repeated.
            raise UsageError(f"the start is not whole: {place}/{name} is of the wrong kind")


def rows_digest(rows: Sequence[ConversationInfo]) -> str:
    """Return the SHA-256 of rows, nulls included."""
    return sha256(_rows_text(rows).encode()).hexdigest()


def _rows_text(rows: Sequence[ConversationInfo]) -> str:
    return json.dumps([conversation_to_wire(row) for row in rows], separators=(",", ":"))


def _rows_to_json(scenario: Scenario) -> dict[str, Any]:
    if scenario.rows is None:
        return {}
    path = None if scenario.dataset is None else str(scenario.dataset)
    if len(_rows_text(scenario.rows)) > _MAX_ROWS_BYTES:
        return {"dataset": path, "rows_sha256": rows_digest(scenario.rows)}
    return {"dataset": path, "rows": [conversation_to_wire(row) for row in scenario.rows]}


def _rows_from_json(
    members: dict[str, Any], dataset: Sequence[ConversationInfo] | None
) -> tuple[ConversationInfo, ...] | None:
    if "rows_sha256" not in members:
        rows = members.pop("rows", None)
        if rows is None:
            return None
        return tuple(
            conversation_from_wire(row, pointer=f"/rows/{number}")
            for number, row in enumerate(rows)
        )
    wanted = members.pop("rows_sha256")
    if dataset is None or rows_digest(dataset) != wanted:
        raise UsageError(
            f"its dataset was too large to keep; give the file with the SHA-256 {wanted} of its "
            "rows by --dataset"
        )
    return tuple(dataset)


def _user_to_json(user: User) -> dict[str, Any]:
    password = user.password
    secret: dict[str, str] = (
        {"password": password.reveal()}
        if isinstance(password, Secret) and not password.is_given
        else {"password_hash": str(PasswordHash.of(password))}
    )
    return {
        "username": user.username,
        **secret,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "roles": list(user.roles),
        "account_ids": None if user.account_ids is None else sorted(user.account_ids),
    }


def _user_from_json(value: Mapping[str, Any]) -> User:
    members = dict(value)
    _check_kinds(members, _USER_KINDS, "user")
    hashed = members.pop("password_hash", None)
    password = Secret(members.pop("password")) if hashed is None else PasswordHash.parse(hashed)
    accounts = members.pop("account_ids")
    return User(
        password=password,
        roles=tuple(members.pop("roles")),
        account_ids=None if accounts is None else frozenset(accounts),
        **members,
    )
