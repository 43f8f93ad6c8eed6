import json
import os
import re
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from mockserver.dotnet.ticks import parse_date, parse_instant
from mockserver.models import MessageInfo
from mockserver.world.dataset import world_ndjson
from mockserver.world.generate import WORLD_FORMAT, GeneratedRows, Size, build_owners
from mockserver.world.index import World
from mockserver.world.scenario import build_world, load_scenario
from tests.depth import deep_only

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden" / "worlds.json"
ANCHOR = parse_instant("2026-03-01T12:00:00Z")
# Prints what the golden file holds; run in processes of their own.
DIGESTS = """
import hashlib, json, sys
from mockserver.world.dataset import world_ndjson
from mockserver.world.generate import WORLD_FORMAT
from mockserver.world.scenario import build_world, load_scenario
from mockserver.dotnet.ticks import parse_instant

found = {"worldFormat": WORLD_FORMAT, "now": sys.argv[1], "scenarios": {}}
for name in sys.argv[2:]:
    world = build_world(load_scenario(name), anchor_ticks=parse_instant(sys.argv[1]))
    rows = "".join(world_ndjson(world, nulls=True)).encode()
    found["scenarios"][name] = {
        "digest": world.digest(), "rows": hashlib.sha256(rows).hexdigest()
    }
print(json.dumps(found, indent=1))
"""


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(load_scenario(), anchor_ticks=ANCHOR)


@pytest.fixture(scope="module")
def messages(world: World) -> list[MessageInfo]:
    rows = [world.row(number) for number in range(len(world))]
    return [row.most_recent_message for row in rows if row.most_recent_message is not None]


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_world_has_the_golden_bytes_in_any_process(hash_seed: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))

    printed = subprocess.run(
        [sys.executable, "-c", DIGESTS, golden["now"], *golden["scenarios"]],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(printed.stdout) == golden


def test_golden_file_is_of_this_world_format() -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8"))["worldFormat"] == WORLD_FORMAT


def test_row_depends_on_seed_and_number_only(world: World) -> None:
    longer = build_world(load_scenario(size=700), anchor_ticks=ANCHOR)

    assert [longer.row(n) for n in range(500)] == [world.row(n) for n in range(500)]


def test_another_seed_gives_another_world(world: World) -> None:
    other = build_world(load_scenario(seed=8), anchor_ticks=ANCHOR)

    assert other.digest() != world.digest()
    assert {other.row(n).id for n in range(500)}.isdisjoint(world.row(n).id for n in range(500))


def test_every_row_has_a_message_dated_before_the_anchor(
    world: World, messages: list[MessageInfo]
) -> None:
    dates = [parse_date(message.date or "", now_ticks=0) for message in messages]

    assert len(dates) == len(world) == 500
    assert all(date is not None and date <= ANCHOR for date in dates)


def test_dates_are_iso_with_milliseconds(messages: list[MessageInfo]) -> None:
    form = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

    assert [m.date for m in messages if not form.fullmatch(m.date or "")] == []


def test_ids_are_distinct_and_24_hex_digits(world: World, messages: list[MessageInfo]) -> None:
    ids = [world.row(number).id for number in range(len(world))] + [m.id for m in messages]

    assert len(set(ids)) == 1000
    assert [id_ for id_ in ids if not re.fullmatch("[0-9a-f]{24}", id_ or "")] == []


def test_message_repeats_the_conversation(world: World, messages: list[MessageInfo]) -> None:
    rows = [world.row(number) for number in range(len(world))]

    assert [(r.endpoint_id, r.other_address) for r in rows] == [
        (m.endpoint_id, m.other_address) for m in messages
    ]


def test_every_id_resolves(world: World, messages: list[MessageInfo]) -> None:
    assert {m.account_id for m in messages} <= {account.id for account in world.directory.accounts}
    assert all(world.knows("customer_ids", m.customer_id) for m in messages if m.customer_id)
    assert all(world.knows("endpoint_ids", m.endpoint_id or "") for m in messages)


def test_endpoint_has_one_account_one_customer_and_one_name(messages: list[MessageInfo]) -> None:
    owners = {
        (m.endpoint_id, m.account_id, m.customer_id, m.endpoint_display_name) for m in messages
    }

    assert len(owners) == len({m.endpoint_id for m in messages})
    assert all(m.endpoint_display_name for m in messages)


def test_rows_are_unevenly_spread(messages: list[MessageInfo]) -> None:
    counts = sorted(Counter(m.endpoint_id for m in messages).values())

    assert counts[-1] > 10 * counts[0]


@pytest.mark.parametrize("member", ["customer_id", "sender", "text"])
def test_member_is_null_now_and_then(messages: list[MessageInfo], member: str) -> None:
    nulls = sum(getattr(message, member) is None for message in messages)

    assert 0 < nulls < 250


def test_only_incoming_messages_are_unread(messages: list[MessageInfo]) -> None:
    assert {m.direction for m in messages if m.is_unread} == {"Incoming"}
    assert {m.direction for m in messages} == {"Incoming", "Outgoing"}


@pytest.mark.parametrize("name", ["default", "unicode"])
def test_text_holds_nothing_that_xml_forbids(name: str) -> None:
    world = build_world(load_scenario(name), anchor_ticks=ANCHOR)

    lines = "".join(world_ndjson(world))

    assert (
        re.findall("\\\\u00[01]|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", lines) == []
    )


def test_numbers_overflow_without_repeats() -> None:
    size = Size(accounts=1, customers=1, endpoints=1, conversations=80_000)
    endpoints, _ = build_owners(seed=3, size=size, locales=["en_US"])
    rows = GeneratedRows(seed=3, size=size, endpoints=endpoints, anchor_ticks=ANCHOR)

    numbers = [rows.row(number).other_address or "" for number in range(len(rows))]

    assert len(set(numbers)) == 80_000
    assert re.fullmatch(r"\+1\d{3}55501\d\d", numbers[78_999])
    assert re.fullmatch(r"\+999\d{10}", numbers[79_000])


@deep_only
def test_large_is_ready_soon_and_small() -> None:
    scenario = load_scenario("large")
    # The processor's time: the machine may be busy.
    started = time.process_time()

    world = build_world(scenario, anchor_ticks=ANCHOR)

    assert time.process_time() - started < 3
    tracemalloc.start()
    assert len(build_world(scenario, anchor_ticks=ANCHOR)) == len(world) == 100_000
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 100_000_000
