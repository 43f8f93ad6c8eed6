"""Say what an ask must give by the contract and the profile that was learned: the oracle's half.

An ask is any symbolic query. Where the contract leaves open what it means (a text for an id, a
date without a zone, two ways to name a type that disagree), nothing is expected of it and the laws
on such texts judge it instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from mockserver.checks.date_forms import SPOKEN
from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.facts import Facts, ticks_of
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Query, Term, repeated_keys
from mockserver.checks.readers import IN_LATEST, SHAKEN, Sessions
from mockserver.checks.spellings import (
    BRACKETS,
    DATES,
    NOBODYS_ID,
    SPELLINGS,
    spellings_of,
)
from mockserver.checks.type_asked import (
    FRAMEWORK,
    named_types,
    names_no_type,
    type_asked,
)

__all__ = [
    "ANOTHERS_TAG",
    "OLD_COPY",
    "PAGING",
    "STRANGERS",
    "STRANGE_TAG",
    "Expectation",
    "expect",
    "is_function_name",
    "is_request",
    "is_unknown_name",
]

Learned = Mapping[str, tuple[str, ...]]
# Who has no right to the list; an answer to one of them is a refusal.
STRANGERS = frozenset(
    {
        "none", "bearer", "bearer-empty", "unknown", "wrong", "empty", "prefixed", "extended",
        "cased", "colon", "colonless", "nameless", "swapped", "malformed", "forged", "altered",
    }
)  # fmt: skip
# What is no credential at all, or goes beyond ASCII, a host may call malformed.
_NO_CREDENTIALS = frozenset({"colonless", "extended", "malformed", "nameless", "unknown"})
_LETTERS = re.compile(r"[a-z]{3,20}")
# Headers that change no row and no type.
_NEUTRAL = frozenset(
    f"@header-{name}"
    for name in (
        "accept-charset", "accept-encoding", "accept-language", "cache-control",
        "if-modified-since", "if-none-match", "origin", "range",
    )
)  # fmt: skip
_AROUND = _NEUTRAL | {"@accept", "@auth", "@case", "@method", "@path"}
_NO_SESSIONS = Sessions()
_KNOWN = frozenset({*FILTER_NAMES, "format", "callback"})
# What others page by, which the contract ignores.
PAGING = ("page", "limit", "skip", "take")
_UNKNOWN = re.compile(
    rf"zz\w{{0,20}}|_|{'|'.join(PAGING)}|(?:account|endpoint|customer)Id|"
    rf"(?:{'|'.join(LIST_NAMES)})\[\d{{0,3}}\]"
)
# A tag that no host ever gave, and the symbol of one that it gave to another list.
STRANGE_TAG = '"no-such-tag"'
ANOTHERS_TAG = "$etag"
# The date of a copy that is older than the service.
OLD_COPY = "Sat, 01 Jan 2000 00:00:00 GMT"
_FORMS = re.compile(
    r"z|tenth|hundredth|second|small|day|naive|blank|spaced|http|clock|[+-]\d\d:\d\d"
)
# Forms other than ISO 8601; who reads them not at all may take them for no date.
_SPOKEN = tuple(f"!{form}" for form in SPOKEN)
# Of a date: forms that a host may refuse, if it reads no others than ISO 8601 in full.
_REFUSABLE = ("!naive", "!blank")
_OUR_TIMES = re.compile(
    r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
)
_NOBODYS = frozenset({"append", "behead", "drop", "last"})
_MANY_IDS = 40
_NO_SUCH_ID = (400, 403, 404)
_TOO_LONG = (400, 414)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Hold what an answer must be.

    Attributes:
        meaning: the query whose rows count, spelled plainly.
        kinds: the media types that fit.
        media_type: the one name of the type, where Accept asked for it by name; empty for any.
        features: what of the request a host need not know; judged once it was seen to.
        shows: those of them that a right answer shows.
        may_refuse: statuses that are no fault of this request.
        must_refuse: statuses of which the answer has one, where it may be no list; else empty.
        is_head: whether there is no body to judge.
        reader: whose list it is a part of: `user` or `other`.
    """

    meaning: Query
    kinds: frozenset[str]
    media_type: str = ""
    features: frozenset[str] = frozenset()
    shows: frozenset[str] = frozenset()
    may_refuse: frozenset[int] = frozenset()
    must_refuse: frozenset[int] = frozenset()
    is_head: bool = False
    reader: str = "user"


