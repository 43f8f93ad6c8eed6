"""A second server of the contract, by brute force, with faults to switch on and rows that move.

It answers JSON and JSONP only and knows nothing of the mock. A fault is a named function that
spoils one step; `FAULTS` lists them. A way is what a host may do otherwise without any fault;
`WAYS` lists those.
"""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from mockserver.checks.messages import Request, Response

Row = dict[str, Any]
START = datetime(2026, 2, 1, tzinfo=UTC)
TRUSTED = ("user", "basic")
LISTS = {"accountIds": "accountId", "endpointIds": "endpointId", "customerIds": "customerId"}


def build_rows(count: int = 240, *, seed: int = 3) -> list[Row]:
    """Return rows of 3 accounts, 10 customers and 30 endpoints, newest first."""
    rng = random.Random(seed)
    moment = START
    rows = []
    for number in range(count):
        moment += timedelta(seconds=rng.randrange(600, 9000), milliseconds=rng.randrange(1000))
        rows.append(_build_row(number, min(rng.randrange(30), rng.randrange(30)), moment, rng))
    return rows[::-1]


def _build_row(number: int, endpoint: int, moment: datetime, rng: random.Random) -> Row:
    address = f"+1555{number % 900 + 100:03d}01{number % 100:02d}"
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": f"c0ffee{number:018x}",
        "endpointId": f"e0{endpoint:022x}",
        "otherAddress": address,
        "mostRecentMessage": {
            "id": f"beef{number:020x}",
            "accountId": f"a0{endpoint % 3:022x}",
            "customerId": f"cc{endpoint % 10:022x}",
            "endpointId": f"e0{endpoint:022x}",
            "endpointDisplayName": f"Desk {endpoint}",
            "date": text,
            "direction": rng.choice(["Incoming", "Outgoing"]),
            "otherAddress": address,
            "sender": address,
            "text": f"message {number}",
            "isUnread": rng.random() < 0.4,
        },
    }


_STACK = json.dumps({"responseStatus": {"stackTrace": "Bad\n   at App.Dates.Parse(s)"}}).encode()


