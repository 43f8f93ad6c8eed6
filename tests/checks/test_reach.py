"""Faults of one kind of spelling, one way of asking or one request before: each is reached."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from mockserver.checks.asking.axes import axes_of, pivots_of, plain_ask, query_of, trials
from mockserver.checks.asking.edges import at_the_ends, near_a_row, within_a_filter
from mockserver.checks.asking.histories import disturbances
from mockserver.checks.asking.refusals import contexts, refused
from mockserver.checks.date_forms import write_instant
from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.expectation import expect
from mockserver.checks.facts import build_facts, resolve, ticks_of
from mockserver.checks.instants import HOUR, parse_instant
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import LIST_NAMES, Query, parse_query, query
from mockserver.checks.selection import selector
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only, sampled

ROWS = build_rows(120)
FACTS = build_facts(ROWS)
PIVOT = pivots_of(FACTS, ROWS)[0]
EMPTY = b'{"conversations":[]}'
Change = Callable[[str], str]


def run(send: Callable[[Request], Response]) -> Outcome:
    return run_laws(send, options=CheckOptions(max_drawn=30))


def reading(change: Change) -> Callable[[Request], Response]:
    """Return a host that reads another query than was sent."""
    toy = Toy(rows=ROWS)
    return lambda request: replace(
        toy(replace(request, query=change(request.query))), request=request
    )


def laws_of(outcome: Outcome) -> set[str]:
    return {
        law.partition("-")[0]
        for finding in outcome.findings
        for law in (finding.law, *finding.also)
    }


def negative_minutes(text: str) -> str:
    return re.sub("-03%3A30", "-02%3A30", text, flags=re.IGNORECASE)


def days_before_months(text: str) -> str:
    return re.sub(r"Date=(\d{4})-(\d\d)-(0\d|1[0-2])(?=&|$)", r"Date=\1-\3-\2", text)


def few_digits(text: str) -> str:
    return re.sub(r"\.(\d)Z", r".00\1Z", text)


def whole_minutes(text: str) -> str:
    return re.sub(r"(%3A\d\d%3A)\d\d(?:\.\d+)?", r"\g<1>00", text, flags=re.IGNORECASE)


def no_time_after_a_blank(text: str) -> str:
    return re.sub(r"(afterDate=[\d-]+)\+[^&]*", r"\1", text)


def first_in_brackets(text: str) -> str:
    return re.sub(r"=%5B([^,&]*?)(?:,[^&]*)?%5D", r"=\1", text)


def last_bracket_stays(text: str) -> str:
    return re.sub(r"=(?:%5B|\[)([^&]*?)(?:%5D|\])", r"=\1Q", text)


def singular_names(text: str) -> str:
    return re.sub(r"(account|endpoint|customer)Id=", r"\1Ids=", text)


def capitals_name_one_id(text: str) -> str:
    plain = re.sub(r"(?<=[&?])[A-Z]|^[A-Z]", lambda match: match[0].lower(), text)
    return plain if plain == text else re.sub(r"(Ids=[^,&]*)[^&]*", r"\1", plain)


def brackets(text: str) -> str:
    return text.replace("accountIds%5B%5D", "accountIds")


@sampled(6)
@pytest.mark.parametrize(
    ("change", "law"),
    [
        pytest.param(negative_minutes, "L24", id="minutes-of-a-negative-offset"),
        pytest.param(days_before_months, "L27", id="days-before-months"),
        pytest.param(few_digits, "L27", id="one-digit-of-a-second"),
        pytest.param(whole_minutes, "L27", id="seconds-are-dropped"),
        pytest.param(no_time_after_a_blank, "L27", id="a-blank-ends-the-date"),
        pytest.param(first_in_brackets, "L06", id="first-in-brackets"),
        pytest.param(lambda text: text.replace("%22", "Q"), "L45", id="quotes-are-kept"),
        pytest.param(brackets, "L48", id="brackets-make-a-list"),
        pytest.param(singular_names, "L48", id="singular-names-filter"),
        pytest.param(last_bracket_stays, "L06", id="last-bracket-stays"),
        pytest.param(lambda text: text.replace("%2c", "Q"), "L49", id="small-code-of-a-comma"),
        pytest.param(capitals_name_one_id, "L46", id="capitals-name-one-id"),
    ],
)
def test_a_host_that_reads_one_spelling_wrongly_is_found(change: Change, law: str) -> None:
    assert law in laws_of(run(reading(change)))


@deep_only
def test_an_empty_value_that_selects_nothing_is_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        given = toy(request)
        is_empty = re.search(r"customerIds=(&|$)", request.query)
        return replace(given, body=EMPTY) if is_empty and given.status == 200 else given

    assert "L17" in laws_of(run(send))


def test_a_list_of_types_that_is_not_understood_is_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        is_list = "," in dict(request.headers).get("accept", "")
        return replace(toy(request), status=406) if is_list else toy(request)

    found = [dict(finding.cause) for finding in run(send).findings]
    assert {"way": "accept list"} in found


@deep_only
def test_a_cache_that_forgets_the_name_of_a_parameter_is_found() -> None:
    toy, kept = Toy(rows=ROWS), dict[str, bytes]()

    def send(request: Request) -> Response:
        given = toy(request)
        if given.status != 200 or "callback" in request.query:
            return given
        key = re.sub(r"[a-zA-Z]+=", "", request.query)
        return replace(given, body=kept.setdefault(key, given.body))

    assert any("after" in dict(finding.cause) for finding in run(send).findings)


@deep_only
def test_one_tag_for_all_lists_is_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        given = toy(request)
        if given.status != 200:
            return given
        given = replace(given, headers=(*given.headers, ("etag", 'W/"list"')))
        if dict(request.headers).get("if-none-match") == 'W/"list"':
            return replace(given, status=304, body=b"")
        return given

    assert "L82" in laws_of(run(send))


@deep_only
def test_a_tag_that_is_made_of_the_number_of_rows_alone_is_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        given = toy(request)
        if given.status != 200 or not given.body.startswith(b"{"):
            return given
        tag = f'W/"{len(json.loads(given.body)["conversations"])}"'
        given = replace(given, headers=(*given.headers, ("etag", tag)))
        if dict(request.headers).get("if-none-match") == tag:
            return replace(given, status=304, body=b"")
        return given

    assert "L82" in laws_of(run(send))


def test_a_tag_that_forgets_who_asks_is_found() -> None:
    account = ROWS[0]["mostRecentMessage"]["accountId"]
    own = [row for row in ROWS if row["mostRecentMessage"]["accountId"] == account]
    lists = {"user": Toy(rows=ROWS), "other": Toy(rows=own)}

    def send(request: Request) -> Response:
        reader = "user" if request.auth == "other" else request.auth
        given = lists.get(request.auth, lists["user"])(replace(request, auth=reader))
        given = replace(given, request=request)
        if given.status != 200:
            return given
        tag = f'W/"{hash(request.query)}"'
        given = replace(given, headers=(*given.headers, ("etag", tag)))
        if dict(request.headers).get("if-none-match") == tag:
            return replace(given, status=304, body=b"")
        return given

    outcome = run_laws(send, options=CheckOptions(max_drawn=10), has_other=True)

    assert "L82" in laws_of(outcome)


def test_tags_of_each_list_and_304_for_them_are_no_finding() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        given = toy(request)
        if given.status != 200:
            return given
        tag = f'W/"{hash(given.body)}"'
        given = replace(given, headers=(*given.headers, ("etag", tag)))
        if dict(request.headers).get("if-none-match") == tag:
            return replace(given, status=304, body=b"")
        return given

    assert run(send).findings == []


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        ("afterDate=2026-02-01T10:00:00.250Z", "afterDate=2026-02-01T10%3A00%3A00.250Z"),
        ("accountIds=$account[0]!quoted", f"accountIds=%22{FACTS.pools['account'][0]}%22"),
    ],
)
def test_a_text_goes_as_the_plan_has_it(plan: str, text: str) -> None:
    assert resolve(parse_query(plan), FACTS).query == text


@pytest.mark.parametrize(
    ("move", "pattern"),
    [
        ("-1s", r"T\d\d:\d\d:\d\d\.\d{3}Z"),
        ("-1t", r"T\d\d:\d\d:\d\d\.\d{7}Z"),
        ("!tenth", r"T\d\d:\d\d:\d\d\.\dZ"),
        ("!hundredth", r"T\d\d:\d\d:\d\d\.\d\dZ"),
        ("!second", r"T\d\d:\d\d:\d\dZ"),
        ("+2s!small", r"T\d\d:\d\d:\d\d\.\d{3}z"),
        ("+2s!blank", r"\+\d\d:\d\d:\d\d\.\d{3}"),
        ("-1s!-03:30", r"T\d\d:\d\d:\d\d\.\d{3}-03:30"),
    ],
)
def test_a_date_has_as_many_digits_as_it_needs(move: str, pattern: str) -> None:
    text = resolve(parse_query(f"afterDate=$row[3].date{move}"), FACTS).query

    assert re.fullmatch(rf"afterDate=[\d-]+{pattern}", unquote(text))


@pytest.mark.parametrize("text", ["accountIds=", "accountIds=&afterDate=", "customerIds="])
def test_an_empty_value_means_no_filter(text: str) -> None:
    expected = expect(parse_query(text), FACTS, {})

    assert expected is not None
    assert expected.meaning.terms == ()


@pytest.mark.parametrize(
    ("text", "kinds", "features"),
    [
        pytest.param("@path=/api/ListConversations", {"json"}, {"api json"}, id="api"),
        pytest.param(
            "@path=/conversations.xml&@accept=text/html", {"xml"}, {"suffix xml"}, id="by-a-browser"
        ),
        pytest.param("format=csv&@accept=text/html", {"csv"}, {"format csv"}, id="csv"),
        pytest.param(
            "@accept=application/xml; charset%3Dutf-8", {"xml"}, {"accept xml"}, id="a-parameter"
        ),
        pytest.param(
            "@accept=application/xml%2C text/plain%2C */*",
            {"xml"},
            {"accept list xml"},
            id="a-list",
        ),
    ],
)
def test_whoever_names_data_is_due_data(text: str, kinds: set[str], features: set[str]) -> None:
    own, stranger = (expect(parse_query(f"{text}{who}"), FACTS, {}) for who in ("", "&@auth=none"))

    assert own is not None
    assert stranger is not None
    assert (set(own.kinds), set(own.features)) == (kinds, features)
    assert stranger.must_refuse >= {401}


def test_a_page_for_whoever_asks_for_none_but_pages_is_open() -> None:
    assert expect(parse_query("@accept=text/html"), FACTS, {}) is None


def test_ids_of_nobody_stand_in_front_behind_and_between() -> None:
    ask = {**plain_ask(axes_of(FACTS, has_session=False)), "ids": "beside strangers"}
    asks = [{**ask, "endpointIds": size} for size in ("one", "two")]
    values = [
        query_of(each, PIVOT, FACTS, salt=salt).terms[0].values for each in asks for salt in (0, 1)
    ]
    own = [["$endpoint" in value for value in several] for several in values]

    assert {tuple(places[:1] + places[-1:]) for places in own} == {
        (True, False), (False, True), (True, True)
    }  # fmt: skip


def test_contexts_hold_the_whole_list_and_every_filter_of_the_array() -> None:
    asks = {
        "endpointIds=$endpoint[0]": {"endpointIds": "one", "format": "json"},
        "accountIds=$account[0]&@accept=application/xml": {"accountIds": "one", "format": "xml"},
    }
    found = contexts(asks, 5)

    assert found[0] == Query()
    assert {str(asked) for asked in found[1:]} == set(asks)


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "loopback"])
def test_of_what_is_refused_a_live_target_gets_strangers_alone(is_live: bool) -> None:
    found = list(refused([query()], is_live=is_live, has_other=True, has_session=True))
    methods = {asked.directive("method", "GET") for asked in found}

    assert methods == ({"GET"} if is_live else {"GET", "HEAD"})
    for identity in ("altered", "swapped"):
        assert any(asked.directive("auth") == identity for asked in found) is not is_live


def test_a_stranger_asks_right_after_a_date_that_is_none() -> None:
    toy, asked = Toy(), list[Request]()

    def send(request: Request) -> Response:
        asked.append(request)
        return toy(request)

    run_laws(send, options=CheckOptions(max_drawn=0))
    first = next(i for i, request in enumerate(asked) if request.auth == "none")

    assert (asked[first].query, asked[first - 1].purpose) == ("", "L42-bad-dates")


def test_a_script_asks_by_the_ending_of_the_path_too() -> None:
    found = at_the_ends(FACTS, ["json", "jsonp"])

    assert [asked.directive("path") for asked in found if asked.get("callback")] == [
        "/conversations.json"
    ]


def test_sign_ins_come_by_a_form_and_in_the_address_too() -> None:
    """By the form the name is an e-mail address; in the address, both users come."""
    asked, other = query(("endpointIds", "$endpoint[0]")), query(("endpointIds", "$endpoint[1]"))
    facts = replace(FACTS, has_other=True)
    groups = disturbances(asked, other, facts, has_sign_in=True)
    signs = [each for group in groups for each in group if each.get("@body") is not None]

    assert [(each.directive("auth"), each.directive("body")) for each in signs] == [
        ("other-mail", "form"),
        ("other-in-session", "query"),
        ("user", "query"),
    ]


def test_most_drawn_asks_are_tried_as_they_are() -> None:
    found = trials(FACTS)
    ask = {**plain_ask(axes_of(FACTS, has_session=False)), "trial": "stranger"}

    assert found.count("none") > len(found) / 2
    assert "@auth=none" in str(query_of(ask, PIVOT, FACTS))


def test_a_date_in_summer_is_asked_for_in_an_offset_of_winter_past_noon() -> None:
    rows = json.loads(json.dumps(build_rows(60)).replace("2026-02", "2026-07"))
    facts = replace(build_facts(rows), zone="utc")

    asked = [resolve(query, facts).query for query in near_a_row(facts, ("json", "csv", "jsonp"))]

    local = [
        re.search(r"-07-\d\dT(\d\d).*(?:%2B01|-05|-08)%3A00", text, re.IGNORECASE) for text in asked
    ]
    assert [int(match[1]) > 12 for match in local if match] == [True]


def test_a_date_is_asked_for_at_noon_of_some_zone() -> None:
    facts = replace(FACTS, zone="utc")

    asked = [resolve(query, facts).query for query in near_a_row(facts, ("json", "csv", "jsonp"))]

    assert any(re.search(r"T12%3A.*(?:%2B|-)\d\d%3A30", text, re.IGNORECASE) for text in asked)


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        pytest.param("2026", "2025-12-31T23%3A30%3A00-02%3A00", id="begins-with-a-thursday"),
        pytest.param("2027", "2027-01-01T00%3A30%3A00%2B02%3A00", id="begins-with-a-friday"),
    ],
)
def test_a_date_at_new_year_is_of_the_other_year_by_its_offset_and_its_week(
    year: str, expected: str
) -> None:
    facts = build_facts(json.loads(json.dumps(ROWS).replace("2026-", f"{year}-")))
    text = next(
        str(asked)
        for asked in near_a_row(facts, ())
        if "-12-31" in str(asked) or "-01-01T00" in str(asked)
    )

    written = datetime.fromisoformat(text.partition("=")[2])
    assert written.year != written.astimezone(UTC).year
    assert written.isocalendar().year != written.year
    assert expected in resolve(parse_query(text), facts).query


def test_a_date_parts_the_two_closest_rows_of_each_list() -> None:
    pivots = pivots_of(FACTS, ROWS)
    found = within_a_filter(FACTS, pivots, ("json", "xml"))

    assert [asked.filters[0].name for asked in found] == list(LIST_NAMES)
    # Minutes of an offset count on its side of its hours.
    assert all("!-" in str(asked) and ":30" in str(asked) for asked in found[1:])
    for asked in found:
        ids, date = asked.filters
        whole, later = (selector(part, FACTS) for part in (Query((ids,)), asked))
        dates = sorted(
            ticks
            for row in ROWS
            if whole(row) and (ticks := parse_instant(FACTS.value(row, "afterDate"))) is not None
        )
        cut = ticks_of(date.values[0], FACTS)
        assert cut is not None
        before, after = (one for one in dates if one < cut), (one for one in dates if one > cut)
        assert min(after) - max(before) < HOUR * 24
        assert len(ids.values) in (2, 3)
        written = write_instant(cut, date.values[0].partition("!")[2])
        assert written[:10] != write_instant(cut, None)[:10]
        assert any(whole(row) and not later(row) for row in ROWS)


def test_odd_dates_go_in_each_type_that_the_target_knows() -> None:
    asked = [resolve(query, FACTS) for query in near_a_row(FACTS, ("json", "csv", "jsonp"))]

    assert any(("accept", "text/csv") in request.headers for request in asked)
    assert any("callback=cb" in request.query for request in asked)
    assert any(not request.headers and "callback" not in request.query for request in asked)


def test_midnight_is_asked_for_by_a_clock_of_twelve_hours() -> None:
    rows = json.loads(json.dumps(build_rows(60)).replace("T12:", "T05:"))
    asked = [resolve(query, build_facts(rows)).query for query in near_a_row(build_facts(rows), ())]

    assert any(re.search(r"2026\+12%3A\d\d%3A\d\d\+AM", text) for text in asked)


def test_without_rows_in_summer_no_date_is_asked_for_by_its_time() -> None:
    assert not any("!-05:00" in str(query) for query in near_a_row(FACTS, ()))


@pytest.mark.parametrize("text", ["afterDate=notadate", "accountIds=$account[0]"])
def test_a_filter_that_the_contract_lacks_filters_nothing(text: str) -> None:
    facts = replace(FACTS, fields={"endpointIds": "/endpointId"})

    assert all(map(selector(parse_query(text), facts), ROWS))
