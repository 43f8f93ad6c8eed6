"""Laws on how lists are spelled: repeated, quoted, encoded, empty, hostile, long."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.facts import Facts, value_of
from mockserver.checks.laws.id_choices import ids, one_id, two_ids
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    are_answered,
    exact,
    holds,
    relational,
    vacuous,
    violated,
)
from mockserver.checks.plan import LIST_NAMES, Query, Term, query, text_value

__all__ = ["SPELLING_LAWS"]

_UNKNOWN_ID = (403, 404)
# Each goes in a parameter and a type of its own.
# A name → the text, the parameter that gets it, and the type asked for.
_HOSTILE = {
    "sql": ("'%20OR%20'1'='1", "endpointIds", "json"),
    "braces": ("{}%22%22", "customerIds", "csv"),
    "zero-byte": ("%00", "accountIds", "xml"),
    "emoji": ("%F0%9F%92%A9", "endpointIds", "jsv"),
    "long-id": ("x" * 2000, "customerIds", "json"),
}
_MEANS = {"joined": "all of them", "first": "the first", "last": "the last", "another": "another"}
_BLANKS = {"endpointIds": ",", "customerIds": "%20", "accountIds": ",%20,"}


def _repeat(plan: Query) -> Sequence[Query]:
    return (plan.with_style("repeat"),)


def _measure_repeated(case: Case) -> Judgement:
    readings = {
        "joined": case.plan,
        "first": _of_each(case.plan, slice(1)),
        "last": _of_each(case.plan, slice(-1, None)),
    }
    judged = {choice: exact(case, 0, like=plan) for choice, plan in readings.items()}
    fits = tuple(choice for choice, found in judged.items() if found.verdict != "violated")
    joined = judged["joined"]
    if len(fits) == len(readings):
        return joined
    if not fits:
        return joined
    if not any(case.may_be("repeated-key", choice) for choice in fits):
        name = next((t.name for t in case.plan.terms if t.name in LIST_NAMES), "one")
        told = {"joined": "all its values", "first": "its first value", "last": "its last value"}
        others = case.learned.get("repeated-key") or ("another",)
        rest = " or ".join(f"`{other}`" for other in LIST_NAMES if other != name)
        received = f"repeated, `{name}` means {told[fits[0]]}, {rest} {_MEANS[others[0]]}"
        return violated("two meanings", received, "one meaning")
    if "joined" in fits:
        return replace(joined, measured=(("repeated-key", fits),))
    # Rows that come and go are missed too: one value counts only when a re-read shows the same.
    return replace(
        joined,
        verdict="violated" if len(case.lengths) < 2 else "holds",
        measured=(("repeated-key", fits),),
    )


def _of_each(plan: Query, part: slice) -> Query:
    """Return the plan with some values of each list."""
    return Query(
        tuple(replace(t, values=t.values[part]) if t.name in LIST_NAMES else t for t in plan.terms)
    )


def _measure_empty(case: Case) -> Judgement:
    kinds = set()
    is_list = case.plan.directive("text") == "[]"
    for page in case.pages:
        if page.status == 400 or (is_list and page.status in _UNKNOWN_ID):
            # A host without such lists takes `[]` for an id that nobody has.
            kinds.add("refused")
        elif page.rows is None:
            return violated(f"status {page.status}", f"status {page.status}", "200 or 400")
        elif not page.rows:
            kinds.add("nothing")
        else:
            kept = page.keys & case.core.keys()
            if kept != case.core.keys() and not case.is_capped(case.pages.index(page)):
                return violated("some rows", "some of the rows", "all rows or none")
            kinds.add("no-filter")
    if not case.core:
        return vacuous("no rows")
    if len(kinds) > 1:
        return violated("empty lists mean two things", "two meanings", "one meaning")
    return _meaning_of(case.plan, kinds.pop())


def _empty_lists(facts: Facts) -> Sequence[Query]:
    # Of a list that is too long to read, an empty filter on endpoints would select all.
    names = [name for name in LIST_NAMES if facts.narrow.get(name) is None]
    texts = ("", "%5B%5D") if facts.dates else ()
    dated = [*names, "afterDate"] if "afterDate" in facts.fields else names
    return [query(("@text", text), ("@names", names if text else dated)) for text in texts]


def _empty_together(plan: Query, facts: Facts) -> Sequence[Query]:
    """Return one query with every parameter empty: what gives the whole list shows it for each."""
    return (Query(tuple(term for asked in _ask_empty(plan) for term in asked.terms)),)


def _is_no_filter(case: Case) -> Judgement | None:
    keys = case.pages[0].keys
    is_whole = bool(case.core) and (case.core.keys() <= keys or (case.is_capped(0) and keys))
    return _meaning_of(case.plan, "no-filter") if is_whole else None


def _meaning_of(plan: Query, choice: str) -> Judgement:
    is_list = plan.directive("text") == "[]"
    return holds(("empty-list", (choice,))) if is_list and choice != "refused" else holds()


def _ask_empty(plan: Query) -> Sequence[Query]:
    text = text_value(plan.directive("text")).replace("[", "%5B").replace("]", "%5D")
    names = plan.get("@names")
    assert names is not None, "every plan of this law has it"
    return tuple(query((name, text)) for name in names.values)


def _refuses_hostile(case: Case) -> Judgement:
    for page in case.pages:
        if page.status >= 500:
            what = f"status {page.status}"
            return violated("status 5xx", what, "400, 414 or no rows", asked=page.query)
        # `{}` ends an item of a JSV list: the rest is null, which selects rows without such an id.
        name = page.query.filters[0].name
        if any(case.facts.value(row, name) not in (None, "") for row in page.rows or ()):
            return violated("hostile id selects rows", "rows", "no rows", asked=page.query)
    return holds()


def _hostile(facts: Facts) -> Sequence[Query]:
    return [query(("@odd", list(_HOSTILE)))]


def _ask_hostile(plan: Query) -> Sequence[Query]:
    term = plan.get("@odd")
    asks = []
    for text, name, kind in (_HOSTILE[value] for value in (term.values if term else _HOSTILE)):
        asked = query((name, f"zz{text}"))
        is_plain = kind == "json"
        asks.append(asked if is_plain else asked.with_values("@accept", MEDIA_TYPES[kind]))
    return tuple(asks)


def _hostile_together(plan: Query, facts: Facts) -> Sequence[Query]:
    """Return the texts in one list, and each that ends a list or a text in one of its own."""
    alone, together = ("braces", "zero-byte"), ("sql", "emoji", "long-id")
    texts = [f"zz{_HOSTILE[name][0]}" for name in together]
    first = Query((Term(name="endpointIds", values=tuple(texts)),))
    return (first, *_ask_hostile(query(("@odd", alone))))


def _breaks_nothing(case: Case) -> Judgement | None:
    judgement = _refuses_hostile(case)
    return judgement if judgement.verdict == "holds" else None


def _respell(*changes: str) -> Callable[[Query], Sequence[Query]]:
    def asks(plan: Query) -> Sequence[Query]:
        term = plan.terms[0]
        return tuple(query((term.name, [f"{term.values[0]}!{change}"])) for change in changes)

    return asks


def _pad(plan: Query) -> Sequence[Query]:
    term = plan.terms[0]
    # Repeats in front keep the list long and its meaning the same; what is cut off is at its end.
    padded = (*((term.values[0],) * (81 - len(term.values))), *term.values[1:])
    return (query((term.name, padded)),)


def _most_ids(facts: Facts) -> Sequence[Query]:
    count = min(facts.count("endpointIds"), 60)
    return [query(ids("endpointIds", *range(1, count)))] if count > 2 else two_ids(facts)[:1]


def _blank_items(facts: Facts) -> Sequence[Query]:
    """Return a query for one id of each list parameter, and which other has blank items alone."""
    names = [name for name in LIST_NAMES if facts.count(name)]
    return [
        query(ids(name, 0), ("@blank", other))
        for name, other in zip(names, [*names[1:], *names[:1]], strict=True)
    ]


def _ask_blank_alone(plan: Query) -> Sequence[Query]:
    """Return queries for an id with a blank item, and for that id beside a list of blanks."""
    term, other = plan.terms[0], plan.directive("blank")
    asks = [query((term.name, [term.values[0], ""]))]
    if other and other != term.name:
        asks.append(query((term.name, term.values[:1]), (other, _BLANKS[other])))
    return tuple(asks)


def _ask_blanks_together(plan: Query, facts: Facts) -> Sequence[Query]:
    term, other = plan.terms[0], plan.directive("blank")
    blanks = [(other, _BLANKS[other])] if other != term.name else []
    return (query((term.name, [term.values[0], ""]), *blanks),)


def _blanks_change_nothing(case: Case) -> Judgement | None:
    """Return that the law holds where blanks were left out: just the rows of the id are there."""
    judgement = _judge_blank(case)
    return judgement if judgement.verdict == "holds" and case.kept(0) else None


def _judge_blank(case: Case) -> Judgement:
    term = case.plan.terms[0]
    wanted = {value_of(v, case.facts) for v in term.values}
    # A blank item is a null on ServiceStack, which selects rows without the id.
    open_ = (*wanted, None, "")
    others = {k for k, r in case.core.items() if case.facts.value(r, term.name) not in open_}
    for page in case.pages:
        if page.status >= 500:
            return violated("status 5xx", f"status {page.status}", "400, or a list")
        if others & page.keys:
            return violated(
                "blank item widens",
                "rows of other ids",
                "rows of the ids asked for",
                asked=page.query,
            )
    if all(page.rows is None for page in case.pages):
        return vacuous("a list with a blank item is refused")
    return holds() if others else vacuous("no rows of other ids")


def _is_long_list_whole(case: Case) -> Judgement:
    return holds() if case.pages[0].status in (400, 414) else exact(case, 0)


SPELLING_LAWS = (
    relational(
        "L11-repeated-key",
        "A repeated parameter means a list, or its first or last value: one of them for all.",
        "should",
        _measure_repeated,
        plans=two_ids,
        asks=_repeat,
        cost=1,
        value=7.0,
        point="repeated-key",
    ),
    relational(
        "L17-empty-value",
        "An empty value means one thing in every parameter, and an empty list in every list one.",
        "should",
        _measure_empty,
        plans=_empty_lists,
        asks=_ask_empty,
        shared=_empty_together,
        spares=_is_no_filter,
        cost=1,
        value=5.5,
        point="empty-list",
    ),
    Law(
        id="L25-hostile-ids",
        statement="Quotes, braces, control characters and long ids select nothing and break"
        " nothing.",
        tier="must",
        kind="loopback-only",
        judge=_refuses_hostile,
        plans=_hostile,
        asks=_ask_hostile,
        shared=_hostile_together,
        spares=_breaks_nothing,
        cost=len(_HOSTILE),
        value=3.75,
    ),
    relational(
        "L41-id-spelling",
        "Measured: whether ids with a space are answered.",
        "learn",
        are_answered,
        plans=one_id,
        asks=_respell("space"),
        cost=1,
        value=0.3,
    ),
    relational(
        "L81-blank-item",
        "A blank item in a list does not widen it to other ids, nor does a list of blanks beside"
        " another.",
        "should",
        _judge_blank,
        plans=_blank_items,
        asks=_ask_blank_alone,
        shared=_ask_blanks_together,
        spares=_blanks_change_nothing,
        cost=1,
        value=3.68,
    ),
    relational(
        "L50-long-list",
        "A list of eighty ids is answered whole, or refused with 400 or 414.",
        "should",
        _is_long_list_whole,
        plans=_most_ids,
        asks=_pad,
        cost=1,
        value=3.69,
    ),
)
