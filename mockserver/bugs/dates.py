"""Hold the wrong ways to read a date and to cut by it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    Bug,
    Change,
    Selection,
    asking,
    failure,
    message_of,
    selecting,
)
from mockserver.models import ListConversations
from mockserver.server.app import Steps
from mockserver.world.ticks import (
    MAX_TICKS,
    TICKS_PER_DAY,
    TICKS_PER_SECOND,
    format_ticks,
    parse_date,
)

__all__ = ["DATES"]

_HOUR = 3600 * TICKS_PER_SECOND
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)", re.DOTALL)
_TIME = re.compile(r"T(\d\d):")


def _text(change: Callable[[str], str | None]) -> Change:
    """Return the change that reads another text than was sent."""

    def ask(request: ListConversations) -> ListConversations:
        if request.after_date is None:
            return request
        return replace(request, after_date=change(request.after_date))

    return asking(ask)


def _ticks(change: Callable[[int], int | None]) -> Change:
    """Return the change that cuts by another instant; None for no cut."""

    def select(s: Selection) -> Sequence[int]:
        ticks = _instant(s)
        if ticks is None:
            return s.rows()
        moved = change(ticks)
        text = None if moved is None else format_ticks(min(max(moved, 0), MAX_TICKS))
        return s.rows(replace(s.request, after_date=text))

    return selecting(select)


def _instant(s: Selection) -> int | None:
    if s.request.after_date is None:
        return None
    return parse_date(s.request.after_date, now_ticks=s.now_ticks)


def _cut(ticks: int, unit: int) -> int:
    return ticks - ticks % unit


def _row_ticks(s: Selection, number: int) -> int:
    date = message_of(s.world.row(number)).date
    ticks = None if date is None else parse_date(date, now_ticks=s.now_ticks)
    return -1 if ticks is None else ticks


def _reversed(s: Selection) -> Sequence[int]:
    if _instant(s) is None:
        return s.rows()
    later = set(s.rows())
    return [n for n in s.rows(s.without("after_date")) if n not in later]


def _as_text(s: Selection) -> Sequence[int]:
    text = s.request.after_date
    if text is None:
        return s.rows()
    return [
        n for n in s.rows(s.without("after_date")) if (message_of(s.world.row(n)).date or "") > text
    ]


def _flip(match: re.Match[str]) -> str:
    return f"{'-' if match[1] == '+' else '+'}{match[2]}:{match[3]}"


def _swap_day(text: str) -> str:
    match = _ISO.match(text)
    if match is None or int(match[3]) > 12:
        return text
    return f"{match[1]}-{match[3]}-{match[2]}{match[4]}"


def _twelve_hours(text: str) -> str:
    return _TIME.sub(lambda m: f"T{int(m[1]) - 12 * (int(m[1]) > 12):02}:", text)


def _midnight(ticks: int) -> int | None:
    return None if ticks % TICKS_PER_DAY == 0 else ticks


def _future(s: Selection) -> Sequence[int]:
    ticks = _instant(s)
    return s.rows(s.without("after_date") if ticks is not None and ticks > s.now_ticks else None)


def _old(s: Selection) -> Sequence[int]:
    ticks = _instant(s)
    year_2000 = 730_119 * TICKS_PER_DAY
    return () if ticks is not None and ticks < year_2000 else s.rows()


def _drops_ids(s: Selection) -> Sequence[int]:
    return s.rows(s.without("endpoint_ids") if s.request.after_date else None)


def _only_alone(s: Selection) -> Sequence[int]:
    return s.rows(s.without("after_date") if s.lists else None)


def _loses_oldest(s: Selection) -> Sequence[int]:
    rows = s.rows()
    if s.request.after_date is None or not rows:
        return rows
    oldest = min(rows, key=lambda n: _row_ticks(s, n))
    return [n for n in rows if n != oldest]


def _adds_one(s: Selection) -> Sequence[int]:
    if _instant(s) is None:
        return s.rows()
    rows, every = set(s.rows()), s.rows(s.without("after_date"))
    earlier = [n for n in every if n not in rows]
    if earlier:
        rows.add(max(earlier, key=lambda n: _row_ticks(s, n)))
    return [n for n in every if n in rows]


def _wavers(s: Selection) -> Sequence[int]:
    """Let the boundary in or not, by the digit of its millisecond."""
    ticks = _instant(s)
    if ticks is None:
        return s.rows()
    is_in = (ticks // (TICKS_PER_SECOND // 1000)) % 2 == 0
    return [
        n
        for n in s.rows(s.without("after_date"))
        if _row_ticks(s, n) > ticks or (is_in and _row_ticks(s, n) == ticks)
    ]


def _bad_is_error(s: Selection) -> Sequence[int]:
    if s.request.after_date is not None and _instant(s) is None:
        raise failure(500, "NullReferenceException")
    return s.rows()


def _extreme_is_error(s: Selection) -> Sequence[int]:
    ticks = _instant(s)
    if ticks is not None and not 365 * TICKS_PER_DAY < ticks < 3_600_000 * TICKS_PER_DAY:
        raise failure(500, "ArgumentOutOfRangeException")
    return s.rows()


def _by_first_message(s: Selection) -> Sequence[int]:
    """Cut incoming rows alone: outgoing ones are dated when they were queued."""
    if _instant(s) is None:
        return s.rows()
    kept = set(s.rows())
    return [
        n
        for n in s.rows(s.without("after_date"))
        if n in kept or message_of(s.world.row(n)).direction == "Outgoing"
    ]


def _refused_in_some_places(steps: Steps) -> Steps:
    """Read `after_date` without its fraction's digits where there are more than three."""

    def select(s: Selection) -> Sequence[int]:
        text = s.request.after_date or ""
        if re.search(r"\.\d{4,}", text):
            return ()
        return s.rows()

    return selecting(select)(steps)


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="dates", help=help, change=change)


