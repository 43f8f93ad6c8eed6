import json
from typing import Any

import pytest

from tests.mutants.consistency import fits_schema, inconsistent, rows_in
from tests.mutants.corpus import basic
from tests.mutants.sequences import Answer, Ask

ONE, TWO = "5f8e6aac062dbdc3b4cb875c", "5f8e6aac06d2c4a28c80dc81"
VISIBLE = {"ada": None, "max": frozenset({ONE})}
PASSWORDS = {"ada": "a", "max": "b"}


def row_of(number: int, account: str, date: str) -> dict[str, Any]:
    return {"id": str(number), "mostRecentMessage": {"accountId": account, "date": date}}


XML = (
    '<ListConversationsResponse xmlns="http://example.com/x"><Conversations>'
    "<ConversationInfo><Id>1</Id><MostRecentMessage>"
    "<IsUnread>{}</IsUnread></MostRecentMessage></ConversationInfo></Conversations>"
    "</ListConversationsResponse>"
)
ROWS = [
    row_of(1, ONE, "2026-03-01T10:00:00.000Z"),
    row_of(2, TWO, "2026-03-01T11:00:00.000Z"),
    row_of(3, ONE, "2026-03-01T12:00:00.000Z"),
]


def answer_of(rows: list[dict[str, Any]], *, status: int = 200) -> Answer:
    body = json.dumps({"conversations": rows}).encode()
    return Answer(status=status, headers=(("Content-Type", "application/json"),), body=body)


def judged(query: str, answer: Answer, *, user: str = "ada") -> tuple[str, ...]:
    headers = (("Accept", "application/json"), basic(user, PASSWORDS))
    rows = rows_in(answer_of(ROWS))
    assert rows is not None
    ask = Ask(target=f"/conversations?{query}", headers=headers)
    return inconsistent(ask, answer, rows, VISIBLE)


@pytest.mark.parametrize(
    ("query", "user", "kept"),
    [
        ("", "ada", ROWS),
        ("", "max", [ROWS[0], ROWS[2]]),
        (f"accountIds={ONE}", "ada", [ROWS[0], ROWS[2]]),
        (f"accountIds={ONE},{TWO}", "ada", ROWS),
        (f"accountIds={ONE}&accountIds={TWO}", "ada", ROWS),
        (f"accountIds={TWO}", "max", []),
        ("afterDate=2026-03-01T10:30:00Z", "ada", ROWS[1:]),
        ("afterDate=2026-03-01T13:30:00%2B02:00", "ada", [ROWS[2]]),
    ],
)
def test_the_rows_that_pass_are_right_in_any_order(
    query: str, user: str, kept: list[dict[str, Any]]
) -> None:
    assert judged(query, answer_of(kept[::-1]), user=user) == ()


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        pytest.param(answer_of([ROWS[0]]), ("rows",), id="a row is missing"),
        pytest.param(answer_of(ROWS), ("rows",), id="a row too many"),
        pytest.param(answer_of([ROWS[0], ROWS[2], ROWS[2]]), ("rows",), id="a row twice"),
        pytest.param(
            answer_of([ROWS[0], {**ROWS[2], "otherAddress": "x"}]), ("members",), id="a member"
        ),
        pytest.param(answer_of([], status=500), ("status",), id="no list"),
    ],
)
def test_what_contradicts_the_list_is_named(answer: Answer, parts: tuple[str, ...]) -> None:
    assert judged(f"accountIds={ONE}", answer) == parts


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("accountIds=zz", id="an id of another form"),
        pytest.param("afterDate=2026-03-01T10:00:00Z", id="a row's very date"),
        pytest.param("afterDate=2026-03-01", id="a date without a zone"),
        pytest.param("jsconfig=edv", id="what the contract leaves open"),
    ],
)
def test_where_a_point_decides_nothing_is_said(query: str) -> None:
    assert judged(query, answer_of([])) == ()


@pytest.mark.parametrize(
    ("media_type", "text", "parts"),
    [
        ("application/jsv", "{conversations:[{id:1,mostRecentMessage:{isUnread:True}}]}", ()),
        ("application/jsv", "{conversations:[{id:1}]}", ("members",)),
        ("application/xml", XML.format("true"), ()),
        ("application/xml", XML.format("false"), ("members",)),
    ],
)
def test_a_row_says_the_same_in_every_format(
    media_type: str, text: str, parts: tuple[str, ...]
) -> None:
    headers = (("Accept", media_type), basic("ada", PASSWORDS))
    answer = Answer(status=200, headers=(("Content-Type", media_type),), body=text.encode())
    rows = {"1": {"id": "1", "mostRecentMessage": {"isUnread": True, "text": None}}}

    assert (
        inconsistent(Ask(target="/conversations", headers=headers), answer, rows, VISIBLE) == parts
    )


def test_rows_without_a_member_that_is_required_break_the_schema() -> None:
    message = {"direction": "Incoming", "isUnread": True}

    assert fits_schema({"1": {"id": "1", "mostRecentMessage": message}})
    assert not fits_schema({"1": {"id": "1", "mostRecentMessage": {"isUnread": True}}})


def test_a_list_with_a_row_twice_is_none() -> None:
    assert rows_in(answer_of([ROWS[0], ROWS[0]])) is None
