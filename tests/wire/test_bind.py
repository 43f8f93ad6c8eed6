import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.errors import FieldError, FrameworkError
from mockserver.models import ListConversations
from mockserver.wire.bind import (
    bind_members,
    bind_query,
    bind_request,
    form_pairs,
    query_pairs,
)
from mockserver.wire.quirks import QUIRKS, Quirks
from mockserver.wire.route import Route

_FUZZ = Path(__file__).parents[2] / "fixtures/transcripts/fuzz"
_RECORDS = [json.loads(line) for line in (_FUZZ / "binding.ndjson").read_text("utf-8").splitlines()]
_CONVERSATIONS = json.loads((_FUZZ / "dataset.json").read_text("utf-8"))["conversations"]
_SIX, _EIGHT = QUIRKS["servicestack-6"], QUIRKS["servicestack-8"]
_REST = Route(operation="ListConversations", kind="rest", method="GET", path="/conversations")
_SIGN_IN = Route(operation="Authenticate", kind="rest", method="POST", path="/auth/credentials")


def _predefined(method: str, content_type: str) -> Route:
    return Route(
        operation="ListConversations",
        kind="reply",
        method=method,
        path="/x/reply/ListConversations",
        content_type=content_type,
    )


def _bound(record: dict[str, Any]) -> dict[str, Any]:
    """Bind a record's query; name what comes of it as the recording does."""
    query = record["request"]["path"].partition("?")[2]
    try:
        request = bind_query(query_pairs(query.encode()))
    except FrameworkError as error:
        return {
            "errorCode": error.error_code,
            "message": error.message,
            "errors": [
                {"errorCode": e.error_code, "fieldName": e.field_name, "message": e.message}
                for e in error.field_errors
            ],
        }
    return {
        "AccountIds": request.account_ids and list(request.account_ids),
        "EndpointIds": request.endpoint_ids and list(request.endpoint_ids),
        "CustomerIds": request.customer_ids and list(request.customer_ids),
        "AfterDate": request.after_date,
    }


def _recorded(record: dict[str, Any]) -> dict[str, Any]:
    answer = record["both"]
    if "bound" not in answer:
        return dict(json.loads(answer["body"])["responseStatus"])
    return {name: value or None for name, value in answer["bound"].items()}


def _as_recorded(bound: dict[str, Any]) -> dict[str, Any]:
    return bound if "errors" in bound else {name: value or None for name, value in bound.items()}


def test_every_recorded_query_binds_as_the_framework_bound_it() -> None:
    actual = [_as_recorded(_bound(record)) for record in _RECORDS]

    assert actual == [_recorded(record) for record in _RECORDS]


def test_every_recorded_empty_list_is_empty_and_not_null() -> None:
    def empty_lists(members: dict[str, Any]) -> set[str]:
        return {name for name, value in members.items() if value in ([], ())}

    records = [record for record in _RECORDS if "bound" in record["both"]]

    actual = [empty_lists(_bound(record)) for record in records]

    assert actual == [empty_lists(record["both"]["bound"]) for record in records]


def _selected(request: ListConversations) -> list[str]:
    """Select rows of the dataset that the queries were asked of, by brute force."""
    return [
        row["id"]
        for row in _CONVERSATIONS
        if (not request.account_ids or _message(row).get("accountId") in request.account_ids)
        and (not request.endpoint_ids or row["endpointId"] in request.endpoint_ids)
        and (not request.customer_ids or _message(row).get("customerId") in request.customer_ids)
    ]


def _message(row: dict[str, Any]) -> dict[str, Any]:
    return row["mostRecentMessage"] or {}


def test_rows_selected_by_recorded_queries_without_dates_are_the_recorded_rows() -> None:
    records = [
        record
        for record in _RECORDS
        if "ids" in record["both"] and not record["both"]["bound"]["AfterDate"]
    ]
    every = [row["id"] for row in _CONVERSATIONS]

    actual = [
        _selected(bind_query(query_pairs(record["request"]["path"].partition("?")[2].encode())))
        for record in records
    ]

    assert actual == [
        every if record["both"]["ids"] == "all" else record["both"]["ids"] for record in records
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(b"a=1&&b&=x&c=", [("a", "1"), ("b", ""), ("", "x"), ("c", "")], id="parts"),
        pytest.param(b"a+b=%2B+%20", [("a b", "+  ")], id="plus"),
        pytest.param(b"a=%zz%4", [("a", "%zz%4")], id="no-escape"),
        pytest.param(b"a=%c3%A9%C3%28%E2%82", [("a", "\u00e9%C3(%E2%82")], id="no-utf-8"),
        pytest.param("a=\u00e9".encode(), [("a", "\u00e9")], id="raw-utf-8"),
        pytest.param(b"a=\xe9", [("a", "\u00e9")], id="raw-latin-1"),
        pytest.param(b"a=1;b=2=3", [("a", "1;b=2=3")], id="other-separators"),
    ],
)
def test_query_is_decoded_as_aspnet_core_does(
    query: bytes, expected: list[tuple[str, str]]
) -> None:
    assert query_pairs(query) == expected


