from collections.abc import Sequence
from dataclasses import replace

import pytest

from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import Secret, User, load_scenario
from tests.mock_client import Client
from tests.server.pages.page_reader import Reader

GIVEN = User(username="ann", password=Secret("hers alone", is_given=True), account_ids=None)


@pytest.fixture
def spaces() -> Spaces:
    scenario = load_scenario()
    scenario = replace(scenario, users=(*scenario.users, GIVEN))
    return Spaces(build_start(scenario, unix_seconds=1_770_000_000))


def offered(
    spaces: Spaces,
    *,
    host: str | None = None,
    origin: str | None = None,
    token: str | None = None,
    hosts: Sequence[str] = (),
) -> list[str | None]:
    """Return the users whose names stand in the sign-in page of a server."""
    admin = build_admin(spaces, token=token)
    server = BackgroundServer(App(spaces, admin=admin, is_admin_open=token is None, hosts=hosts))
    headers = {} if host is None else {"Host": host}
    if origin is not None:
        headers["Origin"] = origin
    got = Client(port=server.port).ask("GET", "/login", headers=headers)
    server.close()
    assert b"hers alone" not in got.body
    reader = Reader(got.body)
    names = zip(
        reader.attributes("input", "name"), reader.attributes("input", "value"), strict=True
    )
    return [value for name, value in names if name == "userName" and value]


def test_users_with_made_up_passwords_are_offered(spaces: Spaces) -> None:
    assert offered(spaces) == ["ada", "max", "uma", "noa"]


def test_nobody_is_offered_where_the_admin_api_asks_for_a_token(spaces: Spaces) -> None:
    assert offered(spaces, token="let-me-in") == []


def test_nobody_is_offered_under_a_name_that_a_stranger_may_have_made(spaces: Spaces) -> None:
    assert offered(spaces, host="evil.example.com") == []


def test_nobody_is_offered_to_a_script_of_another_origin(spaces: Spaces) -> None:
    assert offered(spaces, origin="http://localhost:5173") == []


def test_users_are_offered_under_a_name_that_was_allowed(spaces: Spaces) -> None:
    assert offered(spaces, host="mock.example.com", hosts=["mock.example.com"]) != []


def test_nobody_is_offered_where_there_is_no_admin_api(spaces: Spaces) -> None:
    server = BackgroundServer(App(spaces))

    got = Client(port=server.port).ask("GET", "/login")

    server.close()
    assert Reader(got.body).attributes("input", "name") == ["continue", "userName", "password"]
