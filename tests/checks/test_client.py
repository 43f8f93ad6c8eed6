import base64
import gzip
import json
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import pytest

from mockserver.checks.messages import AUTHS, PLANTED_ID, Request, Response
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.identity import Identities
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.errors import (
    BrokenAnswerError,
    BudgetError,
    RefusedError,
    ScopeError,
    StoppedError,
    TargetError,
    UsageError,
)
from tests.checks.counting_server import CountingServer, Handler, counting_server, rows_body
from tests.waiting import PATIENCE_SECONDS

Local = Callable[[CountingServer], TargetOptions]
JSON = {"Content_Type": "application/json"}
MEBIBYTE = bytes(1024 * 1024)

SIGN_INS = 32


class FakeTime:
    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds


def loopback(server: CountingServer) -> TargetOptions:
    return TargetOptions(url=server.url, user="alice", password=Secret("wonder:Land1"))


def own(server: CountingServer) -> TargetOptions:
    return replace(loopback(server), own=("127.0.0.1",))


def live(server: CountingServer) -> TargetOptions:
    return replace(loopback(server), live="127.0.0.1", scope=("a1",))


@pytest.fixture(params=[loopback, own], ids=["loopback", "own"])
def local(request: pytest.FixtureRequest) -> Local:
    """Give each kind of target that has loopback's rules."""
    made: Local = request.param
    return made


def open_client(options: TargetOptions, fake: FakeTime | None = None) -> Client:
    fake = fake or FakeTime()
    return Client(options, clock=fake.clock, sleep=fake.sleep, now=lambda: 0.0)


def ask_often(client: Client, times: int) -> None:
    for _ in range(times):
        client.send(Request())


def test_a_get_returns_the_decoded_answer(local: Local) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        response = client.send(Request(query="afterDate=2026-01-01"))

        assert (response.status, response.body) == (200, rows_body("a1"))
        assert server.targets == ["GET /conversations?afterDate=2026-01-01"]


def test_a_base_path_comes_before_the_operation(local: Local) -> None:
    with counting_server() as server:
        options = replace(local(server), url=f"{server.url}/~space/")
        with open_client(options) as client:
            client.send(Request())

        assert server.targets == ["GET /~space/conversations"]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request(method="POST"), id="post"),
        pytest.param(Request(method="DELETE"), id="delete"),
        pytest.param(Request(method="OPTIONS"), id="options"),
        pytest.param(Request(method="TRACE"), id="trace"),
        pytest.param(Request(path="/metadata"), id="other-path"),
        pytest.param(Request(path="/conversations/../auth"), id="dots"),
        pytest.param(Request(path="//example.com/conversations"), id="other-origin"),
        pytest.param(Request(path="http://example.com/conversations"), id="absolute-origin"),
        pytest.param(Request(path="/auth/logout", method="DELETE"), id="delete-sign-out"),
        pytest.param(Request(path="/auth/credentials"), id="get-sign-in"),
        pytest.param(Request(path="/auth/status", method="POST"), id="post-status"),
        pytest.param(Request(path="/auth", method="DELETE"), id="delete-who"),
        pytest.param(Request(path="/auth/register"), id="other-sign-in-path"),
        pytest.param(Request(query="X-Http-Method-Override=DELETE"), id="override"),
        pytest.param(Request(query="x%2Dhttp-method-override=PUT"), id="encoded-override"),
        pytest.param(Request(headers=(("X-HTTP-Method-Override", "PUT"),)), id="override-header"),
        pytest.param(Request(headers=(("Host", "example.com"),)), id="host-header"),
        pytest.param(Request(headers=(("Cookie", "ss-id=x"),)), id="cookie-header"),
        pytest.param(Request(headers=(("Accept", "a\r\nX: y"),)), id="header-injection"),
        pytest.param(Request(headers=(("Accept", "a "),)), id="header-with-blank"),
        pytest.param(Request(query="a=1 HTTP/1.1\r\nX: y"), id="request-injection"),
        pytest.param(Request(query="a=1#fragment"), id="fragment"),
        pytest.param(Request(auth="other"), id="no-second-user"),
    ],
)
def test_what_loopback_refuses_never_leaves(local: Local, request_: Request) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        with pytest.raises(RefusedError):
            client.send(request_)

        assert server.seen == []


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request(method="HEAD"), id="head"),
        pytest.param(Request(method="POST", path="/auth/credentials"), id="sign-in"),
        pytest.param(Request(path="/auth/logout"), id="sign-out"),
        pytest.param(Request(path="/auth"), id="who"),
        pytest.param(Request(path="/auth/status"), id="status"),
        pytest.param(Request(auth="mail"), id="by-mail"),
        pytest.param(Request(auth="session-kept"), id="kept-cookies"),
        pytest.param(Request(auth="session-crowded"), id="cookies-among-others"),
        pytest.param(Request(auth="session-mixed"), id="cookies-of-two-sessions"),
        pytest.param(Request(auth="session-beside"), id="cookies-beside-basic"),
        pytest.param(Request(path="/json/reply/ListConversations"), id="other-route"),
        pytest.param(Request(path="/CONVERSATIONS"), id="odd-spelling"),
        pytest.param(Request(auth="wrong"), id="wrong-password"),
        pytest.param(Request(auth="empty"), id="empty-password"),
        pytest.param(Request(auth="prefixed"), id="prefixed-password"),
        pytest.param(Request(auth="extended"), id="extended-password"),
        pytest.param(Request(auth="cased"), id="password-in-another-case"),
        pytest.param(Request(auth="colon"), id="password-and-a-colon"),
        pytest.param(Request(auth="nameless"), id="password-without-a-name"),
        pytest.param(Request(auth="forged"), id="forged-cookies"),
        pytest.param(Request(auth="planted"), id="planted-cookies"),
        pytest.param(Request(auth="session-header"), id="session-in-a-header"),
        pytest.param(Request(is_hostile=True), id="hostile"),
        pytest.param(Request(query="endpointIds=%00"), id="control-character"),
        pytest.param(Request(query="callback=%3Cscript%3E"), id="markup"),
        pytest.param(Request(query="endpointIds=" + "x" * 2_000), id="long"),
        pytest.param(Request(body=b"{}"), id="body"),
        pytest.param(Request(query="accountIds=a2"), id="foreign-account"),
        pytest.param(Request(query="AccountIds=a1,a2"), id="one-foreign-account"),
        pytest.param(Request(query="accountIds="), id="empty-account"),
        pytest.param(Request(query="accountIds=a1&accountIds=a2"), id="repeated-account"),
    ],
)
def test_what_live_refuses_never_leaves(request_: Request) -> None:
    with counting_server() as server, open_client(live(server)) as client:
        with pytest.raises(RefusedError):
            client.send(request_)

        assert server.seen == []


