"""Laws that judge what a run asks anyway: each finds its fault, and data that moves is none."""

import itertools
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import build_facts, read_page
from mockserver.checks.judgement import Judgement
from mockserver.checks.laws.law import Case
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_query
from mockserver.cli.screen import build_screen
from mockserver.world.scenario import load_scenario
from tests.checks.toy import Row, Toy, build_rows
from tests.depth import deep_only, sampled

ROWS = build_rows(60)
FACTS = build_facts(ROWS)
Asked = tuple[str, list[Row]]


def judge(law: str, *asked: Asked) -> tuple[str, str]:
    """Return what a law says of a run: queries and the rows that each was answered with."""
    judgement = judgement_of(law, *asked)
    return judgement.verdict, judgement.symptom


def judgement_of(law: str, *asked: Asked) -> Judgement:
    pages = tuple(itertools.starmap(_page, asked))
    case = Case(facts=FACTS, plan=parse_query(""), pages=pages, core={})
    return find_laws(law)[0].judge(case)


def _page(text: str, rows: list[Row]) -> Any:
    response = Response(
        status=200,
        reason="",
        headers=(("content-type", "application/json"),),
        body=json.dumps({"conversations": rows}).encode(),
        elapsed_seconds=0.0,
        request=Request(query=text),
    )
    return read_page(parse_query(text), response)


def changed(row: Row, **members: object) -> Row:
    return {**row, "mostRecentMessage": {**row["mostRecentMessage"], **members}}


def texts(*numbers: int) -> list[Asked]:
    """Return reads in which the first row's text has these numbers."""
    return [("", [changed(ROWS[0], text=f"text {number}"), *ROWS[1:]]) for number in numbers]


def with_and_without(*are_there: bool) -> list[Asked]:
    return [("", ROWS if is_there else ROWS[1:]) for is_there in are_there]


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        pytest.param(texts(1, 2, 3, 4), "violated", id="another-text-every-time"),
        pytest.param(texts(1, 1, 2, 3, 4), "violated", id="four-times-in-the-middle"),
        pytest.param(texts(1, 2, 2, 3), "holds", id="not-every-time"),
        pytest.param(texts(1, 2, 3), "vacuous", id="too-few-reads"),
        pytest.param(with_and_without(True, False, True, False), "violated", id="in-and-out"),
        pytest.param(with_and_without(True, False, True, True), "holds", id="taken-and-put-back"),
        pytest.param(
            [("endpointIds=$endpoint[0]", row) for _, row in texts(1, 2, 3, 4)],
            "violated",
            id="of-a-part",
        ),
        pytest.param(
            [("", [changed(row, id=f"{n}{row['id']}") for row in ROWS]) for n in range(4)],
            "violated",
            id="all-others-every-time",
        ),
    ],
)
def test_what_changes_with_every_read_is_found(asked: list[Asked], verdict: str) -> None:
    assert judge("L33", *asked)[0] == verdict


ENDPOINT_ROWS = ("endpointIds=$endpoint[0]", ROWS[:20])


@pytest.mark.parametrize(
    ("asked", "symptom"),
    [
        pytest.param(
            [("", ROWS), ("", []), ENDPOINT_ROWS, ("", [])], "list emptied", id="for-good"
        ),
        pytest.param(
            [("", ROWS), ("", []), ("", []), ENDPOINT_ROWS], "", id="perhaps-written-anew"
        ),
        pytest.param(
            [("", ROWS), ("", []), (ENDPOINT_ROWS[0], []), ("", [])], "", id="all-deleted"
        ),
        pytest.param([("", ROWS), ("", []), ("", ROWS), ("", ROWS)], "rows change", id="for-once"),
        pytest.param(
            [("", ROWS), ("", ROWS[40:]), ("", ROWS), ("", ROWS)], "rows change", id="most"
        ),
        pytest.param([("", ROWS), ("", ROWS[20:]), ("", ROWS), ("", ROWS)], "", id="a-part"),
    ],
)
def test_a_list_that_empties_is_found(asked: list[Asked], symptom: str) -> None:
    assert judge("L33", *asked)[1] == symptom


def fresh_ids() -> list[Asked]:
    return [("", [changed(row, id=f"{n}{row['id']}") for row in ROWS]) for n in range(4)]


