import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from mockserver.contract import load_contract
from mockserver.documents.plain_data import load_yaml
from mockserver.dotnet.ticks import parse_instant
from mockserver.errors import UsageError
from mockserver.models import ListConversations
from mockserver.profile import Profile
from mockserver.resources import find_resource
from mockserver.world.generate import Size
from mockserver.world.index import select
from mockserver.world.scenario import (
    Scenario,
    Secret,
    build_world,
    load_scenario,
    scenario_names,
)
from mockserver.world.scenario_schema import SCENARIO, scenario_schema

NOW = parse_instant("2026-03-01T12:00:00Z")
SHIPPED = find_resource("scenarios") / "default.yaml"
SERVED = [name for name in scenario_names() if name != "busy"]


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def visible(scenario: Scenario, username: str) -> int:
    world = build_world(scenario, anchor_ticks=NOW)
    [user] = [user for user in scenario.users if user.username == username]
    profile = Profile.default(load_contract())
    request = ListConversations()
    return len(select(world, request, profile, account_ids=user.account_ids, now_ticks=NOW))


def test_shipped_scenarios() -> None:
    assert scenario_names() == ("busy", "default", "empty", "large", "nulls", "one", "unicode")


@pytest.mark.parametrize("name", SERVED)
def test_shipped_scenarios_have_the_same_users(name: str) -> None:
    expected = [(u.username, u.password, u.roles) for u in load_scenario().users]

    assert [(u.username, u.password, u.roles) for u in load_scenario(name).users] == expected
    assert load_scenario(name).warnings == ()


@pytest.mark.parametrize(
    ("username", "roles", "accounts", "rows"),
    [
        ("ada", ("SystemAdministrator",), None, 500),
        ("max", ("Manager",), 2, 386),
        ("uma", ("User",), 1, 114),
        ("noa", ("User",), 0, 0),
    ],
)
def test_default_users(
    username: str, roles: tuple[str, ...], accounts: int | None, rows: int
) -> None:
    scenario = load_scenario()
    [user] = [user for user in scenario.users if user.username == username]

    assert user.roles == roles
    assert (None if user.account_ids is None else len(user.account_ids)) == accounts
    assert len(user.password.reveal()) >= 12
    assert visible(scenario, username) == rows


@pytest.mark.parametrize(
    ("name", "count"),
    [("default", 500), ("empty", 0), ("one", 1), ("unicode", 200), ("nulls", 40)],
)
def test_count_of_conversations(name: str, count: int) -> None:
    assert len(build_world(load_scenario(name), anchor_ticks=NOW)) == count


def test_messages_arrive_in_busy() -> None:
    assert load_scenario("busy").arrivals_per_minute == 12


def test_password_shows_in_no_repr() -> None:
    user = load_scenario().users[0]

    assert user.password.reveal() not in f"{user!r} {user.password} {load_scenario()!r}"
    assert user.password == Secret(user.password.reveal()) != Secret("another")


def test_options_override_the_scenario() -> None:
    scenario = load_scenario("one", seed=9, size=3, now_ticks=NOW)

    assert (scenario.seed, scenario.size.conversations) == (9, 3)
    assert (scenario.clock, scenario.now_ticks) == ("frozen", NOW)
    assert scenario.users[0].account_ids is None


