import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml
from openapi_spec_validator import validate

from mockserver.contract import Contract, Parameter, Point, load_contract
from mockserver.errors import UsageError
from mockserver.models import (
    CONVERSATION_FIELDS,
    DIRECTIONS,
    MESSAGE_FIELDS,
    conversation_from_wire,
)

MEDIA_TYPES = [
    "application/json",
    "text/html",
    "application/xml",
    "application/jsv",
    "text/csv",
    "text/jsonl",
]
POINTS = {
    "framework": ("servicestack-6", "servicestack-8"),
    "default-media-type": ("html", "json"),
    "provider-order": ("basic", "credentials"),
    "verbs": ("get", "any"),
    "after-date-boundary": ("exclusive", "inclusive"),
    "invalid-after-date": ("error", "no-filter", "nothing"),
    "naive-date-zone": ("utc",),
    "empty-list": ("no-filter", "nothing"),
    "unknown-id": ("empty", "not-found", "forbidden"),
    "foreign-account": ("empty", "forbidden"),
    "order": ("newest-first", "oldest-first", "by-id", "as-stored", "unstable"),
    "nulls": ("omit", "write"),
    "row-cap": ("none",),
    "malformed-id": ("empty", "error"),
    "repeated-key": ("joined", "first", "last"),
    "refusal-status": ("401", "403"),
    "jsonp": ("on", "off"),
    "false-members": ("write", "omit"),
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract()


def schema_of(contract: Contract, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = contract.document["components"]["schemas"][name]
    return schema


def is_valid(contract: Contract, name: str, value: object) -> bool:
    schema = {"$ref": f"#/components/schemas/{name}", **contract.document}
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


def test_document_is_valid_openapi(contract: Contract) -> None:
    validate(contract.document)


def test_parameters_name_what_they_filter(contract: Contract) -> None:
    actual = [(p.name, p.field, p.operator) for p in contract.parameters]

    assert actual == [
        ("accountIds", "/mostRecentMessage/accountId", "in"),
        ("endpointIds", "/endpointId", "in"),
        ("customerIds", "/mostRecentMessage/customerId", "in"),
        ("afterDate", "/mostRecentMessage/date", "after"),
    ]


@pytest.mark.parametrize("index", range(3), ids=["accountIds", "endpointIds", "customerIds"])
def test_a_list_is_joined_by_commas_or_repeats_its_key(contract: Contract, index: int) -> None:
    parameter = contract.operation["parameters"][index]

    assert (parameter["style"], parameter["explode"]) == ("form", False)
    assert "repeated key" in parameter["description"]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2026-02-22T00:00:00Z", True),
        ("2026-02-22T00:00:00.1234567+14:00", True),
        ("2026-02-22", True),
        ("2026-02-22T00:00:00+14:01", False),
        ("9999-12-31T23:59:59-01:00", False),
        ("soon", False),
    ],
)
def test_a_date_is_one_that_the_framework_reads(contract: Contract, text: str, valid: bool) -> None:
    schema = contract.operation["parameters"][3]["schema"]
    checker = jsonschema.FormatChecker(formats=["date"])
    checker.checks("date-time", ValueError)(lambda value: "T" in value)

    validator = jsonschema.Draft202012Validator(schema, format_checker=checker)

    assert validator.is_valid(text) is valid


def test_statuses_are_closed(contract: Contract) -> None:
    assert list(contract.operation["responses"]) == ["200", "302", "400", "401", "429", "5XX"]


@pytest.mark.parametrize("status", ["200", "400", "5XX"])
def test_every_media_type_is_described(contract: Contract, status: str) -> None:
    assert list(contract.operation["responses"][status]["content"]) == MEDIA_TYPES


def test_a_refusal_without_credentials_has_no_content(contract: Contract) -> None:
    assert "content" not in contract.document["components"]["responses"]["NotSignedIn"]


def test_points_and_choices_are_complete_and_the_default_comes_first(contract: Contract) -> None:
    actual = {name: point.choices for name, point in contract.points.items()}

    assert actual == POINTS
    assert {p.name: p.default for p in contract.points.values()} == {
        name: choices[0] for name, choices in POINTS.items()
    }


def test_points_that_cannot_be_seen_are_marked(contract: Contract) -> None:
    hidden = [point.name for point in contract.points.values() if not point.observable]

    assert hidden == ["verbs", "foreign-account"]


def test_every_choice_says_what_it_means(contract: Contract) -> None:
    missing = [
        (point.name, choice)
        for point in contract.points.values()
        for choice in point.choices
        if not point.choice_help.get(choice)
    ]

    assert missing == []


def test_statuses_beyond_the_responses_stand_at_their_point(contract: Contract) -> None:
    points = contract.operation["x-unspecified"]

    assert {
        (point["name"], choice): list(responses)
        for point in points
        for choice, responses in point.get("responses", {}).items()
    } == {
        ("verbs", "get"): ["405"],
        ("unknown-id", "not-found"): ["404"],
        ("unknown-id", "forbidden"): ["403"],
        ("foreign-account", "forbidden"): ["403"],
        ("refusal-status", "403"): ["403"],
    }


