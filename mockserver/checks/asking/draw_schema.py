"""Draw requests from the contract with Schemathesis: conforming ones with real ids, and odd ones.

Both are symbolic queries, so that they replay on any day. Conforming ones name what was read, as
symbols that stand in the contract as the values of an enumeration; they may go to a live target.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote

from mockserver.checks.asking.draw import draw_each
from mockserver.checks.facts import Facts
from mockserver.checks.messages import Request
from mockserver.checks.plan import LIST_NAMES, Query, Term
from mockserver.checks.schemas import draw_requests
from mockserver.contract import Contract

__all__ = ["draw_conforming", "draw_odd"]

_PATH = "/conversations"
_POOLS = {"accountIds": "account", "endpointIds": "endpoint", "customerIds": "customer"}
_MOST_IDS = 6
_MANY = 7
_DATES = 8
_FORMS = ("-1s", "-1d!+05:30", "+1ms!z")


def draw_conforming(contract: Contract, facts: Facts, *, seed: int, count: int) -> list[Query]:
    """Return different queries of the contract's own schema, with symbols for what was read."""
    document = deepcopy(contract.document)
    operation = document["paths"][_PATH]["get"]
    kept = []
    for parameter in operation["parameters"]:
        symbols = _symbols(parameter["name"], facts)
        if symbols and parameter.get("in") == "query":
            schema = parameter["schema"]
            if schema.get("type") == "array":
                parameter["schema"] = {
                    "type": "array",
                    "items": {"enum": symbols},
                    "minItems": 1,
                    "maxItems": 3,
                    "uniqueItems": True,
                }
            else:
                parameter["schema"] = {"enum": symbols}
            parameter.pop("examples", None)
            parameter.pop("example", None)
            kept.append(parameter)
    operation["parameters"] = kept
    if not kept:
        return []
    return _collect(
        replace(contract, document=document), _symbolic, seed=seed, count=count, is_negative=False
    )


def draw_odd(contract: Contract, *, seed: int, count: int) -> list[Query]:
    """Return odd queries as plans, of many half of the wrong types; one seed gives one list.

    Schemathesis takes a second to think of wrong types, which a few queries are not worth.
    """
    kinds = (False, True) if count >= _MANY else (False,)
    half = max(1, count // len(kinds))
    found = {
        str(query): query
        for is_negative in kinds
        for query in _collect(contract, _literal, seed=seed, count=half, is_negative=is_negative)
    }
    return list(found.values())[:count]


def _collect(
    contract: Contract,
    read: Callable[[str], Query],
    *,
    seed: int,
    count: int,
    is_negative: bool,
) -> list[Query]:
    found: dict[str, Query] = {}

    def collect(request: Request) -> None:
        query = read(request.query)
        found.setdefault(str(query), query)

    draw_each(draw_requests(contract, is_negative=is_negative), collect, number=seed, count=count)
    return list(found.values())


def _symbols(name: str, facts: Facts) -> Sequence[str]:
    if name in LIST_NAMES:
        count = min(facts.count(name), _MOST_IDS)
        return [f"${_POOLS[name]}[{index}]" for index in range(count)]
    if name == "afterDate":
        total = len(facts.dates)
        indexes = dict.fromkeys(total * i // _DATES for i in range(_DATES) if total)
        return [f"$row[{index}].date{form}" for index in indexes for form in _FORMS]
    return ()


def _symbolic(query: str) -> Query:
    """Return a drawn query whose values are symbols."""
    terms = [
        Term(name=name, values=tuple(value.split(",")) if name in LIST_NAMES else (value,))
        for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return Query(tuple(terms))


def _literal(query: str) -> Query:
    return Query(tuple(_literal_terms(query)))


def _literal_terms(query: str) -> Iterator[Term]:
    pairs: Sequence[tuple[Any, Any]] = parse_qsl(query, keep_blank_values=True)
    for name, value in pairs:
        yield Term(name=quote(name, safe=""), values=(quote(value, safe=""),))