def expect(
    asked: Query, facts: Facts, learned: Learned, sessions: Sessions = _NO_SESSIONS
) -> Expectation | None:
    """Return what a query must give; None where that is open.

    Raises:
        TooFewError: the target showed too few ids or dates for a symbol.
    """
    identity = asked.directive("auth", "user")
    method = asked.directive("method", "GET")
    reader = sessions.reader(identity)
    if not (reader or identity in STRANGERS) or method not in ("GET", "HEAD"):
        return None
    if not is_request(asked):
        return None
    named = type_asked(asked)
    if named is None and names_no_type(asked):
        named = _by_default(learned)
    if named is None:
        return None
    kind, ways = named
    features = _features(asked)
    if identity in ("basic", *IN_LATEST):
        features.add(identity.partition("-")[0])
    is_head = method == "HEAD"
    if is_head and asked.get("callback") is not None:
        return None
    if identity in STRANGERS:
        return Expectation(
            meaning=Query(),
            kinds=frozenset({kind}),
            features=frozenset(features),
            must_refuse=_refusals_of(identity, asked, learned),
            is_head=is_head,
        )
    # Who has a route of the framework reads lists as that does.
    is_framework = not FRAMEWORK.isdisjoint(ways)
    shows = frozenset(features) | (SPELLINGS | DATES if is_framework else frozenset())
    features |= spellings_of(asked)
    found = _read_filters(asked, facts, learned)
    if found is None:
        return None
    terms, refusals, must_refuse = found
    if reader == "other" and any(term.name in LIST_NAMES for term in terms):
        # An id may be of an account that is not his, which may be seen before all else.
        refusals |= set(_NO_SUCH_ID)
        must_refuse |= set(_NO_SUCH_ID) if must_refuse else set()
    if identity in SHAKEN:
        refusals |= {401, 403}
    if asked.directive("header-if-none-match", STRANGE_TAG) not in (STRANGE_TAG, ANOTHERS_TAG):
        refusals.add(304)
    if asked.get("@header-range") is not None:
        # A part, called so, or that there is no such part.
        refusals |= {206, 416}
    is_plain = ways == ["accept"] and asked.get("callback") is None
    # A page shows rows as it likes.
    is_head |= kind == "html"
    return Expectation(
        meaning=Query(tuple(terms)),
        kinds=_kinds(asked, kind, learned),
        media_type=MEDIA_TYPES[kind] if is_plain else "",
        features=frozenset(features),
        # Where ways disagree, the one that loses shows nothing.
        shows=frozenset() if any(" over " in way for way in ways) else shows,
        may_refuse=frozenset(refusals),
        must_refuse=must_refuse,
        is_head=is_head,
        reader=reader,
    )


def _by_default(learned: Learned) -> tuple[str, list[str]] | None:
    """Return the type of who names none, by no way; None where that was not seen."""
    choice = learned.get("default-media-type", ())
    return (choice[0], []) if len(choice) == 1 else None


def _features(asked: Query) -> set[str]:
    """Return what a host has to know to answer as is asked: a way of naming a type, or HEAD."""
    named = named_types(asked) or {}
    # Which way wins can be told of ways alone that were seen to work by themselves.
    plain = (("accept", "json"), ("accept list", "json"))
    features = {f"{way} {name}" for way, name in named.items() if (way, name) not in plain}
    if asked.directive("path").startswith("/C"):
        features.add("capital path")
    if asked.directive("method", "GET") == "HEAD":
        # The framework's own route may know other verbs.
        features.add("HEAD" if FRAMEWORK.isdisjoint(named) else "HEAD reply")
    return features


def _refusals_of(identity: str, asked: Query, learned: Learned) -> frozenset[int]:
    statuses = {int(choice) for choice in learned.get("refusal-status") or ("401", "403")}
    is_open = identity in _NO_CREDENTIALS or any(term.name not in _KNOWN for term in asked.filters)
    return frozenset(statuses | ({400} if is_open else set()))


def _read_filters(
    asked: Query, facts: Facts, learned: Learned
) -> tuple[list[Term], set[int], frozenset[int]] | None:
    """Return the filters that count, spelled plainly, with what may and what must be refused."""
    terms: list[Term] = []
    refusals: set[int] = set()
    must: frozenset[int] = frozenset()
    if len({term.name for term in asked.filters}) < len(asked.filters):
        return None
    for term in asked.filters:
        if _is_no_date(term, facts):
            choice = learned.get("invalid-after-date", ())
            if choice != ("error",):
                return None
            must = frozenset({400})
            continue
        if term.name in FILTER_NAMES and term.values == ("",):
            # The contract says it: what is sent with an empty value filters nothing.
            continue
        found = _read_term(term, facts, learned)
        if found is None:
            return None
        terms += [found] if found.name in LIST_NAMES or found.name == "afterDate" else []
        refusals |= _refusals(term)
    return terms, refusals, must


