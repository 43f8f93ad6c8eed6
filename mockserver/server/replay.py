"""Send an answer again without asking how it came about.

An answer to ListConversations is a function of the request, headers included, and of the space's
world, profile and commands so far. While none of these has changed the whole answer stands but for
what names the second, the Date header and cookies that expire in twenty years, and for session ids,
which never come twice. What also depends on the clock's day is not kept.
"""

import re
import urllib.parse
from collections.abc import Hashable
from dataclasses import dataclass, replace
from weakref import ref

from mockserver.dotnet.ticks import LATEST_TICKS, ticks_to_unix
from mockserver.models import ListConversations
from mockserver.server.request.cookies import expiry_in_twenty_years
from mockserver.server.request.exchange import Answer, Exchange, HeaderLines
from mockserver.space.journal import Entry, size_of
from mockserver.space.space import Space, new_session_id
from mockserver.wire.http_date import http_date

__all__ = ["Kept", "KeptAnswers"]

_MAX_ASKED = 50_000
_MAX_BYTES = 8 * 1024 * 1024
# One long answer must not push out all others.
_MAX_ANSWER_BYTES = _MAX_BYTES // 8
_BYTES_PER_ANSWER = 2_000
_EXPIRES = b" expires="
_SESSION_COOKIES = (b"ss-id=", b"ss-pid=")
# A date with its year, month and day; what else .NET reads may lean on the clock.
_WHOLE_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class _Cookie:
    """Hold a Set-Cookie value in parts: start, a fresh session id, middle, an expiry, end."""

    start: bytes
    has_id: bool
    middle: bytes
    end: bytes | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold an answer in parts, its headers, the places of those that are never the same.

    `entry` is what the journal gets, but for the time. `space`, `changes` and `generation` are
    what it rests on, besides the request; a space that is gone is not kept alive.
    """

    space: ref[Space]
    changes: int
    generation: object
    entry: Entry
    answer: Answer
    before: bytes
    after: bytes
    headers: HeaderLines
    date_at: int
    cookies: tuple[tuple[int, _Cookie], ...]
    until_ticks: int
    size: int


class KeptAnswers:
    """Keep whole answers by whole requests, bounded in bytes; the oldest go first."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Kept] = {}
        self._asked: set[int] = set()
        self._bytes = 0
        self._second = -1
        self._date = b""
        self._expires = b""

    def find(self, key: Hashable) -> tuple[Kept, Space, int] | None:
        """Return what the same request got before, its space, and the space's instant."""
        hot = self._found.get(key)
        if hot is None:
            return None
        space = hot.space()
        now_ticks = 0 if space is None else space.now_ticks()
        if (
            space is None
            or space.changes != hot.changes
            or now_ticks >= hot.until_ticks
            or (space.is_living and space.world.generation is not hot.generation)
        ):
            self._drop(key)
            return None
        return hot, space, now_ticks

    def renew(self, hot: Kept, space: Space, now_ticks: int) -> tuple[HeaderLines, bytes]:
        """Return the headers of now, and the body."""
        self._tell_time(now_ticks)
        headers = hot.headers.copy()
        headers[hot.date_at] = (b"date", self._date)
        for at, cookie in hot.cookies:
            headers[at] = (b"set-cookie", self._renew_cookie(cookie, space.name))
        return headers, hot.before + b",".join(hot.answer.parts or ()) + hot.after

    def keep(self, key: Hashable, x: Exchange) -> None:
        """Remember an answer that was asked for before, until what it rests on changes."""
        answer, entry, space = x.answer, x.entry, x.space
        assert answer is not None
        if answer.status != 200 or x.wanted is None:
            return
        # Most questions come once; what comes twice will come again.
        mark = hash(key)
        if mark not in self._asked:
            if len(self._asked) >= _MAX_ASKED:
                self._asked.clear()
            self._asked.add(mark)
            return
        if x.request.head.has_body or _varies(x, x.wanted):
            return
        # The journal's entry holds the request, and the answer's parts pin the rows' bytes.
        size = _BYTES_PER_ANSWER + 2 * size_of(x.asked) + len(answer.body)
        if size > _MAX_ANSWER_BYTES:
            return
        self._drop(key)
        while self._found and self._bytes + size > _MAX_BYTES:
            self._drop(next(iter(self._found)))
        self._bytes += size
        before, after = _split_body(answer)
        assert entry is not None
        session = space.sessions.get(x.request.head.ids.in_force or "")
        self._found[key] = Kept(
            space=ref(space),
            changes=space.changes,
            generation=x.view.generation,
            entry=replace(entry, id=0, time_ticks=0, ms=0.0),
            answer=replace(answer, body=b""),
            before=before,
            after=after,
            headers=x.sent,
            date_at=next(at for at, (name, _) in enumerate(x.sent) if name == b"date"),
            cookies=tuple(
                (at, cookie)
                for at, (name, value) in enumerate(x.sent)
                if name == b"set-cookie" and (cookie := _split_cookie(value)) is not None
            ),
            until_ticks=LATEST_TICKS if session is None else session.expires_ticks,
            size=size,
        )

    def _drop(self, key: Hashable) -> None:
        hot = self._found.pop(key, None)
        if hot is not None:
            self._bytes -= hot.size

    def _renew_cookie(self, cookie: _Cookie, space_name: str) -> bytes:
        id_ = urllib.parse.quote(new_session_id(space_name)).encode() if cookie.has_id else b""
        value = cookie.start + id_ + cookie.middle
        return value if cookie.end is None else value + self._expires + cookie.end

    def _tell_time(self, now_ticks: int) -> None:
        unix_seconds = int(ticks_to_unix(now_ticks))
        if unix_seconds != self._second:
            self._second = unix_seconds
            self._date = http_date(unix_seconds).encode()
            self._expires = expiry_in_twenty_years(unix_seconds).encode()


def _varies(x: Exchange, wanted: ListConversations) -> bool:
    """Tell whether the same question may get another answer though nothing was changed."""
    return (
        x.fault is not None
        or x.space.faults is not None
        or bool(x.space.bugs)
        or x.space.profile["order"] == "unstable"
        or x.view.has_floating_dates
        or not (wanted.after_date is None or _WHOLE_DATE.fullmatch(wanted.after_date))
    )


def _split_body(answer: Answer) -> tuple[bytes, bytes]:
    """Return what stands before and after the rows; all before where they are not kept apart."""
    if not answer.parts:
        return answer.body, b""
    length = sum(map(len, answer.parts)) + len(answer.parts) - 1
    start = answer.body.index(answer.parts[0])
    return answer.body[:start], answer.body[start + length :]


def _split_cookie(value: bytes) -> _Cookie | None:
    """Return a Set-Cookie value in parts; None where it is the same each time."""
    start, rest = b"", value
    has_id = value.startswith(_SESSION_COOKIES)
    if has_id:
        name, _, rest = value.partition(b"=")
        start = name + b"="
        rest = rest[rest.index(b";") :]
    middle, expires, end = rest.partition(_EXPIRES)
    if not expires:
        return _Cookie(start, has_id, middle, None) if has_id else None
    return _Cookie(start, has_id, middle, end.partition(b";")[2])
