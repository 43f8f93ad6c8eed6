"""Choose what stands at an edge: long lists, dates at the ends of time, dates right at a row.

Each has one right answer, which the oracle knows; beside the covering array they are few.
"""

from collections.abc import Sequence
from datetime import date as day_of
from itertools import cycle, pairwise

from mockserver.checks.asking.axes import Pivot
from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.facts import Facts
from mockserver.checks.instants import SECOND, format_instant
from mockserver.checks.plan import LIST_NAMES, Query, query

__all__ = ["MANY", "at_the_ends", "near_a_row", "odd_lists", "within_a_filter"]

# How many ids a long list has at most, and at least.
MANY, _SEVERAL = 24, 3
# The ends of time and widest offsets, each in a type of its own.
_LATEST = {
    "xml": "9999-12-31T23:59:59.9999999Z",
    "csv": "9999-12-30T20:00:00-14:00",
    "jsv": "9998-01-01T00:00:00+14:00",
}
_EARLIEST = "0001-01-01T00:00:00Z"
# Before all rows, and the number 0 to most programs.
_EPOCH = "1970-01-01T00:00:00Z"
# Offsets that are winter times of countries with a summer time; the months in which that holds.
_WINTER_TIMES = {"+01:00": 60, "-05:00": -300, "-08:00": -480}
_SUMMER, _ELEVEN, _NOON, _DAY = (4, 9), 11, 12, 24
_THURSDAY = 4
_MONTHS = 12
# Beyond what 32 bits of seconds count to, and before they would begin anew.
_BEYOND, _CENTURIES = 20_000, 65_000


def odd_lists(facts: Facts, formats: Sequence[str]) -> list[Query]:
    """Return lists that are long, that quotes make one id of, or that name none for another.

    Of many ids, all of which somebody has, one is left out.
    """
    counts = {name: facts.count(name) for name in LIST_NAMES if name in facts.fields}
    ids = {
        name: [f"${name.removesuffix('Ids')}[{i}]" for i in range(min(count, MANY))]
        for name, count in counts.items()
    }
    found = [query((name, values[1:])) for name, values in ids.items() if len(values) > _SEVERAL]
    several = [name for name, values in ids.items() if len(values) > 1]
    found += [query((f"{name}:quoted", ids[name][:2])) for name in several[:1]]
    if facts.has_other and "accountIds" in ids:
        # The second user has his own still.
        found.append(query(("accountIds", ""), ("@auth", "other")))
    return _in_types(found, formats[::-1])


def at_the_ends(facts: Facts, formats: Sequence[str]) -> list[Query]:
    """Return queries that select nothing, in each type, and some by dates before all rows."""
    if not facts.dates or "afterDate" not in facts.fields:
        return []
    newest = len(facts.dates) - 1
    beyond, late = (
        query(("afterDate", f"$row[{newest}].date+{days}d")) for days in (_BEYOND, _CENTURIES)
    )
    early = [query(("afterDate", _EPOCH))]
    accounts = facts.count("accountIds")
    if accounts > 1:
        # Some rows have to be absent, so that an answer can be told to be right.
        most = [f"$account[{index}]" for index in range(accounts - 1)]
        early = [
            asked.with_values("accountIds", *most)
            for asked in (*early, query(("afterDate", _EARLIEST)))
        ]
    others = [
        asked.with_values("@accept", MEDIA_TYPES[kind]) if kind in formats else asked
        for kind, date in _LATEST.items()
        for asked in (query(("afterDate", date)),)
    ]
    if "jsonp" in formats:
        beyond = beyond.with_values("callback", "cb").with_values("@path", "/conversations.json")
    return [*early, beyond, late, *others]


def _in_summer(dates: Sequence[int]) -> list[str]:
    """Return a date between two rows, in an offset that is a country's winter time, past noon.

    Who takes an offset for a zone moves it by an hour in summer; who reads hours up to twelve, by
    twelve. Of all rows it is the one that the next comes soonest after.
    """
    found = []
    for index, (date, later) in enumerate(pairwise(dates)):
        at = date + 2 * SECOND
        if later <= at or not _SUMMER[0] <= int(format_instant(date)[5:7]) <= _SUMMER[1]:
            continue
        for text, minutes in _WINTER_TIMES.items():
            if int(format_instant(at, offset_minutes=minutes)[11:13]) > _NOON:
                found.append((later - date, f"$row[{index}].date+2s!{text}"))
                break
    return [min(found)[1]] if found else []


def _at_noon(dates: Sequence[int], indexes: Sequence[int]) -> str:
    """Return a date right after a row where it is noon, in a zone of half hours.

    A clock of twelve hours has midnight there. A zone in the west is taken, if there is one: half
    an hour may be counted to the wrong side of its hours.
    """
    found = []
    for index in indexes:
        text = format_instant(dates[index] + 2 * SECOND)
        least = _NOON * 60 - int(text[11:13]) * 60 - int(text[14:16])
        minutes = least + (30 - least) % 60
        sign = "-" if minutes < 0 else "+"
        found.append(
            (
                minutes > 0,
                f"$row[{index}].date+2s!{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}",
            )
        )
    return min(found, key=lambda one: one[0])[1]