def test_live_signs_in_and_out_once_and_adds_the_scope() -> None:
    with counting_server() as server:
        with open_client(live(server)) as client:
            client.send(Request())
            client.send(Request(query="afterDate=2026-01-01"))

        assert server.targets == [
            "POST /auth/credentials",
            "GET /conversations?accountIds=a1",
            "GET /conversations?afterDate=2026-01-01&accountIds=a1",
            "GET /auth/logout",
        ]
        assert {seen.headers.get("Cookie") for seen in server.seen[1:]} == {"ss-id=SESSION"}


def test_live_asks_once_a_second() -> None:
    fake = FakeTime()
    with counting_server() as server, open_client(live(server), fake) as client:
        client.send(Request())
        client.send(Request())

        assert fake.slept == [1.0, 1.0]


def test_live_sends_one_at_a_time() -> None:
    with counting_server() as server, open_client(live(server)) as client:
        with pytest.raises(RefusedError, match="at most 1"):
            client.send_together([Request(), Request()])

        assert server.seen == []


def test_live_never_passes_150_requests() -> None:
    with counting_server() as server:
        with open_client(live(server)) as client, pytest.raises(BudgetError):
            ask_often(client, 1_000)

        assert len(server.seen) == 150


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"url": "http://api.example.com"}, "api.example.com is not this machine"),
        ({"url": "http://api.example.com", "live": "example.com"}, "is not the host of the URL"),
        ({"live": "127.0.0.1"}, "needs --scope"),
        ({"live": "127.0.0.1", "scope": ("a",), "budget": 151}, "at most 150"),
        ({"live": "127.0.0.1", "scope": ("a",), "rate": 2}, "at most 1"),
        ({"live": "127.0.0.1", "scope": ("a",), "max_seconds": 1e9}, "at most 3600"),
        ({"budget": 0}, "not above 0"),
        ({"url": "http://alice:pw@127.0.0.1"}, "carries credentials"),
        ({"url": "ftp://127.0.0.1"}, "is not http"),
        ({"url": "http://127.0.0.1/?a=1"}, "carries a query"),
        ({"auth": "token"}, "unknown way to sign in"),
        ({"auth": "session"}, "MOCKSERVER_SESSION"),
        ({"auth": "session", "session": Secret("a b")}, "no ss-id"),
        ({"proxy": Secret("http://proxy.example.com:8080")}, "is not this machine"),
        ({"proxy": Secret("socks5://127.0.0.1")}, "--proxy"),
    ],
)
def test_options_that_allow_no_run_are_refused(change: dict[str, object], message: str) -> None:
    options = TargetOptions(**{"url": "http://127.0.0.1:1", **change})  # type: ignore[arg-type]  # rows

    with pytest.raises(UsageError, match=message):
        Client(options)


