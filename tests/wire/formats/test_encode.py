import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mockserver.errors import FieldError
from mockserver.models import ConversationInfo, MessageInfo, conversation_from_wire
from mockserver.wire.formats.dto import (
    JsConfig,
    authenticate_dto,
    conversations_dto,
    error_dto,
    parse_js_config,
    user_info_dto,
)
from mockserver.wire.formats.encode import (
    FORMATS,
    encode_dto,
    wrap_jsonp,
)
from mockserver.wire.formats.json_text import encode_json_row, join_json_rows

TRANSCRIPTS = Path(__file__).parents[3] / "fixtures" / "transcripts"
XML = '<?xml version="1.0" encoding="utf-8"?>'
INSTANCE = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
TYPES = 'xmlns="http://schemas.servicestack.net/types"'
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
UNAUTHORIZED = ("Unauthorized", "Invalid Username or Password")


@cache
def load_rows(name: str) -> dict[str, list[ConversationInfo]]:
    rows: dict[str, list[ConversationInfo]] = {}
    for value in json.loads((TRANSCRIPTS / name).read_bytes())["conversations"]:
        row = conversation_from_wire(value)
        rows.setdefault(row.endpoint_id or "", []).append(row)
    return rows


@cache
def load_records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TRANSCRIPTS / name).read_bytes().splitlines()]


def load_texts(format_name: str) -> list[tuple[str, str]]:
    """Return (endpoint, recorded body) of every answer in a format."""
    records = load_records("fuzz/text.ndjson")
    prefix = f"/conversations.{format_name}?endpointIds="
    return [
        (r["request"]["path"].removeprefix(prefix), r["both"]["body"])
        for r in records
        if r["request"]["path"].startswith(prefix)
    ]


def load_answer(record_id: str, version: str = "6.11") -> str:
    records = load_records(f"servicestack-{version}-default.ndjson")
    record = next(record for record in records if record["id"] == record_id)
    if "body_ref" not in record:
        return str(record["body"])
    return str(json.loads((TRANSCRIPTS / "bodies.json").read_bytes())[record["body_ref"]])


@pytest.mark.parametrize("format_name", FORMATS)
def test_awkward_texts_are_encoded_as_recorded(format_name: str) -> None:
    recorded = load_texts(format_name)

    rows = load_rows("fuzz/text-dataset.json")

    encoded = [
        encode_dto(format_name, conversations_dto(rows[endpoint])).decode()
        for endpoint, _ in recorded
    ]

    assert len(recorded) == 200
    assert encoded == [body for _, body in recorded]


@pytest.mark.parametrize("nulls", [False, True], ids=["without nulls", "with nulls"])
@pytest.mark.parametrize("omits", [False, True], ids=["with false", "without false"])
@pytest.mark.parametrize("name", ["fuzz/text-dataset.json", "dataset.json"])
def test_rows_encoded_one_by_one_are_as_those_encoded_together(
    name: str, omits: bool, nulls: bool
) -> None:
    rows = [row for group in load_rows(name).values() for row in group]

    joined = join_json_rows(
        encode_json_row(row, nulls=nulls, omits_false=omits) for row in [*rows, None]
    )

    options = JsConfig(include_nulls=nulls, omit_false=omits)
    whole = encode_dto("json", conversations_dto([*rows, None]), options=options)
    assert joined == whole


@pytest.mark.parametrize(
    ("format_name", "record_id"),
    [
        ("json", "ser-json.e1-5"),
        ("xml", "ser-xml.e1-5"),
        ("xml", "ser-xml.all"),
        ("csv", "ser-csv.e1-5"),
        ("csv", "ser-csv.all"),
        ("jsv", "ser-jsv.all"),
    ],
)
def test_many_rows_are_encoded_as_recorded(format_name: str, record_id: str) -> None:
    groups = list(load_rows("dataset.json").items())
    is_whole = record_id.endswith(".all")
    rows = [row for name, group in groups for row in group if is_whole or name.startswith("5f1e")]

    assert encode_dto(format_name, conversations_dto(rows)).decode() == load_answer(record_id)


