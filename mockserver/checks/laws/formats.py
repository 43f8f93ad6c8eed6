"""Laws on media types: every format holds the same rows, however it is asked for."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from mockserver.checks.decode import MEDIA_TYPES, Row, comparable, csv_layout, unwrap_jsonp
from mockserver.checks.facts import Facts, Key, Page, member, message_of
from mockserver.checks.instants import parse_instant
from mockserver.checks.laws.id_choices import part, telling_parts
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    all_of,
    holds,
    list_of,
    rows_by_key,
    same_rows,
    vacuous,
    violated,
)
from mockserver.checks.laws.leaks import shows_internals
from mockserver.checks.plan import Query, query, text_value
from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS

__all__ = ["FORMAT_LAWS"]

_MEMBERS = (
    *(f"/{wire}" for wire, _ in CONVERSATION_FIELDS[:3]),
    *(f"/mostRecentMessage/{wire}" for wire, _ in MESSAGE_FIELDS),
)
_XML_BARS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CALLBACKS = ("cb", "a.b_c")
_INJECTED = "X-Mockserver-Check"
_BAD_CALLBACKS = (
    "%3Cscript%3Ealert(1)%3C/script%3E", "a-b", "x" * 500, f"a%0D%0A{_INJECTED}: 1%0D%0A%0D%0Ab",
)  # fmt: skip


def _whole_and_part(facts: Facts) -> Sequence[Query]:
    return list(dict.fromkeys([query(), *telling_parts(facts)]))


def _between(kind: str) -> Callable[[Query], Sequence[Query]]:
    return lambda plan: (plan, plan.with_values("@accept", text_value(MEDIA_TYPES[kind])), plan)


def _equals_json(kind: str) -> Callable[[Case], Judgement]:
    def judge(case: Case) -> Judgement:
        before, page, after = case.pages
        for index in (0, 2):
            problem = list_of(case, index)
            if problem is not None:
                return problem
        if page.status >= 500:
            return violated(f"status {page.status}", f"status {page.status}", "the same rows")
        first, last = rows_by_key(before), rows_by_key(after)
        steady = {key: row for key, row in first.items() if last.get(key) == row}
        if kind == "xml" and any(map(_has_barred, before.rows or ())):
            return vacuous("texts with characters that XML cannot hold")
        if page.status == 0 or page.is_broken:
            return violated("unreadable body", f"a body that is not {kind}", f"valid {kind}")
        if page.kind != kind or page.rows is None:
            return vacuous(f"the target does not answer in {kind}")
        is_still = len(steady) == len(first) == len(last)
        count = len(before.rows or ()) if is_still else None
        return _compare(kind, page, steady, count=count)

    return judge


def _compare(kind: str, page: Page, steady: dict[Key, Row], *, count: int | None) -> Judgement:
    is_flat = kind == "csv" and csv_layout(page.response.body) == "flat"
    found = dict(zip(rows_by_key(page), comparable(list(rows_by_key(page).values()), kind=kind,
                                                   is_flat=is_flat), strict=True))  # fmt: skip
    keys = list(steady)
    expected = comparable([steady[key] for key in keys], kind=kind, is_flat=is_flat)
    for key, row in zip(keys, expected, strict=True):
        if key not in found:
            return violated("rows missing", f"{kind} lacks a row of JSON", "the same rows")
        shown = found[key]
        if "isUnread" not in message_of(steady[key]):
            shown = _without_false(shown)
        if _known(shown, row) != _known(row, row):
            return violated("values differ", f"a value of {kind} is not that of JSON", "the same")
    if count is not None and len(page.rows or ()) > count:
        return violated("rows added", f"{kind} has more rows than JSON", "the same rows")
    return holds() if keys else vacuous("no rows")


def _without_false(row: Row) -> Row:
    """Return a row as JSON has it that leaves out what is false; XML writes it all the same."""
    message = {name: value for name, value in message_of(row).items() if value is not False}
    return {**row, "mostRecentMessage": message}


def _known(row: Row, json: Row) -> object:
    """Return the members that the contract knows, as texts: types, cases, nulls do not count."""
    return [
        _plain(member(row, pointer), is_null=member(json, pointer) is None) for pointer in _MEMBERS
    ]


def _plain(value: object, *, is_null: bool) -> object:
    # A host may write a null as text where ServiceStack leaves the member out.
    if value is None or (is_null and value in ("", "null")):
        return None
    # A format may write an instant with more digits, or in another zone.
    instant = parse_instant(value)
    if instant is not None:
        return instant
    return str(value).lower() if isinstance(value, bool) else str(value)


def _has_barred(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_barred, value.values()))
    return isinstance(value, str) and _XML_BARS.search(value) is not None


def _ask_jsonp(plan: Query) -> Sequence[Query]:
    return (plan, *(plan.with_values("callback", name) for name in _CALLBACKS))


def _judge_jsonp(case: Case) -> Judgement:
    called = [page.kind == "jsonp" for page in case.pages[1:]]
    for index, name in enumerate(_CALLBACKS, 1):
        page = case.pages[index]
        if page.status != 200:
            return violated(f"status {page.status}", f"status {page.status}", "200 with a call")
        # A host whose JSONP is switched off answers as if `callback` were any other name.
        if page.kind != ("jsonp" if any(called) else "json"):
            return violated("callback ignored", "another type than JavaScript", "JavaScript")
        if page.is_broken or page.rows is None:
            return violated("unreadable body", "a body that is no call of a function", "one call")
        if any(called) and _called(page) != name:
            return violated("another function", "a call of another function", "the callback")
    choice = "on" if any(called) else "off"
    if not case.may_be("jsonp", choice):
        return violated("callback in some lists", "a call for some lists alone", "for all or none")
    same = all_of(same_rows(case, 0, index) for index in range(1, len(case.pages)))
    return replace(same, measured=(("jsonp", (choice,)),))


def _called(page: Page) -> str:
    return unwrap_jsonp(page.response.body.decode("utf-8-sig"))[0]


def _ask_bad_callbacks(plan: Query) -> Sequence[Query]:
    return tuple(
        plan.with_values("callback", text).with_values("@hostile", "1") for text in _BAD_CALLBACKS
    )


def _judge_bad_callbacks(case: Case) -> Judgement:
    for page in case.pages:
        if page.status >= 500:
            return violated("status 5xx", f"status {page.status}", "a call, or 400")
        if page.response.header(_INJECTED) is not None:
            return violated("header injected", "a header out of the callback", "no new header")
        if b"<script" in page.response.body[:400]:
            return violated("callback reflected", "markup from the callback", "a safe name")
        if page.status == 200 and page.kind not in ("json", "jsonp"):
            return violated("media type", "another type than JavaScript", "JavaScript")
    return holds()


def _leaks_nothing(case: Case) -> Judgement:
    page = case.pages[0]
    if page.status < 400:
        return vacuous("no error")
    if shows_internals(page.response.body):
        return violated("internals", "a stack trace, path or statement", "no internals")
    return holds()


def _equal_law(number: str, slug: str, kind: str, value: float) -> Law:
    return Law(
        id=f"L{number}-{slug}",
        statement=f"{kind.upper()} holds the rows and values of JSON.",
        tier="must" if kind == "xml" else "should",
        kind="relational",
        judge=_equals_json(kind),
        plans=_whole_and_part,
        asks=_between(kind),
        cost=3,
        value=value,
    )


FORMAT_LAWS = (
    _equal_law("12", "xml", "xml", 3.0),
    _equal_law("13", "csv", "csv", 3.0),
    _equal_law("14", "jsv", "jsv", 3.0),
    Law(
        id="L18-jsonp",
        statement="With `callback` the answer is JavaScript that calls it with the same JSON, or, "
        "where JSONP is switched off, that JSON itself.",
        tier="must",
        kind="relational",
        judge=_judge_jsonp,
        plans=telling_parts,
        asks=_ask_jsonp,
        cost=3,
        value=3.0,
        point="jsonp",
    ),
    Law(
        id="L53-no-internals",
        statement="No error shows a stack trace, a statement or a path of the server.",
        tier="must",
        kind="single",
        reads="each",
        judge=_leaks_nothing,
    ),
    Law(
        id="L65-hostile-callback",
        statement="A callback that is no name becomes neither markup nor a header.",
        tier="must",
        kind="single",
        judge=_judge_bad_callbacks,
        plans=part,
        asks=_ask_bad_callbacks,
        cost=len(_BAD_CALLBACKS),
        value=1.0,
    ),
    _equal_law("79", "jsonl", "jsonl", 1.2),
)
