"""Laws on JSONP and on what errors show; that formats hold the same rows, the oracle judges."""

from collections.abc import Sequence

from mockserver.checks.decoding.decode import unwrap_jsonp
from mockserver.checks.expectation import expect
from mockserver.checks.facts import Facts, Page
from mockserver.checks.laws.id_choices import part, telling_parts
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.laws.leaks import what_shows
from mockserver.checks.looks import looks_like
from mockserver.checks.plan import Query

__all__ = ["FORMAT_LAWS"]

_DOTTED = "a.B_c"
_INJECTED = "X-Mockserver-Check"
_AXIS = "@callbacks"
_BAD_CALLBACKS = {
    "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
    "line-ends": f"a%0D%0A{_INJECTED}:%201%0D%0A%0D%0Ab",
    "dash": "a-b",
    "long": "x" * 500,
}
_BAD_PLANS = (("markup", "line-ends"), ("dash", "long"))


def _dotted(facts: Facts) -> Sequence[Query]:
    """Return a call by a name of several parts; in a whole run both names are of its formats."""
    return [plan.with_values("callback", _DOTTED) for plan in telling_parts(facts)[:1]]


def _plain_and_dotted(plan: Query) -> Sequence[Query]:
    return (plan.with_values("callback", "cb"), plan)


def _judge_jsonp(case: Case) -> Judgement:
    page = case.pages[0]
    term = page.query.get("callback")
    expected = None if term is None else expect(page.query, case.facts, case.learned)
    is_list = expected is not None and not (expected.is_head or expected.must_refuse)
    if term is None or expected is None or not is_list or "," in term.values[0]:
        return vacuous("no callback whose meaning is settled")
    if page.status != 200:
        if expected.features or page.status in expected.may_refuse or page.status >= 500:
            return vacuous("a refusal, or an answer that others judge")
        return violated(f"status {page.status}", f"status {page.status}", "200 with a call")
    # A host whose JSONP is switched off answers as if `callback` were any other name.
    if page.kind not in ("json", "jsonp"):
        return violated("media type", "another type than JavaScript", "JavaScript")
    if page.is_broken or page.rows is None:
        is_call = looks_like(page.response.body) == "a call of a function"
        received = page.unreadable.received if is_call else "a body that is no call of a function"
        return violated("unreadable body", received, "one call, as JavaScript")
    if page.kind == "jsonp" and _called(page) != term.values[0]:
        return violated("another function", "a call of another function", "the callback")
    choice = "on" if page.kind == "jsonp" else "off"
    if not case.may_be("jsonp", choice):
        return violated("media type", "a call for some lists alone", "for all or none")
    return measured("jsonp", choice)


def _called(page: Page) -> str:
    return unwrap_jsonp(page.response.body.decode("utf-8-sig"))[0]


def _bad_callbacks(facts: Facts) -> Sequence[Query]:
    first = part(facts)[0]
    return [first.with_values(_AXIS, *names) for names in _BAD_PLANS]


def _ask_bad_callbacks(plan: Query) -> Sequence[Query]:
    term, bare = plan.get(_AXIS), plan.without(_AXIS)
    names = term.values if term is not None else ()
    return tuple(bare.with_values("callback", _BAD_CALLBACKS[name]) for name in names)


def _judge_bad_callbacks(case: Case) -> Judgement:
    for page in case.pages:
        if page.status >= 500:
            what = f"status {page.status}"
            return violated("status 5xx", what, "a call, or 400", asked=page.query)
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
    shown = what_shows(page.response.body)
    if shown:
        return violated("internals", f"{shown} in an error", "no internals")
    return holds()


FORMAT_LAWS = (
    Law(
        id="L18-jsonp",
        statement="With `callback` the answer is JavaScript that calls it with the same JSON, or, "
        "where JSONP is switched off, that JSON itself.",
        tier="must",
        kind="relational",
        reads="each",
        judge=_judge_jsonp,
        plans=_dotted,
        asks=_plain_and_dotted,
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
        kind="loopback-only",
        judge=_judge_bad_callbacks,
        plans=_bad_callbacks,
        asks=_ask_bad_callbacks,
        cost=2,
        value=3.7,
    ),
)
