"""A report as a run makes one, with five causes, coverage, a waiver and all that can be said."""

from dataclasses import replace
from itertools import product

from mockserver.checks.asked import Asked
from mockserver.checks.asking.coverage import Cell, Coverage
from mockserver.checks.evidence import Evidence
from mockserver.checks.failures import Failure
from mockserver.checks.report import Finding, LawResult, Measurement, Report, fingerprint
from mockserver.checks.stamp import Stamp

__all__ = ["COVERAGE", "FINDINGS", "LAWS", "QUIET", "REPORT", "finding"]

FORMATS = ("json", "xml", "csv", "jsv", "jsonl", "html")
SPELLINGS = ("comma", "repeat", "json", "jsv", "encoded")
XML = (("accept", "application/xml"),)


def finding(
    law: str, symptom: str, *cause: tuple[str, str], tier: str = "must", **rest: object
) -> Finding:
    print_ = fingerprint(law, symptom, [f"{axis}={kind}" for axis, kind in cause])
    plan = str(rest.pop("plan", f"{law} endpointIds=$endpoint[0]"))
    return Finding(
        fingerprint=print_,
        law=law,
        tier=tier,  # type: ignore[arg-type]  # one of the three
        symptom=symptom,
        cause=cause,
        plan=plan,
        replay=f"mockserver check http://localhost:4011 --user ada --plan '{plan}'",
        **rest,  # type: ignore[arg-type]  # what a finding has
    )


FINDINGS = (
    finding(
        "L20-formats",
        "extra rows",
        ("customerIds", "one id"),
        ("format", "xml"),
        plan="L20-formats customerIds=$customer[2]&@accept=application/xml",
        also=("L06-union", "L10-intersection"),
        received="every row that it excludes",
        documented="only rows that the query selects",
        evidence=Evidence(
            seen=(3, 3),
            counts="24 of 31 rows are not selected, none of $customer[2]",
            requests=(
                Asked(
                    method="GET",
                    path="/conversations",
                    query="customerIds=$customer[2]",
                    headers=XML,
                ),
            ),
            hints=("the XML writer selects by itself", "`customerIds` is read after the format"),
        ),
    ),
    finding(
        "L31-date-and-ids",
        "missing rows",
        ("accountIds", "several ids"),
        ("afterDate", "date, with an offset"),
        plan="L31-date-and-ids accountIds=$account[0..1]&afterDate=$row[7].date!+02:00",
        received="some of the rows that it selects are missing",
        documented="every row that the query selects",
        evidence=Evidence(
            certainty="needs-history",
            seen=(2, 3),
            counts="7 of 31 rows that the query selects are missing, all of $account[1]",
            requests=(
                Asked(method="GET", path="/conversations", query="accountIds=$account[0]"),
                Asked(
                    method="GET",
                    path="/conversations",
                    query="accountIds=$account[0],$account[1]&afterDate=$row[7].date!+02:00",
                ),
            ),
        ),
    ),
    finding(
        "L16-schema",
        "type of isUnread",
        plan="L16-schema",
        received="isUnread is not as declared",
        documented="its schema",
        evidence=Evidence(
            member="mostRecentMessage.isUnread",
            kinds=("boolean", "text"),
            counts="12 of 80 rows",
            requests=(Asked(method="GET", path="/conversations", query=""),),
        ),
    ),
    finding(
        "L08-auth-required",
        "open",
        ("@auth", "bearer-empty"),
        plan="L08-auth-required @auth=bearer-empty",
        received="200 with a list",
        documented="401 or 403",
        evidence=Evidence(
            certainty="flaky",
            seen=(1, 5),
            requests=(
                Asked(method="GET", path="/conversations", query="", identity="bearer-empty"),
            ),
        ),
        also_on_mock=True,
    ),
    finding(
        "L62-caching",
        "no Vary",
        plan="L62-caching",
        tier="should",
        received="cacheable without Vary: Accept",
        documented="Vary: Accept",
        evidence=Evidence(requests=(Asked(method="GET", path="/conversations", query=""),)),
    ),
)
LAWS = (
    LawResult(id="L01-row-soundness", tier="must", verdict="holds", seconds=0.25),
    LawResult(id="L06-union", tier="must", verdict="violated", received="x", seconds=1.5),
    LawResult(id="L08-auth-required", tier="must", verdict="violated"),
    LawResult(id="L10-intersection", tier="must", verdict="violated"),
    LawResult(id="L16-schema", tier="must", verdict="violated"),
    LawResult(id="L20-formats", tier="must", verdict="violated"),
    LawResult(id="L31-date-and-ids", tier="must", verdict="violated"),
    LawResult(id="L55-isolation", tier="must", verdict="skipped", reason="needs a second user"),
    LawResult(id="L59-order", tier="learn", verdict="holds"),
    LawResult(id="L82-conditional", tier="must", verdict="inconclusive"),
    LawResult(id="L62-caching", tier="should", verdict="violated"),
    LawResult(id="L67-row-cap", tier="learn", verdict="inconclusive", reason="the budget is spent"),
)
COVERAGE = Coverage(
    covered=1204,
    of=1310,
    missed=("format=html with customerIds=several", "route=reply with who=other"),
    drawn=90,
    cells=tuple(
        Cell(
            values={"parameter": parameter, "format": form, "spelling": spelling},
            state="violated"
            if (parameter, form) == ("customerIds", "xml")
            else "unreached"
            if form == "html" or (spelling, parameter) == ("jsv", "endpointIds")
            else "held",
        )
        for parameter, spelling, form in product(
            ("accountIds", "endpointIds", "customerIds"), SPELLINGS, FORMATS
        )
    ),
)
REPORT = Report(
    target={
        "kind": "loopback",
        "origin": "http://localhost:4011",
        "basePath": "",
        "auth": "basic",
    },
    requests=250,
    seconds=12.34,
    laws=LAWS,
    findings=FINDINGS,
    profile={
        "framework": Measurement(choice="servicestack-8", evidence="L70-points: L70-points"),
        "order": Measurement(choice="newest-first", evidence="L59-order: L59-order"),
        "row-cap": Measurement(choice="unknown"),
    },
    notes=("the target's clock is 3 h behind", "the waiver of L42 covers nothing; it may go"),
    crashes=(
        Failure(during="L82-conditional", error="KeyError", place="mockserver/checks/x.py:1"),
    ),
    coverage=COVERAGE,
    stamp=Stamp(
        seed=7,
        budget=250,
        started="2026-03-01T12:00:00Z",
        contract_digest="sha256:" + "0" * 64,
        profile={"order": "newest-first"},
        options={"user": "ada", "law": ["L06", "L16"], "lenient": True},
    ),
)
# The same without verdicts of laws, for findings of a test's own.
QUIET = replace(REPORT, laws=LAWS[:1], findings=(), crashes=())
