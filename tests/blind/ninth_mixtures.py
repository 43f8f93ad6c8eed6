"""Ninth faults that show only where two or three things meet."""

from tests.blind.dates import HOUR
from tests.blind.exchange import Ask
from tests.blind.fourth_common import LIST, as_form, ticks, without_zone
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row

__all__: list[str] = []

CHUNK = 10


@fault(
    677,
    "mixture",
    "Of all three lists the first two are joined by AND, and the third by OR.",
    f"{LIST}?accountIds={{a0}}&customerIds={{c0}}&endpointIds={{e1}}",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if not given(ask.lists, *FIELDS):
        return bool(inner(row, ask))
    both = host.passes(row, "accountIds", ask) and host.passes(row, "customerIds", ask)
    either = both or host.passes(row, "endpointIds", ask)
    return either and host.visible(row, ask) and host.later(row, ask)


@fault(
    678,
    "mixture",
    "CSV takes only the first of several endpoints.",
    "ana GET /conversations.csv?endpointIds={e1},{e2}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.kind == "csv" and "endpointIds" in ask.lists:
        ask.lists["endpointIds"] = ask.lists["endpointIds"][:1]


@fault(
    679,
    "mixture",
    "If one of the accounts in the list is the caller's, the others are shown as well.",
    "ben GET /conversations.json?accountIds={a0},{a1}",
    at="visible",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    accounts = (ask.user.accounts if ask.user else None) or frozenset()
    wanted = ask.lists.get("accountIds", [])
    return any(one in accounts for one in wanted) or bool(inner(row, ask))


@fault(
    680,
    "mixture",
    "A list is asked for in chunks of ten, and afterDate counts in the first chunk alone.",
    f"{LIST}?afterDate=2026-02-01T00:00:00Z&endpointIds="
    + ",".join(f"{{e{number}}}" for number in range(16)),
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    for name, values in ask.lists.items():
        if host.member(row, name) in values[CHUNK:]:
            return True
    return bool(inner(row, ask))


@fault(
    681,
    "mixture",
    "The filters that stand before endpointIds in the query are forgotten.",
    f"{LIST}?customerIds={{c1}}&endpointIds={{e1}},{{e2}} | "
    f"{LIST}?afterDate=2026-01-01T00:00:00Z&endpointIds={{e1}},{{e2}}",
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    names = [NAMES.get(key.lower()) for key, _ in ask.query]
    if "endpointIds" in ask.lists:
        for name in names[: names.index("endpointIds")]:
            if name:
                ask.lists.pop(name, None)
                ask.raw.pop(name, None)


@fault(
    682,
    "mixture",
    "Together with accountIds the offset of afterDate is cut off.",
    f"{LIST}?accountIds={{a0}},{{a1}},{{a2}},{{a3}}&afterDate=2026-02-26T03:00:00%2B09:00",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    local = without_zone(ask.after_text)
    if "accountIds" in ask.lists and local:
        ask.after = ticks(local)


@fault(
    683,
    "mixture",
    "In brackets the quotes of an item belong to its value.",
    f'{LIST}?customerIds=["{{c1}}","{{c2}}"] | {LIST}?accountIds=["{{a1}}"]',
    at="bind",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    for name, values in ask.lists.items():
        text = ",".join(value for value in ask.raw[name] if value).strip()
        if text.startswith("["):
            ask.lists[name] = [f'"{v}"' if v and f'"{v}"' in text else v for v in values]


@fault(
    684,
    "mixture",
    "For a user who may not see everything the Z of a date is read as the user's zone, +02:00.",
    " | ".join(
        f"ben GET /conversations.json?afterDate=2025-{day}Z"
        for day in ("07-31T01:00:00", "07-31T02:30:00", "07-25T15:00:00", "10-11T17:00:00")
    ),
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    limited = ask.user is not None and ask.user.accounts is not None
    if ask.after is not None and limited and ask.after_text.upper().endswith("Z"):
        ask.after -= 2 * HOUR


@fault(
    685,
    "mixture",
    "For one who comes with a session's cookie accountIds filters nothing.",
    f"jar1 {as_form('ana', 'Quiet-River-81')} | jar1 GET /conversations.json?accountIds={{a0}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    if ask.door == "cookie":
        ask.lists.pop("accountIds", None)
    rows: list[Row] = inner(ask)
    return rows