def renamed(*names: str) -> list[Asked]:
    return [
        ("", [changed(row, **dict.fromkeys(names, f"text {n}")) for row in ROWS]) for n in range(4)
    ]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param(texts(1, 2, 3, 4), "`mostRecentMessage.text` changes", id="a-text"),
        pytest.param(fresh_ids(), "`mostRecentMessage.id` changes", id="an-id"),
        pytest.param(
            renamed("text", "sender"),
            "`mostRecentMessage.sender` and `mostRecentMessage.text` changes",
            id="two",
        ),
        pytest.param(renamed("text", "sender", "deliveryStatus"), "a row changes", id="many"),
        pytest.param(with_and_without(True, False, True, False), "a row changes", id="a-row"),
    ],
)
def test_what_changes_with_every_read_is_told_by_its_name(asked: list[Asked], told: str) -> None:
    assert judgement_of("L33", *asked).received == f"{told} with every read"


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        pytest.param({"endpointId": "e9"}, "40 of 40 rows", id="every-row"),
        pytest.param({"otherAddress": "+12025550199"}, "", id="another-member"),
    ],
)
def test_what_a_row_and_its_message_both_name_is_told_with_its_count(
    members: dict[str, object], counts: str
) -> None:
    rows = [changed(row, **members) for row in ROWS[:40]]

    judgement = judgement_of("L03", ("", rows))

    assert judgement.verdict == "violated"
    assert judgement.received == f"the `{next(iter(members))}` of a row is not that of its message"
    assert judgement.counts.startswith(counts)


@pytest.mark.parametrize("law", ["L33", "L23", "L59", "L04", "L26", "L56"])
def test_a_run_without_answers_shows_nothing(law: str) -> None:
    assert judge(law)[0] == "vacuous"


PART = "endpointIds=$endpoint[0..1]"
SOME = ROWS[10:20]
UPDATED = [changed(ROWS[15], id="beef99", date="2026-05-01T00:00:00Z")]


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        pytest.param([("", ROWS), (PART, SOME), ("", ROWS)], "holds", id="alike"),
        pytest.param([("", ROWS), (PART, SOME[::-1]), ("", ROWS)], "violated", id="otherwise"),
        pytest.param([("", ROWS), (PART, SOME[::-1])], "vacuous", id="no-read-after-it"),
        pytest.param(
            [("", ROWS), (PART, SOME[::-1]), ("", ROWS[::-1])], "vacuous", id="no-order-that-stays"
        ),
        pytest.param(
            [("", ROWS), (PART, UPDATED + SOME[:5] + SOME[6:]), ("", UPDATED + ROWS)],
            "holds",
            id="a-row-that-moved-up",
        ),
        pytest.param(
            [("", ROWS), (f"{PART}&orderBy=id", SOME[::-1]), ("", ROWS)],
            "vacuous",
            id="with-a-parameter-of-the-host",
        ),
    ],
)
def test_a_part_of_the_list_in_another_order_is_found(asked: list[Asked], verdict: str) -> None:
    assert judge("L23", *asked)[0] == verdict


def order(*asked: Asked) -> tuple[tuple[str, ...], ...]:
    pages = tuple(itertools.starmap(_page, asked))
    case = Case(facts=FACTS, plan=parse_query(""), pages=pages, core={})
    return tuple(choices for _, choices in find_laws("L59")[0].judge(case).measured)


def test_the_order_of_the_list_is_measured_from_reads_of_it() -> None:
    assert order(("", ROWS), (PART, SOME), ("", UPDATED + ROWS))[0][0] == "newest-first"
    assert order(("", ROWS), ("", ROWS), ("", ROWS[::-1])) == (("unstable",),)


MOVED = [changed(row, accountId=f"a0{9:022x}") for row in ROWS[:1]] + ROWS[1:]


@pytest.mark.parametrize(
    ("reads", "verdict"),
    [
        pytest.param([ROWS, ROWS], "holds", id="one"),
        pytest.param([ROWS, MOVED, MOVED], "violated", id="two"),
        pytest.param([ROWS, MOVED, ROWS], "holds", id="for-one-read"),
        pytest.param([MOVED], "vacuous", id="read-once"),
    ],
)
def test_an_endpoint_of_two_accounts_is_found(reads: list[list[Row]], verdict: str) -> None:
    assert judge("L04", *(("", rows) for rows in reads))[0] == verdict


FREE = ("L33", "L23", "L59", "L04", "L26", "L75", "L36", "L22", "L82", "L30")
Change = Callable[[Request, Response], Response]


def mock_with(change: Change) -> Callable[[Request], Response]:
    screen = build_screen(scenario=load_scenario(clock="frozen", size=120))
    return lambda request: change(request, screen(request))


def run(send: Callable[[Request], Response], *laws: str) -> Outcome:
    return run_laws(send, options=CheckOptions(only=laws, max_drawn=8))


def as_json(request: Request, response: Response, *, of: Callable[[Request], bool]) -> Response:
    """Return an answer in JSON where what names another type is not heard."""
    if not of(request) or response.status != 200:
        return response
    headers = (("content-type", "application/json"),)
    return replace(response, headers=headers, body=b'{"conversations":[]}')


WAYS = {
    "xml by format": lambda request: "format=xml" in request.query,
    "csv by format": lambda request: "format=csv" in request.query,
    "xml by suffix": lambda request: request.path.endswith(".xml"),
    "xml by accept": lambda request: ("accept", "application/xml") in request.headers,
    "any by format": lambda request: "format=" in request.query,
}


