"""Write a report as JSON, schema version 2; documents/report_schema.json says what is in it."""

import json
from collections.abc import Mapping
from typing import Any

from mockserver.checks.asked import Asked
from mockserver.checks.asking.coverage import Coverage
from mockserver.checks.cause import as_mapping
from mockserver.checks.forms.outline import (
    framework_of,
    is_drift,
    law_verdict,
    verdict_of,
)
from mockserver.checks.forms.wording import tell_cause
from mockserver.checks.report import Finding, Report

__all__ = ["SCHEMA_VERSION", "encode_json", "finding_to_json"]

SCHEMA_VERSION = 2


def encode_json(report: Report) -> str:
    """Return the report as JSON (INTERFACES, section Report)."""
    document = {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"version": report.stamp.version},
        "target": _target(report),
        "run": _run(report),
        "exitCode": int(report.exit_code),
        "verdict": verdict_of(report),
        "coverage": None if report.coverage is None else _coverage(report.coverage),
        "laws": [
            {
                "id": result.id,
                "tier": result.tier,
                "verdict": law_verdict(report, result),
                "why": result.reason or result.received,
            }
            for result in report.laws
        ],
        "profile": {
            point: {"choice": measured.choice, "evidence": measured.evidence}
            for point, measured in sorted(report.profile.items())
        },
        "findings": [finding_to_json(finding) for finding in report.findings],
        "notes": list(report.notes),
        "trouble": report.trouble or None,
        "stoppedBy": report.stopped_by or None,
        "shortfall": report.shortfall or None,
        "crashes": [
            {"during": crash.during, "error": crash.error, "place": crash.place}
            for crash in report.crashes
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Return the evidence of one finding."""
    evidence = finding.evidence
    kinds = evidence.kinds
    asked = [_asked(request) for request in evidence.requests]
    return {
        "fingerprint": finding.fingerprint,
        "law": finding.law,
        "tier": finding.tier,
        "symptom": finding.symptom,
        "cause": as_mapping(finding.cause),
        "summary": tell_cause(finding),
        "certainty": evidence.certainty,
        "seen": list(evidence.seen),
        "counts": evidence.counts or None,
        "member": evidence.member or None,
        "kinds": None if kinds is None else {"expected": kinds[0], "received": kinds[1]},
        "request": asked[-1] if asked else None,
        "requestsBefore": asked[:-1],
        "plan": finding.plan,
        "replay": finding.replay,
        "hints": list(evidence.hints),
        "alsoOnMock": finding.also_on_mock,
        "alsoLaws": list(finding.also),
        "received": finding.received,
        "documented": finding.documented,
        "count": finding.count,
        "waived": finding.waived or None,
        "sides": None
        if evidence.sides is None
        else [
            {"name": side.name, "shows": side.shows, "replay": side.replay or None}
            for side in evidence.sides
        ],
    }


def _target(report: Report) -> dict[str, Any]:
    target = dict(report.target)
    if is_drift(report) or not target:
        return target
    return {**target, "framework": framework_of(report)}


def _run(report: Report) -> dict[str, Any]:
    stamp = report.stamp
    return {
        "seed": stamp.seed,
        "budget": stamp.budget,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "started": stamp.started,
        "contractDigest": stamp.contract_digest,
        "profile": dict(stamp.profile),
        "scope": None if stamp.scope is None else {"accounts": stamp.scope},
        "options": dict(stamp.options),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "pairs": {"covered": coverage.covered, "of": coverage.of},
        "cells": [{**cell.values, "state": cell.state} for cell in coverage.cells],
        "missed": list(coverage.missed),
        "drawn": coverage.drawn,
    }


def _asked(asked: Asked) -> Mapping[str, Any]:
    return {
        "method": asked.method,
        "path": asked.path,
        "query": asked.query,
        "headers": [{"name": name, "value": value} for name, value in asked.headers],
        "identity": asked.identity,
    }
