"""Know a question that is like an earlier one but for its date, as an app asks that polls.

Who asks and how the answer is written does not depend on the date; it stands as long as what it
rests on. request/path.py finds and writes the rows, which may be others each time.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from mockserver.dotnet.ticks import is_usual_date
from mockserver.models import ListConversations
from mockserver.server.head_template import HeadTemplate
from mockserver.server.replay import Basis, Marks, varies
from mockserver.server.request.exchange import Exchange
from mockserver.wire.http_request import Request
from mockserver.wire.style import Style
from mockserver.world.scenario import User

__all__ = ["Poll", "Polls", "read_poll"]

_MAX_POLLS = 256
_MAX_TARGET_BYTES = 2_000
# In the form that is_usual_date knows; JavaScript escapes the colons.
_DATE = re.compile(
    rb"(?<=[?&](?i:afterDate)=)\d{4}-\d\d-\d\dT\d\d(?::|%3[Aa])\d\d(?::|%3[Aa])\d\d(?:\.\d{1,7})?Z"
    rb"(?=&|\Z)"
)


class Poll(NamedTuple):
    """Hold the date of a question, and all else that it is."""

    after_date: str
    rest: Hashable


@dataclass(frozen=True, slots=True)
class _Settled:
    """Hold what stands of an answer, whatever the date."""

    basis: Basis
    head: HeadTemplate
    user: User
    style: Style
    wanted: ListConversations


class Polls:
    """Keep what is settled of questions that come again with another date; the oldest go first."""

    def __init__(self) -> None:
        self._found: dict[Hashable, _Settled] = {}
        self._asked = Marks()

    def settle(self, poll: Poll, x: Exchange) -> HeadTemplate | None:
        """Bring an exchange to where its rows are selected; return the head of its answer.

        Returns:
            None where nothing stands: the exchange goes the whole way.
        """
        settled = self._found.get(poll.rest)
        if settled is None:
            return None
        space = settled.basis.find_space()
        if space is not None and is_usual_date(poll.after_date):
            x.enter(space, x.request)
            if x.now_ticks < settled.basis.until_ticks:
                x.user, x.style = settled.user, settled.style
                x.wanted = settled.wanted.at(poll.after_date)
                return settled.head
        del self._found[poll.rest]
        return None

    def keep(self, poll: Poll, x: Exchange, request: Request) -> None:
        """Remember what is settled of a question that was asked before, maybe with another date.

        Args:
            request: as it came; an exchange that goes on with another one is not kept.
        """
        answer, style, wanted = x.answer, x.style, x.wanted
        if answer is None or answer.status != 200 or wanted is None or x.user is None:
            return
        if x.request is not request or style is None or not style.joins_rows:
            return
        if any(name == b"content-length" for name, _ in x.sent):
            return
        is_by_itself = [name.lower() for name, _ in request.pairs].count("afterdate") == 1
        if wanted.after_date != poll.after_date or not is_by_itself or varies(x, wanted):
            return
        if self._asked.is_new(poll.rest):
            return
        while len(self._found) >= _MAX_POLLS:
            del self._found[next(iter(self._found))]
        self._found[poll.rest] = _Settled(
            basis=Basis.of(x),
            head=HeadTemplate(answer.reason, x.sent),
            user=x.user,
            style=style,
            wanted=wanted,
        )


def read_poll(request: Request, target: bytes) -> Poll | None:
    """Return a question with its date apart; None where that is not in the form of most clients."""
    found = _DATE.search(target) if len(target) <= _MAX_TARGET_BYTES else None
    if found is None:
        return None
    start, end = found.span()
    rest = (request.method, target[:start], target[end:], request.http_version, request.head)
    date = target[start:end].decode().upper()
    return Poll(date.replace("%3A", ":") if "%" in date else date, rest)
