import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator

import httpx2
import pytest

from mockserver.server import MockServer
from mockserver.server.asgi import App
from mockserver.server.connection import Patience
from mockserver.server.framing import Header
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import build_start
from mockserver.space.journal import Entry
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.mock_client import ADA, Client
from tests.programs import run_program
from tests.server.raw import Reply, ask, converse

ACCEPT = b"Host: localhost\r\nAccept: application/json\r\n"
SIGN_IN = b'{"provider":"credentials","userName":"ada","password":"%s"}' % ADA[1].encode()
TOO_LARGE = (
    "Could not deserialize 'application/json' request using Voice.Api.Messaging.ListConversations'"
    "\nError: Request body too large. The max request body size is 30000000 bytes."
)


def get(target: str, headers: bytes = b"") -> bytes:
    return f"GET {target} HTTP/1.1\r\n".encode() + ACCEPT + headers + b"\r\n"


def post(target: str, headers: bytes, body: bytes = b"") -> bytes:
    return f"POST {target} HTTP/1.1\r\n".encode() + ACCEPT + headers + b"\r\n" + body


@pytest.fixture
def impatient() -> Iterator[BackgroundServer]:
    """Serve with no patience at all for anything but an idle connection."""
    start = build_start(load_scenario("default"), unix_seconds=time.time())
    patience = Patience(head_seconds=0.05, grace_seconds=0.05, drain_seconds=0.05)
    running = BackgroundServer(App(Spaces(start)), patience=patience)
    yield running
    running.close()


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, "Bad Request", id="no host"),
        pytest.param(get("/", b"Host: b\r\n"), 400, "Bad Request", id="two hosts"),
        pytest.param(get("/", b"X: \xe9\r\n"), 400, "Bad Request", id="no UTF-8"),
        pytest.param(get("/", b"X: \0\r\n"), 400, "Bad Request", id="NUL"),
        pytest.param(get("/", b"X: a\r\n b\r\n"), 400, "Bad Request", id="folded line"),
        pytest.param(get("/", b"X: a\nY: b\r\n"), 400, "Bad Request", id="bare line feed"),
        pytest.param(get("/", b"X: a\rY: b\r\n"), 400, "Bad Request", id="bare return"),
        pytest.param(get("/", b"\rX: a\r\n"), 400, "Bad Request", id="name with a return"),
        pytest.param(get("/conversations%00"), 400, "Bad Request", id="NUL in the path"),
        pytest.param(get("http://other/"), 400, "Bad Request", id="other host"),
        pytest.param(b"GET /" + b"a" * 60_000, 414, "URI Too Long", id="endless line"),
        pytest.param(
            get("/")[:-2] + b"X: " + b"a" * 60_000,
            431,
            "Request Header Fields Too Large",
            id="endless header",
        ),
        pytest.param(
            get("/", b"X: a\r\n" * 101), 431, "Request Header Fields Too Large", id="101 headers"
        ),
        pytest.param(
            post("/healthz", b"Content-Length: 30000001\r\n"),
            413,
            "Payload Too Large",
            id="large body",
        ),
    ],
)
def test_refusal_has_no_body_and_ends_the_connection(
    client: Client, data: bytes, status: int, reason: str
) -> None:
    reply = ask(client.port, data)

    assert (reply.status, reply.reason, reply.body) == (status, reason, b"")
    assert reply.header("content-length") == "0"
    assert reply.header("connection") == "close"
    assert reply.header("server") == "Kestrel"


@pytest.mark.parametrize(
    ("data", "status", "path"),
    [
        (b"GET /a HTTP/1.1\r\n\r\n", 400, "/a"),
        (b"GET /" + b"a" * 9_000, 414, "/***"),
        (get("/b", b"X: a\r\n" * 101), 431, "/b"),
        (post("/c", b"Content-Length: 30000001\r\n"), 413, "/c"),
        (post("/d", b"Transfer-Encoding: chunked\r\n", b"no size\r\n"), 400, "/d"),
    ],
)
def test_refusal_is_in_the_journal(client: Client, data: bytes, status: int, path: str) -> None:
    ask(client.port, data)

    (entry,) = client.admin("GET", "/spaces/default/requests").json["requests"]
    assert (entry["status"], entry["path"]) == (status, path)


