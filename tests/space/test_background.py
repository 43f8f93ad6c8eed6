"""Let a world look alive: its newest rows are of the last hours, and no test is disturbed."""

import itertools
from dataclasses import replace

import pytest

from mockserver.dotnet.ticks import TICKS_PER_DAY, TICKS_PER_HOUR, parse_instant, ticks_to_unix
from mockserver.models import ConversationInfo, ListConversations
from mockserver.server import MockServer
from mockserver.space.beginning import build_start, start_from_json, start_to_json
from mockserver.space.clock import Clock
from mockserver.space.commands import SetClock
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces
from mockserver.world.index import select
from mockserver.world.living import row_ticks
from mockserver.world.scenario import Scenario, load_scenario
from tests.mock_client import NOW, Client

MIDNIGHT = parse_instant("2026-03-01T00:00:00Z")
EVENING = MIDNIGHT + 22 * TICKS_PER_HOUR


def spaces_at(ticks: int, *, scenario: Scenario | None = None) -> Spaces:
    start = build_start(scenario or load_scenario("default"), unix_seconds=ticks_to_unix(ticks))
    return Spaces(start, time=lambda: ticks_to_unix(ticks))


def newest_first(space: Space, **wanted: object) -> list[ConversationInfo]:
    request = ListConversations(**wanted)  # type: ignore[arg-type]  # tests name real filters
    now = space.now_ticks()
    view = space.view(now)
    numbers = select(view, request, space.profile, account_ids=None, now_ticks=now)
    return [view.row(number) for number in numbers]


def ids(rows: list[ConversationInfo]) -> set[str | None]:
    return {row.id for row in rows}


@pytest.mark.parametrize("hour", [0.1, 3, 9, 15, 23.9])
def test_some_rows_are_of_the_last_two_hours_at_any_time_of_day(hour: float) -> None:
    now = MIDNIGHT + int(hour * TICKS_PER_HOUR)
    space = spaces_at(now).default

    rows = newest_first(space)
    dates = [row_ticks(row, now_ticks=now) for row in rows]

    assert len(dates) == 500
    assert max(dates) <= now
    assert sum(date > now - 2 * TICKS_PER_HOUR for date in dates) >= 4


def test_what_arrives_comes_into_conversations_that_are_there() -> None:
    evening, midnight = spaces_at(EVENING).default, spaces_at(MIDNIGHT).default

    assert ids(newest_first(evening)) == ids(newest_first(midnight))
    assert evening.world.digest() != midnight.world.digest()


def test_a_restart_on_the_same_day_brings_the_same_rows() -> None:
    assert newest_first(spaces_at(EVENING).default) == newest_first(spaces_at(EVENING).default)


def test_a_log_brings_the_same_rows_on_another_day() -> None:
    spaces = spaces_at(MIDNIGHT)
    later = MIDNIGHT + 3 * TICKS_PER_DAY
    start = start_from_json(start_to_json(spaces.start))
    again = Spaces(start, time=lambda: ticks_to_unix(later))
    spaces.default.apply(SetClock(clock=Clock(frozen_ticks=later)))

    assert newest_first(again.default) == newest_first(spaces.default)


def test_a_log_of_an_older_version_has_no_background() -> None:
    written = start_to_json(build_start(load_scenario("busy"), unix_seconds=0))
    del written["scenario"]["arrivals_in_background"]

    assert start_from_json(written).scenario == load_scenario_of_log("busy")


def load_scenario_of_log(name: str) -> Scenario:
    """Return a scenario as a log holds it: without the place of its file."""
    return replace(load_scenario(name), path=None)


def test_nothing_arrives_under_a_clock_that_starts_frozen() -> None:
    space = spaces_at(EVENING, scenario=load_scenario("default", clock="frozen")).default
    before = newest_first(space)

    space.apply(SetClock(clock=space.clock.moved(86_400)))

    assert newest_first(space) == before


def test_nothing_arrives_in_rows_of_ones_own() -> None:
    rows = tuple(newest_first(spaces_at(MIDNIGHT).default)[:5])
    space = spaces_at(EVENING, scenario=replace(load_scenario("default"), rows=rows)).default

    assert newest_first(space) == list(rows)


def test_a_space_with_an_instant_of_its_own_is_left_alone() -> None:
    with MockServer("default", clock="live") as server:
        client = Client(port=server.port)
        client.admin("POST", "/spaces", {"name": "test", "now": NOW})
        before = client.list("/~test/conversations").rows
        client.admin("POST", "/spaces/test/clock/advance", {"seconds": 86_400})

        assert client.list("/~test/conversations").rows == before


def test_a_mock_in_a_test_stands_still() -> None:
    with MockServer("default") as server:
        space = server.space

        assert space.clock.mode == "frozen"
        assert space.start.arrivals_per_minute == 0


def test_spaces_in_which_nothing_else_happens_share_their_rows() -> None:
    spaces = spaces_at(EVENING)
    one, other, ahead = (spaces.create(name) for name in ("one", "other", "ahead"))
    ahead.apply(SetClock(clock=Clock(offset_ticks=TICKS_PER_HOUR)))

    assert one.world is other.world is spaces.default.world
    assert ahead.world is not one.world
    assert newest_first(one) != newest_first(ahead)


def test_the_rows_stay_the_same_object_until_something_arrives() -> None:
    clock = itertools.count(int(ticks_to_unix(EVENING)))
    start = build_start(load_scenario("default"), unix_seconds=ticks_to_unix(EVENING))
    space = Spaces(start, time=lambda: next(clock)).default

    seen = [space.world.generation for _ in range(600)]

    # Ten minutes bring about one message.
    assert len({id(generation) for generation in seen}) < 8


def test_a_clock_that_goes_ten_years_ahead_is_no_error() -> None:
    space = spaces_at(MIDNIGHT).default

    space.apply(SetClock(clock=space.clock.moved(315_360_000)))

    assert len(newest_first(space)) == 500
