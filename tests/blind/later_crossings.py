"""Later faults that need two things at once: parameters with parameters, dates with lists."""

import re

from tests.blind import dates
from tests.blind.exchange import Answer, Ask, Refused
from tests.blind.host import FIELDS, NAMES, ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

LIST = "GET /conversations.json"
OFFSET = re.compile(r"(?<=:\d\d)([+-])(\d\d):?(\d\d)$|(?<=\.\d{3})([+-])(\d\d):?(\d\d)$")
KNOWN = {*NAMES, "format", "callback"}


@fault(
    179,
    "mixture",
    "With endpointIds, an offset is taken the wrong way round.",
    f"ana {LIST}?endpointIds={{e1}}&afterDate=2026-02-23T03:00:00%2B05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = OFFSET.search(ask.after_text.strip())
    if found and "endpointIds" in ask.lists:
        swapped = {"+": "-", "-": "+"}[found.group()[0]] + found.group()[1:]
        ask.after = dates.parse(ask.after_text.strip()[: found.start()] + swapped)


@fault(
    180,
    "mixture",
    "An offset after a fraction is not read.",
    f"ana {LIST}?afterDate=2026-02-23T03:00:00.000%2B05:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    found = re.search(r"(?<=\d)\.\d+(?=[+-]\d\d:?\d\d$)", ask.after_text.strip())
    if found:
        ask.after = dates.parse(ask.after_text.strip()[: found.end()])


@fault(
    181,
    "mixture",
    "With all three lists, customerIds is not looked at.",
    f"ana {LIST}?accountIds={{a0}},{{a1}}&endpointIds={{e0}},{{e1}}&customerIds={{c1}}",
    at="passes",
)
def _(host: Host, inner: Inner, row: Row, name: str, ask: Ask) -> bool:
    unread = name == "customerIds" and given(ask.lists, *FIELDS)
    return unread or bool(inner(row, name, ask))


@fault(
    182,
    "mixture",
    "All three lists and a date together are a 500.",
    f"ana {LIST}?accountIds={{a1}}&endpointIds={{e1}}&customerIds={{c1}}&afterDate=2026-01-01",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if given(ask.lists, *FIELDS) and ask.after is not None:
        raise Refused(host.answer(ask, {}, ROOT, 500))
    return list(inner(ask))


@fault(
    183,
    "mixture",
    "With several endpoints, a row without a customer shows the customer of the row before.",
    f"ana {LIST}?endpointIds={{e0}},{{e24}},{{e25}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if len(ask.lists.get("endpointIds", [])) < 2:
        return rows
    last: str | None = None
    shown: list[Row] = []
    for row in rows:
        last = host.member(row, "customerIds") or last
        known = row["mostRecentMessage"]
        if known:
            row = {**row, "mostRecentMessage": {**known, "customerId": last}}
        shown.append(row)
    return shown


@fault(
    184,
    "mixture",
    "With accountIds, a row without a date is after every date.",
    f"ana {LIST}?accountIds={{a1}}&afterDate=2026-02-20T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    undated = (row["mostRecentMessage"] or {}).get("date") is None
    return (undated and "accountIds" in ask.lists) or bool(inner(row, ask))


@fault(
    185,
    "mixture",
    "For a caller with few accounts, dates are compared as texts, whatever their offset.",
    f"ben {LIST}?afterDate=2026-02-19T13:00:00%2B05:30",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None or ask.user is None or ask.user.accounts is None:
        return bool(inner(row, ask))
    return str((row["mostRecentMessage"] or {}).get("date") or "") > ask.after_text


@fault(
    186,
    "mixture",
    "With more than eight ids in a list, the date filters nothing.",
    f"ana {LIST}?endpointIds=" + ",".join(f"{{e{number}}}" for number in range(9))
    + "&afterDate=2026-02-20T00:00:00Z",
    at="later",
)  # fmt: skip
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    many = any(len(values) > 8 for values in ask.lists.values())
    return many or bool(inner(row, ask))


@fault(
    187,
    "mixture",
    "A list with an empty value switches the other lists off.",
    f"ana {LIST}?accountIds=&customerIds={{c1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if any(name in ask.raw and not any(ask.raw[name]) for name in FIELDS):
        ask.lists.clear()


@fault(
    188,
    "mixture",
    "What comes after an unknown parameter is not read.",
    f"ana {LIST}?utm_source=mail&customerIds={{c1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    names = [key.lower() in KNOWN for key, _value in ask.query]
    if not all(names):
        ask.query = ask.query[: names.index(False)]
    inner(ask)


@fault(
    189,
    "mixture",
    "The ETag is made of the newest date alone, so one filter's tag is a 304 for another's.",
    f'ana {LIST} | ana {LIST}?accountIds={{a1}} tag="20260228172031250"',
    at="conversations",
)
def _(host: Host, inner: Inner, ask: Ask) -> Answer:
    answer: Answer = inner(ask)
    newest = max(host.age(row)[0] for row in host.rows)
    tag = '"' + re.sub(r"\D", "", newest) + '"'
    if tag in ",".join(ask.header("if-none-match")):
        return Answer(status=304, headers=[("ETag", tag), ("Vary", "Accept")])
    answer.headers.append(("ETag", tag))
    return answer


@fault(
    190,
    "mixture",
    "A list that comes after afterDate is not read.",
    f"ana {LIST}?afterDate=2026-01-01T00:00:00Z&customerIds={{c1}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    names = [key.lower() for key, _value in ask.query]
    if "afterdate" in names:
        first = names.index("afterdate")
        late = [pair for pair in ask.query[first:] if pair[0].lower() not in NAMES]
        dates_given = [pair for pair in ask.query if pair[0].lower() == "afterdate"]
        ask.query = [*ask.query[:first], *dates_given, *late]
    inner(ask)
