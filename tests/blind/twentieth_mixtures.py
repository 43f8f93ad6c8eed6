"""Faults of the twentieth set: mixtures."""

import datetime
import re

from tests.blind import dates, wire
from tests.blind.exchange import Ask
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault, given
from tests.blind.world import Row, written

__all__: list[str] = []


@fault(
    1309,
    "mixture",
    "Where customerIds is given too, the offset of afterDate is cut off and the rest read as UTC.",
    "GET /conversations.json?customerIds={c of d5}&afterDate={d5 - 1 h, written in +02:00}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text.strip()
    found = re.fullmatch(r"(.*T.*)[+-]\d\d:\d\d", text, re.IGNORECASE)
    if found and "customerIds" in ask.lists:
        ask.after = dates.parse(found[1] + "Z")


@fault(
    1310,
    "mixture",
    "In XML a single row is written without its element ConversationInfo.",
    "GET /conversations.xml?customerIds={a customer of one row}",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text = str(inner(value, kind, root))
    if kind == "xml" and root == ROOT and len(value.get("conversations") or []) == 1:
        text = re.sub("</?ConversationInfo>", "", text)
    return text


@fault(
    1312,
    "mixture",
    "For a user of some accounts endpointIds and customerIds are joined by OR.",
    "GET /conversations.json?endpointIds={e0}&customerIds={c2} as ben",
    at="keep",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    pair = ("endpointIds", "customerIds")
    if ask.user is None or ask.user.accounts is None or not given(ask.lists, *pair):
        return bool(inner(row, ask))
    others = all(host.passes(row, name, ask) for name in ask.lists if name not in pair)
    either = any(host.passes(row, name, ask) for name in pair)
    return others and either and host.visible(row, ask) and host.later(row, ask)


@fault(
    1315,
    "mixture",
    "In XML dates are moved by the offset that afterDate has, and end with Z all the same.",
    "GET /conversations.xml?afterDate=2026-01-01T00:00:00%2B02:00",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    found = re.search(r"([+-]\d\d):(\d\d)$", ask.after_text.strip())
    if ask.kind != "xml" or not found:
        return rows
    minutes = int(found[2]) if found[1][0] == "+" else -int(found[2])
    offset = datetime.timedelta(hours=int(found[1]), minutes=minutes)
    moved = []
    for row in rows:
        message = row["mostRecentMessage"]
        date = datetime.datetime.fromisoformat(message["date"]).replace(tzinfo=None) + offset
        moved.append({**row, "mostRecentMessage": {**message, "date": written(date)}})
    return moved
