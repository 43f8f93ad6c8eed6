"""Bodies of a shape that no list has, and tags that stand for more than one body."""

import json

import pytest

from mockserver.checks.facts import Page
from tests.checks.answers import ROWS, answer, judge


def tagged(tag: str, rows: list[dict[str, object]], plan: str = "") -> Page:
    return answer(plan, ("ETag", tag), body=json.dumps({"conversations": rows}))


def test_a_list_by_itself_is_told_from_one_of_another_name() -> None:
    alone, renamed = answer(body=json.dumps(ROWS)), answer(body=json.dumps({"items": ROWS}))

    assert alone.lacking == "a list by itself, in no object with a member `conversations`"
    assert renamed.lacking == "a list under another name than `conversations`"


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        pytest.param(
            [tagged('"1"', ROWS), tagged('"2"', ROWS[1:]), tagged('"2"', ROWS[2:])],
            ("violated", "stale ETag"),
            id="rows",
        ),
        pytest.param(
            [tagged('"1"', ROWS), tagged('"1"', ROWS), tagged('"2"', ROWS[1:])],
            ("holds", ""),
            id="one-a-body",
        ),
    ],
)
def test_a_tag_that_stands_for_two_lists_is_found(
    pages: list[Page], expected: tuple[str, str]
) -> None:
    assert judge("L62", *pages) == expected


@pytest.mark.parametrize(
    ("vary", "verdict"),
    [
        pytest.param(("Accept-Encoding",), "violated", id="packing-alone"),
        pytest.param(("Accept-Encoding", "Accept"), "vacuous", id="in-two-lines"),
        pytest.param(("*",), "vacuous", id="anything"),
        pytest.param((), "vacuous", id="none"),
    ],
)
def test_a_vary_without_accept_is_found_where_types_differ(
    vary: tuple[str, ...], verdict: str
) -> None:
    headers = [("Vary", value) for value in vary]
    jsv = ("Content-Type", "application/jsv")

    assert judge("L62", answer("", *headers), answer("", *headers))[0] == "vacuous"
    pages = (answer("", *headers), answer("@accept=application/jsv", jsv, *headers))
    assert judge("L62", *pages)[0] == verdict


@pytest.mark.parametrize(
    ("vary", "verdict"),
    [
        pytest.param((("Vary", "Accept-Encoding"),), "violated", id="packing-alone"),
        pytest.param((), "vacuous", id="none"),
    ],
)
def test_a_vary_that_names_another_header_forgot_accept_however_many_do(
    vary: tuple[tuple[str, str], ...], verdict: str
) -> None:
    few, many = answer("", ("Vary", "Accept")), answer("@header-origin=null", *vary)

    assert judge("L62", few, many, many)[0] == verdict
