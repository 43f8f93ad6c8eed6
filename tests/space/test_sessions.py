"""A session id stands for whoever signed in with it, once, and never comes back."""

import re
import tracemalloc

import pytest

from mockserver.dotnet.ticks import TICKS_PER_DAY
from mockserver.limits import MAX_SESSIONS
from mockserver.server import MockServer
from mockserver.space.commands import SignIn, SignOut
from mockserver.space.space import Space, build_space
from mockserver.world.scenario import load_scenario
from tests.mock_client import ADA, NOW, Client, Got

LOGIN = "/auth/credentials"


def sign_in(client: Client, user: tuple[str, str], **more: object) -> Got:
    body = {"userName": user[0], "password": user[1], **more}
    return client.ask("POST", LOGIN, body)


def session_cookies(got: Got) -> list[tuple[str, str]]:
    found = [re.match(r"(ss-p?id)=([A-Za-z0-9]+)", cookie) for cookie in got.cookies]
    return [(match[1], match[2]) for match in found if match is not None]


def session_of(got: Got) -> str:
    return next(id_ for name, id_ in session_cookies(got) if name == "ss-id")


def ids_in(got: Got) -> list[str]:
    return [id_ for _, id_ in session_cookies(got)]


def ask_with(client: Client, session_id: str) -> Got:
    return client.ask("GET", "/conversations", headers={"Cookie": f"ss-id={session_id}"})


@pytest.mark.parametrize("user", ["max", "ada", "nobody"])
def test_the_cookie_of_a_refused_sign_in_stands_for_nobody_later(client: Client, user: str) -> None:
    refused = sign_in(client, (user, "wrong"))
    left = ids_in(refused)

    sign_in(client, ADA)

    assert (refused.status, len(left)) == (401, 2)
    assert [ask_with(client, id_).status for id_ in left] == [401, 401]


def test_the_cookie_of_a_stranger_stands_for_nobody_later(client: Client) -> None:
    left = ids_in(client.ask("GET", "/conversations"))

    sign_in(client, ADA)

    assert [ask_with(client, id_).status for id_ in left] == [401, 401]


def test_no_id_comes_back_after_a_reset(client: Client) -> None:
    before = sign_in(client, ADA)
    client.admin("POST", "/spaces/default/reset")
    after = sign_in(client, ADA)

    assert set(ids_in(before)).isdisjoint(ids_in(after))
    assert ask_with(client, session_of(before)).status == 401


def test_another_server_of_the_same_world_gives_other_ids(client: Client) -> None:
    here = sign_in(client, ADA)

    with MockServer("default", now=NOW) as other:
        there = Client(port=other.port)
        signed_in = sign_in(there, ("max", "mw9QxQh752ZX8n4P"))
        answer = ask_with(there, session_of(here))

    assert (signed_in.status, answer.status) == (200, 401)


def test_each_sign_in_gives_a_fresh_id(client: Client) -> None:
    first = session_of(sign_in(client, ADA))
    cookie = {"Cookie": f"ss-id={first}"}
    body = {"userName": ADA[0], "password": ADA[1]}

    second = session_of(client.ask("POST", LOGIN, body, headers=cookie))

    assert second != first
    assert (ask_with(client, first).status, ask_with(client, second).status) == (401, 200)


@pytest.mark.parametrize("header", ["Cookie", "X-ss-id"])
def test_an_id_of_the_clients_own_is_never_signed_in(client: Client, header: str) -> None:
    value = "mine" if header == "X-ss-id" else "ss-id=mine; ss-pid=mine"
    body = {"userName": ADA[0], "password": ADA[1]}

    signed_in = client.ask("POST", LOGIN, body, headers={header: value})

    assert signed_in.status == 200
    assert ask_with(client, "mine").status == 401


@pytest.mark.parametrize("framework", ["servicestack-6", "servicestack-8"])
def test_an_answer_that_is_met_again_carries_fresh_ids(framework: str) -> None:
    with MockServer("default", now=NOW, profile={"framework": framework}) as mock:
        client = Client(port=mock.port)
        answers = [client.list("/conversations?afterDate=2026-02-28T00:00:00Z") for _ in range(5)]

    ids = [id_ for answer in answers for id_ in ids_in(answer)]
    assert len(answers[-1].rows) > 0
    assert len(ids) == len(set(ids)) == 10


def make_space() -> Space:
    return build_space(load_scenario("one"), time=lambda: 1.8e9)


def sign_ins(space: Space, count: int, *, apart_ticks: int) -> None:
    for number in range(count):
        expires_ticks = 14 * TICKS_PER_DAY + number * apart_ticks
        space.apply(SignIn(session_id=f"s{number}", username="ada", expires_ticks=expires_ticks))


def test_sessions_that_are_over_leave_memory() -> None:
    space = make_space()

    sign_ins(space, 20_000, apart_ticks=TICKS_PER_DAY)

    assert len(space.sessions) < 2_000
    assert "s19999" in space.sessions


def test_of_too_many_sessions_the_oldest_ends() -> None:
    space = make_space()

    sign_ins(space, MAX_SESSIONS + 1, apart_ticks=1)

    assert len(space.sessions) == MAX_SESSIONS
    assert "s0" not in space.sessions


def test_signing_in_and_out_for_ever_keeps_nothing(client: Client) -> None:
    with MockServer("one", now=NOW) as mock:
        space = mock.spaces.default
        sign_ins(space, 1, apart_ticks=1)
        tracemalloc.start()
        for number in range(24_000):
            id_ = f"{number:020}"
            space.apply(SignIn(session_id=id_, username="ada", expires_ticks=2**62))
            space.apply(SignOut(session_id=id_))
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert kept < 100_000


def test_a_snapshot_holds_who_is_signed_in_and_no_one_else(client: Client) -> None:
    gone = session_of(sign_in(client, ADA))
    client.ask("GET", "/auth/logout", headers={"Cookie": f"ss-id={gone}"})
    stays = session_of(sign_in(client, ADA))

    log = client.admin("POST", "/spaces/default/snapshot").body
    client.admin("POST", "/spaces/default/reset")
    client.ask(
        "POST",
        "/__admin/spaces/default/restore",
        log,
        headers={"Content-Type": "application/x-ndjson"},
    )

    assert gone not in log.decode()
    assert (ask_with(client, stays).status, ask_with(client, gone).status) == (200, 401)
