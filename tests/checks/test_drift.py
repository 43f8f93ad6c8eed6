from collections.abc import Sequence
from typing import Any

import pytest

from mockserver.checks.decoding.decode import Row
from mockserver.checks.drift import (
    Drift,
    compare_laws,
    compare_profiles,
    compare_shapes,
    rank,
    shape_of,
)
from mockserver.checks.report import LawResult, Report
from mockserver.contract import load_contract


def rows(count: int = 20, **message: Any) -> list[Row]:
    made = {"id": "a" * 24, "date": "2026-03-01T12:00:00.000Z", **message}
    return [{"id": "b" * 24, "mostRecentMessage": made} for _ in range(count)]


def report(verdict: Any) -> Report:
    law = LawResult(id="L06-union", tier="must", verdict=verdict, received="some rows are missing")
    return Report(target={}, requests=1, seconds=0.1, laws=(law,))


def lines(left: Sequence[Row], right: Sequence[Row]) -> list[tuple[str, str]]:
    return [(d.kind, str(d)) for d in compare_shapes(shape_of(left), shape_of(right))]


def test_every_point_of_the_contract_is_compared() -> None:
    points = load_contract().points.values()
    left = {point.name: point.choices[0] for point in points if len(point.choices) > 1}
    right = {point.name: point.choices[1] for point in points if len(point.choices) > 1}

    found = compare_profiles(left, right)

    assert {drift.place for drift in found} == set(left)
    assert Drift(kind="profile", place="jsonp", left="on", right="off") in found


def test_equal_rows_have_one_shape() -> None:
    assert lines(rows(), rows(7)) == []


def test_a_side_without_rows_has_no_shape_to_compare() -> None:
    assert lines(rows(), []) == []


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(
            {"text": None},
            {},
            ("null", "text: null where it is empty | left out where it is empty"),
            id="null-against-absent",
        ),
        pytest.param(
            {"priority": 1}, {}, ("member", "priority: a number | never there"), id="new-member"
        ),
        pytest.param(
            {"isUnread": True},
            {"isUnread": "true"},
            ("type", "isUnread: a boolean | other text"),
            id="type",
        ),
        pytest.param(
            {"otherAddress": "+15555550100"},
            {"otherAddress": "5550100"},
            ("pattern", "otherAddress: a number in E.164 | a whole number as text"),
            id="pattern",
        ),
        pytest.param(
            {"date": "2026-03-01T12:00:00.1234567Z"},
            {"date": "2026-03-01T12:00:00+00:00"},
            (
                "date",
                "date: a date with 7 digits of a second and Z | "
                "a date with 0 digits of a second and an offset",
            ),
            id="date-precision",
        ),
        pytest.param(
            {"date": "2026-03-01T12:00:00Z"},
            {"date": "/Date(1772366400000)/"},
            ("date", "date: a date with 0 digits of a second and Z | a WCF date"),
            id="date-form",
        ),
    ],
)
def test_a_difference_of_members_is_told(
    left: dict[str, Any], right: dict[str, Any], expected: tuple[str, str]
) -> None:
    kind, text = expected

    assert lines(rows(**left), rows(**right)) == [(kind, f"/mostRecentMessage/{text}")]


def test_what_chance_explains_is_no_difference() -> None:
    mostly = rows(99, sender="a word") + rows(1)

    assert lines(mostly, rows(20, sender="a word")) == []


def test_a_name_that_may_be_a_value_is_not_shown() -> None:
    found = lines(rows(**{"+15555550100": 1}), rows())

    assert found == [("member", "/mostRecentMessage/(another member): a number | never there")]


def test_no_value_of_a_row_is_in_a_shape() -> None:
    shape = shape_of(rows(text="see you at noon", sender="Ann Example"))

    assert "noon" not in repr(shape)
    assert "Ann" not in repr(shape)


def test_profiles_differ_where_both_know_the_choice() -> None:
    left = {"order": "by-id", "nulls": "unknown"}

    found = compare_profiles(left, {"order": "as-stored", "nulls": "omit"})

    assert found == (Drift(kind="profile", place="order", left="by-id", right="as-stored"),)


def test_a_law_that_one_side_breaks_is_a_difference() -> None:
    assert compare_laws(report("holds"), report("violated")) == (
        Drift(kind="law", place="L06-union", left="holds", right="violated: some rows are missing"),
    )


def test_a_law_that_one_side_left_open_is_no_difference() -> None:
    assert compare_laws(report("inconclusive"), report("violated")) == ()


def test_what_a_client_notices_most_comes_first() -> None:
    drifts = [Drift(kind=kind, place="x", left="", right="") for kind in ("pattern", "member")]

    assert [drift.kind for drift in rank(drifts)] == ["member", "pattern"]
