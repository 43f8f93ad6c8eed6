"""Lay out a page of help: headings, sentences and rows of two columns, within a width."""

import textwrap
from collections.abc import Iterable

__all__ = ["Page"]

_INDENT = 2
_GAP = 2
_BELOW = 6
# A term that is longer has a line of its own.
_MAX_TERM = 30


class Page:
    """Collect the lines of a page; a name is never broken, so that it can be found and copied."""

    def __init__(self, width: int) -> None:
        """Begin an empty page."""
        self.lines: list[str] = []
        self._width = width

    def heading(self, text: str) -> None:
        """Begin a section."""
        if self.lines:
            self.lines.append("")
        self.lines.append(text)

    def text(self, text: str) -> None:
        """Add sentences."""
        self._add(text, _INDENT)

    def entry(self, term: str, *meanings: str) -> None:
        """Add a term on a line of its own, and what is to be said of it below."""
        self.lines.append(f"{'':{_INDENT}}{term}")
        for meaning in meanings:
            self._add(meaning, _BELOW)

    def code(self, *lines: str) -> None:
        """Add lines as they are."""
        self.lines += ["", *(f"{'':{_INDENT + 2}}{line}" for line in lines), ""]

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Add terms, each with what it means beside it or, where it is long, below it."""
        rows = list(rows)
        column = _INDENT + _GAP + min(max((len(term) for term, _ in rows), default=0), _MAX_TERM)
        for term, meaning in rows:
            start = f"{'':{_INDENT}}{term}"
            if not meaning:
                self.lines.append(start)
                continue
            if len(start) + _GAP > column:
                self.lines.append(start)
                start = ""
            self.lines += self._wrap(meaning, first=f"{start:<{column}}", rest=" " * column)

    def _add(self, text: str, indent: int) -> None:
        self.lines += self._wrap(text, first=" " * indent, rest=" " * indent)

    def _wrap(self, text: str, *, first: str, rest: str) -> list[str]:
        return textwrap.wrap(
            text,
            self._width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
