"""Say which rows a query selects by the contract, from the rows that were read."""

from collections.abc import Callable

from mockserver.checks.date_forms import SPOKEN
from mockserver.checks.decoding.decode import Row
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
    pointer = facts.fields["afterDate"]
    read, read_parent = reader_of(pointer), reader_of(pointer.rpartition("/")[0])

    def test(row: Row) -> bool | None:
        value = read(row)
        date = parse_instant(value)
        if date is None:
            # What is null is after nothing; what cannot be read, or has no message, may be.
            return False if value is None and read_parent(row) is not None else None
        if ticks is None or slack is None or abs(date - ticks) < slack:
            return None
        if 0 <= ticks - date < SECOND and (is_to_seconds or at_the_date is None):
            # What shows seconds alone may take it for a later one, as what was not measured may.
            return None
        is_after = at_the_date if ticks == date else date > ticks
        return None if is_after and cuts_earlier else is_after

    return test


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
    read, read_parent = reader_of(pointer), reader_of(pointer.rpartition("/")[0])

    def test(row: Row) -> bool | None:
        found = read(row)
        if found is None and read_parent(row) is None:
            # A conversation without a message shows no account, and may have one all the same.
            return None
        return found in wanted

    return test