def test_unknown_names_are_ignored() -> None:
    pairs = query_pairs(b"accountIds[]=a&format=json&Callback=cb&page=2&AFTERDATE=x")

    assert bind_query(pairs) == ListConversations(after_date="x")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(b"accountIds=%20&ACCOUNTIDS=", "ACCOUNTIDS", id="second-spelling"),
        pytest.param(b"accountIds=%20&ACCOUNTIDS=&AccountIds=", "ACCOUNTIDS", id="third-is-late"),
        pytest.param(
            b"accountIds=%20&" + b"&".join(b"x%d" % i for i in range(10)) + b"&ACCOUNTIDS=",
            "accountIds",
            id="eleven-names",
        ),
    ],
)
def test_field_error_spells_the_name_as_the_framework_keeps_it(query: bytes, expected: str) -> None:
    with pytest.raises(FrameworkError) as caught:
        bind_query(query_pairs(query))

    assert caught.value.field_errors == (
        FieldError(
            error_code="SerializationException",
            field_name=expected,
            message=f"' ' is an Invalid value for '{expected}'",
        ),
    )


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", '{"AccountIds":["a","b"]}', ("a", "b")),
        ("application/json; charset=utf-8", '\ufeff {"accountIds" : [ "a" , "b" ] } ', ("a", "b")),
        ("text/json", '{"x":{"y":[1,"}"]},"accountIds":"a,b"}', ("a", "b")),
        ("application/json", '{"accountIds":null}', None),
        ("application/json", '{"accountIds":[null,"",5,true]}', (None, "", "5", "true")),
        ("application/json", '{"accountIds":["\\u00e9\\n\\"\\q\\x41z"]}', ('\u00e9\n"qAz',)),
        ("application/json", '{"accountIds":["\\ud83d\\ude00"]}', ("\U0001f600",)),
        ("application/json", '{"accountIds":[', None),
        ("application/json", '{"accountIds":[]}', ()),
        ("application/json", "{bad", None),
        ("application/json", '{accountIds:["a"]}', None),
        ("application/json", "{}", None),
        ("application/jsv", "{accountIds:[a,b]}", ("a", "b")),
        ("text/jsv", '{x:{y:[1]},accountIds:["a,""b"]}', ('a,"b',)),
        ("application/jsv", "{}", None),
        ("text/csv", "AccountIds\r\na\r\n", ("a",)),
        ("text/csv", 'x,accountids\n1,"[a,b]"\n2,c', ("a", "b")),
        ("text/csv", "AccountIds\r\n", None),
        ("text/jsonl", '{"accountIds":["a"]}\n{"accountIds":["b"]}\n', ("a",)),
        ("text/plain", '{"accountIds":["a"]}', None),
        ("application/x-www-form-urlencoded", "accountIds=a", None),
        (None, '{"accountIds":["a"]}', None),
    ],
)
def test_body_on_get_binds_by_its_type(
    content_type: str | None, body: str, expected: tuple[str | None, ...] | None
) -> None:
    request = bind_request(_REST, b"", body.encode(), content_type)

    assert request == ListConversations(account_ids=expected)