def test_options_show_no_secret() -> None:
    options = TargetOptions(
        url="http://127.0.0.1:1", password=Secret("hush"), session=Secret("hush"), auth="session"
    )

    assert "hush" not in repr(options) + repr(Client(options)) + str(options.password)


@pytest.mark.parametrize("auth", AUTHS)
def test_every_identity_can_be_sent_to_loopback(local: Local, auth: str) -> None:
    with counting_server() as server:
        options = replace(local(server), other_user="bob", other_password=Secret("hush"))
        with open_client(options) as client:
            assert client.send(Request(auth=auth)).status == 200


def test_passwords_are_spoilt_as_the_identity_says(local: Local) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        for auth in ("basic", "wrong", "empty", "prefixed", "extended", "cased", "colon"):
            client.send(Request(auth=auth))
        client.send(Request(auth="nameless"))

        sent = [seen.headers["Authorization"].split() for seen in server.seen]
        assert [scheme for scheme, _ in sent] == ["basic", *["Basic"] * 7]
        assert [base64.b64decode(text).decode("latin-1") for _, text in sent] == [
            "alice:wonder:Land1",
            "alice:not-1dnaL:rednow",
            "alice:",
            "alice:wonder:Land",
            "alice:wonder:Land1é",
            "alice:WONDER:lAND1",
            "alice:wonder:Land1:x",
            ":wonder:Land1",
        ]


@pytest.mark.parametrize(("other", "sent"), [("hush", "hush"), ("wonder:Land1", "wonder:Land1x")])
def test_the_password_of_another_user_is_another_password(
    other: str, sent: str, local: Local
) -> None:
    with counting_server() as server:
        options = replace(local(server), other_user="bob", other_password=Secret(other))
        with open_client(options) as client:
            client.send(Request(auth="swapped"))

        token = server.seen[0].headers["Authorization"].removeprefix("Basic ")
        assert base64.b64decode(token).decode() == f"alice:{sent}"


def test_a_planted_id_is_brought_under_the_names_that_a_sign_in_gave(local: Local) -> None:
    def give(handler: Handler) -> None:
        handler.reply(200, Set_Cookie="sid=Zm9yYmlkZGVu; HttpOnly")

    with counting_server(give) as server, open_client(local(server)) as client:
        client.send(Request(method="POST", path="/auth/credentials"))
        client.send(Request(method="POST", path="/auth/credentials", auth="planted"))
        client.send(Request(auth="planted"))

        first, second, third = (seen.headers.get("Cookie") for seen in server.seen)
        assert first is None
        assert second == third == "; ".join(f"{n}={PLANTED_ID}" for n in ("ss-id", "ss-pid", "sid"))
        assert server.seen[0].body == server.seen[1].body


def test_a_sign_in_goes_as_form_or_json_and_says_how_long(local: Local) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        for signs_by, remember in (("json", ""), ("json", "false"), ("form", "true")):
            client.send(
                Request(
                    method="POST", path="/auth/credentials", signs_by=signs_by, remember=remember
                )
            )

        assert [seen.body for seen in server.seen] == [
            b'{"provider": "credentials", "userName": "alice", "password": "wonder:Land1"}',
            b'{"provider": "credentials", "userName": "alice", "password": "wonder:Land1",'
            b' "rememberMe": false}',
            b"userName=%61%6C%69%63%65&password=wonder%3ALand1&rememberMe=true",
        ]
        assert [seen.headers["Content-Type"] for seen in server.seen] == [
            "application/json",
            "application/json",
            "application/x-www-form-urlencoded",
        ]


def test_a_way_to_sign_in_that_nobody_knows_is_named(local: Local) -> None:
    asked = Request(method="POST", path="/auth/credentials", signs_by="qery")
    with counting_server() as server, open_client(local(server)) as client:
        with pytest.raises(UsageError, match="unknown way to sign in 'qery'.*did you mean query"):
            client.send(asked)

        assert server.seen == []


