import httptools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.server.heads import Chunks, Refused, judge_beginning, read_head

HOST = b"Host: localhost\r\n"


def head_of(line: bytes, headers: bytes = HOST) -> bytes:
    return line + b"\r\n" + headers + b"\r\n"


GET = b"GET /conversations HTTP/1.1"
POST = b"POST /auth/credentials HTTP/1.1"


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        pytest.param(GET, b"", 400, id="no host"),
        pytest.param(GET, HOST + HOST, 400, id="two hosts"),
        pytest.param(b"GET / HTTP/1.0", HOST + HOST, 400, id="two hosts on 1.0"),
        pytest.param(GET, b"Host: a b\r\n", 400, id="host with a space"),
        pytest.param(GET, b"Host: a/b\r\n", 400, id="host with a path"),
        pytest.param(GET, b"Host: a:b\r\n", 400, id="port that is none"),
        pytest.param(GET, b"Host: [::1\r\n", 400, id="open bracket"),
        pytest.param(b"GET http://other/ HTTP/1.1", HOST, 400, id="absolute, other host"),
        pytest.param(b"GET http:/// HTTP/1.1", HOST, 400, id="absolute, no host"),
        pytest.param(b"GET ftp://localhost/ HTTP/1.1", HOST, 400, id="other scheme"),
        pytest.param(b"GET localhost HTTP/1.1", HOST, 400, id="authority"),
        pytest.param(b"CONNECT localhost:80 HTTP/1.1", HOST, 400, id="connect"),
        pytest.param(b"GET * HTTP/1.1", HOST, 405, id="asterisk"),
        pytest.param(b"GET /a%00b HTTP/1.1", HOST, 400, id="NUL in the path"),
        pytest.param("GET /é HTTP/1.1".encode(), HOST, 400, id="raw text in the path"),
        pytest.param(b"GET  / HTTP/1.1", HOST, 400, id="two spaces"),
        pytest.param(b"GET /", HOST, 400, id="HTTP/0.9"),
        pytest.param(b"GET / HTTP/2.0", HOST, 505, id="HTTP/2"),
        pytest.param(b"GET / HTTP/1.2", HOST, 505, id="HTTP/1.2"),
        pytest.param(GET, HOST + b"X: \xe9\r\n", 400, id="Latin-1 value"),
        pytest.param(GET, HOST + b"X: \xed\xa0\x80\r\n", 400, id="surrogate in UTF-8"),
        pytest.param(GET, HOST + "é: x\r\n".encode(), 400, id="name that is no ASCII"),
        pytest.param(POST, HOST + b"Transfer-Encoding: a\r\n" * 2, 400, id="two codings"),
        pytest.param(POST, HOST + b"Content-Length: 3\r\n" * 2, 400, id="two lengths"),
        pytest.param(POST, HOST + b"Content-Length: +3\r\n", 400, id="length with a sign"),
        pytest.param(POST, HOST + b"Content-Length: 3, 3\r\n", 400, id="list of lengths"),
        pytest.param(POST, HOST + b"Content-Length:\r\n", 400, id="empty length"),
        pytest.param(POST, HOST + b"Content-Length: " + b"9" * 30, 400, id="huge length"),
        pytest.param(
            POST,
            HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            400,
            id="length and chunks",
        ),
        pytest.param(b"POST / HTTP/1.0", HOST, 400, id="body without a length on 1.0"),
        pytest.param(b"GET /" + b"a" * 8_179 + b" HTTP/1.1", HOST, 414, id="line over 8 KiB"),
        pytest.param(GET, HOST + b"X: " + b"a" * 32_768 + b"\r\n", 431, id="headers over 32 KiB"),
        pytest.param(GET, HOST + b"X: a\r\n" * 100, 431, id="101 headers"),
    ],
)
def test_head_is_refused(line: bytes, headers: bytes, status: int) -> None:
    end = b"" if headers.endswith(b"\r\n") or not headers else b"\r\n"

    found = read_head(head_of(line, headers + end))

    assert isinstance(found, Refused)
    assert found.status == status


