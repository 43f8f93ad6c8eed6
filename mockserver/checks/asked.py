"""Show a symbolic query as the request that it goes out as, with its symbols left in place."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from mockserver.checks.plan import (
    LIST_NAMES,
    Query,
    Term,
    as_written,
    join_parts,
    join_runs,
    written_list,
)

__all__ = ["Asked", "asked_of", "wire_lines"]

_LONG, _SHOWN = 80, 12
# Who asks, where the name alone says too little.
_NAMES = {"session-shaken": "session, after a refused sign-in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hold a request in symbols as it went over the wire.

    Attributes:
        query: with symbols such as `$endpoint[0]` in place of values.
        headers: name and value, those that the plan sets; never a credential.
        identity: `user`, `none`, `other` and so on.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...] = ()
    identity: str = "user"


def asked_of(query: Query) -> Asked:
    """Return the request of a query: each symbol stands where its value goes."""
    headers = [("accept", query.directive("accept", "application/json"))]
    headers += [
        (term.name.removeprefix("@header-"), unquote(term.values[0]) if term.values else "")
        for term in query.terms
        if term.name.startswith("@header-")
    ]
    return Asked(
        method=query.directive("method", "GET"),
        path=query.directive("path", "/conversations"),
        query=join_parts([as_written(_parts(term), term, query) for term in query.filters]),
        headers=tuple(headers),
        identity=query.directive("auth", "user"),
    )


def wire_lines(asked: Asked) -> list[str]:
    """Return the request line, and a line for each header and for who asks."""
    target = f"{asked.path}?{asked.query}" if asked.query else asked.path
    who = "" if asked.identity == "user" else f"as {_NAMES.get(asked.identity, asked.identity)}"
    headers = [f"{name.title()}: {value}".rstrip() for name, value in asked.headers]
    return [f"{asked.method} {target}", *headers, *([who] if who else [])]


def _parts(term: Term) -> Iterator[str]:
    values = [_shown(value) for value in term.values]
    if not term.values:
        yield term.name
    elif term.name not in LIST_NAMES:
        joined = [f"{term.name}={value}" for value in values]
        yield from joined if term.name == "afterDate" else [f"{term.name}={','.join(values)}"]
    else:
        is_run = term.style in ("comma", "brackets")
        yield from written_list(term, join_runs(values) if is_run else values)


def _shown(value: str) -> str:
    """Return a symbol as it is, a text as it goes over the wire; of a long one its beginning."""
    if len(value) > _LONG:
        return f"{value[:_SHOWN]}…({len(value):,} characters)"
    return value if value.startswith("$") else quote(unquote(value), safe="-._~:/*;+$!")
