"""Ask the admin API for everything that its document describes."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from mockserver.bugs.table import BUGS
from mockserver.server.admin.admin_document import admin_document
from tests.mock_client import NOW, Client, Got

__all__ = [
    "JSON",
    "SPACE",
    "Operation",
    "ask_all",
    "document",
    "fill_journal",
    "follow",
    "operations",
    "template_of",
]

JSON = ("application/json", "application/problem+json")
SPACE = "/spaces/default"
RULES = [
    "flaky",
    {"fault": "status", "code": 503, "match": {"query": {"a": "b"}}, "fire": {"first": 2}},
    {"fault": "latency", "min_ms": 1, "max_ms": 2, "match": {"user": "nobody"}},
    {"fault": "reset", "at": "body", "match": {"path": "/nowhere"}},
]
# Of the API itself, so that the journal holds entries of many kinds.
ASKED = (
    "/conversations",
    "/conversations?accountIds=nobody&endpointIds=a,b&colour=red",
    "/conversations?customerIds=&afterDate=2026-02-01T10:00",
    "/conversations?afterDate=no+date",
    "/conversations?__code=503",
    "/no-such-path",
    "/auth/status",
)
# Method, path, body, status.
Operation = tuple[str, str, object, int]


def fill_journal(client: Client) -> None:
    for path in ASKED:
        client.list(path)


def operations(client: Client) -> list[Operation]:
    """Return every operation, in an order in which each can be asked."""
    row = client.admin("GET", f"{SPACE}/dataset").json["conversations"][0]
    log = client.admin("POST", f"{SPACE}/snapshot").body
    conversation = f"{SPACE}/conversations/{row['id']}"
    message = {"endpointId": row["endpointId"], "otherAddress": "+1-202-555-0199", "text": "Hello"}
    choices = {"nulls": "write", "row-cap": 10, "naive-date-zone": "+02:00"}
    return [
        ("get", "/health", None, 200),
        ("get", "/version", None, 200),
        ("get", "/metrics", None, 200),
        ("get", "/openapi.yaml", None, 200),
        ("get", "/scenarios", None, 200),
        ("get", "/profile-points", None, 200),
        ("post", "/spaces", {"name": "other", "scenario": "busy", "now": NOW}, 201),
        ("post", "/spaces", {"name": "other"}, 409),
        ("post", "/spaces", {"name": "!"}, 422),
        ("get", "/spaces", None, 200),
        ("get", SPACE, None, 200),
        ("get", "/spaces/none-such", None, 404),
        ("put", f"{SPACE}/clock", {"mode": "live"}, 200),
        ("put", f"{SPACE}/clock", {"mode": "frozen", "now": NOW}, 200),
        ("get", f"{SPACE}/clock", None, 200),
        ("post", f"{SPACE}/clock/advance", {"seconds": 60.5}, 200),
        ("put", f"{SPACE}/faults", RULES, 200),
        ("get", f"{SPACE}/faults", None, 200),
        ("delete", f"{SPACE}/faults", None, 200),
        ("put", f"{SPACE}/bugs", list(BUGS)[:2], 200),
        ("get", f"{SPACE}/bugs", None, 200),
        ("delete", f"{SPACE}/bugs", None, 200),
        ("post", f"{SPACE}/messages", message, 201),
        ("patch", conversation, {"mostRecentMessage": {"text": None, "isUnread": False}}, 200),
        ("put", f"{SPACE}/profile", choices, 200),
        ("get", f"{SPACE}/profile", None, 200),
        ("patch", conversation, {"sender": None, "otherAddress": None}, 200),
        ("delete", conversation, None, 204),
        ("delete", conversation, None, 404),
        *[("get", f"{SPACE}/requests/{place + 1}", None, 200) for place in range(len(ASKED))],
        ("get", f"{SPACE}/requests", None, 200),
        ("delete", f"{SPACE}/requests", None, 204),
        ("get", f"{SPACE}/directory", None, 200),
        ("get", f"{SPACE}/preview", None, 200),
        ("get", f"{SPACE}/preview?user=ada&afterDate=2026-02-01T10:00", None, 200),
        ("get", f"{SPACE}/preview?user=none-such", None, 404),
        ("get", f"{SPACE}/dataset", None, 200),
        ("get", f"{SPACE}/dataset?digest", None, 200),
        ("put", f"{SPACE}/dataset", {"conversations": [{"account": "Acme", "date": "-2h"}]}, 200),
        ("put", f"{SPACE}/dataset", {"conversations": [{"date": "soon"}]}, 422),
        ("put", f"{SPACE}/dataset", [{"account": None, "accountId": "x"}], 409),
        ("post", "/spaces", {"name": "mine", "scenario": {"conversations": [{}]}}, 201),
        ("post", f"{SPACE}/snapshot", None, 200),
        ("post", f"{SPACE}/restore", b"no log", 409),
        ("post", f"{SPACE}/restore", log, 200),
        ("post", f"{SPACE}/reset", None, 200),
        ("delete", "/spaces/other", None, 204),
    ]


def ask_all(client: Client, asked: list[Operation]) -> Iterator[tuple[str, str, Got]]:
    """Yield how each was answered."""
    for method, path, body, _ in asked:
        content = {"Content-Type": "text/plain"} if isinstance(body, bytes) else {}
        yield method, path, client.admin(method.upper(), path, body, headers=content)


@cache
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(admin_document(tuple(BUGS)))
    return loaded


def template_of(path: str) -> str:
    """Return the path of the document that an asked path is one of."""
    parts = path.partition("?")[0].split("/")
    if parts[1] == "spaces":
        parts[2:3] = ["{space}"] * len(parts[2:3])
        parts[4:5] = [
            "{id}" if parts[3] in ("conversations", "requests") else p for p in parts[4:5]
        ]
    return "/".join(parts)


def follow(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a node stands for, which may refer to another."""
    if "$ref" not in node:
        return node
    found: Any = document()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return follow(found)
