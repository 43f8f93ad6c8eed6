"""Send an answer again without asking how it came about.

An answer to ListConversations is a function of the request, headers included, and of the space's
world, profile and commands so far. While none of these has changed the whole answer stands but for
what names the second, the Date header and cookies that expire in twenty years, and for session ids,
which never come twice. What also depends on the clock's day is not kept.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from weakref import ref

from mockserver.dotnet.ticks import LATEST_TICKS
from mockserver.models import ListConversations
from mockserver.server.framing import WrittenHead
from mockserver.server.head_template import HeadTemplate
from mockserver.server.request.exchange import Answer, Exchange
from mockserver.server.request.find_space import may_move
from mockserver.space.journal import Entry, size_of
from mockserver.space.space import Space

__all__ = ["Basis", "Kept", "KeptAnswers", "Marks", "varies"]

_MAX_ASKED = 50_000
_MAX_BYTES = 8 * 1024 * 1024
# One long answer must not push out all others.
_MAX_ANSWER_BYTES = _MAX_BYTES // 8
_BYTES_PER_ANSWER = 2_000
# A date with its year, month and day; what else .NET reads may lean on the clock.
_WHOLE_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Basis:
    """Hold what a kept answer rests on, besides the request; a space that is gone is let go."""

    space: ref[Space]
    changes: int
    until_ticks: int

    @classmethod
    def of(cls, x: Exchange) -> "Basis":
        """Return what an answer rests on that was just given."""
        space = x.space
        session = space.sessions.get(x.request.head.ids.in_force or "")
        until_ticks = LATEST_TICKS if session is None else session.expires_ticks
        return cls(ref(space), space.changes, until_ticks)

    def find_space(self) -> Space | None:
        """Return the space if nothing in it was changed, whatever its instant."""
        space = self.space()
        return space if space is not None and space.changes == self.changes else None


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold an answer in parts, which commas join.

    `entry` is what the journal gets, but for the time. `generation` says which rows they were.
    """

    basis: Basis
    generation: object
    entry: Entry
    reason: str | None
    head: HeadTemplate
    parts: tuple[bytes, ...]
    size: int


class Marks:
    """Remember what was asked once: most questions come once, and what comes twice comes again."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._marks: set[int] = set()

    def is_new(self, key: Hashable) -> bool:
        """Tell whether this comes for the first time, as far as is remembered."""
        marks, mark = self._marks, hash(key)
        if mark in marks:
            return False
        if len(marks) >= _MAX_ASKED:
            marks.clear()
        marks.add(mark)
        return True


class KeptAnswers:
    """Keep whole answers by whole requests, bounded in bytes; the oldest go first."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Kept] = {}
        self._asked = Marks()
        self._bytes = 0

    def find(self, key: Hashable) -> tuple[Kept, Space, int] | None:
        """Return what the same request got before, its space, and the space's instant."""
        kept = self._found.get(key)
        if kept is None:
            return None
        space = kept.basis.find_space()
        if space is not None:
            now_ticks = space.now_ticks()
            is_same = not space.is_living or space.view(now_ticks).generation is kept.generation
            if is_same and now_ticks < kept.basis.until_ticks:
                return kept, space, now_ticks
        self._drop(key)
        return None

    def renew(self, kept: Kept, space: Space, now_ticks: int) -> tuple[WrittenHead, bytes]:
        """Return the head of now, and the body."""
        head = kept.head.write(now_ticks, space.name)
        return head, b",".join(kept.parts)

    def keep(self, key: Hashable, x: Exchange, head: HeadTemplate | None = None) -> None:
        """Remember an answer that was asked for before, until what it rests on changes.

        Args:
            head: of the answer; None where it is to be made of what was sent.
        """
        answer, entry = x.answer, x.entry
        assert answer is not None
        if answer.status != 200 or x.wanted is None or self._asked.is_new(key):
            return
        if x.request.head.has_body or varies(x, x.wanted):
            return
        # The journal's entry holds the request, and the answer's parts pin the rows' bytes.
        size = _BYTES_PER_ANSWER + 2 * size_of(x.asked) + len(answer.body)
        if size > _MAX_ANSWER_BYTES:
            return
        self._drop(key)
        while self._found and self._bytes + size > _MAX_BYTES:
            self._drop(next(iter(self._found)))
        self._bytes += size
        assert entry is not None
        self._found[key] = Kept(
            basis=Basis.of(x),
            generation=x.view.generation,
            entry=replace(entry, id=0, time_ticks=0, ms=0.0),
            reason=answer.reason,
            head=head or HeadTemplate(answer.reason, x.sent),
            parts=_split_body(answer),
            size=size,
        )

    def _drop(self, key: Hashable) -> None:
        kept = self._found.pop(key, None)
        if kept is not None:
            self._bytes -= kept.size


def varies(x: Exchange, wanted: ListConversations) -> bool:
    """Tell whether the same question may get another answer though its space did not change."""
    return (
        x.fault is not None
        or x.space.faults is not None
        or bool(x.space.bugs)
        or x.space.profile["order"] == "unstable"
        or x.view.has_floating_dates
        or may_move(x)
        or not (wanted.after_date is None or _WHOLE_DATE.fullmatch(wanted.after_date))
    )


def _split_body(answer: Answer) -> tuple[bytes, ...]:
    """Return what commas join to the body: between the ends rows whose bytes are kept anyway."""
    body, parts = answer.body, answer.parts or ()
    if len(parts) < 2:
        return (body,)
    rows = parts[1:-1]
    end = body.index(parts[0]) + len(parts[0])
    last = end + 1 + sum(map(len, rows)) + len(rows)
    return (body[:end], *rows, body[last:])
