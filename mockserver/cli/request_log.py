"""Print what becomes of each request that `serve` answers."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from mockserver.cli.log_lines import Told
from mockserver.cli.terminal import print_harmless
from mockserver.space.journal import Entry
from mockserver.space.space import Space

__all__ = ["RequestLog"]


class Lines(Protocol):
    """Make the lines of one request."""

    def __call__(self, told: Told, *, has_spaces: bool) -> list[str]:
        """Return them, harmless for a terminal."""
        ...


class RequestLog:
    """Take journal entries, and print what came in one turn of the loop at its end.

    Lines are made then, when the answers are on their way.

    Args:
        lines: makes the lines of a request.
        count_spaces: tells how many spaces there are; with one, nothing names it.
    """

    def __init__(self, lines: Lines, *, count_spaces: Callable[[], int] = lambda: 1) -> None:
        """Hold nothing yet."""
        self._lines = lines
        self._count_spaces = count_spaces
        self._told: list[Told] = []

    def __call__(self, space: Space, entry: Entry, sent: Iterable[tuple[bytes, bytes]]) -> None:
        """Take an entry, with the headers of its answer."""
        if not self._told:
            asyncio.get_running_loop().call_soon(self.flush)
        self._told.append(Told(space, entry, sent))

    def flush(self) -> None:
        """Print what was taken."""
        told, self._told = self._told, []
        if told:
            has_spaces = self._count_spaces() > 1
            lines = [self._lines(one, has_spaces=has_spaces) for one in told]
            print_harmless([line for each in lines for line in each])
