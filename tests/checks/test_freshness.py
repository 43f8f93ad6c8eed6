"""Rows that appear while a run goes on, as far as single answers tell."""

import json

import pytest

from mockserver.checks.facts import Page
from mockserver.checks.laws.lists import MAX_ROWS
from tests.checks.answers import ROWS, answer, judge

OLD, NEW = ROWS[:20], ROWS[20:23]


def reads(*lists: list[dict[str, object]]) -> list[Page]:
    """Return answers with these rows to the plain list, in order."""
    return [answer(body=json.dumps({"conversations": rows})) for rows in lists]


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        pytest.param([OLD, OLD + NEW, OLD + NEW, OLD + NEW], ("holds", ""), id="they-stay"),
        pytest.param([OLD, OLD + NEW], ("vacuous", ""), id="no-later-answer"),
        pytest.param(
            [OLD, OLD + NEW, OLD, OLD + NEW], ("violated", "newcomers missed"), id="not-in-between"
        ),
        pytest.param([OLD, OLD + NEW, OLD + NEW[1:], OLD + NEW], ("holds", ""), id="one-put-back"),
    ],
)
def test_rows_that_appeared_are_in_later_answers(
    lists: list[list[dict[str, object]]], expected: tuple[str, str]
) -> None:
    assert judge("L89", *reads(*lists)) == expected


def test_of_very_long_lists_whose_end_is_not_kept_nothing_is_said() -> None:
    long = [{**ROWS[0], "id": f"row-{number}"} for number in range(MAX_ROWS)]

    assert judge("L89", *reads(long, OLD + NEW, OLD, OLD + NEW))[0] == "vacuous"
    assert judge("L89", *reads(OLD, OLD + NEW, long, OLD + NEW))[0] == "vacuous"
