"""Read scenarios: what a server starts with, from shipped YAML files or the user's own.

A scenario is a value: users with their accounts resolved, the size of a generated world or the rows
of a dataset. `build_world` makes the world of it. The file's form: scenario_schema.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mockserver.contract import load_contract
from mockserver.documents.plain_data import load_yaml
from mockserver.dotnet.ticks import LATEST_TICKS, parse_clock_instant, parse_date
from mockserver.errors import UsageError, unknown_name
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
from mockserver.profile import UNKNOWN, Profile, choices_for
from mockserver.resources import find_resource
from mockserver.world.dataset import (
    StoredRows,
    describe_oddities,
    load_dataset,
    stored_directory,
)
from mockserver.world.generate import Size, account_id, build_rows
from mockserver.world.index import World
from mockserver.world.password import PasswordHash, Secret
from mockserver.world.pools import describe_drawn, load_pool
from mockserver.world.scenario_schema import SCENARIO

__all__ = [
    "Scenario",
    "Secret",
    "User",
    "build_world",
    "check_limits",
    "describe_scenarios",
    "load_scenario",
    "scenario_names",
]

_DEFAULT = "default"
_LOCALES = ("en_US",)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Hold someone who can sign in; `account_ids` is None for who sees every account."""

    username: str
    password: Secret | PasswordHash
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    display_name: str | None = None
    roles: tuple[str, ...] = ()
    account_ids: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Hold all that a server starts with.

    `clock` is `live` or `frozen`; a frozen clock without `now_ticks` stops where it is started.
    `cors_origins` is None for loopback origins. `rows` is None for a generated world. Arrivals in
    the background open no conversation, and leave a dataset and a clock that starts frozen alone.
    """

    name: str
    seed: int = 0
    size: Size = Size()
    locales: tuple[str, ...] = _LOCALES
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
    warnings: tuple[str, ...] = ()


def scenario_names() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, sorted."""
    return tuple(sorted(path.stem for path in find_resource("scenarios").glob("*.yaml")))


def describe_scenarios() -> list[tuple[str, str]]:
    """Return the shipped scenarios with what each holds: the comment above its first key."""
    folder = find_resource("scenarios")
    lines = {
        name: (folder / f"{name}.yaml").read_text(encoding="utf-8") for name in scenario_names()
    }
    return [(name, text.splitlines()[1].removeprefix("# ")) for name, text in lines.items()]


def load_scenario(
    name: str | None = None,
    *,
    path: Path | None = None,
    dataset: Path | None = None,
    seed: int | None = None,
    size: int | None = None,
    clock: str | None = None,
    now_ticks: int | None = None,
) -> Scenario:
    """Return a shipped scenario by its name, or the one of a file; the rest overrides its members.

    Args:
        name: a shipped scenario; `default` when neither it nor `path` is given.
        path: a scenario file of the user's own.
        dataset: rows to serve instead of a generated world.
        seed: draws everything that is drawn.
        size: the number of conversations.
        clock: `live` or `frozen`.
        now_ticks: the instant of a frozen clock; freezes it.

    Raises:
        UsageError: an unknown name, key, locale, point or choice, or a file that cannot be used.
    """
    if name is not None and path is not None:
        raise UsageError("give a scenario's name or a scenario file, not both")
    source = path or _shipped_path(name or _DEFAULT)
    document = _read(source, is_shipped=path is None)
    try:
        scenario = _from_document(document, source, dataset=dataset)
        if seed is not None:
            scenario = replace(scenario, seed=seed)
        if size is not None:
            scenario = replace(scenario, size=replace(scenario.size, conversations=size))
        if now_ticks is not None or clock is not None:
            scenario = _with_clock(scenario, clock, now_ticks)
        if size is not None and scenario.rows is not None:
            raise UsageError("a dataset has as many conversations as its file; leave out the size")
        check_limits(scenario)
        if "users" in document:
            return _with_users(scenario, document["users"])
        return _with_users(scenario, _default_users(scenario.size.accounts))
    except UsageError as exc:
        raise UsageError(f"scenario {path or source.stem}: {exc}") from exc


def build_world(scenario: Scenario, *, anchor_ticks: int) -> World:
    """Return the world of a scenario.

    Args:
        scenario: the scenario.
        anchor_ticks: the instant before which generated rows are dated: the frozen now, or the
            last midnight UTC of a live clock.
    """
    parameters = load_contract().parameters
    if scenario.rows is not None:
        stored = StoredRows(scenario.rows)
        texts = stored.column("/mostRecentMessage/date")
        dates = [None if t is None else parse_date(t, now_ticks=anchor_ticks) for t in texts]
        oddities = describe_oddities(scenario.rows, dates=dates)
        world = World(
            stored,
            parameters=parameters,
            directory=stored_directory(scenario.rows),
            digest=stored.digest,
            seed=scenario.seed,
            warnings=(*scenario.warnings, *(() if oddities is None else (oddities,))),
        )
    else:
        rows, directory = build_rows(
            seed=scenario.seed,
            size=scenario.size,
            locales=scenario.locales,
            anchor_ticks=anchor_ticks,
        )
        world = World(
            rows,
            parameters=parameters,
            directory=directory,
            digest=rows.digest,
            seed=scenario.seed,
            warnings=(*scenario.warnings, *describe_drawn(scenario.locales)),
        )
    # The first answer must not wait for it.
    world.timeline(now_ticks=anchor_ticks)
    return world


