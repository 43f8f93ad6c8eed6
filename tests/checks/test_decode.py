import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.checks.decoding.decode import (
    DECODERS,
    Row,
    comparable,
    csv_layout,
    decode_csv,
    decode_json,
    decode_jsonl,
    decode_jsonp,
    decode_jsv,
    decode_xml,
    media_kind,
)
from mockserver.errors import DecodeError
from mockserver.models import ConversationInfo, MessageInfo, conversation_to_wire
from mockserver.wire.formats.dto import conversations_dto
from mockserver.wire.formats.encode import encode_dto, wrap_jsonp

TRANSCRIPTS = Path(__file__).parents[2] / "fixtures" / "transcripts"
ROW: Row = {
    "id": "c",
    "endpointId": "e",
    "otherAddress": "+15550100",
    "mostRecentMessage": {"id": "m", "text": 'a,"b"', "isUnread": True},
}

texts = st.none() | st.text(max_size=12)
# What XML 1.0 forbids breaks a body off, as the recordings show: it cannot come back.
xml_texts = st.none() | st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[*map(chr, range(0x20)), "\ufffe", "\uffff"],
    )
    | st.sampled_from("\t\n\r"),
    max_size=12,
)


def conversations(members: st.SearchStrategy[str | None]) -> st.SearchStrategy[ConversationInfo]:
    messages = st.builds(
        MessageInfo,
        id=members,
        account_id=members,
        customer_id=members,
        endpoint_id=members,
        endpoint_display_name=members,
        date=members,
        direction=st.sampled_from(("Incoming", "Outgoing")),
        other_address=members,
        sender=members,
        text=members,
        is_unread=st.booleans(),
    )
    return st.builds(
        ConversationInfo,
        id=members,
        endpoint_id=members,
        other_address=members,
        most_recent_message=st.none() | messages,
    )


def wire_rows(rows: list[ConversationInfo]) -> list[Row]:
    return [conversation_to_wire(row) for row in rows]


@pytest.mark.parametrize("kind", ["json", "jsv", "csv", "jsonl"])
@given(rows=st.lists(conversations(texts), max_size=4))
def test_rows_survive_the_wire(kind: str, rows: list[ConversationInfo]) -> None:
    """What is encoded in a format is decoded to the same rows."""
    decoded = DECODERS[kind](encode_dto(kind, conversations_dto(rows)))

    assert decoded == comparable(wire_rows(rows), kind=kind)


@given(rows=st.lists(conversations(xml_texts), max_size=4))
def test_rows_survive_xml(rows: list[ConversationInfo]) -> None:
    """Rows that XML can carry come back from it, their line ends folded."""
    decoded = decode_xml(encode_dto("xml", conversations_dto(rows)))

    assert decoded == comparable(wire_rows(rows), kind="xml")


@given(rows=st.lists(conversations(texts), max_size=4))
def test_rows_survive_jsonp(rows: list[ConversationInfo]) -> None:
    """What a callback wraps is decoded to the same rows."""
    body = wrap_jsonp("a.b", encode_dto("json", conversations_dto(rows)))

    assert decode_jsonp(body, callback="a.b") == comparable(wire_rows(rows), kind="jsonp")


@given(body=st.binary(max_size=40) | st.text('[]{}":,<>/a()\n', max_size=40).map(str.encode))
@pytest.mark.parametrize("kind", DECODERS)
def test_garbage_is_decoded_or_refused(kind: str, body: bytes) -> None:
    """No body makes a decoder fail in any other way than by its own error."""
    try:
        rows = DECODERS[kind](body)
    except DecodeError:
        rows = []

    assert all(isinstance(row, dict) for row in rows)


@cache
def load_texts(kind: str) -> list[str]:
    lines = (TRANSCRIPTS / "fuzz" / "text.ndjson").read_bytes().splitlines()
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    prefix = f"/conversations.{kind}?"
    return [r["both"]["body"] for r in records if r["request"]["path"].startswith(prefix)]


@pytest.mark.parametrize("kind", ["jsv", "csv", "jsonl"])
def test_recorded_bodies_hold_the_rows_of_the_recorded_json(kind: str) -> None:
    decoded = [DECODERS[kind](body.encode()) for body in load_texts(kind)]

    assert decoded == [decode_json(body.encode()) for body in load_texts("json")]


def test_recorded_xml_holds_the_rows_of_the_recorded_json() -> None:
    pairs = zip(load_texts("xml"), load_texts("json"), strict=True)
    whole = [(x, j) for x, j in pairs if x.endswith("</ListConversationsResponse>")]

    decoded = [decode_xml(x.encode()) for x, _ in whole]

    assert len(whole) == 28
    assert decoded == [comparable(decode_json(j.encode()), kind="xml") for _, j in whole]


