"""Laws on texts for afterDate: days, zones, and no dates at all."""

import datetime
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from mockserver.checks.decoding.decode import MEDIA_TYPES, parse_json
from mockserver.checks.decoding.decode_xml import refuse_bad_xml
from mockserver.checks.facts import Facts, Page, message_of, ticks_of, value_of
from mockserver.checks.instants import DAY, HOUR, SECOND, format_instant, parse_instant
from mockserver.checks.laws.date_choices import after, each_date, one_before, spread
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    are_answered,
    called,
    holds,
    list_of,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query, text_value
from mockserver.checks.type_asked import kind_asked
from mockserver.errors import DecodeError

__all__ = ["DATE_TEXT_LAWS"]

# Each text goes in a type of its own: what one type forgets shows as well.
_BAD = {
    "yesterday": "json", "2026-02-30T00:00:00Z": "csv", "2026-13-01T00:00:00Z": "xml",
    "2026-01-01T25:00:00Z": "jsv",
}  # fmt: skip
_TYPES = {text_value(text): kind for text, kind in _BAD.items()}
_NO_SUCH_TYPE = (406, 415)
_QUARTER = 15 * 60 * SECOND
_ZONES = range(-56, 57)
# Quarters of an hour from UTC that some place on earth has, beside whole hours.
_ODD_ZONES = frozenset({-38, -14, -10, 14, 18, 22, 23, 26, 35, 38, 42, 51, 55})
_NAIVE_DATES = 4
_NAIVE_ROWS = 12
_NAIVE_SECONDS = [hours * 3600 + 1800 for hours in range(-12, 14)]
_WHOLE_HOURS = range(-56, 57, 4)


def _measure_bad(case: Case) -> Judgement:
    kinds = set()
    for index, page in enumerate(case.pages):
        kind = _answer_to_bad(case, index)
        if kind is None:
            what = f"status {page.status}"
            return violated(what, what, "400, or a list", asked=page.query)
        kinds.add(kind)
    if "5xx" in kinds:
        worst = max(page.status for page in case.pages)
        return violated("status 5xx", f"status {worst}", "400, or a list")
    if "some" in kinds:
        return violated("bad date selects rows", "some of the rows", "400, all rows or none")
    kinds.discard("unknown type")
    if not case.core or not kinds:
        return vacuous("no rows")
    if len(kinds) > 1:
        return violated("bad dates answered in two ways", "two ways", "one way")
    return measured("invalid-after-date", kinds.pop())


def _answer_to_bad(case: Case, index: int) -> str | None:
    """Return what an answer makes of a bad date; None where it is neither list nor refusal."""
    page = case.pages[index]
    is_json = page.query.get("@accept") is None
    if page.status >= 500:
        return "5xx"
    if page.rows is None and not is_json and page.status in (200, *_NO_SUCH_TYPE):
        # Whether a type is known, and its lists can be read, is for the laws on formats.
        return "unknown type"
    if 400 <= page.status < 500:
        return "error"
    if page.rows is None:
        return None
    if not page.rows:
        return "nothing"
    return "no-filter" if case.core.keys() <= page.keys or case.is_capped(index) else "some"


def _judge_errors(case: Case) -> Judgement:
    seen = False
    for page in case.pages:
        if page.status >= 500:
            return violated("status 5xx", f"status {page.status}", "400, or a list")
        if page.status < 400 or not page.response.body:
            continue
        seen = True
        if _error_kind(page) not in (kind_asked(page.query), "json"):
            received = f"an error: {called(page)}"
            return violated("media type", received, "the type, or JSON", asked=page.query)
        if not _is_well_formed(page):
            received = f"an error that is not {page.kind}"
            return violated("unreadable body", received, "that type", asked=page.query)
    return holds() if seen else vacuous("no error with a body")


def _error_kind(page: Page) -> str | None:
    """Return the type of an error, to which some types of their own belong, as problem+xml."""
    bare = (page.response.content_type or "").partition(";")[0].strip().lower()
    return "xml" if bare.endswith("+xml") else page.kind


