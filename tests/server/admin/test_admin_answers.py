"""Judge what the admin API answers by its own document, which must say all of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # none shipped

from mockserver.server import MockServer
from mockserver.world.scenario import scenario_names
from tests.admin_tour import (
    JSON,
    SPACE,
    Operation,
    ask_all,
    document,
    fill_journal,
    follow,
    operations,
    template_of,
)
from tests.mock_client import NOW, Client, Got


def judge(client: Client, asked: list[Operation]) -> list[tuple[str, str, int, list[str]]]:
    """Return how each was answered, and what the document does not say of the answer."""
    return [
        (method, path, got.status, find_wrong(got, method, template_of(path)))
        for method, path, got in ask_all(client, asked)
    ]


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
    validator = Draft202012Validator({**schema, "components": document()["components"]})
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


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
    fill_journal(client)
    return operations(client)


def test_every_operation_answers_as_the_document_says(
    client: Client, asked: list[Operation]
) -> None:
    answers = judge(client, asked)

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
        answers = judge(Client(port=server.port), [("get", path, None, 200) for path in paths])

    assert answers == [("get", path, 200, []) for path in paths]


def test_no_answer_is_left_vague() -> None:
    assert [place for name, schema in json_answers() for place in vague_in(schema, name)] == []
