from dataclasses import replace

import pytest

from mockserver.checks.cause import FLAKY, Cause
from mockserver.checks.evidence import Evidence
from mockserver.checks.forms.situations import SITUATIONS
from mockserver.checks.forms.wording import certainty_words, tell_cause
from mockserver.checks.laws.table import LAWS
from mockserver.checks.report import Finding

FOUND = Finding(fingerprint="f1", law="L06-union", tier="must", symptom="extra rows")
ALL = "every row that it excludes"
SOME = "some rows that the query excludes"
TEXT = Evidence(member="mostRecentMessage.isUnread", kinds=("boolean", "text"))
ONE = ("customerIds", "one id")


@pytest.mark.parametrize(
    ("symptom", "received", "cause", "told"),
    [
        pytest.param(
            "extra rows",
            ALL,
            (ONE, ("format", "xml")),
            "`customerIds` is not applied when the answer is XML",
            id="a-filter-in-a-format",
        ),
        pytest.param(
            "extra rows",
            SOME,
            (ONE, ("@accept", "text/csv")),
            "`customerIds` lets rows through that it excludes when the answer is CSV",
            id="a-format-by-its-media-type",
        ),
        pytest.param(
            "extra rows",
            SOME,
            (("accountIds", "one id"), ONE),
            "`accountIds` and `customerIds` let rows through that they exclude",
            id="two-filters",
        ),
        pytest.param(
            "older rows",
            "rows older than afterDate",
            (("afterDate", "date, with an offset"),),
            "`afterDate` lets older rows through when the date has an offset",
            id="a-date",
        ),
        pytest.param(
            "missing rows",
            "some of the rows that it selects are missing",
            (("endpointIds", "several ids, repeat"),),
            "`endpointIds` loses rows that it selects when several ids are given and the "
            "parameter is repeated",
            id="a-spelling",
        ),
        pytest.param(
            "status 404",
            "status 404",
            (("@method", "HEAD"),),
            "the answer is 404 by HEAD",
            id="verb",
        ),
        pytest.param(
            "open",
            "200 with a list",
            (("@auth", "forged"),),
            "somebody without credentials is answered with session cookies that nobody was given",
            id="identity",
        ),
        pytest.param(
            "extra rows",
            ALL,
            (ONE, ("@path", "/conversations.xml")),
            "`customerIds` is not applied by the route `/conversations.xml`",
            id="route",
        ),
        pytest.param(
            "extra rows",
            ALL,
            (ONE, ("@header-if-none-match", "x")),
            "`customerIds` is not applied with the header `if-none-match`",
            id="header",
        ),
        pytest.param(
            "extra rows",
            ALL,
            (ONE, ("weather", "rain")),
            "`customerIds` is not applied with `weather` rain",
            id="an-axis-that-nobody-knows",
        ),
        pytest.param(
            "values differ",
            "a value of xml is not that of JSON",
            (),
            "a value in XML is not that of JSON",
            id="values",
        ),
        pytest.param(
            "a new symptom", "rows come in pairs only", (), "rows come in pairs only", id="new"
        ),
        pytest.param("a new symptom", "two ways", (), "a new symptom", id="new-and-terse"),
        pytest.param(
            "extra rows",
            ALL,
            FLAKY,
            "now and then the answer holds rows that the query excludes",
            id="flaky",
        ),
    ],
)
def test_a_cause_is_told_in_words(symptom: str, received: str, cause: Cause, told: str) -> None:
    found = replace(FOUND, symptom=symptom, received=received, cause=cause)

    assert tell_cause(found) == told


@pytest.mark.parametrize(
    ("law", "symptom", "cause", "told"),
    [
        pytest.param(
            "L19-near-miss",
            "extra rows",
            (ONE,),
            "`customerIds` is not applied when an id is nearly one that somebody has",
            id="the-law-s-own-way",
        ),
        pytest.param(
            "L19-near-miss",
            "extra rows",
            (ONE, ("format", "xml")),
            "`customerIds` is not applied when the answer is XML",
            id="the-cause-says-more",
        ),
        pytest.param(
            "L12-xml", "values differ", (), "a value in XML is not that of JSON", id="said-already"
        ),
        pytest.param(
            "L16-schema",
            "status 5xx",
            (("@accept", "image/png"),),
            "the answer is an error of the server when `image/png` is asked for",
            id="an-unknown-type",
        ),
    ],
)
def test_what_a_law_does_with_a_query_is_told_where_the_cause_does_not(
    law: str, symptom: str, cause: Cause, told: str
) -> None:
    received = "a value of xml is not that of JSON" if symptom == "values differ" else ALL

    assert (
        tell_cause(replace(FOUND, law=law, symptom=symptom, received=received, cause=cause)) == told
    )


def test_a_member_that_breaks_the_schema_is_named() -> None:
    found = replace(FOUND, symptom="body: type /conversations/*/id", evidence=Evidence(member="id"))

    assert tell_cause(found) == "`id` is not what its schema says"


def test_every_law_with_a_way_of_its_own_exists() -> None:
    assert set(SITUATIONS) <= {law.number for law in LAWS}


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        pytest.param(
            TEXT, "`mostRecentMessage.isUnread` is a text in place of a boolean", id="kinds"
        ),
        pytest.param(
            replace(TEXT, kinds=("text", "text")),
            "`mostRecentMessage.isUnread` is another text than in the list",
            id="one-kind",
        ),
        pytest.param(
            replace(TEXT, kinds=None),
            "`mostRecentMessage.isUnread` is not what the list says",
            id="no-kinds",
        ),
    ],
)
def test_a_member_that_differs_is_named_with_the_kinds_of_its_values(
    evidence: Evidence, told: str
) -> None:
    found = replace(FOUND, symptom="values differ", evidence=evidence)

    assert tell_cause(found) == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({}, "reproducible", id="once"),
        pytest.param(
            {"evidence": Evidence(seen=(1, 3))},
            "reproducible, though 2 earlier answers to the same request were right",
            id="3",
        ),
        pytest.param({"cause": FLAKY}, "flaky", id="flaky-cause"),
        pytest.param({"evidence": Evidence(certainty="flaky")}, "flaky", id="flaky-once"),
        pytest.param(
            {"evidence": Evidence(certainty="flaky", seen=(1, 5))},
            "flaky, seen 1 of 5 times",
            id="5",
        ),
        pytest.param(
            {"evidence": Evidence(certainty="needs-history", seen=(2, 3))},
            "needs the requests before it, seen 2 of 3 times",
            id="history",
        ),
    ],
)
def test_how_sure_a_finding_is(changes: dict[str, object], told: str) -> None:
    assert certainty_words(replace(FOUND, **changes)) == told  # type: ignore[arg-type]  # rows above
