import pytest

from mockserver.cli.serve_lines import base_url, describe_entry
from mockserver.space.journal import Entry
from mockserver.wire.http_request import Request


def entry_of(
    request: Request, *, status: int = 200, rows: int | None = None, ms: float = 0
) -> Entry:
    return Entry(id=1, request=request, time_ticks=0, status=status, rows=rows, ms=ms)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", "http://localhost:4011"),
        ("127.0.0.1", "http://127.0.0.1:4011"),
        ("::1", "http://[::1]:4011"),
        ("0.0.0.0", "http://localhost:4011"),
        ("::", "http://localhost:4011"),
    ],
)
def test_the_address_is_one_that_a_client_can_use(host: str, expected: str) -> None:
    assert base_url(host, 4011) == expected


def test_a_request_is_one_line() -> None:
    request = Request(method="GET", raw_path=b"/conversations", query=b"accountIds=a,b")

    assert describe_entry(entry_of(request, rows=25, ms=1.234)) == [
        "200 GET /conversations?accountIds=a,b 25 rows 1.2 ms"
    ]


def test_one_row_is_singular_and_no_rows_are_no_question() -> None:
    request = Request(method="GET", raw_path=b"/auth")

    assert describe_entry(entry_of(request, rows=1)) == ["200 GET /auth 1 row 0.0 ms"]
    assert describe_entry(entry_of(request, status=401)) == ["401 GET /auth 0.0 ms"]


def test_warnings_stand_below_the_line() -> None:
    entry = entry_of(Request(method="GET", raw_path=b"/"))

    lines = describe_entry(entry, ["afterDate has no zone"])

    assert lines == ["200 GET / 0.0 ms", "  ! afterDate has no zone"]


def test_nothing_in_a_line_can_move_the_cursor() -> None:
    request = Request(method="GET", raw_path=b"/\x1b[2J\xff", query=b"a=\r\nb")

    assert describe_entry(entry_of(request)) == ["200 GET /\\x1b[2Jÿ?a=\\r\\nb 0.0 ms"]


def test_secrets_in_headers_and_query_are_masked() -> None:
    request = Request(
        method="GET",
        raw_path=b"/auth/credentials",
        query=b"UserName=ann&PassWord=hush&x=1",
        headers=(
            (b"accept", b"application/json"),
            (b"authorization", b"Basic aHVzaA=="),
            (b"cookie", b"ss-id=hush; theme=hush"),
            (b"x-api-key", b"hush"),
            (b"referer", b"http://localhost/login?password=hush&a=1"),
        ),
    )
    sent = (
        (b"content-type", b"text/html"),
        (b"set-cookie", b"ss-id=hush; path=/; httponly"),
        (b"location", b"/login?redirect=%2fx%3fpassword%3dhush"),
    )

    assert describe_entry(entry_of(request), sent=sent, is_verbose=True) == [
        "200 GET /auth/credentials?UserName=ann&PassWord=***&x=1 0.0 ms",
        "  > accept: application/json",
        "  > authorization: Basic ***",
        "  > cookie: ss-id=***; theme=***",
        "  > x-api-key: ***",
        "  > referer: http://localhost/login?password=***&a=1",
        "  < content-type: text/html",
        "  < set-cookie: ss-id=***; path=/; httponly",
        "  < location: /login?redirect=/x?password=***",
    ]
