"""One trouble with a target as a whole is said once, and said last."""

import itertools
import time
from collections.abc import Callable

import pytest

from mockserver.checks.engine import CheckOptions, run_checks
from mockserver.checks.messages import Request
from mockserver.checks.report import Report
from mockserver.checks.report_files import summarise
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.checks.troubles import base_paths, clock_note
from mockserver.errors import TargetError
from tests.checks.counting_server import Answer, Handler, counting_server, rows_body

FORM = b"<form><input name=u><input type='password' name=p></form>"
HTML = {"Content_Type": "text/html"}
JSON = {"Content_Type": "application/json"}


def options(url: str, *, auth: str = "basic") -> TargetOptions:
    return TargetOptions(url=url, user="a", password=Secret("wonder"), auth=auth, budget=60)


def judge(answer: Answer, *, base: str = "") -> tuple[Report, str, list[str]]:
    """Return the report on a server, where it is, and what it was asked."""
    with counting_server(answer) as server:
        report = run_checks(options(server.url + base), options=CheckOptions(only=("L16", "L06")))
        return report, server.url, server.targets


def only_under(path: str) -> Answer:
    """Return an answer of a service under a path, which wants credentials."""

    def answer(handler: Handler) -> None:
        is_there = handler.path.partition("?")[0] == f"{path}/conversations"
        handler.reply(401 if is_there else 404, b"{}", **JSON)

    return answer


def say(status: int, body: bytes = b"", **headers: str) -> Answer:
    return lambda handler: handler.reply(status, body, **headers)


@pytest.mark.parametrize(
    ("there", "base", "told"),
    [
        pytest.param("/api", "", "the base URL seems to be {url}/api", id="a-path-is-lacking"),
        pytest.param("", "/v1/conversations", "the base URL seems to be {url}", id="too-much"),
        pytest.param(
            "/v1", "/v1/conversations", "the base URL seems to be {url}/v1", id="operation"
        ),
        pytest.param("/nowhere/else", "", "the base URL seems to lack a path", id="nowhere"),
        pytest.param("/nowhere", "/x", "another one; /x may not belong to it", id="another-path"),
    ],
)
def test_nothing_but_404_says_what_the_base_url_seems_to_be(
    there: str, base: str, told: str
) -> None:
    report, url, asked = judge(only_under(there), base=base)

    assert report.exit_code == 4
    assert report.findings == ()
    assert report.trouble.endswith(told.format(url=url)) or told in report.trouble
    assert len(asked) < 8
    assert summarise(report).splitlines()[-1].startswith("not judged: GET http://127.0.0.1")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(only_under("/api"), "the base URL seems to be http://127.0.0.1", id="missing"),
        pytest.param(say(405), "is answered 405: the base URL seems to lack a path", id="no-route"),
        pytest.param(say(502), "a proxy's error page answers", id="proxy"),
        pytest.param(say(200, FORM, **HTML), "somebody's login page", id="login"),
        pytest.param(say(401), "the target refused the user's sign-in (401)", id="refused"),
    ],
)
def test_a_sign_in_that_fails_says_why(answer: Answer, told: str) -> None:
    with counting_server(answer) as server:
        report = run_checks(options(server.url, auth="cookie"))

    assert report.exit_code == 4
    assert told in report.trouble


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(say(200, FORM, **HTML), "somebody's login page", id="login-form"),
        pytest.param(say(302, Location="/sso/login?to=x"), "somebody's login page", id="login-302"),
        pytest.param(
            say(301, Location="https://h.example.com/api/conversations"),
            "the base URL seems to be https://h.example.com/api",
            id="moved",
        ),
        pytest.param(say(307, Location="/elsewhere"), "it leads elsewhere", id="moved-elsewhere"),
        pytest.param(say(502, b"<h1>Bad gateway</h1>", **HTML), "a proxy's error page", id="proxy"),
        pytest.param(say(504), "a proxy's error page answers", id="proxy-without-a-page"),
    ],
)
def test_what_stands_before_the_service_is_one_trouble(answer: Answer, told: str) -> None:
    report, _, asked = judge(answer)

    assert (report.exit_code, report.findings) == (4, ())
    assert told in summarise(report).splitlines()[-1]
    assert len(asked) == 3


def test_an_unreachable_host_is_said_last() -> None:
    report = run_checks(options("http://127.0.0.1:9"))

    assert report.exit_code == 4
    assert (
        summarise(report)
        .splitlines()[-1]
        .startswith("not judged: http://127.0.0.1:9 cannot be reached, exit code 4, ")
    )


