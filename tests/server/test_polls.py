"""A question like an earlier one but for its date gets what it would get from a fresh server."""

import base64
import itertools
import time
from collections.abc import Iterator

import pytest

from mockserver.server import MockServer
from mockserver.server.polls import read_poll
from mockserver.wire.http_date import http_date
from mockserver.wire.http_request import Request
from tests.mock_client import ADA, NOW, Client
from tests.server.raw import Reply, converse

_PAIR = base64.b64encode(":".join(ADA).encode()).decode()
_BASIC = f"Host: localhost\r\nAuthorization: Basic {_PAIR}"
_EARLY, _LATE = "2026-02-20T00:00:00.1Z", "2026-02-28T11:30:00Z"
_NUMBERS = itertools.count()
# With `{}` in the place of the date: whatever may stand beside it, and be taken for it.
_TARGETS = {
    "alone": "/conversations?afterDate={}",
    "escaped": "/conversations?afterDate={}".replace("{}", "{:escaped}"),
    "small-letters": "/conversations?afterdate={}",
    "small-letters-and-escapes": "/conversations?afterdat%65={}",
    "twice": "/conversations?afterDate={}&afterDate=2026-02-25T00:00:00Z",
    "twice-the-other-first": "/conversations?afterDate=2026-02-25T00:00:00Z&afterDate={}",
    "empty-beside": "/conversations?afterDate=&afterDate={}",
    "spelled-twice": "/conversations?afterDate={}&AFTERDATE=2026-02-25T00:00:00Z",
    "escaped-name-beside": "/conversations?afterDate={}&after%44ate=2026-02-25T00:00:00Z",
    "inside-another": "/conversations?xafterDate={}",
    "no-account": "/conversations?accountIds=000000000000000000000000&afterDate={}",
    "callback": "/conversations?afterDate={}&callback=shown",
    "jsconfig": "/conversations?jsconfig=IncludeNullValues&afterDate={}",
    "indented": "/conversations?jsconfig=indent&afterDate={}",
    "csv": "/conversations.csv?afterDate={}",
    "xml": "/conversations?format=xml&afterDate={}",
    "page": "/conversations?format=html&afterDate={}",
    "predefined": "/json/reply/ListConversations?afterDate={}",
    "api": "/api/ListConversations?afterDate={}",
    "space": "/~default/conversations?afterDate={}",
    "override": "/conversations?afterDate={}&X-Http-Method-Override=POST",
    "preference": "/conversations?afterDate={}&__delay=0",
}
_DATES = [
    "2026-02-28T11:30:00Z",
    "2026-02-28T11:30:00.1234567Z",
    "2026-02-30T11:30:00Z",
    "2026-02-28T24:30:00Z",
    "2026-02-28T11:30:00z",
    "2026-02-28t11:30:00Z",
    "2026-02-28T11:30:00.12345678Z",
    "2026-02-28T11:30Z",
    "2026-02-28",
    "",
    "soon",
]


class Date(str):
    """Be written as it is, or with its colons escaped."""

    def __format__(self, spec: str) -> str:
        return self.replace(":", "%3A") if spec else str(self)


@pytest.fixture(scope="module")
def polled() -> Iterator[MockServer]:
    with MockServer("default", now=NOW) as running:
        yield running


@pytest.fixture(scope="module")
def fresh() -> Iterator[MockServer]:
    """Serve the same to requests of which none is like another."""
    with MockServer("default", now=NOW) as running:
        yield running


def get(mock: MockServer, *targets: str, accept: str = "application/json", head: str = "") -> Reply:
    """Ask on one connection, so that nothing needs a parser but the first; return the last."""
    lines = f"HTTP/1.1\r\nAccept: {accept}\r\n{_BASIC}\r\n{head}\r\n"
    data = "".join(f"GET {target} {lines}" for target in targets).encode()
    return converse(mock.port, [data], ["GET"] * len(targets))[-1]


def alone(mock: MockServer, target: str, accept: str = "application/json") -> Reply:
    """Ask with a header that nobody sent before."""
    return get(mock, target, accept=accept, head=f"X-Number: {next(_NUMBERS)}\r\n")


@pytest.mark.parametrize("target", _TARGETS.values(), ids=_TARGETS)
def test_a_poll_gets_what_is_asked_by_it(
    polled: MockServer, fresh: MockServer, target: str
) -> None:
    early, late = target.format(Date(_EARLY)), target.format(Date(_LATE))

    assert get(polled, early, early, early, late) == alone(fresh, late)
    assert get(polled, late, early) == alone(fresh, early)


@pytest.mark.parametrize("date", _DATES, ids=lambda date: date or "empty")
def test_a_poll_with_any_date_gets_what_is_asked_by_it(
    polled: MockServer, fresh: MockServer, date: str
) -> None:
    target = "/conversations?beside=1&afterDate={}"
    usual = target.format(_EARLY)

    assert get(polled, usual, usual, usual, target.format(date)) == alone(
        fresh, target.format(date)
    )


