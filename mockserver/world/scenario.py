"""Read scenarios: what a server starts with, from shipped YAML files or the user's own.

A scenario is a value: users with their accounts resolved, the size of a generated world or the rows
of a dataset. `build_world` makes the world of it. The file's form: scenario_schema.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockserver.contract import load_contract
from mockserver.documents.places import find_line, split_pointer
from mockserver.documents.plain_data import load_yaml
from mockserver.dotnet.ticks import parse_clock_instant, parse_date, parse_instant
from mockserver.errors import UsageError, unknown_name
from mockserver.profile import UNKNOWN, Profile, choice_text, choices_for
from mockserver.resources import find_resource
from mockserver.world.composing import Composed, JoinedRows, compose, settle_size
from mockserver.world.dataset import StoredRows, describe_oddities, stored_directory
from mockserver.world.dataset_file import load_dataset
from mockserver.world.directory import Account
from mockserver.world.generate import GeneratedRows, account_id
from mockserver.world.index import World
from mockserver.world.password import Secret
from mockserver.world.pools import describe_drawn, load_pool
from mockserver.world.rows import read_member
from mockserver.world.scenario_schema import SCENARIO
from mockserver.world.scenario_value import DEFAULT_LOCALES, Scenario, check_limits
from mockserver.world.users import User, follow_accounts, read_users

__all__ = [
    "Scenario",
    "Secret",
    "User",
    "accounts_of",
    "build_world",
    "check_limits",
    "describe_scenarios",
    "load_scenario",
    "read_scenario",
    "scenario_names",
    "with_rows",
]

_DEFAULT = "default"
_BY_HAND = ("accounts", "conversations")
# Where relative dates are checked while nobody knows the anchor.
_CHECKED_AT = parse_instant("2026-03-01T12:00:00Z")


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
        dataset: rows to serve instead of a generated world or rows by hand.
        seed: draws everything that is drawn.
        size: the number of generated conversations.
        clock: `live` or `frozen`.
        now_ticks: the instant of a frozen clock; freezes it.

    Raises:
        UsageError: an unknown name, key, locale, point or choice, or a file that cannot be used;
            what is wrong in a file is named by its line and its JSON pointer.
    """
    if name is not None and path is not None:
        raise UsageError("give a scenario's name or a scenario file, not both")
    source = path or _shipped_path(name or _DEFAULT)
    document = _read(source, is_shipped=path is None)
    if dataset is not None:
        document = {key: value for key, value in document.items() if key not in _BY_HAND}
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
        return _settle(scenario, document.get("users"))
    except UsageError as exc:
        raise _at_place(path, source, str(exc)) from exc


def read_scenario(document: Mapping[str, Any], *, name: str, seed: int) -> Scenario:
    """Return the scenario that a document describes, as its schema has it.

    Args:
        name: of a scenario that has none.
        seed: of a scenario that has none.

    Raises:
        UsageError: it says what cannot be; a JSON pointer leads the sentence where one helps.
    """
    if "dataset" in document:
        raise UsageError("/dataset: no file is read here; give conversations")
    scenario = _from_document({"name": name, "seed": seed, **document}, None, dataset=None)
    return _settle(scenario, document.get("users"))


def with_rows(
    scenario: Scenario,
    *,
    accounts: Sequence[Mapping[str, Any]],
    conversations: Sequence[Mapping[str, Any]],
    size: Mapping[str, int],
) -> Scenario:
    """Return a scenario with rows by hand in the place of its rows; nothing arrives among them.

    Raises:
        UsageError: a row or an account cannot be what it says.
    """
    document = {"conversations": conversations, "size": size}
    if accounts:
        document["accounts"] = accounts
    changed = replace(
        scenario,
        size=settle_size(document),
        accounts=tuple(accounts),
        conversations=tuple(conversations),
        rows=None,
        dataset=None,
        arrivals_per_minute=0,
    )
    check_limits(changed)
    return replace(
        changed, users=follow_accounts(scenario.users, *map(accounts_of, (scenario, changed)))
    )


def accounts_of(scenario: Scenario) -> Sequence[Account]:
    """Return the accounts of a scenario's world.

    Raises:
        UsageError: a row or an account by hand cannot be what it says.
    """
    if scenario.rows is not None:
        return stored_directory(scenario.rows, scenario.accounts).accounts
    anchor_ticks = _CHECKED_AT if scenario.now_ticks is None else scenario.now_ticks
    return _compose(scenario, anchor_ticks).directory.accounts


