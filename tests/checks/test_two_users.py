import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver.checks.decoding.decode import Row
from mockserver.checks.engine import CheckOptions, run_laws
from mockserver.checks.facts import message_of
from mockserver.checks.messages import Request, Response
from mockserver.checks.report import LawResult
from tests.checks.answers import answer
from tests.checks.answers import judge as judge_answers
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only

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


def test_rows_without_a_date_that_go_to_everybody_are_found() -> None:
    undated = rows_of(FIRST)[0]
    stray: Row = {**undated, "mostRecentMessage": {**message_of(undated), "date": None}}
    own = [stray, *(row for row in ROWS if row is not undated)]

    assert judge(own, [stray, *rows_of(SECOND)]).verdict == "violated"


def test_all_accounts_of_his_own_are_no_more_than_his() -> None:
    his = rows_of(SECOND, THIRD)

    def send(request: Request) -> Response:
        if request.auth != "other":
            return Toy(rows=ROWS)(request)
        asks_all = SECOND in request.query and THIRD in request.query
        rows = ROWS if asks_all and FIRST not in request.query else his
        query = "" if rows is ROWS else request.query
        return Toy(rows=rows)(replace(request, auth="user", query=query))

    outcome = run_laws(send, options=CheckOptions(only=("L55",)), has_other=True)

    assert outcome.laws["L55-isolation"].verdict == "violated"


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


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        pytest.param(rows_of(FIRST), "violated", id="what-both-see"),
        pytest.param(rows_of(FIRST)[1:], "holds", id="one-of-his-too"),
        pytest.param(rows_of(FIRST, SECOND)[3:], "holds", id="a-few"),
        pytest.param(rows_of(FIRST, SECOND), "holds", id="all"),
    ],
)
def test_rows_that_are_gone_once_another_has_read_are_found(left: list[Row], verdict: str) -> None:
    reads = (("", rows_of(FIRST, SECOND)), ("@auth=other", rows_of(FIRST, THIRD)), ("", left))
    pages = [answer(plan, body=json.dumps({"conversations": rows})) for plan, rows in reads]

    assert judge_answers("L102", *pages)[0] == verdict


def without_customers(every: int, count: int = 40) -> list[Row]:
    """Return rows of which one in so many has no customer."""
    return [
        {**r, "mostRecentMessage": {**message_of(r), "customerId": None if i % every == 0 else "c"}}
        for i, r in enumerate(build_rows(count))
    ]


NO_CUSTOMER = without_customers(4)


def has_customer(row: Row) -> bool:
    return message_of(row)["customerId"] is not None


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        pytest.param(
            [row for row in NO_CUSTOMER if has_customer(row)],
            ("violated", "a kind of rows gone"),
            id="a-kind",
        ),
        pytest.param(
            [row for row in NO_CUSTOMER if has_customer(row)][1:], ("holds", ""), id="others-too"
        ),
        pytest.param(
            [row for i, row in enumerate(NO_CUSTOMER) if has_customer(row) or i < 4],
            ("holds", ""),
            id="not-all",
        ),
        pytest.param(NO_CUSTOMER, ("holds", ""), id="none"),
    ],
)
def test_a_kind_of_rows_that_goes_at_once_is_found(
    left: list[Row], expected: tuple[str, str]
) -> None:
    pages = [answer(body=json.dumps({"conversations": rows})) for rows in (NO_CUSTOMER, left)]

    assert judge_answers("L102", *pages) == expected


@pytest.mark.parametrize(
    ("every", "count", "verdict"),
    [(60, 120, "violated"), (120, 120, "holds"), (20, 40, "holds")],
    ids=["two", "one", "two of few"],
)
def test_of_many_rows_two_are_a_kind_and_one_is_none(every: int, count: int, verdict: str) -> None:
    rows = without_customers(every, count)
    left = [row for row in rows if has_customer(row)]
    pages = [answer(body=json.dumps({"conversations": each})) for each in (rows, left)]

    assert judge_answers("L102", *pages)[0] == verdict


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        pytest.param((2, 0, 2), ("violated", "rows come and go"), id="two-again-and-again"),
        pytest.param((1, 0, 1), ("holds", ""), id="one"),
        pytest.param((2, 0, 0), ("holds", ""), id="put-back"),
        pytest.param((2, 2, 2), ("holds", ""), id="taken-away"),
    ],
)
def test_rows_that_come_and_go_are_found(gone: tuple[int, ...], expected: tuple[str, str]) -> None:
    lists = [ROWS[count:] for count in (0, *gone, 0)]
    pages = [answer(body=json.dumps({"conversations": rows})) for rows in lists]

    assert judge_answers("L102", *pages) == expected