def _at_new_year(year: int) -> str:
    """Return a date around the beginning of a year whose offset is of the other year.

    Its day counts to a week of that, too, where the year does not begin with a Monday.
    """
    is_late = day_of(year, 1, 1).isoweekday() <= _THURSDAY
    return f"{year - 1}-12-31T23:30:00-02:00" if is_late else f"{year}-01-01T00:30:00+02:00"


def _of_two_readings(dates: Sequence[int]) -> list[str]:
    """Return a day alone that is another one for who reads the day before the month."""
    for index, date in enumerate(dates):
        text = format_instant(date)
        if text[5:7] != text[8:10] and int(text[8:10]) <= _MONTHS:
            return [f"$row[{index}].date!day"]
    return []


def _as_people_write(dates: Sequence[int], close: int) -> list[str]:
    """Return the date right after a row without a `T` and as HTTP's headers have it, and midnight.

    Midnight by a clock of twelve hours, in the night before a row of the morning: who takes twelve
    for noon loses that row.
    """
    found = [f"$row[{close}].date+2s!spaced", f"$row[{close}].date+2s!http"]
    for index in range(len(dates) // 2, len(dates)):
        hour = int(format_instant(dates[index])[11:13])
        if 0 < hour < _NOON:
            return [*found, f"$row[{index}].date-{hour}h!clock"]
    return found


def within_a_filter(facts: Facts, pivots: Sequence[Pivot], formats: Sequence[str]) -> list[Query]:
    """Return for each list a date between two rows that it selects, those that are the closest.

    What cuts by less than the whole date where there is a list, by its day or hour, takes both for
    one. The ids stand in a list with encoded commas; where the dates are written it is another day.
    """
    found: list[Query] = []
    for name in LIST_NAMES:
        groups: dict[int, set[int]] = {}
        for pivot in pivots:
            if name in pivot.ids and pivot.date is not None:
                groups.setdefault(pivot.ids[name], set()).add(pivot.date)
        # But for the first list where it is another day in the west, whose minutes are negative.
        gaps = [
            (bool(found) and _hour_of(facts.dates[index]) >= _ELEVEN, gap, index, own)
            for own, indexes in groups.items()
            for index, later in pairwise(sorted(indexes))
            if (gap := facts.dates[later] - facts.dates[index]) > 3 * SECOND
        ]
        if not gaps or name not in facts.fields or "afterDate" not in facts.fields:
            continue
        _, _, index, own = min(gaps)
        pool, count = name.removesuffix("Ids"), facts.count(name)
        # The first list has two, others three, which are parted by a code in small letters and by a
        # comma. Never all ids, or there were no filter.
        size = min(3 if found else 2, max(count - 1, 1))
        ids = [(own + step) % count for step in range(size)]
        terms = (f"{name}:encoded", [f"${pool}[{i}]" for i in ids])
        offset = _of_another_day(facts.dates[index] + 2 * SECOND)
        found.append(query(terms, ("afterDate", f"$row[{index}].date+2s!{offset}")))
    return _in_types(found, formats[::-1])


def _of_another_day(ticks: int) -> str:
    """Return an offset in which an instant is of another day than in UTC, half past midnight or so.

    From eleven on in the east, where it is the next day; before that in the west.
    """
    hour = _hour_of(ticks)
    return f"+{_DAY - hour:02}:30" if hour >= _ELEVEN else f"-{hour + 1:02}:30"


def _hour_of(ticks: int) -> int:
    return int(format_instant(ticks)[11:13])


def _in_types(asks: Sequence[Query], formats: Sequence[str]) -> list[Query]:
    """Return each ask in a type of its own: what one type reads otherwise shows as well."""
    kinds = cycle(formats or ("json",))
    return [
        asked.with_values("callback", "cb")
        if kind == "jsonp"
        else asked.with_values("@accept", MEDIA_TYPES[kind])
        if kind != "json"
        else asked
        for asked, kind in zip(asks, kinds, strict=False)
    ]


def near_a_row(facts: Facts, formats: Sequence[str]) -> list[Query]:
    """Return dates right before a row's own and right after it, in few digits and odd forms.

    What takes a fraction for another, drops a part of the date or reads a form otherwise selects
    the row, or loses it.
    """
    dates = facts.dates
    if not dates or "afterDate" not in facts.fields:
        return []
    tenth = SECOND // 10
    uneven = [i for i, t in enumerate(dates) if t % tenth and t % SECOND < 9 * tenth]
    uneven = uneven or [len(dates) // 2]
    row = uneven[len(uneven) // 2]
    # The row that the next one comes soonest after: a cut between them is seen from both sides.
    gaps = [(later - date, i) for i, (date, later) in enumerate(pairwise(dates))]
    gaps = [(gap, i) for gap, i in gaps if gap > 3 * SECOND]
    close = min(gaps, default=(0, row))[1]
    forms = [
        _at_new_year(int(format_instant(dates[-1])[:4])),
        f"$row[{row}].date!tenth",
        f"$row[{row}].date!second", f"$row[{close}].date+2s!small",
    ]  # fmt: skip
    if facts.zone == "utc":
        forms.append(f"$row[{close}].date+2s!blank")
        forms += _of_two_readings(dates)
    forms += _as_people_write(dates, close)
    forms.append(_at_noon(dates, [index for _, index in sorted(gaps)] or [row]))
    forms += _in_summer(dates)
    return _in_types([query(("afterDate", form)) for form in forms], formats)