@pytest.mark.parametrize("body", [b"hello", b"<conversations/>", b""], ids=["text", "xml", "empty"])
def test_an_api_without_json_is_one_finding(body: bytes) -> None:
    report, _, asked = judge(say(200, body, Content_Type="text/plain"))

    assert report.exit_code == 1
    assert [(f.law, f.symptom) for f in report.findings] == [("L16-schema", "no JSON")]
    assert {law.id: law.verdict for law in report.laws} == {
        "L06-union": "inconclusive",
        "L16-schema": "violated",
    }
    assert len(asked) == 3
    assert "the API answers no JSON" in summarise(report).splitlines()[0]


def test_a_host_that_is_about_to_start_is_asked_again() -> None:
    answers = itertools.chain([say(502), say(404)], itertools.repeat(None))

    def answer(handler: Handler) -> None:
        early = next(answers)
        (early or say(200, rows_body("a1"), **JSON))(handler)

    report, _, _ = judge(answer)

    assert report.trouble == ""


def sessions(lasts: Callable[[int], int]) -> Answer:
    """Return an answer of a service whose n-th session lasts so many requests."""
    state = {"session": 0, "asked": 0}

    def answer(handler: Handler) -> None:
        if handler.command == "POST":
            state["session"], state["asked"] = state["session"] + 1, 0
            handler.reply(200, b"{}", Set_Cookie=f"ss-id=S{state['session']}; path=/")
            return
        state["asked"] += 1
        is_over = state["asked"] > lasts(state["session"])
        handler.reply(401 if is_over else 200, rows_body("a1"), **JSON)

    return answer


def ask(client: Client, times: int) -> list[int]:
    return [client.send(Request()).status for _ in range(times)]


def test_a_session_that_ended_is_followed_by_another_one_and_said_so() -> None:
    with (
        counting_server(sessions(lambda number: {1: 3}.get(number, 99))) as server,
        Client(options(server.url, auth="cookie")) as client,
    ):
        found = ask(client, 6)

        assert found == [200] * 6
        assert client.watch.notes == ["the session ended after 6 requests; signed in again once"]
        assert sum(target.startswith("POST") for target in server.targets) == 2


def test_a_session_that_ends_again_ends_the_run() -> None:
    with (
        counting_server(sessions(lambda number: 3)) as server,
        Client(options(server.url, auth="cookie")) as client,
        pytest.raises(TargetError, match="the session ended again after"),
    ):
        ask(client, 9)


def test_a_refusal_of_one_question_is_no_end_of_the_session() -> None:
    def answer(handler: Handler) -> None:
        if handler.command == "POST":
            handler.reply(200, b"{}", Set_Cookie="ss-id=S; path=/")
            return
        handler.reply(401 if "?" in handler.path else 200, rows_body("a1"), **JSON)

    with (
        counting_server(answer) as server,
        Client(options(server.url, auth="cookie")) as client,
    ):
        first = client.send(Request()).status
        found = [client.send(Request(query="endpointIds=x")).status for _ in range(9)]

        assert (first, found, client.watch.notes) == (200, [401] * 9, [])
        assert sum(target.startswith("POST") for target in server.targets) == 1
        # Three looks whether the session is over, and no more.
        assert server.targets.count("GET /conversations") == 4


def test_a_clock_that_is_off_is_a_note() -> None:
    with (
        counting_server() as server,
        Client(options(server.url), now=lambda: time.time() + 7_200) as client,
    ):
        ask(client, 3)

        assert client.watch.notes == ["the target's clock is 2 h behind"]


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("Sun, 01 Mar 2026 12:00:00 GMT", ""),
        ("Sun, 01 Mar 2026 12:01:30 GMT", ""),
        ("Sun, 01 Mar 2026 12:05:00 GMT", "the target's clock is 5 min ahead"),
        ("Thu, 26 Feb 2026 12:00:00 GMT", "the target's clock is 3 days behind"),
        ("no date", ""),
        (None, ""),
    ],
)
def test_a_clock_is_off_from_two_minutes_on(date: str | None, told: str) -> None:
    assert clock_note(date, 1_772_366_400.0) == told


@pytest.mark.parametrize(
    ("base", "paths"),
    [
        ("", ["/api"]),
        ("/a/b", ["/a", "", "/a/b/api"]),
        ("/a/conversations", ["/a", "", "/a/api"]),
        ("/api", ["", "/api/api"]),
    ],
)
def test_base_paths_that_somebody_may_have_meant(base: str, paths: list[str]) -> None:
    assert base_paths(base) == paths
