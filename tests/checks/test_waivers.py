import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from mockserver.checks.report import Finding, Report
from mockserver.checks.waivers import Waiver, apply_waivers, load_waivers
from mockserver.errors import UsageError

DAY = datetime.date(2026, 6, 1)
FINDING = Finding(fingerprint="f1", law="L06-union", tier="must", symptom="missing rows")
REPORT = Report(target={}, requests=1, seconds=0.1, findings=(FINDING,))
BY_LAW = Waiver(reason="known", expires=DAY, law="L06")
BY_PRINT = Waiver(reason="known", expires=DAY, fingerprint="f1")


@pytest.mark.parametrize(
    "waiver", [BY_LAW, BY_PRINT, replace(BY_LAW, law="L06-union")], ids=["number", "print", "id"]
)
def test_a_waiver_marks_what_it_covers(waiver: Waiver) -> None:
    report = apply_waivers(REPORT, [waiver], today=DAY)

    assert report.findings == (replace(FINDING, waived="known"),)


def test_an_expired_waiver_marks_nothing_and_is_noted() -> None:
    report = apply_waivers(REPORT, [BY_LAW], today=DAY + datetime.timedelta(days=1))

    assert report == replace(REPORT, notes=("the waiver of L06 expired on 2026-06-01",))


def test_a_waiver_that_covers_nothing_is_noted() -> None:
    report = apply_waivers(REPORT, [replace(BY_LAW, law="L07")], today=DAY)

    assert report == replace(REPORT, notes=("the waiver of L07 covers nothing; it may go",))


def test_waivers_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(
        "- {law: L06, reason: known, expires: 2026-06-01}\n"
        "- {fingerprint: f1, reason: known, expires: 2026-06-01}\n"
    )

    assert load_waivers(file, laws=["L06-union"]) == (BY_LAW, BY_PRINT)


def test_an_empty_file_has_no_waivers(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text("")

    assert load_waivers(file) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b", "is no list"),
        ("- a", "is no mapping"),
        ("- {lw: L06}", "did you mean law"),
        ("- {reason: x, expires: 2026-06-01}", "either `law` or `fingerprint`"),
        ("- {law: 6, reason: x, expires: 2026-06-01}", "are texts"),
        ("- {law: L99, reason: x, expires: 2026-06-01}", "unknown law 'L99'"),
        ("- {law: L06, expires: 2026-06-01}", "gives no reason"),
        ("- {law: L06, reason: x}", "`expires` is no day"),
        ("- {law: L06, reason: x, expires: soon}", "`expires` is no day"),
        ("- {law: L06, reason: x, expires: 9999-99-99}", "`expires` is no day"),
        ("- {law: L06, reason: x, expires: 2026-12-31T00:00:00Z}", "`expires` is no day"),
        ("- {law: L06, reason: x, expires: ٢٠٢٦-12-31}", "`expires` is no day"),
        ("- {law: L06, reason: x, expires: [1]}", "`expires` is no day"),
        (f"- {{law: L06, reason: x, expires: {'9' * 5000}}}", "is no YAML"),
        ("[" * 5000, "is nested too deep"),
        ("- {[a]: b}", "is no YAML"),
        ("- [", "--waive: waiver file .*, line 1"),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(text)

    with pytest.raises(UsageError, match=message):
        load_waivers(file, laws=["L06-union"])


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--waive: cannot read waiver file"):
        load_waivers(tmp_path / "none.yaml")
