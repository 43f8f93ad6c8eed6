"""Laws on the rows of any answer: schema, coherence and uniqueness."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mockserver.checks.decoding.decode import Row
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.checks.facts import Key, Page, key_of, member, message_of, value_of
from mockserver.checks.laws.addresses import digits, is_phone
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    list_of,
    vacuous,
    violated,
)
from mockserver.checks.oracle import kind_of_value
from mockserver.checks.plan import Query
from mockserver.checks.sending.guards import is_sign
from mockserver.models import CONVERSATION_FIELDS, DIRECTIONS, MESSAGE_FIELDS

__all__ = ["SHAPE_LAWS"]

_LIKE_ID = re.compile(r"[0-9A-Za-z_\-]{6,64}")
# Members of types that .NET has no null of.
_VALUES = ("direction", "isUnread")
_FEW = 4
_MANY = 100
_MANY_IDS = 40
# Laws that say of an error of 500 and above on which of their inputs it was.
_NAMED_BY = ("L25-", "L65-", "L96-")
_SYMBOLS = {
    "accountIds": "$account[",
    "endpointIds": "$endpoint[",
    "customerIds": "$customer[",
    "afterDate": "$row[",
}
_SPELLED = re.compile(r"\$\w+\[\d+\](?:!percent|!drop|!append|!behead|!last)*")


def _conforms(case: Case) -> Judgement:
    page = case.pages[0]
    if page.status == 0:
        # Any answer is an answer, whatever the input: none, or one that breaks off, is not.
        return violated("broken answer", "an answer that breaks off or does not come", "an answer")
    if len(page.response.header_values("content-type")) > 1:
        return violated("two types", "two lines of Content-Type", "one")
    if page.status >= 500 and not _may_fail(page):
        return violated("status 5xx", f"status {page.status}", "no answer of 500 or above")
    if not _is_well_formed(page.query):
        return vacuous("not a plain query of known ids")
    problem = list_of(case, 0)
    if problem is not None:
        return problem
    if page.kind != "json":
        return vacuous("only JSON carries types")
    for row in page.rows or ():
        wrong = _wrong_member(row)
        if wrong:
            return _wrong_type(wrong, member(row, f"/{wrong.replace('.', '/')}"))
    for name in _VALUES if any(map(_lacks_values, page.rows or ())) else ():
        messages = [message for row in page.rows or () if (message := message_of(row))]
        shown = [message[name] for message in messages if name in message]
        # Left out of every row, or where it is false, is a host's dress; else it is a fault.
        if 0 < len(shown) < len(messages) and any(value is not True for value in shown):
            return violated(f"{name} absent", f"{name} is absent from some rows", "in every row")
    lacking = _lacking_member(page.rows or (), case.core)
    if lacking:
        return violated(
            f"{lacking} in no row", f"no row has the member `{lacking}`", "ids and addresses"
        )
    return holds() if page.rows else vacuous("no rows in the answer")


@once_a_row
def _lacks_values(row: Row) -> bool:
    message = message_of(row)
    return bool(message) and any(name not in message for name in _VALUES)


def _may_fail(page: Page) -> bool:
    """Say whether an error of 500 and above is judged elsewhere, or is how the framework refuses.

    It takes a sign-in without a password for a call that lacks an argument.
    """
    is_empty = is_sign(page.response.request) and page.response.request.auth == "empty"
    return is_empty or page.response.request.purpose.startswith(_NAMED_BY)


def _wrong_type(name: str, value: object) -> Judgement:
    """Return the violation that a member is not of its declared type, in kinds of values."""
    declared = {"isUnread": "boolean", "mostRecentMessage": "object"}.get(
        name.rpartition(".")[2], "text"
    )
    received = kind_of_value(value)
    if name.endswith("direction"):
        declared = " or ".join(DIRECTIONS)
        is_other_case = str(value).title() in DIRECTIONS
        received = "one of these in another case" if is_other_case else f"another {received}"
    judged = violated(f"type of {name}", f"{name} is {received}", declared)
    return replace(judged, member=name, kinds=(declared, received))


def _lacking_member(rows: Sequence[Row], listed: Mapping[Key, Row]) -> str:
    """Return a member that no row has, or that is the text of a null in many; `` for none.

    Rows without a message are as they should be, unless the whole list shows one for them.
    """
    if len(rows) < 3:
        return ""
    ids = {str(row.get("id")) for row in rows}
    for wire, _ in CONVERSATION_FIELDS:
        if all(row.get(wire) is None for row in rows) and (
            wire != "mostRecentMessage"
            or any(str(row.get("id")) in ids and message_of(row) for row in listed.values())
        ):
            return wire
    for wire in ("accountId", "customerId"):
        values = [v for row in rows if isinstance(v := message_of(row).get(wire), str)]
        others = [value for value in values if value not in ("null", "undefined")]
        # Where ids may be any text, `null` is one of them.
        if len(values) - len(others) >= 3 and all(map(_LIKE_ID.fullmatch, others)):
            return f"mostRecentMessage.{wire} but the text of null"
    return ""


@once_a_row
def _wrong_member(row: Row) -> str:
    for wire, _ in CONVERSATION_FIELDS[:3]:
        if not isinstance(row.get(wire), str | None):
            return wire
    message = row.get("mostRecentMessage")
    if message is None:
        return ""
    if not isinstance(message, dict):
        return "mostRecentMessage"
    for name in _VALUES:
        # They may be left out, and are never null.
        if name in message and message[name] is None:
            return f"mostRecentMessage.{name}"
    if message.get("direction") not in (None, *DIRECTIONS):
        return "mostRecentMessage.direction"
    for wire, attribute in MESSAGE_FIELDS:
        kind = bool if attribute == "is_unread" else str
        if not isinstance(message.get(wire), kind | None):
            return f"mostRecentMessage.{wire}"
    return ""


def _is_well_formed(asked: Query) -> bool:
    if asked.directive("auth", "user") != "user" or asked.directive("method", "GET") != "GET":
        return False
    if asked.get("@path") is not None:
        return False
    if asked.directive("accept", "application/json") != "application/json":
        return False
    if sum(len(term.values) for term in asked.filters) > _MANY_IDS:
        # How long a list may be is for the law on long lists.
        return False
    return all(
        term.name in _SYMBOLS
        and term.style in ("comma", "repeat")
        and all(value.startswith(_SYMBOLS[term.name]) and "!" not in value for value in term.values)
        for term in asked.filters
    )


def _is_sound(case: Case) -> Judgement:
    page = case.pages[0]
    if page.rows is None:
        return vacuous("no rows")
    lists = [
        t for t in page.query.filters if t.name in ("accountIds", "endpointIds", "customerIds")
    ]
    # Whether an id in another case, or with a blank, is that id is the host's affair.
    lists = [term for term in lists if all(map(_SPELLED.fullmatch, term.values))]
    if not lists:
        return vacuous("the query names no ids")
    where = {
        "accountIds": "/mostRecentMessage/accountId",
        "endpointIds": "/endpointId",
        "customerIds": "/mostRecentMessage/customerId",
    }
    for term in lists:
        wanted = {value_of(value, case.facts) for value in term.values}
        found = [member(row, where[term.name]) for row in page.rows]
        strays = sum(value is not None and value not in wanted for value in found)
        if strays:
            return violated(
                f"foreign rows for {term.name}",
                f"rows whose id is not among the {term.name} asked for",
                "only rows of the ids asked for",
            )
    return holds() if page.rows else vacuous("no rows in the answer")


def _is_coherent(case: Case) -> Judgement:
    page = case.pages[0]
    rows = [row for row in page.rows or () if message_of(row)]
    for name in _IN_BOTH if any(map(_apart, rows)) else ():
        apart = [row for row in rows if name in _apart(row)]
        if apart:
            received = f"the `{name}` of a row is not that of its message"
            counts = f"{len(apart)} of {len(rows)} rows{_directions(apart, rows)}"
            return replace(violated(name, received, "one"), counts=counts)
    both = ((row.get("endpointId"), message_of(row).get("endpointId")) for row in rows)
    is_compared = any(isinstance(one, str) and isinstance(two, str) for one, two in both)
    return holds() if is_compared else vacuous("no row with a message")


@once_a_row
def _apart(row: Row) -> list[str]:
    """Return what a row and its message name differently."""
    message = message_of(row)
    return [
        name for name, is_other in _IN_BOTH.items() if is_other(row.get(name), message.get(name))
    ]


def _is_another_text(one: object, two: object) -> bool:
    return isinstance(one, str) and isinstance(two, str) and one != two


def _is_another_number(one: object, two: object) -> bool:
    return one != two and is_phone(one) and is_phone(two) and digits(one) != digits(two)


# What a row and its message both name.
_IN_BOTH = {"endpointId": _is_another_text, "otherAddress": _is_another_number}


def _directions(some: Sequence[Row], every: Sequence[Row]) -> str:
    """Return that all of some rows are of one direction, where there are others."""
    shown, known = ({message_of(row).get("direction") for row in part} for part in (some, every))
    told = {"Incoming": ", all of them incoming", "Outgoing": ", all of them outgoing"}
    return told.get(str(*shown), "") if len(shown) == 1 < len(known) else ""


def _is_unique(case: Case) -> Judgement:
    page = case.pages[0]
    rows = page.rows or ()
    if len(rows) < 2:
        return vacuous("fewer than two rows")
    if len(page.keys) < len(rows):
        likely = [k for row in rows if all(map(_LIKE_ID.fullmatch, k := key_of(row)))]
        if len(set(likely)) < len(likely):
            return violated("a row twice", "a row occurs twice", "every row once")
    members = {
        "id": [row.get("id") for row in rows],
        "mostRecentMessage.id": [message_of(row).get("id") for row in rows],
    }
    for name, values in members.items():
        texts = [str(value) for value in values if value is not None and value != ""]
        if len(set(texts)) == len(texts):
            continue
        known = [v for v in values if isinstance(v, str) and _LIKE_ID.fullmatch(v)]
        # Among few rows a thread of other people may have the same id; not often, not among many.
        twice = len(known) - len(set(known))
        if twice * 10 > len(known) or (twice and len(known) >= _MANY):
            return violated(f"many rows of one {name}", _told_twice(name, values), "an id a row")
        # Ids of a few characters may count within an account; most of them still differ.
        if len(texts) >= _FEW and 2 * len(set(texts)) <= len(texts):
            return violated(f"many rows of one {name}", "most rows share ids", "an id a row")
    return holds()


def _told_twice(name: str, values: list[object]) -> str:
    """Return how many rows have an id that is not theirs alone, and whether it is a neighbour's."""
    firsts = {value: i for i, value in reversed(list(enumerate(values)))}
    again = [i for i, value in enumerate(values) if firsts[value] != i]
    neighbours = all(values[i] == values[i - 1] for i in again)
    whose = "the row before it has" if neighbours else "another row has"
    return f"{len(again)} of {len(values)} rows have the `{name}` that {whose}, too"