def test_a_sign_in_by_its_address_stands_there_alone(local: Local, tmp_path: Path) -> None:
    """Nothing that is kept of a request holds its name and password."""
    log = tmp_path / "audit.ndjson"
    asked = Request(method="POST", path="/auth/credentials", signs_by="query", remember="true")
    with counting_server() as server:
        with open_client(replace(local(server), audit=log)) as client:
            response = client.send(asked)

    (seen,) = server.seen
    sent = "/auth/credentials?userName=%61%6C%69%63%65&password=wonder%3ALand1&rememberMe=true"
    assert (seen.target, seen.body, seen.headers.get("Content-Type")) == (sent, b"", None)
    assert response.request == asked
    assert "onder" not in log.read_text()


@pytest.mark.parametrize(
    ("signs_by", "type_sent"),
    [
        ("json", "application/json; charset=utf-8"),
        ("form", "application/x-www-form-urlencoded; charset=utf-8"),
    ],
)
def test_the_other_user_signs_in_by_a_client_that_names_the_charset(
    signs_by: str, type_sent: str
) -> None:
    options = TargetOptions(url="http://localhost", user="ada", password=Secret("wonder:Land1"))
    identities = Identities(options, options.resolve())
    request = Request(method="POST", path="/auth/credentials", auth="other", signs_by=signs_by)

    assert identities.sign_in_headers(request) == [("Content-Type", type_sent)]


def test_a_form_of_who_is_not_to_be_remembered_names_the_charset() -> None:
    options = TargetOptions(url="http://localhost", user="ada", password=Secret("wonder:Land1"))
    identities = Identities(options, options.resolve())
    asked = Request(method="POST", path="/auth/credentials", signs_by="form", remember="false")

    ((_, type_sent),) = identities.sign_in_headers(asked)
    assert type_sent == "application/x-www-form-urlencoded; charset=utf-8"


def test_basic_without_a_colon_holds_the_name_alone() -> None:
    options = TargetOptions(url="http://localhost", user="ada", password=Secret("wonder:Land1"))
    identities = Identities(options, options.resolve())

    assert identities.headers("colonless") == [("Authorization", "Basic YWRh")]


@pytest.mark.parametrize(
    ("auth", "cookies"),
    [
        ("session", "ss-id=c2Vjb25kMTIz; X-UAId=2"),
        (
            "session-crowded",
            "theme=mode=dark; app-ss-id=1; ss-id=c2Vjb25kMTIz; X-UAId=2; _ga=GA1.1.20",
        ),
        ("session-unremembered", "ss-id=c2Vjb25kMTIz; X-UAId=2; ss-opt=temp"),
        ("session-mixed", "ss-id=c2Vjb25kMTIz; X-UAId=1"),
        ("former", "ss-id=Zmlyc3QxMjM0; X-UAId=1"),
    ],
)
def test_cookies_of_a_session_go_among_others(auth: str, cookies: str) -> None:
    options = TargetOptions(url="http://localhost", user="ada", password=Secret("wonder:Land1"))
    identities = Identities(options, options.resolve())
    for number, session in enumerate(("Zmlyc3QxMjM0", "c2Vjb25kMTIz"), 1):
        identities.keep([f"ss-id={session}; path=/", f"X-UAId={number}; path=/"], is_own=False)

    assert identities.headers(auth) == [("Cookie", cookies)]


