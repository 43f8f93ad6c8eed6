"""Faults 1757 to 1764: which rows a filter keeps, and whose rows they are."""

from tests.blind.exchange import Ask
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row


@fault(
    1757,
    "filter",
    "Ids are looked up in a list by binary search, but the list is left as the client ordered it.",
    "ana GET /conversations.json?endpointIds={e2},{e1},{e26}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    values = [each or "" for each in ask.lists[name]]
    low, high = 0, len(values) - 1
    while value is not None and low <= high:
        middle = (low + high) // 2
        if values[middle] == value:
            return True
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle - 1
    return False


@fault(
    1758,
    "filter",
    "Texts have moved to a table of their own that a filtered query joins inner: "
    "any list filter loses the rows whose text is null.",
    "ana GET /conversations.json?endpointIds={e22}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    passed: bool = inner(row, name, ask)
    return passed and row["mostRecentMessage"]["text"] is not None


@fault(
    1759,
    "filter",
    "The new query parser eats the ampersand behind an empty value, so that the parameter "
    "that follows an empty one is lost.",
    "ana GET /conversations.json?accountIds=&endpointIds={e0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    kept: list[tuple[str, str]] = []
    swallow = False
    for key, value in ask.query:
        if swallow:
            swallow = False
            continue
        kept.append((key, value))
        swallow = not value
    ask.query = kept
    inner(ask)


@fault(
    1760,
    "filter",
    "With customerIds, threads are grouped by the other side's address, and of each group "
    "only the newest comes.",
    "ana GET /conversations.json?customerIds={c0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "customerIds" not in ask.lists:
        return rows
    newest: dict[str, Row] = {}
    for row in rows:
        newest.setdefault(row["otherAddress"], row)
    return list(newest.values())


@fault(
    1761,
    "filter",
    "The service reads the store in pages of 20 with a cursor on the date alone: of rows that "
    "share an instant across the end of a page, the later ones are lost.",
    "ana GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rest: list[Row] = inner(ask)
    rows: list[Row] = []
    while rest:
        rows += rest[:20]
        cursor = host.age(rows[-1])[0]
        rest = [row for row in rest[20:] if host.age(row)[0] < cursor]
    return rows


@fault(
    1762,
    "filter",
    "accountIds is cut to the caller's own accounts; where nothing remains, the empty list "
    "filters nothing, and ben gets all that he may see.",
    "ben GET /conversations.json?accountIds={a1}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    own = ask.user.accounts if ask.user else None
    if own is not None and not own & set(ask.lists.get("accountIds", [])):
        ask.lists.pop("accountIds", None)
    rows: list[Row] = inner(ask)
    return rows


@fault(
    1763,
    "filter",
    "The list without any filter comes, for a user with accounts of his own, from an index by "
    "customer: ben misses the rows without a customer, which accountIds does show.",
    "ben GET /conversations.json?accountIds={a0},{a2} | ben GET /conversations.json",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    own = ask.user.accounts if ask.user else None
    if own is None or ask.lists or ask.after is not None:
        return rows
    return [row for row in rows if host.member(row, "customerIds") is not None]


@fault(
    1764,
    "filter",
    "accountIds seeks the range from the least to the greatest id in the index, and no longer "
    "checks that an id between them is in the list.",
    "ana GET /conversations.json?accountIds={a1},{a3}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name)
    values = [each for each in ask.lists[name] if each]
    if name != "accountIds" or not values or value is None:
        return bool(inner(row, name, ask))
    return min(values) <= value <= max(values)
