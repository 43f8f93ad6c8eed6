import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mockserver.checks.evidence import Evidence, Side
from mockserver.checks.forms.html_report import encode_html
from mockserver.checks.report import Report
from tests.checks.sample_report import FINDINGS, REPORT
from tests.cli.test_terminal import HOSTILE
from tests.depth import sampled
from tests.server.pages.looks import look_at

LOOKS = (("light", 390), ("light", 1280), ("dark", 390), ("dark", 1280))
MARKUP = "</pre></details><script>document.title='x'</script>{{ 7 * 7 }}"
DRIFT = replace(
    REPORT,
    target={"left": dict(REPORT.target), "right": {"file": "b.yaml"}},
    laws=(),
    findings=(
        replace(
            FINDINGS[0],
            evidence=Evidence(
                sides=(Side(name="a", shows="x", replay="r"), Side(name="b", shows="y"))
            ),
        ),
    ),
)
REPORTS = {
    "whole": REPORT,
    "empty": Report(target={}, requests=0, seconds=0.0),
    "drift": DRIFT,
}


class Reader(HTMLParser):
    """Read a page by the standard's tokens: which elements are open at its end, what it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "link", "br", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self.open.pop() == tag


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_page_is_whole_and_asks_nobody_for_anything(report: Report) -> None:
    text = encode_html(report)
    page = Reader(text)

    assert page.open == []
    assert page.addresses == ["data:,"]
    assert "script" not in page.tags
    assert re.findall(r"url\(|@import|https?://(?!localhost)", text) == []


@sampled(4)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_axe_finds_nothing_and_nothing_is_too_wide(
    report: Report, page: Page, node_modules: Path, tmp_path: Path
) -> None:
    (tmp_path / "r.html").write_text(encode_html(report))
    page.goto((tmp_path / "r.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text())

    assert [look_at(page, scheme, width) for scheme, width in LOOKS] == [
        ([], width) for _, width in LOOKS
    ]


def test_findings_unfold_by_keyboard(page: Page, tmp_path: Path) -> None:
    (tmp_path / "r.html").write_text(encode_html(REPORT))
    page.goto((tmp_path / "r.html").as_uri())
    second = page.locator("#cause-2")

    assert page.locator("#cause-1").get_attribute("open") == ""
    second.locator("summary").focus()
    page.keyboard.press("Enter")

    assert second.get_attribute("open") == ""
    assert second.get_by_text("GET /conversations", exact=True).is_visible()


def test_coverage_is_told_in_words_to_a_screen_reader(page: Page, tmp_path: Path) -> None:
    (tmp_path / "r.html").write_text(encode_html(REPORT))
    page.goto((tmp_path / "r.html").as_uri())

    bar = page.get_by_role("img", name="65 held, 5 violated, 20 not reached")
    assert bar.count() == 1
    row = page.get_by_role("row", name="customerIds repeat")
    assert row.get_by_role("cell", name="violated").count() == 1


@pytest.mark.parametrize("text", [MARKUP, *HOSTILE.values()], ids=["markup", *HOSTILE])
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    found = replace(FINDINGS[0], received=text, symptom=text, replay=text, waived=text)

    page = encode_html(replace(REPORT, findings=(found,), notes=(text,), trouble=text))

    assert Reader(page).open == []
    assert "<script" not in page
    assert page.isprintable() or all(line.isprintable() for line in page.split("\n"))
