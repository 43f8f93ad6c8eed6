import json
from pathlib import Path

import pytest

from mockserver.dotnet.ticks import parse_instant
from mockserver.errors import UsageError
from mockserver.models import ConversationInfo, conversation_from_wire
from mockserver.world.dataset import world_json, world_ndjson, world_stats
from mockserver.world.dataset_file import load_dataset
from mockserver.world.index import World
from mockserver.world.scenario import build_world, load_scenario

RECORDED = Path(__file__).parents[2] / "fixtures" / "transcripts"
ANCHOR = parse_instant("2026-03-01T12:00:00Z")


@pytest.fixture(scope="module")
def nulls() -> World:
    return build_world(load_scenario("nulls"), anchor_ticks=ANCHOR)


@pytest.mark.parametrize("name", ["dataset.json", "fuzz/dataset.json", "fuzz/text-dataset.json"])
def test_recorded_dataset_keeps_rows_and_order(name: str) -> None:
    wire = json.loads((RECORDED / name).read_text(encoding="utf-8"))["conversations"]

    rows = load_dataset(RECORDED / name).rows

    assert list(rows) == [conversation_from_wire(row) for row in wire]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON: Expecting property name"),
        ("7", 'expected {"conversations": […]}, a list of conversations, or one a line'),
        ("{}", 'expected {"conversations": […]}, a list of conversations, or one a line'),
        ('{"rows": []}', 'expected {"conversations": […]}, a list'),
        ("", "is no JSON"),
        ('{"conversations": {}}', "/conversations: expected a list"),
        ('{"conversations": [null]}', "/conversations/0: expected an object, got null"),
        ('{"conversations": [{"id": 1}]}', "/conversations/0/id: expected a string or null"),
        (
            '{"conversations": [{}, {"mostRecentMessage": {"isUnread": 1}}]}',
            "/conversations/1/mostRecentMessage/isUnread: expected true or false",
        ),
        (r'{"conversations": [{"id": "\ud83d"}]}', "/conversations/0: half a surrogate pair"),
    ],
)
def test_bad_dataset_is_refused_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "rows.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        load_dataset(path)

    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_missing_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read dataset .*: No such file or directory"):
        load_dataset(tmp_path / "none.json")


def test_dataset_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(b'{"conversations": ["\xff"]}')

    with pytest.raises(UsageError, match=r"is no UTF-8 \(byte 20\)"):
        load_dataset(path)


def test_oddities_are_counted_in_one_warning(nulls: World) -> None:
    assert nulls.warnings == (
        "the dataset has rows without an id (4), rows with the id of another (1), "
        "rows without a message (4), dates that do not parse (3); all are served as they are",
    )


def test_written_world_is_a_dataset(nulls: World, tmp_path: Path) -> None:
    path = tmp_path / "again.json"
    path.write_text("".join(world_json(nulls, nulls=True)), encoding="utf-8")

    again = build_world(load_scenario(dataset=path), anchor_ticks=ANCHOR)

    assert again.digest() == nulls.digest()


def test_lines_hold_the_rows_asked_for_without_nulls(nulls: World) -> None:
    lines = [json.loads(line) for line in world_ndjson(nulls, [37, 12])]

    assert [conversation_from_wire(line) for line in lines] == [nulls.row(37), nulls.row(12)]
    assert lines[0] == {}


def test_stats_count_the_rows(nulls: World) -> None:
    stats = world_stats(nulls)

    assert (stats["conversations"], stats["withoutMessage"], stats["withoutDate"]) == (40, 4, 7)
    assert ConversationInfo() in [nulls.row(number) for number in range(len(nulls))]
