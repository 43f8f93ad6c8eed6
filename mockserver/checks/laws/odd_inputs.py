"""Law on single odd inputs: days that are rare, texts that are broken, headers that are long.

Each input has a name, which a plan lists: what has to stay in a small plan is the input. The name
of a parameter is percent-encoded where its value has to go over the wire as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from mockserver.checks.facts import Facts, Page
from mockserver.checks.laws.law import Case, Judgement, Law, holds, violated
from mockserver.checks.plan import Query, parse_query, query

__all__ = ["INPUTS", "ODD_INPUT_LAWS"]

_AXIS = "@odd"
_LEAP_DAY = "leap-day"
# A name → what is asked, and how a report calls it.
INPUTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # Of a year that is one of four centuries.
        _LEAP_DAY: ("afterDate=2000-02-29T12:30:45.1234567Z", "a leap day"),
        "no-leap-day": ("afterDate=2023-02-29T12:00:00%2B01:00", "29 February of a common year"),
        "empty-date": ("afterDate=", "an empty date"),
        "two-dates": ("afterDate=2024-02-29T00:00:00Z,2024-03-01T00:00:00Z", "two dates"),
        "percent-date": ("afterDat%65=2024-01-01%", "a stray percent sign in a date"),
        "nine-digits": ("afterDate=2024-01-01T00:00:00.123456789Z", "nine digits of a second"),
        "far-offset": ("afterDate=2024-01-01T00:00:00%2B24:00", "an offset of a day"),
        "odd-names": ("=x&=&zz=%&yy=%zz&a%3Bb=;&xx=+&%=1", "empty names and stray signs"),
        "odd-bytes": ("endpointId%73=zz%FF%C3%28&customerId%73=zz%ED%A0%80", "broken UTF-8"),
        "long-query": ("zz=" + "x" * 4000, "a query of 4,000 characters"),
        "two-formats": ("format=json&format=xml", "two formats"),
        "odd-accept": ("@accept=;;%2C q=1%2C */%2C text/csv;q=a%2C */*;q=0", "a broken Accept"),
        "long-accept": ("@accept=application/x-" + "a" * 1000 + "%2C text/csv", "a long Accept"),
        "no-accept": ("@accept=application/json;q=0%2C */*;q=0", "an Accept of nothing"),
        "markup": ("afterDate=%3Cimg src=x onerror=1%3E&@accept=text/html", "markup"),
    }
)  # fmt: skip
# What breaks hosts most often comes first.
_PLANS = (
    ("empty-date", "percent-date", _LEAP_DAY),
    ("odd-names", "odd-bytes", "two-dates"),
    ("odd-accept", "long-query", "markup"),
    ("no-leap-day", "far-offset", "nine-digits"),
    ("two-formats", "long-accept", "no-accept"),
)


def _plans(facts: Facts) -> Sequence[Query]:
    return [query((_AXIS, names)) for names in _PLANS]


def _each(plan: Query) -> Sequence[Query]:
    term = plan.get(_AXIS)
    names = term.values if term is not None else ()
    return tuple(parse_query(INPUTS[name][0]) for name in names)


def _are_answered(case: Case) -> Judgement:
    term = case.plan.get(_AXIS)
    assert term is not None, "every plan of this law has it"
    for name, page in zip(term.values, case.pages, strict=True):
        wrong = _wrong(name, page)
        if wrong is not None:
            return replace(wrong, asked=page.query)
    return holds()


def _wrong(name: str, page: Page) -> Judgement | None:
    words = INPUTS[name][1]
    if page.status == 0:
        # As L16 says it of any answer: one finding.
        return violated("broken answer", f"no whole answer to {words}", "an answer")
    if page.status >= 500:
        return violated(f"5xx on {words}", f"status {page.status} on {words}", "below 500")
    if name == _LEAP_DAY and 400 <= page.status < 500:
        return violated("leap day refused", f"status {page.status} on {words}", "200 with a list")
    return None


ODD_INPUT_LAWS = (
    Law(
        id="L96-odd-inputs",
        statement="Rare days, broken texts, empty and doubled parameters and long headers get a"
        " whole answer below 500, and a leap day a list.",
        tier="must",
        kind="loopback-only",
        judge=_are_answered,
        plans=_plans,
        asks=_each,
        cost=3,
        value=3.65,
    ),
)
