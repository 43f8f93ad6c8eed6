from dataclasses import replace

import pytest

from mockserver.checks.decode import Row
from mockserver.checks.engine import CheckOptions, run_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.report import LawResult
from tests.checks.toy import Toy, build_rows

ROWS = build_rows(120)
FIRST, SECOND, THIRD = sorted({row["mostRecentMessage"]["accountId"] for row in ROWS})


def rows_of(*accounts: str) -> list[Row]:
    return [row for row in ROWS if row["mostRecentMessage"]["accountId"] in accounts]


def judge(own: list[Row], other: list[Row], *, foreign: list[Row] | None = None) -> LawResult:
    """Judge L55 on a host of two users; `foreign` is what the other gets when he asks for ids."""

    def send(request: Request) -> Response:
        if request.auth != "other":
            return Toy(rows=own)(request)
        rows = foreign if foreign is not None and "accountIds" in request.query else other
        return Toy(rows=rows)(replace(request, auth="user"))

    return run_laws(send, options=CheckOptions(only=("L55",)), has_other=True).laws["L55-isolation"]


def test_users_of_two_tenants_are_apart() -> None:
    assert judge(rows_of(FIRST, SECOND), rows_of(SECOND, THIRD)).verdict == "holds"


def test_an_account_that_opens_to_whoever_asks_is_found() -> None:
    result = judge(rows_of(FIRST, SECOND), rows_of(THIRD), foreign=ROWS)

    assert (result.verdict, result.received) == (
        "violated",
        "rows of an account that is not his",
    )


def test_two_users_who_see_the_very_same_accounts_are_no_tenants() -> None:
    result = judge(rows_of(FIRST, SECOND), rows_of(FIRST, SECOND))

    assert (result.verdict, result.received) == ("violated", "both users see the same accounts")


@pytest.mark.parametrize(
    ("own", "other"),
    [
        pytest.param(rows_of(FIRST), ROWS, id="the second one sees all"),
        pytest.param(rows_of(FIRST), rows_of(FIRST), id="there is one account"),
    ],
)
def test_a_second_user_who_may_see_it_all_shows_nothing(own: list[Row], other: list[Row]) -> None:
    assert judge(own, other).verdict == "inconclusive"
