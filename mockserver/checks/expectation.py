"""Say what an ask must give by the contract and the profile that was learned: the oracle's half.

An ask is any symbolic query. Where the contract leaves open what it means (a text for an id, a
date without a zone, two ways to name a type that disagree), nothing is expected of it and the laws
on such texts judge it instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.checks.decode import MEDIA_TYPES
from mockserver.checks.facts import Facts, ticks_of
from mockserver.checks.plan import LIST_NAMES, Query, Term

__all__ = ["STRANGE_TAG", "Expectation", "expect", "kind_asked", "type_asked"]

Learned = Mapping[str, tuple[str, ...]]
_ROUTE = re.compile(r"/conversations(?:\.([a-z]+))?|/([a-z]+)/reply/ListConversations")
_KINDS = {value: kind for kind, value in MEDIA_TYPES.items()}
_READERS = ("user", "basic", "session", "other")
# Headers that change no row and no type.
_NEUTRAL = frozenset(
    f"@header-{name}"
    for name in ("accept-encoding", "accept-language", "cache-control", "if-none-match", "origin")
)
# A tag that no host ever gave.
STRANGE_TAG = '"no-such-tag"'
_KNOWN = frozenset({*LIST_NAMES, "afterDate", "format", "callback"})
_FORMS = re.compile(r"z|day|naive|[+-]\d\d:\d\d")
_NOBODYS = frozenset({"append", "drop"})
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
        may_refuse: statuses that are no fault of this request.
        is_head: whether there is no body to judge.
        reader: whose list it is a part of: `user` or `other`.
    """

    meaning: Query
    kinds: frozenset[str]
    media_type: str = ""
    features: frozenset[str] = frozenset()
    may_refuse: frozenset[int] = frozenset()
    is_head: bool = False
    reader: str = "user"


def expect(
    asked: Query, facts: Facts, learned: Learned, *, has_session: bool = False
) -> Expectation | None:
    """Return what a query must give; None where that is open.

    Args:
        has_session: whether the cookies of the run's last sign-in still stand for the user.

    Raises:
        TooFewError: the target showed too few ids or dates for a symbol.
    """
    reader = asked.directive("auth", "user")
    method = asked.directive("method", "GET")
    if reader not in _READERS or method not in ("GET", "HEAD"):
        return None
    if reader == "session" and not has_session:
        return None
    if any(not _is_known_directive(term) for term in asked.terms):
        return None
    named = type_asked(asked)
    if named is None:
        return None
    kind, ways = named
    terms: list[Term] = []
    refusals: set[int] = set()
    for term in asked.filters:
        found = _read_term(term, facts, learned)
        if found is None:
            return None
        terms += [found] if found.name in LIST_NAMES or found.name == "afterDate" else []
        refusals |= _refusals(term)
    if len({term.name for term in asked.filters}) < len(asked.filters):
        return None
    if reader == "other" and any(term.name in LIST_NAMES for term in terms):
        # An id may be of an account that is not his.
        refusals |= set(_NO_SUCH_ID)
    if asked.directive("header-if-none-match", STRANGE_TAG) != STRANGE_TAG:
        refusals.add(304)
    features = {f"{way} {kind}" for way in ways if (way, kind) != ("accept", "json")}
    if method == "HEAD":
        features.add("HEAD")
    if reader in ("basic", "session"):
        features.add(reader)
    return Expectation(
        meaning=Query(tuple(terms)),
        kinds=_kinds(asked, kind, learned),
        media_type="" if "accept" not in ways else MEDIA_TYPES[kind],
        features=frozenset(features),
        may_refuse=frozenset(refusals),
        is_head=method == "HEAD",
        reader="other" if reader == "other" else "user",
    )


def kind_asked(asked: Query) -> str | None:
    """Return the type that a request asks for, `jsonp` with a callback; None where it is open."""
    named = type_asked(asked)
    if named is None:
        return None
    return named[0] if asked.get("callback") is None else "jsonp"


def _is_known_directive(term: Term) -> bool:
    if not term.name.startswith("@"):
        return True
    return term.name in ("@accept", "@auth", "@method", "@path") or term.name in _NEUTRAL


def type_asked(asked: Query) -> tuple[str, list[str]] | None:
    """Return the one type that a request asks for, and by which ways; None where it is open.

    The ways: `accept`, `suffix`, `format` and `reply`, the framework's own route.
    """
    named: dict[str, str] = {}
    route = _ROUTE.fullmatch(asked.directive("path", "/conversations"))
    if route is None:
        return None
    if route[1] or route[2]:
        named["suffix" if route[1] else "reply"] = route[1] or route[2]
    parameter = asked.get("format")
    if parameter is not None:
        named["format"] = ",".join(parameter.values)
    accept = asked.get("@accept")
    if accept is not None:
        kind = _KINDS.get(asked.directive("accept"))
        if kind is None:
            return None
        named["accept"] = kind
    kinds = set(named.values()) or {"json"}
    kind = kinds.pop()
    if kinds or kind not in MEDIA_TYPES or kind == "html":
        return None
    if asked.get("callback") is not None and kind != "json":
        return None
    return kind, list(named)


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
        return term if term.name in facts.fields and _is_date(term, facts) else None
    if term.name == "callback":
        is_name = len(term.values) == 1 and re.fullmatch(r"[A-Za-z_][\w.]{0,40}", term.values[0])
        return term if is_name else None
    if term.name == "format":
        return term
    # A name that no API knows changes nothing.
    is_unknown = re.fullmatch(r"zz\w{0,20}|_", term.name) is not None
    return term if is_unknown else None


def _read_ids(term: Term, facts: Facts, learned: Learned) -> Term | None:
    if term.name not in facts.fields or not term.values:
        return None
    for value in term.values:
        changes = set(value.split("!")[1:])
        if not value.startswith("$") or changes - _NOBODYS - {"percent"}:
            return None
    values = term.values
    if term.style == "repeat" and len(values) > 1:
        choice = learned.get("repeated-key", ())
        if len(choice) != 1:
            return None
        values = {"joined": values, "first": values[:1], "last": values[-1:]}[choice[0]]
    elif term.style not in ("comma", "encoded", "repeat"):
        return None
    return Term(name=term.name, values=values)


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
        is_own = all(v.startswith(pool) and not _changes(v) & _NOBODYS for v in term.values)
        long = set(_TOO_LONG) if len(term.values) > _MANY_IDS else set()
        return long if is_own else long | set(_NO_SUCH_ID)
    if term.name == "afterDate":
        # What has no zone, and a text of anybody's, a host may refuse: not every text is a date.
        value = term.values[0]
        return {400} if value.endswith("!naive") or not value.startswith("$") else set()
    return set() if term.name in _KNOWN else {400}


def _changes(value: str) -> set[str]:
    return set(value.split("!")[1:])
