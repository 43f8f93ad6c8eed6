"""Laws on asking for a media type, and on headers: ways, encodings, errors, caching, routes."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.expectation import expect
from mockserver.checks.facts import Facts, Page
from mockserver.checks.laws.id_choices import part
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    all_of,
    holds,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query, text_value
from mockserver.checks.type_asked import type_asked

__all__ = ["NEGOTIATION_LAWS"]


_WAYS = ("accept", "suffix", "format", "reply")
_WAY_WORDS = {
    "accept": "by `Accept`",
    "suffix": "by the path's ending",
    "format": "by `format=`",
    "reply": "by the reply route",
}
# Types that have one name everywhere, so that whoever knows them by an address does by Accept.
_ONE_NAME = frozenset({"xml", "csv"})
_NO_SUCH_TYPE = (400, 404, 406, 415)


def _ways(facts: Facts) -> Sequence[Query]:
    first = part(facts)[0]
    return [first.with_values("@format", name) for name in ("xml",)]


def _ask_three_ways(plan: Query) -> Sequence[Query]:
    name, bare = plan.directive("format", "xml"), plan.without("@format")
    ways = (
        bare.with_values("@accept", text_value(MEDIA_TYPES[name])),
        bare.with_values("format", name),
        bare.with_values("@path", f"/conversations.{name}"),
    )
    # Without any suffix a host has two ways; the last answer tells.
    return ways if name == "json" else (*ways, bare.with_values("@path", "/conversations.json"))


def _agree(case: Case) -> Judgement:
    """Judge, over all answers, which types each way of asking for one gave.

    That the answers hold the same rows, and what some of one way lack, is for the oracle.
    """
    given: dict[str, set[str]] = defaultdict(set)
    refused: dict[str, set[str]] = defaultdict(set)
    ignored: dict[str, set[str]] = defaultdict(set)
    for kind, way, page in _by_way(case):
        if page.status == 200 and page.kind == kind:
            given[way].add(kind)
        elif page.status == 200 and page.kind != "html":
            ignored[way].add(kind)
        elif page.status in (200, *_NO_SUCH_TYPE) and way != "reply":
            refused[way].add(kind)
    has_suffixes = bool(given["suffix"] | ignored["suffix"])
    by_address = given["suffix"] | given["format"] | given["reply"]
    if not has_suffixes:
        refused["suffix"] = set()
    # A host may read neither suffixes nor `format`: every type is JSON then.
    if by_address <= {"json"} or (not has_suffixes and given["format"] <= {"json"}):
        refused = ignored = defaultdict(set)
    known = set().union(*given.values())
    for way in _WAYS:
        lost = (ignored[way] | refused[way]) & known & _ONE_NAME - given[way]
        for kind in sorted(lost):
            told = [_WAY_WORDS[one] for one in _WAYS if kind in given[one]]
            received = f"{kind.upper()} is given {' and '.join(told)}, but not {_WAY_WORDS[way]}"
            wrong = violated(f"{kind} in some ways only", received, "in all of these ways or none")
            return replace(wrong, asked=query(("@format", kind)))
    if any(sum(kind in given[way] for way in _WAYS) > 1 for kind in known - {"json"}):
        return holds()
    return vacuous("no type was asked for in two ways, or the target has one way")


def _by_way(case: Case) -> Iterator[tuple[str, str, Page]]:
    """Yield the answers to requests that ask for a type in one way, and that nothing refuses."""
    for page in case.pages:
        named = type_asked(page.query)
        if named is None or len(named[1]) != 1 or page.query.get("callback") is not None:
            continue
        expected = expect(page.query, case.facts, case.learned)
        if expected is None or expected.is_head or expected.must_refuse:
            continue
        if page.status in expected.may_refuse:
            continue
        yield named[0], named[1][0], page


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
    return _named_in_vary(page) - {"accept-encoding", "origin"}


def _named_in_vary(page: Page) -> set[str]:
    names = ",".join(page.response.header_values("vary")).lower().split(",")
    return {name.strip() for name in names} - {""}


def _tells_type(named: set[str]) -> bool:
    return not named.isdisjoint({"accept", "*"})


def _varies_alike(case: Case) -> Judgement | None:
    """Return the violation that answers to one address do not tell that Accept counts.

    Where none has a `Vary` that is open; one that names other headers alone says something else.
    """
    asked = [
        page
        for page in case.pages
        if page.status == 200
        and page.response.request.path == "/conversations"
        and page.query.get("format") is None
        and page.query.get("callback") is None
        and type_asked(page.query) is not None
    ]
    named = [_named_in_vary(page) for page in asked]
    telling = [*map(_tells_type, named)]
    # What most answers say, each has to say; one that names other headers forgot it.
    forgot = [bool(names) and not tells for names, tells in zip(named, telling, strict=True)]
    is_said = 2 * sum(telling) > len(telling) or (any(telling) and any(forgot))
    if is_said and not all(telling):
        page = asked[(forgot if any(forgot) else telling).index(any(forgot))]
        received = "Vary without Accept in some answers"
        return violated("Vary", received, "Accept in all", asked=page.query)
    if len({page.kind for page in asked}) > 1 and all(named) and not any(telling):
        received = "Vary without Accept, by which the type differs"
        return violated("Vary", received, "Accept in all", asked=asked[0].query)
    return None


def _told_apart(one: Page, two: Page) -> str:
    """Return in what two bodies with one tag differ."""
    if one.kind != two.kind:
        return "a list in two types"
    return "two lists of other rows" if one.keys != two.keys else "two bodies with the same rows"


def _caches_honestly(case: Case) -> Judgement:
    varied = _varies_alike(case)
    if varied is not None:
        return varied
    tagged: dict[tuple[str, str], Page] = {}
    seen = False
    for page in case.pages:
        tag = page.response.header("etag")
        control = (page.response.header("cache-control") or "").lower()
        if page.status == 200 and ("public" in control or re.search(r"max-age=[1-9]", control)):
            seen = True
            if not _tells_type(_named_in_vary(page)) and page.response.request.query == "":
                return violated("no Vary", "cacheable without Vary: Accept", "Vary: Accept")
        # HEAD carries the tag of GET's body and has none.
        if tag is None or page.status != 200 or page.response.request.method == "HEAD":
            continue
        seen = True
        request = page.response.request
        # A strong tag stands for one body of an address, whatever media type was asked for.
        asked = str(page.query) if tag.startswith("W/") else request.query
        name = (f"{request.path}?{asked} {request.auth}", tag)
        first = tagged.setdefault(name, page)
        if first.response.body != page.response.body:
            tags = {p.response.header("etag") for p in case.pages if p.status == 200 and p.rows}
            what = "every list" if len(tags) == 1 else _told_apart(first, page)
            received = f"one ETag stands for {what}"
            return violated("stale ETag", received, "another ETag", asked=page.query)
    return holds() if seen else vacuous("no caching headers")


NEGOTIATION_LAWS = (
    Law(
        id="L26-three-ways",
        statement="Accept, suffix, `format` and the reply route give the same types and the same"
        " rows.",
        tier="must",
        kind="relational",
        reads="all",
        judge=_agree,
        plans=_ways,
        asks=_ask_three_ways,
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
        id="L63-quality",
        statement="Accept with q-values gives one of its types; an unknown type breaks nothing.",
        tier="should",
        kind="single",
        judge=_judge_quality,
        plans=part,
        asks=_ask_quality,
        cost=2,
        value=3.35,
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
