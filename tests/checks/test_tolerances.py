"""No law is quieter when more is wrong: each that tolerates something, with the fault in all."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.laws.law import too_many
from mockserver.checks.laws.table import LAWS, find_laws
from mockserver.checks.messages import Request, Response
from tests.checks.toy import Toy, build_rows
from tests.depth import sampled

ROWS = build_rows(60)
DATE = ("date", "Sun, 01 Mar 2026 12:00:00 GMT")
Change = Callable[[dict[str, Any], int, int], dict[str, Any]]


def message(row: dict[str, Any], **members: object) -> dict[str, Any]:
    return {**row, "mostRecentMessage": {**row["mostRecentMessage"], **members}}


def run(law: str, change: Change, *, rows: list[dict[str, Any]] = ROWS) -> Outcome:
    """Run one law on a host that changes every row by its number and that of the answer."""
    numbers = itertools.count()
    toy = Toy(rows=rows)

    def send(request: Request) -> Response:
        answer, response = next(numbers), toy(request)
        if response.status != 200 or response.body[:1] != b"{":
            return response
        found = json.loads(response.body)["conversations"]
        changed = [change(row, number, answer) for number, row in enumerate(found)]
        body = json.dumps({"conversations": changed}).encode()
        return replace(response, body=body, headers=(*response.headers, DATE))

    # The laws on a whole run judge the answers to what others ask.
    others = ("L06", "L10") if find_laws(law)[0].reads == "all" else ()
    return run_laws(send, options=CheckOptions(only=(law, *others), max_drawn=1))


TOTAL: dict[str, tuple[str, Change]] = {
    "every row of another account": (
        "L04", lambda row, number, answer: message(row, accountId=f"a0{number:022x}")
    ),
    "one id for every row": ("L05", lambda row, number, answer: {**row, "id": "c0ffee"}),
    "one short id for every row": ("L05", lambda row, number, answer: {**row, "id": "c1"}),
    "one message for every row": ("L05", lambda row, number, answer: message(row, id="beef00")),
    "every date of 2031": (
        "L15", lambda row, number, answer: message(row, date="2031-01-01T00:00:00Z")
    ),
    "every date an hour ahead": (
        "L15", lambda row, number, answer: message(row, date="2026-03-01T13:00:00Z")
    ),
    "no row with an id": ("L16", lambda row, number, answer: {**row, "id": None}),
    "null for what is true or false in every row": (
        "L16", lambda row, number, answer: message(row, isUnread=None)
    ),
    "null for every direction": ("L16", lambda row, number, answer: message(row, direction=None)),
    "every row another with each read": (
        "L33", lambda row, number, answer: {**row, "id": f"c0ffee{answer:04}{number:014}"}
    ),
    "every number as people write it": (
        "L57", lambda row, number, answer: {**row, "otherAddress": "(202) 555-0100"}
    ),
    "every row older once": (
        "L38", lambda row, number, answer: message(
            row, date=f"2026-02-0{1 + (answer < 3)}T00:00:{number:02}Z"
        )
    ),
    "every text another once": (
        "L39", lambda row, number, answer: message(row, text=f"{number} {answer < 3}")
    ),
    "one text as markup writes it": (
        "L39", lambda row, number, answer: (
            message(row, text="you &amp; me" if answer > 2 else "you & me") if not number else row
        )
    ),
    "one text as JSV writes it": (
        "L39", lambda row, number, answer: (
            message(row, text='a ""b""' if answer > 2 else 'a "b"') if not number else row
        )
    ),
    "every thread of another id once": (
        "L40", lambda row, number, answer: {
            **row, "id": f"c0ffee{int(row['otherAddress'][1:]):012}{answer < 3:02}"
        }
    ),
    "every row read once": (
        "L103", lambda row, number, answer: message(row, isUnread=answer < 3)
    ),
    "every message of another id once": (
        "L40", lambda row, number, answer: message(row, id=f"beef{number:018}{answer < 3:02}")
    ),
}  # fmt: skip


@sampled(6)
@pytest.mark.parametrize(("law", "change"), TOTAL.values(), ids=TOTAL.keys())
def test_a_fault_in_all_rows_is_found(law: str, change: Change) -> None:
    verdicts = {
        result.id.partition("-")[0]: result.verdict for result in run(law, change).laws.values()
    }

    assert verdicts[law] == "violated"


FEW: dict[str, tuple[str, Change]] = {
    "one planned message": (
        "L15",
        lambda row, number, answer: row if number else message(row, date="2031-01-01T00:00:00Z"),
    ),
    "a short number": (
        "L57",
        lambda row, number, answer: row if number else {**row, "otherAddress": "55501"},
    ),
    "a text that is redacted": (
        "L39",
        lambda row, number, answer: (
            message(row, text=f"{answer < 3}") if row == ROWS[0] else row
        ),
    ),
    "four rows that somebody reads": (
        "L103",
        lambda row, number, answer: message(row, isUnread=number < 4 and answer < 3),
    ),
    "a message of another id": (
        "L40",
        lambda row, number, answer: (
            message(row, id=f"beef{answer < 3:020}") if row == ROWS[0] else row
        ),
    ),
    "a thread that is merged": (
        "L40",
        lambda row, number, answer: (
            {**row, "id": f"c0ffee{answer < 3:018}"} if row == ROWS[0] else row
        ),
    ),
}  # fmt: skip


@sampled(6)
@pytest.mark.parametrize(("law", "change"), FEW.values(), ids=FEW.keys())
def test_what_a_law_tolerates_is_no_finding(law: str, change: Change) -> None:
    outcome = run(law, change)

    assert [f.law for f in outcome.findings if f.law.startswith(law)] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], False),
        ([3, 0, 0], False),
        ([4, 0, 0], True),
        ([1, 1, 1], False),
        ([1, 1, 1, 1, 0, 0, 0, 0], False),
        ([1, 1, 1, 1, 1, 0, 0, 0], True),
        ([1] * 1000, True),
    ],
)
def test_many_changes_are_too_many_however_they_are_spread(
    changes: list[int], expected: bool
) -> None:
    assert too_many(changes) is expected


@pytest.mark.parametrize("law", [law.id for law in LAWS if law.tier == "learn"])
def test_a_law_that_only_measures_fails_no_run(law: str) -> None:
    outcome = run_laws(
        lambda request: replace(Toy(rows=ROWS)(request), status=500),
        options=CheckOptions(only=(law,), max_drawn=1),
    )

    assert outcome.findings == []
    assert outcome.laws[law].verdict != "violated"