DATES = (
    _bug("date-ignored", "afterDate does nothing", _text(lambda text: None)),
    _bug("date-reversed", "afterDate shows what is older", selecting(_reversed)),
    _bug("date-as-text", "dates are compared as texts", selecting(_as_text)),
    _bug("zone-ignored", "a date's offset is ignored", _text(lambda t: _OFFSET.sub("Z", t))),
    _bug(
        "offset-flipped", "an offset counts the other way", _text(lambda t: _OFFSET.sub(_flip, t))
    ),
    _bug(
        "offset-minutes-ignored",
        "the minutes of an offset are ignored",
        _text(lambda t: _OFFSET.sub(r"\1\2:00", t)),
    ),
    _bug(
        "west-ignored",
        "an offset west of Greenwich is ignored",
        _text(lambda t: re.sub(r"-\d\d:\d\d$", "Z", t) if "T" in t else t),
    ),
    _bug(
        "date-cut-to-day", "only the day of a date counts", _ticks(lambda t: _cut(t, TICKS_PER_DAY))
    ),
    _bug("date-cut-to-hour", "minutes do not count", _ticks(lambda t: _cut(t, _HOUR))),
    _bug("date-cut-to-minute", "seconds do not count", _ticks(lambda t: _cut(t, _HOUR // 60))),
    _bug("date-an-hour-late", "every date is read as an hour later", _ticks(lambda t: t + _HOUR)),
    _bug(
        "date-of-server-zone",
        "every date is read as two hours earlier",
        _ticks(lambda t: t - 2 * _HOUR),
    ),
    _bug("midnight-means-all", "a date at midnight filters nothing", _ticks(_midnight)),
    _bug(
        "day-means-its-end",
        "a date without a time stands for the end of its day",
        _text(lambda t: f"{t}T23:59:59Z" if len(t) == 10 else t),
    ),
    _bug(
        "day-means-all",
        "a date without a time filters nothing",
        _text(lambda t: None if len(t) == 10 else t),
    ),
    _bug("future-means-all", "a date in the future filters nothing", selecting(_future)),
    _bug("old-means-nothing", "a date before 2000 selects nothing", selecting(_old)),
    _bug("date-drops-endpoints", "afterDate switches endpointIds off", selecting(_drops_ids)),
    _bug("ids-drop-date", "a list of ids switches afterDate off", selecting(_only_alone)),
    _bug(
        "date-loses-oldest",
        "afterDate loses the oldest row that it selects",
        selecting(_loses_oldest),
    ),
    _bug("date-adds-one", "afterDate shows one row too many", selecting(_adds_one)),
    _bug("boundary-wavers", "a row of exactly that date is shown sometimes", selecting(_wavers)),
    _bug("day-month-swapped", "day and month are swapped where they can be", _text(_swap_day)),
    _bug("twelve-hour-clock", "hours after twelve count from one again", _text(_twelve_hours)),
    _bug(
        "date-spares-outgoing",
        "afterDate lets every outgoing message pass",
        selecting(_by_first_message),
    ),
    _bug(
        "seven-digits-nothing",
        "a date with more than three decimals selects nothing",
        _refused_in_some_places,
    ),
    _bug("bad-date-is-500", "a text that is no date is an error", selecting(_bad_is_error)),
    _bug("extreme-date-is-500", "the years 1 and 9999 are an error", selecting(_extreme_is_error)),
)