def _measure_shape(case: Case) -> Judgement:
    page = case.pages[0]
    if page.kind != "json" or not page.rows:
        return vacuous("no JSON rows")
    gaps = (value for row in page.rows for value in _members(row) if value in (None, ...))
    gap = next(gaps, "none")
    if gap == "none":
        return vacuous("every member of every row has a value")
    return holds(("nulls", ("write" if gap is None else "omit",)))


def _members(row: Row) -> Iterator[object]:
    yield from (row.get(wire, ...) for wire, _ in CONVERSATION_FIELDS)
    if message_of(row):
        # What cannot be null may be left out for another reason.
        nullable = (wire for wire, _ in MESSAGE_FIELDS if wire not in ("direction", "isUnread"))
        yield from (message_of(row).get(wire, ...) for wire in nullable)


def _measure_false(case: Case) -> Judgement:
    page = case.pages[0]
    if page.kind != "json":
        return vacuous("no JSON rows")
    fits = set(map(_how_false, page.rows or ()))
    for choice in ("write", "omit"):
        if choice in fits:
            return holds(("false-members", (choice,)))
    return vacuous("no message that was read")


@once_a_row
def _how_false(row: Row) -> str:
    """Return which choice a row fits; empty for either."""
    message = message_of(row)
    if message.get("isUnread") is False:
        return "write"
    return "omit" if message and "isUnread" not in message else ""


