"""Let a whole day's messages arrive, and see that it costs what is shown of them."""

import time
from dataclasses import replace

import pytest

from mockserver.dotnet.ticks import TICKS_PER_DAY, TICKS_PER_SECOND, parse_instant
from mockserver.limits import MAX_ARRIVALS_PER_MINUTE
from mockserver.models import ConversationInfo
from mockserver.world import arrivals as module
from mockserver.world.arrivals import Arrivals
from mockserver.world.index import World
from mockserver.world.living import LivingWorld
from mockserver.world.scenario import build_world, load_scenario
from tests.depth import deep_only

MIDNIGHT = parse_instant("2026-03-01T00:00:00Z")
MINUTE = 60 * TICKS_PER_SECOND


@pytest.fixture(scope="module")
def base() -> World:
    return build_world(load_scenario("default", now_ticks=MIDNIGHT), anchor_ticks=MIDNIGHT)


def arrivals_of(base: World, per_minute: float = MAX_ARRIVALS_PER_MINUTE) -> Arrivals:
    return Arrivals(base, per_minute=per_minute, texts=("one", "two"), since_ticks=MIDNIGHT)


def newest(living: LivingWorld, now_ticks: int) -> list[ConversationInfo]:
    view = living.at(now_ticks)
    return [view.row(number) for number in view.find({}, now_ticks=now_ticks)[:50]]


@deep_only
def test_a_day_at_the_highest_rate_costs_seconds_and_not_minutes(base: World) -> None:
    living = LivingWorld(base, arrivals=arrivals_of(base), now_ticks=MIDNIGHT)
    now = MIDNIGHT + TICKS_PER_DAY - 1
    began = time.process_time()
    counted = sum(number % 7 for number in range(2_000_000))
    floor = time.process_time() - began

    rows = newest(living, now)

    # The ratio to a loop of the same process; it was 250 before.
    assert time.process_time() - began - floor < 80 * floor, counted
    assert len({row.id for row in rows}) == 50


def test_a_row_is_made_when_it_is_read(base: World) -> None:
    arrivals = arrivals_of(base)
    living = LivingWorld(base, arrivals=arrivals, now_ticks=MIDNIGHT)
    made: list[int] = []
    conversation = arrivals.conversation
    arrivals.conversation = lambda number: made.append(number) or conversation(number)  # type: ignore[method-assign,func-returns-value]  # counts

    newest(living, MIDNIGHT + 600 * MINUTE)

    # One for each endpoint, for each row of the base, and for each that was read.
    assert len(made) < 1_500


def test_a_jump_and_many_steps_show_the_same_after_a_busy_day(base: World) -> None:
    one = LivingWorld(base, arrivals=arrivals_of(base, 30), now_ticks=MIDNIGHT)
    many = LivingWorld(base, arrivals=arrivals_of(base, 30), now_ticks=MIDNIGHT)
    steps = [newest(many, MIDNIGHT + hour * 60 * MINUTE) for hour in range(20)]

    assert newest(one, MIDNIGHT + 19 * 60 * MINUTE) == steps[-1]
    assert one.at(MIDNIGHT + 60 * MINUTE).digest() == many.at(MIDNIGHT + 60 * MINUTE).digest()


def test_arrivals_end_at_their_greatest_number(
    base: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ARRIVALS", 1_000)

    found = arrivals_of(base, 100).span(0, MIDNIGHT + TICKS_PER_DAY)

    assert found == range(1_000)


def test_arrivals_end_a_year_after_the_start(base: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ARRIVAL_DAYS", 1)
    arrivals = arrivals_of(base, 0.1)

    found = arrivals.span(0, MIDNIGHT + 9_000 * 366 * TICKS_PER_DAY)

    assert arrivals.ticks[found.stop - 1] < MIDNIGHT + TICKS_PER_DAY


def test_a_change_outlives_what_arrives_later(base: World) -> None:
    living = LivingWorld(base, arrivals=arrivals_of(base, 5), now_ticks=MIDNIGHT)
    row = newest(living, MIDNIGHT + 60 * MINUTE)[0]
    posted = replace(row, other_address="changed")
    living.change(posted, needs_ticks=-1, now_ticks=MIDNIGHT + 60 * MINUTE)

    again = newest(living, MIDNIGHT + 61 * MINUTE)

    assert "changed" in {found.other_address for found in again}
