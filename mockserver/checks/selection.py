"""Say which rows a query selects by the contract, from the rows that were read."""

from collections.abc import Callable
from functools import lru_cache

from mockserver.checks.date_forms import SPOKEN
from mockserver.checks.decoding.decode import Row
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.checks.facts import Facts, reader_of, ticks_of, value_of
from mockserver.checks.instants import DAY, HOUR, SECOND, UNIX_EPOCH, parse_instant
from mockserver.checks.plan import LIST_NAMES, Query, Term

__all__ = ["MOST_SLACK", "matches", "selector", "test_of"]

# Between the widest zones; a date alone or one without a zone may be of any of them.
_ZONES = 14 * HOUR + 1
# Rows that are farther than that from the date of a query are surely before or after it.
MOST_SLACK = DAY + _ZONES
_YEAR_1990 = UNIX_EPOCH + 7_305 * DAY
# Forms of a date that say which instant is meant.
_EXACT = ("", "z", "tenth", "hundredth", "second", "small", *SPOKEN)
# Whether a query selects a row; None where the contract leaves it open.
Test = Callable[[Row], bool | None]


def matches(query: Query, row: Row, facts: Facts) -> bool | None:
    """Say whether a query selects a row; see `selector`, which is for many rows."""
    return selector(query, facts)(row)


def selector(query: Query, facts: Facts) -> Test:
    """Return what says of a row whether a query selects it; None where that is open.

    A date that equals the row's is open until the target showed how it takes that, and so is a row
    without a readable date, or without the message that an id stands in.

    Raises:
        TooFewError: the target showed too few ids or dates for a symbol.
    """
    terms = (*query.filters, *facts.narrow.filters)
    tests = [test for term in terms if (test := test_of(term, facts)) is not None]

    def select(row: Row) -> bool | None:
        verdict: bool | None = True
        for test in tests:
            one = test(row)
            if one is False:
                return False
            verdict = None if one is None else verdict
        return verdict

    return select


def test_of(term: Term, facts: Facts) -> Test | None:
    """Return what says of a row whether a term selects it; None for what filters nothing."""
    if term.values == ("",) or term.name not in facts.fields:
        return None
    if term.name == "afterDate":
        return _test_of_date(term, facts)
    return _test_of_ids(term, facts) if term.name in LIST_NAMES else None


def _test_of_date(term: Term, facts: Facts) -> Test:
    ticks = ticks_of(term.values[0], facts)
    form = term.values[0].partition("!")[2]
    slack = _slack(form, facts)
    if form == "day" and ticks is not None:
        ticks -= ticks % DAY
    # No conversation began before that, whatever date a host cuts by.
    cuts_earlier = facts.cuts_earlier and ticks is not None and ticks > _YEAR_1990
    at_the_date = None if facts.boundary is None else facts.boundary == "inclusive"
    is_to_seconds = bool(facts.dates) and all(date % SECOND == 0 for date in facts.dates)
    date_of = _date_reader(facts.fields["afterDate"])

    def test(row: Row) -> bool | None:
        date, may_be_later = date_of(row)
        if date is None:
            return None if may_be_later else False
        if ticks is None or slack is None or abs(date - ticks) < slack:
            return None
        if 0 <= ticks - date < SECOND and (is_to_seconds or at_the_date is None):
            # What shows seconds alone may take it for a later one, as what was not measured may.
            return None
        is_after = at_the_date if ticks == date else date > ticks
        return None if is_after and cuts_earlier else is_after

    return test


@lru_cache(maxsize=8)
def _date_reader(pointer: str) -> Callable[[Row], tuple[int | None, bool]]:
    """Return what reads a row's instant; where there is none, whether it may be after any date.

    What is null is after nothing; what cannot be read, or has no message, may be.
    """
    read, lacks_parent = reader_of(pointer), _lack_of(pointer)

    @once_a_row
    def date_of(row: Row) -> tuple[int | None, bool]:
        value = read(row)
        return parse_instant(value), value is not None or lacks_parent(row)

    return date_of


def _lack_of(pointer: str) -> Callable[[Row], bool]:
    """Return what says of a row whether it lacks what a pointer's last name is a member of."""
    parents = pointer.split("/")[1:-1]

    def lacks(row: Row) -> bool:
        value: object = row
        for name in parents:
            if not isinstance(value, dict):
                return True
            value = value.get(name)
        return value is None

    return lacks


def _slack(form: str, facts: Facts) -> int | None:
    """Return by how much a date as it is written may mean another instant; None for unknown."""
    if form in _EXACT or form[0] in "+-":
        return 0
    if form in ("day", "naive", "blank"):
        # Some programs read a day in UTC and a time of it in their own zone: one zone tells both
        # where it is UTC.
        return 0 if facts.zone == "utc" else _ZONES
    return None


def _test_of_ids(term: Term, facts: Facts) -> Test:
    wanted = {value_of(value.removesuffix("!quoted"), facts) for value in term.values}
    pointer = facts.fields[term.name]
    read, lacks_parent = reader_of(pointer), _lack_of(pointer)

    def test(row: Row) -> bool | None:
        found = read(row)
        if found is not None:
            return found in wanted
        # A conversation without a message shows no account, and may have one all the same.
        return None if lacks_parent(row) else False

    return test
