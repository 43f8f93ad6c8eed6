"""Export a world, serve what was written, and see that it is the same world."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from mockserver.cli.main import main
from mockserver.dotnet.ticks import TICKS_PER_HOUR, parse_instant
from mockserver.models import ListConversations
from mockserver.space.beginning import build_start
from mockserver.space.commands import Clock, SetClock, SetProfile
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request
from mockserver.world.dataset import world_json, world_stats
from mockserver.world.index import select
from mockserver.world.scenario import Scenario, load_scenario, read_scenario, scenario_names
from tests.asking import ask_spaces
from tests.depth import deep_or
from tests.mock_client import NOW

UNIX = 1_772_366_400
NOW_TICKS = parse_instant(NOW)
PATHS = ("/conversations.json", "/conversations.csv", "/conversations.xml", "/auth.json")
# In the others of the profile's orders a dataset has no say, or the rows' places have.
CHOICES = [{}, {"order": "oldest-first"}, {"order": "by-id", "nulls": "write"}]
SMALL = [name for name in scenario_names() if name != "large"]
EVERY = [
    pytest.param(name, choices, id=f"{name}-{n}")
    for name in SMALL
    for n, choices in enumerate(CHOICES)
]


def export(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["dataset", "--now", NOW, *options]) == 0
    return capsys.readouterr().out


def answers(spaces: Spaces) -> dict[tuple[str, str], bytes]:
    """Return what every user gets from a server."""
    users = spaces.default.scenario.users
    return {
        (user.username, path): _ask(spaces, f"{user.username}:{user.password.reveal()}", path)
        for user in users
        for path in PATHS
    }


def _ask(spaces: Spaces, login: str, path: str) -> bytes:
    basic = b"Basic " + base64.b64encode(login.encode())
    headers = ((b"host", b"localhost"), (b"authorization", basic))
    x = ask_spaces(spaces, Request(method="GET", raw_path=path.encode(), headers=headers))
    assert x.answer is not None
    assert x.answer.status == 200
    return x.answer.body


def serve(scenario: Scenario, choices: Mapping[str, str]) -> Spaces:
    spaces = Spaces(build_start(scenario, unix_seconds=UNIX), time=lambda: UNIX)
    spaces.default.apply(SetProfile(choices=choices))
    return spaces


def rows_of(space: Space) -> str:
    """Return what `dataset` prints of a space."""
    return "".join(world_json(space.world, select_all(space)))


def select_all(space: Space) -> Sequence[int]:
    return select(
        space.world,
        ListConversations(),
        space.profile,
        account_ids=None,
        now_ticks=space.now_ticks(),
    )


def again(folder: Path, text: str) -> Scenario:
    path = folder / "exported.json"
    path.write_text(text, encoding="utf-8")
    return load_scenario(dataset=path, now_ticks=NOW_TICKS)


@pytest.mark.parametrize(("name", "choices"), EVERY)
def test_what_is_exported_is_served_to_every_user_as_it_was(
    name: str, choices: dict[str, str], tmp_path: Path
) -> None:
    before = serve(load_scenario(name, now_ticks=NOW_TICKS), choices)

    after = serve(again(tmp_path, rows_of(before.default)), choices)

    assert answers(after) == answers(before)
    assert rows_of(after.default) == rows_of(before.default)


def test_a_large_world_is_exported_and_served_as_it_was(tmp_path: Path) -> None:
    size = deep_or(10_000, deep=100_000)
    before = serve(load_scenario("large", size=size, now_ticks=NOW_TICKS), {})
    login = "max:mw9QxQh752ZX8n4P"

    after = serve(again(tmp_path, rows_of(before.default)), {})

    assert _ask(after, login, "/conversations.json") == _ask(before, login, "/conversations.json")


def test_what_arrived_is_exported_too(tmp_path: Path) -> None:
    before = serve(load_scenario("busy", now_ticks=NOW_TICKS), {})
    later = Clock(frozen_ticks=NOW_TICKS + TICKS_PER_HOUR)
    before.default.apply(SetClock(clock=later))

    after = serve(again(tmp_path, rows_of(before.default)), {})
    after.default.apply(SetClock(clock=later))

    assert len(after.default.world) > 600
    assert answers(after) == answers(before)


def test_rows_by_hand_are_exported_and_served_as_they_were(tmp_path: Path) -> None:
    document = {
        "accounts": [{"name": "Acme"}, {"name": "Globex", "customers": [{"name": "Front"}]}],
        "conversations": [{"date": "-1h"}, {"date": "-1h"}, {"account": "Third"}, {"date": None}],
        "now": NOW,
    }
    before = serve(read_scenario(document, name="mine", seed=7), {})

    after = serve(again(tmp_path, rows_of(before.default)), {})

    assert answers(after) == answers(before)


@pytest.mark.parametrize("name", SMALL)
def test_the_command_prints_what_is_served_and_counts_what_it_prints(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = json.loads(export(capsys, "--scenario", name))
    stats = json.loads(export(capsys, "--scenario", name, "--stats"))
    served = serve(load_scenario(name, now_ticks=NOW_TICKS), {})

    assert [*printed] == ["accounts", "conversations"]
    assert printed == json.loads(rows_of(served.default))
    assert stats["conversations"] == len(printed["conversations"])
    assert [a["id"] for a in stats["accounts"]] == [a["id"] for a in printed["accounts"]]


def test_rows_that_arrived_are_counted_as_they_are_printed() -> None:
    space = serve(load_scenario("busy", now_ticks=NOW_TICKS), {}).default
    space.apply(SetClock(clock=Clock(frozen_ticks=NOW_TICKS + 9 * TICKS_PER_HOUR)))
    printed = json.loads(rows_of(space))["conversations"]

    stats = world_stats(space.world, select_all(space))

    unread = sum(row["mostRecentMessage"]["isUnread"] for row in printed)
    assert (stats["conversations"], stats["unread"]) == (len(printed), unread)
    assert stats["newest"] == printed[0]["mostRecentMessage"]["date"]
    assert len(printed) > 2_000


def test_an_export_without_rows_still_has_its_endpoints(tmp_path: Path) -> None:
    before = serve(load_scenario("empty", now_ticks=NOW_TICKS), {})

    after = serve(again(tmp_path, rows_of(before.default)), {})

    lines = [
        {line.endpoint_id for line in s.default.world.directory.lines} for s in (before, after)
    ]
    assert lines[0] == lines[1]
    assert len(lines[0]) == 40
