"""A host of the contract whose answers are spoiled: any JSON at any place, any bytes as a body."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from mockserver.checks.messages import Request, Response
from mockserver.errors import BudgetError
from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS
from tests.checks.toy import Toy, build_rows

PLACES = (
    "",
    *(f"/{wire}" for wire, _ in CONVERSATION_FIELDS),
    *(f"/mostRecentMessage/{wire}" for wire, _ in MESSAGE_FIELDS),
    "/another",
)
TYPES = (
    "application/json", "application/json; charset=utf-16", "text/javascript", "application/xml",
    "text/csv", "application/jsv", "text/jsonl", "text/html", "application/problem+json", "", "é/ü",
)  # fmt: skip
# What each JSON type may be, the odd ones among them; `json.dumps` writes lone surrogates escaped.
SAMPLES: Mapping[str, object] = {
    "null": None, "true": True, "zero": 0, "negative": -1, "fraction": 1.5, "huge": 10**400,
    "infinite": float("1e308"), "empty-text": "", "text": "x", "surrogate": "\ud800", "nul": "\x00",
    "date": "2026-03-01T00:00:00Z", "last-date": "9999-12-31T23:59:59.9999999-14:00",
    "first-date": "0001-01-01T00:00:00+14:00", "long-text": "a@" + "." * 20_000,
    "list": [], "lists": [[1], [2]], "object": {}, "members": {"a": {"b": [None]}},
    "deep": json.loads("[" * 50 + "]" * 50),
}  # fmt: skip
JSON = st.recursive(
    st.sampled_from(list(SAMPLES.values()))
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def put(row: dict[str, Any], place: str, value: object) -> Any:
    """Return a row with another value at a place; the value itself for the place of the row."""
    if not place:
        return value
    *above, name = place.strip("/").split("/")
    if not above:
        return {**row, name: value}
    inner = row.get(above[0])
    return {**row, above[0]: {**(inner if isinstance(inner, dict) else {}), name: value}}


@dataclass
class Strange:
    """Answer as the toy does, each answer's rows or response changed; ends at its budget."""

    change: Callable[[Any, int], Any] = lambda row, number: row
    spoil: Callable[[Response], Response] = lambda response: response
    budget: int = 250
    toy: Toy = field(default_factory=lambda: Toy(rows=build_rows(40)))

    @property
    def remaining(self) -> int:
        return self.budget - self.toy.count

    def __call__(self, request: Request) -> Response:
        if self.remaining <= 0:
            raise BudgetError("spent", guard="requests")
        response = self.toy(request)
        if response.status == 200 and response.body[:1] == b"{":
            rows = json.loads(response.body)["conversations"]
            changed = [self.change(row, number) for number, row in enumerate(rows)]
            body = json.dumps({"conversations": changed}).encode()
            response = replace(response, body=body)
        return self.spoil(response)