_XML = """<ListConversations xmlns="http://schemas.datacontract.org/2004/07/Voice.Api.Messaging"
xmlns:i="http://www.w3.org/2001/XMLSchema-instance"
xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays">{}</ListConversations>"""


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ("", ListConversations()),
        (
            '<AccountIds><a:string>a</a:string><a:string i:nil="true"/></AccountIds>'
            "<AfterDate>2024</AfterDate>",
            ListConversations(account_ids=("a", None), after_date="2024"),
        ),
        ('<AccountIds i:nil="true"/><EndpointIds/>', ListConversations(endpoint_ids=())),
        ("<AfterDate>2024</AfterDate><AccountIds/>", ListConversations(after_date="2024")),
    ],
    ids=["none", "some", "nil", "out-of-order"],
)
def test_xml_body_binds_members_in_alphabetical_order(
    members: str, expected: ListConversations
) -> None:
    body = _XML.format(members).encode()

    assert bind_request(_REST, b"", body, "application/xml") == expected


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        (
            "application/json",
            "garbage",
            "Type definitions should start with a '{', expecting serialized type "
            "'ListConversations', got string starting with: garbage",
        ),
        ("application/json", '{"a":"b', "Index was outside the bounds of the array."),
        ("application/jsv", "{bad", "Index was outside the bounds of the array."),
        (
            "application/xml",
            "<oops",
            "There was an error deserializing the object of type "
            "Voice.Api.Messaging.ListConversations. Unexpected end of file. Following elements "
            "are not closed: oops. Line 1, position 6.",
        ),
        (
            "application/xml",
            "{bad",
            "There was an error deserializing the object of type "
            "Voice.Api.Messaging.ListConversations. The data at the root level is invalid. "
            "Line 1, position 1.",
        ),
        (
            "text/csv",
            "AccountIds\na,b",
            "Index was out of range. Must be non-negative and less than the size of the "
            "collection. (Parameter 'index')",
        ),
    ],
)
def test_body_that_cannot_be_read_is_refused(content_type: str, body: str, message: str) -> None:
    with pytest.raises(FrameworkError) as caught:
        bind_request(_REST, b"", body.encode(), content_type)

    assert (caught.value.status, caught.value.error_code, caught.value.message) == (
        400,
        "SerializationException",
        f"Could not deserialize '{content_type}' request using "
        f"Voice.Api.Messaging.ListConversations'\nError: {message}",
    )


def test_query_overrides_the_body_member_by_member() -> None:
    body = b'{"accountIds":["a"],"customerIds":["c"]}'

    request = bind_request(_REST, b"accountIds=b&customerIds=", body, "application/json")

    assert request == ListConversations(account_ids=("b",), customer_ids=("c",))


_FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("method", "segment", "content_type", "body", "quirks", "expected"),
    [
        ("GET", "application/json", None, "", _SIX, {"endpoint_ids": ("q",)}),
        ("POST", "application/json", None, "", _SIX, {}),
        ("POST", "application/json", None, "", _EIGHT, {"endpoint_ids": ("q",)}),
        ("POST", "application/json", "x/y", '{"accountIds":["b"]}', _SIX, {"account_ids": ("b",)}),
        (
            "POST",
            "application/json",
            "x/y",
            '{"accountIds":["b"]}',
            _EIGHT,
            {"account_ids": ("b",), "endpoint_ids": ("q",)},
        ),
        ("POST", "application/json", _FORM, "endpointIds=f", _SIX, {"endpoint_ids": ("f",)}),
        ("DELETE", "application/json", _FORM, "x=f", _SIX, {"endpoint_ids": ("q",)}),
        ("DELETE", "application/jsv", "x/y", "{accountIds:b}", _SIX, {"account_ids": ("b",)}),
        ("GET", "application/jsv", "x/y", '{"accountIds":b}', _SIX, {}),
        ("GET", "application/jsv", "x/y", '{"accountIds":b}', _EIGHT, {"account_ids": ("b",)}),
        ("GET", "text/html", "x/y", '{"accountIds":["b"]}', _SIX, {}),
    ],
)
def test_predefined_route_reads_the_body_in_its_own_format(
    method: str,
    segment: str,
    content_type: str | None,
    body: str,
    quirks: Quirks,
    expected: dict[str, Any],
) -> None:
    route = _predefined(method, segment)

    request = bind_request(route, b"endpointIds=q", body.encode(), content_type, quirks=quirks)

    assert request == ListConversations(**expected)


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (
            "application/json",
            '{"UserName":"u","rememberMe":true}',
            {"username": "u", "rememberme": "true", "continue": "/x"},
        ),
        (_FORM, "username=u&Continue=%2Fy", {"username": "u", "continue": "/y"}),
        ("text/plain", "userName=u", {"continue": "/x"}),
    ],
)
def test_sign_in_binds_body_form_and_query(
    content_type: str, body: str, expected: dict[str, str]
) -> None:
    members = bind_members(_SIGN_IN, b"continue=/x", body.encode(), content_type)

    assert members == expected


def test_sign_in_with_garbage_is_refused_by_its_own_name() -> None:
    with pytest.raises(FrameworkError, match="ServiceStack.Authenticate"):
        bind_members(_SIGN_IN, b"", b"garbage", "application/json")


def test_multipart_fields_are_a_form_and_files_are_not() -> None:
    body = (
        '--XX\r\nContent-Disposition: form-data; name="accountIds"\r\n\r\na\r\n'
        '--XX\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nz\r\n--XX--\r\n'
    )

    pairs = form_pairs(body.encode(), "multipart/form-data; boundary=XX")

    assert pairs == [("accountIds", "a")]
