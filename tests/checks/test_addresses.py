"""How numbers are written: in E.164, short, or as a name; never as people write them."""

import json

import pytest

from tests.checks.answers import ROWS, answer, judge


def written(*texts: str) -> str:
    """Return a list whose first rows have these addresses."""
    rows = [
        {**row, "otherAddress": text, "mostRecentMessage": None}
        for row, text in zip(ROWS, texts, strict=False)
    ]
    return json.dumps({"conversations": rows})


@pytest.mark.parametrize(
    "text",
    [
        "(202) 555-0100", "+1 202 555 0100", "+1-202-555-0100", "202.555.0100", "+1202555****",
        "+0", "+12025550100;ext=5",
    ],
)  # fmt: skip
def test_a_number_in_another_form_is_found(text: str) -> None:
    found = judge("L57", answer(body=written(text, "+12025550101")))

    assert found == ("violated", "otherAddress is no E.164")


def test_numbers_with_and_without_a_plus_are_found() -> None:
    found = judge("L57", answer(body=written("12025550100", "+12025550101")))

    assert found == ("violated", "otherAddress in two forms")


@pytest.mark.parametrize(
    "text",
    [
        "55501",
        "+12025550100",
        "maria@example.com",
        "Front Desk",
        "",
        "12025550100",
        "2026-03-01",
        "+",
    ],
)
def test_what_may_be_an_address_is_none(text: str) -> None:
    assert judge("L57", answer(body=written(text)))[0] != "violated"
