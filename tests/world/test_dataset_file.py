import json
from pathlib import Path

import pytest

from mockserver.dotnet.ticks import parse_instant
from mockserver.errors import UsageError
from mockserver.models import conversation_from_wire
from mockserver.space.beginning import build_start
from mockserver.world.dataset import world_json, world_ndjson
from mockserver.world.dataset_file import Dataset, load_dataset
from mockserver.world.scenario import build_world, load_scenario

ANCHOR = parse_instant("2026-03-01T12:00:00Z")
ROWS = [
    {"id": "1", "endpointId": "e", "mostRecentMessage": {"accountId": "b", "text": "two\nlines"}},
    {"id": "2", "otherAddress": "+13035550144"},
]


def read(folder: Path, text: str, *, name: str = "rows.json") -> Dataset:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_dataset(path)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"conversations": ROWS}),
        json.dumps({"accounts": [], "conversations": ROWS}),
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\n".join(map(json.dumps, ROWS)) + "\n",
        "\r\n".join(map(json.dumps, ROWS)),
        "\n\n".join(map(json.dumps, ROWS)),
        "\ufeff" + json.dumps(ROWS),
    ],
    ids=["object", "accounts", "list", "indented", "ndjson", "crlf", "blank-lines", "mark"],
)
def test_rows_are_read_in_any_form(text: str, tmp_path: Path) -> None:
    found = read(tmp_path, text)

    assert found == Dataset(rows=tuple(map(conversation_from_wire, ROWS)))


@pytest.mark.parametrize(
    ("text", "name", "count"),
    [(json.dumps(ROWS[0]), "one.ndjson", 1), ("", "none.ndjson", 0), ("[]", "none.json", 0)],
)
def test_a_file_of_one_row_or_none(text: str, name: str, count: int, tmp_path: Path) -> None:
    assert len(read(tmp_path, text, name=name).rows) == count


def test_unknown_members_are_dropped_and_counted_in_one_warning(tmp_path: Path) -> None:
    row = {"id": "1", "tags": [], "mostRecentMessage": {"text": "x", "kind": 1}}
    document = {
        "conversations": [row, row],
        "responseStatus": {},
        "accounts": [{"id": "a", "x": 1}],
    }

    found = read(tmp_path, json.dumps(document))

    assert found.warnings == (
        "the dataset has 6 members that are not known and dropped: tags (2), "
        "mostRecentMessage.kind (2), responseStatus (1), accounts.x (1)",
    )
    assert [row.id for row in found.rows] == ["1", "1"]
    assert found.accounts == ({"id": "a"},)


def test_many_unknown_names_are_counted_and_not_all_shown(tmp_path: Path) -> None:
    [warning] = read(tmp_path, json.dumps([{"id": "1", **{f"x{n}": n for n in range(9)}}])).warnings

    assert warning.endswith("x0 (1), x1 (1), x2 (1), x3 (1), x4 (1) and 4 more names")
    assert "9 members" in warning


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "1"}\n{"id": 2}\n', "line 2: /id: expected a string or null, got a number"),
        ('{"id": "1"}\n{"id": \n', "line 2: no JSON: "),
        ('{"id": "1"}\n7\n', "line 2: /: expected an object"),
        ('{"accounts": {}}', "/accounts: expected a list"),
        ('{"accounts": [7]}', "/accounts/0: expected an object"),
        ('{"accounts": [{"id": 7}]}', "/accounts/0/id: expected a text that is not empty"),
        ('{"accounts": [{"name": ""}]}', "/accounts/0/name: expected a text that is not empty"),
        ('{"accounts": [{"endpoints": 7}]}', "/accounts/0/endpoints: expected a list"),
        ('{"accounts": [{"endpoints": [{}]}]}', "/accounts/0/endpoints/0: an endpoint of a data"),
        ('{"accounts": [{"id": "a"}, {"id": "a"}]}', "/accounts/1/id: 'a' is there twice"),
    ],
)
def test_a_bad_file_is_refused_by_its_line_or_pointer(
    text: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)

    assert message in str(caught.value)


def test_accounts_of_a_file_have_names_and_come_first(tmp_path: Path) -> None:
    document = {"accounts": [{"id": "a", "name": "Acme"}], "conversations": ROWS}
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(document), encoding="utf-8")

    directory = build_world(load_scenario(dataset=path), anchor_ticks=ANCHOR).directory

    assert [(a.id, a.name) for a in directory.accounts] == [("a", "Acme"), ("b", "Account 2")]


@pytest.mark.parametrize("write", [world_json, world_ndjson], ids=["json", "ndjson"])
def test_users_see_the_same_accounts_in_what_was_exported(write: object, tmp_path: Path) -> None:
    scenario = load_scenario(now_ticks=ANCHOR)
    world = build_world(scenario, anchor_ticks=ANCHOR)
    numbers = world.find({}, now_ticks=ANCHOR)
    path = tmp_path / "rows"
    path.write_text("".join(write(world, numbers)), encoding="utf-8")  # type: ignore[operator]  # one of two functions

    again = load_scenario(dataset=path)

    assert [(u.username, u.account_ids) for u in again.users] == [
        (u.username, u.account_ids) for u in scenario.users
    ]
    assert again.warnings == ()


def test_nothing_arrives_in_rows_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(ROWS), encoding="utf-8")

    starts = [
        build_start(load_scenario(name, dataset=path), unix_seconds=1_772_366_400)
        for name in ("default", "busy")
    ]

    assert [start.arrivals_per_minute for start in starts] == [0, 12]
