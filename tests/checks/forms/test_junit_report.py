from dataclasses import replace

import pytest
from junitparser import JUnitXml, TestSuite

from mockserver.checks.forms.junit_report import encode_junit
from mockserver.checks.report import Finding, LawResult, Report
from tests.checks.sample_report import FINDINGS, REPORT
from tests.cli.test_terminal import HOSTILE

EMPTY = Report(target={}, requests=3, seconds=0.25)


def read(report: Report) -> TestSuite:
    """Return the one suite, as the reader that CI systems' scripts use finds it."""
    (suite,) = JUnitXml.fromstring(encode_junit(report).encode())
    assert isinstance(suite, TestSuite)
    return suite


def test_a_reader_finds_a_case_a_law_with_its_time() -> None:
    suite = read(replace(REPORT, crashes=()))

    cases = {case.name: case for case in suite}
    assert list(cases) == [law.id for law in REPORT.laws]
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (12, 7, 0, 3)
    assert (suite.time, suite.timestamp) == (12.34, "2026-03-01T12:00:00")
    assert cases["L06-union"].time == 1.5
    assert cases["L01-row-soundness"].is_passed
    assert cases["L55-isolation"].is_skipped


def test_a_reader_finds_the_stamp_among_the_properties() -> None:
    properties = read(REPORT).properties()  # type: ignore[no-untyped-call]  # it has no types
    found = {item.name: item.value for item in properties}

    assert found["seed"] == "7"
    assert found["version"] == REPORT.stamp.version
    assert found["contract"] == "sha256:" + "0" * 64
    assert found["profile"].startswith("sha256:")
    assert found["framework"] == "servicestack-8"


def test_a_failure_is_evidence() -> None:
    cases = {case.name: case for case in read(REPORT)}

    (failure,) = cases["L20-formats"].result
    assert failure.message == "`customerIds` is not applied when the answer is XML"
    assert "Request: GET /conversations?customerIds=$customer[2]" in failure.text
    assert "Replay: mockserver check http://localhost:4011" in failure.text


def test_a_crash_and_a_target_that_was_not_judged_are_errors() -> None:
    crashed = read(REPORT)
    unreached = read(replace(EMPTY, trouble="h cannot be reached"))

    assert [case.name for case in crashed if case.is_error] == ["checker"]
    assert [(case.name, case.result[0].message) for case in unreached] == [
        ("run", "h cannot be reached")
    ]


def test_a_finding_of_no_law_is_a_case_of_its_own() -> None:
    stray = Finding(fingerprint="f1", law="scope", tier="must", symptom="foreign rows")

    (case,) = read(replace(EMPTY, findings=(stray,), allows_empty=True))
    assert case.name == "scope f1"
    assert case.is_failure


def test_a_waived_law_is_skipped_with_its_reason() -> None:
    law = LawResult(id="L20-formats", tier="must", verdict="violated")
    waived = replace(FINDINGS[0], waived="ticket 17", also=())

    (case,) = read(replace(EMPTY, laws=(law,), findings=(waived,)))
    assert case.result[0].message == "waived: ticket 17"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_is_well_formed(text: str) -> None:
    law = LawResult(id=text, tier="must", verdict="violated", received=text)
    found = replace(FINDINGS[0], received=text, replay=text, law="x", fingerprint=text)

    suite = read(replace(EMPTY, laws=(law,), findings=(found,), trouble=text, stopped_by=text))

    assert suite.tests == 3
