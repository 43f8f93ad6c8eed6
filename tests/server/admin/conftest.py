"""Fixtures of the tests that drive the admin page through a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mockserver.dotnet.ticks import parse_instant
from mockserver.server import MockServer
from mockserver.world.scenario import load_scenario
from tests.mock_client import NOW
from tests.server.admin.page_parts import SIZE, answered
from tests.waiting import PATIENCE_SECONDS

# What the page tells vanishes after some seconds, which a busy machine might miss.
TOLD_STAYS = """
const soon = window.setTimeout;
window.setTimeout = (work, ms) => ms > 5000 ? 0 : soon(work, ms);
"""


@pytest.fixture
def small() -> Iterator[MockServer]:
    """Serve a small world that no other test changes."""
    with MockServer(load_scenario(size=SIZE, now_ticks=parse_instant(NOW))) as running:
        yield running


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a browser that has never been anywhere, with a clipboard."""
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    context.add_init_script(TOLD_STAYS)
    yield context
    context.close()


@pytest.fixture
def admin(context: BrowserContext, small: MockServer) -> Iterator[Page]:
    """Open the page; nothing may go wrong in it, and nothing may be asked of another host."""
    page = context.new_page()
    wrong: list[str] = []
    home = small.url
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    page.on("request", lambda asked: wrong.extend([asked.url] * (home not in asked.url)))
    page.goto(f"{home}/__admin/")
    expect(answered(page)).to_have_text(f"200 OK: {SIZE} conversations")
    yield page
    assert [one for one in wrong if not one.startswith(("data:", "blob:"))] == []