LEAKS = {
    "own first": lambda request: re.search(rf"accountIds={SECOND},", request.query),
    "xml with a date": lambda r: r.path.endswith(".xml") and "afterDate=" in r.query,
    "endpoints with a date": lambda r: "endpointIds=" in r.query and "afterDate=" in r.query,
    "xml by suffix": lambda request: request.path.endswith(".xml"),
    "csv by format": lambda request: "format=csv" in request.query,
    "jsv and a date": lambda request: "afterDate=" in request.query,
    "callback": lambda request: "callback=" in request.query,
    "endpoints": lambda request: "endpointIds=" in request.query,
    "customers": lambda request: "customerIds=" in request.query,
    "customers by reply": lambda r: "/reply/" in r.path and "customerIds=" in r.query,
    "one account": lambda request: re.search(r"accountIds=[^,&]*$", request.query),
}


def tenants(leaks: Callable[[Request], object]) -> Callable[[Request], Response]:
    """Return a host of two users on which some requests of the second one show every row."""

    def send(request: Request) -> Response:
        plain = replace(request, auth="user", path="/conversations")
        if request.auth != "other":
            return Toy(rows=rows_of(FIRST, SECOND))(request)
        return Toy(rows=ROWS if leaks(request) else rows_of(SECOND, THIRD))(plain)

    return send


@pytest.mark.parametrize("leaks", LEAKS.values(), ids=LEAKS.keys())
def test_a_leak_in_any_type_or_filter_is_found_in_few_requests(
    leaks: Callable[[Request], object],
) -> None:
    options = CheckOptions(only=("L55",))

    outcome = run_laws(tenants(leaks), options=options, has_other=True)

    assert {f.law for f in outcome.findings} == {"L55-isolation"}


def test_what_is_asked_of_two_tenants_tells_whether_foreign_and_unknown_are_alike() -> None:
    asked: list[str] = []

    def send(request: Request) -> Response:
        asked.append(request.purpose)
        return tenants(lambda request: False)(request)

    outcome = run_laws(send, options=CheckOptions(max_drawn=0), has_other=True)

    assert outcome.laws["L56-indistinguishable"].verdict == "holds"
    assert outcome.laws["L55-isolation"].verdict == "holds"
    assert outcome.findings == []
    assert asked.count("L55-isolation") <= 13
    assert asked.count("L56-indistinguishable") == 0


@deep_only
def test_what_leaks_to_one_user_was_not_right_for_the_other_before() -> None:
    outcome = run_laws(tenants(LEAKS["one account"]), options=CheckOptions(), has_other=True)

    leaks = [f for f in outcome.findings if dict(f.cause).get("@auth") == "other"]
    assert leaks != []
    assert {f.evidence.seen for f in leaks} == {(1, 1)}


def test_what_is_kept_of_customers_as_their_first_reader_saw_them_is_found() -> None:
    seen: dict[str, list[Row]] = {}

    def send(request: Request) -> Response:
        is_other = request.auth == "other"
        own = rows_of(SECOND) if is_other else ROWS
        for customer in re.findall("cc0[0-9a-f]{21}", request.query):
            rows = [row for row in own if message_of(row)["customerId"] == customer]
            seen.setdefault(customer, rows)
        kept = [row for row in own if row in seen.get(str(message_of(row)["customerId"]), [row])]
        rows = kept if seen.keys() & set(request.query.split("=")[-1].split(",")) else own
        return Toy(rows=rows)(replace(request, auth="user" if is_other else request.auth))

    found = run_laws(send, options=CheckOptions(max_drawn=0), has_other=True).findings

    assert [f for f in found if dict(f.cause).get("@auth") != "other"] != []


def test_that_another_found_nothing_is_not_kept_for_who_may_find_it() -> None:
    nothing: set[str] = set()

    def send(request: Request) -> Response:
        is_other = request.auth == "other"
        shown = replace(request, auth="user" if is_other else request.auth)
        if request.query in nothing:
            return Toy(rows=[])(shown)
        page = Toy(rows=rows_of(SECOND) if is_other else ROWS)(shown)
        if is_other and request.query and b'"conversations": []' in page.body:
            nothing.add(request.query)
        return page

    found = run_laws(send, options=CheckOptions(max_drawn=0), has_other=True).findings

    assert [f for f in found if dict(f.cause).get("@auth") != "other"] != []
