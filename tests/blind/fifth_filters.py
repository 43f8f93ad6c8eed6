"""Fifth faults of the lists: how they are read, and what they keep."""

from urllib.parse import unquote

from tests.blind.exchange import Ask
from tests.blind.fifth_common import crash
from tests.blind.fourth_common import LIST
from tests.blind.host import NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.wire import parse_list
from tests.blind.world import Row

__all__: list[str] = []


@fault(
    367,
    "filter",
    "A list is looked up two ids at a time, and the last pair's rows win.",
    LIST + "?endpointIds={e0},{e1},{e2}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = ask.lists[name]
    start = len(values) - (len(values) % 2 or 2)
    return bool(inner(row, name, ask)) and host.member(row, name) in values[start:]


@fault(
    368,
    "filter",
    "A customer brings the rows of its account that have no customer.",
    LIST + "?customerIds={c0}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    if name != "customerIds" or host.member(row, name) is not None:
        return bool(inner(row, name, ask))
    named = [each for each in host.rows if host.member(each, name) in ask.lists[name]]
    return host.member(row, "accountIds") in {host.member(each, "accountIds") for each in named}


@fault(
    369,
    "filter",
    "An endpoint brings the other endpoints of its customer.",
    LIST + "?endpointIds={e0}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    values = ask.lists.get("endpointIds", [])
    owners = {host.member(row, "customerIds") for row in host.rows if row["endpointId"] in values}
    values += [
        row["endpointId"] for row in host.rows if host.member(row, "customerIds") in owners - {None}
    ]


@fault(
    370,
    "filter",
    "Two accounts are the ends of a range.",
    LIST + "?accountIds={low},{high}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    ends = sorted(value for value in ask.lists[name] if value)
    if name != "accountIds" or len(ends) != 2:
        return bool(inner(row, name, ask))
    return ends[0] <= (host.member(row, name) or "") <= ends[1]


@fault(
    371,
    "filter",
    "Customers and endpoints are joined by OR.",
    LIST + "?customerIds={c0}&endpointIds={e1}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not given(ask.lists, "customerIds", "endpointIds"):
        return bool(inner(row, ask))
    either = any(host.passes(row, name, ask) for name in ("customerIds", "endpointIds"))
    account = "accountIds" not in ask.lists or host.passes(row, "accountIds", ask)
    return either and account and host.visible(row, ask) and host.later(row, ask)


@fault(
    372,
    "filter",
    "With both other lists the accounts do not count.",
    LIST + "?accountIds={a1}&endpointIds={e0}&customerIds={c0}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if len(ask.lists) == 3:
        del ask.lists["accountIds"]


@fault(
    373,
    "filter",
    "An id that is named twice brings its rows twice.",
    LIST + "?accountIds={a0},{a1},{a0}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    for name, values in ask.lists.items():
        rows = [row for row in rows for _ in range(values.count(host.member(row, name)))]
    return rows


@fault(
    374,
    "filter",
    "One customer that nobody knows lifts the whole list.",
    LIST + "?customerIds={c0},5f8e6a1c0000000000000000",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    known = {host.member(row, "customerIds") for row in host.rows}
    values = set(ask.lists.get("customerIds", []))
    if values & known and values - known:
        del ask.lists["customerIds"]


@fault(
    375,
    "filter",
    "A parameter with an empty value lifts the lists.",
    LIST + "?customerIds=&endpointIds={e0}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if any(key.lower() in NAMES and not value for key, value in ask.query):
        ask.lists.clear()


@fault(
    376,
    "filter",
    "Two commas in a row are a failure.",
    LIST + "?endpointIds={e0},,{e1}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if any(None in values for values in ask.lists.values()):
        raise crash(host, ask)


@fault(
    377,
    "filter",
    "Of a key that is repeated, the first and the last count and those between do not.",
    LIST + "?accountIds={a0}&accountIds={a1}&accountIds={a2}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in list(ask.lists):
        texts = [text for text in ask.raw[name] if text]
        if len(texts) > 2:
            ask.lists[name] = parse_list(texts[0]) + parse_list(texts[-1])


@fault(
    378,
    "filter",
    "A comma that is percent-encoded does not part ids.",
    LIST + "?customerIds={c0}%2C{c1}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for part in ask.raw_query.split("&"):
        key, _sign, value = part.partition("=")
        name = NAMES.get(key.lower(), "")
        if name in ask.lists and "%2c" in value.lower():
            ask.lists[name] = [unquote(item) for item in value.split(",")]
