"""Print a line for each request that `serve` answers."""

import asyncio
from collections.abc import Sequence

from mockserver.cli.serve_lines import describe_entry
from mockserver.cli.terminal import print_lines
from mockserver.server.client_warnings import warnings_of
from mockserver.server.password_dialog import DialogHint
from mockserver.space.journal import Entry
from mockserver.space.space import Space

__all__ = ["RequestLog"]


class RequestLog:
    """Take journal entries, and print what came in one turn of the loop at its end.

    Args:
        is_verbose: headers are shown too.
    """

    def __init__(self, *, is_verbose: bool = False) -> None:
        """Hold no line yet."""
        self._is_verbose = is_verbose
        self._lines: list[str] = []
        self._hint = DialogHint()

    def __call__(self, space: Space, entry: Entry, sent: Sequence[tuple[bytes, bytes]]) -> None:
        """Take an entry, with the headers of its answer."""
        if not self._lines:
            asyncio.get_running_loop().call_soon(self.flush)
        warnings = (
            *warnings_of(space.view(entry.time_ticks), entry.request, entry.asked),
            *self._hint(space, entry, sent),
        )
        self._lines += describe_entry(entry, warnings, sent=sent, is_verbose=self._is_verbose)

    def flush(self) -> None:
        """Print what was taken."""
        lines, self._lines = self._lines, []
        if lines:
            print_lines(lines)
