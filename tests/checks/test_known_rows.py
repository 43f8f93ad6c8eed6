import json
from typing import Any

import pytest

from mockserver.checks.decoding.decode import DECODERS, Row
from mockserver.checks.decoding.known_rows import KnownRow, once_a_row
from mockserver.checks.facts import message_of
from mockserver.errors import DecodeError
from mockserver.models import ConversationInfo, MessageInfo
from mockserver.wire.formats.dto import conversations_dto
from mockserver.wire.formats.encode import encode_dto, wrap_jsonp

KINDS = ["json", "jsonl", "jsonp", "jsv", "csv", "xml"]
IDENTITY = "6a0f0c1e2b3d4f5a6b7c8d9e"


def row(text: str, *, identity: str = IDENTITY) -> ConversationInfo:
    message = MessageInfo(id=f"m{identity}", text=text, direction="Incoming")
    return ConversationInfo(
        id=identity,
        endpoint_id="e",
        other_address="+12025550101",
        most_recent_message=message,
    )


def body_of(kind: str, rows: list[ConversationInfo]) -> bytes:
    if kind == "jsonp":
        return wrap_jsonp("show", encode_dto("json", conversations_dto(rows)))
    return encode_dto(kind, conversations_dto(rows))


def texts_of(rows: list[Row]) -> list[object]:
    return [message_of(row).get("text") for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_was_read_before_is_the_same_object(kind: str) -> None:
    other = row("next", identity=IDENTITY[::-1])

    [first, _] = DECODERS[kind](body_of(kind, [row("once"), other]))
    [_, again] = DECODERS[kind](body_of(kind, [other, row("once")]))

    assert again is first


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", ["abcd", "ab", "abc ", "abd", 'abc"', "abc,}", "</Text>", ""])
def test_a_row_that_begins_like_a_known_one_is_read_by_itself(kind: str, other: str) -> None:
    DECODERS[kind](body_of(kind, [row("abc")]))

    rows = DECODERS[kind](body_of(kind, [row(other), row("abc"), row(other)]))

    assert texts_of(rows) == [other, "abc", other]


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("json", lambda text: text + "x"),
        ("json", lambda text: text.replace("}]}", "},]}")),
        ("json", lambda text: text.replace("}]}", "}}]}")),
        ("json", lambda text: text.replace("}]}", "}]")),
        ("json", lambda text: text.replace("},{", "} {")),
        ("json", lambda text: text.replace('"id"', '"id":"twice","id"', 1)),
        ("jsv", lambda text: text + "x"),
        ("jsv", lambda text: text.replace("}]}", "},]}")),
        ("jsv", lambda text: text.replace("}]}", "}]")),
        ("jsv", lambda text: text.replace("},{", "}{")),
        ("xml", lambda text: text.replace("</Conversations>", "")),
        ("xml", lambda text: text + "<more/>"),
        ("xml", lambda text: text.replace("</Id>", "</id>", 1)),
        ("xml", lambda text: text.replace("</ConversationInfo>", "</ConversationInfo>x", 1)),
        ("xml", lambda text: text.replace("<Id>", "<Id>&none;", 1)),
    ],
)
def test_known_rows_excuse_nothing_around_them(kind: str, spoil: Any) -> None:
    """A body that is broken is refused, though each of its rows was read before."""
    body = body_of(kind, [row("once"), row("twice", identity=IDENTITY[::-1])])
    DECODERS[kind](body)
    spoilt = spoil(body.decode()).encode()
    assert spoilt != body

    with pytest.raises(DecodeError):
        DECODERS[kind](spoilt)


def test_rows_in_comments_of_xml_are_none() -> None:
    body = body_of("xml", [row("once"), row("twice", identity=IDENTITY[::-1])])
    DECODERS["xml"](body)
    start, end = b"<ConversationInfo>", b"</ConversationInfo>"

    hidden = body.replace(start, b"<!--" + start, 1).replace(end, end + b"-->", 1)

    assert texts_of(DECODERS["xml"](hidden)) == ["twice"]


def test_a_name_space_is_part_of_what_is_known_of_xml() -> None:
    """The same row reads otherwise where its prefix stands for nothing."""
    item = b"<a:C><a:Id>c</a:Id></a:C>"
    list_of = b"<a:Conversations%b>" + item + b"</a:Conversations>"
    assert DECODERS["xml"](list_of % b' xmlns:a="urn:a"') == [{"id": "c"}]

    with pytest.raises(DecodeError):
        DECODERS["xml"](list_of % b"")


def test_json_in_lines_and_indents_is_known_too() -> None:
    body = json.dumps({"conversations": [{"id": "c" * 60}, {"id": "d" * 60}]}, indent=2).encode()

    assert DECODERS["json"](body)[1] is DECODERS["jsonl"](body)[1]


def test_what_is_found_out_of_a_row_is_found_once() -> None:
    asked = []

    @once_a_row
    def find(row: Row) -> object:
        asked.append(row)
        return row["id"]

    known = KnownRow({"id": "c"})

    assert [find(known), find(known), find({"id": "d"}), find({"id": "d"})] == ["c", "c", "d", "d"]
    assert len(asked) == 3