def test_refusal_is_in_the_log() -> None:
    start = build_start(load_scenario("default"), unix_seconds=time.time())
    told: list[tuple[str, bytes, int | None]] = []

    def note(_space: Space, entry: Entry, _sent: Iterable[Header]) -> None:
        told.append((entry.request.method, entry.request.raw_path, entry.status))

    running = BackgroundServer(App(Spaces(start), on_answer=note))
    ask(running.port, b"GET /a HTTP/1.1\r\n\r\n")
    running.close()

    assert told == [("GET", b"/a", 400)]


def test_head_that_never_ends_ends_its_connection(impatient: BackgroundServer) -> None:
    reply = ask(impatient.port, b"GET / HTTP/1.1\r\nHost: lo")

    assert (reply.status, reply.body) == (408, b"")


def test_body_that_never_ends_ends_its_connection(impatient: BackgroundServer) -> None:
    data = post("/auth/credentials", b"Content-Length: 9\r\n", b"abc")

    assert ask(impatient.port, data).status == 408


def test_idle_connection_lives(impatient: BackgroundServer) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=10) as connection:
        # Long after its patience for a head, which another connection shows to be over.
        connection.sendall(get("/healthz"))
        connection.recv(65_536)
        ask(impatient.port, b"GET /")
        connection.sendall(get("/healthz"))

        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 OK")


def test_body_that_was_read_after_its_answer_leaves_the_connection_alone(
    impatient: BackgroundServer,
) -> None:
    refused = post("/auth", b"Sec-Fetch-Site: cross-site\r\nContent-Length: 2\r\n", b"{}")
    slow = get("/conversations", b"Prefer: delay=300\r\n")

    replies = converse(impatient.port, [refused + slow + get("/healthz")], ["POST", "GET", "GET"])

    assert [reply.status for reply in replies] == [403, 401, 200]


def test_idle_connection_lives_as_long_as_with_kestrel() -> None:
    assert Patience().idle_seconds == 130


def test_idle_connection_ends_in_the_end() -> None:
    start = build_start(load_scenario("default"), unix_seconds=time.time())
    running = BackgroundServer(App(Spaces(start)), patience=Patience(idle_seconds=0.05))
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        assert connection.recv(1) == b""
    running.close()


def test_http2_offer_of_curl_does_not_lose_the_body(mock: MockServer) -> None:
    ended = run_program(
        *("curl", "-s", "--http2", "-w", " %{http_code} %{http_version}"),
        *("-H", "Accept: application/json", "-H", "Content-Type: application/json"),
        *("--data-binary", "@-", f"{mock.url}/auth/credentials"),
        text=SIGN_IN.decode(),
    )

    assert '"userName":"ada"' in ended.stdout
    assert ended.stdout.endswith(" 200 1.1")


@pytest.mark.parametrize("offer", [b"h2c", b"websocket"])
def test_request_behind_an_offer_to_upgrade_is_answered(client: Client, offer: bytes) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: %s\r\n" % offer
    body = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(SIGN_IN)
    first = post("/auth/credentials", upgrade + body, SIGN_IN)

    signed_in, health = converse(client.port, [first + get("/healthz")], ["POST", "GET"])

    assert b'"userName":"ada"' in signed_in.body
    assert health.body == b'{"status":"ok"}'


def test_utf8_in_a_cookie_of_another_app_is_read(client: Client) -> None:
    signed_in = httpx2.post(
        f"http://127.0.0.1:{client.port}/auth/credentials",
        content=SIGN_IN,
        headers={"Content-Type": "application/json"},
        trust_env=False,
    )
    cookie = f"ss-id={signed_in.cookies['ss-id']}"

    reply = ask(
        client.port, get("/conversations", f"Cookie: theme=dämmerig☕; {cookie}\r\n".encode())
    )

    assert reply.status == client.list().status == 200


def test_absolute_target_is_answered(client: Client) -> None:
    assert ask(client.port, get("http://localhost/healthz?a=b")).status == 200


def _deserialised(reply: Reply) -> str:
    message: str = json.loads(reply.body)["responseStatus"]["message"]
    return message


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("POST", "/json/reply/ListConversations", b"Content-Type: application/json\r\n"),
        ("POST", "/json/reply/ListConversations", b""),
        ("POST", "/json/reply/ListConversations[]", b""),
        ("GET", "/conversations", b"Content-Type: application/json\r\n"),
        ("PUT", "/api/ListConversations", b"Content-Type: application/json\r\n"),
    ],
)
def test_declared_body_that_is_too_large_is_refused_at_once(
    client: Client, method: str, target: str, headers: bytes
) -> None:
    more = headers + b"Content-Length: 30000001\r\nExpect: 100-continue\r\n"
    data = post(target, more).replace(b"POST", method.encode(), 1)
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as connection:
        connection.sendall(data)
        first = connection.recv(12)

    reply = ask(client.port, data)

    assert first == b"HTTP/1.1 400"
    assert _deserialised(reply) == TOO_LARGE
    assert b'"errorCode":"SerializationException"' in reply.body
    assert reply.header("connection") == "close"