@pytest.mark.parametrize(
    ("format_name", "record_id", "text"),
    [
        ("json", "jsconfig.json-00-inv", "inv"),
        ("json", "jsconfig.json-29-INV", "INV"),
        ("json", "jsconfig.json-02-IncludeNullValues-false", "IncludeNullValues:false"),
        ("json", "jsconfig.json-03-edv", "edv"),
        ("json", "jsconfig.json-05-ide-false", "ide:false"),
        ("json", "jsconfig.json-07-tc-pc", "tc:pc"),
        ("json", "jsconfig.json-10-TextCase-SnakeCase", "TextCase:SnakeCase"),
        ("json", "jsconfig.json-11-eccn", "eccn"),
        ("json", "jsconfig.json-13-EmitLowercaseUnderscoreNames", "EmitLowercaseUnderscoreNames"),
        ("json", "jsconfig.json-14-teai", "teai"),
        ("json", "jsconfig.json-15-i", "i"),
        ("json", "jsconfig.json-17-Indent", "Indent"),
        ("json", "jsconfig.json-19-iti", "iti"),
        ("json", "jsconfig.json-22-tc-sc-inv", "tc:sc,inv"),
        ("json", "jsconfig.json-23-tc-pc-pp-inv", "tc:pc,pp,inv"),
        ("json", "jsconfig.json-26-garbage", "garbage"),
        ("json", "jsconfig.json-27-empty", ""),
        ("json", "jsconfig.json-30-tc-sc-inv", "tc:sc;inv"),
        ("jsv", "jsconfig.jsv-sc", "tc:sc"),
        ("jsv", "jsconfig.jsv-inv", "inv,pp"),
        ("csv", "jsconfig.csv-sc", "tc:sc"),
        ("xml", "jsconfig.xml-sc", "tc:sc"),
        ("jsonl", "jsconfig.jsonl-inv", "inv,pp"),
    ],
)
def test_jsconfig_is_obeyed_as_recorded(format_name: str, record_id: str, text: str) -> None:
    rows = load_rows("dataset.json")["5f1e0000000000000000e002"]

    body = encode_dto(format_name, conversations_dto(rows), options=parse_js_config(text))

    assert body.decode() == load_answer(record_id)


def test_type_info_is_written_where_the_framework_knows_it() -> None:
    rows = load_rows("dataset.json")["5f1e0000000000000000e002"]
    options = parse_js_config("iti", knows_type_info=True)

    body = encode_dto("json", conversations_dto(rows), options=options).decode()

    assert body == load_answer("jsconfig.json-19-iti", "8.10")


def test_js_config_says_what_holds_where_it_is_silent() -> None:
    assert parse_js_config("tc:pc", include_nulls=True, omit_false=True) == JsConfig(
        text_case="pascal", include_nulls=True, omit_false=True
    )
    assert parse_js_config("edv:false", omit_false=True) == JsConfig()


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("json", '{"conversations":[]}'),
        ("jsv", "{conversations:[]}"),
        ("csv", 'Conversations\r\n"[]"\r\n'),
        ("jsonl", '{"conversations":[]}'),
    ],
)
def test_no_rows_are_an_empty_list(format_name: str, expected: str) -> None:
    assert encode_dto(format_name, conversations_dto([])).decode() == expected


def test_no_rows_in_xml_are_an_empty_element() -> None:
    assert (
        encode_dto("xml", conversations_dto([]))
        .decode()
        .endswith('/Voice.Api.Messaging"><Conversations /></ListConversationsResponse>')
    )


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("json", "{}"),
        ("jsv", "{}"),
        ("csv", "Conversations\r\n\r\n"),
        ("jsonl", "{}"),
        (
            "xml",
            f"{XML}<ListConversationsResponse {INSTANCE} "
            'xmlns="http://schemas.datacontract.org/2004/07/Voice.Api.Messaging">'
            '<Conversations i:nil="true" /></ListConversationsResponse>',
        ),
    ],
)
def test_failed_service_answers_its_empty_response(format_name: str, expected: str) -> None:
    assert encode_dto(format_name, conversations_dto(None)).decode() == expected


def test_jsconfig_reaches_the_empty_response() -> None:
    body = encode_dto("json", conversations_dto(None), options=parse_js_config("tc:pc,inv"))

    assert body.decode() == load_answer("jsconfig.service-error")


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        (
            "json",
            '{"responseStatus":{"errorCode":"Unauthorized",'
            '"message":"Invalid Username or Password","errors":[]}}',
        ),
        (
            "jsv",
            "{responseStatus:{errorCode:Unauthorized,"
            "message:Invalid Username or Password,errors:[]}}",
        ),
        (
            "csv",
            'ResponseStatus\r\n"{errorCode:Unauthorized,'
            'message:Invalid Username or Password,errors:[]}"\r\n',
        ),
        (
            "xml",
            f"{XML}<ErrorResponse {INSTANCE} {TYPES}><ResponseStatus>"
            "<ErrorCode>Unauthorized</ErrorCode><Message>Invalid Username or Password</Message>"
            '<StackTrace i:nil="true" /><Errors />'
            f'<Meta xmlns:d3p1="{ARRAYS}" i:nil="true" /></ResponseStatus></ErrorResponse>',
        ),
    ],
)
def test_error_envelope_is_as_recorded(format_name: str, expected: str) -> None:
    assert encode_dto(format_name, error_dto(*UNAUTHORIZED)).decode() == expected


def test_field_errors_are_as_recorded() -> None:
    error = FieldError(
        error_code="NotEmpty",
        field_name="Password",
        message="'Password' must not be empty.",
        meta={"PropertyName": "Password"},
    )

    dto = error_dto(
        "ValidationException",
        "Validation failed: \n -- Password: 'Password' must not be empty.",
        field_errors=[error],
    )

    body = encode_dto("json", dto)

    assert body.decode() == load_answer("login.login-no-pass")