SHAPE_LAWS = (
    Law(
        id="L01-row-soundness",
        statement="Every row of a filtered list carries an id that was asked for.",
        tier="must",
        kind="single",
        reads="each",
        judge=_is_sound,
    ),
    Law(
        id="L03-coherence",
        statement="A conversation and its newest message name one endpoint and one address.",
        tier="must",
        kind="single",
        reads="each",
        judge=_is_coherent,
    ),
    Law(
        id="L05-uniqueness",
        statement="No conversation and no message occurs twice in a list; of fewer than a hundred"
        " rows a tenth may share ids, as threads of other people, and of ids of less than six"
        " characters half, as they may count within an account.",
        tier="must",
        kind="single",
        reads="each",
        judge=_is_unique,
    ),
    Law(
        id="L16-schema",
        statement="Every query gets a whole answer, and a well-formed one 200 with rows of the"
        " declared types; a member that no row has may be a host's way to write its default.",
        tier="must",
        kind="single",
        reads="each",
        judge=_conforms,
    ),
    Law(
        id="L58-shape",
        statement="Measured: whether null members are written or left out.",
        tier="learn",
        kind="single",
        reads="each",
        judge=_measure_shape,
        point="nulls",
    ),
    Law(
        id="L86-false-members",
        statement="Measured: whether `isUnread` is written or left out where it is false.",
        tier="learn",
        kind="single",
        reads="each",
        judge=_measure_false,
        point="false-members",
    ),
)
