"""See the pages in a browser: their width, what axe-core finds, where their links lead."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from mockserver.server import MockServer
from tests.depth import sampled
from tests.mock_client import ADA, NOW, Client
from tests.server.pages.looks import look_at
from tests.server.pages.page_reader import Reader

LOOKS = (("light", 390), ("dark", 1280))
PATHS = {
    "start": "/",
    "rows": "/conversations",
    "last page": "/conversations?__page=99",
    "filtered": "/conversations?accountIds=a,b&afterDate=2026-02-20T00:00:00Z",
    "error": "/conversations?afterDate=none",
    "sign-in": "/login",
    "who": "/auth/status",
    "operations": "/metadata",
    "operation": "/json/metadata?op=ListConversations",
    "framework": "/json/metadata?op=Authenticate",
    "source": "/xml/metadata?op=ListConversations&lang=csharp",
    "types": "/types/metadata",
}
# Tallest that a page of 500 rows may be, so that its end can be found.
TALLEST = 2000
BROWSING = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}


def open_page(page: Page, server: MockServer, path: str) -> None:
    user = server.space.find_user(ADA[0])
    assert user is not None
    form: dict[str, str | float | bool] = {
        "userName": user.username,
        "password": user.password.reveal(),
    }
    page.request.post(f"{server.url}/auth/credentials", form=form)
    page.goto(server.url + path)


@sampled(8)
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_axe_finds_nothing_and_nothing_is_too_wide(
    path: str, page: Page, server: MockServer, node_modules: Path
) -> None:
    open_page(page, server, path)
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text())

    looks = [look_at(page, scheme, width) for scheme, width in LOOKS]

    assert looks == [([], width) for _, width in LOOKS]
    assert page.get_by_role("navigation").count() == 1
    assert page.get_by_role("main").count() == 1


@sampled(8)
@pytest.mark.parametrize("scenario", ["empty", "nulls", "unicode"])
def test_axe_finds_nothing_whatever_the_rows(scenario: str, page: Page, node_modules: Path) -> None:
    with MockServer(scenario, now=NOW) as server:
        open_page(page, server, "/conversations")
        page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text())
        looks = [look_at(page, scheme, width) for scheme, width in LOOKS]

    assert looks == [([], width) for _, width in LOOKS]


def test_ids_are_on_one_line_and_many_rows_stay_a_page(page: Page, server: MockServer) -> None:
    open_page(page, server, "/conversations")

    # A line's height apart from the padding.
    heights = page.locator("tbody .id").evaluate_all(
        "cells => cells.map(cell => { const range = document.createRange();"
        " range.selectNodeContents(cell); return range.getClientRects().length; })"
    )

    assert set(heights) == {1}
    assert page.evaluate("document.documentElement.scrollHeight") < TALLEST


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_the_navigation_stays_in_the_space(path: str, mock: MockServer, client: Client) -> None:
    client.admin("POST", "/spaces", {"name": "mine"})

    got = client.ask("GET", f"/~mine{path}", user=ADA, headers=BROWSING)

    links = Reader(got.body).navigation
    assert links[-1] == "/__admin/#mine"
    assert [link for link in links[:-1] if not str(link).startswith("/~mine/")] == []
    assert len(links) == 6


@pytest.mark.parametrize("link", ["/", "/conversations", "/login", "/metadata", "/openapi.yaml"])
def test_the_navigation_leads_somewhere(link: str, mock: MockServer, client: Client) -> None:
    got = client.ask("GET", "/login", headers=BROWSING)

    assert link in Reader(got.body).navigation
    assert client.ask("GET", link, user=ADA, headers=BROWSING).status == 200
