import json
from dataclasses import replace
from typing import Any

import pytest

from tests.mutants.oracle import allow, choices, different
from tests.mutants.sequences import Answer, Ask

ASK = Ask(target="/conversations.json")
ROWS = [{"id": "1", "text": "a"}, {"id": "2", "text": "b"}]


def answer_of(document: Any, *, status: int = 200) -> Answer:
    headers = (("Content-Type", "application/json; charset=utf-8"),)
    return Answer(status=status, headers=headers, body=json.dumps(document).encode())


RIGHT = answer_of({"conversations": ROWS})


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        pytest.param(answer_of({"conversations": ROWS[::-1]}), (), id="order"),
        pytest.param(
            replace(RIGHT, body=json.dumps({"conversations": ROWS}, indent=1).encode()),
            (),
            id="blanks",
        ),
        pytest.param(replace(RIGHT, headers=(*RIGHT.headers, ("Vary", "*"))), (), id="header"),
        pytest.param(replace(RIGHT, status=201), (), id="status of the class"),
        pytest.param(
            answer_of({"conversations": ROWS[:1]}), ("rows", "members"), id="a row is missing"
        ),
        pytest.param(
            answer_of({"conversations": [*ROWS, ROWS[0]]}), ("rows", "members"), id="a row twice"
        ),
        pytest.param(
            answer_of({"conversations": [ROWS[0], {"id": "2", "text": "c"}]}),
            ("members",),
            id="another text",
        ),
        pytest.param(
            replace(RIGHT, headers=(("Content-Type", "text/json"),)),
            ("media_type", "kind", "rows", "members"),
            id="media type",
        ),
        pytest.param(answer_of({}), ("kind", "rows", "members"), id="no list"),
        pytest.param(Answer(), ("status", "media_type", "kind", "rows", "members"), id="no answer"),
    ],
)
def test_what_is_settled_counts_and_nothing_else(answer: Answer, parts: tuple[str, ...]) -> None:
    assert different(ASK, answer, allow(ASK, RIGHT, ())) == parts


def test_texts_of_errors_never_count() -> None:
    first, second = (
        answer_of({"responseStatus": {"errorCode": code, "message": text}}, status=400)
        for code, text in (("A", "a"), ("B", "b"))
    )

    assert different(ASK, second, allow(ASK, first, ())) == ()


def test_an_error_of_another_form_counts() -> None:
    framework = answer_of({"responseStatus": {"errorCode": "A"}}, status=400)

    parts = different(ASK, answer_of({}, status=400), allow(ASK, framework, ()))

    assert parts == ("kind",)


def test_another_choice_of_the_profile_never_counts() -> None:
    fewer = answer_of({"conversations": ROWS[:1]})

    assert different(ASK, fewer, allow(ASK, RIGHT, [("inclusive", fewer)])) == ()


def test_where_any_offset_may_stand_nothing_counts() -> None:
    fewer = answer_of({"conversations": ROWS[:1]})

    assert allow(ASK, RIGHT, [("+14:00", fewer)]).views == ()


def test_what_the_contract_leaves_open_never_counts() -> None:
    ask = replace(ASK, target="/conversations.json/")

    assert different(ask, Answer(), allow(ask, RIGHT, ())) == ()


def test_a_session_id_is_compared_with_the_cookie() -> None:
    ask = Ask(target="/auth", headers=(("Accept", "application/json"),))
    allowed = allow(ask, replace(answer_of({"sessionId": "a"}), cookies=(("ss-id", "a"),)), ())

    other_id = replace(answer_of({"sessionId": "b"}), cookies=(("ss-id", "b"),))
    foreign_id = replace(answer_of({"sessionId": "b"}), cookies=(("ss-id", "c"),))

    assert different(ask, other_id, allowed) == ()
    assert different(ask, foreign_id, allowed) == ("members",)


def test_every_choice_but_the_default_is_tried() -> None:
    tried = choices()

    assert tried["after-date-boundary"] == ("inclusive",)
    assert tried["naive-date-zone"] == ("+14:00", "-14:00")
    assert not {"order", "row-cap"} & tried.keys()
