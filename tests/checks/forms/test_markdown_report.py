from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from mockserver.checks.forms.markdown_report import MOST_BYTES, encode_markdown
from mockserver.checks.report import Report
from tests.checks.sample_report import COVERAGE, FINDINGS, QUIET, REPORT
from tests.cli.test_terminal import HOSTILE
from tests.depth import deep_only

EMPTY = Report(target={}, requests=3, seconds=0.25)
INJECTED = "x | y\n# title <script>alert(1)</script> `` ``` [a](http://h) </details> @team"


def render(report: Report) -> str:
    """Return what a reader of GitHub's dialect makes of the report."""
    html: str = MarkdownIt("gfm-like", {"linkify": False}).render(encode_markdown(report))
    return html


def test_the_verdict_and_a_line_a_cause_come_first() -> None:
    html = render(replace(REPORT, crashes=()))

    assert html.startswith("<h2>❌ mockserver: 5 causes found</h2>")
    row = "<td><code>customerIds</code> is not applied when the answer is XML</td>"
    assert row in html
    assert html.index(row) < html.index("<details>")


def test_details_are_folded_and_hold_request_and_replay() -> None:
    text = encode_markdown(REPORT)

    assert text.count("<details>") == text.count("</details>") == 9
    assert (
        "```http\nGET /conversations?customerIds=$customer[2]\nAccept: application/xml\n```" in text
    )
    assert "```sh\nmockserver check http://localhost:4011" in text
    assert "- **rows:** 24 of 31 rows are not selected" in text
    assert "- **fingerprint:** " in text


def test_coverage_is_a_table_of_parameter_spelling_and_format() -> None:
    text = encode_markdown(REPORT)

    assert "| parameter | spelling | JSON | XML | CSV | JSV | JSON Lines | HTML |" in text
    assert "| customerIds | repeat | ✅ | ❌ | ✅ | ✅ | ✅ | ➖ |" in text
    assert "✅ held (65), ❌ violated (5), ➖ not reached (20)" in text
    assert "1,204 of 1,310 pairs of values acted; 90 requests were drawn." in text


def test_a_run_that_found_nothing_says_so_and_what_it_covered() -> None:
    laws = (replace(REPORT.laws[0], verdict="holds"),)

    text = encode_markdown(replace(EMPTY, laws=laws, coverage=COVERAGE))

    assert text.startswith("## ✅ mockserver: nothing wrong found\n")
    assert "### Coverage of the contract" in text


@pytest.mark.parametrize("text", [INJECTED, *HOSTILE.values()], ids=["markup", *HOSTILE])
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    found = replace(FINDINGS[0], received=text, symptom=text, replay=text, waived=text)

    html = render(replace(QUIET, findings=(found,), notes=(text,)))

    assert "<script>" not in html
    assert "<h1>" not in html
    assert 'href="http://h"' not in html
    assert html.count("<details>") == html.count("</details>") == 4


@deep_only
def test_however_many_causes_there_are_it_fits_the_summary_of_a_job() -> None:
    many = tuple(
        replace(
            FINDINGS[0], fingerprint=f"f{n}", received="x" * 2000, cause=(("accountIds", str(n)),)
        )
        for n in range(3000)
    )

    text = encode_markdown(replace(QUIET, findings=many))

    assert len(text.encode()) <= MOST_BYTES
    assert "more causes are left out." in text
    assert "### Coverage of the contract" in text