def test_refusal_of_a_large_body_is_in_the_negotiated_format(client: Client) -> None:
    headers = b"Content-Type: application/xml\r\nContent-Length: 30000001\r\n"

    reply = ask(client.port, post("/xml/reply/ListConversations", headers), method="POST")

    assert reply.status == 400
    assert b"<Message>Could not deserialize 'application/xml' request" in reply.body


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/nothing", b"Content-Type: application/json\r\n"),
        ("/conversations", b"Content-Type: application/x-www-form-urlencoded\r\n"),
        ("/conversations", b"Content-Type: image/png\r\n"),
    ],
)
def test_large_body_that_nobody_deserialises_is_413(
    client: Client, target: str, headers: bytes
) -> None:
    reply = ask(client.port, post(target, headers + b"Content-Length: 30000001\r\n"))

    assert (reply.status, reply.body) == (413, b"")


@pytest.mark.parametrize(
    "target",
    ["/auth/credentials", "/json/reply/Authenticate", "/~default/auth", "/%61uth/credentials"],
)
def test_sign_in_ends_at_64_kb(client: Client, target: str) -> None:
    headers = b"Content-Type: application/json\r\nContent-Length: %d\r\n"
    padded = SIGN_IN[:-1].ljust(65_535) + b"}"

    within = ask(client.port, post(target, headers % 65_536, padded), method="POST")
    over = ask(client.port, post(target, headers % 65_537), method="POST")

    assert within.status == 200
    assert over.status == 400
    assert _deserialised(over).endswith("The max request body size is 65536 bytes.")


def test_chunks_are_counted_while_they_come(client: Client) -> None:
    headers = b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    data = post("/auth/credentials", headers, b"10000\r\n" + b" " * 65_536 + b"\r\n1\r\n \r\n")

    reply = ask(client.port, data, method="POST")

    assert reply.status == 400


def test_client_that_goes_on_sending_reads_the_refusal(client: Client) -> None:
    body = b"x" * 31_000_000
    headers = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)

    reply = ask(client.port, post("/json/reply/ListConversations", headers, body), method="POST")

    assert _deserialised(reply) == TOO_LARGE


def test_admin_refuses_a_declared_body_at_once(client: Client) -> None:
    headers = b"Content-Type: application/json\r\nContent-Length: 1000001\r\n"

    assert ask(client.port, post("/__admin/spaces", headers)).status == 413


def test_request_that_breaks_off_signs_nobody_in(client: Client, mock: MockServer) -> None:
    headers = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % (len(SIGN_IN) + 1)
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as connection:
        connection.sendall(post("/auth/credentials", headers, SIGN_IN))
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)

    assert mock.space.history == []


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(
            lambda n: b"Content-Length: 0\r\nContent-Length: %d\r\n" % n, id="two lengths"
        ),
        pytest.param(
            lambda n: b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n" % n, id="both"
        ),
        pytest.param(
            lambda n: b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n" % n,
            id="both, other order",
        ),
        pytest.param(lambda n: b"Content-Length: %d\r\n folded: x\r\n" % n, id="fold"),
        pytest.param(lambda n: b"X: a\nContent-Length: %d\r\n" % n, id="bare line feed"),
        pytest.param(lambda n: b"Content-Length : %d\r\n" % n, id="space before the colon"),
        pytest.param(lambda n: b"Transfer-Encoding: xchunked\r\n", id="other coding"),
        pytest.param(
            lambda n: b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", id="last coding"
        ),
        pytest.param(lambda n: b"Transfer-Encoding:\x0bchunked\r\n", id="vertical tab"),
    ],
)
def test_body_of_a_doubtful_length_hides_no_request(
    client: Client, build: Callable[[int], bytes]
) -> None:
    hidden = get("/healthz")

    replies = converse(
        client.port, [post("/nothing", build(len(hidden)), hidden)], ["POST", "GET", "GET"]
    )

    assert [reply.status for reply in replies] == [400]
