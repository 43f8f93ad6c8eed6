"""Faults of the twenty-sixth set in how a list is read."""

from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    1535,
    "list",
    "The empty element behind a comma at the end of a list matches the rows that have no customer.",
    "GET /conversations?customerIds={c0},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return host.member(row, name) in ask.lists[name]


@fault(
    1536,
    "list",
    "The hand-written decoder knows %2C and not %2c, so that a list with it is one long value.",
    "GET /conversations?accountIds={a0}%2c{a1}",
    at="read",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    sent = ask.raw_query
    ask.raw_query = sent.replace("%2c", "%252c")
    inner(ask)
    ask.raw_query = sent


@fault(
    1537,
    "list",
    "Quotes are taken off the two ends of the whole list, which is then split at each comma.",
    'GET /conversations?accountIds="{a0}","{a2}"',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = ",".join(value for value in ask.raw.get(name, []) if value).strip()
        if text.startswith("["):
            text = text[1:-1].strip()
        if name in ask.lists and len(text) > 2 and text[0] == text[-1] == '"':
            ask.lists[name] = [*text[1:-1].split(",")]
