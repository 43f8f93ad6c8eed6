from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract import load_contract
from mockserver.dotnet.ticks import TICKS_PER_SECOND, format_ticks, parse_instant
from mockserver.models import ConversationInfo, ListConversations, MessageInfo
from mockserver.profile import Profile
from mockserver.world.arrivals import Arrival, Arrivals
from mockserver.world.dataset import StoredRows
from mockserver.world.directory import Directory
from mockserver.world.index import World, select
from mockserver.world.living import LivingWorld, row_ticks
from mockserver.world.rows import View
from mockserver.world.scenario import build_world, load_scenario
from tests import strategies
from tests.depth import ci_or

NOW = parse_instant("2026-03-01T12:00:00Z")
MINUTE = 60 * TICKS_PER_SECOND
PROFILE = Profile.default(load_contract())
TEXTS = ("one", "two", "three")


@pytest.fixture(scope="module")
def base() -> World:
    return build_world(load_scenario("default", now_ticks=NOW), anchor_ticks=NOW)


def make_living(base: World, *, per_minute: float = 0) -> LivingWorld:
    arrivals = Arrivals(base, per_minute=per_minute, texts=TEXTS, since_ticks=NOW)
    return LivingWorld(base, arrivals=arrivals if per_minute else None, now_ticks=NOW)


def rows_at(living: LivingWorld, now_ticks: int) -> list[ConversationInfo]:
    return rows_of(living.at(now_ticks), ListConversations(), now_ticks=now_ticks)


def rows_of(
    world: View,
    request: ListConversations,
    *,
    now_ticks: int = NOW,
    profile: Profile = PROFILE,
    account_ids: frozenset[str] | None = None,
) -> list[ConversationInfo]:
    numbers = select(world, request, profile, account_ids=account_ids, now_ticks=now_ticks)
    return [world.row(number) for number in numbers]


def posted(row: ConversationInfo, ticks: int, **members: object) -> ConversationInfo:
    message = replace(
        row.most_recent_message or MessageInfo(),
        date=format_ticks(ticks),
        **members,  # type: ignore[arg-type]  # tests name real members
    )
    return replace(row, most_recent_message=message)


def test_nothing_changed_is_the_shared_base_itself(base: World) -> None:
    assert make_living(base).at(NOW) is base


def test_one_step_of_an_hour_and_sixty_of_a_minute_give_the_same_rows(base: World) -> None:
    one, sixty = make_living(base, per_minute=12), make_living(base, per_minute=12)
    for minute in range(60):
        sixty.at(NOW + minute * MINUTE)

    assert rows_at(one, NOW + 60 * MINUTE) == rows_at(sixty, NOW + 60 * MINUTE)


def test_going_back_takes_away_what_had_arrived(base: World) -> None:
    living = make_living(base, per_minute=12)
    before = rows_at(living, NOW + 10 * MINUTE)
    after = rows_at(living, NOW + 60 * MINUTE)

    again = rows_at(living, NOW + 10 * MINUTE)

    assert again == before
    assert again != after


def arrivals_between(arrivals: Arrivals, after: int, until: int) -> list[Arrival]:
    return [arrivals.arrival(number) for number in arrivals.span(after, until)]


def test_arrivals_come_at_their_rate_and_never_before_the_start(base: World) -> None:
    arrivals = Arrivals(base, per_minute=12, texts=TEXTS, since_ticks=NOW)

    found = arrivals_between(arrivals, 0, NOW + 600 * MINUTE)

    assert len(found) == pytest.approx(7200, rel=0.05)
    assert found[0].ticks > NOW
    assert {a.conversation.most_recent_message is not None for a in found} == {True}


def test_what_arrives_opens_conversations_and_moves_others_to_the_top(base: World) -> None:
    arrivals = Arrivals(base, per_minute=12, texts=TEXTS, since_ticks=NOW)
    living = make_living(base, per_minute=12)

    found = arrivals_between(arrivals, NOW, NOW + 60 * MINUTE)
    rows = rows_at(living, NOW + 60 * MINUTE)

    assert rows[0] == found[-1].conversation
    assert len(rows) == len(base) + sum(arrival.opens for arrival in found)
    assert {arrival.opens for arrival in found} == {True, False}


def test_incoming_arrivals_are_unread(base: World) -> None:
    arrivals = Arrivals(base, per_minute=12, texts=TEXTS, since_ticks=NOW)

    found = arrivals_between(arrivals, NOW, NOW + 60 * MINUTE)
    messages = [arrival.conversation.most_recent_message for arrival in found]

    assert {(m.direction, m.is_unread) for m in messages if m} == {
        ("Incoming", True),
        ("Outgoing", False),
    }


def test_a_poll_after_the_newest_date_gets_exactly_what_arrived_since(base: World) -> None:
    living = make_living(base, per_minute=6)
    seen = rows_at(living, NOW)
    missed = []
    for minute in range(1, 61):
        now = NOW + minute * MINUTE
        newest = seen[0].most_recent_message
        assert newest is not None
        polled = rows_of(living.at(now), ListConversations(after_date=newest.date), now_ticks=now)
        full = rows_at(living, now)
        missed.append([row for row in full if row not in seen] == polled)
        seen = full

    assert missed == [True] * 60


def test_a_world_without_conversations_gets_them_by_arrival() -> None:
    empty = build_world(load_scenario("empty", now_ticks=NOW), anchor_ticks=NOW)
    living = make_living(empty, per_minute=6)

    assert len(rows_at(living, NOW + 60 * MINUTE)) > 10