@pytest.mark.parametrize(
    ("option", "cookies"),
    [("temp", "ss-id=a1"), ("perm", "ss-id=a1; ss-pid=b2; ss-opt=perm")],
)
def test_of_a_session_that_ends_with_the_browser_its_id_is_enough(
    option: str, cookies: str
) -> None:
    options = TargetOptions(url="http://localhost", user="ada", password=Secret("wonder:Land1"))
    identities = Identities(options, options.resolve())
    given = ("ss-id=a1", "ss-pid=b2", f"ss-opt={option}")
    identities.keep([f"{cookie}; path=/" for cookie in given], is_own=False)

    sent = f"theme=mode=dark; app-ss-id=1; {cookies}; _ga=GA1.1.20"
    assert identities.headers("session-crowded") == [("Cookie", sent)]


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ("expires=Mon, 26 Nov 2046 09:11:02 GMT; HttpOnly", "ss-pid=Zm9yYmlkZGVu"),
        ("HttpOnly; Max-Age=3600", "ss-pid=Zm9yYmlkZGVu"),
        ("HttpOnly; path=/", None),
        ("Max-Age=0", None),
        ("expires=Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_a_closed_browser_keeps_what_was_given_for_longer(
    local: Local, attributes: str, kept: str | None
) -> None:
    def give(handler: Handler) -> None:
        handler.reply(200, Set_Cookie=f"ss-pid=Zm9yYmlkZGVu; {attributes}")

    with counting_server(give) as server, open_client(local(server)) as client:
        client.send(Request(method="POST", path="/auth/credentials"))
        client.send(Request(auth="session-kept"))

        assert server.seen[1].headers.get("Cookie") == kept


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        pytest.param(Request(auth="session"), "ss-id=second", id="as-a-browser-does"),
        pytest.param(Request(path="/auth", auth="session"), "ss-id=second", id="who"),
        pytest.param(Request(path="/auth/logout", auth="session"), "ss-id=first", id="sign-out"),
        pytest.param(Request(auth="none"), "ss-id=first", id="a-strangers"),
    ],
)
def test_a_session_goes_on_with_the_cookie_that_was_given_last(
    local: Local, request_: Request, sent: str
) -> None:
    def give(handler: Handler) -> None:
        value = "first" if handler.path == "/auth/credentials" else "second"
        handler.reply(200, Set_Cookie=f"ss-id={value}; HttpOnly")

    with counting_server(give) as server, open_client(local(server)) as client:
        client.send(Request(method="POST", path="/auth/credentials"))
        client.send(request_)
        client.send(Request(auth="session"))

        assert server.seen[-1].headers.get("Cookie") == sent


def test_a_user_signs_in_by_the_address_that_the_target_tells(local: Local) -> None:
    def tell(handler: Handler) -> None:
        handler.reply(200, b'{"emailAddress": "alice@example.com"}', **JSON)

    sign_in = Request(method="POST", path="/auth/credentials", auth="mail")
    with counting_server(tell) as server, open_client(local(server)) as client:
        names = [client.send(sign_in).typed_name]
        client.send(Request(path="/auth/status", auth="basic"))
        names.append(client.send(sign_in).typed_name)

        assert names == ["alice", "alice@example.com"]
        assert b'"alice@example.com"' in server.seen[2].body


def test_what_follows_a_sign_in_by_that_address_comes_on_another_connection(local: Local) -> None:
    ports: list[int] = []

    def note(handler: Handler) -> None:
        ports.append(handler.client_address[1])
        handler.reply(200, Set_Cookie="ss-id=Zm9yYmlkZGVu; HttpOnly")

    with counting_server(note) as server, open_client(local(server)) as client:
        for auth in ("user", "mail"):
            client.send(Request(method="POST", path="/auth/credentials", auth=auth))
            client.send(Request(auth="session"))

    first, second, third, last = ports
    assert first == second == third != last


@pytest.mark.parametrize(
    ("given", "origin", "agent"),
    [
        pytest.param(None, False, "mockserver-check", id="a-program"),
        pytest.param(None, True, "Mozilla/5.0 (compatible; mockserver-check)", id="a-browser"),
        pytest.param("mine/1", True, "mine/1", id="as-the-user-says"),
    ],
)
def test_who_names_the_origin_of_a_page_is_a_browser(
    local: Local, given: str | None, origin: bool, agent: str
) -> None:
    headers = (("origin", "https://app.example"),) if origin else ()
    with counting_server() as server:
        with open_client(replace(local(server), user_agent=given)) as client:
            client.send(Request(headers=headers))

        assert server.seen[0].headers["User-Agent"] == agent


def test_who_is_signed_in_is_asked_without_the_scope(local: Local) -> None:
    with counting_server() as server:
        with open_client(replace(local(server), scope=("a1",))) as client:
            client.send(Request(path="/auth/status", auth="none"))

        assert server.targets == ["GET /auth/status"]


def test_a_session_goes_by_header_as_by_cookie(local: Local) -> None:
    def give(handler: Handler) -> None:
        handler.reply(200, Set_Cookie="ss-id=Zm9yYmlkZGVu; HttpOnly")

    with counting_server(give) as server, open_client(local(server)) as client:
        client.send(Request(method="POST", path="/auth/credentials"))
        client.send(Request(auth="session-header"))

        headers = {name.lower(): value for name, value in server.seen[1].headers.items()}
        assert headers["x-ss-id"] == "Zm9yYmlkZGVu"
        assert not headers.keys() & {"cookie", "authorization"}


