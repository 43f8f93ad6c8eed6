"""What explains the rows that answers hold: each wrong reading of a query is told, and no other."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver.checks.explaining.date_explanations import told_shift
from mockserver.checks.explaining.explanations import Explained, bare_words, explain
from mockserver.checks.explaining.readings import Seen
from mockserver.checks.facts import build_facts, key_of, message_of
from mockserver.checks.instants import DAY, HOUR, SECOND, parse_instant
from mockserver.checks.plan import parse_query
from mockserver.checks.selection import selector
from tests.checks.toy import build_rows

ROWS = build_rows(120)
FACTS = replace(build_facts(ROWS), boundary="exclusive")
CORE = {key_of(row): row for row in ROWS}
ACCOUNT, ENDPOINT, CUSTOMER = (FACTS.pools[pool] for pool in ("account", "endpoint", "customer"))
DATES = FACTS.dates
BOTH = ("accountIds", "endpointIds")
Fits = Callable[[dict[str, Any]], bool]


def seen(asked: str, fits: Fits) -> Seen:
    """Return an answer that holds the rows which fit."""
    query = parse_query(asked)
    held = frozenset(key for key, row in CORE.items() if fits(row))
    return Seen(query=query, meaning=query, rows=CORE, held=held, length=len(held), facts=FACTS)


def right(asked: str) -> Seen:
    test = selector(parse_query(asked), FACTS)
    return seen(asked, lambda row: test(row) is True)


def date_of(row: dict[str, Any]) -> int:
    ticks = parse_instant(message_of(row)["date"])
    assert ticks is not None
    return ticks


def after(ticks: int) -> Fits:
    return lambda row: date_of(row) > ticks


def until(ticks: int) -> Fits:
    return lambda row: date_of(row) <= ticks


def has(member: str, *values: str) -> Fits:
    return lambda row: message_of(row)[member] in values


def both(one: Fits, two: Fits) -> Fits:
    return lambda row: one(row) and two(row)


def either(one: Fits, two: Fits) -> Fits:
    return lambda row: one(row) or two(row)


IN_ACCOUNT, IN_ENDPOINT = has("accountId", ACCOUNT[1]), has("endpointId", ENDPOINT[0])
TOGETHER = "accountIds=$account[1]&endpointIds=$endpoint[0]"
MIDDLE = DATES[60]
DATED = "afterDate=$row[60].date"


@pytest.mark.parametrize(
    ("asked", "fits", "names", "told"),
    [
        pytest.param(
            "accountIds=$account[1]",
            lambda row: True,
            ("accountIds",),
            "`accountIds` is not applied",
            id="one-filter",
        ),
        pytest.param(
            TOGETHER,
            IN_ACCOUNT,
            BOTH,
            "`endpointIds` is not applied when `accountIds` is given too",
            id="one-of-two",
        ),
        pytest.param(
            TOGETHER,
            either(IN_ACCOUNT, IN_ENDPOINT),
            BOTH,
            "several filters give the rows of either",
            id="rows-of-either",
        ),
        pytest.param(
            "endpointIds=$endpoint[2],$endpoint[0],$endpoint[1]",
            has("endpointId", ENDPOINT[2]),
            ("endpointIds",),
            "of the ids of `endpointIds` only the first counts",
            id="first-id",
        ),
        pytest.param(
            "endpointIds=$endpoint[0..3]",
            has("endpointId", *ENDPOINT[:3]),
            ("endpointIds",),
            "the last id of `endpointIds` does not count",
            id="last-id",
        ),
        pytest.param(
            "endpointIds=$endpoint[0..4]",
            has("endpointId", *ENDPOINT[:2]),
            ("endpointIds",),
            "of the ids of `endpointIds` only the first 2 count",
            id="two-ids",
        ),
        pytest.param(
            "endpointIds=$endpoint[0]",
            lambda row: message_of(row)["endpointId"] != ENDPOINT[0],
            ("endpointIds",),
            "`endpointIds` selects every row but those of its ids",
            id="negated",
        ),
        pytest.param(
            "endpointIds=$unknown[0]",
            lambda row: True,
            ("endpointIds",),
            "`endpointIds` is not applied",
            id="nobody-s",
        ),
        pytest.param(
            DATED,
            after(MIDDLE - HOUR - SECOND),
            ("afterDate",),
            None,
            id="an-hour-early",
        ),
        pytest.param(
            DATED,
            lambda row: date_of(row) >= MIDDLE - MIDDLE % DAY,
            ("afterDate",),
            "`afterDate` selects from the beginning of its day on",
            id="by-the-day",
        ),
        pytest.param(
            DATED,
            lambda row: date_of(row) >= MIDDLE,
            ("afterDate",),
            "`afterDate` selects the row of exactly that date, too",
            id="inclusive",
        ),
        pytest.param(
            DATED,
            lambda row: date_of(row) < MIDDLE,
            ("afterDate",),
            "`afterDate` selects the rows before the date",
            id="before",
        ),
        pytest.param(
            "afterDate=$row[60].date!+05:30",
            after(MIDDLE + 5 * HOUR + HOUR // 2),
            ("afterDate",),
            "the offset of `afterDate` is ignored",
            id="offset-ignored",
        ),
        pytest.param(
            "afterDate=$row[60].date!-08:00",
            after(MIDDLE - 16 * HOUR),
            ("afterDate",),
            "the offset of `afterDate` counts the wrong way round",
            id="offset-turned-round",
        ),
    ],
)
def test_a_wrong_reading_of_a_query_is_told_by_the_rows(
    asked: str, fits: Fits, names: tuple[str, ...], told: str | None
) -> None:
    found = explain([[seen(asked, fits)]], names)

    assert told is None or told in (found.words, *found.others)
    assert found.words


def test_what_does_not_explain_every_answer_is_not_told() -> None:
    other = either(IN_ACCOUNT, has("endpointId", ENDPOINT[1]))
    answers = [
        seen(TOGETHER, IN_ACCOUNT),
        seen("accountIds=$account[1]&endpointIds=$endpoint[1]", other),
        seen("accountIds=$account[1]&endpointIds=$endpoint[2]", lambda row: row is ROWS[5]),
    ]

    assert explain([answers], BOTH) == Explained()


def test_right_answers_are_explained_by_nothing() -> None:
    assert explain([[right(TOGETHER)], [right(DATED)]], BOTH) == Explained()


def test_the_first_of_several_filters_alone_is_told_of_all_pairs() -> None:
    answers = [
        seen(TOGETHER, IN_ACCOUNT),
        seen("endpointIds=$endpoint[0]&customerIds=$customer[1]", IN_ENDPOINT),
    ]

    found = explain([answers], ())

    assert found.words == "of several filters only the first counts"


def test_rows_that_lack_a_member_and_are_lost_are_told_by_it() -> None:
    bare = {
        key: {**row, "mostRecentMessage": {**message_of(row), "sender": None}}
        if number % 3 == 0
        else row
        for number, (key, row) in enumerate(CORE.items())
    }
    held = frozenset(key for key, row in bare.items() if message_of(row)["sender"] is not None)
    query = parse_query("")
    answer = Seen(query=query, meaning=query, rows=bare, held=held, length=len(held), facts=FACTS)

    found = explain([[answer]], ())

    assert found.words == "rows without `mostRecentMessage.sender` are lost"


@pytest.mark.parametrize(("place", "told"), [(0, "first"), (-1, "last")], ids=["first", "last"])
def test_one_row_at_an_end_that_is_lost_is_told(place: int, told: str) -> None:
    lost = key_of(ROWS[place])

    found = explain([[seen("", lambda row: key_of(row) != lost)]], ())

    assert found.words == f"the {told} row is lost"


def test_answers_of_one_length_are_told_to_end_there() -> None:
    few = {key_of(row) for row in ROWS[:7]}
    whole = seen("", lambda row: key_of(row) in few)
    selected = [row for row in ROWS if IN_ACCOUNT(row)]
    some = {key_of(row) for row in selected[:7]}
    part = seen("accountIds=$account[1]", lambda row: key_of(row) in some)

    found = explain([[whole, part]], ())

    assert found.words == "answers end at 7 rows"


@pytest.mark.parametrize(
    ("shift", "start"),
    [
        pytest.param(HOUR, "rows up to ", id="late"),
        pytest.param(-HOUR, "rows from ", id="early"),
        pytest.param(3 * DAY, "rows up to ", id="days-late"),
    ],
)
def test_a_shift_is_told_by_its_bounds_and_direction(shift: int, start: str) -> None:
    asked = [f"afterDate=$row[{index}].date" for index in range(20, 100, 2)]
    answers = [seen(text, after(DATES[20 + 2 * n] + shift)) for n, text in enumerate(asked)]

    told = told_shift([(answer.terms("afterDate")[0], answer) for answer in answers])

    assert told.startswith(start)
    assert f"too {'late' if shift > 0 else 'early'}" in told


def test_a_shift_that_one_usual_span_fits_alone_is_called_by_it() -> None:
    near = [n for n in range(1, 119) if HOUR < DATES[n + 1] - DATES[n] < 2 * HOUR]
    answers = [
        *(seen(f"afterDate=$row[{n}].date", after(DATES[n] + HOUR)) for n in range(10, 110)),
        seen(f"afterDate=$row[{near[0]}].date", after(DATES[near[0]] + HOUR)),
    ]

    told = told_shift([(answer.terms("afterDate")[0], answer) for answer in answers])

    assert told.endswith("too late, about an hour")


def test_right_dates_have_no_shift() -> None:
    answer = right(DATED)

    assert told_shift([(answer.terms("afterDate")[0], answer)]) == ""


def test_one_parameter_makes_no_difference_to_what_is_compared() -> None:
    one, two = (f"the last id of `{name}` does not count" for name in BOTH)

    assert bare_words(one) == bare_words(two)
    assert bare_words("`accountIds` and `endpointIds`") == "`accountIds` and `endpointIds`"


def test_dates_whose_zone_is_not_known_do_not_hide_what_explains_the_others() -> None:
    before = [seen(f"afterDate=$row[{n}].date", until(DATES[n])) for n in (40, 70)]
    naive = seen("afterDate=$row[60].date!naive", lambda row: date_of(row) < DATES[60])

    told = explain([[*before, naive]], ["afterDate"])

    assert told.words == "`afterDate` selects the rows before the date"
    assert told.is_whole


def test_right_answers_without_a_date_tell_nothing_of_a_shift() -> None:
    wrong = [seen(f"afterDate=$row[{n}].date", after(DATES[n] - DAY)) for n in range(20, 60)]

    told = explain([[*wrong, right("accountIds=$account[1]")]], ["afterDate"])

    assert told.words.startswith("rows from ")


def found(*answers: Seen, names: tuple[str, ...], every: tuple[Seen, ...] = ()) -> str:
    return explain([answers], names, every).words


def test_what_fits_is_told_by_the_answers_that_nothing_else_explains() -> None:
    empty = [seen(f"endpointIds=$endpoint[{n}]", lambda row: False) for n in range(3)]
    of_account = seen("endpointIds=$account[0]", has("accountId", ACCOUNT[0]))

    assert found(*empty, names=("endpointIds",)) == "no row is there"
    told = found(*empty, names=("endpointIds",), every=(*empty, of_account))
    assert told == "`endpointIds` filters by what `accountIds` should"


def test_a_list_of_ids_that_nobody_has_is_told_to_filter_nothing() -> None:
    answers = [seen(f"endpointIds=$unknown[{n}]", lambda row: True) for n in (0, 2, 4)]
    known = right("endpointIds=$endpoint[0],$unknown[0]")

    told = found(*answers, known, names=("endpointIds",))

    assert told == "a list of ids that nobody has makes `endpointIds` void"


@pytest.mark.parametrize(
    ("spelled", "told"),
    [
        pytest.param("!-03:30", "when the date's offset is west of Greenwich", id="west"),
        pytest.param("!day", "when the date is a day alone", id="day"),
        pytest.param("-1t", "when the date has more than 3 digits of a second", id="ticks"),
    ],
)
def test_dates_that_are_read_wrongly_are_told_by_how_they_are_written(
    spelled: str, told: str
) -> None:
    answers = [seen(f"afterDate=$row[{n}].date{spelled}", lambda row: True) for n in (40, 60, 70)]
    others = [right(f"afterDate=$row[{n}].date") for n in (41, 61, 71)]
    others += [right(f"afterDate=$row[{n}].date!+05:30") for n in (42, 62, 72)]

    assert found(*answers, *others, names=("afterDate",)) == f"`afterDate` is not applied {told}"


def test_the_newest_of_the_older_rows_is_told() -> None:
    older = [seen(f"afterDate=$row[{n}].date-1t", after(DATES[n - 1] - 1)) for n in (41, 61, 71)]

    assert found(*older, names=("afterDate",)) == "the last row before `afterDate` is let through"


def test_filters_that_see_the_first_rows_alone_are_told() -> None:
    first = set(list(CORE)[:50])
    answers = []
    for asked in ("accountIds=$account[0]", "accountIds=$account[1]"):
        test = selector(parse_query(asked), FACTS)
        held = frozenset(key for key, row in CORE.items() if test(row) and key in first)
        query = parse_query(asked)
        answers.append(
            Seen(query=query, meaning=query, rows=CORE, held=held, length=len(held), facts=FACTS)
        )

    told = found(*answers, names=("accountIds",))

    assert told == "filters see the first rows of the list alone"


def test_rows_that_are_lost_in_every_answer_are_told_to_be_the_same() -> None:
    gone = {key for place, key in enumerate(CORE) if place % 7 == 3}
    answers = [
        replace(answer, held=answer.held - gone)
        for answer in (right(f"accountIds=$account[{n}]") for n in range(3))
    ]

    assert found(*answers, names=("accountIds",)).startswith("the same rows are always lost, ")
    assert found(*answers[:2], names=("accountIds",)) == ""


@pytest.mark.parametrize("direction", ["Incoming", "Outgoing"])
def test_rows_of_one_direction_that_are_lost_are_told_by_it(direction: str) -> None:
    answers = [
        seen(
            f"endpointIds=$endpoint[{n}]", both(has("endpointId", ENDPOINT[n]), has_not(direction))
        )
        for n in range(3)
    ]

    told = found(*answers, names=("endpointIds",))

    assert told == f"rows whose `mostRecentMessage.direction` is {direction.lower()} are lost"


def has_not(direction: str) -> Fits:
    return lambda row: message_of(row)["direction"] != direction