def test_a_posted_message_is_on_top_and_stays_when_the_clock_goes_back(base: World) -> None:
    living = make_living(base, per_minute=1)
    row = posted(base.row(3), NOW + 30 * MINUTE, text="hello")
    living.post(row, now_ticks=NOW + 30 * MINUTE)

    assert rows_at(living, NOW)[0] == row


def test_of_equal_dates_the_later_command_is_newer(base: World) -> None:
    living = make_living(base)
    for number in (3, 4, 5):
        living.post(posted(base.row(number), NOW), now_ticks=NOW)

    assert [row.id for row in rows_at(living, NOW)[:3]] == [base.row(n).id for n in (5, 4, 3)]


def test_a_message_older_than_the_newest_changes_nothing_that_is_seen(base: World) -> None:
    living = make_living(base)
    before = rows_of(base, ListConversations())
    living.post(posted(before[0], NOW - 10**15), now_ticks=NOW)

    assert rows_at(living, NOW) == before
    assert rows_at(living, NOW - 1) == before


def test_a_changed_row_keeps_its_place(base: World) -> None:
    living = make_living(base)
    before = rows_of(base, ListConversations())
    changed = replace(before[7], other_address="+15550000")
    living.change(changed, needs_ticks=-1, now_ticks=NOW)

    assert rows_at(living, NOW) == [*before[:7], changed, *before[8:]]


def test_a_removed_row_is_gone_for_good(base: World) -> None:
    living = make_living(base, per_minute=60)
    living.remove(base.row(3).id or "", now_ticks=NOW)

    ids = {row.id for row in rows_at(living, NOW + 60 * MINUTE)}

    assert base.row(3).id not in ids
    assert living.find(base.row(3).id or "", now_ticks=NOW) is None


def test_a_change_of_what_arrived_goes_and_comes_back_with_it(base: World) -> None:
    living = make_living(base, per_minute=12)
    later = NOW + 10 * MINUTE
    top = rows_at(living, later)[0]
    read = posted(top, row_ticks(top, now_ticks=NOW), is_unread=False, text="changed")
    living.change(read, needs_ticks=row_ticks(top, now_ticks=NOW), now_ticks=later)

    assert rows_at(living, later)[0] == read
    assert read not in rows_at(living, NOW)
    assert rows_at(living, later)[0] == read


def test_the_base_is_untouched(base: World) -> None:
    before = rows_of(base, ListConversations())
    living = make_living(base, per_minute=12)
    living.post(posted(base.row(0), NOW), now_ticks=NOW)
    living.remove(base.row(1).id or "", now_ticks=NOW)
    rows_at(living, NOW + 60 * MINUTE)

    assert rows_of(base, ListConversations()) == before


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_world_that_rests_is_asked_as_one_that_has_just_changed(
    data: st.DataObject, base: World
) -> None:
    """Rows that were merged often are sorted anew, which changes no answer and no order."""
    living = make_living(base, per_minute=data.draw(st.sampled_from([0, 1, 12])))
    later = NOW + 60 * MINUTE
    ticks = st.integers(NOW - 60 * 24 * 60 * MINUTE, later)
    for number in data.draw(st.lists(st.integers(0, 499), min_size=1, max_size=8, unique=True)):
        row = base.row(number)
        living.post(posted(row, data.draw(ticks)), now_ticks=later)
        living.change(posted(row, data.draw(ticks)), needs_ticks=-1, now_ticks=later)
    living.remove(base.row(data.draw(st.integers(0, 499))).id or "", now_ticks=later)
    lists = {
        name: st.sets(st.sampled_from(sorted(base.columns[name], key=str)), max_size=3)
        for name in base.filters
    }
    wanted = {name: frozenset(data.draw(values)) for name, values in lists.items()}
    ask = partial(
        living.at(later).find,
        {name: values for name, values in wanted.items() if values},
        now_ticks=later,
        after_ticks=data.draw(st.none() | ticks),
        is_inclusive=data.draw(st.booleans()),
    )
    fresh = list(ask())
    every = [list(living.at(later).find({}, now_ticks=later)) for _ in range(10)]

    assert list(ask()) == fresh
    assert every == [every[0]] * 10


@settings(max_examples=ci_or(60, ci=200), deadline=None)
@given(data=st.data())
def test_a_changed_world_selects_as_a_stored_one_would(data: st.DataObject) -> None:
    """Rows posted, changed and removed are selected as if the file had held them so."""
    drawn = data.draw(st.lists(strategies.conversations(), min_size=1, max_size=8))
    rows = [replace(row, id=str(number)) for number, row in enumerate(drawn)]
    living = LivingWorld(_stored(rows), arrivals=None, now_ticks=NOW)
    for number in data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=4, unique=True)):
        if data.draw(st.booleans()):
            living.remove(str(number), now_ticks=NOW)
            rows = [row for row in rows if row.id != str(number)]
        else:
            row = replace(data.draw(strategies.conversations()), id=str(number))
            living.change(row, needs_ticks=-1, now_ticks=NOW)
            rows = [row if old.id == row.id else old for old in rows]
    request = data.draw(strategies.requests())
    profile = PROFILE.with_choices({"invalid-after-date": "nothing", "order": "by-id"})
    accounts = data.draw(strategies.visible_accounts())

    found = rows_of(living.at(NOW), request, profile=profile, account_ids=accounts)

    assert found == rows_of(_stored(rows), request, profile=profile, account_ids=accounts)


def _stored(rows: list[ConversationInfo]) -> World:
    stored = StoredRows(rows)
    parameters = load_contract().parameters
    return World(stored, parameters=parameters, directory=Directory(), digest=stored.digest, seed=7)
