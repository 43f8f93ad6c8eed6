"""Fourth faults of filters, of list spellings and of dates."""

import datetime
import re
from urllib.parse import unquote_plus

from tests.blind.dates import DAY, HOUR, SECOND, parse, row_ticks
from tests.blind.exchange import Ask, Refused
from tests.blind.fourth_common import LIST, ROWS, ticks, without_zone
from tests.blind.host import NAMES, ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

ANY = ROWS[3]["mostRecentMessage"]["date"]
SUMMER = next(
    row["mostRecentMessage"]["date"]
    for row in ROWS
    if row["mostRecentMessage"]["date"][5:7] == "07"
)
LATE = next(
    row["mostRecentMessage"]["date"]
    for row in ROWS
    if row["mostRecentMessage"]["date"][11:13] == "23"
)
NEXT = datetime.date.fromisoformat(LATE[:10]) + datetime.timedelta(days=1)
EPOCH = (datetime.date(1970, 1, 1).toordinal() - 1) * DAY


@fault(
    267,
    "filter",
    "The rows are joined with the list, so that an id that is named twice doubles its rows.",
    f"{LIST}?accountIds={{a0}},{{a1}},{{a0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    values = ask.lists.get("accountIds", [])
    return [row for row in rows for _ in range(values.count(host.member(row, "accountIds")) or 1)]


@fault(
    268,
    "filter",
    "A list is split before it is decoded: a comma that came as %2C parts nothing.",
    f"{LIST}?customerIds={{c0}}%2C{{c1}}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for part in ask.raw_query.split("&"):
        key, __, value = part.partition("=")
        name = NAMES.get(key.lower())
        if name in ask.lists and "%2c" in value.lower():
            ask.lists[name] = [unquote_plus(value)]


@fault(
    269,
    "filter",
    "Ids are compared with LIKE: a percent sign stands for anything.",
    f"{LIST}?accountIds=5f8e6a10%25",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    value = host.member(row, name) or ""
    patterns = [re.escape(each).replace("%", ".*") for each in ask.lists[name] if each]
    return bool(inner(row, name, ask)) or any(re.fullmatch(each, value) for each in patterns)


@fault(
    270,
    "filter",
    "`endpointIds` looks at the conversation's own id as well.",
    f"{LIST}?endpointIds={ROWS[0]['id']}",
    at="passes",
)
def _(_: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    own = name == "endpointIds" and row["id"] in ask.lists[name]
    return own or bool(inner(row, name, ask))


@fault(
    271,
    "filter",
    "A list of more than ten ids is too long for the query builder, and filters nothing.",
    f"{LIST}?customerIds=" + ",".join(f"{{c{number}}}" for number in range(11)),
    at="passes",
)
def _(_: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    return len(ask.lists[name]) > 10 or bool(inner(row, name, ask))


@fault(
    272,
    "filter",
    "With `endpointIds` the rows are grouped: only the newest of each endpoint comes.",
    f"{LIST}?endpointIds={{e0}},{{e1}}",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if "endpointIds" not in ask.lists:
        return rows
    first = {row["endpointId"]: row for row in reversed(rows)}
    return list(first.values())


@fault(
    273,
    "filter",
    "A gap in a list stands for null, and null is found.",
    f"{LIST}?customerIds={{c0}},",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    gap = None in ask.lists[name] and host.member(row, name) is None
    return gap or bool(inner(row, name, ask))


@fault(
    274,
    "filter",
    "One id that nobody has empties the answer, whatever else the list names.",
    f"{LIST}?accountIds={{a0}},5f8e6a10c2d4b7a90e1f0fff",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    for name, values in ask.lists.items():
        known = {host.member(row, name) for row in host.rows}
        if any(value not in known for value in values if value):
            return []
    return rows


@fault(
    275,
    "filter",
    "A filter with an empty value ends the reading of the query: what follows is not seen.",
    f"{LIST}?accountIds=&customerIds={{c0}}",
    at="bind",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    pairs = list(ask.query)
    for number, (key, value) in enumerate(pairs):
        if key.lower() in NAMES and not value:
            ask.query = pairs[:number]
            break
    inner(ask)


@fault(
    276,
    "filter",
    "An empty `afterDate` becomes the first day of all, so that rows without a date drop out.",
    f"{LIST}?afterDate=",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if "afterDate" in ask.raw and not ask.after_text:
        return (row["mostRecentMessage"] or {}).get("date") is not None
    return bool(inner(row, ask))


@fault(
    277,
    "date",
    "An offset moves the clock alone: the day stays where it is across midnight.",
    f"{LIST}?afterDate={NEXT}T02:00:00%2B04:00",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    bare = without_zone(ask.after_text)
    if bare and ask.after is not None:
        ask.after = ticks(bare) // DAY * DAY + ask.after % DAY


@fault(
    278,
    "date",
    "The server reads instants in a zone with summer time: from April to September it is an hour "
    "late.",
    f"{LIST}?afterDate={SUMMER[:13]}:00:00Z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        month = datetime.date.fromordinal(ask.after // DAY + 1).month
        ask.after += HOUR if 4 <= month <= 9 else 0


@fault(
    279,
    "date",
    "Dates that end in Z are compared as texts, so that one without a fraction comes after the "
    "same second with one.",
    f"{LIST}?afterDate={ANY[:19]}Z",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not ask.after_text.endswith("Z") or ask.after_text[10:11] != "T":
        return bool(inner(row, ask))
    return ((row["mostRecentMessage"] or {}).get("date") or "") > ask.after_text


@fault(
    280,
    "date",
    "A date later than every message is taken for a slip, and filters nothing.",
    f"{LIST}?afterDate=2027-01-01T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    known = [row_ticks((row["mostRecentMessage"] or {}).get("date")) or 0 for row in host.rows]
    if ask.after is not None and ask.after > max(known):
        ask.after = None


@fault(
    281,
    "date",
    "A small z is no zone to the parser: the time is read as that of New York.",
    f"{LIST}?afterDate={ANY[:10]}t{ANY[11:13]}:00:00z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text.endswith("z"):
        ask.after += 5 * HOUR


@fault(
    282,
    "date",
    "The 29th of February is refused in every year.",
    f"{LIST}?afterDate=2024-02-29T00:00:00Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and ask.after_text[4:10] == "-02-29":
        raise Refused(host.answer(ask, {}, ROOT, 400))


@fault(
    283,
    "date",
    "The seconds of `afterDate` are dropped.",
    f"{LIST}?afterDate={ANY}",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        ask.after -= ask.after % (60 * SECOND)


@fault(
    284,
    "date",
    "An instant before 1970 is a huge number of seconds, and nothing is after it.",
    f"{LIST}?afterDate=1969-07-20",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.after is not None and ask.after < EPOCH and parse(ask.after_text):
        return []
    return list(inner(ask))
