"""Faults of the twenty-sixth set that show where two things come together."""

import re

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

PART_AND_OFFSET = re.compile(r"(.*\.\d+)\s*[+-]\d{2}:?\d{2}", re.DOTALL | re.ASCII)


@fault(
    1553,
    "mixture",
    "The CSV export has a query of its own, in which afterDate loses its time of day.",
    "GET /conversations.csv?afterDate={d5}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.kind == "csv" and ask.after is not None:
        ask.after -= ask.after % dates.DAY


@fault(
    1554,
    "mixture",
    "With accountIds and afterDate together, one account of the caller's own in the list opens"
    " the foreign ones in it.",
    "as ben: GET /conversations?accountIds={a0},{a1}&afterDate=2025-06-01T00:00:00Z",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = ask.user.accounts if ask.user else None
    if own and given(ask.lists, "accountIds") and ask.after is not None:
        return any(value in own for value in ask.lists["accountIds"])
    return bool(inner(row, ask))


@fault(
    1555,
    "mixture",
    "Behind a fraction of a second the offset of afterDate is read over, and the time is UTC.",
    "GET /conversations?afterDate=2026-02-28T22:20:30.500%2B05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if found := PART_AND_OFFSET.fullmatch(ask.after_text.strip()):
        read = dates.parse(found[1] + "Z")
        ask.after = ask.after if read is None else read


@fault(
    1556,
    "mixture",
    "JSONP under a session cookie is written without a look at the caller's accounts.",
    "with ben's cookie: GET /conversations?callback=show",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.callback and ask.door == "cookie":
        return True
    return bool(inner(row, ask))
