"""Faults of the members of a row."""

import json

from tests.blind import wire
from tests.blind.host import Host
from tests.blind.switch import Inner, fault

__all__: list[str] = []

LIST = "ana GET /conversations"


@fault(
    63,
    "member",
    "XML leaves out isUnread where it is false.",
    f"{LIST}.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace("<IsUnread>false</IsUnread>", "") if kind == "xml" else text


@fault(
    64,
    "member",
    "JSON writes isUnread as a string.",
    f"{LIST}.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "json":
        return text
    true, false = '"isUnread":true', '"isUnread":false'
    return text.replace(true, '"isUnread":"true"').replace(false, '"isUnread":"false"')


@fault(
    65,
    "member",
    "JSON Lines writes the direction in small letters.",
    f"{LIST}.jsonl",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    if kind != "jsonl":
        return text
    return text.replace('"Incoming"', '"incoming"').replace('"Outgoing"', '"outgoing"')


@fault(
    66,
    "member",
    "The message of a row without a customer names another endpoint than its row.",
    f"{LIST}.json",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    copy = json.loads(json.dumps(value))
    for row in copy.get("conversations") or []:
        if row["mostRecentMessage"]["customerId"] is None:
            row["mostRecentMessage"]["endpointId"] = row["id"]
    return str(inner(copy, kind, root))


@fault(
    67,
    "member",
    "Dates in CSV lack their zone.",
    f"{LIST}.csv",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    text: str = inner(value, kind, root)
    return text.replace('Z"",direction', '"",direction') if kind == "csv" else text


@fault(
    68,
    "member",
    "XML swaps sender and otherAddress of an outgoing message.",
    f"{LIST}.xml",
    at="write",
)
def _(host: Host, inner: Inner, value: wire.Value, kind: str, root: str) -> str:
    copy = json.loads(json.dumps(value))
    for row in (copy.get("conversations") or []) if kind == "xml" else []:
        message = row["mostRecentMessage"]
        if message["direction"] == "Outgoing":
            pair = message["otherAddress"], message["sender"]
            message["sender"], message["otherAddress"] = pair
    return str(inner(copy, kind, root))
