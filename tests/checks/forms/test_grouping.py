"""Findings with one reason stand together, and one sentence tells of all of them."""

from dataclasses import replace

import pytest

from mockserver.checks.asked import asked_of
from mockserver.checks.asking.coverage import Cell, Coverage
from mockserver.checks.cause import FLAKY, Cause
from mockserver.checks.evidence import Evidence
from mockserver.checks.forms.grid import field_note, grid_of
from mockserver.checks.forms.outline import groups_of
from mockserver.checks.forms.wording import tell_cause, tell_group
from mockserver.checks.plan import parse_plan
from mockserver.checks.report import Finding, Report
from tests.checks.sample_report import QUIET

STORY = "an answer is given again: the cache does not know `customerIds`"
CELLS = {"parameter": "endpointIds", "format": "json", "spelling": "comma"}


def found(
    symptom: str,
    *cause: tuple[str, str],
    law: str = "L06-union",
    received: str = "",
    **rest: object,
) -> Finding:
    return Finding(
        fingerprint=f"{law} {symptom} {cause}",
        law=law,
        tier="must",
        symptom=symptom,
        cause=cause,
        received=received,
        evidence=Evidence(**rest),  # type: ignore[arg-type]  # what evidence has
    )


def report_of(*findings: Finding) -> Report:
    return replace(QUIET, findings=findings)


def told(*findings: Finding) -> list[str]:
    return [tell_group(group.findings) for group in groups_of(report_of(*findings))]


def stranger(identity: str, *more: tuple[str, str], law: str = "L71-wrong-password") -> Finding:
    return found("a list", ("@auth", identity), *more, law=law, received="a list where")


LAST = "the last id of `{}` does not count"


@pytest.mark.parametrize(
    ("findings", "sentences"),
    [
        pytest.param(
            [stranger("wrong", ("way", "suffix")), stranger("cased", ("way", "suffix"))],
            [
                "a list is given with a wrong password or "
                "with a password in another case asked for by the path's ending"
            ],
            id="who-asks",
        ),
        pytest.param(
            [
                stranger("forged", ("format", "xml"), law="L80-every-way"),
                found("session outlives sign-out", ("endpointIds", "one id"), law="L72-session"),
                stranger("none", law="L08-auth-required"),
            ],
            ["a list is given for a caller without credentials"],
            id="nobody-has-to-sign-in",
        ),
        pytest.param(
            [
                found("missing rows", ("@auth", "other"), ("endpointIds", "one id")),
                found("shared accounts", law="L55-isolation", received="all of them"),
            ],
            ["the second user sees all accounts of the first"],
            id="another-s-list-is-his",
        ),
        pytest.param(
            [
                found("status 404", ("@auth", "none"), law="L08-auth-required"),
                found("status 404", ("@auth", "session-shaken"), law="L88-readers"),
                found("status 404", *FLAKY, law="L88-readers", certainty="flaky"),
            ],
            ["the answer is 404 for a caller without credentials"],
            id="who-is-refused-otherwise",
        ),
        pytest.param(
            [
                found("body: unreadable csv", law="L16-schema", received="a body that is no csv"),
                found("unreadable body", ("format", "csv"), law="L13-csv"),
            ],
            ["a body that is no csv"],
            id="one-type-that-cannot-be-read",
        ),
        pytest.param(
            [
                found("missing rows", (name, "several ids"), explained=LAST.format(name))
                for name in ("endpointIds", "customerIds")
            ],
            [
                "the last id of `endpointIds` or `customerIds` does not count when several ids "
                "are given"
            ],
            id="one-fault-of-two-parameters",
        ),
        pytest.param(
            [
                found("missing rows", ("endpointIds", "one id")),
                found("missing rows", ("customerIds", "one id, upper")),
            ],
            [
                "`endpointIds` loses rows that it selects",
                "`customerIds` loses rows that it selects when the id is in capitals",
            ],
            id="two-faults",
        ),
        pytest.param(
            [
                found("extra rows", ("customerIds", "one id"), story=STORY),
                found("missing rows", *FLAKY, story=STORY, certainty="flaky"),
            ],
            [STORY],
            id="a-cache",
        ),
        pytest.param(
            [
                found("missing rows", ("accountIds", "one id")),
                found("many rows of one id", law="L05-uniqueness", received="2 of 9 rows share it"),
            ],
            ["2 of 9 rows share it"],
            id="ids-that-are-none",
        ),
        pytest.param(
            [
                found("foreign rows", ("accountIds", "several ids"), law="L55-isolation"),
                found(
                    "rows not in the list",
                    ("@auth", "other"),
                    law="L87-one-list",
                    received="rows of another user's list",
                ),
            ],
            ["the second user gets rows of an account that is not his"],
            id="a-leak",
        ),
    ],
)
def test_findings_of_one_reason_are_told_in_one_sentence(
    findings: list[Finding], sentences: list[str]
) -> None:
    assert told(*findings) == sentences


@pytest.mark.parametrize(
    ("cause", "evidence", "sentence"),
    [
        pytest.param(
            (("endpointIds", "several ids"),),
            Evidence(explained="of the ids of `endpointIds` only the first counts"),
            "of the ids of `endpointIds` only the first counts",
            id="what-it-says-already",
        ),
        pytest.param(
            (("afterDate", "date, with an offset"),),
            Evidence(explained="the offset of `afterDate` is ignored"),
            "the offset of `afterDate` is ignored",
            id="an-offset",
        ),
        pytest.param(
            (("customerIds", "one id"), ("format", "xml")),
            Evidence(explained="rows without `sender` are lost"),
            "rows without `sender` are lost when `customerIds` is given and the answer is XML",
            id="a-filter-that-it-does-not-name",
        ),
    ],
)
def test_what_explains_a_finding_stands_in_place_of_its_symptom(
    cause: Cause, evidence: Evidence, sentence: str
) -> None:
    finding = replace(found("missing rows", *cause), evidence=evidence)

    assert tell_cause(finding) == sentence


def test_a_table_without_a_violated_field_says_why() -> None:
    whole = report_of(found("status 5xx", law="L16-schema"))
    held = grid_of(Coverage(cells=(Cell(values=CELLS, state="held"),)))
    broken = grid_of(Coverage(cells=(Cell(values=CELLS, state="violated"),)))

    assert field_note(whole, held).startswith("No field is violated: the cause found is about no ")
    assert field_note(whole, broken) == ""
    assert field_note(report_of(), held) == ""


@pytest.mark.parametrize(
    ("before", "words"),
    [
        pytest.param(
            "afterDate=notadate",
            "a request with `afterDate` when the date is no date",
            id="a-filter",
        ),
        pytest.param("@auth=other", "a request for the whole list for the second user", id="who"),
        pytest.param(
            "@method=POST&@path=/auth/logout",
            "POST `/auth/logout`",
            id="another-route",
        ),
        pytest.param("@auth=none >> @auth=other", "the requests before it", id="several"),
    ],
)
def test_what_needs_a_request_before_it_says_which(before: str, words: str) -> None:
    plan = parse_plan(f"L37-interleaved {before} >> ")
    asked = tuple(map(asked_of, (*plan.before, plan.query)))
    evidence = Evidence(certainty="needs-history", requests=asked)
    finding = replace(found("missing rows"), plan=str(plan))

    told = tell_cause(replace(finding, evidence=evidence))

    assert told == f"the answer lacks rows that the query selects, after {words}"
