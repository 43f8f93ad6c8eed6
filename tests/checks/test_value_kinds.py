"""How values differ from those of the list: by kinds and spans, never by a value."""

import pytest

from mockserver.checks.explaining.value_kinds import told_difference, told_in_lists
from mockserver.checks.looks import looks_like

DAY = "2026-02-03T04:05:06"


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        pytest.param(
            [(f"{DAY}.123Z", f"{DAY}Z"), (f"{DAY}.9Z", f"{DAY}Z"), (f"{DAY}Z", f"{DAY}Z")],
            "is cut to whole seconds",
            id="seconds",
        ),
        pytest.param(
            [(f"{DAY}Z", f"{DAY}+02:00"), (f"{DAY}.5Z", f"{DAY}.5+02:00")],
            "is 02:00:00 too early",
            id="a-zone",
        ),
        pytest.param([("abcdef", "abc"), ("xyz", "x")], "is cut short", id="cut"),
        pytest.param(
            [("abc", "abcdef"), ("x", "xyz"), ("", None)],
            "goes on where that of the whole list ends",
            id="cut-in-the-list",
        ),
        pytest.param([("a", None), ("b", None)], "is left out", id="left-out"),
        pytest.param([("a", None), ("b", "b")], "is left out of some rows", id="some"),
        pytest.param([("a", "z"), ("b", "z")], "is the same in each row", id="one-for-all"),
        pytest.param([("a&b", "a&amp;b")], "is escaped once too often", id="escaped"),
        pytest.param([("Ab", "aB"), ("c", "C")], "is in another case", id="case"),
        pytest.param([("a", "b"), ("b", "a")], "is that of another row", id="swapped"),
        pytest.param([("Grüße", "Gr??e")], "has `?` for letters beyond ASCII", id="ascii"),
        pytest.param([("a", "b"), ("c", "d")], "", id="nothing-fits"),
        pytest.param([("a", "a")], "", id="alike"),
        pytest.param([(True, False), (False, True)], "is turned round", id="turned-round"),
        pytest.param(
            [(True, False), (False, True), (True, True)],
            "is turned round in some rows",
            id="some-turned-round",
        ),
        pytest.param(
            [(True, False), (False, False)],
            "is false in each row that must have the other value",
            id="always-false",
        ),
        pytest.param(
            [(False, True), (False, False), (True, True)],
            "is true in some rows that must have the other value",
            id="some-true",
        ),
    ],
)
def test_a_difference_is_told_by_what_fits_every_value(
    pairs: list[tuple[object, object]], told: str
) -> None:
    assert told_difference(pairs) == told


GOOD, CUT = [("abcdef", "abcdef")], [("abcdef", "abc")]
LONGER = [("abc", "abcdef")]


@pytest.mark.parametrize(
    ("words", "lists", "told"),
    [
        pytest.param(
            "is cut short",
            [(5, CUT), (7, CUT), (9, CUT), (12, GOOD), (15, GOOD), (20, GOOD)],
            "is cut short in lists of up to 9 rows, not in those of 12 or more",
            id="short-lists",
        ),
        pytest.param(
            "is cut short",
            [(5, GOOD), (7, GOOD), (9, GOOD), (12, CUT), (15, CUT), (20, CUT)],
            "is cut short in lists of 12 rows or more, not in those of up to 9",
            id="long-lists",
        ),
        pytest.param(
            "goes on where that of the whole list ends",
            [(5, LONGER), (7, LONGER), (9, LONGER), *((n, [("abc", "abc")]) for n in (12, 15, 20))],
            "is cut short in lists of 12 rows or more, not in those of up to 9",
            id="the-whole-list-is-long",
        ),
        pytest.param(
            "is cut short",
            [(5, CUT), (7, GOOD), (9, CUT), (12, GOOD), (15, CUT), (20, GOOD)],
            "is cut short",
            id="any-length",
        ),
        pytest.param("is cut short", [(5, CUT), (7, CUT), (20, GOOD)], "is cut short", id="few"),
    ],
)
def test_lists_that_a_value_differs_in_are_told_by_their_length(
    words: str, lists: list[tuple[int, list[tuple[object, object]]]], told: str
) -> None:
    assert told_in_lists(words, lists) == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b'cb({"conversations": []})', "a call of a function", id="call"),
        pytest.param(b"<!DOCTYPE html><html>", "HTML", id="html"),
        pytest.param(b'<?xml version="1.0"?><a/>', "XML", id="xml"),
        pytest.param(b'{"a": 1}', "JSON", id="json"),
        pytest.param(b"id,endpointId", "", id="none"),
    ],
)
def test_a_body_is_told_by_how_it_begins(body: bytes, told: str) -> None:
    assert looks_like(body) == told