def build_world(scenario: Scenario, *, anchor_ticks: int) -> World:
    """Return the world of a scenario.

    Args:
        scenario: the scenario.
        anchor_ticks: the instant before which generated rows are dated: the frozen now, or the
            last midnight UTC of a live clock.

    Raises:
        UsageError: a row or an account by hand cannot be what it says.
    """
    rows: StoredRows | JoinedRows | GeneratedRows
    if scenario.rows is not None:
        written, what = scenario.rows, "dataset"
        rows = StoredRows(written)
        directory = stored_directory(written, scenario.accounts)
        # A row's own ids are in its columns.
        known_ids = stored_directory((), scenario.accounts).known_ids
    else:
        composed = _compose(scenario, anchor_ticks)
        written, what = composed.rows, "scenario"
        rows, directory = composed.build_rows(), composed.directory
        known_ids = directory.known_ids
    texts = [read_member(row, "/mostRecentMessage/date") for row in written]
    dates = [None if t is None else parse_date(t, now_ticks=anchor_ticks) for t in texts]
    oddities = describe_oddities(written, dates=dates, what=what)
    world = World(
        rows,
        parameters=load_contract().parameters,
        directory=directory,
        digest=rows.digest,
        known_ids=known_ids,
        seed=scenario.seed,
        is_newest_first=len(written) == len(rows) and _descend(dates),
        warnings=(
            *scenario.warnings,
            *(() if oddities is None else (oddities,)),
            *(() if what == "dataset" else describe_drawn(scenario.locales)),
        ),
    )
    # The first answer must not wait for it.
    world.timeline(now_ticks=anchor_ticks)
    return world


def _compose(scenario: Scenario, anchor_ticks: int) -> Composed:
    return compose(
        seed=scenario.seed,
        size=scenario.size,
        locales=scenario.locales,
        anchor_ticks=anchor_ticks,
        accounts=scenario.accounts,
        conversations=scenario.conversations or (),
    )


def _descend(dates: Sequence[int | None]) -> bool:
    """Tell whether rows stand the newest first, those without a date at the end."""
    ticks = [-1 if date is None else date for date in dates]
    return all(before >= after for before, after in zip(ticks, ticks[1:], strict=False))


def _at_place(path: Path | None, source: Path, text: str) -> UsageError:
    """Return an error about a scenario, with the line of its file that a leading pointer names."""
    if path is None:
        return UsageError(f"scenario {source.stem}: {text}")
    pointer, _ = split_pointer(text)
    line = None if pointer is None else find_line(path, pointer)
    return UsageError(f"scenario file {path}{'' if line is None else f', line {line}'}: {text}")


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
        line = find_line(path, wrong.member_pointer)
        where = "" if line is None else f", line {line}"
        raise UsageError(f"scenario file {path}{where}: {place}: {wrong.text}")
    assert isinstance(document, dict)  # the schema says so
    return document


def _from_document(
    document: Mapping[str, Any], path: Path | None, *, dataset: Path | None
) -> Scenario:
    if dataset is None and path is not None and "dataset" in document:
        for name in _BY_HAND:
            if name in document:
                raise UsageError(f"/{name}: a dataset has its own; leave out one of them")
        dataset = path.parent / document["dataset"]
    locales = tuple(document.get("locales", DEFAULT_LOCALES))
    for locale in locales:
        load_pool(locale)
    read = None if dataset is None else load_dataset(dataset)
    conversations = document.get("conversations")
    scenario = Scenario(
        name=document["name"] if path is None else document.get("name", path.stem),
        seed=document.get("seed", 0),
        size=settle_size(document),
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
        rows=None if read is None else read.rows,
        accounts=tuple(document.get("accounts", ())) if read is None else read.accounts,
        conversations=None if conversations is None else tuple(conversations),
        warnings=() if read is None else read.warnings,
    )
    Profile.default(load_contract()).with_choices(scenario.profile)
    now = parse_clock_instant(document["now"]) if "now" in document else None
    return _with_clock(scenario, document.get("clock"), now)


def _read_profile(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the choices of a file: what its kind of client needs, under what it says itself."""
    needed = choices_for(document["for"]) if "for" in document else {}
    said = {name: choice_text(value) for name, value in document.get("profile", {}).items()}
    return {**needed, **{name: choice for name, choice in said.items() if choice != UNKNOWN}}


def _with_clock(scenario: Scenario, clock: str | None, now_ticks: int | None) -> Scenario:
    if now_ticks is None:
        # A live clock has no instant of its own, a frozen one keeps the file's.
        kept = scenario.now_ticks if clock == "frozen" else None
        return scenario if clock is None else replace(scenario, clock=clock, now_ticks=kept)
    if clock == "live":
        raise UsageError("`now` is the instant of a frozen clock, but the clock is live")
    return replace(scenario, clock="frozen", now_ticks=now_ticks)


def _settle(scenario: Scenario, users: Sequence[Mapping[str, Any]] | None) -> Scenario:
    """Return the scenario with its users; without any it has those of the scenario `default`."""
    check_limits(scenario)
    accounts = accounts_of(scenario)
    is_stored = scenario.rows is not None
    if users is None:
        users = _default_users(None if is_stored else len(accounts))
    # The users of a scenario may meet any dataset.
    own = range(scenario.size.accounts) if is_stored else ()
    found, warnings = read_users(
        users,
        accounts,
        own_ids=[account_id(scenario.seed, number) for number in own],
        is_strict=not is_stored,
    )
    return replace(scenario, users=found, warnings=(*scenario.warnings, *warnings))


def _default_users(accounts: int | None) -> list[dict[str, Any]]:
    """Return the users of the scenario `default`.

    Args:
        accounts: how many accounts there are, where the users shall see no others.
    """
    users: list[dict[str, Any]] = _read(_shipped_path(_DEFAULT), is_shipped=True)["users"]
    for user in users:
        if accounts is not None and isinstance(user.get("accounts"), list):
            user["accounts"] = [number for number in user["accounts"] if number < accounts]
    return users