@dataclass
class Toy:
    """Answer requests as a host of the contract would; `fault` names what it gets wrong."""

    rows: list[Row] = field(default_factory=build_rows)
    fault: str = ""
    way: str = ""
    is_moving: bool = False
    count: int = 0
    rng: random.Random = field(default_factory=lambda: random.Random(5))
    cache: list[Row] | None = None

    def __call__(self, request: Request) -> Response:
        self.count += 1
        if self.is_moving:
            self._move()
        status, body, content_type = self._answer(request)
        headers = (("content-type", content_type),) if content_type else ()
        challenge = (("www-authenticate", 'Basic realm="toy"'),) if status == 401 else ()
        return Response(
            status=status,
            reason="",
            headers=(*headers, *challenge),
            body=body,
            elapsed_seconds=0.001,
            request=request,
        )

    def _answer(self, request: Request) -> tuple[int, bytes, str]:
        is_route = request.path.lower() in ("/conversations", "/conversations.json")
        if request.method != "GET" or not is_route:
            return 404, b"", ""
        if request.auth not in TRUSTED and not self._lets_in(request.auth):
            if self.way == "403-for-strangers":
                return 403, b"", ""
            error: Row = {"responseStatus": {"errorCode": "Unauthorized", "message": "no"}}
            if self.fault == "rows-in-refusal":
                error["conversations"] = self.rows[:1]
            return self._status(request.auth), json.dumps(error).encode(), "application/json"
        values = _parse(request.query, self.fault, self.way)
        if self.way == "malformed-is-400" and _is_malformed(values):
            return 400, b"{}", "application/json"
        if self.fault == "five-hundred-on-quote" and "'" in str(values):
            return 500, b"", ""
        after = values.get("afterDate", [""])[-1]
        moment = _parse_date(after, self.fault)
        if after and moment is None:
            if self.fault == "stack-trace":
                return 400, _STACK, "application/json"
            return (500 if self.fault == "five-hundred-on-date" else 400), b"{}", "application/json"
        found = self._select(values, moment)
        text = json.dumps({"conversations": [self._shape(row, values) for row in found]})
        name = re.sub(r"[^\w.]", "_", values.get("callback", [""])[0])
        if name and self.way != "no-jsonp" and not (self.fault == "jsonp-by-dot" and "." in name):
            return 200, f"{name}({text})".encode(), "text/javascript"
        if self.way == "indented-jsonl" and _asks_for_jsonl(request):
            return 200, json.dumps(json.loads(text), indent=2).encode(), "text/jsonl"
        return 200, text.encode(), "application/json"

    def _lets_in(self, auth: str) -> bool:
        return {
            "any-bearer": auth == "bearer",
            "prefix-password": auth == "prefixed",
            "no-auth-needed": True,
            "empty-password": auth == "empty",
            "forged-cookie": auth == "forged",
        }.get(self.fault, False)

    def _status(self, auth: str) -> int:
        return 403 if self.fault == "403-for-bearer" and auth == "bearer" else 401

    def _select(self, values: dict[str, list[str]], moment: datetime | None) -> list[Row]:
        fault, rows = self.fault, list(self.rows)
        if fault == "stale-cache" and self.cache is not None and self.count % 3 == 0:
            return self.cache
        hits = []
        for name, member in LISTS.items():
            items = [item for item in values.get(name, []) if item]
            if not items or fault == f"ignores-{name}":
                continue
            items = _spoil_items(items, fault)
            hits.append(
                [
                    row
                    for row in rows
                    if _member(row, name, member, fault) in items
                    or _near(row, member, items, fault)
                ]
            )
        if hits:
            keys = [{row["id"] for row in hit} for hit in hits]
            kept = set.union(*keys) if fault == "or-for-and" else set.intersection(*keys)
            rows = [row for row in rows if row["id"] in kept]
        is_dropped = fault == "ignores-afterDate" or (fault == "date-dropped-with-ids" and hits)
        if moment is not None and not is_dropped:
            how = "inclusive" if fault == "inclusive-with-ids" and hits else fault or self.way
            rows = [row for row in rows if _is_after(row, moment, how)]
        self.cache = rows
        return _spoil_rows(rows, fault, bool(hits or moment), self.count)

    def _shape(self, row: Row, values: dict[str, list[str]]) -> Row:
        message = dict(row["mostRecentMessage"])
        row = {**row, "mostRecentMessage": message}
        number = int(row["id"][6:], 16) if row["id"].startswith("c0ffee") else 1
        is_filtered = any(values.get(name) for name in (*LISTS, "afterDate"))
        match self.fault:
            case "unread-as-text":
                message["isUnread"] = str(message["isUnread"])
            case "direction-lower":
                message["direction"] = message["direction"].lower()
            case "date-us":
                message["date"] = "03/01/2026 10:00:00"
            case "date-min" if number % 50 == 0:
                message["date"] = "0001-01-01T00:00:00Z"
            case "wrong-endpoint-in-message" if number % 40 == 0:
                message["endpointId"] = "e0ffffffffffffffffffffff"
            case "unread-missing" if number % 3 == 0:
                del message["isUnread"]
            case "text-cut-when-filtered" if is_filtered:
                message["text"] = message["text"][:3]
            case "id-changes":
                row["id"] = f"{row['id']}{self.count}"
            case "wrong-account" if number % 30 == 0:
                message["accountId"] = f"a0{9:022x}"
            case "id-as-number":
                row["id"] = number
            case "text-flickers":
                message["text"] = f"{message['text']} {self.count % 2}"
        match self.way:
            case "unread-left-out-where-false" if not message["isUnread"]:
                del message["isUnread"]
            case "unread-left-out":
                del message["isUnread"]
        if self.way in _SILENT and _is_silent(row, self.way):
            row["mostRecentMessage"] = None
        return row

    def _move(self) -> None:
        """Change one row in three requests or so: add, change or remove."""
        if self.rng.random() > 0.35:
            return
        kind = self.rng.randrange(3)
        index = self.rng.randrange(len(self.rows))
        newest = _last(self.rows)
        if kind == 0:
            row = _build_row(10_000 + self.count, self.rng.randrange(30), newest, self.rng)
            self.rows.insert(0, row)
        elif kind == 1:
            old = self.rows.pop(index)
            message = {**old["mostRecentMessage"], "id": f"beef{20_000 + self.count:020x}"}
            message["date"] = newest.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self.rows.insert(0, {**old, "mostRecentMessage": message})
        elif len(self.rows) > 50:
            del self.rows[index]


FAULTS = (
    "ignores-accountIds", "ignores-endpointIds", "ignores-customerIds", "ignores-afterDate",
    "or-for-and", "date-backwards", "date-dropped-with-ids", "date-by-day", "offset-ignored",
    "date-inclusive-by-second", "first-id-only", "last-repeat-of-endpoints", "third-id-lost",
    "prefix-match", "case-blind-prefix", "customer-as-account", "row-lost-when-filtered",
    "last-row-lost", "row-twice", "list-misses-rows", "order-differs-when-filtered",
    "stale-cache", "unknown-means-all", "unread-as-text", "direction-lower", "date-us",
    "date-min", "wrong-endpoint-in-message", "unread-missing", "text-cut-when-filtered",
    "id-changes", "wrong-account", "id-as-number", "jsonp-by-dot", "any-bearer", "prefix-password",
    "no-auth-needed", "empty-password", "forged-cookie", "403-for-bearer", "rows-in-refusal",
    "five-hundred-on-quote", "five-hundred-on-date", "stack-trace",
    "text-flickers", "percent-kept", "unknown-parameter-empties", "long-list-cut",
    "one-row-in-fifty-lost", "every-seventh-empty", "inclusive-with-ids",
)  # fmt: skip


# What a well-mannered host may do otherwise; `start-…` cuts by when a conversation began.
WAYS = (
    "malformed-is-400", "no-jsonp", "403-for-strangers", "first-of-a-repeated-key",
    "last-of-a-repeated-key", "unread-left-out-where-false", "unread-left-out", "indented-jsonl",
    "inclusive", "start-inclusive", "start-exclusive", "some-without-message",
    "endpoint-without-messages", "none-with-message",
)  # fmt: skip
_SILENT = ("some-without-message", "endpoint-without-messages", "none-with-message")