@pytest.mark.parametrize(
    ("line", "headers", "length"),
    [
        pytest.param(GET, HOST, 0, id="plain"),
        pytest.param(GET, b"hOsT:localhost:4010\r\n", 0, id="other case"),
        pytest.param(GET, b"Host:\r\n", 0, id="empty host"),
        pytest.param(GET, b"Host: [::1]:4010\r\n", 0, id="IPv6 host"),
        pytest.param(b"GET / HTTP/1.0", b"", 0, id="no host on 1.0"),
        pytest.param(b"OPTIONS * HTTP/1.1", HOST, 0, id="asterisk"),
        pytest.param(b"GET /?a=%00 HTTP/1.1", HOST, 0, id="NUL in the query"),
        pytest.param(GET, HOST + "Cookie: x=é☕\r\n".encode(), 0, id="UTF-8 value"),
        pytest.param(POST, HOST + b"Content-Length: \t3 \r\n", 3, id="length"),
        pytest.param(POST, HOST + b"Transfer-Encoding: chunked\r\n", None, id="chunks"),
        pytest.param(b"GET /" + b"a" * 8_176 + b" HTTP/1.1", HOST, 0, id="line of 8 KiB"),
        pytest.param(GET, HOST + b"X: a\r\n" * 99, 0, id="100 headers"),
        pytest.param(GET, HOST + b"X: " + b"a" * 32_746 + b"\r\n", 0, id="headers of 32 KiB"),
    ],
)
def test_head_is_passed_on_as_it_is(line: bytes, headers: bytes, length: int | None) -> None:
    data = head_of(line, headers)

    assert read_head(data)[:2] == (data, length)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("http://localhost/conversations?a=b", "/conversations?a=b"),
        ("http://localhost:80?a=b", "/?a=b"),
        ("https://someone@LOCALHOST:443/x#part", "/x"),
        ("http://localhost", "/"),
    ],
)
def test_absolute_target_becomes_a_path(target: str, path: str) -> None:
    head = read_head(head_of(f"GET {target} HTTP/1.1".encode()))

    assert head[:2] == (head_of(f"GET {path} HTTP/1.1".encode()), 0)


@pytest.mark.parametrize("offer", ["h2c", "websocket", "TLS/1.0, HTTP/1.1"])
def test_offer_to_upgrade_is_dropped(offer: str) -> None:
    connection = b"Connection: Upgrade, HTTP2-Settings\r\nContent-Length: 2\r\n"
    data = head_of(POST, HOST + f"UPGRADE: {offer}\r\n".encode() + connection)

    assert read_head(data)[:2] == (head_of(POST, HOST + connection), 2)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"GET /" + b"a" * 8_187, 414, id="line without an end"),
        pytest.param(GET + b"\r\nX: " + b"a" * 33_000, 431, id="header without an end"),
        pytest.param(GET + b"\r\n" + b"X: a\r\n" * 101, 431, id="headers without an end"),
        pytest.param(GET + b"\nHost: a\n\n", 400, id="bare line feeds"),
        pytest.param(b"\x16\x03\x01\x02\x00", 400, id="TLS"),
    ],
)
def test_beginning_of_a_head_is_refused_at_once(data: bytes, status: int) -> None:
    found = judge_beginning(data)

    assert found is not None
    assert found.status == status


def test_beginning_of_a_head_waits_for_its_end() -> None:
    assert judge_beginning(GET + b"\r\nHost: a\r\nX: " + b"a" * 32_000) is None


def test_refusal_names_method_and_the_beginning_of_the_target() -> None:
    found = judge_beginning(b"GET /conversations?x=" + b"a" * 9_000)

    assert found == Refused(414, "GET", b"/conversations?x=" + b"a" * 183)


class _Parser:
    """Note what httptools makes of bytes."""

    def __init__(self) -> None:
        self.body = b""
        self.ends = 0
        self.parser = httptools.HttpRequestParser(self)

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.ends += 1


@given(
    bodies=st.lists(st.binary(min_size=1, max_size=40), max_size=4),
    extension=st.sampled_from([b"", b";a=b", b';q="x"']),
    trailer=st.sampled_from([b"", b"X: y\r\n", b"Cookie: a=b\r\nHost: x\r\n"]),
    rest=st.sampled_from([b"", b"GET / HTTP/1.1\r\n", b"0\r\n\r\n"]),
    step=st.integers(1, 50),
)
@settings(deadline=None)
def test_chunks_end_where_the_parser_ends_them(
    bodies: list[bytes], extension: bytes, trailer: bytes, rest: bytes, step: int
) -> None:
    """Whatever the pieces, both readers find the end of a body at the same byte."""
    data = b"".join(b"%X%s\r\n%s\r\n" % (len(body), extension, body) for body in bodies)
    data += b"0\r\n" + trailer + b"\r\n"
    chunks, parser = Chunks(), _Parser()
    parser.parser.feed_data(head_of(POST, HOST + b"Transfer-Encoding: chunked\r\n"))

    pieces = [(data + rest)[at : at + step] for at in range(0, len(data + rest), step)]
    taken = b"".join(piece[: chunks.take(piece, 0)] for piece in pieces)

    assert (taken, chunks.is_done, chunks.is_broken) == (data, True, False)
    parser.parser.feed_data(taken[:-1])
    assert parser.ends == 0
    parser.parser.feed_data(taken[-1:])
    assert (parser.ends, parser.body) == (1, b"".join(bodies))


@pytest.mark.parametrize(
    "data",
    [
        b"zz\r\n",
        b"\r\n",
        b"-1\r\n",
        b"0x3\r\n",
        b"3\nabc",
        b"f" * 16 + b"\r\n",
        b"1;" + b"a" * 5_000,
    ],
)
def test_chunk_without_a_size_is_broken(data: bytes) -> None:
    chunks = Chunks()

    chunks.take(data, 0)

    assert chunks.is_broken


def test_trailers_are_bounded() -> None:
    chunks = Chunks()

    chunks.take(b"0\r\n" + b"X: aaaaaaaaaaaaaaaaaaaa\r\n" * 2_000, 0)

    assert chunks.is_broken
