"""Hold what one base read showed of a target, and turn symbolic queries into requests.

`Facts` stay as they were for a whole run, so that a symbol means one thing; the rows that laws
compare with are read again (sandwich.py). Values of the target live here and nowhere else.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote

from mockserver.checks.asking.made_up_ids import changed_id, made_up_id
from mockserver.checks.date_forms import WHOLE_SECONDS, write_instant
from mockserver.checks.decoding.decode import DECODERS, Row, decode, media_kind
from mockserver.checks.decoding.known_rows import once_a_row
from mockserver.checks.instants import DAY, HOUR, SECOND, parse_instant
from mockserver.checks.judgement import Judgement, violated
from mockserver.checks.looks import tell_unreadable
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import (
    FILTER_NAMES,
    LIST_NAMES,
    Query,
    Term,
    as_written,
    join_parts,
    written_list,
)
from mockserver.contract import Contract, load_contract
from mockserver.errors import DecodeError, NoListError, TooFewError

__all__ = [
    "Facts",
    "Key",
    "Page",
    "build_facts",
    "filter_fields",
    "key_of",
    "member",
    "message_of",
    "read_page",
    "reader_of",
    "resolve",
    "ticks_of",
    "value_of",
]

Key = tuple[str, str]

_NESTED = (dict, list)
_POOLS = {"accountIds": "account", "endpointIds": "endpoint", "customerIds": "customer"}
# Ids that no list syntax, case rule or decoding can bend; others are never named in a plan.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
_WORDS = frozenset({"null", "true", "false", "none", "undefined"})
_ID = re.compile(r"\$([a-z]+)\[(\d+)\]((?:![^!]+)*)")
_DATE = re.compile(r"\$row\[(\d+)\]\.date(?:([+-])(\d+)(ms|s|h|d|t))?(?:!(.+))?")
_UNITS = {"t": 1, "ms": SECOND // 1000, "s": SECOND, "h": HOUR, "d": DAY}
# Forms that name the next instant of so many digits.
_ROUNDED = {"tenth": SECOND // 10, "hundredth": SECOND // 100}
_TAME = re.compile(r"[\w :.,+\-/()\[\]]{0,100}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Hold one answer as read: `rows` is None where there is no list of conversations in it.

    Attributes:
        kind: the media type in one word; None where it is not known.
        is_broken: the body is not what its type says, or holds no list.
        lacking: what stands in place of the list, where the body is what its type says.
        order: the keys of the rows, in their order.
        keys: the same as a set.
    """

    query: Query
    response: Response = field(repr=False)
    kind: str | None
    rows: tuple[Row, ...] | None = field(default=None, repr=False)
    is_broken: bool = False
    order: tuple[Key, ...] = field(default=(), repr=False)
    keys: frozenset[Key] = field(default=frozenset(), repr=False)
    lacking: str = ""

    @property
    def unreadable(self) -> Judgement:
        """Return the violation that there is no list of conversations in the body."""
        if self.lacking:
            return violated("no conversations", self.lacking, "a list named `conversations`")
        received = tell_unreadable(self.kind, self.response.body, DECODERS[self.kind or ""])
        return violated("unreadable body", received, "a list of rows")

    @property
    def by_key(self) -> dict[Key, Row]:
        """Return the rows by their keys; of two that share one the last."""
        return dict(zip(self.order, self.rows or (), strict=True))

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.response.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold ids and dates that may be named by symbol.

    Attributes:
        pools: account, endpoint, customer → plain ids, those of most rows first; conversation and
            message → theirs.
        dates: the dates of rows, oldest first, as ticks; with the text as sent.
        row_cap: the number of rows at which lists end, if that was seen.
        boundary: `inclusive` or `exclusive`, if that was seen: whether a row of exactly the date
            that was asked for is selected.
        zone: the zone of dates that name none, if that was seen; else None.
        xml_root: the name of the element that holds a list in XML.
        cuts_earlier: afterDate was seen to cut by an earlier date than the newest message's, the
            conversation's start for one, so that later rows may be absent.
        other_accounts: the accounts of the second user's whole list, if that was read; None among
            them for a row without one.
        narrow: terms that every query gets, because the whole list is too long to read often.
        fields: parameter → a JSON pointer to what it filters in a row, as the contract says; none
            for a parameter that the contract does not have.
    """

    pools: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[int, ...] = ()
    texts: tuple[str, ...] = field(default=(), repr=False)
    all_ids: frozenset[str] = field(default=frozenset(), repr=False)
    row_cap: int | None = None
    boundary: str | None = None
    zone: str | None = None
    xml_root: str = "ListConversationsResponse"
    cuts_earlier: bool = False
    narrow: Query = field(default_factory=Query)
    has_other: bool = False
    other_accounts: frozenset[object] | None = field(default=None, repr=False)
    is_live: bool = False
    fields: Mapping[str, str] = field(default_factory=lambda: filter_fields())

    def count(self, name: str) -> int:
        """Return how many ids a list parameter can name."""
        return len(self.pools.get(_POOLS[name], ()))

    def value(self, row: Row, name: str) -> object:
        """Return what a parameter filters in a row; None where there is nothing."""
        pointer = self.fields.get(name)
        return None if pointer is None else member(row, pointer)

    def lacks(self, asked: Query) -> str:
        """Return a filter of a query that the contract does not have; empty for none."""
        names = (term.name for term in asked.filters)
        return next((n for n in names if n in FILTER_NAMES and n not in self.fields), "")


def filter_fields(contract: Contract | None = None) -> Mapping[str, str]:
    """Return parameter → a JSON pointer to what it filters; of the shipped contract without one."""
    return {p.name: p.field for p in (contract or load_contract()).parameters}


def read_page(query: Query, response: Response) -> Page:
    """Return an answer with its rows, if its type is known and it is a list."""
    kind = media_kind(response.content_type)
    if kind not in DECODERS or response.status != 200 or response.request.method == "HEAD":
        return Page(query=query, response=response, kind=kind)
    try:
        rows = decode(kind, response.body)
    except NoListError as error:
        return Page(query=query, response=response, kind=kind, is_broken=True, lacking=str(error))
    except DecodeError:
        return Page(query=query, response=response, kind=kind, is_broken=True)
    order = tuple(map(key_of, rows))
    return Page(
        query=query, response=response, kind=kind, rows=rows, order=order, keys=frozenset(order)
    )


def message_of(row: Row) -> Row:
    """Return the row's message, empty where it has none."""
    message = row.get("mostRecentMessage")
    return message if isinstance(message, dict) else {}


