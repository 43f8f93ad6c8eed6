"""An answer that was given before stands no longer than all that it depends on."""

import gc
import tracemalloc
from weakref import ref

import pytest

from mockserver.models import ListConversations
from mockserver.server import MockServer
from mockserver.server.replay import KeptAnswers
from mockserver.server.request.exchange import Answer, Exchange
from mockserver.server.request.path import arrive
from mockserver.space.beginning import build_start
from mockserver.space.space import Clock, SetClock
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request
from mockserver.world.rows import EncodedRows
from mockserver.world.scenario import load_scenario
from tests.mock_client import ADA, NOW, Client


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [("utc", 1772409600.0), ("+05:30", 1772389800.0), ("-08:00", 1772352000.0)],
    ids=["utc", "india", "california"],
)
@pytest.mark.parametrize("text", ["10:00", "Mar 1", "01 March", "Sunday 10:00", "10:00+02:00"])
def test_a_date_that_leans_on_the_clock_is_asked_anew(
    zone: str, midnight: float, text: str
) -> None:
    # The clock is live, so that it passes midnight in the zone without a command.
    times = [midnight - 1800]
    with MockServer("default", now=NOW, profile={"naive-date-zone": zone}) as mock:
        client = Client(port=mock.port)
        space = mock.spaces.default
        space.time = lambda: times[0]
        space.apply(SetClock(clock=Clock()))
        path = f"/conversations?afterDate={text.replace(' ', '%20').replace('+', '%2B')}"
        for _ in range(4):
            client.list(path)
        times[0] += 3600
        kept = client.list(path)
        fresh = client.list(path + "&other=1")

    assert (kept.status, kept.body) == (fresh.status, fresh.body)


def test_an_answer_is_given_again_until_a_command(client: Client) -> None:
    before = [client.list("/conversations?afterDate=2026-02-28").body for _ in range(4)]
    row = client.list().rows[0]
    client.admin("DELETE", f"/spaces/default/conversations/{row['id']}")

    after = client.list("/conversations?afterDate=2026-02-28").body

    assert len(set(before)) == 1
    assert after != before[0]


def test_a_space_that_is_gone_is_let_go(mock: MockServer, client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "one-more"})
    client.admin("PUT", "/spaces/one-more/bugs", ["third-id-lost"])
    client.list("/~one-more/conversations")
    client.admin("PUT", "/spaces/one-more/bugs", [])
    for _ in range(4):
        client.list("/~one-more/conversations?afterDate=2026-02-28")
    space = ref(mock.spaces.get("one-more"))

    client.admin("DELETE", "/spaces/one-more")
    gc.collect()

    assert space() is None


def keep(kept: KeptAnswers, spaces: Spaces, number: int, *, rows: int) -> None:
    request = Request(method="GET", raw_path=b"/conversations", query=b"x=%d" % number)
    x = Exchange(request, spaces)
    arrive(x)
    x.wanted, x.sent = ListConversations(), [(b"date", b"")]
    parts = tuple(b"x" * 1_000 for _ in range(rows))
    x.answer = Answer(body=b"[" + b",".join(parts) + b"]", parts=parts)
    for _ in range(2):
        kept.keep(number, x)


def make_spaces() -> Spaces:
    return Spaces(build_start(load_scenario("one"), unix_seconds=1e9))


def test_kept_answers_stay_within_their_bytes() -> None:
    kept, spaces = KeptAnswers(), make_spaces()
    tracemalloc.start()

    for number in range(3_000):
        keep(kept, spaces, number, rows=25)

    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.find(0) is None
    assert kept.find(2_999) is not None
    assert used < 10 * 1024 * 1024


def test_one_long_answer_is_not_kept() -> None:
    kept, spaces = KeptAnswers(), make_spaces()
    keep(kept, spaces, 1, rows=25)

    keep(kept, spaces, 2, rows=5_000)

    assert (kept.find(1) is None, kept.find(2) is None) == (False, True)


def test_encoded_rows_are_kept_up_to_their_bytes() -> None:
    rows = EncodedRows(max_bytes=10_000)

    parts = rows.encode(range(1_000_000), lambda number: b"x" * 100)

    assert len(parts) == 1_000_000
    assert len(rows._found) <= 50


@pytest.mark.parametrize("query", ["", "?afterDate=2020-01-01T00:00:00.{}Z"], ids=["same", "poll"])
def test_a_cookie_that_names_a_space_finds_it_once_it_is_made(client: Client, query: str) -> None:
    cookie = {"Cookie": "ss-id=abcdefghij~later"}
    path = f"/conversations{query}"
    before = [client.list(path.format(n), headers=cookie).rows for n in range(4)]
    client.admin("POST", "/spaces", {"name": "later", "scenario": "empty"})

    after = client.list(path.format(4), headers=cookie).rows
    client.admin("DELETE", "/spaces/later")

    assert [len(rows) for rows in (*before, after)] == [500, 500, 500, 500, 0]


def test_a_kept_answer_is_none_of_another_user(client: Client) -> None:
    for _ in range(3):
        client.list()

    assert client.ask("GET", "/conversations", user=(ADA[0], "wrong")).status == 401
