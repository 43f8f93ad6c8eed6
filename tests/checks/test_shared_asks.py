"""Laws that share one ask where nothing is wrong: what they spare, and each fault behind it."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, unquote_plus

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import build_facts, resolve, value_of
from mockserver.checks.laws.nobodys import NEAR, PATTERNS, list_of_nobodys, spoiled
from mockserver.checks.laws.table import LAWS
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import NO_ID, ZERO_ID
from tests.checks.toy import LISTS, Toy, build_rows

ROWS = build_rows(60)
FACTS = build_facts(ROWS)
POOLS = {"accountIds": "account", "endpointIds": "endpoint", "customerIds": "customer"}
NOBODYS = ("L19", "L21", "L83", "L85", "L95")
# As the client has it: what it would percent-encode itself is refused.
SENDABLE = re.compile(r"[\x21\x22\x24-\x7e]*")
Values = dict[str, list[str]]


class Host:
    """Answers as `Toy` does what it makes of the values; keeps what it was asked."""

    def __init__(self, change: Callable[[Values], Values | int] = lambda values: values) -> None:
        self.toy = Toy(rows=ROWS)
        self.change = change
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        pairs = [pair.partition("=") for pair in request.query.split("&") if pair]
        values = {name: unquote_plus(text).split(",") for name, _, text in pairs}
        made = self.change(values)
        if isinstance(made, int):
            return self._refuse(request, made)
        query = "&".join(f"{name}={quote(','.join(items))}" for name, items in made.items())
        return replace(self.toy(replace(request, query=query)), request=request)

    def _refuse(self, request: Request, status: int) -> Response:
        return Response(
            status=status, reason="", headers=(), body=b"", elapsed_seconds=0, request=request
        )

    def count(self, *laws: str) -> int:
        """Return how many requests laws asked."""
        return sum(request.purpose.startswith(laws) for request in self.asked)

    def run(self, *only: str) -> Outcome:
        return run_laws(self, options=CheckOptions(only=only, max_drawn=1))


def reading(name: str, symbol: str, meaning: str) -> Callable[[Values], Values]:
    """Return a reading of one text in one parameter as another id."""
    text, other = value_of(symbol, FACTS), value_of(meaning, FACTS)

    def change(values: Values) -> Values:
        items = [other if item == text else item for item in values.get(name, [])]
        return {**values, name: items} if items else values

    return change


def opening(name: str, symbol: str) -> Callable[[Values], Values]:
    """Return a reading of one text in one parameter as no filter."""
    text = value_of(symbol, FACTS)

    def change(values: Values) -> Values:
        is_open = text in values.get(name, ())
        return {n: items for n, items in values.items() if n != name or not is_open}

    return change


def folded(values: Values) -> Values:
    return {name: [item.lower() for item in items] for name, items in values.items()}


def symptoms(outcome: Outcome) -> set[tuple[str, str]]:
    return {(finding.law[:3], finding.symptom) for finding in outcome.findings}


def test_ids_of_nobody_take_few_requests_of_a_host_that_gives_nothing() -> None:
    host = Host()

    outcome = host.run(*NOBODYS)

    assert outcome.findings == []
    assert {law.verdict for law in outcome.laws.values()} == {"holds"}
    assert host.count(*NOBODYS) <= 6


def test_a_host_that_folds_the_case_of_every_id_is_clean_in_few_requests() -> None:
    host = Host(folded)

    outcome = host.run(*NOBODYS)

    assert outcome.findings == []
    assert {law.verdict for law in outcome.laws.values()} == {"holds"}
    assert host.count(*NOBODYS) <= 6


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_host_that_refuses_ids_of_nobody_is_clean(status: int) -> None:
    known = {item for pool in FACTS.pools.values() for item in pool}

    def refuse(values: Values) -> Values | int:
        items = {item for name in LISTS for item in values.get(name, [])}
        return values if items <= known else status

    outcome = Host(refuse).run(*NOBODYS)

    assert outcome.findings == []
    assert outcome.laws["L19-near-miss"].verdict == "holds"


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("change", [*NEAR, *PATTERNS])
def test_a_near_miss_that_selects_rows_is_traced_to_it(name: str, change: str) -> None:
    spoilt = spoiled(POOLS[name], change, FACTS)

    outcome = Host(reading(name, spoilt, spoilt.partition("!")[0])).run("L19")

    assert [(f.symptom, f.plan) for f in outcome.findings] == [
        ("extra rows", f"L19-near-miss {name}={spoilt}")
    ]


@pytest.mark.parametrize("word", [NO_ID, ZERO_ID])
@pytest.mark.parametrize("name", LISTS)
def test_what_stands_for_no_id_and_selects_rows_is_traced_to_it(name: str, word: str) -> None:
    outcome = Host(reading(name, word, f"${POOLS[name]}[0]")).run("L19")

    assert [(f.symptom, f.plan) for f in outcome.findings] == [
        ("extra rows", f"L19-near-miss {name}={word}")
    ]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("law", "symbol"), [("L21", "$unknown[0]"), ("L85", "$unknown[1]")], ids=["shaped", "other"]
)
def test_an_unknown_id_that_selects_rows_in_one_parameter_is_found(
    name: str, law: str, symbol: str
) -> None:
    outcome = Host(opening(name, symbol)).run(law)

    assert symptoms(outcome) == {(law, "unknown id selects rows")}


@pytest.mark.parametrize("name", LISTS)
def test_an_id_of_another_kind_is_found_where_a_list_holds_it(name: str) -> None:
    kind = next(pool for other, pool in POOLS.items() if other != name)

    outcome = Host(reading(name, f"${kind}[0]", f"${POOLS[name]}[2]")).run("L83", "L95")

    assert symptoms(outcome) == {("L83", "extra rows")}


def test_ids_that_are_somebodys_stand_in_no_list_of_nobodys() -> None:
    rows: list[dict[str, object]] = [
        {"id": str(n), "endpointId": str(n), "mostRecentMessage": {"accountId": str(n // 10)}}
        for n in range(1, 120)
    ]
    facts = build_facts(rows)
    term = list_of_nobodys("endpointIds", facts).terms[0]

    assert not {value_of(value, facts) for value in term.values} & facts.all_ids
    assert not any(value.endswith("!swapcase") for value in term.values)


@pytest.mark.parametrize(
    "model", ["5f8e6a10c2d4b7a90e1f0a01", "12345678-ABCD-4def-8abc-123456789012"]
)
def test_an_id_of_zeros_is_one_of_nobodys(model: str) -> None:
    facts = build_facts([{"id": "c", "endpointId": model}])

    zeros = value_of("$unknown[2]", facts)

    assert zeros.replace("0", "").replace("-", "") == ""
    assert len(zeros) == len(model)
    asked = list_of_nobodys("endpointIds", facts).terms[0].values
    assert zeros in {value_of(value, facts) for value in asked}


def test_empty_lists_of_a_host_that_filters_nothing_take_two_requests() -> None:
    host = Host()

    outcome = host.run("L17")

    assert outcome.laws["L17-empty-value"].verdict == "holds"
    assert host.count("L17") == 2
    assert {item.choices for item in outcome.learned} >= {("no-filter",)}


@pytest.mark.parametrize("text", ["", "[]"], ids=["empty", "brackets"])
@pytest.mark.parametrize("name", LISTS)
def test_an_empty_value_that_means_another_thing_in_one_parameter_is_found(
    name: str, text: str
) -> None:
    def change(values: Values) -> Values:
        return {**values, name: ["nobody"]} if values.get(name) == [text] else values

    assert symptoms(Host(change).run("L17")) == {("L17", "empty lists mean two things")}


def widened(name: str, is_met: Callable[[list[str]], bool]) -> Callable[[Values], Values]:
    """Return a reading that drops every filter where a list of one parameter is so."""
    return lambda values: {} if name in values and is_met(values[name]) else values


def is_blank(items: list[str]) -> bool:
    return not any(item.strip() for item in items)


def has_a_blank(items: list[str]) -> bool:
    return any(not item.strip() for item in items)


def has_blank(items: list[str]) -> bool:
    return has_a_blank(items) and not is_blank(items)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("is_met", [has_blank, is_blank], ids=["an-item", "all-items"])
def test_blanks_that_widen_a_list_are_found_in_each_parameter(
    name: str, is_met: Callable[[list[str]], bool]
) -> None:
    assert symptoms(Host(widened(name, is_met)).run("L81")) == {("L81", "blank item widens")}


def test_blanks_that_break_a_host_are_found() -> None:
    def change(values: Values) -> Values | int:
        return 500 if any(map(is_blank, values.values())) else values

    assert symptoms(Host(change).run("L81")) == {("L81", "status 5xx")}


def nulls(values: Values) -> Values:
    """Read blanks as ServiceStack does: as nulls, which no row has."""
    return {name: [item.strip() or "null" for item in items] for name, items in values.items()}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        pytest.param(lambda values: values, "holds", id="left-out"),
        pytest.param(nulls, "holds", id="nulls"),
        pytest.param(
            lambda values: 400 if any(map(has_a_blank, values.values())) else values,
            "inconclusive",
            id="refused",
        ),
    ],
)
def test_a_host_with_a_way_with_blanks_is_clean(
    change: Callable[[Values], Values | int], verdict: str
) -> None:
    outcome = Host(change).run("L81")

    assert (outcome.findings, outcome.laws["L81-blank-item"].verdict) == ([], verdict)


@pytest.mark.parametrize("name", ["accountIds", "endpointIds"])
def test_a_host_that_reads_brackets_as_a_list_is_found(name: str) -> None:
    def change(values: Values) -> Values:
        read = {unquote_plus(n).partition("[")[0]: items for n, items in values.items()}
        return {**values, name: read[name]} if name in read else values

    outcome = Host(change).run("L48")

    assert {finding.law for finding in outcome.findings} == {"L48-unknown-parameter"}


HOSTILE = {"'": "endpointIds", "{}": "customerIds", "\0": "accountIds", "💩": "endpointIds"}


@pytest.mark.parametrize(("text", "name"), HOSTILE.items(), ids=HOSTILE.values())
def test_a_hostile_id_that_breaks_one_parameter_is_found(text: str, name: str) -> None:
    def change(values: Values) -> Values | int:
        return 500 if text in ",".join(values.get(name, [])) else values

    assert symptoms(Host(change).run("L25")) == {("L25", "status 5xx")}


def test_a_hostile_id_that_selects_rows_of_customers_is_found() -> None:
    outcome = Host(widened("customerIds", lambda items: "{}" in items[0])).run("L25")

    assert symptoms(outcome) == {("L25", "hostile id selects rows")}


def test_a_header_out_of_a_callback_is_traced_to_it() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        given = toy(request)
        is_split = "%0D%0A" in request.query
        added = (("X-Mockserver-Check", "1"),) if is_split else ()
        return replace(given, headers=(*given.headers, *added))

    outcome = run_laws(send, options=CheckOptions(only=("L65",), max_drawn=1))

    assert [(f.symptom, dict(f.cause)["@callbacks"]) for f in outcome.findings] == [
        ("header injected", "line-ends")
    ]


def test_every_law_asks_what_a_client_may_send() -> None:
    """A request that the client refuses leaves its law out, whatever else it would ask."""
    asked = [
        resolve(query, FACTS)
        for law in LAWS
        for plan in law.plans(FACTS)
        for query in law.asks(plan)
    ]

    assert [request.query for request in asked if not SENDABLE.fullmatch(request.query)] == []
