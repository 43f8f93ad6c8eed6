"""See in a real browser what a 401 does to `fetch`, and when the log tells of it."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page

from mockserver.profile import choices_for
from mockserver.server import MockServer
from mockserver.server.password_dialog import DialogHint, opens_dialog
from mockserver.space.commands import SetFaults
from mockserver.space.faults import parse_rules
from mockserver.space.journal import Entry
from mockserver.space.space import Space
from mockserver.wire.http_request import Request
from tests.waiting import PATIENCE_SECONDS, wait_until

BASIC = [(b"WWW-Authenticate", b'basic realm="/auth/basic"')]
CREDENTIALS = [(b"WWW-Authenticate", b'credentials realm="/auth/credentials"')]
FETCH = {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "user-agent": "Mozilla/5.0"}
# Ask, and say in the page how it ended; go on at once.
ASK = """url => {
  window.ended = null
  fetch(url, {credentials: 'include', headers: {Accept: 'application/json'}})
    .then(answer => { window.ended = answer.status }, error => { window.ended = String(error) })
}"""
SIGN_IN = """url => fetch(url, {
  method: 'POST', headers: {'Content-Type': 'application/json'},
  body: JSON.stringify({userName: 'ada', password: 'fdTQrKNXqvbJjMt7'}) }).then(a => a.status)"""


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """Open a page whose dialogs nobody closes, as at a user's desk."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    yield context.new_page()
    context.close()


def refusals(server: MockServer) -> int:
    return len(server.space.journal.select(lambda entry: entry.status == 401))


def let_sessions_expire(server: MockServer) -> None:
    rules = tuple(rule.to_json() for rule in parse_rules(["expired-session"]))
    server.space.apply(SetFaults(rules=rules))


def test_fetch_hangs_in_the_dialog_of_a_basic_challenge(browser_page: Page) -> None:
    with MockServer("default") as server:
        browser_page.goto(f"{server.url}/healthz")

        browser_page.evaluate(ASK, f"{server.url}/conversations")
        wait_until(lambda: refusals(server) == 1, "the refusal")
        # What was asked later is answered, and the refusal has still not reached the page.
        later = browser_page.evaluate("fetch('/openapi.yaml').then(answer => answer.status)")

        assert later == 200
        assert browser_page.evaluate("window.ended") is None


@pytest.mark.parametrize(
    "path", ["/conversations", "/conversations.json", "/json/reply/ListConversations", "/auth"]
)
def test_fetch_gets_the_401_of_a_server_for_browsers(path: str, browser_page: Page) -> None:
    with MockServer("default", profile=choices_for("browser")) as server:
        browser_page.goto(f"{server.url}/healthz")

        browser_page.evaluate(ASK, f"{server.url}{path}")
        browser_page.wait_for_function("window.ended !== null")

        assert browser_page.evaluate("window.ended") == 401


def test_an_app_sees_that_its_session_expired(browser_page: Page) -> None:
    with MockServer("default", profile=choices_for("browser")) as server:
        browser_page.goto(f"{server.url}/healthz")
        assert browser_page.evaluate(SIGN_IN, f"{server.url}/auth/credentials") == 200
        let_sessions_expire(server)

        browser_page.evaluate(ASK, f"{server.url}/conversations")
        browser_page.wait_for_function("window.ended !== null")

        assert browser_page.evaluate("window.ended") == 401


def request_with(headers: Mapping[str, str]) -> Request:
    lines = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return Request(method="GET", raw_path=b"/conversations", headers=lines)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(FETCH, True, id="fetch"),
        pytest.param({"user-agent": "Mozilla/5.0", "origin": "http://a.test"}, True, id="old"),
        pytest.param({"user-agent": "Mozilla/5.0", "referer": "http://a.test/"}, True, id="http"),
        pytest.param({**FETCH, "sec-fetch-dest": "document"}, False, id="address-bar"),
        pytest.param({"user-agent": "node", "sec-fetch-mode": "cors"}, False, id="node"),
        pytest.param({"user-agent": "curl/8.5", "origin": "http://a.test"}, False, id="curl"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_a_browser_is_known_by_its_headers(headers: Mapping[str, str], expected: bool) -> None:
    assert opens_dialog(request_with(headers), 401, BASIC) is expected


def test_other_answers_open_no_dialog() -> None:
    assert not opens_dialog(request_with(FETCH), 401, CREDENTIALS)
    assert not opens_dialog(request_with(FETCH), 401, [])
    assert not opens_dialog(request_with(FETCH), 200, BASIC)
    assert not opens_dialog(request_with(FETCH), None, [])


def test_the_hint_comes_once_a_space() -> None:
    with MockServer("one") as server:
        first, second = server.space, server.spaces.create("second")
    hint = DialogHint()

    told = [len(hint(space, refused(), BASIC)) for space in (first, first, second, first, second)]

    assert told == [1, 0, 1, 0, 0]


def refused() -> Entry:
    return Entry(id=1, request=request_with(FETCH), time_ticks=0, status=401)


def test_the_hint_names_the_reason_and_the_way_out(space: Space) -> None:
    (line,) = DialogHint()(space, refused(), BASIC)

    assert "fetch waits" in line
    assert line.endswith("mockserver serve --for browser")


@pytest.fixture
def space() -> Iterator[Space]:
    with MockServer("one") as server:
        yield server.space
