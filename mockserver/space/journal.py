"""Remember the last requests of a space, bounded in entries and bytes, secrets masked.

An entry is opened first and closed whatever happens. `wait_for` lets a test wait for the app's
third poll without sleeping. explain.py says why an answer is what it is, only when asked.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mockserver.errors import ProblemError
from mockserver.limits import MAX_WAITERS
from mockserver.models import ListConversations
from mockserver.wire.http_request import Request

__all__ = ["KEPT_BODY_BYTES", "Entry", "Journal", "size_of"]

_MAX_ENTRIES = 1_000
_MAX_BYTES = 2_000_000
_BYTES_PER_ENTRY = 400
_BYTES_PER_TEXT = 60
KEPT_BODY_BYTES = 10_000


@dataclass(slots=True, kw_only=True, repr=False)
class Entry:
    """Hold one request and what became of it; shows no secret.

    Attributes:
        request: as the space saw it: without the prefix that named the space.
        status: None until there is an answer, and where there never is.
        asked: the bound request, if it was for ListConversations.
        commands: how many commands the space had folded.
    """

    id: int
    request: Request
    time_ticks: int
    commands: int = 0
    user: str | None = None
    status: int | None = None
    rows: int | None = None
    ms: float = 0.0
    fault: str | None = None
    asked: ListConversations | None = None
    size: int = 0

    def again(self, id_: int, *, time_ticks: int, ms: float) -> "Entry":
        """Return what the same question became another time."""
        return Entry(
            id=id_,
            request=self.request,
            time_ticks=time_ticks,
            user=self.user,
            status=self.status,
            rows=self.rows,
            ms=ms,
            asked=self.asked,
            size=self.size,
        )

    def __repr__(self) -> str:
        return f"Entry(id={self.id}, method={self.request.method!r}, status={self.status})"


# An entry like another one, but for its id, instant, commands and milliseconds: what an answer that
# was kept costs on its way. It becomes an entry when somebody reads it.
_Again = tuple[int, Entry, int, int, float]


@dataclass(slots=True)
class Journal:
    """Hold the entries of one space, the newest last."""

    _entries: deque[Entry | _Again] = field(default_factory=deque)
    _bytes: int = 0
    _next_id: int = 1
    _waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=list)

    def open(self, request: Request, *, time_ticks: int, commands: int) -> Entry:
        """Add an entry for a request that has no answer yet."""
        if len(request.body) > KEPT_BODY_BYTES:
            request = replace(request, body=request.body[:KEPT_BODY_BYTES])
        size = size_of(request)
        entry = Entry(
            id=self._next_id, request=request, time_ticks=time_ticks, commands=commands, size=size
        )
        self._next_id += 1
        self._entries.append(entry)
        self._bytes += size
        if len(self._entries) > _MAX_ENTRIES or self._bytes > _MAX_BYTES:
            self._trim()
        return entry

    def repeat(self, like: Entry, *, time_ticks: int, commands: int, ms: float) -> int:
        """Add an entry that differs from another only in these, and return its id."""
        id_ = self._next_id
        self._entries.append((id_, like, time_ticks, commands, ms))
        self._next_id += 1
        self._bytes += like.size
        if len(self._entries) > _MAX_ENTRIES or self._bytes > _MAX_BYTES:
            self._trim()
        if self._waiting:
            self.notify()
        return id_

    def note_asked(self, entry: Entry, asked: ListConversations) -> None:
        """Say what a request was bound to; what came of a body is kept beside its beginning."""
        entry.asked = asked
        if entry.request.body and entry.id:
            size = _size_of_asked(asked)
            entry.size += size
            self._bytes += size
            self._trim()

    def close(self, entry: Entry, *, ms: float) -> None:
        """Say how long it took, and tell who waits."""
        entry.ms = ms
        if self._waiting:
            self.notify()

    def forget(self) -> None:
        """Forget every entry; those that follow go on counting."""
        self._entries.clear()
        self._bytes = 0

    def clear(self) -> None:
        """Forget every entry and count from 1; who waits goes on waiting."""
        self.forget()
        self._next_id = 1

    def notify(self) -> None:
        """Let everybody who waits look again."""
        for loop, event in self._waiting:
            loop.call_soon_threadsafe(event.set)

    def find(self, entry_id: int) -> Entry | None:
        """Return an entry that is still kept."""
        return next((entry for entry in self._read() if entry.id == entry_id), None)

    def select(self, matches: Callable[[Entry], bool]) -> Sequence[Entry]:
        """Return the entries that match, the newest last."""
        return [entry for entry in self._read() if matches(entry)]

    def _read(self) -> Iterator[Entry]:
        for found in list(self._entries):
            if isinstance(found, Entry):
                yield found
            else:
                id_, like, time_ticks, commands, ms = found
                yield replace(like, id=id_, time_ticks=time_ticks, commands=commands, ms=ms)

    def _trim(self) -> None:
        """Forget the oldest entries; the newest always stays."""
        entries = self._entries
        while len(entries) > 1 and (len(entries) > _MAX_ENTRIES or self._bytes > _MAX_BYTES):
            oldest = entries.popleft()
            self._bytes -= oldest.size if isinstance(oldest, Entry) else oldest[1].size

    async def wait_for(
        self, matches: Callable[[Entry], bool], *, count: int, seconds: float
    ) -> Sequence[Entry]:
        """Return the entries that match, when there are `count` or the time is up.

        Raises:
            ProblemError: too many wait already (429).
        """
        if len(self._waiting) >= MAX_WAITERS:
            raise ProblemError(f"{MAX_WAITERS} requests wait here already", status=429)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        event = asyncio.Event()
        waiting = (loop, event)
        self._waiting.append(waiting)
        try:
            while True:
                found = self.select(matches)
                left = until - loop.time()
                if len(found) >= count or left <= 0:
                    return found
                event.clear()
                try:
                    await asyncio.wait_for(event.wait(), left)
                except TimeoutError:
                    return self.select(matches)
        finally:
            self._waiting.remove(waiting)


def _size_of_asked(asked: ListConversations) -> int:
    """Return what keeping a bound request costs, roughly."""
    texts = [asked.after_date or ""]
    for items in (asked.account_ids, asked.endpoint_ids, asked.customer_ids):
        texts += [item or "" for item in items or ()]
    return sum(map(len, texts)) + _BYTES_PER_TEXT * len(texts)


def size_of(request: Request) -> int:
    """Return what keeping a request costs, roughly."""
    lengths = len(request.raw_path) + len(request.query) + len(request.body)
    return _BYTES_PER_ENTRY + request.head.size + lengths