def _shipped_path(name: str) -> Path:
    if name not in scenario_names():
        raise unknown_name("scenario", name, scenario_names())
    return find_resource("scenarios") / f"{name}.yaml"


def _read(path: Path, *, is_shipped: bool) -> dict[str, Any]:
    """Return what a scenario file says; a shipped one was checked before it was shipped."""
    document = load_yaml(path, kind="scenario")
    wrong = None if is_shipped else SCENARIO.find_wrong(document)
    if wrong is not None:
        place = wrong.pointer or "the file"
        raise UsageError(f"scenario file {path}: {place}: {wrong.text}")
    assert isinstance(document, dict)  # the schema says so
    return document


def _default_users(accounts: int) -> list[dict[str, Any]]:
    """Return the users of the scenario `default`, which every scenario without its own has.

    Of accounts by number they see those that the scenario has.
    """
    users: list[dict[str, Any]] = _read(_shipped_path(_DEFAULT), is_shipped=True)["users"]
    for user in users:
        if isinstance(user.get("accounts"), list):
            user["accounts"] = [number for number in user["accounts"] if number < accounts]
    return users


def _from_document(document: dict[str, Any], path: Path, *, dataset: Path | None) -> Scenario:
    if dataset is None and "dataset" in document:
        dataset = path.parent / document["dataset"]
    locales = tuple(document.get("locales", _LOCALES))
    for locale in locales:
        load_pool(locale)
    scenario = Scenario(
        name=document.get("name", path.stem),
        seed=document.get("seed", 0),
        size=Size(**document.get("size", {})),
        locales=locales,
        arrivals_per_minute=document.get("arrivals", {}).get("perMinute", 0),
        arrivals_in_background=document.get("arrivals", {}).get("background", False),
        cors_origins=tuple(document["corsOrigins"]) if "corsOrigins" in document else None,
        cors_headers=tuple(document.get("corsHeaders", ())),
        profile=_read_profile(document),
        faults=tuple(document.get("faults", ())),
        bugs=tuple(document.get("bugs", ())),
        path=path,
        dataset=dataset,
        rows=None if dataset is None else load_dataset(dataset),
    )
    Profile.default(load_contract()).with_choices(scenario.profile)
    now = parse_clock_instant(document["now"]) if "now" in document else None
    return _with_clock(scenario, document.get("clock"), now)


def _read_profile(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the choices of a file: what its kind of client needs, under what it says itself."""
    needed = choices_for(document["for"]) if "for" in document else {}
    said = {name: str(choice) for name, choice in document.get("profile", {}).items()}
    return {**needed, **{name: choice for name, choice in said.items() if choice != UNKNOWN}}


def _with_clock(scenario: Scenario, clock: str | None, now_ticks: int | None) -> Scenario:
    if now_ticks is None:
        # A live clock has no instant of its own, a frozen one keeps the file's.
        kept = scenario.now_ticks if clock == "frozen" else None
        return scenario if clock is None else replace(scenario, clock=clock, now_ticks=kept)
    if clock == "live":
        raise UsageError("`now` is the instant of a frozen clock, but the clock is live")
    return replace(scenario, clock="frozen", now_ticks=now_ticks)


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
    if size.conversations and not size.endpoints:
        raise UsageError("/size/endpoints: conversations need at least 1 endpoint")
    if (size.endpoints or size.customers) and not size.accounts:
        raise UsageError("/size/accounts: endpoints and customers need at least 1 account")


def _with_users(scenario: Scenario, documents: Sequence[Mapping[str, Any]]) -> Scenario:
    """Return the scenario with its users, accounts by number or id turned into ids."""
    accounts: Sequence[str] = (
        [account_id(scenario.seed, number) for number in range(scenario.size.accounts)]
        if scenario.rows is None
        else [account.id for account in stored_directory(scenario.rows).accounts]
    )
    warnings: list[str] = []
    users: dict[str, User] = {}
    for number, document in enumerate(documents):
        if document["username"] in users:
            raise UsageError(f"/users/{number}/username: {document['username']!r} is there twice")
        ids, missing = _resolve(document.get("accounts", []), accounts)
        if missing and scenario.rows is None:
            known = [*map(str, range(len(accounts))), *accounts]
            error = unknown_name("account", str(missing[0]), known)
            raise UsageError(f"/users/{number}/accounts: {error}")
        # The users of a scenario may meet any dataset.
        name = document["username"]
        warnings += [f"user {name}: the dataset has no account {which}" for which in missing]
        users[document["username"]] = User(
            username=document["username"],
            password=Secret(document["password"]),
            email=document.get("email"),
            first_name=document.get("firstName"),
            last_name=document.get("lastName"),
            display_name=document.get("displayName"),
            roles=tuple(document.get("roles", ())),
            account_ids=ids,
        )
    return replace(scenario, users=tuple(users.values()), warnings=tuple(warnings))


def _resolve(
    wanted: str | Sequence[int | str], accounts: Sequence[str]
) -> tuple[frozenset[str] | None, list[int | str]]:
    """Return the ids of the accounts wanted, None for all, and what is none of the accounts."""
    if isinstance(wanted, str):
        return None, []
    by_name: dict[int | str, str] = {id_: id_ for id_ in accounts}
    by_name.update(enumerate(accounts))
    found = frozenset(by_name[which] for which in wanted if which in by_name)
    return found, [which for which in wanted if which not in by_name]
