from dataclasses import replace

from mockserver.checks.forms.text_report import report_lines, summarise
from mockserver.checks.report import LawResult, Report
from tests.checks.sample_report import FINDINGS, QUIET, REPORT

HOLDS = LawResult(id="L01-row-soundness", tier="must", verdict="holds")
BROKEN = LawResult(
    id="L06-union",
    tier="must",
    verdict="violated",
    plans=("L06-union endpointIds=$endpoint[0..1]",),
    received="some rows are missing",
    documented="every row that the query selects",
    replay="mockserver check URL --plan x",
)
VAGUE = LawResult(id="L02-contradiction", tier="must", verdict="inconclusive", reason="no rows")
EMPTY = Report(target={}, requests=3, seconds=0.25)


def test_a_law_without_a_finding_is_told_with_what_it_received() -> None:
    report = replace(EMPTY, laws=(HOLDS, VAGUE, BROKEN), notes=("a note",))

    assert summarise(report) == (
        "1. L06-union (must): some rows are missing\n"
        "   reproducible\n"
        "   Received: some rows are missing\n"
        "   Documented: every row that the query selects\n"
        "   Replay: mockserver check URL --plan x\n\n"
        "inconclusive: L02-contradiction (no rows)\n"
        "a note\n"
        "1 laws hold, 1 violated, 1 inconclusive, 0 skipped; "
        "mockserver check --explain ID says more of a law\n"
        "1 cause found, exit code 1, 3 requests, 0.2 s\n"
    )


def test_five_causes_take_less_than_forty_lines_and_the_worst_comes_first() -> None:
    lines = summarise(REPORT).splitlines()

    assert len(lines) < 40
    assert lines[0] == "1. L20-formats (must): `customerIds` is not applied when the answer is XML"
    assert [line[:2] for line in lines if line[1] == "."] == ["1.", "2.", "3.", "4.", "5."]
    assert sum("--explain ID" in line for line in lines) == 1


def test_the_last_line_says_verdict_code_requests_seconds_pairs_and_points() -> None:
    lines = summarise(replace(REPORT, crashes=())).splitlines()

    assert lines[-1] == (
        "5 causes found, exit code 1, 250 requests, 12.3 s, 1,204 of 1,310 pairs covered, "
        "2 of 3 points learned"
    )


def test_a_finding_shows_its_request_with_header_and_identity() -> None:
    text = summarise(REPORT)

    asked = "GET /conversations?customerIds=$customer[2], Accept: application/xml"
    assert f"   Request: {asked}\n" in text
    assert "   Request: GET /conversations, as bearer-empty\n" in text
    assert "$row[7].date!+02:00 (after 1 more)\n" in text


def test_why_there_is_no_verdict_is_said() -> None:
    report = replace(EMPTY, stopped_by="bytes", trouble="gone", required=("L01",))

    text = summarise(replace(report, findings=FINDINGS[:1]))

    assert "required, but it does not hold: L01" in text
    assert "cut short: bytes" in text
    assert text.startswith("1. L20-formats (must): ")


def test_a_target_that_was_not_judged_is_said_last() -> None:
    text = summarise(replace(EMPTY, laws=(VAGUE,), trouble="http://h cannot be reached"))

    assert text == "not judged: http://h cannot be reached, exit code 4, 3 requests, 0.2 s\n"


def test_what_does_not_count_is_marked_and_comes_last() -> None:
    should = replace(BROKEN, id="L11-repeated-key", tier="should")
    lenient = replace(EMPTY, laws=(should,), is_lenient=True)
    waived = replace(FINDINGS[0], waived="ticket 17")

    assert summarise(lenient).startswith(
        "1. L11-repeated-key (should): some rows are missing when the parameter is repeated, "
        "not counted (--lenient)\n"
    )
    lines = summarise(replace(QUIET, findings=(waived, FINDINGS[4]))).splitlines()
    assert [line for line in lines if line.startswith(("1.", "2."))] == [
        "1. L62-caching (should): cacheable without Vary: Accept",
        "2. L20-formats (must): `customerIds` is not applied when the answer is XML, "
        "waived: ticket 17",
    ]


def test_findings_of_one_cause_stand_together() -> None:
    other = replace(FINDINGS[0], law="L13-csv", fingerprint="f2", symptom="missing rows")

    lines = summarise(replace(QUIET, findings=(FINDINGS[0], FINDINGS[4], other))).splitlines()

    assert sum(line[1:3] == ". " for line in lines) == 2
    assert "   Of the same cause: L13-csv [f2]" in lines


def test_a_thousand_causes_are_counted_and_not_all_printed() -> None:
    many = tuple(
        replace(FINDINGS[0], fingerprint=f"f{n}", cause=(("accountIds", str(n)),))
        for n in range(1000)
    )

    lines = summarise(replace(QUIET, findings=many)).splitlines()

    assert len(lines) < 100
    assert "and 988 more causes; --report markdown=FILE holds all of them" in lines


def test_paint_gets_each_line_with_what_it_is() -> None:
    styles = [line.style for line in report_lines(replace(REPORT, crashes=()))]

    assert styles[0] == styles[-1] == "bad"
    assert set(styles) == {"bad", "warn", "dim", ""}
