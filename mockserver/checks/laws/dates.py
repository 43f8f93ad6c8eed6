"""Laws on afterDate: what it cuts, how sharply, in which zone, and what is no date."""

from collections.abc import Sequence
from dataclasses import replace

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import Facts, Key, message_of, ticks_of
from mockserver.checks.instants import DAY, SECOND, UNIX_EPOCH, parse_instant
from mockserver.checks.laws.date_choices import each_date, spread
from mockserver.checks.laws.law import (
    EARLIER_DATE,
    Case,
    Judgement,
    Law,
    every_ask,
    holds,
    list_of,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query
from mockserver.checks.selection import matches

__all__ = ["DATE_LAWS"]

_YEAR_2000 = UNIX_EPOCH + 10_957 * DAY
# Rows that are lost by chance: fewer than this many, or than one in this many.
_FEW = 3
_FEW_SHARE = 20


def _is_sound(case: Case) -> Judgement:
    page = case.pages[0]
    term = page.query.get("afterDate")
    if page.rows is None or term is None:
        return vacuous("no dated query")
    ticks = ticks_of(term.values[0], case.facts)
    form = term.values[0].partition("!")[2]
    if ticks is None or form in ("day", "naive", "minute", "unix", "unixms", "wcf"):
        return vacuous("a date whose zone is open")
    dates = [parse_instant(message_of(row).get("date")) for row in page.rows]
    if any(date is not None and date < ticks - SECOND for date in dates):
        return violated("older rows", "rows older than afterDate", "no row before it")
    return holds() if page.rows else vacuous("no rows in the answer")


def _measure_boundary(case: Case) -> Judgement:
    if case.facts.cuts_earlier:
        return vacuous("afterDate does not cut by the date that is shown")
    sides: dict[int, set[str]] = {}
    for index, page in enumerate(case.pages):
        problem = list_of(case, index)
        if problem is not None:
            return problem
        term = page.query.get("afterDate")
        assert term is not None, "the law asks for dates alone"
        ticks = ticks_of(term.values[0], case.facts)
        equal = [
            k for k, r in case.core.items() if parse_instant(message_of(r).get("date")) == ticks
        ]
        if ticks is None or not equal or case.is_capped(index):
            continue
        inside = sum(key in page.keys for key in equal)
        found = {"inclusive"} if inside else set()
        found |= {"exclusive"} if inside < len(equal) else set()
        sides.setdefault(_digits(ticks), set()).update(found)
    if not sides:
        return vacuous("no row whose date could be named exactly")
    # A host that rounds what it shows, or what it is asked, answers by the digits of the date.
    if any(len(found) > 1 for found in sides.values()):
        if all(_digits(ticks) == 0 for ticks in case.facts.dates):
            return vacuous("dates are shown to the second, and may be kept more exactly")
        return violated("boundary differs", "some boundary rows are in, some out", "one way")
    choices = set().union(*sides.values())
    return measured("after-date-boundary", choices.pop()) if len(choices) == 1 else holds()


def _digits(ticks: int) -> int:
    """Return 0 for an instant to the second, 1 to the millisecond, 2 for a finer one."""
    return 0 if ticks % SECOND == 0 else 1 if ticks % (SECOND // 1000) == 0 else 2


def _boundaries(facts: Facts) -> Sequence[Query]:
    # Fractions tell what is compared to the second alone.
    uneven = [index for index, ticks in enumerate(facts.dates) if ticks % SECOND]
    # The newest is for who polls, later in the run.
    picked = [*spread(facts, 2), *uneven[len(uneven) // 2 :][:1]]
    picked = list(dict.fromkeys(picked)) if facts.dates else []
    return [query(("@dates", [f"$row[{i}].date" for i in picked]))] if picked else []


def _before_rows(facts: Facts) -> Sequence[Query]:
    picked = spread(facts, 2)
    return [query(("@dates", [f"$row[{i}].date-1s" for i in picked]))] if picked else []


def _measure_meaning(case: Case) -> Judgement:
    for index in range(len(case.pages)):
        problem = list_of(case, index)
        if problem is not None:
            return problem
    judgement = every_ask(case)
    if judgement.verdict != "violated":
        return judgement
    if len(case.lengths) < 2:
        # Rows that come and go are missed too: a re-read tells.
        return judgement
    return replace(
        vacuous("afterDate does not cut by the newest message"),
        symptom=EARLIER_DATE if _cuts_by_start(case) else "",
    )


def _cuts_by_start(case: Case) -> bool:
    """Say whether the rows that are missing are those of a date of their own before the newest.

    Such a date, a conversation's start for one, lies by another span before the newest message's in
    each row, so that the spans of rows that are missing and of rows that are there overlap. What
    cuts too late, or loses the rows at the cut, leaves two sets apart; what loses a row now and
    then loses few.
    """
    missing: dict[Key, int] = {}
    there: dict[Key, int] = {}
    for index, page in enumerate(case.pages):
        conversations = {key[0] for key in page.keys}
        shown = 0
        for key, row in case.core.items():
            fit = matches(page.query, row, case.facts)
            if fit is False and key in page.keys:
                return False
            if not fit:
                continue
            span = _ticks(row) - (ticks_of(page.query.terms[0].values[0], case.facts) or 0)
            if key in page.keys:
                if key in missing:
                    # It was missing after an earlier date, so no date of its own explains it.
                    return False
                there[key] = span
                shown += 1
            elif key[0] not in conversations:
                missing[key] = span
        if not shown or case.is_capped(index):
            return False
    if len(missing) < _FEW or len(missing) * _FEW_SHARE < len(missing) + len(there):
        return False
    spans, others = missing.values(), there.values()
    return max(spans) > min(others) and min(spans) < max(others)


def _ticks(row: Row) -> int:
    return parse_instant(message_of(row).get("date")) or 0


DATE_LAWS = (
    Law(
        id="L28-date-sound",
        statement="No row is older than afterDate.",
        tier="must",
        kind="single",
        reads="each",
        judge=_is_sound,
    ),
    Law(
        id="L34-which-date",
        statement="Measured: whether afterDate cuts by the date of the newest message.",
        tier="learn",
        kind="relational",
        judge=_measure_meaning,
        plans=_before_rows,
        asks=each_date,
        cost=2,
        value=0.5,
    ),
    Law(
        id="L35-boundary",
        statement="A row of exactly that date is selected or not: one way for all such rows.",
        tier="should",
        kind="relational",
        judge=_measure_boundary,
        plans=_boundaries,
        asks=each_date,
        cost=3,
        value=3.0,
        point="after-date-boundary",
    ),
)
