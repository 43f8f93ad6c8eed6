"""Hold the whole resolved start of a space, and its form in a log.

A start and a list of commands give the same space on another machine, on another day: users with
their accounts, seed, size, anchor, profile, clock, and a dataset's rows are all in it. Passwords
that somebody gave on the command line are in it as salted hashes only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from mockserver.contract import load_contract
from mockserver.documents.json_schema import Schema, object_schema
from mockserver.dotnet.ticks import TICKS_PER_DAY, unix_to_ticks
from mockserver.errors import UsageError
from mockserver.limits import MAX_ARRIVAL_DAYS, MAX_ARRIVALS, MAX_ORIGINS
from mockserver.models import ConversationInfo, conversation_from_wire, conversation_to_wire
from mockserver.profile import Profile
from mockserver.space.clock import INSTANT, INSTANT_OR_NULL, OFFSET, Clock
from mockserver.space.faults import faults_schema
from mockserver.world.arrivals import Arrivals
from mockserver.world.dataset import Rows
from mockserver.world.generate import Size
from mockserver.world.hand_schema import BY_HAND
from mockserver.world.index import World
from mockserver.world.living import LivingWorld
from mockserver.world.password import PasswordHash, Secret
from mockserver.world.pools import drawn_by, load_pool
from mockserver.world.scenario import Scenario, User, build_world, check_limits
from mockserver.world.scenario_schema import scenario_schema

__all__ = [
    "Ground",
    "Start",
    "build_ground",
    "build_start",
    "start_from_json",
    "start_schema",
    "start_to_json",
]

_MAX_ROWS_BYTES = 5_000_000
_MINUTE = TICKS_PER_DAY // 1_440
_LAST_MINUTE = MAX_ARRIVAL_DAYS * 1_440


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Hold what a space starts as; generated rows are dated before `anchor_ticks`."""

    scenario: Scenario
    profile: Profile
    anchor_ticks: int
    clock: Clock

    @property
    def arrivals_per_minute(self) -> float:
        """Return how many messages arrive; a test that stops the clock has no background."""
        scenario = self.scenario
        is_quiet = self.clock.frozen_ticks is not None or scenario.has_own_rows
        return 0 if scenario.arrivals_in_background and is_quiet else scenario.arrivals_per_minute

    def demand_near(self, ticks: int) -> None:
        """Refuse an instant that is too far from the start for what arrives.

        Raises:
            UsageError: it is. What arrives in the background ends by itself, and stops no clock.
        """
        minutes, per_minute = (ticks - self.anchor_ticks) / _MINUTE, self.arrivals_per_minute
        if not per_minute or self.scenario.arrivals_in_background:
            return
        if minutes * per_minute > MAX_ARRIVALS or minutes > _LAST_MINUTE:
            raise UsageError(
                f"messages arrive for {MAX_ARRIVAL_DAYS} days after a space's start, and at most "
                f"{MAX_ARRIVALS} of them; make a space whose `now` is nearer"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Hold what all spaces of one start share, and none of them changes.

    Attributes:
        living: the world with what arrives until the real instant; None where nothing does.
    """

    world: World
    arrivals: Arrivals | None
    living: LivingWorld | None
    _users: dict[tuple[User, ...], Mapping[str, User]] = field(default_factory=dict)

    def users_of(self, scenario: Scenario) -> Mapping[str, User]:
        """Return the users of a scenario by name and by e-mail address."""
        users = scenario.users
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
    arrivals = living = None
    if start.arrivals_per_minute > 0:
        texts = [text for locale in scenario.locales for text in load_pool(locale).texts]
        arrivals = Arrivals(
            world,
            per_minute=start.arrivals_per_minute,
            texts=texts,
            since_ticks=start.anchor_ticks,
            is_background=scenario.arrivals_in_background,
        )
        living = LivingWorld(world, arrivals=arrivals, now_ticks=start.anchor_ticks)
    return Ground(world=world, arrivals=arrivals, living=living)


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
            "arrivals_in_background": scenario.arrivals_in_background,
            "users": [_user_to_json(user) for user in scenario.users],
            "cors_origins": None if scenario.cors_origins is None else list(scenario.cors_origins),
            "cors_headers": list(scenario.cors_headers),
            "profile": dict(scenario.profile),
            "faults": list(scenario.faults),
            "bugs": list(scenario.bugs),
            **_faker_to_json(scenario),
            **_rows_to_json(scenario),
            **_by_hand_to_json(scenario),
        },
        "profile": dict(start.profile.choices),
        "anchor_ticks": start.anchor_ticks,
        "frozen_ticks": start.clock.frozen_ticks,
        "offset_ticks": start.clock.offset_ticks,
    }


_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
# Some are missing where no rows were given, others because an older version wrote the log.
_OPTIONAL = (
    *("dataset", "rows", "rows_sha256", "accounts", "conversations"),
    *("arrivals_in_background", "cors_headers", "faker"),
)


def start_schema() -> dict[str, Any]:
    """Return the JSON Schema of a start in a log; what a scenario file says has its bounds."""
    of_file = scenario_schema(load_contract())["properties"]
    scenario = {
        "name": _TEXT,
        **{name: of_file[name] for name in ("seed", "size", "locales", "clock")},
        "now_ticks": INSTANT_OR_NULL,
        "arrivals_per_minute": of_file["arrivals"]["properties"]["perMinute"],
        "arrivals_in_background": of_file["arrivals"]["properties"]["background"],
        "users": {**of_file["users"], "items": _user_schema(of_file["users"]["items"])},
        "cors_origins": {"type": ["array", "null"], "items": _TEXT, "maxItems": MAX_ORIGINS},
        "cors_headers": of_file["corsHeaders"],
        "profile": of_file["profile"],
        "faults": faults_schema(),
        "bugs": of_file["bugs"],
        "faker": _TEXT,
        "dataset": _TEXT_OR_NULL,
        "rows": {"type": "array"},
        "rows_sha256": _TEXT,
        "accounts": BY_HAND["accounts"],
        "conversations": BY_HAND["conversations"],
    }
    return object_schema(
        {
            "scenario": object_schema(scenario, optional=_OPTIONAL),
            "profile": of_file["profile"],
            "anchor_ticks": INSTANT,
            "frozen_ticks": INSTANT_OR_NULL,
            "offset_ticks": OFFSET,
        }
    )


def _user_schema(of_file: Mapping[str, Any]) -> dict[str, Any]:
    optional = {
        "password": of_file["properties"]["password"],
        "password_hash": _TEXT,
        **dict.fromkeys(("email", "first_name", "last_name", "display_name"), _TEXT_OR_NULL),
    }
    members = {
        "username": of_file["properties"]["username"],
        **optional,
        "roles": {"type": "array", "items": _TEXT},
        "account_ids": {"type": ["array", "null"], "items": _TEXT},
    }
    ways = [{"required": ["password"]}, {"required": ["password_hash"]}]
    return object_schema(members, optional=optional, oneOf=ways)


_START = Schema(start_schema)


def start_from_json(
    value: object, *, datasets: Sequence[Rows] = (), pointer: str = "/start"
) -> Start:
    """Return the start that a JSON object describes.

    Args:
        datasets: rows at hand, for a start that holds only the digest of its own.
        pointer: where the object stands, for the sentence.

    Raises:
        UsageError: a member is missing or wrong, or the rows are not at hand.
    """
    _START.check(value, pointer=pointer)
    assert isinstance(value, Mapping)  # the schema says so
    members: dict[str, Any] = dict(value["scenario"])
    rows = _rows_from_json(members, datasets, f"{pointer}/scenario")
    path = members.pop("dataset", None)
    _demand_words(members.pop("faker", None), members["locales"], f"{pointer}/scenario/locales")
    origins = members.pop("cors_origins")
    users = tuple(_user_from_json(user) for user in members.pop("users"))
    conversations = members.pop("conversations", None)
    scenario = Scenario(
        accounts=tuple(members.pop("accounts", ())),
        conversations=None if conversations is None else tuple(conversations),
        size=Size(**members.pop("size")),
        locales=tuple(members.pop("locales")),
        users=users,
        cors_origins=None if origins is None else tuple(origins),
        cors_headers=tuple(members.pop("cors_headers", ())),
        faults=tuple(members.pop("faults")),
        bugs=tuple(members.pop("bugs")),
        dataset=None if path is None else Path(path),
        rows=rows,
        **members,
    )
    check_limits(scenario)
    return Start(
        scenario=scenario,
        profile=Profile.default(load_contract()).with_choices(value["profile"]),
        anchor_ticks=value["anchor_ticks"],
        clock=Clock(frozen_ticks=value["frozen_ticks"], offset_ticks=value["offset_ticks"]),
    )


def _faker_to_json(scenario: Scenario) -> dict[str, str]:
    version = drawn_by(scenario.locales)
    return {} if version is None else {"faker": version}


def _demand_words(version: str | None, locales: Sequence[str], pointer: str) -> None:
    """Refuse locales whose words are not those of the log.

    Raises:
        UsageError: a locale is unknown, or another Faker drew it.
    """
    here = drawn_by(locales)
    if version != here:
        theirs, ours = (
            f"drawn by Faker {name[:20]}" if name else "those that mockserver brings"
            for name in (version, here)
        )
        raise UsageError(
            f"{pointer}: the words are {theirs}, and here they are {ours}; use the version of then"
        )


def _rows_text(rows: Rows) -> str:
    return json.dumps([conversation_to_wire(row) for row in rows], separators=(",", ":"))


def _digest(rows_text: str) -> str:
    return sha256(rows_text.encode()).hexdigest()


def _rows_to_json(scenario: Scenario) -> dict[str, Any]:
    if scenario.rows is None:
        return {}
    path = None if scenario.dataset is None else str(scenario.dataset)
    text = _rows_text(scenario.rows)
    if len(text) > _MAX_ROWS_BYTES:
        return {"dataset": path, "rows_sha256": _digest(text)}
    return {"dataset": path, "rows": [conversation_to_wire(row) for row in scenario.rows]}


def _by_hand_to_json(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if scenario.accounts:
        found["accounts"] = list(scenario.accounts)
    if scenario.conversations is not None:
        found["conversations"] = list(scenario.conversations)
    return found


def _rows_from_json(
    members: dict[str, Any], datasets: Sequence[Rows], pointer: str
) -> tuple[ConversationInfo, ...] | None:
    rows, wanted = members.pop("rows", None), members.pop("rows_sha256", None)
    if wanted is not None:
        for known in datasets:
            if _digest(_rows_text(known)) == wanted:
                return tuple(known)
        raise UsageError(
            f"its dataset was too large to keep; give the file with the SHA-256 {wanted[:64]} of "
            "its rows by --dataset"
        )
    if rows is None:
        return None
    return tuple(
        conversation_from_wire(row, pointer=f"{pointer}/rows/{number}")
        for number, row in enumerate(rows)
    )


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
    hashed = members.pop("password_hash", None)
    password = Secret(members.pop("password")) if hashed is None else PasswordHash.parse(hashed)
    accounts = members.pop("account_ids")
    return User(
        password=password,
        roles=tuple(members.pop("roles")),
        account_ids=None if accounts is None else frozenset(accounts),
        **members,
    )
