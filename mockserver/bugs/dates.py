"""Hold the wrong ways to read a date and to cut by it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    Change,
    asking,
    dropping,
    failing,
    in_category,
    lists_of,
    message_of,
    numbers,
    selecting,
    wanted_of,
    without,
)
from mockserver.dotnet.ticks import (
    MAX_TICKS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_MS,
    format_ticks,
    parse_date,
)
from mockserver.models import ListConversations
from mockserver.server.request.exchange import Exchange, Step

__all__ = ["DATES"]

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)", re.DOTALL)
_TIME = re.compile(r"T(\d\d):")
_MIDNIGHT = re.compile(r"(\s12:\d\d(?::\d\d)?\s*)AM", re.IGNORECASE)


def _text(change: Callable[[str], str | None]) -> Change:
    """Return the change that reads another text than was sent."""

    def ask(request: ListConversations) -> ListConversations:
        if request.after_date is None:
            return request
        return replace(request, after_date=change(request.after_date))

    return asking(ask)


def _ticks(change: Callable[[int], int | None]) -> Change:
    """Return the change that cuts by another instant; None for no cut."""

    def select(x: Exchange, right: Step) -> Sequence[int]:
        ticks = _instant(x)
        if ticks is None:
            return numbers(x, right)
        moved = change(ticks)
        text = None if moved is None else format_ticks(min(max(moved, 0), MAX_TICKS))
        return numbers(x, right, replace(wanted_of(x), after_date=text))

    return selecting(select)


def _instant(x: Exchange) -> int | None:
    text = wanted_of(x).after_date
    return None if text is None else parse_date(text, now_ticks=x.now_ticks)


def _cut(ticks: int, unit: int) -> int:
    return ticks - ticks % unit


def _row_ticks(x: Exchange, number: int) -> int:
    date = message_of(x.view.row(number)).date
    ticks = None if date is None else parse_date(date, now_ticks=x.now_ticks)
    return -1 if ticks is None else ticks


def _reversed(x: Exchange, right: Step) -> Sequence[int]:
    if _instant(x) is None:
        return numbers(x, right)
    later = set(numbers(x, right))
    return [n for n in numbers(x, right, without(x, "after_date")) if n not in later]


def _as_text(x: Exchange, right: Step) -> Sequence[int]:
    text = wanted_of(x).after_date
    if text is None:
        return numbers(x, right)
    return [
        n
        for n in numbers(x, right, without(x, "after_date"))
        if (message_of(x.view.row(n)).date or "") > text
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


def _twelve_is_noon(text: str) -> str:
    return _MIDNIGHT.sub(r"\1PM", text)


def _midnight(ticks: int) -> int | None:
    return None if ticks % TICKS_PER_DAY == 0 else ticks


def _of_the_future(x: Exchange) -> Iterable[str]:
    return ["after_date"] if (_instant(x) or 0) > x.now_ticks else []


def _is_bad(x: Exchange) -> bool:
    return wanted_of(x).after_date is not None and _instant(x) is None


def _is_extreme(x: Exchange) -> bool:
    ticks = _instant(x)
    return ticks is not None and not 365 * TICKS_PER_DAY < ticks < 3_600_000 * TICKS_PER_DAY


def _old(x: Exchange, right: Step) -> Sequence[int]:
    ticks = _instant(x)
    year_2000 = 730_119 * TICKS_PER_DAY
    return () if ticks is not None and ticks < year_2000 else numbers(x, right)


def _loses_oldest(x: Exchange, right: Step) -> Sequence[int]:
    rows = numbers(x, right)
    if wanted_of(x).after_date is None or not rows:
        return rows
    oldest = min(rows, key=lambda n: _row_ticks(x, n))
    return [n for n in rows if n != oldest]


def _adds_one(x: Exchange, right: Step) -> Sequence[int]:
    if _instant(x) is None:
        return numbers(x, right)
    rows, every = set(numbers(x, right)), numbers(x, right, without(x, "after_date"))
    earlier = [n for n in every if n not in rows]
    if earlier:
        rows.add(max(earlier, key=lambda n: _row_ticks(x, n)))
    return [n for n in every if n in rows]


def _wavers(x: Exchange, right: Step) -> Sequence[int]:
    """Let the boundary in or not, by the digit of its millisecond."""
    ticks = _instant(x)
    if ticks is None:
        return numbers(x, right)
    is_in = (ticks // TICKS_PER_MS) % 2 == 0
    return [
        n
        for n in numbers(x, right, without(x, "after_date"))
        if _row_ticks(x, n) > ticks or (is_in and _row_ticks(x, n) == ticks)
    ]


def _by_first_message(x: Exchange, right: Step) -> Sequence[int]:
    """Cut incoming rows alone: outgoing ones are dated when they were queued."""
    if _instant(x) is None:
        return numbers(x, right)
    kept = set(numbers(x, right))
    return [
        n
        for n in numbers(x, right, without(x, "after_date"))
        if n in kept or message_of(x.view.row(n)).direction == "Outgoing"
    ]


def _three_digits(x: Exchange, right: Step) -> Sequence[int]:
    """Select nothing by a fraction of more than three digits."""
    is_long = re.search(r"\.\d{4,}", wanted_of(x).after_date or "")
    return () if is_long else numbers(x, right)


_bug = in_category("dates")

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
    _bug("date-cut-to-hour", "minutes do not count", _ticks(lambda t: _cut(t, TICKS_PER_HOUR))),
    _bug("date-cut-to-minute", "seconds do not count", _ticks(lambda t: _cut(t, TICKS_PER_MINUTE))),
    _bug(
        "date-an-hour-late",
        "every date is read as an hour later",
        _ticks(lambda t: t + TICKS_PER_HOUR),
    ),
    _bug(
        "date-of-server-zone",
        "every date is read as two hours earlier",
        _ticks(lambda t: t - 2 * TICKS_PER_HOUR),
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
    _bug("future-means-all", "a date in the future filters nothing", dropping(_of_the_future)),
    _bug("old-means-nothing", "a date before 2000 selects nothing", selecting(_old)),
    _bug(
        "date-drops-endpoints",
        "afterDate switches endpointIds off",
        dropping(lambda x: ["endpoint_ids"] if wanted_of(x).after_date else []),
    ),
    _bug(
        "ids-drop-date",
        "a list of ids switches afterDate off",
        dropping(lambda x: ["after_date"] if lists_of(x) else []),
    ),
    _bug(
        "date-loses-oldest",
        "afterDate loses the oldest row that it selects",
        selecting(_loses_oldest),
    ),
    _bug("date-adds-one", "afterDate shows one row too many", selecting(_adds_one)),
    _bug("boundary-wavers", "a row of exactly that date is shown sometimes", selecting(_wavers)),
    _bug("day-month-swapped", "day and month are swapped where they can be", _text(_swap_day)),
    _bug("twelve-is-noon", "12 AM is read as noon", _text(_twelve_is_noon)),
    _bug("twelve-hour-clock", "hours after twelve count from one again", _text(_twelve_hours)),
    _bug(
        "date-spares-outgoing",
        "afterDate lets every outgoing message pass",
        selecting(_by_first_message),
    ),
    _bug(
        "seven-digits-nothing",
        "a date with more than three decimals selects nothing",
        selecting(_three_digits),
    ),
    _bug(
        "bad-date-is-500",
        "a text that is no date is an error",
        failing("NullReferenceException", _is_bad),
    ),
    _bug(
        "extreme-date-is-500",
        "the years 1 and 9999 are an error",
        failing("ArgumentOutOfRangeException", _is_extreme),
    ),
)
