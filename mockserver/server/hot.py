"""Send an answer again without asking how it came about.

An answer to ListConversations is a function of the request, headers included, of the space's world,
profile and commands so far, and of its day. While none of these has changed the whole answer stands
but for what names the second: the Date header, and the cookies that expire in twenty years.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from email.utils import formatdate

from mockserver.server.auth import expires_in_twenty_years
from mockserver.server.exchange import Answer, Request
from mockserver.server.journal import Entry, size_of
from mockserver.server.space import Space
from mockserver.world.ticks import TICKS_PER_DAY, ticks_to_unix

__all__ = ["Headers", "Hot", "HotAnswers"]

Headers = list[tuple[bytes, bytes]]

_MAX_ASKED = 50_000
_MAX_ANSWERS = 6_000
_MAX_BYTES = 8 * 1024 * 1024
_EXPIRES = b" expires="


@dataclass(frozen=True, slots=True)
class Hot:
    """Hold an answer in parts, its headers, the places of those that name the second.

    `entry` is what the journal gets, but for the time. `space`, `changes` and `generation` are
    what it rests on, besides the request.
    """

    space: Space
    changes: int
    generation: object
    entry: Entry
    answer: Answer
    before: bytes
    after: bytes
    headers: Headers
    date_at: int
    cookies: tuple[tuple[int, bytes, bytes], ...]
    until_ticks: int
    size: int


class HotAnswers:
    """Keep whole answers by whole requests, bounded in entries and bytes."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Hot] = {}
        self._asked: set[int] = set()
        self._bytes = 0
        self._second = -1
        self._date = b""
        self._expires = b""

    def find(self, key: Hashable) -> tuple[Hot, int] | None:
        """Return what the same request got before, and its space's instant."""
        hot = self._found.get(key)
        if hot is None:
            return None
        space = hot.space
        now_ticks = space.now_ticks()
        if (
            space.changes != hot.changes
            or now_ticks >= hot.until_ticks
            or (space.is_living and space.world.generation is not hot.generation)
        ):
            del self._found[key]
            self._bytes -= hot.size
            return None
        return hot, now_ticks

    def renew(self, hot: Hot, now_ticks: int) -> tuple[Headers, bytes]:
        """Return the headers of now, and the body."""
        self._tell_time(now_ticks)
        headers = hot.headers.copy()
        headers[hot.date_at] = (b"date", self._date)
        for at, before, after in hot.cookies:
            headers[at] = (b"set-cookie", before + self._expires + after)
        return headers, hot.before + b",".join(hot.answer.parts or ()) + hot.after

    def keep(
        self,
        key: Hashable,
        space: Space,
        request: Request,
        answer: Answer,
        *,
        headers: Headers,
        user: str | None,
    ) -> None:
        """Remember an answer that was asked for before, until its day or its session is over."""
        if answer.asked is None or answer.status != 200 or space.faults is not None:
            return
        if space.profile["order"] == "unstable" or space.bugs:
            return
        # Most questions come once; what comes twice will come again.
        mark = hash(key)
        if mark not in self._asked:
            if len(self._asked) >= _MAX_ASKED:
                self._asked.clear()
            self._asked.add(mark)
            return
        names = {name for name, _ in request.headers}
        if b"content-length" in names or b"transfer-encoding" in names:
            return
        before, after = _split_body(answer)
        size = len(before) + len(after) + 8 * len(answer.parts or ())
        self._bytes += size
        if self._bytes > _MAX_BYTES or len(self._found) >= _MAX_ANSWERS:
            self._found.clear()
            self._bytes = size
        now_ticks = space.now_ticks()
        midnight = now_ticks - now_ticks % TICKS_PER_DAY + TICKS_PER_DAY
        self._found[key] = Hot(
            space=space,
            changes=space.changes,
            generation=space.world.generation,
            entry=Entry(
                id=0,
                request=request,
                time_ticks=0,
                user=user,
                status=answer.status,
                rows=answer.rows,
                asked=answer.asked,
                size=size_of(request),
            ),
            answer=replace(answer, body=b""),
            before=before,
            after=after,
            headers=headers,
            date_at=next(at for at, (name, _) in enumerate(headers) if name == b"date"),
            cookies=tuple(
                (at, *_split_expiry(value))
                for at, (name, value) in enumerate(headers)
                if name == b"set-cookie" and _EXPIRES in value
            ),
            until_ticks=min(midnight, answer.until_ticks or midnight),
            size=size,
        )

    def _tell_time(self, now_ticks: int) -> None:
        unix_seconds = int(ticks_to_unix(now_ticks))
        if unix_seconds != self._second:
            self._second = unix_seconds
            self._date = formatdate(unix_seconds, usegmt=True).encode()
            self._expires = expires_in_twenty_years(unix_seconds).encode()


def _split_body(answer: Answer) -> tuple[bytes, bytes]:
    """Return what stands before and after the rows; all before where they are not kept apart."""
    if not answer.parts:
        return answer.body, b""
    length = sum(map(len, answer.parts)) + len(answer.parts) - 1
    start = answer.body.index(answer.parts[0])
    return answer.body[:start], answer.body[start + length :]


def _split_expiry(value: bytes) -> tuple[bytes, bytes]:
    before, _, rest = value.partition(_EXPIRES)
    return before, rest.partition(b";")[2]