def member(row: Row, pointer: str) -> object:
    """Return what a JSON pointer finds in a row; None where there is nothing.

    A list or an object stands as its JSON text, so that any value can be a member of a set.
    """
    return reader_of(pointer)(row)


@lru_cache(maxsize=64)
def reader_of(pointer: str) -> Callable[[Row], object]:
    """Return what finds in a row what a JSON pointer names, as `member` does, for many rows."""
    if not pointer:
        return json.dumps
    _, *parents, last = pointer.split("/")

    def read(row: Row) -> object:
        for name in parents:
            parent = row.get(name)
            if not isinstance(parent, dict):
                return None
            row = parent
        value = row.get(last)
        # Most values are texts.
        if value.__class__ is str or not isinstance(value, _NESTED):
            return value
        return json.dumps(value)

    return read


@once_a_row
def key_of(row: Row) -> Key:
    """Return what tells a row from others, and from itself with another message."""
    identity = row.get("id")
    if identity is None:
        identity = f"{row.get('endpointId')!r} {row.get('otherAddress')!r}"
    return str(identity), str(message_of(row).get("id"))


def build_facts(rows: Sequence[Row], *, like: Facts | None = None) -> Facts:
    """Return the facts of a base read; what rows do not tell is as in `like`."""
    facts = like or Facts()
    pools: dict[str, tuple[str, ...]] = {}
    every: set[str] = set()
    for name, pool in _POOLS.items():
        values = [value for row in rows if isinstance(value := facts.value(row, name), str)]
        every.update(values)
        counts = Counter(value for value in values if _is_plain(value))
        pools[pool] = tuple(sorted(counts, key=lambda value: (-counts[value], value)))
    for pool, texts in (
        ("conversation", [row.get("id") for row in rows]),
        ("message", [message_of(row).get("id") for row in rows]),
    ):
        pools[pool] = tuple(sorted({t for t in texts if isinstance(t, str) and _is_plain(t)}))
    dated = sorted(
        {
            (ticks, str(text))
            for row in rows
            if (ticks := parse_instant(text := facts.value(row, "afterDate"))) is not None
        }
    )
    return replace(
        facts,
        pools=pools,
        dates=tuple(ticks for ticks, _ in dated),
        texts=tuple(text for _, text in dated),
        all_ids=frozenset(every),
    )