def test_field_errors_in_xml_hold_their_facts_in_a_dictionary() -> None:
    error = FieldError(error_code="E", field_name="F", message="M", meta={"K": "V"})

    body = encode_dto("xml", error_dto("C", "T", field_errors=[error])).decode()

    assert (
        "<Errors><ResponseError><ErrorCode>E</ErrorCode><FieldName>F</FieldName>"
        f'<Message>M</Message><Meta xmlns:d5p1="{ARRAYS}"><d5p1:KeyValueOfstringstring>'
        "<d5p1:Key>K</d5p1:Key><d5p1:Value>V</d5p1:Value></d5p1:KeyValueOfstringstring></Meta>"
        "</ResponseError></Errors>"
    ) in body


SIGNED_IN = {
    "userId": "1",
    "sessionId": "ID",
    "userName": "alice",
    "displayName": "Alice Liddell",
    "profileUrl": "data:image/svg+xml,PICTURE",
    "roles": [],
    "permissions": [],
}


@pytest.mark.parametrize(
    ("version", "framework"), [("6.11", "servicestack-6"), ("8.10", "servicestack-8")]
)
@pytest.mark.parametrize("format_name", ["xml", "csv", "jsv"])
def test_sign_in_is_answered_as_recorded(format_name: str, version: str, framework: str) -> None:
    body = encode_dto(format_name, authenticate_dto(SIGNED_IN, framework=framework))

    expected = load_answer(
        f"login.login-{format_name}", version if format_name == "xml" else "6.11"
    )
    assert body.decode() == expected


@pytest.mark.parametrize(
    ("version", "framework"), [("6.11", "servicestack-6"), ("8.10", "servicestack-8")]
)
def test_refused_sign_in_is_answered_as_recorded(version: str, framework: str) -> None:
    dto = authenticate_dto({}, framework=framework, error=UNAUTHORIZED)

    assert encode_dto("xml", dto).decode() == load_answer("login.login-bad-xml", version)
    assert encode_dto("csv", dto) == b""


@pytest.mark.parametrize(
    ("version", "framework"), [("6.11", "servicestack-6"), ("8.10", "servicestack-8")]
)
def test_sign_out_is_answered_as_recorded(version: str, framework: str) -> None:
    dto = authenticate_dto({}, framework=framework)

    assert encode_dto("xml", dto).decode() == load_answer("logout.xml", version)
    assert encode_dto("json", dto) == b"{}"


@pytest.mark.parametrize(
    ("format_name", "expected"), [("csv", 'a,"b"""\r\n'), ("jsonl", '"a"\n"b\\""\n')]
)
def test_list_stands_for_a_contract_in_line_formats(format_name: str, expected: str) -> None:
    dto = authenticate_dto({"roles": ["a", 'b"']}, framework="servicestack-8")

    assert encode_dto(format_name, dto).decode() == expected


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("json", '{"id":"1","isAuthenticated":true,"roles":["User"],"accountIds":[]}'),
        ("jsv", "{id:1,isAuthenticated:True,roles:[User],accountIds:[]}"),
    ],
)
def test_user_info_leaves_out_what_is_null(format_name: str, expected: str) -> None:
    dto = user_info_dto({"id": "1", "isAuthenticated": True, "roles": ["User"], "accountIds": []})

    assert encode_dto(format_name, dto).decode() == expected


def test_user_info_in_xml_lists_strings_in_the_arrays_namespace() -> None:
    body = encode_dto("xml", user_info_dto({"isAuthenticated": True, "roles": ["User"]})).decode()

    assert (
        f'<Roles xmlns:d2p1="{ARRAYS}"><d2p1:string>User</d2p1:string></Roles></UserInfo>' in body
    )


def test_nulls_are_written_where_the_profile_says_so() -> None:
    row = ConversationInfo(id="a", most_recent_message=MessageInfo(id="m", text=""))

    assert encode_json_row(row, nulls=True).decode() == (
        '{"id":"a","endpointId":null,"otherAddress":null,"mostRecentMessage":{"id":"m",'
        '"accountId":null,"customerId":null,"endpointId":null,"endpointDisplayName":null,'
        '"date":null,"direction":"Incoming","otherAddress":null,"sender":null,"text":"",'
        '"isUnread":false}}'
    )


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [("json", '{"conversations":[{}]}'), ("jsv", "{conversations:[{}]}")],
)
def test_null_row_is_an_empty_object(format_name: str, expected: str) -> None:
    assert encode_dto(format_name, conversations_dto([None])).decode() == expected


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    row = ConversationInfo(id="\ud83d<")

    assert encode_json_row(row, nulls=False) == '{"id":"�<"}'.encode()


def test_jsonp_wraps_any_body() -> None:
    assert wrap_jsonp("app.cb", b"{}") == b"app.cb({})"
