from collections.abc import Iterator

import httpx2
import pytest

from mockserver.server import MockServer
from mockserver.world.scenario import User
from tests.programs import run_program
from tests.rows import matching_ids

JSON = {"Accept": "application/json"}
AFTER = "2026-02-20T00:00:00Z"


@pytest.fixture
def client(server: MockServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, headers=JSON, trust_env=False) as opened:
        yield opened


@pytest.mark.parametrize("username", ["ada", "max", "uma"])
def test_basic_shows_the_accounts_of_the_user(
    username: str, server: MockServer, client: httpx2.Client
) -> None:
    user = _user(server, username)

    answer = client.get("/conversations", auth=_auth(user))

    assert _ids(answer) == matching_ids(server.space.world, accounts=user.account_ids or ())


def test_user_without_accounts_sees_no_rows(server: MockServer, client: httpx2.Client) -> None:
    answer = client.get("/conversations", auth=_auth(_user(server, "noa")))

    assert answer.json() == {"conversations": []}


def test_filters_hold_together(server: MockServer, client: httpx2.Client) -> None:
    message = server.space.world.row(0).most_recent_message
    assert message is not None
    assert message.account_id is not None
    assert message.endpoint_id is not None
    query = {
        "accountIds": message.account_id,
        "endpointIds": message.endpoint_id,
        "afterDate": AFTER,
    }

    answer = client.get("/conversations", params=query, auth=_auth(_user(server, "ada")))

    assert _ids(answer) == matching_ids(
        server.space.world,
        accounts=[message.account_id],
        endpoints=[message.endpoint_id],
        after=AFTER,
    )


def test_cookies_sign_in_until_sign_out(server: MockServer, client: httpx2.Client) -> None:
    user = _user(server, "ada")
    body = {"userName": user.username, "password": user.password.reveal()}

    signed_in = client.post("/auth/credentials", json=body)
    rows = client.get("/conversations", params={"afterDate": AFTER})
    status = client.get("/auth/status")
    client.get("/auth/logout")
    signed_out = client.get("/conversations")

    assert signed_in.json()["userName"] == user.username
    assert _ids(rows) == matching_ids(server.space.world, after=AFTER)
    assert status.json()["isAuthenticated"] is True
    assert (signed_out.status_code, signed_out.content) == (401, b"")


def test_stranger_is_refused_without_a_body(client: httpx2.Client) -> None:
    answer = client.get("/conversations")

    assert (answer.status_code, answer.reason_phrase) == (401, "Unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'basic realm="/auth/basic"'
    assert answer.content == b""


def test_wrong_password_is_refused_with_an_envelope(client: httpx2.Client) -> None:
    answer = client.get("/conversations", auth=("ada", "no such password"))

    assert answer.status_code == 401
    assert answer.json()["responseStatus"]["message"] == "Invalid Username or Password"


def test_both_loopbacks_answer(server: MockServer) -> None:
    codes = [
        run_program(
            "curl", "-so", "/dev/null", "-w", "%{http_code}", f"http://{host}/healthz"
        ).stdout
        for host in (f"127.0.0.1:{server.port}", f"[::1]:{server.port}")
    ]

    assert codes == ["200", "200"]


def test_many_requests_share_a_connection(server: MockServer, client: httpx2.Client) -> None:
    auth = _auth(_user(server, "max"))

    answers = [client.get("/conversations", auth=auth).content for _ in range(20)]

    assert len(set(answers)) == 1


def test_preflight_lets_a_page_of_another_port_ask(client: httpx2.Client) -> None:
    headers = {
        "Origin": "http://localhost:5173",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }

    answer = client.options("/conversations", headers=headers)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def _user(server: MockServer, username: str) -> User:
    user = server.space.find_user(username)
    assert user is not None
    return user


def _auth(user: User) -> tuple[str, str]:
    return user.username, user.password.reveal()


def _ids(answer: httpx2.Response) -> list[str | None]:
    return [row["id"] for row in answer.json()["conversations"]]
