import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.checks.asked import asked_of
from mockserver.checks.facts import build_facts, resolve
from mockserver.checks.plan import (
    Plan,
    Query,
    encoded_list,
    parse_plan,
    parse_query,
    query,
    repeated_keys,
    text_value,
)
from mockserver.checks.selection import matches
from mockserver.errors import TooFewError, UsageError
from tests.checks.toy import build_rows

ROWS = build_rows(60)
FACTS = build_facts(ROWS)


@given(st.text())
def test_text_of_any_kind_survives_in_a_plan(text: str) -> None:
    """A literal stays what it is through printing, parsing and resolving."""
    asked = query(("afterDate", text_value(text.replace("$", "").replace(",", ""))))

    assert parse_query(str(asked)) == asked


def test_ids_in_a_row_are_printed_as_a_range() -> None:
    asked = query(("endpointIds", ["$endpoint[0]", "$endpoint[1]", "$endpoint[2]", "$endpoint[7]"]))

    assert str(asked) == "endpointIds=$endpoint[0..2],$endpoint[7]"


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("pascal", ["CustomerIds", "AccountIds", "AfterDate"]),
        ("mixed", ["CustomerIds", "accountIds", "AfterDate"]),
    ],
)
def test_names_are_written_with_capitals_all_or_every_other_one(
    case: str, names: list[str]
) -> None:
    filters = "customerIds=$customer[0]&accountIds=$account[0]&afterDate=$row[3].date"
    asked = parse_query(f"format=json&{filters}&@case={case}")

    written = [part.partition("=")[0] for part in resolve(asked, FACTS).query.split("&")]

    assert written == ["format", *names]


def test_a_plan_holds_its_law() -> None:
    text = "L31-date-and-ids endpointIds=$endpoint[0..1]&afterDate=$row[7].date+2s"

    assert str(parse_plan(text)) == text
    assert parse_plan(text).law == "L31-date-and-ids"


def test_a_symbol_stands_for_an_id_of_the_target() -> None:
    first = FACTS.pools["endpoint"][0]

    assert resolve(parse_query("endpointIds=$endpoint[0]"), FACTS).query == f"endpointIds={first}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("endpointIds:repeat=$endpoint[0..1]", "endpointIds={0}&endpointIds={1}"),
        ("endpointIds:json=$endpoint[0..1]", "endpointIds=%5B%22{0}%22,%22{1}%22%5D"),
        ("endpointIds:encoded=$endpoint[0..1]", "endpointIds={0}%2C{1}"),
        ("callback=a.b_c", "callback=a.b_c"),
        ("accountIds=", "accountIds="),
        ("afterDate=$row[0].date!+02:00", "afterDate={date}"),
    ],
)
def test_a_query_is_spelled_as_its_style_says(text: str, expected: str) -> None:
    ids = FACTS.pools["endpoint"]
    local = resolve(parse_query("afterDate=$row[0].date!+02:00"), FACTS).query.partition("=")[2]

    assert resolve(parse_query(text), FACTS).query == expected.format(*ids, date=local)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("L31-x endpointIds=$endpoint", "is no symbol"),
        ("L31-x endpointIds:odd=$endpoint[0]", "unknown style"),
        ("L31-x endpointIds=$endpoint[5..1]", "backwards"),
        ("endpointIds=$endpoint[0]", "does not start with a law"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        parse_plan(text)


def test_a_symbol_beyond_what_the_target_showed_is_a_miss() -> None:
    with pytest.raises(TooFewError, match="showed only"):
        resolve(parse_query("endpointIds=$endpoint[999]"), FACTS)


def test_a_row_of_the_very_date_is_left_open() -> None:
    newest = f"afterDate=$row[{len(FACTS.dates) - 1}].date"

    assert [matches(parse_query(newest), row, FACTS) for row in ROWS[:2]] == [None, False]


def test_a_plan_without_a_query_is_a_law_alone() -> None:
    assert str(Plan("L12-xml", Query())) == "L12-xml"


@pytest.mark.parametrize(
    ("count", "keys"),
    [
        pytest.param(3, ["0", "1", "2"], id="one-a-key"),
        pytest.param(4, ["01", "23"], id="four-two-by-two"),
        pytest.param(6, ["01", "2", "3", "45"], id="the-ends-in-twos"),
    ],
)
def test_a_repeated_key_holds_a_list_where_there_are_many(count: int, keys: list[str]) -> None:
    assert ["".join(key) for key in repeated_keys([str(n) for n in range(count)])] == keys


@pytest.mark.parametrize(
    ("count", "text"), [(1, "a"), (2, "a%2Cb"), (3, "a%2cb,c"), (4, "a%2Cb,c%2Cd")]
)
def test_of_several_commas_every_second_one_is_encoded(count: int, text: str) -> None:
    assert encoded_list("abcd"[:count]) == text


def test_the_last_key_of_a_repeated_list_stands_behind_the_others() -> None:
    text = "accountIds:repeat=$account[0],$account[1]&endpointIds=$endpoint[0]"
    one, two = FACTS.pools["account"][:2]

    query = resolve(parse_query(text), FACTS).query

    assert query == f"accountIds={one}&endpointIds={FACTS.pools['endpoint'][0]}&accountIds={two}"
    assert asked_of(parse_query(text)).query == (
        "accountIds=$account[0]&endpointIds=$endpoint[0]&accountIds=$account[1]"
    )