def _is_well_formed(page: Page) -> bool:
    body = page.response.body
    try:
        if page.kind == "json":
            parse_json(body.decode("utf-8", "replace"))
        elif _error_kind(page) == "xml":
            refuse_bad_xml(body)
    except DecodeError:
        return False
    return True


def _say_errors_of_others(case: Case) -> Judgement | None:
    judgement = _judge_errors(case)
    return None if judgement.verdict == "violated" else judgement


def _bad_dates(facts: Facts) -> Sequence[Query]:
    return [query(("@dates", [text_value(text) for text in _BAD]))]


def _each_bad(plan: Query) -> Sequence[Query]:
    """Return a query for each text, in its type."""
    asks = []
    for symbol in plan.terms[0].values:
        kind, asked = _TYPES.get(symbol, "json"), after(symbol)
        is_plain = kind == "json"
        asks.append(asked if is_plain else asked.with_values("@accept", MEDIA_TYPES[kind]))
    return tuple(asks)


def _other_texts(plan: Query) -> Sequence[Query]:
    symbol = plan.terms[0].values[0]
    return tuple(after(f"{symbol}!{form}") for form in ("wcf", "minute", "unix", "unixms"))


def _days(facts: Facts) -> Sequence[Query]:
    # Late in their day, whatever its zone: what takes a day for its end loses them.
    late = [i for i, ticks in enumerate(facts.dates) if ticks % DAY > 15 * HOUR]
    picked = [late[len(late) * k // 3] for k in (1, 2)] if len(late) > 2 else spread(facts, 2)
    days = [*_days_of_next_year(facts.dates), *(f"$row[{index}].date!day" for index in picked)]
    return [after(day) for day in dict.fromkeys(days)][:2]


def _days_of_next_year(dates: Sequence[int]) -> list[str]:
    """Return the last day of a year, between the rows, whose week is the next year's first."""
    years = [int(format_instant(ticks)[:4]) for ticks in (*dates[:1], *dates[-1:])]
    ends = [datetime.date(year, 12, 31) for year in range(*years)] if years else []
    return [day.isoformat() for day in reversed(ends) if day.isocalendar().year > day.year]


def _judge_day(case: Case) -> Judgement:
    problem = list_of(case, 0)
    if problem is not None:
        return problem
    symbol = case.pages[0].query.terms[0].values[0]
    midnight = parse_instant(f"{value_of(symbol, case.facts)}T00:00:00Z")
    assert midnight is not None, "a day as we spell it"
    dates = {k: parse_instant(message_of(row).get("date")) for k, row in case.core.items()}
    early = {k for k, date in dates.items() if date is not None and date < midnight - 14 * HOUR}
    late = {k for k, date in dates.items() if date is not None and date > midnight + 14 * HOUR}
    if early & case.pages[0].keys:
        return violated("older rows", "rows older than the day", "no row before the day")
    may_lack = case.is_capped(0) or case.facts.cuts_earlier
    if late - case.pages[0].keys and not may_lack:
        return violated("missing rows", "later rows are missing", "every row after the day")
    return holds() if early and late else vacuous("every row is near that day")


def _naives(facts: Facts) -> Sequence[Query]:
    """Return dates without a zone that tell most zones apart, for the rows that there are.

    A text T in zone z cuts at T - z, so that a query tells those zones apart between whose cuts a
    row lies.
    """
    if len(facts.dates) < 3:
        return []
    classes = [0] * len(_WHOLE_HOURS)
    chosen: dict[str, None] = {}
    cuts = {
        f"$row[{index}].date{seconds:+d}s!naive": [
            bisect_right(facts.dates, facts.dates[index] + seconds * SECOND - zone * _QUARTER)
            for zone in _WHOLE_HOURS
        ]
        for index in spread(facts, _NAIVE_ROWS)
        for seconds in _NAIVE_SECONDS
    }
    for _ in range(_NAIVE_DATES):
        best, best_classes = "", classes
        for text, places in cuts.items():
            found = _parted(places, classes)
            if _doubt(found) < _doubt(best_classes):
                best, best_classes = text, found
        if not best:
            break
        classes = best_classes
        chosen[best] = None
    return [query(("@dates", list(chosen)))] if chosen else []


def _doubt(classes: Sequence[int]) -> int:
    """Return how much zones are still taken for each other: most of all UTC, the likeliest one."""
    sizes = Counter(classes)
    utc = sizes[classes[_WHOLE_HOURS.index(0)]]
    return sum(size * size for size in sizes.values()) + 4 * utc * utc


def _parted(places: Sequence[int], classes: Sequence[int]) -> list[int]:
    """Return the class of each zone once a text that cuts at these places was asked for."""
    numbers: dict[tuple[int, int], int] = {}
    return [numbers.setdefault(pair, len(numbers)) for pair in zip(classes, places, strict=True)]


def _measure_naive(case: Case) -> Judgement:
    """Narrow the zone: a naive text T in zone z cuts at T − z, between two rows' dates."""
    if case.facts.cuts_earlier:
        return vacuous("afterDate does not cut by the date that is shown")
    low, high = -14 * HOUR, 14 * HOUR
    dates = {k: parse_instant(message_of(row).get("date")) for k, row in case.core.items()}
    for index, page in enumerate(case.pages):
        if page.status == 400:
            return vacuous("dates without a zone are refused")
        problem = list_of(case, index)
        if problem is not None:
            return problem
        if case.is_capped(index):
            continue
        text = page.query.terms[0].values[0]
        ticks = ticks_of(text, case.facts)
        assert ticks is not None, "a naive date as we spell it"
        inside = [d for k, d in dates.items() if d is not None and k in page.keys]
        outside = [d for k, d in dates.items() if d is not None and k not in page.keys]
        low = max(low, ticks - min(inside)) if inside else low
        high = min(high, ticks - max(outside)) if outside else high
    fits = [q for q in _ZONES if low <= q * _QUARTER <= high]
    # What no place on earth has is thought of only where nothing else fits.
    fits = [q for q in fits if q % 4 == 0 or q in _ODD_ZONES] or fits
    if not fits:
        return violated("naive date cuts unevenly", "cuts that no zone explains", "one zone")
    if len(fits) > 16 or (0 not in fits and sum(q % 4 == 0 for q in fits) > 1):
        return vacuous("too few rows to tell the zone")
    # UTC is likelier than whole hours, these than half hours, these than quarters.
    ranked = sorted(fits, key=lambda q: (q != 0, q % 4 != 0, q % 2 != 0, abs(q)))
    return measured("naive-date-zone", *(_zone(q) for q in ranked))


def _zone(quarters: int) -> str:
    return "utc" if quarters == 0 else format_instant(DAY, offset_minutes=quarters * 15)[-6:]


DATE_TEXT_LAWS = (
    Law(
        id="L07-date-only",
        statement="A day without a time is accepted and selects no row from before that day.",
        tier="should",
        kind="relational",
        judge=_judge_day,
        plans=_days,
        cost=1,
        value=3.66,
    ),
    Law(
        id="L42-bad-dates",
        statement="Texts that are no dates are refused, ignored or select nothing: one way.",
        tier="should",
        kind="relational",
        judge=_measure_bad,
        plans=_bad_dates,
        asks=_each_bad,
        cost=len(_BAD),
        value=4.1,
        point="invalid-after-date",
    ),
    Law(
        id="L52-error-type",
        statement="An error comes in the type asked for, or in JSON.",
        tier="should",
        kind="single",
        judge=_judge_errors,
        plans=_bad_dates,
        asks=_each_bad,
        # The law on bad dates asks for the same; this one looks at how it is answered.
        shared=lambda plan, facts: _each_bad(plan),
        spares=_say_errors_of_others,
        cost=1,
        value=4.05,
    ),
    Law(
        id="L43-other-dates",
        statement="Measured: whether other texts for an instant are answered.",
        tier="learn",
        kind="relational",
        judge=are_answered,
        plans=one_before,
        asks=_other_texts,
        cost=4,
        value=0.4,
    ),
    Law(
        id="L78-naive-zone",
        statement="A date that names no zone is read in one zone, the same for all.",
        tier="should",
        kind="relational",
        judge=_measure_naive,
        plans=_naives,
        asks=each_date,
        cost=_NAIVE_DATES,
        value=3.1,
        point="naive-date-zone",
    ),
)
