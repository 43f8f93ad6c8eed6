"""Laws on asking for a media type, and on headers: ways, encodings, errors, caching, routes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from mockserver.checks.decode import MEDIA_TYPES
from mockserver.checks.facts import Facts, Page
from mockserver.checks.laws.id_choices import part
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    all_of,
    holds,
    list_of,
    measured,
    same_rows,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, text_value

__all__ = ["NEGOTIATION_LAWS"]


def _ways(facts: Facts) -> Sequence[Query]:
    first = part(facts)[0]
    return [first.with_values("@format", name) for name in ("xml",)]


def _ask_three_ways(plan: Query) -> Sequence[Query]:
    name, bare = plan.directive("format"), plan.without("@format")
    ways = (
        bare.with_values("@accept", text_value(MEDIA_TYPES[name])),
        bare.with_values("format", name),
        bare.with_values("@path", f"/conversations.{name}"),
    )
    # Without any suffix a host has two ways; the last answer tells.
    return ways if name == "json" else (*ways, bare.with_values("@path", "/conversations.json"))


def _agree(case: Case) -> Judgement:
    kind = case.plan.directive("format")
    has_suffixes = case.pages[-1].status != 404
    if not has_suffixes and case.pages[1].status == 200 and case.pages[1].kind != kind:
        return vacuous("the target has no suffixes and does not read `format`")
    case = replace(case, pages=case.pages[: 3 if has_suffixes else 2])
    given = [page.status == 200 and page.kind == kind for page in case.pages]
    broken = [page for page in case.pages if page.status >= 500 or page.status == 0]
    if any(given) and not all(given):
        return violated(
            f"{kind} in some ways only", f"{kind} in some of three ways", "all three or none"
        )
    if broken:
        return violated("broken answer", f"no complete answer in {kind}", "a complete answer")
    if not any(given):
        return vacuous(f"the target does not answer in {kind}")
    if any(page.rows is None for page in case.pages):
        return vacuous(f"{kind} cannot be read; the law on {kind} says more")
    return all_of(same_rows(case, 0, index) for index in range(1, len(case.pages)))


def _ask_quality(plan: Query) -> Sequence[Query]:
    texts = ("application/xml;q=0.1, application/json", "image/png")
    return tuple(
        plan.with_values("@accept", text_value(text).replace(",", "%2C")) for text in texts
    )


def _judge_quality(case: Case) -> Judgement:
    mixed, other = case.pages
    if max(mixed.status, other.status) >= 500:
        return violated("status 5xx", "an answer of 500 or above", "a list, or 406")
    if mixed.status != 200 or mixed.kind not in ("json", "xml"):
        return violated("media type", "none of the two types asked for", "one of them")
    return holds()


def _ask_any_type(plan: Query) -> Sequence[Query]:
    return (plan.with_values("@accept", "*/*"),)


def _measure_default(case: Case) -> Judgement:
    page = case.pages[0]
    if page.status != 200 or page.kind not in ("html", "json"):
        return vacuous("neither HTML nor JSON for any type")
    return measured("default-media-type", page.kind)


def _measure_framework(case: Case) -> Judgement:
    text = case.pages[0].response.header("x-powered-by") or ""
    match = re.match(r"ServiceStack/([68])\.", text)
    if match is None:
        return vacuous("no header names the framework")
    return measured("framework", f"servicestack-{match[1]}")


def _is_head_alike(case: Case) -> Judgement:
    """Judge that HEAD has the status and headers of a GET of the same query, and no body."""
    gets = {str(p.query): p for p in reversed(case.pages) if p.response.request.method == "GET"}
    judged = []
    for head in case.pages:
        if head.response.request.method == "HEAD":
            get = gets.get(str(head.query.without("@method")))
            judged.append(_compare_head(head, get))
    return all_of(judged) if judged else vacuous("no HEAD was asked")


def _compare_head(head: Page, get: Page | None) -> Judgement:
    if head.response.body:
        return violated("body", "HEAD is answered with a body", "no body")
    if get is None or get.status != 200:
        return vacuous("no list by GET to compare with")
    if head.status in (404, 405, 501):
        return vacuous("the target has no HEAD")
    if head.status != get.status:
        return violated(f"status {head.status}", f"HEAD is answered {head.status}", "as GET is")
    if head.response.content_type != get.response.content_type:
        return violated("media type", "HEAD names another type", "the type of GET")
    if _varies_by(head) != _varies_by(get):
        return violated("Vary", "HEAD depends on other headers than GET", "the Vary of GET")
    # Of rows that move nothing follows from another length; that of a body that is none does.
    if head.response.header("content-length") == "0" and get.response.body:
        return violated(
            "length", "HEAD tells a length of 0, GET has a body", "that of GET, or none"
        )
    tag = head.response.header("etag")
    if tag is not None and get.response.header("etag") is None:
        return violated("ETag", "HEAD has an ETag, GET has none", "that of GET, or none")
    return holds()


def _varies_by(page: Page) -> set[str]:
    """Return the headers that an answer depends on, without that for packing: HEAD has no body."""
    names = ",".join(page.response.header_values("vary")).lower().split(",")
    return {name.strip() for name in names} - {"", "accept-encoding", "origin"}


def _caches_honestly(case: Case) -> Judgement:
    bodies: dict[tuple[str, str], bytes] = {}
    seen = False
    for page in case.pages:
        tag = page.response.header("etag")
        control = (page.response.header("cache-control") or "").lower()
        varies = (page.response.header("vary") or "").lower()
        if page.status == 200 and ("public" in control or re.search(r"max-age=[1-9]", control)):
            seen = True
            if "accept" not in varies and "*" not in varies and page.response.request.query == "":
                return violated("no Vary", "cacheable without Vary: Accept", "Vary: Accept")
        # HEAD carries the tag of GET's body and has none.
        if tag is None or page.status != 200 or page.response.request.method == "HEAD":
            continue
        seen = True
        request = page.response.request
        # A strong tag stands for one body of an address, whatever media type was asked for.
        asked = str(page.query) if tag.startswith("W/") else request.query
        name = (f"{request.path}?{asked} {request.auth}", tag)
        if bodies.setdefault(name, page.response.body) != page.response.body:
            return violated("stale ETag", "one ETag for two bodies", "another ETag")
    return holds() if seen else vacuous("no caching headers")


def _ask_with_strange_tag(plan: Query) -> Sequence[Query]:
    return (plan.with_values("@header-if-none-match", "%22no-such-tag%22"),)


def _answers_in_full(case: Case) -> Judgement:
    if case.pages[0].status == 304:
        return violated("304 for a strange tag", "304 for a tag that nobody gave", "200")
    return list_of(case, 0) or holds()


NEGOTIATION_LAWS = (
    Law(
        id="L26-three-ways",
        statement="Accept, suffix and `format` give the same type and the same rows.",
        tier="must",
        kind="relational",
        judge=_agree,
        plans=_ways,
        asks=_ask_three_ways,
        cost=4,
        value=3.0,
    ),
    Law(
        id="L61-head",
        statement="HEAD is answered as GET, with its headers and without a body, or not at all.",
        tier="should",
        kind="loopback-only",
        reads="all",
        judge=_is_head_alike,
    ),
    Law(
        id="L62-caching",
        statement="What may be cached says what it depends on, and an ETag stands for one body.",
        tier="must",
        kind="single",
        reads="all",
        judge=_caches_honestly,
    ),
    Law(
        id="L82-conditional",
        statement="If-None-Match with a tag that nobody gave is answered in full.",
        tier="must",
        kind="single",
        judge=_answers_in_full,
        plans=part,
        asks=_ask_with_strange_tag,
        cost=1,
        value=3.5,
    ),
    Law(
        id="L63-quality",
        statement="Accept with q-values gives one of its types; an unknown type breaks nothing.",
        tier="should",
        kind="single",
        judge=_judge_quality,
        plans=part,
        asks=_ask_quality,
        cost=2,
        value=0.6,
    ),
    Law(
        id="L76-framework",
        statement="Measured: the framework that the headers name.",
        tier="learn",
        kind="single",
        reads="each",
        judge=_measure_framework,
        point="framework",
    ),
    Law(
        id="L77-default-type",
        statement="Measured: the type of an answer to a request for any type.",
        tier="learn",
        kind="single",
        judge=_measure_default,
        plans=part,
        asks=_ask_any_type,
        cost=1,
        value=4.0,
        point="default-media-type",
    ),
)