@sampled(5)
@pytest.mark.parametrize("of", WAYS.values(), ids=WAYS.keys())
def test_a_type_that_one_way_does_not_give_is_found_in_a_whole_run(
    of: Callable[[Request], bool],
) -> None:
    outcome = run(mock_with(lambda request, response: as_json(request, response, of=of)))

    # By one of two laws: the type is known where the same type with a parameter is given.
    assert {finding.law for finding in outcome.findings} & {"L26-three-ways", "L12-xml"}


def test_a_host_of_json_alone_has_one_way() -> None:
    result = run(Toy(rows=ROWS)).laws["L26-three-ways"]

    assert result.verdict == "inconclusive"


@deep_only
def test_what_a_run_asks_anyway_is_enough_for_the_laws_on_it() -> None:
    asked: list[str] = []
    screen = build_screen(scenario=load_scenario(clock="frozen", size=120))

    def send(request: Request) -> Response:
        asked.append(request.purpose)
        return screen(request)

    laws = run(send).laws
    held = {law.id[:3] for law in laws.values() if law.verdict == "holds"}

    assert held >= set(FREE)
    assert {purpose[:3] for purpose in asked}.isdisjoint(FREE)


@sampled(6)
@pytest.mark.parametrize("law", FREE[:6])
def test_a_law_that_is_chosen_alone_asks_for_what_it_judges(law: str) -> None:
    outcome = run(build_screen(scenario=load_scenario(clock="frozen", size=120)), law)

    assert [result.verdict for result in outcome.laws.values()] == ["holds"]


def far(request: Request) -> str:
    year = request.query.partition("afterDate=")[2][:4]
    return "early" if "1800" < year < "1990" else "late" if year > "2100" else ""


def lose_early(request: Request, response: Response) -> Response:
    return as_json(request, response, of=lambda asked: far(asked) == "early")


def forget_late(request: Request, response: Response) -> Response:
    """Answer a date far ahead as if none were given."""
    if far(request) != "late":
        return response
    return Toy(rows=ROWS)(replace(request, query="", headers=()))


@pytest.mark.parametrize(
    ("change", "symptom"),
    [pytest.param(lose_early, "missing rows", id="early"),
     pytest.param(forget_late, "extra rows", id="late")],
)  # fmt: skip
@pytest.mark.parametrize("is_moving", [False, True], ids=["still", "moving"])
def test_a_far_date_that_loses_or_finds_rows_is_found(
    change: Change, symptom: str, is_moving: bool
) -> None:
    toy = Toy(rows=list(ROWS), is_moving=is_moving, rng=random.Random(2))

    outcome = run(lambda request: change(request, toy(request)), "L30")

    assert [(f.law, f.symptom) for f in outcome.findings] == [("L30-extremes", symptom)]


def test_a_host_that_cuts_by_the_start_of_conversations_loses_none_by_a_far_date() -> None:
    assert run(Toy(way="start-exclusive"), "L30").findings == []


def not_modified(request: Request, response: Response) -> Response:
    has_tag = any(name == "if-none-match" for name, _ in request.headers)
    return replace(response, status=304, body=b"") if has_tag else response


@sampled(2)
@pytest.mark.parametrize("is_live", [False, True], ids=["loopback", "live"])
def test_a_strange_tag_that_is_answered_as_known_is_found(is_live: bool) -> None:
    outcome = run_laws(
        lambda request: not_modified(request, Toy(rows=ROWS)(request)),
        options=CheckOptions(max_drawn=1),
        is_live=is_live,
    )

    assert ("L82-conditional", "304 for a strange tag") in {
        (f.law, f.symptom) for f in outcome.findings
    }


def test_ids_that_hold_rows_which_the_list_lacks_are_found() -> None:
    outcome = run(Toy(fault="list-misses-rows"), "L36", "L06")

    assert ("L36-partition", "rows not in the list") in {
        (f.law, f.symptom) for f in outcome.findings
    }


def without_unknown(request: Request, response: Response) -> Response:
    """Select nothing where an id that nobody has stands beside others."""
    known = [text for ids in FACTS.pools.values() for text in ids]
    items = request.query.replace("=", ",").replace("&", ",").replace("%2C", ",").split(",")
    ids = [item for item in items if len(item) == 24]
    is_mixed = any(item not in known for item in ids) and any(item in known for item in ids)
    return replace(response, body=b'{"conversations":[]}') if is_mixed else response


def test_an_unknown_id_that_empties_a_list_is_found() -> None:
    outcome = run(lambda request: without_unknown(request, Toy(rows=ROWS)(request)), "L22")

    assert {(f.law, f.symptom) for f in outcome.findings} == {
        ("L22-unknown-neutral", "missing rows")
    }


def test_a_callback_of_several_parts_is_called_by_its_name() -> None:
    outcome = run(Toy(fault="jsonp-by-dot", rows=ROWS), "L18")

    assert [(f.law, f.symptom) for f in outcome.findings] == [("L18-jsonp", "media type")]


def test_one_fault_of_callbacks_is_one_finding() -> None:
    outcome = run(Toy(fault="jsonp-by-dot", rows=ROWS))

    assert [(f.law, f.symptom) for f in outcome.findings] == [("L18-jsonp", "media type")]