@pytest.mark.parametrize(
    ("headers", "accept"),
    [((), "application/json"), ((("Accept", ""),), None), ((("accept", "text/csv"),), "text/csv")],
)
def test_accept_is_json_unless_the_request_says_otherwise(
    local: Local, headers: tuple[tuple[str, str], ...], accept: str | None
) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        client.send(Request(headers=headers))

        sent = {name.lower(): value for name, value in server.seen[0].headers.items()}
        assert sent.get("accept") == accept


def test_a_redirect_is_an_answer(local: Local) -> None:
    def redirect(handler: Handler) -> None:
        handler.reply(302, Location="/conversations?followed")

    with counting_server(redirect) as server, open_client(local(server)) as client:
        assert client.send(Request()).status == 302
        assert len(server.seen) == 1


def test_environment_proxies_are_ignored(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    with counting_server() as proxy, counting_server() as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        with open_client(local(server)) as client:
            client.send(Request())

        assert (len(proxy.seen), len(server.seen)) == (0, 1)


def test_the_proxy_that_was_given_is_used() -> None:
    with counting_server() as proxy:
        options = TargetOptions(url="http://127.0.0.1:9", proxy=Secret(proxy.url))
        with open_client(options) as client:
            client.send(Request())

        assert proxy.targets == ["GET http://127.0.0.1:9/conversations"]


def test_the_request_after_the_budget_is_not_sent(local: Local) -> None:
    with counting_server() as server, open_client(replace(local(server), budget=2)) as client:
        client.send(Request())
        client.send(Request())

        with pytest.raises(BudgetError):
            client.send(Request())
        assert len(server.seen) == 2


def test_one_sign_in_more_than_there_are_is_not_sent(local: Local) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        for auth in islice(cycle(("user", "wrong", "empty", "prefixed", "unknown")), SIGN_INS - 1):
            client.send(Request(method="POST", path="/auth/credentials", auth=auth))
        client.send(Request(path="/auth/logout", auth="session"))

        with pytest.raises(RefusedError, match="no sign-in"):
            client.send(Request(method="POST", path="/auth/logout", auth="session"))
        assert len(server.seen) == SIGN_INS


def test_a_burst_of_eight_is_sent_and_nine_are_not(local: Local) -> None:
    all_here = threading.Barrier(8, timeout=PATIENCE_SECONDS)

    def answer_together(handler: Handler) -> None:
        all_here.wait()
        handler.reply(200, rows_body(), **JSON)

    with counting_server(answer_together) as server, open_client(local(server)) as client:
        responses = client.send_together([Request(query=f"n={n}") for n in range(8)])

        assert [response.request.query for response in responses] == [f"n={n}" for n in range(8)]
        with pytest.raises(RefusedError, match="at most 8"):
            client.send_together([Request()] * 9)
        assert len(server.seen) == 8


def test_a_given_rate_is_kept() -> None:
    fake = FakeTime()
    with counting_server() as server, open_client(replace(loopback(server), rate=4), fake) as c:
        for _ in range(3):
            c.send(Request())

    assert fake.slept == [0.25, 0.25]


def test_retry_after_is_waited_for_and_the_request_sent_again() -> None:
    fake = FakeTime()
    statuses = iter([(429, {"Retry_After": "7"}), (200, {})])

    def busy_once(handler: Handler) -> None:
        status, headers = next(statuses)
        handler.reply(status, rows_body(), **headers, **JSON)

    with counting_server(busy_once) as server, open_client(loopback(server), fake) as client:
        assert client.send(Request()).status == 200
        assert (fake.slept, client.requests) == ([7.0], 2)


def test_a_retry_after_that_is_a_date_is_waited_for() -> None:
    fake = FakeTime()
    statuses = iter([(503, {"Retry_After": "Thu, 01 Jan 1970 00:00:09 GMT"}), (200, {})])

    def busy_once(handler: Handler) -> None:
        status, headers = next(statuses)
        handler.reply(status, rows_body(), **headers, **JSON)

    with counting_server(busy_once) as server, open_client(loopback(server), fake) as client:
        assert client.send(Request()).status == 200
        assert fake.slept == [9.0]


def test_a_retry_after_beyond_the_run_ends_it(local: Local) -> None:
    def busy(handler: Handler) -> None:
        handler.reply(503, Retry_After="86400")

    with counting_server(busy) as server, open_client(local(server)) as client:
        with pytest.raises(StoppedError, match="wait longer") as caught:
            client.send(Request())
        with pytest.raises(StoppedError):
            client.send(Request())
        assert (caught.value.guard, len(server.seen)) == ("retry-after", 1)


@pytest.mark.parametrize(("options", "answers"), [(live, 2), (loopback, 8)])
def test_failures_in_a_row_open_the_breaker(
    options: Callable[[CountingServer], TargetOptions], answers: int
) -> None:
    def fail(handler: Handler) -> None:
        handler.reply(500)

    with counting_server(fail) as server:
        with open_client(replace(options(server), auth="basic")) as client:
            statuses = [client.send(Request()).status for _ in range(answers)]
            with pytest.raises(StoppedError, match="in a row"):
                client.send(Request())

        assert (statuses, len(server.seen)) == ([500] * answers, answers)


def test_three_times_busy_opens_the_breaker(local: Local) -> None:
    def busy(handler: Handler) -> None:
        handler.reply(429)

    with counting_server(busy) as server, open_client(local(server)) as client:
        for _ in range(3):
            client.send(Request())
        with pytest.raises(StoppedError, match="busy"):
            client.send(Request())


def test_an_endless_body_is_cut_off(local: Local) -> None:
    sent = [0]

    def endless(handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_240):
            handler.wfile.write(MEBIBYTE)
            sent[0] += 1

    with counting_server(endless) as server, open_client(local(server)) as client:
        with pytest.raises(StoppedError, match="64 MiB") as caught:
            client.send(Request())

        assert caught.value.guard == "bytes"
        assert sent[0] < 100


def test_a_body_that_is_declared_too_large_is_not_read(local: Local) -> None:
    def declare(handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Length", str(10 * 1024**3))
        handler.end_headers()

    with counting_server(declare) as server, open_client(local(server)) as client:
        with pytest.raises(StoppedError, match="64 MiB"):
            client.send(Request())


def test_a_gzip_bomb_is_cut_off(local: Local) -> None:
    bomb = gzip.compress(MEBIBYTE * 70)

    def explode(handler: Handler) -> None:
        handler.reply(200, bomb, Content_Encoding="gzip", **JSON)

    with counting_server(explode) as server, open_client(local(server)) as client:
        with pytest.raises(StoppedError, match="64 MiB"):
            client.send(Request())


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
def test_a_compressed_body_is_decoded(local: Local, encoding: str) -> None:
    bodies = {
        "gzip": gzip.compress(b"a" * 5) + gzip.compress(b"b" * 5),
        "deflate": zlib.compress(b"a" * 5 + b"b" * 5)[2:-4],
        "identity": b"aaaaabbbbb",
    }

    def answer(handler: Handler) -> None:
        handler.reply(200, bodies[encoding], Content_Encoding=encoding, **JSON)

    with counting_server(answer) as server, open_client(local(server)) as client:
        assert client.send(Request()).body == b"aaaaabbbbb"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"not gzip"), ("gzip", gzip.compress(MEBIBYTE)[:-20]), ("br", b"x"), ("a, b", b"x")],
)
def test_a_body_that_cannot_be_decoded_is_broken(local: Local, encoding: str, body: bytes) -> None:
    def answer(handler: Handler) -> None:
        handler.reply(200, body, Content_Encoding=encoding, **JSON)

    with counting_server(answer) as server, open_client(local(server)) as client:
        with pytest.raises(BrokenAnswerError):
            client.send(Request())


