"""The oracle on single answers: what each kind of wrong answer is called, and what is left open."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mockserver.checks.expectation import expect
from mockserver.checks.facts import build_facts, key_of, read_page
from mockserver.checks.messages import Request, Response
from mockserver.checks.oracle import View, compare, shown_in
from mockserver.checks.plan import Query, parse_query
from mockserver.checks.readers import Sessions
from mockserver.checks.selection import selector
from mockserver.checks.spellings import CAPITALS, SPELLINGS, shown_spellings
from tests.checks.answers import answer
from tests.checks.toy import build_rows

ROWS = build_rows(40)
FACTS = replace(build_facts(ROWS), boundary="exclusive")
CORE = {key_of(row): row for row in ROWS}
ENDPOINT = FACTS.pools["endpoint"][0]
SELECTED = [row for row in ROWS if row["endpointId"] == ENDPOINT]
OTHERS = [row for row in ROWS if row["endpointId"] != ENDPOINT]
ASKED = "endpointIds=$endpoint[0]"
LEARNED = {"jsonp": ("on",), "repeated-key": ("joined",), "invalid-after-date": ("error",)}


def judge(
    body: object,
    *,
    asked: str = ASKED,
    status: int = 200,
    kind: str = "application/json",
    shown: frozenset[str] = frozenset(),
    core: dict[Any, Any] = CORE,
) -> tuple[str, str]:
    query = parse_query(asked)
    text = body if isinstance(body, str) else json.dumps({"conversations": body})
    response = Response(
        status=status,
        reason="",
        headers=(("content-type", kind),),
        body=text.encode(),
        elapsed_seconds=0.0,
        request=Request(),
    )
    expected = expect(query, FACTS, LEARNED)
    assert expected is not None
    view = View(facts=FACTS, core=core, listed=frozenset(core), shown=shown)
    judgement = compare(read_page(query, response), expected, view)
    return judgement.verdict, judgement.symptom


def shown_by_rows(asked: str) -> frozenset[str]:
    """Return what the rows that a query selects show a host to know."""
    query = parse_query(asked)
    select = selector(query.without("@case"), FACTS)
    expected = expect(query, FACTS, LEARNED)
    assert expected is not None
    view = View(facts=FACTS, core=CORE, listed=frozenset(CORE))
    body = json.dumps({"conversations": [row for row in ROWS if select(row)]})
    return shown_in(answer(asked, body=body), expected, view)


def changed(row: dict[str, Any], **members: object) -> dict[str, Any]:
    return {**row, "mostRecentMessage": {**row["mostRecentMessage"], **members}}


STRANGER = {**changed(SELECTED[0], id="beefbeef"), "id": "another"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(SELECTED, ("holds", ""), id="right"),
        pytest.param(SELECTED[::-1], ("holds", ""), id="in-another-order"),
        pytest.param(SELECTED[1:], ("violated", "missing rows"), id="one-less"),
        pytest.param([], ("violated", "missing rows"), id="none"),
        pytest.param([*SELECTED, OTHERS[0]], ("violated", "extra rows"), id="one-more"),
        pytest.param(ROWS, ("violated", "extra rows"), id="all"),
        pytest.param(
            [*SELECTED, STRANGER], ("violated", "rows not in the list"), id="one-of-nobody"
        ),
        pytest.param(
            [changed(SELECTED[0], text="other"), *SELECTED[1:]],
            ("violated", "mostRecentMessage.text differs"),
            id="another-text",
        ),
        pytest.param("{}", ("violated", "no conversations"), id="no-list"),
    ],
)
def test_rows_are_those_of_the_list_that_the_query_selects(
    body: object, expected: tuple[str, str]
) -> None:
    assert judge(body) == expected


@pytest.mark.parametrize(
    ("status", "asked", "verdict"),
    [
        pytest.param(404, ASKED, "violated", id="a-plain-query"),
        pytest.param(404, "endpointIds=$endpoint[0],$unknown[0]", "vacuous", id="an-unknown-id"),
        pytest.param(400, f"{ASKED}&zz=1", "vacuous", id="an-unknown-parameter"),
        pytest.param(500, ASKED, "vacuous", id="an-error-is-for-another-law"),
        pytest.param(406, f"{ASKED}&@accept=text/csv", "vacuous", id="a-type-never-seen"),
    ],
)
def test_a_status_is_a_fault_where_nothing_allows_it(status: int, asked: str, verdict: str) -> None:
    assert judge([], asked=asked, status=status)[0] == verdict


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(frozenset(), ("vacuous", ""), id="never"),
        pytest.param(frozenset({"accept csv"}), ("violated", "media type"), id="before"),
    ],
)
def test_another_type_is_a_fault_once_the_host_was_seen_to_know_it(
    shown: frozenset[str], expected: tuple[str, str]
) -> None:
    assert judge(SELECTED, asked=f"{ASKED}&@accept=text/csv", shown=shown) == expected


@pytest.mark.parametrize(
    ("asked", "feature"),
    [
        ("endpointIds:brackets=$endpoint[0..1]", "list in brackets"),
        ("endpointIds:encoded=$endpoint[0..1]", "encoded comma"),
    ],
    ids=["brackets", "encoded"],
)
def test_a_spelling_is_judged_once_it_was_seen_to_be_known(asked: str, feature: str) -> None:
    seen = frozenset({feature})

    assert judge([], asked=asked)[0] == "vacuous"
    assert judge([], asked=asked, shown=seen) == ("violated", "missing rows")
    # Who takes the spelling for a part of the ids has none of them, and not some.
    assert judge(SELECTED, asked=asked) == ("violated", "missing rows")


def test_names_with_a_capital_letter_filter_or_are_none_that_the_host_knows() -> None:
    asked = f"{ASKED}&@case=pascal"

    assert judge(ROWS, asked=asked)[0] == "vacuous"
    assert judge([], asked=asked, status=400)[0] == "vacuous"
    assert judge([], asked=asked) == ("violated", "missing rows")
    assert judge(SELECTED, asked=asked)[0] == "holds"
    assert judge(ROWS, asked=asked, shown=SPELLINGS) == ("violated", "extra rows")


def test_of_names_in_two_cases_a_host_may_know_those_with_a_small_letter() -> None:
    asked = f"afterDate=$row[0].date-1d&{ASKED}&@case=mixed"

    assert judge(SELECTED, asked=asked)[0] == "holds"
    assert judge(ROWS, asked=asked) == ("violated", "extra rows")
    assert judge(ROWS, asked=f"{ASKED}&@case=mixed")[0] == "vacuous"


def test_a_list_in_brackets_with_encoded_commas_is_judged_once_both_are_known() -> None:
    asked = "endpointIds:jsv=$endpoint[0..1]"

    assert judge([], asked=asked, shown=frozenset({"list in brackets"}))[0] == "vacuous"
    assert judge([], asked=asked, shown=frozenset({"encoded comma"}))[0] == "vacuous"
    assert judge([], asked=asked, shown=SPELLINGS) == ("violated", "missing rows")
    assert judge(ROWS, asked=asked) == ("violated", "extra rows")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (f"{ASKED}&@case=pascal", {CAPITALS}),
        ("endpointIds:encoded=$endpoint[0..1]", {"encoded comma"}),
        ("endpointIds:brackets=$endpoint[0..1]", {"list in brackets"}),
        ("endpointIds:jsv=$endpoint[0..1]", {"encoded comma", "list in brackets"}),
        ("endpointIds:jsv=$endpoint[0..1]&@case=pascal", SPELLINGS),
    ],
)
def test_a_right_answer_shows_each_spelling_of_its_query(asked: str, expected: set[str]) -> None:
    assert shown_by_rows(asked) & SPELLINGS == expected


def test_of_two_spellings_one_alone_may_be_known() -> None:
    asked = "endpointIds:encoded=$endpoint[0..1]&@case=pascal"

    assert judge([], asked=asked, shown=frozenset({CAPITALS}))[0] == "vacuous"
    assert judge(ROWS, asked=asked, shown=frozenset({CAPITALS})) == ("violated", "extra rows")


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        (frozenset({"accept csv"}), "vacuous"),
        # Whoever asks for JSON by it gets JSON from all.
        (frozenset({"accept csv", "format json"}), "vacuous"),
        (frozenset({"accept csv", "format xml"}), "violated"),
        (frozenset({"format xml"}), "vacuous"),
    ],
)
def test_who_reads_format_gives_each_type_by_it_that_it_knows(
    shown: frozenset[str], verdict: str
) -> None:
    assert judge(SELECTED, asked=f"{ASKED}&format=csv", shown=shown)[0] == verdict


def test_of_ids_in_brackets_those_between_the_first_and_the_last_may_be_read_alone() -> None:
    asked = "endpointIds:brackets=$endpoint[1],$endpoint[0],$endpoint[2]"

    assert judge(SELECTED, asked=asked)[0] == "vacuous"
    assert judge(SELECTED, asked=asked, shown=SPELLINGS) == ("violated", "missing rows")


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [(frozenset(), "vacuous"), (frozenset({"date as http"}), "violated")],
)
def test_a_date_that_is_no_iso_8601_is_refused_by_who_was_never_seen_to_read_it(
    shown: frozenset[str], verdict: str
) -> None:
    assert judge([], asked="afterDate=$row[3].date!http", status=400, shown=shown)[0] == verdict


def test_rows_of_a_date_that_is_no_iso_8601_count_at_once() -> None:
    assert judge(ROWS, asked="afterDate=$row[20].date!clock") == ("violated", "extra rows")


@pytest.mark.parametrize("choice", ["no-filter", "nothing"])
def test_a_date_that_is_no_iso_8601_is_open_where_no_date_is_ignored(choice: str) -> None:
    asked = parse_query("afterDate=$row[20].date!spaced")

    assert expect(asked, FACTS, {**LEARNED, "invalid-after-date": (choice,)}) is None


def test_quotes_around_several_ids_make_one_of_them_that_nobody_has() -> None:
    asked = "endpointIds:quoted=$endpoint[0..1]"
    expected = expect(parse_query(asked), FACTS, LEARNED)

    assert expected is not None
    assert expected.meaning == parse_query("endpointIds=$unknown[0]")
    assert judge(SELECTED, asked=asked) == ("violated", "extra rows")


@pytest.mark.parametrize("path", ["/json/reply/ListConversations", "/api/ListConversations"])
def test_who_has_a_route_of_the_framework_reads_lists_as_it_does(path: str) -> None:
    expected = expect(parse_query(f"@path={path}"), FACTS, LEARNED)

    assert expected is not None
    assert expected.shows > SPELLINGS


@pytest.mark.parametrize(
    ("asked", "headers", "status", "expected"),
    [
        pytest.param(
            ASKED, (("Content-Disposition", "attachment; filename=a.csv"),), 200,
            ("violated", "a download"), id="a-download",
        ),
        pytest.param(ASKED, (("Content-Disposition", "inline"),), 200, ("holds", ""), id="inline"),
        pytest.param(
            f"{ASKED}&@header-range=bytes%3D0-99", (), 206, ("vacuous", ""), id="a-part"
        ),
        pytest.param(
            f"{ASKED}&@header-range=bytes%3D0-99", (), 404, ("violated", "status 404"), id="lost"
        ),
        pytest.param(
            f"{ASKED}&@header-accept-charset=iso-8859-1",
            (("Content-Type", "application/json; charset=iso-8859-1"),), 200, ("vacuous", ""),
            id="the-charset-asked-for",
        ),
        pytest.param(
            f"{ASKED}&@header-if-modified-since=Sat%2C 01 Jan 2000 00:00:00 GMT", (), 304,
            ("violated", "304 for an old copy"), id="an-old-copy",
        ),
    ],
)  # fmt: skip
def test_a_list_is_given_again_and_to_be_looked_at(
    asked: str, headers: tuple[tuple[str, str], ...], status: int, expected: tuple[str, str]
) -> None:
    page = answer(asked, *headers, status=status, body=json.dumps({"conversations": SELECTED}))
    wanted = expect(page.query, FACTS, LEARNED)

    assert wanted is not None
    judgement = compare(page, wanted, View(facts=FACTS, core=CORE, listed=frozenset(CORE)))
    assert (judgement.verdict, judgement.symptom) == expected


@pytest.mark.parametrize(
    ("learned", "kinds"),
    [
        pytest.param(("html",), {"html"}, id="a-page"),
        pytest.param(("json",), {"json"}, id="json"),
        pytest.param((), None, id="not-seen"),
    ],
)
def test_who_names_no_type_gets_that_of_before(
    learned: tuple[str, ...], kinds: set[str] | None
) -> None:
    found = expect(
        parse_query(f"{ASKED}&@accept=*/*"), FACTS, {**LEARNED, "default-media-type": learned}
    )

    assert (None if found is None else found.kinds) == kinds


@pytest.mark.parametrize(
    ("cap", "verdict"),
    [
        pytest.param(len(CORE) + 1, "violated", id="longer-than-the-list"),
        pytest.param(len(CORE), "holds", id="where-the-list-ends"),
    ],
)
def test_a_list_that_does_not_reach_the_cap_is_whole(cap: int, verdict: str) -> None:
    page = answer(ASKED, body=json.dumps({"conversations": [*SELECTED, STRANGER]}))
    view = View(facts=replace(FACTS, row_cap=cap), core=CORE, listed=frozenset(CORE))
    wanted = expect(page.query, FACTS, LEARNED)

    assert wanted is not None
    assert compare(page, wanted, view).verdict == verdict


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        # Of an odd number the last one is parted by a plain comma.
        pytest.param("endpointIds:encoded=$endpoint[0],$endpoint[1]", True, id="of-two"),
        pytest.param("endpointIds:encoded=$endpoint[0],$endpoint[0],$endpoint[0]", False, id="odd"),
    ],
)
def test_what_fits_a_host_that_takes_a_spelling_for_text_shows_no_spelling(
    asked: str, shown: bool
) -> None:
    query = parse_query(asked)
    selects = selector(Query(query.filters), FACTS)
    rows = [row for row in ROWS if selects(row)]
    page = answer(asked, body=json.dumps({"conversations": rows}))
    wanted = expect(query, FACTS, LEARNED)
    view = View(facts=FACTS, core=CORE, listed=frozenset(CORE))

    assert wanted is not None
    assert compare(page, wanted, view).verdict == "holds"
    assert bool(shown_in(page, wanted, view) & SPELLINGS) == shown


@pytest.mark.parametrize(
    ("read", "verdict"),
    [
        pytest.param((0, 2), "vacuous", id="one-of-each-pair"),
        pytest.param((0, 1, 2, 3), "holds", id="all"),
        pytest.param((0, 1), "violated", id="the-first-pair"),
    ],
)
def test_ids_in_quotes_may_end_at_an_encoded_comma(read: tuple[int, ...], verdict: str) -> None:
    asked = "endpointIds:encoded=" + ",".join(f"$endpoint[{i}]!quoted" for i in range(4))
    kept = {FACTS.pools["endpoint"][i] for i in read}
    rows = [row for row in ROWS if row["endpointId"] in kept]

    assert judge(rows, asked=asked)[0] == verdict


def test_what_changed_meanwhile_is_not_judged() -> None:
    steady = {key: row for key, row in CORE.items() if row is not SELECTED[0]}
    listed = View(facts=FACTS, core=steady, listed=frozenset(CORE))
    query = parse_query(ASKED)
    body = json.dumps({"conversations": [changed(SELECTED[0], text="other"), *SELECTED[1:]]})
    page = read_page(
        query,
        Response(
            status=200,
            reason="",
            headers=(("content-type", "application/json"),),
            body=body.encode(),
            elapsed_seconds=0.0,
            request=Request(),
        ),
    )
    expected = expect(query, FACTS, LEARNED)

    assert expected is not None
    assert compare(page, expected, listed).verdict == "holds"


@pytest.mark.parametrize(
    "asked",
    [
        "endpointIds=some-text",
        "afterDate=$row[3].date!wcf",
        "endpointIds:json=$endpoint[0..1]",
        "endpointIds=$endpoint[0]!upper",
        "EndpointIds=$endpoint[0]",
        "endpointIds=$endpoint[0]&endpointIds=$endpoint[1]",
        "@path=/conversations/",
        "@auth=session",
        "@method=POST",
    ],
)
def test_what_the_contract_leaves_open_is_expected_to_be_nothing(asked: str) -> None:
    assert expect(parse_query(asked), FACTS, LEARNED) is None


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ("@path=/conversations.csv", {"csv"}),
        ("@path=/xml/reply/ListConversations", {"xml"}),
        ("format=jsv", {"jsv"}),
        ("callback=cb", {"jsonp"}),
        ("@accept=text/jsonl", {"jsonl"}),
        ("", {"json"}),
    ],
)
def test_each_way_of_asking_for_a_type_expects_it(asked: str, kinds: set[str]) -> None:
    expected = expect(parse_query(asked), FACTS, LEARNED)

    assert expected is not None
    assert expected.kinds == kinds


@pytest.mark.parametrize(
    ("choice", "values"),
    [("joined", 2), ("first", 1), ("last", 1)],
)
def test_a_repeated_key_is_read_as_the_host_was_seen_to(choice: str, values: int) -> None:
    asked = parse_query("endpointIds:repeat=$endpoint[0..1]")

    expected = expect(asked, FACTS, {"repeated-key": (choice,)})

    assert expected is not None
    assert len(expected.meaning.terms[0].values) == values


def test_a_count_names_the_one_id_that_all_wrong_rows_share() -> None:
    query = parse_query("endpointIds=$endpoint[0..1]")
    second = FACTS.pools["endpoint"][1]
    wanted = [row for row in ROWS if row["endpointId"] in (ENDPOINT, second)]
    body = json.dumps({"conversations": SELECTED})
    response = Response(
        status=200,
        reason="",
        headers=(("content-type", "application/json"),),
        body=body.encode(),
        elapsed_seconds=0.0,
        request=Request(),
    )
    expected = expect(query, FACTS, LEARNED)
    assert expected is not None

    judgement = compare(
        read_page(query, response),
        expected,
        View(facts=FACTS, core=CORE, listed=frozenset(CORE)),
    )

    lost = len(wanted) - len(SELECTED)
    assert judgement.counts == (
        f"{lost} of {len(wanted)} rows that the query selects are missing, all of $endpoint[1]"
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("@accept=application/xml&format=json", "json"),
        ("@path=/conversations.xml&format=csv", "xml"),
        ("@path=/conversations.csv&format=xml&@accept=application/jsv", "csv"),
    ],
)
def test_of_ways_that_disagree_the_suffix_wins_then_format(text: str, kind: str) -> None:
    expected = expect(parse_query(text), FACTS, {})

    assert expected is not None
    assert expected.kinds == {kind}
    assert expected.shows == frozenset()


@pytest.mark.parametrize(
    ("shown", "verdict"), [(frozenset(), "holds"), (frozenset({"reply json"}), "violated")]
)
def test_credentials_that_are_no_base64_are_malformed_to_the_framework(
    shown: frozenset[str], verdict: str
) -> None:
    assert judge("", asked="@auth=malformed", status=401, shown=shown)[0] == verdict
    assert judge("", asked="@auth=malformed", status=400, shown=shown)[0] == "holds"


@pytest.mark.parametrize(
    ("identity", "reader"), [("session", "other"), ("former", "user"), ("altered", None)]
)
def test_a_session_reads_the_list_of_whoever_began_it(identity: str, reader: str | None) -> None:
    asked = parse_query(f"@auth={identity}")
    expected = expect(asked, FACTS, LEARNED, Sessions(latest="other", former="user"))

    assert expected is not None
    assert (expected.reader if not expected.must_refuse else None) == reader


@pytest.mark.parametrize("text", ["@auth=none", "@auth=wrong&accountIds=$account[0]"])
def test_of_a_stranger_a_refusal_is_expected(text: str) -> None:
    expected = expect(parse_query(text), FACTS, {"refusal-status": ("401",)})

    assert expected is not None
    assert expected.must_refuse == {401}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        pytest.param("endpointIds:encoded=$endpoint[0],$endpoint[1]", True, id="plain"),
        pytest.param(
            "endpointIds:encoded=$endpoint[0]!quoted,$endpoint[1]!quoted", False, id="in-quotes"
        ),
    ],
)
def test_ids_in_quotes_do_not_show_that_encoded_commas_part_them(asked: str, shown: bool) -> None:
    expected = expect(parse_query(asked), FACTS, LEARNED)

    assert expected is not None
    assert bool(shown_spellings(parse_query(asked), expected.features)) is shown


@pytest.mark.parametrize(
    ("asked", "statuses"),
    [
        pytest.param("afterDate=notadate&accountIds=$account[0]", {400}, id="own-ids"),
        pytest.param(
            "afterDate=notadate&accountIds=$account[0]&@auth=other",
            {400, 403, 404},
            id="ids-of-others-too",
        ),
    ],
)
def test_a_date_that_is_none_may_be_refused_for_whose_ids_stand_beside_it(
    asked: str, statuses: set[int]
) -> None:
    learned = {**LEARNED, "invalid-after-date": ("error",)}

    expected = expect(parse_query(asked), FACTS, learned)

    assert expected is not None
    assert expected.must_refuse == statuses


@pytest.mark.parametrize(
    ("date", "is_still", "expected"),
    [
        pytest.param("2030-01-01T00:00:00Z", False, "holds", id="new-where-rows-move"),
        pytest.param("2026-02-01T00:00:00Z", False, "violated", id="old-where-rows-move"),
        pytest.param("2030-01-01T00:00:00Z", True, "violated", id="new-where-none-moves"),
    ],
)
def test_a_row_newer_than_all_may_have_come_and_gone_where_rows_move(
    date: str, is_still: bool, expected: str
) -> None:
    stranger = {**changed(SELECTED[0], id="beefbeef", date=date), "id": "another"}
    page = answer(ASKED, body=json.dumps({"conversations": [*SELECTED, stranger]}))
    view = View(facts=FACTS, core=CORE, listed=frozenset(CORE), is_still=is_still)
    wanted = expect(page.query, FACTS, LEARNED)

    assert wanted is not None
    assert compare(page, wanted, view).verdict == expected


@pytest.mark.parametrize(
    ("boundary", "expected"), [("inclusive", False), ("exclusive", False), (None, None)]
)
def test_a_fraction_counts_once_the_boundary_is_known(
    boundary: str | None, expected: bool | None
) -> None:
    row = changed(ROWS[0], date="2026-03-01T10:00:00.3060000Z")
    facts = replace(build_facts([row, *ROWS[1:]]), boundary=boundary)

    assert selector(parse_query("afterDate=2026-03-01T10:00:00.4Z"), facts)(row) is expected