@pytest.mark.parametrize(
    ("point", "choice", "accepted"),
    [
        ("row-cap", "none", True),
        ("row-cap", "250", True),
        ("row-cap", "0", False),
        ("row-cap", "-1", False),
        ("naive-date-zone", "utc", True),
        ("naive-date-zone", "-05:30", True),
        ("naive-date-zone", "+14:00", True),
        ("naive-date-zone", "+14:30", False),
        ("naive-date-zone", "02:00", False),
        ("order", "newest-first", True),
        ("order", "newest", False),
    ],
)
def test_a_point_accepts_its_choices(
    contract: Contract, point: str, choice: str, accepted: bool
) -> None:
    assert contract.points[point].accepts(choice) is accepted


@pytest.mark.parametrize(
    ("schema", "fields"),
    [("ConversationInfo", CONVERSATION_FIELDS), ("MessageInfo", MESSAGE_FIELDS)],
)
def test_schemas_and_models_have_the_same_members(
    contract: Contract, schema: str, fields: tuple[tuple[str, str], ...]
) -> None:
    assert list(schema_of(contract, schema)["properties"]) == [wire for wire, _ in fields]


def test_directions_and_models_agree(contract: Contract) -> None:
    assert tuple(schema_of(contract, "MessageDirections")["enum"]) == DIRECTIONS


def test_the_example_is_valid_and_loads(contract: Contract) -> None:
    example = contract.document["components"]["examples"]["TwoConversations"]["value"]

    assert is_valid(contract, "ListConversationsResponse", example)
    assert len([conversation_from_wire(row) for row in example["conversations"]]) == 2


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ("ConversationInfo", {}, True),
        ("ConversationInfo", {"id": None, "mostRecentMessage": None}, True),
        ("ConversationInfo", {"ID": "a"}, False),
        ("MessageInfo", {"direction": "Incoming", "isUnread": False}, True),
        ("MessageInfo", {"direction": "Incoming"}, False),
        ("MessageInfo", {"direction": None, "isUnread": False}, False),
        ("MessageInfo", {"direction": "Sideways", "isUnread": False}, False),
        ("Refusal", {}, True),
        ("Refusal", {"conversations": None}, True),
        ("Refusal", {"conversations": []}, False),
        ("Refusal", {"responseStatus": {"errorCode": "A", "message": "b", "errors": []}}, True),
        ("ListConversationsResponse", {"conversations": []}, True),
        ("ListConversationsResponse", {}, False),
    ],
)
def test_schemas_judge(contract: Contract, schema: str, value: object, valid: bool) -> None:
    assert is_valid(contract, schema, value) is valid


def test_sign_in_operations_are_described(contract: Contract) -> None:
    actual = {
        (method, path)
        for path, item in contract.document["paths"].items()
        for method in item
        if path != "/conversations"
    }

    assert actual == {
        ("post", "/auth/credentials"),
        ("get", "/auth"),
        ("get", "/auth/status"),
        ("get", "/auth/logout"),
        ("post", "/auth/logout"),
    }


def test_the_shipped_contract_is_read_once() -> None:
    assert load_contract() is load_contract()


def test_both_yaml_loaders_read_the_same(contract: Contract) -> None:
    text = (Path(__file__).parent.parent / "openapi.yaml").read_text(encoding="utf-8")

    assert yaml.load(text, Loader=yaml.SafeLoader) == contract.document


def write_contract(folder: Path, parameters: str, points: str) -> Path:
    path = folder / "api.yaml"
    operation = f"{{parameters: {parameters}, x-unspecified: {points}}}"
    path.write_text(f"paths: {{/conversations: {{get: {operation}}}}}")
    return path


def test_another_contract_is_read(tmp_path: Path) -> None:
    path = write_contract(
        tmp_path,
        "[{name: ids, x-filter: {field: /id, operator: in}}]",
        "[{name: p, description: d, choices: {a: A}, default: a, why: w, observable: true}]",
    )

    contract = load_contract(path)

    assert contract.parameters == (Parameter(name="ids", field="/id", operator="in"),)
    assert contract.points == {
        "p": Point(
            name="p",
            description="d",
            choices=("a",),
            pattern=None,
            default="a",
            why="w",
            observable=True,
            choice_help={"a": "A"},
        )
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "is no YAML"),
        ("3", "does not describe GET /conversations as expected"),
        ("{}", "GET /conversations lacks 'paths'"),
        (b"\xff", "is no UTF-8 (byte 0)"),
        (
            "paths: {/conversations: {get: {parameters: "
            "[{name: x, x-filter: {field: /id, operator: near}}], x-unspecified: []}}}",
            "x: unknown operator 'near'; known: in, after",
        ),
        (
            "paths: {/conversations: {get: {parameters: [], x-unspecified: [{name: p, "
            "description: d, choices: {a: A}, default: b, why: w, observable: true}]}}}",
            "point p: the default 'b' is no choice of it",
        ),
    ],
    ids=["yaml", "number", "empty", "bytes", "operator", "default"],
)
def test_a_bad_contract_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(UsageError, match=re.escape(message)):
        load_contract(path)


def test_an_absent_contract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read contract .*none.yaml: No such file"):
        load_contract(tmp_path / "none.yaml")
