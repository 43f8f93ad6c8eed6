"""Print for people: lines at once, errors in one sentence. output.py meets what nobody takes."""

import sys
from collections.abc import Iterable

__all__ = ["print_error", "print_lines"]


def print_lines(lines: Iterable[str]) -> None:
    """Print at once what a reader may be waiting for."""
    print(*lines, sep="\n", flush=True)


def print_error(message: str) -> None:
    """Print one sentence on standard error."""
    print(f"mockserver: {' '.join(message.splitlines())}", file=sys.stderr, flush=True)
