import json
from typing import Any

import pytest

from mockserver.documents.json_schema import Schema, escape_pointer
from mockserver.errors import UsageError

TEXT = {"type": "string", "minLength": 1, "maxLength": 5}
COUNT = {"type": "integer", "minimum": 0, "maximum": 9}


def form(**members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(members),
        "properties": {**members, "note": TEXT},
    }


THING: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$", "x-otherwise": "is no name"},
        "code": {"type": "string", "pattern": "^[0-9]+$"},
        "count": COUNT,
        "share": {"type": "number", "minimum": 0},
        "colour": {"type": "string", "enum": ["red", "green"]},
        "mode": {"title": "mode", "type": "string", "enum": ["live", "frozen"]},
        "text": {"type": ["string", "null"], "maxLength": 5},
        "tags": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 2},
        "password": {"type": "string"},
        "is-on": {"type": "boolean"},
        "a/b~c": {"type": "object", "additionalProperties": COUNT},
        "one-of": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {"every": COUNT, "first": COUNT},
        },
        "shape": {
            "oneOf": [
                form(kind={"const": "circle"}, radius=COUNT),
                form(kind={"const": "box"}, width=COUNT, height=COUNT),
                form(kind={"const": "box"}, side=COUNT),
                {"title": "shape", "type": "string", "enum": ["dot", "line"]},
            ]
        },
        "target": {"oneOf": [form(id=TEXT), form(street=TEXT, number=COUNT)]},
        "cap": {
            "anyOf": [
                {"type": "string", "enum": ["none"]},
                {"type": "string", "pattern": "^[0-9]+$", "description": "A number of rows."},
            ]
        },
    },
}
SCHEMA = Schema(lambda: THING)


@pytest.mark.parametrize(
    ("members", "pointer", "text"),
    [
        ({"nmae": "x"}, "/nmae", "unknown member 'nmae'; known: .*; did you mean name\\?"),
        ({"name": None}, "/name", "expected a text, got null"),
        ({"name": "X!"}, "/name", "'X!' is no name"),
        ({"code": "x"}, "/code", "'x' does not match "),
        ({"count": -1}, "/count", "-1 is out of range; expected from 0 to 9"),
        ({"count": True}, "/count", "expected an integer, got True"),
        ({"count": 10**40}, "/count", "10{39,}.* is out of range"),
        ({"share": -1}, "/share", "-1 is out of range; expected at least 0"),
        ({"colour": "gren"}, "/colour", "'gren' is not one of red, green; did you mean green"),
        ({"mode": "froze"}, "/mode", "unknown mode 'froze'; known: .* did you mean frozen"),
        ({"text": 5}, "/text", "expected a text or null, got 5"),
        ({"text": "x" * 6}, "/text", "the text is over 5 characters"),
        ({"tags": []}, "/tags", "expected at least 1 item"),
        ({"tags": ["a", "b", "c"]}, "/tags", "3 items; expected at most 2"),
        ({"tags": ["a", ""]}, "/tags/1", "expected a text that is not empty"),
        ({"tags": {}}, "/tags", "expected a list, got an object"),
        ({"password": ["secret"]}, "/password", "expected a text, got something else"),
        ({"is-on": 1}, "/is-on", "expected true or false, got 1"),
        ({"a/b~c": {"x/y": "z"}}, "/a~1b~0c/x~1y", "expected an integer, got 'z'"),
        ({"one-of": {}}, "/one-of", "expected one of every, first, got 0"),
        ({"one-of": {"every": 1, "first": 1}}, "/one-of", "expected one of .*, got 2"),
        ({"shape": {"kind": "box"}}, "/shape", "box takes width and height or side"),
        ({"shape": {"kind": "circl"}}, "/shape/kind", "unknown kind 'circl'; known: box, circle;"),
        ({"shape": {"kind": []}}, "/shape/kind", "a list is not one of circle, box"),
        ({"shape": {"radius": 1}}, "/shape/kind", "the member 'kind' is missing"),
        ({"shape": {"kind": "circle", "radius": "x"}}, "/shape/radius", "expected an integer"),
        ({"shape": {"kind": "box", "side": 1, "width": 1}}, "/shape/width", "'width' does not go"),
        ({"shape": "lin"}, "/shape", "unknown shape 'lin'; .* did you mean line"),
        ({"shape": 5}, "/shape", "expected an object or a text, got 5"),
        ({"target": {}}, "/target/street", "expected id or street and number"),
        ({"target": {"id": "a", "street": "b"}}, "/target/street", "'street' does not go with id"),
        ({"target": {"street": "b"}}, "/target/number", "expected id or street and number"),
        ({"cap": "many"}, "/cap", "'many' is not one of none .or: A number of rows."),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else None,
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_pointer(
    members: dict[str, Any], pointer: str, text: str
) -> None:
    wrong = SCHEMA.find_wrong({"name": "x", **members})

    assert wrong is not None
    assert wrong.member_pointer == pointer
    with pytest.raises(AssertionError, match=f"^{text}"):
        raise AssertionError(wrong.text)


def test_what_fits_is_not_refused() -> None:
    shape = {"kind": "box", "side": 3}

    assert SCHEMA.find_wrong({"name": "x", "shape": shape, "target": {"id": "a"}}) is None


def test_of_several_faults_the_outermost_is_told() -> None:
    wrong = SCHEMA.find_wrong({"tags": [5], "shape": {"kind": 5}})

    assert wrong is not None
    assert (wrong.pointer, wrong.text) == ("", "the member 'name' is missing")


def test_a_refusal_starts_with_the_pointer_and_is_short() -> None:
    with pytest.raises(UsageError, match="^/here/name: '") as caught:
        SCHEMA.check({"name": "X" * 100_000}, pointer="/here")

    assert len(str(caught.value)) < 200


def test_a_long_list_that_is_all_wrong_is_refused_soon() -> None:
    schema = Schema(lambda: {"type": "array", "items": TEXT})

    wrong = schema.find_wrong([5] * 100_000)

    assert wrong is not None
    assert wrong.pointer == "/0"


def test_a_key_of_a_file_is_called_so() -> None:
    wrong = Schema(lambda: THING, member="key").find_wrong({"name": 5})

    assert wrong is not None
    assert wrong.text == "expected a string, got 5"


def test_a_pointer_is_escaped() -> None:
    assert escape_pointer("a/b~c") == "a~1b~0c"