def _asks_for_jsonl(request: Request) -> bool:
    """Say whether JSON Lines are asked for, alone; a parameter of the type changes nothing."""
    return dict(request.headers).get("accept", "") in ("text/jsonl", "text/jsonl; charset=utf-8")


def _split(text: str) -> list[str]:
    """Return the items of a list; what stands in quotes is one of them, whatever it holds."""
    found = re.findall(r'"([^"]*)"|([^,]+)|(?<=,)(?=,|$)|^$', text.strip("[]"))
    return [quoted or plain for quoted, plain in found]


def _parse(query: str, fault: str, way: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in query.split("&") if query else []:
        name, _, text = pair.partition("=")
        text = text if fault == "percent-kept" and name in LISTS else unquote_plus(text)
        items = _split(text) if name in LISTS else [text]
        is_last = fault == "last-repeat-of-endpoints" and name == "endpointIds"
        if is_last or way == "last-of-a-repeated-key":
            values[name] = items
        elif way == "first-of-a-repeated-key":
            values.setdefault(name, items)
        else:
            values.setdefault(name, []).extend(items)
        if name == "zz" and fault == "unknown-parameter-empties":
            values["endpointIds"] = ["nobody"]
    return values


def _spoil_items(items: list[str], fault: str) -> list[str]:
    match fault:
        case "first-id-only":
            return items[:1]
        case "third-id-lost":
            return items[:2] + items[3:]
        case "long-list-cut":
            return items[:1] if len(items) > 50 else items
        case "unknown-means-all" if not any(item[:2] in ("e0", "a0", "cc") for item in items):
            return [f"{p}{n:022x}" for p in ("e0", "a0", "cc") for n in range(30)]
    return items


def _member(row: Row, name: str, member: str, fault: str) -> object:
    if fault == "customer-as-account" and name == "customerIds":
        member = "accountId"
    return row["mostRecentMessage"][member]


def _near(row: Row, member: str, items: list[str], fault: str) -> bool:
    value = row["mostRecentMessage"][member]
    if fault == "prefix-match":
        return any(value.startswith(item) for item in items)
    return fault == "case-blind-prefix" and any(item.startswith(value) for item in items)


def _parse_date(text: str, fault: str) -> datetime | None:
    match = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?([Zz]|[+-]\d\d:\d\d)?", text
    )
    if match is None:
        return None
    zone = "+00:00" if match[4] in (None, "Z", "z") or fault == "offset-ignored" else match[4]
    fraction = f".{match[3][:6].ljust(6, '0')}" if match[3] else ""
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{fraction}{zone}")
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if fault == "date-by-day":
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment


def _is_after(row: Row, moment: datetime, fault: str) -> bool:
    date = _parse_date(row["mostRecentMessage"]["date"], "")
    assert date is not None
    if fault == "date-backwards":
        return date < moment
    if fault.startswith("start-"):
        # Some conversations have one message, others go on for weeks.
        date -= timedelta(minutes=int(row["id"][-4:], 16) * 7919 % 30_000 // 3 * 3 % 28_000)
    is_by_second = fault == "date-inclusive-by-second" and date.microsecond // 1000 % 2
    return date >= moment if is_by_second or fault.endswith("inclusive") else date > moment


def _is_malformed(values: dict[str, list[str]]) -> bool:
    items = [item for name in LISTS for item in values.get(name, []) if item]
    return any(not re.fullmatch("[0-9a-fA-F]{24}", item) for item in items)


def _is_silent(row: Row, way: str) -> bool:
    """Say whether a conversation has no newest message."""
    if way == "endpoint-without-messages":
        return int(row["endpointId"], 16) % 16 in (2, 3)
    return way == "none-with-message" or int(row["id"], 16) % 4 == 0


def _spoil_rows(rows: list[Row], fault: str, is_filtered: bool, count: int) -> list[Row]:
    spoil: dict[str, Callable[[], list[Row]]] = {
        "row-lost-when-filtered": lambda: rows[1:] if is_filtered else rows,
        "last-row-lost": lambda: rows[:-1] if is_filtered and len(rows) > 20 else rows,
        "row-twice": lambda: rows + rows[:1] if len(rows) > 20 else rows,
        "list-misses-rows": lambda: rows if is_filtered else rows[:60] + rows[64:],
        "order-differs-when-filtered": lambda: rows[::-1] if is_filtered else rows,
        "one-row-in-fifty-lost": lambda: [
            row for row in rows if not is_filtered or int(row["id"][6:], 16) % 50
        ],
        "every-seventh-empty": lambda: [] if count % 7 == 0 else rows,
    }
    return spoil.get(fault, lambda: rows)()


def _last(rows: list[Row]) -> datetime:
    newest = max(row["mostRecentMessage"]["date"] for row in rows)
    return datetime.fromisoformat(newest.replace("Z", "+00:00")) + timedelta(milliseconds=7)