@pytest.mark.parametrize("accept", ["text/xml", "text/csv", "*/*", "text/jsonl"])
def test_a_poll_gets_the_type_that_it_accepts(
    polled: MockServer, fresh: MockServer, accept: str
) -> None:
    target = "/conversations?afterDate={}"
    early, late = target.format(_EARLY), target.format(_LATE)

    assert get(polled, early, early, early, late, accept=accept) == alone(fresh, late, accept)


@pytest.fixture
def client() -> Iterator[Client]:
    with MockServer("default", now=NOW) as mock:
        yield Client(port=mock.port)


def poll(client: Client, *seconds: int, **more: str) -> list[int]:
    """Poll; return how many rows there were, or the status of a refusal."""
    path = "/conversations?afterDate=2026-02-20T00:00:00.{}Z"
    got = [client.list(path.format(second), headers=more) for second in seconds]
    return [len(one.rows) if one.status == 200 else one.status for one in got]


def test_a_poll_sees_what_a_command_changed(client: Client) -> None:
    before = poll(client, 1, 2, 3, 4)
    row = client.list("/conversations?afterDate=2026-02-20T00:00:00Z").rows[0]
    client.admin("DELETE", f"/spaces/default/conversations/{row['id']}")

    assert poll(client, 5) == [before[0] - 1]


def test_a_poll_follows_the_profile(client: Client) -> None:
    poll(client, 1, 2, 3, 4)
    client.admin("PUT", "/spaces/default/profile", {"row-cap": 7})

    assert poll(client, 5, 6, 7) == [7, 7, 7]


def test_a_poll_meets_a_fault(client: Client) -> None:
    poll(client, 1, 2, 3, 4)
    client.admin("PUT", "/spaces/default/faults", [{"fault": "status", "code": 503}])

    assert poll(client, 5) == [503]


def test_a_poll_meets_a_bug(client: Client) -> None:
    before = poll(client, 1, 2, 3, 4)
    client.admin("PUT", "/spaces/default/bugs", ["date-ignored"])

    assert poll(client, 5)[0] > before[0]


def test_a_bug_is_in_every_poll(client: Client) -> None:
    client.admin("PUT", "/spaces/default/bugs", ["date-ignored"])

    assert len(set(poll(client, 1, 2, 3, 4, 5, 6, 7))) == 1


def test_a_poll_with_a_wrong_password_is_refused(client: Client) -> None:
    poll(client, 1, 2, 3, 4)
    path = "/conversations?afterDate=2026-02-20T00:00:00.5Z"

    assert client.ask("GET", path, user=(ADA[0], "wrong")).status == 401


def test_a_poll_is_in_the_journal_as_any_question(client: Client) -> None:
    counts = poll(client, 1, 2, 3, 4)

    entries = client.admin("GET", "/spaces/default/requests").json["requests"]

    assert [entry["rows"] for entry in entries] == counts
    assert {(entry["status"], entry["user"]) for entry in entries} == {(200, "ada")}
    assert [entry["query"][-2:] for entry in entries] == ["1Z", "2Z", "3Z", "4Z"]
    assert len({entry["id"] for entry in entries}) == 4


def test_a_session_id_never_comes_twice(client: Client) -> None:
    path = "/conversations?afterDate=2026-02-20T00:00:00.{}Z"
    got = [client.list(path.format(second % 5)) for second in range(20)]

    ids = [one.split(";")[0].partition("=")[2] for got_ in got for one in got_.cookies[:2]]
    assert [one.split("=")[0] for one in got[-1].cookies] == ["ss-id", "ss-pid", "ss-opt", "X-UAId"]
    assert len(set(ids)) == 40


def test_a_poll_sees_time_go_by_and_its_session_end() -> None:
    with MockServer("default", clock="live") as mock:
        client, times = Client(port=mock.port), [float(int(time.time()))]
        mock.spaces.default.time = lambda: times[-1]
        signed_in = {"userName": ADA[0], "password": ADA[1]}
        cookies = client.ask("POST", "/auth/credentials", signed_in).cookies
        cookie = {"Cookie": "; ".join(one.split(";")[0] for one in cookies)}
        path = "/conversations?afterDate=2020-02-20T00:00:00.{}Z"
        seen = [client.ask("GET", path.format(n), headers=cookie) for n in range(4)][-1]
        times.append(times[0] + 86_400)
        later = client.ask("GET", path.format(5), headers=cookie)
        times.append(times[0] + 15 * 86_400)
        over = client.ask("GET", path.format(6), headers=cookie)

    got = [one.headers["date"] for one in (seen, later, over)]
    assert got == [http_date(int(seconds)) for seconds in times]
    assert later.rows[0]["mostRecentMessage"]["date"] > seen.rows[0]["mostRecentMessage"]["date"]
    assert over.status == 401


def test_a_date_stands_apart_from_the_rest_of_a_question() -> None:
    request = Request(method="GET", raw_path=b"/conversations")
    one = read_poll(request, b"/conversations?afterDate=2026-02-28T11%3A30:00Z&a=b")
    other = read_poll(request, b"/conversations?afterDate=2026-02-28T11:31:00.5Z&a=b")

    assert one is not None
    assert other is not None
    assert (one.after_date, other.after_date) == ("2026-02-28T11:30:00Z", "2026-02-28T11:31:00.5Z")
    assert one.rest == other.rest
