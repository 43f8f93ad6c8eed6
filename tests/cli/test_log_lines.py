import json
import re

import pytest

from mockserver.cli.log_lines import JsonLines, TextLines, Told
from mockserver.models import ListConversations
from mockserver.server.admin.explain import entry_to_json
from mockserver.space.journal import Entry
from mockserver.space.space import Space, build_space
from mockserver.wire.http_request import Request
from mockserver.world.scenario import load_scenario


@pytest.fixture(scope="module")
def space() -> Space:
    return build_space(load_scenario("one", now_ticks=0), name="team-a")


def told(
    space: Space,
    request: Request,
    *,
    status: int | None = 200,
    rows: int | None = None,
    ms: float = 0,
    user: str | None = None,
    fault: str | None = None,
    asked: ListConversations | None = None,
    sent: tuple[tuple[bytes, bytes], ...] = (),
) -> Told:
    entry = Entry(id=3, request=request, time_ticks=0, status=status, rows=rows, ms=ms, user=user)
    entry.fault, entry.asked = fault, asked
    return Told(space, entry, sent)


def get(path: str = "/conversations", query: str = "") -> Request:
    return Request(method="GET", raw_path=path.encode("latin-1"), query=query.encode("latin-1"))


def without_time(lines: list[str]) -> list[str]:
    return [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in lines]


def columns(told: Told, *, has_spaces: bool = False) -> list[str]:
    return without_time(TextLines()(told, has_spaces=has_spaces))


def test_a_request_is_one_line_in_columns(space: Space) -> None:
    one = told(space, get(query="accountIds=a,b"), rows=25, ms=1.234, user="ada")

    assert columns(one) == ["ada  200 GET /conversations?accountIds=a,b 25 rows 1.2 ms"]


def test_the_time_is_that_of_this_place(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.localtime", lambda seconds: (2026, 3, 1, 14, 5, seconds, 6, 60, 0))
    seconds = iter([7.1, 7.9, 8.0])
    lines = TextLines(now=lambda: next(seconds))

    found = [lines(told(space, get()), has_spaces=False)[0][:8] for _ in range(3)]

    assert found == ["14:05:07", "14:05:07", "14:05:08"]


def test_the_space_is_named_where_there_is_more_than_one(space: Space) -> None:
    one = told(space, get(), user="ada")

    assert columns(one, has_spaces=True) == ["team-a   ada  200 GET /conversations 0.0 ms"]


def test_columns_are_as_wide_as_what_stood_in_them(space: Space) -> None:
    lines = TextLines()
    users = ["ada", "margaret", None, "a" * 30, "bob"]

    found = [lines(told(space, get("/"), user=user), has_spaces=False) for user in users]

    assert [without_time(each)[0] for each in found] == [
        "ada  200 GET / 0.0 ms",
        "margaret  200 GET / 0.0 ms",
        "-         200 GET / 0.0 ms",
        f"{'a' * 30}  200 GET / 0.0 ms",
        "bob       200 GET / 0.0 ms",
    ]


def test_one_row_is_singular_and_no_rows_are_no_question(space: Space) -> None:
    assert columns(told(space, get("/auth"), rows=1)) == ["-  200 GET /auth 1 row 0.0 ms"]
    assert columns(told(space, get("/auth"), status=401)) == ["-  401 GET /auth 0.0 ms"]


def test_a_fault_is_marked(space: Space) -> None:
    broken = told(space, get("/x"), status=503, fault="status; latency")
    crashed = told(space, get("/x"), status=500, fault="crash at asgi.py:7")
    hanging = told(space, get("/x"), status=None, fault="hang")

    assert columns(broken) == ["-  503 GET /x 0.0 ms  [fault: status; latency]"]
    assert columns(crashed) == ["-  500 GET /x 0.0 ms  [crash at asgi.py:7]"]
    assert columns(hanging) == ["-  --- GET /x no answer  [fault: hang]"]


def test_warnings_stand_below_the_line(space: Space) -> None:
    asked = ListConversations(endpoint_ids=("nobody",))
    one = told(space, get("/conversations.json", "endpointIds=nobody"), asked=asked)

    assert columns(one)[1:] == ["  ! endpointIds: 'nobody' does not exist"]


def test_nothing_in_a_line_can_move_the_cursor(space: Space) -> None:
    one = told(space, get("/\x1b[2J\xff", "a=\r\nb"), user="\x1b[31m", fault="\x9b\u202e")

    [line] = columns(one, has_spaces=True)
    [written] = JsonLines(is_verbose=True)(one, has_spaces=True)

    assert line == (
        "team-a   \\x1b[31m  200 GET /\\x1b[2Jÿ?a=\\r\\nb 0.0 ms  [fault: \\x9b\\u202e]"
    )
    assert written.isascii()
    assert written.isprintable()


SECRETS = Request(
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
SENT = (
    (b"content-type", b"text/html"),
    (b"set-cookie", b"ss-id=hush; path=/; httponly"),
    (b"location", b"/login?redirect=%2fx%3fpassword%3dhush"),
)


def test_secrets_in_headers_and_query_are_masked(space: Space) -> None:
    lines = TextLines(is_verbose=True)(told(space, SECRETS, sent=SENT), has_spaces=False)

    assert without_time(lines) == [
        "-  200 GET /auth/credentials?UserName=ann&PassWord=***&x=1 0.0 ms",
        "  > accept: application/json",
        "  > authorization: Basic ***",
        "  > cookie: ss-id=***; theme=***",
        "  > x-api-key: ***",
        "  > referer: http://localhost/login?password=***&a=1",
        "  < content-type: text/html",
        "  < set-cookie: ss-id=***; path=/; httponly",
        "  < location: /login?redirect=/x?password=***",
    ]


@pytest.mark.parametrize(
    ("status", "colour"), [(200, 32), (302, 36), (404, 33), (503, 31)], ids=str
)
def test_colours_tell_the_status_and_change_no_word(status: int, colour: int, space: Space) -> None:
    one = told(space, get("/x"), status=status, user="ada", fault="latency")

    [line] = TextLines(has_colour=True)(one, has_spaces=True)

    assert f"\x1b[{colour}m{status}\x1b[0m GET /x" in line
    assert "\x1b[35m[fault: latency]\x1b[0m" in line
    assert without_time([re.sub(r"\x1b\[\d+m", "", line)]) == columns(one, has_spaces=True)


def test_json_is_the_entry_of_the_journal(space: Space) -> None:
    one = told(space, get("/x", "accountIds=a"), user="ada", rows=2, ms=1.23456, fault="latency")

    [line] = JsonLines()(one, has_spaces=False)

    assert json.loads(line) == entry_to_json(space, one.entry)
    assert json.loads(line)["ms"] == 1.235


def test_json_names_the_space_where_there_is_more_than_one(space: Space) -> None:
    one = told(space, get("/x"))

    [line] = JsonLines()(one, has_spaces=True)

    assert json.loads(line) == {**entry_to_json(space, one.entry), "space": "team-a"}


def test_verbose_json_holds_the_headers_masked(space: Space) -> None:
    [line] = JsonLines(is_verbose=True)(told(space, SECRETS, sent=SENT), has_spaces=False)

    found = json.loads(line)
    assert found["headers"][1] == {"name": "authorization", "value": "Basic ***"}
    assert found["answerHeaders"][0] == {"name": "content-type", "value": "text/html"}
    assert "hush" not in line
