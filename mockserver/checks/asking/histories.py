"""Choose what to ask one after the other: a list, something that may disturb it, the list again.

The oracle judges every answer; here stands only what is likely to leave something behind: another
type, reader, spelling or verb for the same filters, a refusal, an error, a sign-in and its end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mockserver.checks.asking.axes import LOOKALIKE, STRANGER
from mockserver.checks.asking.edges import MANY
from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.expectation import ANOTHERS_TAG
from mockserver.checks.facts import Facts
from mockserver.checks.plan import LIST_NAMES, Query, query, text_value
from mockserver.checks.readers import sign_in, sign_out

__all__ = ["disturbances"]

# So few endpoints are no long list.
_FEW = 2
# Days.
_AHEAD = 900
# As libraries name a function for one request, in an object of theirs.
_LONG_NAME = "jQuery.cb36109876543210987_1772366400000"
_NO_DATE = ("afterDate", "notadate")
# Whether pages of it may read refusals, too, is told on the way.
_ORIGIN = "@header-origin"
_STRANGER, _LOOKALIKE = text_value(STRANGER), text_value(LOOKALIKE)
_ANOTHERS_TAG = ("@header-if-none-match", ANOTHERS_TAG)


def disturbances(
    asked: Query,
    other: Query,
    facts: Facts,
    *,
    has_sign_in: bool,
    has_tags: bool = False,
    twin: Query | None = None,
    crossed: Sequence[Query] = (),
) -> Iterator[Sequence[Query]]:
    """Yield groups of queries to ask in order, each of which ends with `asked` or with `other`.

    Args:
        asked: a query whose filters select some rows and leave out others.
        other: one with another meaning.
        has_sign_in: whether sessions may be begun and ended.
        has_tags: whether answers have tags.
        twin: one whose list has as many rows as another, where answers have tags.
        crossed: what the first user was answered and the second one asks for, too.
    """
    xml = asked.with_values("@accept", text_value(MEDIA_TYPES["xml"]))
    callback = asked.with_values("callback", "cb")
    stranger = asked.with_values("@auth", "none").with_values(_ORIGIN, _STRANGER)
    if facts.is_live:
        yield (asked, xml, callback, asked, query(_NO_DATE), other, stranger, asked)
        return
    # Pages of other origins ask, too: one whose name begins as this host's does, and a sandbox.
    xml, stranger = (asked.with_values(_ORIGIN, _LOOKALIKE) for asked in (xml, stranger))
    callback = callback.with_values(_ORIGIN, "null")
    # What found nothing, in other letters, beside nobody's or that late, says nothing of the rest.
    late = [other.with_values("afterDate", _far_ahead(facts))] if facts.dates else []
    yield (*_as_another_kind(facts), _in_capitals(other), _beside_nobodys(other), *late, other)
    # Its body, which is none, may be kept for who asks with GET.
    yield (asked.with_values("@method", "HEAD"), asked, xml, callback, asked)
    if facts.has_other and has_tags:
        # The tag of the same address, as another reader got it.
        yield (asked, asked.with_values("@auth", "other").with_values(*_ANOTHERS_TAG))
    head = stranger.with_values("@method", "HEAD")
    remembered = ("@remember", "true")
    # Under another name, too: an answer that is kept may be the one to the first.
    renamed = callback.with_values("callback", _LONG_NAME)
    # As a browser asks for it, from which no page is kept; and with names of other frameworks.
    whole = query(("@path", "/conversations.json"), ("@accept", "text/html"))
    whole = whole.with_values("accountIds%5B%5D", "$unknown[0]")
    whole = whole.with_values("customerId", "$unknown[0]")
    if facts.dates:
        # It is another list than that of a day before its newest row.
        newest = f"$row[{len(facts.dates) - 1}].date-1d!http"
        whole = whole.with_values("@header-if-modified-since", newest)
    # Right after a date that is none comes one with an offset.
    yield (asked.with_values(*_NO_DATE), renamed, whole, stranger, head, other)
    if facts.has_other and has_sign_in and not facts.narrow.terms:
        # Who somebody is is told by endpoints of others: what a session lets him read may hang on
        # how he signed in, or on what he names.
        shaken, read = (
            _many(facts).with_values("@auth", session) for session in ("session-shaken", "session")
        )
        by_form = (("@accept", text_value(MEDIA_TYPES["xml"])), ("@body", "form"), remembered)
        theirs = sign_in("other-mail", *by_form)
        # What is his, word for word as the other one asked: an answer that was kept shows.
        his = tuple(each.with_values("@auth", "session") for each in crossed)
        # Another's name and password beside cookies may end the session, as on the framework, but
        # never make it his.
        beside = query(("@auth", "session-beside"))
        yield (sign_in(), beside, shaken, theirs, read, *his)
        # In one browser, where the other is signed in and remembered, the one comes, who is not;
        # the other comes back, who is no more, and the one fails to.
        came = sign_in("user-in-session")
        changed = sign_in("other-in-session", ("@body", "query"))
        failed = sign_in("wrong-in-session")
        yield (came, read, changed, read, failed, shaken)
    elif crossed:
        yield tuple(each.with_values("@auth", "other") for each in crossed)
    if has_sign_in:
        # Of two devices of one user the first, which is remembered, signs out, and the second polls
        # on, among cookies of others and after a date that is none; that one's lists are not for
        # the next request, which has no filter, nor is the type that an address names. It signed in
        # by its address, as a link does.
        first, second = sign_in("user", remembered), sign_in("user", ("@body", "query"))
        gone = (sign_out("former"), sign_out("none"))
        poll = asked.with_values("@auth", "session")
        crowded = poll.with_values("@auth", "session-crowded")
        whole = query(("format", "xml"), ("@auth", "session"))
        yield (first, second, *gone, crowded, poll.with_values(*_NO_DATE), whole, poll)
    # Refused after its other lists were read: a list of one blank is none.
    yield (other.with_values("customerIds", "%20"), query())
    yield from _in_two_zones(facts)
    yield from _of_one_beginning(facts)
    if has_tags:
        yield (asked, (twin or other).with_values(*_ANOTHERS_TAG))
    # The type that one request names is not for the next, which names none.
    yield (asked.with_values("@path", "/conversations.xml"), asked.with_values("@accept", "*/*"))
    if facts.has_other:
        yield (other.with_values("@auth", "other"), other)


def _far_ahead(facts: Facts) -> str:
    return f"$row[{len(facts.dates) - 1}].date+{_AHEAD}d"


def _in_two_zones(facts: Facts) -> Iterator[Sequence[Query]]:
    """Yield the text of a date with an offset, one without a zone, and the same text with another.

    The offset of one is not for the next.
    """
    if facts.dates and facts.zone == "utc":
        row = f"$row[{len(facts.dates) // 2}].date"
        moves = ("!+13:00", "-1s!naive", "+46800s")
        yield tuple(query(("afterDate", f"{row}{move}")) for move in moves)


def _of_one_beginning(facts: Facts) -> Iterator[Sequence[Query]]:
    """Yield a long address, and one that goes on where it ends."""
    long = _many(facts)
    if long.terms and facts.dates:
        late = len(facts.dates) * 3 // 4
        yield (long, long.with_values("afterDate", f"$row[{late}].date-1s"))


def _many(facts: Facts) -> Query:
    """Return a query for many endpoints; for the whole list, where there are few."""
    count = min(facts.count("endpointIds"), MANY)
    if count <= _FEW:
        return Query()
    return query(("endpointIds", [f"$endpoint[{i}]" for i in range(count)]))


def _as_another_kind(facts: Facts) -> list[Query]:
    """Return a query for an endpoint as a customer, which was asked for as what it is by now."""
    return [query(("customerIds", "$endpoint[0]"))] if "customerIds" in facts.fields else []


def _beside_nobodys(asked: Query) -> Query:
    """Return the query with an id that nobody has behind the last list."""
    last = [term for term in asked.terms if term.name in LIST_NAMES][-1:]
    return asked.with_terms(*(replace(t, values=(*t.values, "$unknown[0]")) for t in last))


def _in_capitals(asked: Query) -> Query:
    """Return the query with its ids in the other case, which select something else or nothing."""
    terms = [
        term
        if term.name not in LIST_NAMES
        else query(
            (term.name, [f"{value.partition('!')[0]}!swapcase" for value in term.values])
        ).terms[0]
        for term in asked.terms
    ]
    return Query(tuple(terms))
