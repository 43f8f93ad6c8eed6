"""What a cache forgets of a request: told by which earlier answer is given again."""

from dataclasses import replace

import pytest

from mockserver.checks.explaining.forgetting import Answered, changes_its_mind, told_forgotten
from mockserver.checks.facts import build_facts, key_of, read_page
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import Query, parse_query
from mockserver.checks.selection import selector
from tests.checks.toy import build_rows

ROWS = build_rows(80)
FACTS = replace(build_facts(ROWS), boundary="exclusive")
CORE = {key_of(row): row for row in ROWS}
RESPONSE = Response(
    status=200, reason="", headers=(), body=b"", elapsed_seconds=0.0, request=Request()
)


def answered(asked: str, *, holds: str | None = None, kind: str = "json", **rest: str) -> Answered:
    """Return an answer; `holds` is the query whose rows it has, its own without."""
    query = parse_query(asked)
    own, held = _selected(query), _selected(query if holds is None else parse_query(holds))
    page = replace(read_page(query, RESPONSE), kind=kind, rows=(), keys=held)
    return Answered(
        page=page,
        asked=Query(query.filters),
        wanted=own,
        reader=rest.get("reader", "user"),
        type=rest.get("type", "json"),
        is_wrong=own != held or kind != rest.get("type", "json"),
        facts=FACTS,
    )


def _selected(query: Query) -> frozenset[tuple[str, str]]:
    test = selector(query, FACTS)
    return frozenset(key for key, row in CORE.items() if test(row))


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param(
            [
                answered("endpointIds=$endpoint[0]"),
                answered("endpointIds=$endpoint[1]", holds="endpointIds=$endpoint[0]"),
                answered("endpointIds=$endpoint[2]", holds="endpointIds=$endpoint[0]"),
            ],
            "the value of `endpointIds`, only that there is one",
            id="a-value",
        ),
        pytest.param(
            [
                answered("accountIds=$account[0]"),
                answered(
                    "accountIds=$account[0]&endpointIds=$endpoint[1]",
                    holds="accountIds=$account[0]",
                ),
                answered(
                    "accountIds=$account[0]&endpointIds=$endpoint[2]",
                    holds="accountIds=$account[0]",
                ),
            ],
            "`endpointIds`",
            id="a-parameter",
        ),
        pytest.param(
            [
                answered("endpointIds=$endpoint[1..2]"),
                answered("endpointIds=$endpoint[1]", holds="endpointIds=$endpoint[1..2]"),
                answered(
                    "endpointIds=$endpoint[1],$endpoint[4]", holds="endpointIds=$endpoint[1..2]"
                ),
            ],
            "the ids of a list but its first",
            id="later-ids",
        ),
        pytest.param(
            [
                answered("accountIds=$account[0]"),
                answered("accountIds=$account[0]", type="xml"),
                answered("accountIds=$account[0]", type="csv"),
            ],
            "the type that is asked for",
            id="the-type",
        ),
        pytest.param(
            [
                answered("endpointIds=$endpoint[0]"),
                answered("customerIds=$customer[1]", holds="endpointIds=$endpoint[0]"),
                answered("afterDate=$row[70].date", holds="endpointIds=$endpoint[0]"),
                answered("accountIds=$account[1]", holds="endpointIds=$endpoint[0]"),
            ],
            "any filter",
            id="everything",
        ),
    ],
)
def test_the_least_that_explains_every_wrong_answer_is_told(
    answers: list[Answered], told: str
) -> None:
    assert told_forgotten([answered(""), *answers]).endswith(f"the cache does not know {told}")


def test_wrong_answers_that_no_earlier_one_explains_are_no_cache() -> None:
    answers = [
        answered("endpointIds=$endpoint[0]"),
        answered("endpointIds=$endpoint[1]", holds="accountIds=$account[0]"),
        answered("endpointIds=$endpoint[2]", holds="accountIds=$account[1]"),
    ]

    assert told_forgotten(answers) == ""


def test_empty_answers_alone_are_no_cache() -> None:
    nothing = "endpointIds=$unknown[0]"
    answers = [
        answered(nothing),
        answered("endpointIds=$endpoint[1]", holds=nothing),
        answered("endpointIds=$endpoint[2]", holds=nothing),
    ]

    assert told_forgotten(answers) == ""


def test_one_request_with_two_answers_is_noticed() -> None:
    wrong = answered("endpointIds=$endpoint[1]", holds="endpointIds=$endpoint[0]")

    assert changes_its_mind([answered("endpointIds=$endpoint[1]"), wrong])
    assert not changes_its_mind([wrong, wrong, answered("endpointIds=$endpoint[0]")])


def test_whole_and_empty_answers_tell_together_what_one_kind_alone_does_not() -> None:
    some, nobody, both = (
        "customerIds=$customer[0]",
        "customerIds=$unknown[0]",
        "customerIds=$customer[1]&accountIds=$account[1]",
    )
    whole = [answered(""), *(answered(f"customerIds=$customer[{n}]", holds="") for n in (1, 2))]
    empty = [
        answered(f"{nobody}&endpointIds=$endpoint[1]"),
        answered("endpointIds=$endpoint[1]", holds=nobody),
    ]
    part = [answered("accountIds=$account[1]"), answered(both, holds="accountIds=$account[1]")]

    assert told_forgotten([answered(some), *whole]) == ""
    assert told_forgotten([answered(some), *whole, *empty, *part]).endswith("`customerIds`")


def test_a_filter_that_does_nothing_is_no_cache() -> None:
    """What the same key would have given again is answered rightly right after."""
    answers = []
    for n in range(6):
        answers += [
            answered(f"accountIds=$account[0]&customerIds=$customer[{n}]"),
            answered(f"accountIds=$account[0]&customerIds=$customer[{n + 1}]"),
        ]
    for n in (0, 1):
        ignored = f"accountIds=$account[{n}]"
        answers += [
            answered(ignored),
            answered(f"{ignored}&customerIds=$unknown[0]", holds=ignored),
        ]

    assert told_forgotten(answers) == ""
