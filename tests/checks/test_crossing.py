"""What one user was answered and another asks next."""

import pytest

from mockserver.checks.asking.crossing import crossings
from mockserver.checks.plan import parse_query

ASKED = [
    parse_query(text)
    for text in (
        "endpointIds=$endpoint[0]",
        "afterDate=$row[3].date",
        "@path=/conversations.xml accountIds=$account[0]",
        "accountIds=$account[0]",
    )
]


def test_types_filters_and_ways_are_met_with_few_queries() -> None:
    found = list(crossings(ASKED, 3, lambda asked: True))

    assert {str(asked) for asked in found} == {str(asked) for asked in ASKED[:3]}


def test_a_call_of_a_script_is_a_type_of_its_own() -> None:
    called = parse_query("callback=cb&endpointIds=$endpoint[0]&accountIds=$account[0]")

    assert called in list(crossings([*ASKED, called], 3, lambda asked: True))


def test_what_both_users_get_alike_is_not_asked() -> None:
    found = list(crossings(ASKED, 3, lambda asked: asked.get("afterDate") is not None))

    assert found == [ASKED[1]]


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_are_asked_than_may_be(most: int) -> None:
    assert len(list(crossings(ASKED, most, lambda asked: True))) == most