def test_a_body_that_breaks_off_is_broken(local: Local) -> None:
    def break_off(handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"{")

    with counting_server(break_off) as server, open_client(local(server)) as client:
        with pytest.raises(BrokenAnswerError, match="broke off"):
            client.send(Request())


def test_a_dripping_body_is_cut_off() -> None:
    fake = FakeTime()

    def drip(handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            fake.seconds += 0.2
            handler.wfile.write(b"x")
            handler.wfile.flush()

    with counting_server(drip) as server, open_client(loopback(server), fake) as client:
        with pytest.raises(BrokenAnswerError, match="drips"):
            client.send(Request())


def test_a_request_after_the_runs_time_is_not_sent() -> None:
    fake = FakeTime()
    options_seconds = 5.0
    with counting_server() as server:
        options = replace(loopback(server), max_seconds=options_seconds)
        with open_client(options, fake) as client:
            client.send(Request())
            fake.seconds += 6
            with pytest.raises(StoppedError, match="time is over"):
                client.send(Request())

        assert len(server.seen) == 1


@pytest.mark.parametrize(
    "scoped",
    [
        live,
        lambda server: replace(loopback(server), scope=("a1",)),
        lambda server: replace(own(server), scope=("a1",)),
    ],
)
def test_an_answer_outside_the_scope_is_told_without_its_data(
    scoped: Callable[[CountingServer], TargetOptions],
) -> None:
    def stray(handler: Handler) -> None:
        cookies = {"Set_Cookie": "ss-id=SESSION"} if handler.command == "POST" else {}
        handler.reply(200, rows_body("a1", "secret-account"), **JSON, **cookies)

    with counting_server(stray) as server, open_client(scoped(server)) as client:
        with pytest.raises(ScopeError) as caught:
            client.send(Request())

        assert str(caught.value) == "1 rows of an answer are outside --scope"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        pytest.param(403, {"Content_Type": "text/html", "Server": "cloudflare"}, id="page"),
        pytest.param(503, {"Content_Type": "text/html", "cf_mitigated": "challenge"}, id="mark"),
    ],
)
def test_a_front_door_ends_the_run(local: Local, status: int, headers: dict[str, str]) -> None:
    def door(handler: Handler) -> None:
        handler.reply(status, b"<html>Access denied</html>", **headers)

    with counting_server(door) as server, open_client(local(server)) as client:
        with pytest.raises(TargetError, match="front door"):
            client.send(Request())
        with pytest.raises(TargetError):
            client.send(Request())
        assert len(server.seen) == 1


