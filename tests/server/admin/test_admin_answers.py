"""Judge what the admin API answers by its own document, which must say all of it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # none shipped

from mockserver.bugs.table import BUGS
from mockserver.server import MockServer
from mockserver.server.admin.admin_document import admin_document
from mockserver.world.scenario import scenario_names
from tests.mock_client import NOW, Client, Got

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
        ("get", f"{SPACE}/dataset", None, 200),
        ("get", f"{SPACE}/dataset?digest", None, 200),
        ("post", f"{SPACE}/snapshot", None, 200),
        ("post", f"{SPACE}/restore", b"no log", 409),
        ("post", f"{SPACE}/restore", log, 200),
        ("post", f"{SPACE}/reset", None, 200),
        ("delete", "/spaces/other", None, 204),
    ]


def ask(client: Client, asked: list[Operation]) -> Iterator[tuple[str, str, int, list[str]]]:
    """Yield how each was answered, and what the document does not say of the answer."""
    for method, path, body, _ in asked:
        content = {"Content-Type": "text/plain"} if isinstance(body, bytes) else {}
        got = client.admin(method.upper(), path, body, headers=content)
        yield method, path, got.status, find_wrong(got, method, template_of(path))


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


def find_wrong(got: Got, method: str, template: str) -> list[str]:
    answers = document()["paths"][template][method]["responses"]
    answer = follow(answers.get(str(got.status)) or answers["default"])
    media_type = got.headers.get("content-type", "").partition(";")[0]
    if "content" not in answer:
        return [f"a body of {media_type}"] if got.body else []
    if media_type not in answer["content"]:
        return [f"the media type {media_type}"]
    schema = answer["content"][media_type]["schema"]
    value = got.json if media_type in JSON else got.body.decode()
    if media_type == "application/yaml":
        value = yaml.safe_load(got.body)
    judge = Draft202012Validator({**schema, "components": document()["components"]})
    return [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(value)]


def follow(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a node stands for, which may refer to another."""
    if "$ref" not in node:
        return node
    found: Any = document()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return follow(found)


def vague_in(schema: Mapping[str, Any], place: str) -> Iterator[str]:
    """Yield where a schema says nothing: an untyped value, an object of any members."""
    schema = follow(schema)
    forms = [form for word in ("oneOf", "anyOf", "allOf") for form in schema.get(word, ())]
    for number, form in enumerate(forms):
        yield from vague_in(form, f"{place}/{number}")
    if not forms and not schema.keys() & {"type", "const", "enum"}:
        yield place
    if "object" in schema.get("type", ()):
        members, others = schema.get("properties", {}), schema.get("additionalProperties")
        if not members and not isinstance(others, dict):
            yield place
        for name, member in members.items():
            yield from vague_in(member, f"{place}/{name}")
    if "array" in schema.get("type", ()):
        yield from vague_in(schema.get("items", {}), f"{place}/*")


def json_answers() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the schema of each JSON answer, with where it stands."""
    for path, item in document()["paths"].items():
        for method in item.keys() - {"parameters"}:
            for status, answer in item[method]["responses"].items():
                for media_type, content in follow(answer).get("content", {}).items():
                    if media_type in JSON:
                        yield f"{method} {path} {status}", content["schema"]


@pytest.fixture
def client() -> Iterator[Client]:
    """Ask a server of few rows, many of whose members are null."""
    with MockServer("nulls", now=NOW) as server:
        yield Client(port=server.port)


@pytest.fixture
def asked(client: Client) -> list[Operation]:
    for path in ASKED:
        client.list(path)
    return operations(client)


def test_every_operation_answers_as_the_document_says(
    client: Client, asked: list[Operation]
) -> None:
    answers = list(ask(client, asked))

    assert answers == [(method, path, status, []) for method, path, _, status in asked]


def test_every_operation_of_the_document_is_asked(asked: list[Operation]) -> None:
    described = {
        (method, path)
        for path, item in document()["paths"].items()
        for method in item.keys() - {"parameters"}
    }

    assert {(method, template_of(path)) for method, path, _, _ in asked} == described


@pytest.mark.parametrize("name", sorted({*scenario_names()} - {"large"}))
def test_every_scenario_is_described_as_the_document_says(name: str) -> None:
    paths = ["/spaces", SPACE, f"{SPACE}/dataset", f"{SPACE}/profile", f"{SPACE}/faults"]
    with MockServer(name, now=NOW) as server:
        answers = list(ask(Client(port=server.port), [("get", path, None, 200) for path in paths]))

    assert answers == [("get", path, 200, []) for path in paths]


def test_no_answer_is_left_vague() -> None:
    assert [place for name, schema in json_answers() for place in vague_in(schema, name)] == []