def test_file_of_the_user(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
seed: 3
size: {accounts: 2, customers: 0, endpoints: 2, conversations: 5}
now: 2026-03-01T12:00:00Z
corsOrigins: []
profile: {order: by-id, naive-date-zone: +10:00, row-cap: 25}
users: [{username: eve, password: made-up, accounts: [1]}]
""",
    )

    scenario = load_scenario(path=path)

    assert scenario.name == "mine"
    assert scenario.size == Size(accounts=2, customers=0, endpoints=2, conversations=5)
    assert (scenario.clock, scenario.now_ticks, scenario.cors_origins) == ("frozen", NOW, ())
    assert scenario.profile == {"order": "by-id", "naive-date-zone": "+10:00", "row-cap": "25"}
    assert [(u.username, len(u.account_ids or ())) for u in scenario.users] == [("eve", 1)]


def test_dataset_path_is_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text('{"conversations": [{"id": "x"}]}', encoding="utf-8")
    path = write(tmp_path, "dataset: rows.json\n")

    world = build_world(load_scenario(path=path), anchor_ticks=NOW)

    assert [world.row(0).id, len(world)] == ["x", 1]


def test_accounts_that_a_dataset_lacks_are_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('{"conversations": [{"id": "x"}]}', encoding="utf-8")

    scenario = load_scenario(dataset=path)

    assert scenario.warnings == (
        "user max: the dataset has no account 0",
        "user max: the dataset has no account 1",
        "user uma: the dataset has no account 2",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sede: 7", "the file: unknown key 'sede'; known: .*; did you mean seed?"),
        ("- a", "the file: expected an object, got a list"),
        ("", "the file: expected an object, got null"),
        ("seed: x", "/seed: expected an integer, got 'x'"),
        ("seed: true", "/seed: expected an integer, got True"),
        ("size: {rows: 1}", "/size: unknown key 'rows'"),
        ("size: {conversations: -1}", "/size/conversations: -1 is out of range; expected from 0"),
        ("size: {endpoints: 0}", "/size/endpoints: conversations need at least 1 endpoint"),
        ("size: {accounts: 0}", "/size/accounts: endpoints and customers need"),
        ("locales: []", "/locales: expected at least 1 item"),
        ("locales: [en_UK]", "unknown locale 'en_UK'; known: en_AU, .*; did you mean en_US?"),
        ("clock: slow", "/clock: 'slow' is not one of live, frozen"),
        ("clock: live\nnow: 2026-03-01T12:00:00Z", "the clock is live"),
        ("now: soon", "'soon'"),
        ("seed: 1\nseed: 2", "line 2: the key 'seed' is there twice"),
        ("seed: [", "mine.yaml, line 1"),
        ("arrivals: {perMinute: -2}", "/arrivals/perMinute: -2 is out of range"),
        ("faults: [5]", "/faults/0: expected"),
        ("profile: {ordr: by-id}", "unknown .*'ordr'"),
        ("profile: {order: by-name}", "'by-name'"),
        ("for: everybody", "/for: 'everybody' is not one of browser"),
        ("dataset: none.json", "cannot read dataset .*none.json: No such file"),
        ("users: [{username: a}]", "/users/0: the key 'password' is missing"),
        ("users: [{username: 'a:b', password: p}]", "/users/0/username: 'a:b' does not match"),
        ("users: [{username: a, password: 12}]", "/users/0/password: expected a string, got some"),
        ("users: [{username: a, password: p, accounts: [9]}]", "/users/0/accounts/0: unknown a"),
        ("users: [{username: a, password: p, accounts: [-1]}]", "/users/0/accounts/0: -1 is out"),
        ("users: [{username: a, password: p}, {username: a, password: q}]", "is there twice"),
    ],
)
def test_bad_file_is_refused_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)

    with pytest.raises(UsageError, match=message.replace("?", "\\?")) as caught:
        load_scenario(path=path)

    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read scenario file .*: No such file"):
        load_scenario(path=tmp_path / "none.yaml")


def test_unknown_scenario_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="^unknown scenario 'bussy'; known: .*; did you mean busy"):
        load_scenario("bussy")


def test_name_and_file_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not both"):
        load_scenario("default", path=tmp_path / "x.yaml")


def test_users_of_the_default_see_the_accounts_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text("name: small\nsize: {accounts: 1, customers: 1, endpoints: 1}\n")

    users = load_scenario(path=path).users

    assert max(len(user.account_ids or ()) for user in users) == 1


@pytest.mark.parametrize("size", [-1, 10_000_001])
def test_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(UsageError, match=f"the size {size} is not from 0 to 10000000"):
        load_scenario(size=size)


def test_size_of_a_dataset_is_refused() -> None:
    with pytest.raises(UsageError, match="leave out the size"):
        load_scenario("nulls", size=3)


def test_editors_find_the_schema_beside_the_scenarios() -> None:
    path = find_resource("scenarios") / "scenario.schema.json"

    # Written by: mockserver spec --scenario-schema > fixtures/scenarios/scenario.schema.json
    assert json.loads(path.read_text(encoding="utf-8")) == scenario_schema(load_contract())


@pytest.mark.parametrize("name", scenario_names())
def test_a_shipped_scenario_fits_the_schema(name: str) -> None:
    document = load_yaml(find_resource("scenarios") / f"{name}.yaml", kind="scenario")

    # A start trusts it, and does not look.
    assert SCENARIO.find_wrong(document) is None


def test_schema_is_a_json_schema() -> None:
    validator: type[Any] = jsonschema.Draft202012Validator
    schema = scenario_schema(load_contract())

    validator.check_schema(schema)

    wrong = {"seed": True, "sede": 7, "size": {"endpoints": -1}, "profile": {"order": "by-name"}}
    assert sorted(error.json_path for error in validator(schema).iter_errors(wrong)) == [
        "$",
        "$.profile.order",
        "$.seed",
        "$.size.endpoints",
    ]
    assert list(validator(schema).iter_errors(load_yaml(SHIPPED, kind="scenario"))) == []