def test_a_services_own_403_is_an_answer(local: Local) -> None:
    def forbid(handler: Handler) -> None:
        handler.reply(403, b"{}", **JSON)

    with counting_server(forbid) as server, open_client(local(server)) as client:
        assert client.send(Request()).status == 403


def test_a_refused_user_ends_the_run(local: Local) -> None:
    def refuse(handler: Handler) -> None:
        handler.reply(401)

    with counting_server(refuse) as server:
        with open_client(local(server)) as client, pytest.raises(TargetError, match="sign-in"):
            client.send(Request())
        with open_client(live(server)) as client, pytest.raises(TargetError, match="sign-in"):
            client.send(Request())

        # The other way to sign in is tried once, and on no live target.
        assert server.targets == [
            "GET /conversations",
            "POST /auth/credentials",
            "POST /auth/credentials",
        ]


def test_a_target_that_is_not_there_is_waited_for_and_then_told() -> None:
    fake = FakeTime()
    options = TargetOptions(url="http://127.0.0.1:9", wait_seconds=1.0)

    with open_client(options, fake) as client, pytest.raises(TargetError, match="reached"):
        client.send(Request())

    assert fake.slept == [0.2] * 5


def test_a_given_session_is_sent_and_never_ended(local: Local) -> None:
    with counting_server() as server:
        options = replace(local(server), auth="session", session=Secret("GIVEN"))
        with open_client(options) as client:
            client.send(Request())

        assert [seen.headers["Cookie"] for seen in server.seen] == ["ss-id=GIVEN"]


def test_the_session_of_a_sign_in_outlives_its_sign_out(local: Local) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        client.send(Request(method="POST", path="/auth/credentials"))
        client.send(Request(path="/auth/logout", auth="session"))
        client.send(Request(auth="session"))

        assert [seen.headers.get("Cookie") for seen in server.seen] == [
            None,
            "ss-id=SESSION",
            "ss-id=SESSION",
        ]
        assert json.loads(server.seen[0].body) == {
            "provider": "credentials",
            "userName": "alice",
            "password": "wonder:Land1",
        }


def test_a_head_has_no_body(local: Local) -> None:
    with counting_server() as server, open_client(local(server)) as client:
        response: Response = client.send(Request(method="HEAD"))

        assert (response.status, response.body) == (200, b"")


def test_the_audit_log_holds_a_line_a_request_and_no_value(tmp_path: Path) -> None:
    log = tmp_path / "audit.ndjson"
    with counting_server() as server:
        with open_client(replace(live(server), audit=log, scope=("acc-77",))) as client:
            with pytest.raises(ScopeError):
                client.send(Request(query="endpointIds=ep-99,ep-98&zz=x&format=json", purpose="L1"))

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/auth/credentials", 200),
        ("GET", "/conversations", 200),
        ("GET", "/auth/logout", 200),
    ]
    assert lines[1]["query"].endswith("&format=json&accountIds=" + lines[1]["query"][-9:])
    text = log.read_text()
    assert not any(word in text for word in ("ep-9", "acc-77", "zz", "alice", "Land1", "SESSION"))
    assert log.stat().st_mode & 0o077 == 0


def test_an_audit_log_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    options = TargetOptions(url="http://127.0.0.1:9", audit=tmp_path)

    with pytest.raises(UsageError, match="--audit"), open_client(options):
        pass
