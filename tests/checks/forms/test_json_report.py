import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # none shipped

from mockserver.checks.evidence import Evidence, Side
from mockserver.checks.forms.json_report import encode_json
from mockserver.checks.report import Report
from mockserver.cli.main import main
from mockserver.documents.report_schema import report_schema
from tests.checks.sample_report import FINDINGS, REPORT

SIDES = (Side(name="a", shows="x", replay="mockserver check a"), Side(name="b.yaml", shows="y"))
DRIFT = replace(
    REPORT,
    target={"left": dict(REPORT.target), "right": {"file": "b.yaml"}},
    findings=(replace(FINDINGS[0], evidence=Evidence(sides=SIDES)),),
)
REPORTS = {
    "whole": REPORT,
    "empty": Report(target={}, requests=0, seconds=0.0),
    "trouble": replace(REPORT, laws=(), findings=(), trouble="gone", coverage=None, crashes=()),
    "drift": DRIFT,
}


def wrong(document: Any) -> list[str]:
    found = Draft202012Validator(report_schema()).iter_errors(document)
    return [error.message for error in found]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_fits_the_schema_that_is_published(report: Report) -> None:
    Draft202012Validator.check_schema(report_schema())

    assert wrong(json.loads(encode_json(report))) == []


def test_the_schema_would_find_a_member_too_many_or_too_few() -> None:
    document = json.loads(encode_json(REPORT))
    del document["findings"][0]["summary"]

    assert wrong(document | {"extra": 1, "schemaVersion": 1}) != []
    assert any("'summary' is a required property" in message for message in wrong(document))


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "--report-schema"]) == 0
    assert json.loads(capsys.readouterr().out) == report_schema()


def test_a_report_is_stamped_with_what_repeats_it() -> None:
    document = json.loads(encode_json(REPORT))

    assert document["schemaVersion"] == 2
    assert document["tool"] == {"version": REPORT.stamp.version}
    assert document["target"] == {
        "kind": "loopback",
        "origin": "http://localhost:4011",
        "basePath": "",
        "auth": "basic",
        "framework": "servicestack-8",
    }
    assert document["run"] == {
        "seed": 7,
        "budget": 250,
        "requests": 250,
        "seconds": 12.34,
        "started": "2026-03-01T12:00:00Z",
        "contractDigest": "sha256:" + "0" * 64,
        "profile": {"order": "newest-first"},
        "scope": None,
        "options": {"user": "ada", "law": ["L06", "L16"], "lenient": True},
    }


def test_laws_have_verdicts_and_a_crash_is_one() -> None:
    laws = {law["id"]: law["verdict"] for law in json.loads(encode_json(REPORT))["laws"]}

    assert laws["L01-row-soundness"] == "holds"
    assert laws["L82-conditional"] == "crashed"


def test_a_finding_holds_its_evidence() -> None:
    first, second, third, *_ = json.loads(encode_json(REPORT))["findings"]

    assert first["summary"] == "`customerIds` is not applied when the answer is XML"
    assert first["request"] == {
        "method": "GET",
        "path": "/conversations",
        "query": "customerIds=$customer[2]",
        "headers": [{"name": "accept", "value": "application/xml"}],
        "identity": "user",
    }
    assert (second["certainty"], second["seen"]) == ("needs-history", [2, 3])
    assert len(second["requestsBefore"]) == 1
    assert (third["member"], third["kinds"]) == (
        "mostRecentMessage.isUnread",
        {"expected": "boolean", "received": "text"},
    )


def test_coverage_lists_pairs_and_cells() -> None:
    coverage = json.loads(encode_json(REPORT))["coverage"]

    assert coverage["pairs"] == {"covered": 1204, "of": 1310}
    assert coverage["cells"][0] == {
        "parameter": "accountIds",
        "format": "json",
        "spelling": "comma",
        "state": "held",
    }
