"""Write a report as one HTML file that asks nobody for anything; templates/ holds its page.

Jinja2 escapes every value and is imported when a page is first written.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.checks.asked import Asked, wire_lines
from mockserver.checks.forms.doubts import doubtful_points
from mockserver.checks.forms.grid import STATES, Grid, field_note, grid_of
from mockserver.checks.forms.missed_pairs import told_pairs
from mockserver.checks.forms.outline import (
    asides_of,
    facts_of,
    groups_of,
    is_counted,
    is_drift,
    law_verdict,
    open_laws,
    spent,
    verdict_of,
    verdict_words,
)
from mockserver.checks.forms.wording import cause_shown, certainty_words, tell_cause, tell_group
from mockserver.checks.report import Report
from mockserver.printable import printable

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["encode_html", "render_page"]

_TEMPLATES = Path(__file__).with_name("templates")
_SIGNS = {"held": "✓", "violated": "✗", "unreached": "–"}
# The width of the bar of states, in its own units.
_BAR = 600


def encode_html(report: Report) -> str:
    """Return the report as a page."""
    grid = None if report.coverage is None else grid_of(report.coverage)
    groups = groups_of(report)
    return render_page(
        "report.html",
        {
            "report": report,
            "is_drift": is_drift(report),
            "verdict": verdict_of(report),
            "words": verdict_words(report),
            "spent": spent(report),
            "asides": asides_of(report),
            "groups": groups,
            "doubts": doubtful_points(report, groups),
            "missed": [] if report.coverage is None else [*told_pairs(report.coverage.missed)],
            "open_laws": open_laws(report),
            "facts": facts_of(report),
            "grid": grid,
            "field_note": "" if grid is None else field_note(report, grid),
            "bar": [] if grid is None else _bar(grid),
            "laws": [(result, law_verdict(report, result)) for result in report.laws],
            "is_counted": lambda finding: is_counted(report, finding),
        },
    )


def render_page(template: str, values: Mapping[str, Any]) -> str:
    """Return the page that a template of this folder makes of the values."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Not escaped: it is a file of our own, inside an element that takes no escapes.
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    environment.globals.update(
        style=Markup(style),
        cause_shown=cause_shown,
        states=STATES,
        signs=_SIGNS,
        tell_cause=tell_cause,
        tell_group=tell_group,
        certainty_words=certainty_words,
    )
    environment.filters["prose"] = _prose
    environment.filters["wire"] = _wire
    return environment


def _bar(grid: Grid) -> list[tuple[str, int, int, int]]:
    """Return the parts of the bar of states: state, count, where it starts, how wide it is."""
    parts: list[tuple[str, int, int, int]] = []
    start = seen = 0
    for state, count in grid.counts.items():
        seen += count
        end = round(_BAR * seen / max(grid.total, 1))
        if count:
            parts.append((state, count, start, end - start))
        start = end
    return parts


def _prose(text: str) -> "Markup":
    """Return a text in which `code` stands between backticks."""
    from markupsafe import Markup

    parts = printable(text).split("`")
    if len(parts) % 2 == 0:
        return Markup.escape(printable(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else Markup.escape(part)
        for number, part in enumerate(parts)
    )


def _wire(requests: Iterable[Asked]) -> "Markup":
    """Return requests line by line, with an empty line between two of them."""
    from markupsafe import Markup

    told = [Markup("\n").join(map(printable, wire_lines(asked))) for asked in requests]
    return Markup("\n\n").join(told)


def _printable(value: object) -> object:
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return printable(value)
    return value
