"""Print for people: lines at once, errors in one sentence, nobody reading is no error of ours."""

import contextlib
import os
import sys
from collections.abc import Iterable

__all__ = ["drop_output", "print_error", "print_lines"]


def print_lines(lines: Iterable[str]) -> None:
    """Print at once what a reader may be waiting for."""
    try:
        print(*lines, sep="\n", flush=True)
    except BrokenPipeError:
        drop_output()


def print_error(message: str) -> None:
    """Print one sentence on standard error."""
    print(f"mockserver: {' '.join(message.splitlines())}", file=sys.stderr, flush=True)


def drop_output() -> None:
    """Send what is still to be printed nowhere, so that the end of the process is quiet."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
