import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from mockserver.server import MockServer
from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from tests.mock_client import Client, Got
from tests.server.pages.page_reader import Reader

SCRIPTS = sorted(
    (Path(__file__).parents[3] / "mockserver" / "server" / "admin" / "assets").glob("*.js")
)


def nonce_of(got: Got) -> str:
    (nonce,) = set(re.findall(r"'nonce-([\w-]{22})'", got.headers["content-security-policy"]))
    return str(nonce)


def test_the_page_holds_no_script_and_no_style_of_its_own(mock: MockServer, client: Client) -> None:
    got = client.admin("GET", "/")

    reader = Reader(got.body)
    assert reader.attributes("script", "src") == ["assets/main.js"]
    assert reader.attributes("script", "nonce") == [nonce_of(got)]
    assert reader.attributes("style", "nonce") == []
    assert "'self'" not in got.headers["content-security-policy"].replace("connect-src 'self'", "")


def test_no_script_imports_one_that_imports_it() -> None:
    imports = {
        path.name: set(re.findall(r'(?m)^import .*"\./(.*)";$', path.read_text()))
        for path in SCRIPTS
    }

    order = TopologicalSorter(imports).static_order()

    assert set(order) == {path.name for path in SCRIPTS}


def test_each_page_has_a_nonce_of_its_own(mock: MockServer, client: Client) -> None:
    assert nonce_of(client.admin("GET", "/")) != nonce_of(client.admin("GET", "/"))


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("style.css", "text/css; charset=utf-8"), ("main.js", "text/javascript; charset=utf-8")],
)
def test_a_file_of_the_page_needs_no_token(name: str, content_type: str, mock: MockServer) -> None:
    server = BackgroundServer(App(mock.spaces, admin=build_admin(mock.spaces, token="let-me-in")))

    got = Client(port=server.port).admin("GET", f"/assets/{name}")

    server.close()
    assert (got.status, got.headers["content-type"]) == (200, content_type)


@pytest.mark.parametrize(
    "name", ["admin.html", "page.html", "..%2fadmin_page.py", "main", "main.js/x", ".js", ""]
)
def test_no_other_file_is_given(name: str, mock: MockServer, client: Client) -> None:
    assert client.admin("GET", f"/assets/{name}").status == 404


def test_pages_link_to_no_admin_page_where_there_is_none(mock: MockServer) -> None:
    server = BackgroundServer(App(mock.spaces))

    got = Client(port=server.port).ask("GET", "/login")

    server.close()
    assert "/__admin/" not in Reader(got.body).navigation
