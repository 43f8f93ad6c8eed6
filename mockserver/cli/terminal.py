"""Print for people: lines at once, errors in one sentence. output.py meets what nobody takes.

No other module writes to the terminal. Names, ids and messages come from files, clients and
targets: whatever could move a cursor, end a line or turn the writing round is printed as an escape.
"""

import contextlib
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from mockserver.cli.output import current_output
from mockserver.printable import printable

__all__ = [
    "LiveLine",
    "ask_secret",
    "has_colour",
    "log_to_terminal",
    "print_data",
    "print_error",
    "print_harmless",
    "print_help",
    "print_json",
    "print_lines",
    "print_text",
    "terminal_width",
]

# Inside JSON each of these may be written as an escape; other data holds none of them.
_UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# Of a page of text, and of one that goes elsewhere than to a terminal.
_WIDTHS = (40, 80, 120)


def terminal_width() -> int:
    """Return how wide a page of text is to be: as the terminal, within reason; 80 elsewhere."""
    low, usual, high = _WIDTHS
    if not sys.stdout.isatty():
        return usual
    return min(max(shutil.get_terminal_size((usual, 24)).columns, low), high)


def print_lines(lines: Iterable[str]) -> None:
    """Print at once what a reader may be waiting for; each item is one line, whatever is in it."""
    print("\n".join(map(printable, lines)), flush=True)


def print_harmless(lines: Iterable[str]) -> None:
    """Print lines at once in which whoever made them left nothing but colours to a terminal."""
    print("\n".join(lines), flush=True)


def has_colour(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether standard output is coloured: on a terminal, where nobody says otherwise.

    Source: https://no-color.org, https://force-color.org; an empty variable says nothing.
    """
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR")
    if forced:
        return forced not in ("0", "false")
    return sys.stdout.isatty() and environment.get("TERM") != "dumb"


def print_text(text: str) -> None:
    """Print a text of several lines."""
    print_lines(text.removesuffix("\n").split("\n"))


def print_help(text: str) -> None:
    """Print several lines on standard error."""
    print(*map(printable, text.split("\n")), sep="\n", file=sys.stderr, flush=True)


def print_error(message: str) -> None:
    """Print one sentence on standard error."""
    sentence = printable(" ".join(message.splitlines()))
    print(f"mockserver: {sentence}", file=sys.stderr, flush=True)


def print_data(texts: Iterable[str]) -> None:
    """Write data in UTF-8, whatever the terminal's encoding; as it is, except to a terminal."""
    is_terminal = sys.stdout.isatty()
    sys.stdout.flush()
    output = current_output()
    for text in texts:
        shown = _UNPRINTABLE.sub(_json_escape, text) if is_terminal else text
        sys.stdout.buffer.write(shown.encode())
        if output is not None and output.error is not None:
            # Nobody takes the rest.
            return
    sys.stdout.buffer.flush()


def print_json(value: object) -> None:
    """Write a document for people and programs."""
    print_data([json.dumps(value, indent=2, ensure_ascii=False), "\n"])


def ask_secret(question: str) -> str:
    """Ask on standard error for what is not shown while it is typed."""
    answer: str = click.prompt(printable(question), hide_input=True, err=True)
    return answer


class LiveLine:
    """Show on standard error how far a long work is: a bar that grows, where lines may change."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        # Not at the top: `serve` works without what only the checks need.
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        # A log of CI may be forced to take colours, but no line of it can change.
        self._is_live = sys.stderr.isatty() and environment.get("TERM") != "dumb"
        self._bar: Any = None

    @property
    def is_live(self) -> bool:
        """Say whether the line may change: whether it is read on a terminal."""
        return self._is_live

    @contextlib.contextmanager
    def showing(self, text: str) -> Iterator[None]:
        """Show the bar until the block ends."""
        # Not at the top, as above.
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        columns = (SpinnerColumn(), BarColumn(20), TextColumn("{task.description}", markup=False))
        with Progress(*columns, console=self._console, transient=True) as self._bar:
            self._bar.add_task(printable(text), total=None)
            yield
        self._bar = None

    def update(self, text: str, *, done: int = 0, of: int | None = None) -> None:
        """Change the line, while it is shown; `done` of `of` is how far the bar goes."""
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, description=printable(text), completed=done, total=of)

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(printable(text), markup=False, soft_wrap=True)


def log_to_terminal() -> None:
    """Let what libraries log, and the traces of our own faults, be printed like all the rest."""
    handler = logging.StreamHandler()
    handler.setFormatter(_HarmlessFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


class _HarmlessFormatter(logging.Formatter):
    """Keep the lines of a trace apart, and all else in it harmless."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as printable lines."""
        return "\n".join(map(printable, super().format(record).split("\n")))


def _json_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