def test_recorded_xml_that_broke_off_is_refused() -> None:
    body = next(b for b in load_texts("xml") if not b.endswith("</ListConversationsResponse>"))

    with pytest.raises(DecodeError, match="not XML"):
        decode_xml(body.encode())


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json; charset=utf-8", "json"),
        ("Text/JSON", "json"),
        ("application/vnd.x+json", "json"),
        ("application/xml", "xml"),
        ('text/xml ; charset="utf-8"', "xml"),
        ("application/jsv", "jsv"),
        ("TEXT/JSV", "jsv"),
        ("text/csv; header=present", "csv"),
        ("text/jsonl", "jsonl"),
        ("application/x-ndjson", "jsonl"),
        ("text/javascript", "jsonp"),
        ("application/javascript", "jsonp"),
        ("text/html", "html"),
        ("text/plain", None),
        ("", None),
        (None, None),
    ],
)
def test_media_type_names_a_kind(content_type: str | None, expected: str | None) -> None:
    assert media_kind(content_type) == expected


@pytest.mark.parametrize(
    "body",
    [
        'cb({"conversations":[]})',
        'cb({"conversations":[]});',
        '/**/cb({"conversations":[]})',
        '/**/ cb ( {"conversations": [] } ) ;\n',
        "/**/ typeof cb === 'function' && cb({\"conversations\":[]});",
    ],
)
def test_jsonp_may_be_dressed(body: str) -> None:
    assert decode_jsonp(body.encode(), callback="cb") == []


@pytest.mark.parametrize("body", ['{"conversations":[]}', 'cb({"conversations":[]}', "cb()", ""])
def test_jsonp_that_is_no_call_is_refused(body: str) -> None:
    with pytest.raises(DecodeError):
        decode_jsonp(body.encode())


def test_jsonp_that_calls_another_function_is_refused() -> None:
    with pytest.raises(DecodeError, match="calls 'x', not 'cb'"):
        decode_jsonp(b'x({"conversations":[]})', callback="cb")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"conversations":null}',
        '{"conversations":{}}',
        '{"conversations":[1]}',
        '{"conversations":[],"conversations":[]}',
        '{"conversations":[{"id":NaN}]}',
        '{"conversations":[]} x',
        "[" * 100_000,
    ],
)
def test_json_that_holds_no_rows_is_refused(body: str) -> None:
    with pytest.raises(DecodeError):
        decode_json(body.encode())


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(DecodeError, match="not UTF-8"):
        decode_json(b'{"conversations":["\xff"]}')


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"conversations": [ROW, ROW]}),
        json.dumps(ROW) + "\n" + json.dumps(ROW),
        json.dumps(ROW) + "\r\n" + json.dumps(ROW) + "\r\n",
    ],
    ids=["whole", "lines", "crlf"],
)
def test_jsonl_may_hold_the_whole_or_a_row_a_line(body: str) -> None:
    assert decode_jsonl(body.encode()) == [ROW, ROW]


def test_empty_jsonl_holds_no_rows() -> None:
    assert decode_jsonl(b"") == []


def test_json_lines_that_are_one_indented_answer_are_read() -> None:
    body = json.dumps({"conversations": [ROW, ROW]}, indent=2)

    assert decode_jsonl(body.encode()) == [ROW, ROW]


def test_json_lines_with_a_broken_line_are_not_read() -> None:
    with pytest.raises(DecodeError):
        decode_jsonl(f"{json.dumps(ROW)}\n{{".encode())


@pytest.mark.parametrize(
    "body",
    [
        'Conversations\r\n"[{id:c,endpointId:e,otherAddress:+15550100,mostRecentMessage:'
        '{id:m,text:""a,""""b"""""",isUnread:True}}]"\r\n',
        "conversations\n" + '"' + json.dumps([ROW]).replace('"', '""') + '"',
        "Id,EndpointId,OtherAddress,MostRecentMessage\r\n"
        'c,e,+15550100,"{id:m,text:""a,""""b"""""",isUnread:True}"\r\n',
        "mostrecentmessage,ID,endpoint_id,other_address\n"
        + '"'
        + json.dumps(ROW["mostRecentMessage"]).replace('"', '""')
        + '",c,e,+15550100\n',
        "id,endpointId,otherAddress,mostRecentMessage.id,mostRecentMessage.text,isUnread\n"
        'c,e,+15550100,m,"a,""b""",true\n',
        'Id,EndpointId,OtherAddress,Id,Text,Is Unread\nc,e,+15550100,m,"a,""b""",1',
    ],
    ids=["cell-jsv", "cell-json", "rows-jsv", "rows-json", "flat", "flat-same-names"],
)
def test_csv_may_have_any_layout(body: str) -> None:
    assert decode_csv(body.encode()) == [ROW]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Conversations\r\n", "cell"),
        ("id,mostRecentMessage\n", "rows"),
        ("messageId,text\n", "flat"),
    ],
)
def test_csv_layout_is_read_from_the_header(text: str, expected: str) -> None:
    assert csv_layout(text.encode()) == expected


def test_flat_csv_without_a_message_has_none() -> None:
    assert decode_csv(b"id,text\nc,\n") == [{"id": "c"}]


