"""Fixtures that more than one folder of tests needs, and the guard that keeps tests at home."""

import functools
import gc
import ipaddress
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# A pytest that runs inside a test forgets what it imported. These two know each other by their
# classes, so that they must be there before.
import httpcore2  # noqa: F401
import httpx2  # noqa: F401
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mockserver.server import MockServer
from tests.depth import is_tried
from tests.mock_client import NOW, Client
from tests.programs import install_packages, require_program
from tests.waiting import PATIENCE_SECONDS

_CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A busy machine is slow, which is no finding.
expect.set_options(timeout=PATIENCE_SECONDS * 1000)
settings.register_profile(
    "patient", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = address[0]
    return host in ("localhost", "") or ipaddress.ip_address(host).is_loopback


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases that are not tried at this depth."""
    counts: Counter[str] = Counter()
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        (chosen if is_tried(item, counts[name]) else left_out).append(item)
        counts[name] += 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen


def pytest_collection_finish() -> None:
    """Keep what was imported and collected out of the collector, which would walk it each time.

    A pytest that runs inside a test collects five times at its end.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        assert _is_loopback(address), f"a test tried to reach {address}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    """Serve the scenario `default` with its clock stopped."""
    with MockServer("default", now=NOW) as running:
        yield running


@pytest.fixture
def mock() -> Iterator[MockServer]:
    """Serve the scenario `default` to one test."""
    with MockServer("default", now=NOW) as running:
        yield running


@pytest.fixture
def client(mock: MockServer) -> Client:
    """Return a client of the test's own server."""
    return Client(port=mock.port)


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Serve the folder of the clients: an app on another port of the same host."""
    with serve_folder(Path(__file__).parent / "clients") as url:
        yield url


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve a folder's files on a port of their own."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Install the JavaScript clients beside their scripts."""
    return install_packages(Path(__file__).parent / "clients")


# Not for the session: Playwright's loop runs in this thread and would forbid others.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium without a screen."""
    path = require_program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a page of a browser that has never been anywhere."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = context.new_page()
    _decline_challenges(page)
    yield page
    context.close()


def _decline_challenges(page: Page) -> None:
    """Press Cancel in the dialog that a browser shows for a 401 with a Basic challenge."""
    session = page.context.new_cdp_session(page)

    def decline(event: dict[str, Any]) -> None:
        answer = {"response": "CancelAuth"}
        session.send(
            "Fetch.continueWithAuth",
            {"requestId": event["requestId"], "authChallengeResponse": answer},
        )

    def go_on(event: dict[str, Any]) -> None:
        session.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    session.on("Fetch.authRequired", decline)
    session.on("Fetch.requestPaused", go_on)
    session.send("Fetch.enable", {"handleAuthRequests": True})


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