def resolve(query: Query, facts: Facts, *, purpose: str = "") -> Request:
    """Return the request that a symbolic query asks for.

    Raises:
        TooFewError: the target showed too few ids or dates for a symbol.
    """
    names = {term.name for term in query.filters}
    # What is too long to read often is the run's own list.
    narrow = () if query.directive("auth") == "other" else facts.narrow.filters
    terms = (*query.filters, *(term for term in narrow if term.name not in names))
    headers = [
        (term.name.removeprefix("@header-"), value_of(term.values[0], facts))
        for term in query.terms
        if term.name.startswith("@header-")
    ]
    if query.get("@accept") is not None:
        headers.insert(0, ("accept", query.directive("accept")))
    return Request(
        method=query.directive("method", "GET"),
        path=query.directive("path", "/conversations"),
        query=join_parts([as_written(_encode_term(term, facts), term, query) for term in terms]),
        headers=tuple(headers),
        signs_by=query.directive("body", "json"),
        remember=query.directive("remember"),
        auth=query.directive("auth", "user"),
        purpose=purpose,
        is_hostile=not all(map(_is_tame, terms)),
    )


def _is_tame(term: Term) -> bool:
    """Say whether a term holds nothing that is meant to harm: symbols, names, dates, `[]`."""
    return all(value.startswith("$") or _TAME.fullmatch(unquote(value)) for value in term.values)


def value_of(symbol: str, facts: Facts) -> str:
    """Return the text that one symbol stands for, not yet percent-encoded."""
    if symbol.startswith("$row"):
        return _date_text(symbol, facts)
    match = _ID.fullmatch(symbol)
    if match is None:
        return unquote(symbol)
    pool, index, changes = match[1], int(match[2]), match[3].split("!")[1:]
    if pool == "unknown":
        text = made_up_id(index, facts.pools.values())
    else:
        ids = facts.pools.get(pool, ())
        if index >= len(ids):
            raise TooFewError(f"the target showed only {len(ids)} plain {pool} ids")
        text = ids[index]
    for change in changes:
        text = changed_id(text, change)
    return text


def ticks_of(symbol: str, facts: Facts) -> int | None:
    """Return the instant of a date symbol or text; None where it is none or has no zone."""
    match = _DATE.fullmatch(symbol)
    if match is None:
        return parse_instant(unquote(symbol))
    index, sign, number, unit, form = match.groups()
    if int(index) >= len(facts.dates):
        raise TooFewError(f"the target showed only {len(facts.dates)} dates")
    moved = int(number or 0) * _UNITS[unit or "t"]
    ticks = facts.dates[int(index)] + (-moved if sign == "-" else moved)
    if form in WHOLE_SECONDS:
        return ticks - ticks % SECOND
    coarse = _ROUNDED.get(form or "", 1)
    return -(-ticks // coarse) * coarse


def _encode_term(term: Term, facts: Facts) -> list[str]:
    if term.name == "afterDate":
        return [f"{term.name}={_encode_date(value, facts)}" for value in term.values]
    if term.name not in LIST_NAMES and "$" not in "".join(term.values):
        # Text goes as the plan has it: how it is encoded may be the point.
        return [f"{term.name}={','.join(term.values)}" if term.values else term.name]
    items = [_encode_item(value, facts) for value in term.values]
    return written_list(term, items)


def _encode_date(value: str, facts: Facts) -> str:
    text = quote_plus(value_of(value, facts))
    # Some libraries write codes in small letters.
    return text.replace("%3A", "%3a").replace("%2B", "%2b") if value.endswith(":30") else text


def _encode_item(value: str, facts: Facts) -> str:
    text = value_of(value, facts)
    if value.endswith("!percent"):
        return f"%{ord(text[0]):02X}{quote(text[1:], safe='')}"
    return quote(text, safe="")


def _date_text(symbol: str, facts: Facts) -> str:
    ticks = ticks_of(symbol, facts)
    match = _DATE.fullmatch(symbol)
    assert ticks is not None, "a date symbol always has an instant"
    assert match is not None, "value_of saw the symbol's start, and parse_query its end"
    is_exact = match[2] is None and match[5] is None
    return facts.texts[int(match[1])] if is_exact else write_instant(ticks, match[5])


def _is_plain(value: str) -> bool:
    return _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS
