"""Third faults of filters, of list spellings and of dates."""

import calendar
import datetime
import re
from urllib.parse import unquote_plus

from tests.blind.dates import SECOND
from tests.blind.exchange import Ask
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

LIST = "ana GET /conversations.json"
DAY_FIRST = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)", re.ASCII)
WEST = re.compile(r":\d\d(?:\.\d+)?\s*-\d{1,2}:(\d\d)", re.ASCII)


@fault(
    217,
    "filter",
    "A list of three or more ids becomes a range from the least to the greatest.",
    f"{LIST}?customerIds={{c0}},{{c1}},{{c2}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    values = {value for value in ask.lists[name] if value}
    value = host.member(row, name)
    if len(values) < 3:
        return bool(inner(row, name, ask))
    return value is not None and min(values) <= value <= max(values)


@fault(
    218,
    "filter",
    "A list is asked for in pieces of ten ids, and only the last piece is answered.",
    f"{LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(12)),
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        ask.lists[name] = values[(len(values) - 1) // 10 * 10 :]


@fault(
    219,
    "filter",
    "The customer filter joins the senders, so that a row without a sender drops out.",
    f"{LIST}?customerIds=" + ",".join(f"{{c{number}}}" for number in range(12)),
    at="passes",
)
def _(_: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    sent = bool((row["mostRecentMessage"] or {}).get("sender"))
    return bool(inner(row, name, ask)) and (sent or name != "customerIds")


@fault(
    220,
    "list",
    "A list is split before it is decoded, so that ids joined by %2C are one id.",
    f"{LIST}?accountIds={{a0}}%2C{{a1}}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found: dict[str, list[str | None]] = {}
    for pair in ask.raw_query.split("&"):
        key, _equals, text = pair.partition("=")
        name = NAMES.get(unquote_plus(key).lower(), "")
        plain = text and not set('"[]') & set(unquote_plus(text))
        if name in ask.lists and plain:
            found.setdefault(name, []).extend(unquote_plus(part) for part in text.split(","))
    ask.lists |= found


@fault(
    221,
    "list",
    "The empty value behind a trailing comma means the rows without a customer.",
    f"{LIST}?customerIds={{c0}},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    empty = None in ask.lists[name] and host.member(row, name) is None
    return empty or bool(inner(row, name, ask))


@fault(
    222,
    "list",
    "Of a list in brackets with quoted ids only the first is read.",
    f'{LIST}?endpointIds=["{{e0}}","{{e1}}"]',
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name in FIELDS:
        text = ",".join(value for value in ask.raw.get(name, []) if value)
        if name in ask.lists and text.startswith('["'):
            ask.lists[name] = ask.lists[name][:1]


@fault(
    223,
    "date",
    "The minus of an offset holds for its hours alone; its minutes are added.",
    f"{LIST}?afterDate=2026-02-28T14:00:00-03:30",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = WEST.search(ask.after_text)
    if ask.after is not None and found:
        ask.after -= 2 * int(found.group(1)) * 60 * SECOND


@fault(
    224,
    "date",
    "A fraction of more than three digits counts as so many milliseconds.",
    f"{LIST}?afterDate=2026-02-28T17:18:00.250000Z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r":\d\d\.(\d{4,7})", ask.after_text)
    if ask.after is not None and found:
        ask.after += int(found.group(1)) * SECOND // 1000 - ask.after % SECOND


@fault(
    225,
    "date",
    "A day that the month does not have rolls over into the next month.",
    f"{LIST}?afterDate=2025-11-31",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    values = ask.raw.get("afterDate", [])
    found = DAY_FIRST.fullmatch(",".join(values))
    if found:
        year, month, day = (int(part) for part in found.groups()[:3])
        if year and 1 <= month <= 12 and day <= 31 and day > calendar.monthrange(year, month)[1]:
            rolled = datetime.date(year, month, 1) + datetime.timedelta(days=day - 1)
            ask.raw["afterDate"] = [f"{rolled.isoformat()}{found.group(4)}"]
    inner(ask)
