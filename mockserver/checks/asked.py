"""Show a symbolic query as the request that it goes out as, with its symbols left in place."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

from mockserver.checks.evidence import Asked
from mockserver.checks.laws.law import asks_of
from mockserver.checks.laws.table import find_laws
from mockserver.checks.plan import LIST_NAMES, Query, Term, parse_plan
from mockserver.checks.report import Finding
from mockserver.errors import UsageError

__all__ = ["asked_of", "wire_lines", "with_request"]

# Of a law that asks very often the first requests show what it is about.
_MOST = 6


def asked_of(query: Query) -> Asked:
    """Return the request of a query: each symbol stands where its value goes."""
    headers = [
        (term.name.removeprefix("@header-"), unquote(term.values[0]) if term.values else "")
        for term in query.terms
        if term.name.startswith("@header-")
    ]
    if query.get("@accept") is not None:
        headers.insert(0, ("accept", query.directive("accept")))
    return Asked(
        method=query.directive("method", "GET"),
        path=query.directive("path", "/conversations"),
        query="&".join(part for term in query.filters for part in _parts(term)),
        headers=tuple(headers),
        identity=query.directive("auth", "user"),
    )


def wire_lines(asked: Asked) -> list[str]:
    """Return the request line, and a line for each header and for who asks."""
    target = f"{asked.path}?{asked.query}" if asked.query else asked.path
    who = "" if asked.identity == "user" else f"as {asked.identity}"
    headers = [f"{name.title()}: {value}".rstrip() for name, value in asked.headers]
    return [f"{asked.method} {target}", *headers, *([who] if who else [])]


def with_request(finding: Finding) -> Finding:
    """Return a finding with the requests of its plan, where its evidence names none."""
    if finding.evidence.requests or not finding.plan:
        return finding
    try:
        plan = parse_plan(finding.plan)
        asks = asks_of(find_laws(plan.law)[0], plan.query)[:_MOST]
    except UsageError:
        # A plan for people, such as that of several answers together.
        return finding
    evidence = replace(finding.evidence, requests=tuple(map(asked_of, asks)))
    return replace(finding, evidence=evidence)


def _parts(term: Term) -> Iterator[str]:
    values = [_shown(value) for value in term.values]
    if not term.values:
        yield term.name
    elif term.name not in LIST_NAMES:
        joined = [f"{term.name}={value}" for value in values]
        yield from joined if term.name == "afterDate" else [f"{term.name}={','.join(values)}"]
    elif term.style == "repeat":
        yield from (f"{term.name}={value}" for value in values)
    elif term.style in ("json", "jsv"):
        mark = "%22" if term.style == "json" else ""
        items = ",".join(f"{mark}{value}{mark}" for value in values)
        yield f"{term.name}={quote('[')}{items}{quote(']')}"
    elif term.style == "quoted":
        yield f"{term.name}=%22{','.join(values)}%22"
    else:
        yield f"{term.name}={('%2C' if term.style == 'encoded' else ',').join(values)}"


def _shown(value: str) -> str:
    """Return a symbol as it is, and a text as it goes over the wire."""
    return value if value.startswith("$") else quote(unquote(value), safe="-._~:/*;+$!")
