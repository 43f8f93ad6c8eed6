"""What a request leaves behind for the next one."""

from dataclasses import replace

import pytest

from mockserver.checks.explaining.readings import Seen
from mockserver.checks.explaining.sticking import (
    Next,
    Turn,
    told_again,
    told_reader,
    told_rhythm,
    told_sticking,
)
from mockserver.checks.facts import Page, build_facts, key_of, read_page
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_query
from mockserver.checks.selection import selector
from tests.checks.toy import build_rows

ROWS = build_rows(80)
FACTS = replace(build_facts(ROWS), boundary="exclusive")
CORE = {key_of(row): row for row in ROWS}


def before(asked: str, *, status: int = 200) -> Page:
    response = Response(
        status=status, reason="", headers=(), body=b"", elapsed_seconds=0.0, request=Request()
    )
    return read_page(parse_query(asked), response)


def seen(asked: str, *, holds: str) -> Seen:
    query, test = parse_query(asked), selector(parse_query(holds), FACTS)
    held = frozenset(key for key, row in CORE.items() if test(row))
    return Seen(query=query, meaning=query, rows=CORE, held=held, length=len(held), facts=FACTS)


def test_a_filter_that_goes_on_is_told() -> None:
    one, two = "accountIds=$account[0]", "endpointIds=$endpoint[1]"
    wrong = [
        Next(
            seen(one, holds=f"{one}&customerIds=$customer[2]"), before("customerIds=$customer[2]")
        ),
        Next(
            seen(two, holds=f"{two}&customerIds=$customer[0]"), before("customerIds=$customer[0]")
        ),
    ]

    assert told_sticking(wrong) == "the `customerIds` of the request before goes on in the next one"


def test_an_empty_list_after_a_refusal_is_told() -> None:
    nothing = seen("", holds="endpointIds=$unknown[0]")
    wrong = [Next(nothing, before("afterDate=notadate", status=400))] * 2

    assert told_sticking(wrong) == "the list after a refused request is empty"


def test_what_the_request_before_does_not_explain_is_not_told() -> None:
    lost = seen("", holds="accountIds=$account[0]")

    assert told_sticking([Next(lost, before("customerIds=$customer[2]"))] * 2) == ""
    assert told_sticking([Next(lost, before("accountIds=$account[0]"))]) == ""


RIGHT, WRONG = True, False


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        pytest.param(
            [("user", "user", RIGHT), ("user", "other", WRONG), ("user", "other", WRONG)],
            "the answer is for the user of the request before",
            id="always-after-another",
        ),
        pytest.param(
            [("user", "user", RIGHT), ("user", "other", WRONG), ("user", "other", RIGHT)],
            "",
            id="now-and-then",
        ),
        pytest.param([("user", "other", WRONG)] * 2, "", id="nothing-to-compare-with"),
        pytest.param(
            [("user", "user", WRONG), ("user", "other", WRONG), ("user", "other", WRONG)],
            "",
            id="always",
        ),
    ],
)
def test_answers_for_whoever_asked_before_are_told(
    turns: list[tuple[str, str, bool]], told: str
) -> None:
    assert told_reader([Turn(*turn) for turn in turns]) == told


@pytest.mark.parametrize(
    ("empty", "told"),
    [
        pytest.param([4, 9, 14, 24], "of every 5 lists one is empty", id="a-rhythm"),
        pytest.param(
            [4, 9, 14, 18, 23],
            "about every 5 lists one is empty, whatever is asked for",
            id="mostly-a-rhythm",
        ),
        pytest.param([4, 9, 13], "now and then a list is empty, 3 of 30", id="no-rhythm"),
        pytest.param([4, 9], "", id="two"),
    ],
)
def test_lists_that_are_empty_now_and_then_are_told(empty: list[int], told: str) -> None:
    assert told_rhythm(empty, 30) == told


@pytest.mark.parametrize(
    ("asked", "empty", "told"),
    [
        pytest.param("aabbcdd", [1, 3, 6], "asked right before", id="right-before"),
        pytest.param("abcabcd", [3, 4, 5], "asked before", id="before"),
        pytest.param("abcdefg", [1, 3, 6], "", id="never-before"),
        pytest.param("aaaaaaaaaaaaaaaa", [1, 3, 6], "", id="always"),
        pytest.param("aab", [1], "", id="once"),
    ],
)
def test_lists_that_are_empty_when_asked_again_are_told(
    asked: str, empty: list[int], told: str
) -> None:
    assert told_again(asked, empty) == (told and f"a list is empty when the very same was {told}")
