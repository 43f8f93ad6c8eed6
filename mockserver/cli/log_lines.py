"""Make the lines of the request log of journal entries: columns for people, JSON for programs.

Secrets are masked in both: a header is shown only if it is on the list of those that hold none.
request_log.py takes the entries and prints.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from mockserver.printable import printable
from mockserver.server.admin.explain import entry_to_json
from mockserver.server.client_warnings import warnings_of
from mockserver.server.mask import (
    mask_answer_header,
    mask_header,
    mask_header_name,
    mask_path,
    mask_prefix,
    mask_query,
)
from mockserver.server.password_dialog import DialogHint
from mockserver.space.journal import Entry
from mockserver.space.space import Space
from mockserver.space.spaces import DEFAULT

__all__ = ["JsonLines", "TextLines", "Told"]

_NOBODY = "-"
# A column is as wide as what stood in it so far; a longer name than this pushes the rest aside.
_MAX_WIDTH = 20
_PLAIN_STYLE = "{}".format
_DIM, _MAGENTA, _YELLOW = (f"\x1b[{code}m{{}}\x1b[0m".format for code in (2, 35, 33))
# By the first digit of a status; a client's mistake is yellow, the server's failure red.
_OF_STATUS = {
    digit: f"\x1b[{code}m{{}}\x1b[0m".format for digit, code in enumerate((31, 36, 32, 36, 33, 31))
}


class Told(NamedTuple):
    """Hold what the log was told of one answer: its space, its entry, its headers."""

    space: Space
    entry: Entry
    sent: Iterable[tuple[bytes, bytes]]


class TextLines:
    """Make the lines of a request for people: what was asked and answered, headers, warnings.

    Args:
        has_colour: whether the lines are coloured.
        is_verbose: whether headers are shown.
        now: gives the real time in seconds since 1970, which is shown as the time of this place.
    """

    def __init__(
        self,
        *,
        has_colour: bool = False,
        is_verbose: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Begin with narrow columns."""
        self._has_colour = has_colour
        self._is_verbose = is_verbose
        self._now = now
        self._hint = DialogHint()
        self._second = -1
        self._time = ""
        self._widths = {"space": len(DEFAULT), "user": 0}

    def __call__(self, told: Told, *, has_spaces: bool) -> list[str]:
        """Return the lines of one request, harmless for a terminal."""
        space, entry, _ = told
        name = self._column("space", space.name) if has_spaces else ""
        user = self._column("user", entry.user or _NOBODY)
        status = "---" if entry.status is None else str(entry.status)
        target, answered = _target(entry), _answered(entry)
        fault = f"  [{_fault(entry.fault)}]" if entry.fault else ""
        if self._has_colour:
            style = _OF_STATUS.get((entry.status or 0) // 100, _PLAIN_STYLE)
            status, answered = style(status), _DIM(answered)
            fault = f"  {_MAGENTA(fault[2:])}" if fault else ""
        lines = [f"{self._tell_time()}  {name}{user}{status} {target} {answered}{fault}"]
        if self._is_verbose:
            lines += [f"  > {name}: {value}" for name, value in _request_headers(entry)]
            lines += [f"  < {name}: {value}" for name, value in _answer_headers(told.sent)]
        warnings = warnings_of(space, entry.request, entry.asked)
        for warning in (*warnings, *self._hint(*told)):
            line = printable(f"  ! {warning}")
            lines.append(_YELLOW(line) if self._has_colour else line)
        return lines

    def _tell_time(self) -> str:
        second = int(self._now())
        if second != self._second:
            text = time.strftime("%H:%M:%S", time.localtime(second))
            self._second, self._time = second, _DIM(text) if self._has_colour else text
        return self._time

    def _column(self, name: str, text: str) -> str:
        text = printable(text)
        width = self._widths[name]
        if width < len(text) <= _MAX_WIDTH:
            width = self._widths[name] = len(text)
        return f"{text:<{width}}  "


class JsonLines:
    """Make the line of a request for programs: the journal's entry as one JSON object.

    It names the space where there is more than the default one.
    """

    def __init__(self, *, is_verbose: bool = False) -> None:
        """Show headers too, if somebody asks for them."""
        self._is_verbose = is_verbose

    def __call__(self, told: Told, *, has_spaces: bool) -> list[str]:
        """Return the line of one request; it is ASCII, and as such harmless for a terminal."""
        members: dict[str, Any] = entry_to_json(told.space, told.entry)
        if has_spaces:
            members["space"] = told.space.name
        if self._is_verbose:
            members["headers"] = _named(_request_headers(told.entry))
            members["answerHeaders"] = _named(_answer_headers(told.sent))
        return [json.dumps(members)]


def _target(entry: Entry) -> str:
    """Return method, path and query."""
    request = entry.request
    target = mask_path(request.raw_path.decode("latin-1"))
    if request.prefix:
        target = mask_prefix(request.prefix) + target
    if request.query:
        target += f"?{mask_query(request.query.decode('latin-1'))}"
    return printable(f"{request.method} {target}")


def _answered(entry: Entry) -> str:
    if entry.status is None:
        return "no answer"
    rows = entry.rows
    if rows is None:
        return f"{entry.ms:.1f} ms"
    return f"{rows} row{'s' * (rows != 1)} {entry.ms:.1f} ms"


def _fault(fault: str) -> str:
    return printable(fault if fault.startswith("crash ") else f"fault: {fault}")


def _request_headers(entry: Entry) -> Iterator[tuple[str, str]]:
    for name, value in entry.request.headers:
        text = name.decode("latin-1")
        masked = mask_header(text, value.decode("latin-1"))
        yield printable(mask_header_name(text)), printable(masked)


def _answer_headers(sent: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in sent:
        text = name.decode("latin-1")
        yield printable(text), printable(mask_answer_header(text, value.decode("latin-1")))


def _named(headers: Iterator[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]
