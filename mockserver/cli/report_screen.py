"""Print a report for a person: coloured on a terminal, plain elsewhere."""

from mockserver.checks.forms.text_report import Line, summarise
from mockserver.checks.report import Report
from mockserver.cli.terminal import has_colour, print_harmless

__all__ = ["print_report"]

_CODES = {"bad": "1;31", "good": "1;32", "warn": "33", "dim": "2"}


def print_report(report: Report) -> None:
    """Print the text of a report at once."""
    text = summarise(report, paint=_paint) if has_colour() else summarise(report)
    print_harmless(text.removesuffix("\n").split("\n"))


def _paint(line: Line) -> str:
    code = _CODES.get(line.style)
    return line.text if code is None else f"\x1b[{code}m{line.text}\x1b[0m"
