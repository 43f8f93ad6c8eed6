import asyncio
import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest

from mockserver.bugs.table import BUGS, apply_bugs
from mockserver.dotnet.ticks import parse_instant
from mockserver.errors import UsageError
from mockserver.models import ListConversations
from mockserver.server.request.exchange import Exchange
from mockserver.server.request.path import STEPS, Steps, answer, arrive
from mockserver.space.beginning import build_start
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request
from mockserver.world.scenario import load_scenario
from tests.depth import sampled

NOW = parse_instant("2026-03-01T12:00:00Z")
# Most bugs show among few rows; some need many.
FEW, MANY = 100, 300
SCENARIOS = {size: load_scenario("default", now_ticks=NOW, size=size) for size in (FEW, MANY)}
USERS = {user.username: user.password.reveal() for user in SCENARIOS[FEW].users}
SIGN_IN = "/auth/credentials"
# Session ids are never the same twice.
SESSION_ID = re.compile(rb"(sessionId\W{1,4})[A-Za-z0-9~-]{20,}")
STRANGE = ("image/png", "application/xml", "text/csv", "application/jsv", "*/*")
Seen = tuple[int, str | None, bytes, tuple[tuple[str, str], ...]]


def basic(text: str) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"authorization", b"Basic " + base64.b64encode(text.encode())),)


MAX = basic(f"max:{USERS['max']}")
UMA = basic(f"uma:{USERS['uma']}")


class Tour:
    """Ask one server in turn whatever a bug of the table may answer otherwise."""

    def __init__(self, steps: Steps, size: int = FEW) -> None:
        self.spaces = Spaces(build_start(SCENARIOS[size], unix_seconds=0.0))
        self.space: Space = self.spaces.default
        self.steps = steps
        self.seen: list[Seen] = []

    def ask(
        self,
        query: str = "",
        *,
        who: tuple[tuple[bytes, bytes], ...] = MAX,
        path: str = "/conversations",
        method: str = "GET",
        accept: str = "application/json",
        headers: tuple[tuple[bytes, bytes], ...] = (),
        body: bytes = b"",
    ) -> Exchange:
        request = Request(
            method=method,
            raw_path=path.encode(),
            query=query.encode(),
            headers=(*who, (b"accept", accept.encode()), *headers),
            body=body,
        )
        x = Exchange(request, self.spaces)
        arrive(x)
        answer(x, self.steps)
        found = x.answer
        assert found is not None
        body = SESSION_ID.sub(rb"\1ID", found.body)
        self.seen.append((found.status, found.content_type, body, tuple(found.headers)))
        return x

    def sign_in(self, password: str) -> tuple[tuple[bytes, bytes], ...]:
        body = f'{{"username":"max","password":"{password}"}}'.encode()
        kind = (b"content-type", b"application/json")
        found = self.ask(path=SIGN_IN, who=(), method="POST", body=body, headers=(kind,))
        ids = [re.match("ss-id=([^;]*)", cookie) for cookie in found.jar.values]
        return tuple((b"cookie", f"ss-id={m[1]}".encode()) for m in ids if m)

    async def burst(self) -> None:
        async def one(query: str) -> None:
            self.ask(query)

        await asyncio.gather(*(one(query) for query in self.endpoints(8)))

    def endpoints(self, count: int) -> Sequence[str]:
        ids = sorted(set(self.space.ground.world.columns["endpoint_ids"]), key=str)
        return [f"endpointIds={id_}" for id_ in ids[:count]]

    def go(self) -> list[Seen]:
        asyncio.run(self._go())
        return self.seen

    async def _go(self) -> None:
        for query in self._queries():
            self.ask(query)
        for kind in STRANGE:
            self.ask(accept=kind)
        self._ask_otherwise()
        self._sign_in_and_out()
        await self.burst()

    def _queries(self) -> Iterator[str]:
        world = self.space.ground.world
        accounts, endpoints, customers = (
            [str(id_) for id_ in dict.fromkeys(world.columns[name]) if id_ is not None]
            for name in ("account_ids", "endpoint_ids", "customer_ids")
        )
        message = world.row(20).most_recent_message
        assert message is not None
        own = f"accountIds={message.account_id}&endpointIds={message.endpoint_id}"
        date = str(message.date)
        yield from ("", "")
        for name, ids in zip(
            ("accountIds", "endpointIds", "customerIds"),
            (accounts, endpoints, customers),
            strict=True,
        ):
            yield from (f"{name}={id_}" for id_ in (*ids[:12], ids[0][:-1], ids[0] + "0", "nobody"))
            yield f"{name}={','.join(ids[:2])}"
            yield f"{name}={','.join(ids[:3])}"
            yield f"{name}={','.join(reversed(ids))}"
            yield f"{name}={','.join(ids)}"
            yield f"{name}={ids[0]}&{name}={ids[1]}"
            yield f"{name}={ids[0]},{ids[0]}"
            yield f"{name}={ids[0]},"
            yield f"{name}={ids[0]},nobody"
            yield f"{name}={ids[0]}&zz=1"
            yield f"{name}=%{ord(ids[0][0]):02X}{ids[0][1:]}"
        yield own
        yield f"{own}&customerIds={customers[0]}"
        yield f"{own}&customerIds={message.customer_id or customers[1]}"
        yield f"{own}&afterDate={date}"
        yield f"afterDate={date}&{own}"
        yield f"{own}&customerIds={customers[-1]}&afterDate=2020-01-01"
        for text in (
            date,
            f"{date[:10]}",
            f"{date[:10]}T00:00:00Z",
            "2026-02-11T23:30:00Z",
            "2026-02-03T10:00:00Z",
            "2026-02-20T15:30:00%2B05:30",
            "2026-02-20T15:30:00-08:00",
            "2026-02-20T15:30:00.1234567Z",
            "2199-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "notadate",
            "02/20/2026 12:30:00 AM %2B00:00",
        ):
            yield f"afterDate={text}"
        yield ""
        for number in range(0, 60, 5):
            local = self._date(number)[:-1]
            yield from (f"afterDate={local}{zone}" for zone in ("%2B00:30", "-03:00"))
        yield f"customerIds={customers[0]}"
        yield f"endpointIds={endpoints[-1]}"
        yield from (f"afterDate={self._date(number)}" for number in range(6))
        yield from (
            f"endpointIds={text}"
            for text in ("%C3%A4", "'", "%22", "%7Bx", "%01", "x" * 600, "%25", "*", "zebra")
        )

    def _date(self, number: int) -> str:
        message = self.space.ground.world.row(number).most_recent_message
        assert message is not None, "generated rows have one"
        return str(message.date)

    def _ask_otherwise(self) -> None:
        for name in ("xml", "csv", "jsv"):
            self.ask(path=f"/conversations.{name}", accept="*/*")
            self.ask(f"format={name}", accept="*/*")
            self.ask(f"format={name}", who=())
            self.ask(path=f"/conversations.{name}", who=())
        for text in ("cb", "a.b_c", "a-b", "%3Cscript%3E"):
            self.ask(f"callback={text}")
        self.ask("callback=cb", who=())
        self.ask(headers=((b"accept-encoding", b"gzip"),))
        self.ask(headers=((b"if-none-match", b'"1"'),))
        self.ask(method="HEAD")
        self.ask(method="HEAD", who=())
        self.ask(who=UMA)
        self.ask(who=UMA, accept="text/csv")
        foreign = self.space.ground.world.directory.accounts
        self.ask(f"accountIds={foreign[0].id}", who=UMA)
        self.ask(f"accountIds={foreign[0].id},{foreign[1].id}", who=UMA)
        for query in self.endpoints(12):
            self.ask(query, who=UMA)
        for who in (MAX, UMA):
            self.ask("afterDate=2020-01-01", who=who)
        self.ask()

    def _sign_in_and_out(self) -> None:
        right = USERS["max"]
        for text in ("max:wrong", "max:", f"max:{right[:-1]}", f"max:{right}0", "nobody:here"):
            self.ask(who=basic(text))
        for value in (b"Bearer abc", b"Bearer", b"Basic ***"):
            self.ask(who=((b"authorization", value),))
        self.ask(who=((b"cookie", b"ss-id=forged"),))
        self.ask(who=())
        self.ask("afterDate=notadate", who=())
        self.ask(who=self.sign_in("wrong"))
        session, on_another_device = self.sign_in(right), self.sign_in(right)
        self.ask(who=session)
        self.ask(path="/auth/logout", who=session)
        self.ask(who=session)
        guest = self.sign_in(right)
        self.ask(who=(*guest, *UMA))
        self.ask(who=guest)
        poll = f"afterDate={self._date(20)}"
        self.ask(poll, who=on_another_device)
        self.ask(poll, who=on_another_device)
        self.ask(self.endpoints(1)[0])