def _is_no_date(term: Term, facts: Facts) -> bool:
    """Say whether a term is a date of letters alone, which no reading makes a date."""
    return (
        term.name == "afterDate"
        and term.name in facts.fields
        and len(term.values) == 1
        and _LETTERS.fullmatch(term.values[0]) is not None
    )


def is_request(asked: Query) -> bool:
    """Say whether a query is one request, in which no directive is left to a law."""
    directives = {term.name for term in asked.terms if term.name.startswith("@")}
    return directives <= _AROUND


def is_function_name(text: str) -> bool:
    """Say whether a callback is the name of a function, of several parts it may be."""
    return re.fullmatch(r"[A-Za-z_][\w.]{0,40}", text) is not None


def is_unknown_name(name: str) -> bool:
    """Say whether a parameter is none of the contract's, which ignores it; some look like one."""
    return _UNKNOWN.fullmatch(unquote(name)) is not None


def _kinds(asked: Query, kind: str, learned: Learned) -> frozenset[str]:
    callback = asked.get("callback")
    if callback is None:
        return frozenset({kind})
    choices = learned.get("jsonp", ("on", "off"))
    by_choice = {"on": "jsonp", "off": kind}
    return frozenset(by_choice[choice] for choice in choices if choice in by_choice)


def _read_term(term: Term, facts: Facts, learned: Learned) -> Term | None:
    """Return a term as it is meant, spelled plainly; None where that is open."""
    if term.name in LIST_NAMES:
        return _read_ids(term, facts, learned)
    if term.name == "afterDate":
        is_spoken = term.values[-1].endswith(_SPOKEN)
        if is_spoken and learned.get("invalid-after-date") != ("error",):
            return None
        return term if term.name in facts.fields and _is_date(term, facts) else None
    if term.name == "callback":
        is_name = len(term.values) == 1 and is_function_name(term.values[0])
        return term if is_name else None
    if term.name == "format":
        return term
    # A name that the contract does not know changes nothing.
    return term if is_unknown_name(term.name) else None


def _read_ids(term: Term, facts: Facts, learned: Learned) -> Term | None:
    if term.name not in facts.fields or not term.values:
        return None
    for value in term.values:
        changes = set(value.split("!")[1:])
        if not value.startswith("$") or changes - _NOBODYS - {"percent", "quoted"}:
            return None
    values = term.values
    if term.style == "repeat" and len(values) > 1:
        choice = learned.get("repeated-key", ())
        if len(choice) != 1:
            return None
        keys = repeated_keys(values)
        values = {"joined": values, "first": tuple(keys[0]), "last": tuple(keys[-1])}[choice[0]]
    elif _is_one_in_quotes(term):
        values = (NOBODYS_ID,)
    elif term.style not in ("comma", "encoded", "repeat", *BRACKETS):
        return None
    return Term(name=term.name, values=values)


def _is_one_in_quotes(term: Term) -> bool:
    """Say whether its quotes make one id of several; nobody's, as it has a comma in it."""
    return term.style == "quoted" and len(term.values) > 1


def _is_date(term: Term, facts: Facts) -> bool:
    if len(term.values) != 1:
        return False
    value = term.values[0]
    form = value.partition("!")[2]
    if value.startswith("$"):
        return not form or _FORMS.fullmatch(form) is not None
    return ticks_of(value, facts) is not None


def _refusals(term: Term) -> set[int]:
    """Return the statuses with which a host may refuse a term, where others would answer it."""
    if term.name in LIST_NAMES:
        pool = f"${term.name.removesuffix('Ids')}["
        is_own = not _is_one_in_quotes(term) and all(
            v.startswith(pool) and not _changes(v) & _NOBODYS for v in term.values
        )
        long = set(_TOO_LONG) if len(term.values) > _MANY_IDS else set()
        return long if is_own else long | set(_NO_SUCH_ID)
    if term.name == "afterDate":
        # What has no zone, and a text of anybody's, a host may refuse: not every text is a date.
        value = term.values[0]
        is_instant = value.startswith("$") or _OUR_TIMES.fullmatch(unquote(value)) is not None
        return {400} if value.endswith(_REFUSABLE) or not is_instant else set()
    return set() if term.name in _KNOWN else {400}


def _changes(value: str) -> set[str]:
    return set(value.split("!")[1:])