def test_unknown_column_is_kept() -> None:
    assert decode_csv(b"id,Unread Count\nc,3\n") == [{"id": "c", "unreadcount": "3"}]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x,y\n1,2\n",
        "id,text\n1\n",
        "id,text\n1,2,3\n",
        'id,text\n1,"2\n',
        'id,text\n1,"2"x\n',
        'id,text\n1,a"b\n',
        "id,text\n1,a\rb\n",
        "id,isUnread\n1,perhaps\n",
        "text,text,text\n1,2,3\n",
        "Conversations\r\n",
        "Conversations\r\n\r\n",
        "Conversations\r\nx\r\ny\r\n",
        "Conversations\r\n[{id:a}\r\n",
    ],
)
def test_csv_that_holds_no_rows_is_refused(body: str) -> None:
    with pytest.raises(DecodeError):
        decode_csv(body.encode())


@pytest.mark.parametrize(
    "body",
    [
        "<R><Conversations><C><Id>c</Id></C></Conversations></R>",
        '<?xml version="1.0"?>\n<r xmlns="urn:x">\n <conversations>\n  <item>\n'
        "   <id>c</id>\n  </item>\n </conversations>\n</r>\n",
        '<a:R xmlns:a="urn:a"><a:Conversations><a:C><a:ID>c</a:ID></a:C></a:Conversations></a:R>',
        '<Conversations><C xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        '<MostRecentMessage i:nil="true"/><Id><![CDATA[c]]></Id></C></Conversations>',
    ],
    ids=["bare", "indented", "prefixed", "nil"],
)
def test_xml_is_read_by_local_names(body: str) -> None:
    assert decode_xml(body.encode()) == [{"id": "c"}]


def test_unknown_member_of_xml_is_kept() -> None:
    body = b"<R><Conversations><C><Id>c</Id><New>x<y/></New></C></Conversations></R>"

    assert decode_xml(body) == [{"id": "c", "New": "x"}]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<R/>",
        "<R><Conversations/><Conversations/></R>",
        '<R xmlns:i="urn:i"><Conversations i:nil="true"/></R>',
        "<R><Conversations>x</Conversations></R>",
        "<R><Conversations><C>x</C></Conversations></R>",
        "<R><Conversations><C><Id>a</Id><id>b</id></C></Conversations></R>",
        "<R><Conversations><C><Id><b/></Id></C></Conversations></R>",
        '<R xmlns:i="urn:i"><Conversations><C><Id i:nil="true">x</Id></C></Conversations></R>',
        "<R><Conversations><C><MostRecentMessage><IsUnread>x</IsUnread></MostRecentMessage></C>"
        "</Conversations></R>",
        "<R><Conversations></R>",
        '<!DOCTYPE R [<!ENTITY a "b">]><R><Conversations/></R>',
        '<R xmlns="urn:r"><Conversations><C xmlns=""><Id>c</Id></C></Conversations></R>',
        '<?xml version="1.0" encoding="nope"?><R><Conversations/></R>',
        "<a>" * 40 + "</a>" * 40,
    ],
)
def test_xml_that_holds_no_rows_is_refused(body: str) -> None:
    with pytest.raises(DecodeError):
        decode_xml(body.encode())


def test_jsv_names_count_in_any_case() -> None:
    body = b"{Conversations:[{Id:c,MostRecentMessage:{IsUnread:false,Text:null}}]}"

    assert decode_jsv(body) == [
        {"id": "c", "mostRecentMessage": {"isUnread": False, "text": "null"}}
    ]


@pytest.mark.parametrize("text", ["null", ""])
def test_jsv_may_write_that_there_is_no_message(text: str) -> None:
    body = f"{{conversations:[{{id:c,mostRecentMessage:{text}}}]}}"

    assert decode_jsv(body.encode()) == [{"id": "c"}]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "{conversations:x}",
        "{conversations:[x]}",
        "{conversations:[{id:a}]",
        "{conversations:[{id:a}]}}",
        "{conversations:[{id:a,}]}",
        "{conversations:[{id}]}",
        "{conversations:[{id:a,id:b}]}",
        "{conversations:[{id:a,Id:b}]}",
        '{conversations:[{id:a"b}]}',
        '{conversations:[{id:"a}]}',
        "{conversations:[{id:a\nb}]}",
        "{conversations:[{mostRecentMessage:x}]}",
        "{conversations:[{mostRecentMessage:{isUnread:x}}]}",
        "{a:" * 100_000,
    ],
)
def test_jsv_that_holds_no_rows_is_refused(body: str) -> None:
    with pytest.raises(DecodeError):
        decode_jsv(body.encode())


def test_comparable_drops_what_a_format_cannot_carry() -> None:
    row: Row = {"id": None, "mostRecentMessage": {"text": "a\r\nb\rc", "sender": ""}}

    assert comparable([row], kind="json") == [
        {"mostRecentMessage": {"text": "a\r\nb\rc", "sender": ""}}
    ]
    assert comparable([row], kind="xml") == [
        {"mostRecentMessage": {"text": "a\nb\nc", "sender": ""}}
    ]
    assert comparable([row], kind="csv", is_flat=True) == [
        {"mostRecentMessage": {"text": "a\r\nb\rc"}}
    ]