@cache
def right(size: int) -> list[Seen]:
    return Tour(STEPS, size).go()


@sampled(6)
@pytest.mark.parametrize("name", BUGS)
def test_a_bug_changes_some_answer(name: str) -> None:
    assert any(Tour(apply_bugs([name]), size).go() != right(size) for size in SCENARIOS)


@pytest.mark.parametrize("size", SCENARIOS)
def test_the_steps_without_a_bug_change_nothing(size: int) -> None:
    assert Tour(replace(STEPS), size).go() == right(size)


def test_there_are_at_least_eighty_bugs_in_eleven_categories() -> None:
    assert len(BUGS) >= 80
    assert len({bug.category for bug in BUGS.values()}) == 11


def test_an_unknown_bug_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean endpoint-ignored"):
        apply_bugs(["endpoint-ignore"])


def test_no_bug_leaves_the_steps_as_they_are() -> None:
    assert apply_bugs([]) is STEPS


def test_a_bug_forgets_what_it_remembered_when_it_is_applied_again() -> None:
    first, second = (Tour(apply_bugs(["first-empty"])) for _ in range(2))

    counts = [rows_of(tour.ask()) for tour in (first, first, second)]

    assert counts == [0, visible(first.space), 0]


def test_two_bugs_stand_together() -> None:
    tour = Tour(apply_bugs(["account-ignored", "csv-drops-last"]))

    kept = rows_of(tour.ask("accountIds=nobody"))
    in_csv = rows_of(tour.ask("accountIds=nobody", accept="text/csv"))

    assert kept == visible(tour.space)
    assert in_csv == visible(tour.space) - 1


def test_a_bug_that_asks_otherwise_leaves_the_exchange_as_it_was() -> None:
    x = Tour(apply_bugs(["account-ignored", "all-for-everybody"])).ask("accountIds=nobody")

    assert x.wanted == ListConversations(account_ids=("nobody",))
    assert x.user == x.space.find_user("max")


def test_a_bug_that_lets_everybody_in_lets_no_other_verb_pass() -> None:
    tour = Tour(apply_bugs(["open-to-all"]))

    stranger = tour.ask(who=()).answer
    put = tour.ask(who=(), path="/json/reply/ListConversations", method="PUT").answer

    assert stranger is not None
    assert put is not None
    assert (stranger.status, put.status) == (200, 405)


def rows_of(x: Exchange) -> int:
    assert x.answer is not None
    assert x.answer.rows is not None
    return x.answer.rows


def visible(space: Space) -> int:
    user = space.find_user("max")
    assert user is not None
    accounts = space.ground.world.columns["account_ids"]
    return sum(user.account_ids is None or id_ in user.account_ids for id_ in accounts)
