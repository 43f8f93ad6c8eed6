"""Give tests a mock of their own: the fixture `mock_conversations` and the marker `mockserver`.

A test run starts one server when the first test asks for it; each test gets a space of that server,
with a clock, faults and conversations that no other test can reach. Under pytest-xdist each worker
has its server. pytest loads this module in every project that has the package installed, so it
imports nothing of the package before a test uses it.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.server import MockServer

__all__ = ["MockConversations", "mock_conversations"]

_MARKER = "mockserver"
_MARKER_HELP = (
    "mockserver(scenario=NAME or FILE, faults=PRESET or ROWS, now=INSTANT, "
    "profile={POINT: CHOICE}): shape what mock_conversations gives to this test"
)
_KNOWN = ("faults", "now", "profile", "scenario")
_SHOWN = 5
_TIMEOUT_SECONDS = 70
_SPACE = pytest.StashKey["MockConversations"]()


class MockConversations:
    """Hold one test's space of the mock.

    Attributes:
        space: the space's name.
        url: the base URL to give to the app; the operation is at `{url}/conversations`.
        users: who can sign in: `username`, `password`, `roles` and `accountIds` of each.
    """

    def __init__(self, admin: _Admin, space: str) -> None:
        """Speak for a space that exists."""
        self.space = space
        self.url = f"{admin.url}/~{space}"
        self._admin = admin
        self.users: Sequence[Mapping[str, Any]] = self._call("GET")["users"]

    @property
    def auth(self) -> tuple[str, str]:
        """Return name and password of a user who sees every account, else of the first user."""
        users = [user for user in self.users if user["accountIds"] == "all"] or self.users
        return users[0]["username"], users[0]["password"]

    def advance(self, *, seconds: float) -> str:
        """Move the space's clock forward and return its new instant."""
        now: str = self._call("POST", "/clock/advance", {"seconds": seconds})["now"]
        return now

    def add_message(self, **members: object) -> dict[str, Any]:
        """Let a message arrive and return its conversation.

        Args:
            members: wire names: `conversationId`, or `endpointId` and `otherAddress`, and any of
                `text`, `direction`, `sender`, `date`, `isUnread`. Where they say no conversation
                the message goes to the newest one.
        """
        if not {"conversationId", "endpointId", "otherAddress"} & set(members):
            members = {"conversationId": self._newest_id(), **members}
        conversation: dict[str, Any] = self._call("POST", "/messages", members)
        return conversation

    def requests(
        self,
        *,
        path: str | None = None,
        status: int | None = None,
        count: int | None = None,
        wait: float | None = None,
    ) -> list[dict[str, Any]]:
        """Return the journal of this space, newest last.

        Args:
            path: keep the requests to this path.
            status: keep those that were answered with this status.
            count: with `wait`, how many to wait for.
            wait: wait that many seconds at most, and return what there is then.
        """
        asked = {"path": path, "status": status, "count": count, "wait": wait}
        query = {name: value for name, value in asked.items() if value is not None}
        entries: list[dict[str, Any]] = self._call("GET", "/requests", query=query)["requests"]
        return entries

    def set_faults(self, faults: str | Sequence[object]) -> None:
        """Replace the space's faults by a preset or by rows; an empty list ends them."""
        self._call("PUT", "/faults", [faults] if isinstance(faults, str) else list(faults))

    def set_profile(self, choices: Mapping[str, str]) -> None:
        """Settle points of the profile for this space."""
        self._call("PUT", "/profile", dict(choices))

    def close(self) -> None:
        """Delete the space."""
        self._call("DELETE")

    def _newest_id(self) -> str:
        rows = self._call("GET", "/dataset")["conversations"]
        dated = [row for row in rows if row and row.get("id") and row.get("mostRecentMessage")]
        if not dated:
            raise LookupError("the space has no conversation; give endpointId and otherAddress")
        newest = max(dated, key=lambda row: row["mostRecentMessage"].get("date") or "")
        return str(newest["id"])

    def _call(
        self,
        method: str,
        path: str = "",
        body: object = None,
        *,
        query: Mapping[str, object] | None = None,
    ) -> Any:
        return self._admin.call(method, f"/spaces/{self.space}{path}", body, query=query)


class _Admin:
    """Send requests to the admin API of a server on this machine."""

    def __init__(self, server: MockServer) -> None:
        self.url = server.url
        self._port = server.port

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, object] | None = None,
    ) -> Any:
        """Return the JSON that it answers; raise UsageError with its sentence if it refuses."""
        from http.client import HTTPConnection
        from urllib.parse import urlencode

        from mockserver.errors import UsageError

        # No client library: proxies, retries and test doubles of the user's do not reach this.
        connection = HTTPConnection("localhost", self._port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(
                method,
                f"/__admin{path}{'?' if query else ''}{urlencode(query or {})}",
                None if body is None else json.dumps(body).encode(),
                {} if body is None else {"Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        value = json.loads(text) if text else {}
        if answer.status >= 400:
            raise UsageError(value.get("detail") or value.get("title") or str(answer.status))
        return value


class _Servers:
    """Start servers as tests ask for them: one, and one more for each scenario file."""

    def __init__(self) -> None:
        self._running: dict[Path | None, MockServer] = {}
        self._numbers = itertools.count(1)

    def open_space(self, name: str, settings: Mapping[str, Any], folder: Path) -> MockConversations:
        """Return a new space; the path of a scenario file starts in `folder`."""
        file = _scenario_file(settings.get("scenario"), folder)
        admin = _Admin(self._server(file))
        asked = {
            "name": f"{_slug(name)}-{next(self._numbers)}",
            "scenario": None if file is not None else settings.get("scenario"),
            "now": settings.get("now"),
        }
        admin.call("POST", "/spaces", {key: text for key, text in asked.items() if text})
        space = MockConversations(admin, str(asked["name"]))
        if settings.get("profile"):
            space.set_profile(settings["profile"])
        if settings.get("faults"):
            space.set_faults(settings["faults"])
        return space

    def close(self) -> None:
        """Stop every server."""
        for server in self._running.values():
            server.__exit__(None, None, None)

    def _server(self, file: Path | None) -> MockServer:
        if file not in self._running:
            from mockserver.server import MockServer
            from mockserver.world.scenario import load_scenario

            # A test must not race with time: the clock stands where the run began.
            scenario = load_scenario(path=file, clock="frozen")
            self._running[file] = MockServer(scenario).__enter__()
        return self._running[file]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("mockserver")
    group.addoption(
        "--mockserver-target",
        metavar="URL",
        help="judge a server by the laws of `mockserver check`, one item a law; who signs in and "
        "how far it goes come from the variables of that command (MOCKSERVER_USER, …)",
    )
    group.addoption(
        "--mockserver-live",
        metavar="HOST",
        help="consent to ask that host, which is not this machine",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER_HELP)
    if config.getoption("mockserver_target") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--mockserver-target asks from one process; leave out -n")


def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Add an item for each law where there is a target."""
    url = session.config.getoption("mockserver_target")
    if url:
        from mockserver.testing.law_items import collect_laws

        items += collect_laws(session, url, live=session.config.getoption("mockserver_live"))


@pytest.fixture(scope="session")
def _mockserver_servers() -> Iterator[_Servers]:
    servers = _Servers()
    yield servers
    servers.close()


@pytest.fixture
def mock_conversations(
    request: pytest.FixtureRequest, _mockserver_servers: _Servers
) -> Iterator[MockConversations]:
    """Give the test a fresh space of a mock; `.url` is what the app calls.

    Its clock stands still until `.advance(seconds=…)`; the marker `mockserver` shapes it.
    """
    node: pytest.Item = request.node
    space = _mockserver_servers.open_space(node.name, _settings_of(node), node.path.parent)
    node.stash[_SPACE] = space
    yield space
    space.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last requests to the test's space when the test fails."""
    report = yield
    space = item.stash.get(_SPACE, None)
    if space is not None and call.when == "call" and report.failed:
        lines = [line for entry in space.requests()[-_SHOWN:] for line in _describe(entry)]
        title = f"mockserver: the last requests to {space.url}"
        report.sections.append((title, "\n".join(lines) or "none"))
    return report


def _settings_of(node: pytest.Item) -> dict[str, Any]:
    """Return what the markers of a test say; the nearest one wins for each keyword."""
    settings: dict[str, Any] = {}
    for marker in node.iter_markers(_MARKER):
        unknown = sorted(set(marker.kwargs) - set(_KNOWN))
        if marker.args or unknown:
            wrong = repr(unknown[0]) if unknown else "a value without a name"
            raise pytest.UsageError(
                f"the marker mockserver does not take {wrong}; known: {', '.join(_KNOWN)}"
            )
        settings = {**marker.kwargs, **settings}
    return settings


def _scenario_file(scenario: object, folder: Path) -> Path | None:
    """Return the path of a scenario file; None for a shipped scenario."""
    if scenario is None or (isinstance(scenario, str) and not scenario.endswith((".yaml", ".yml"))):
        return None
    return (folder / str(scenario)).resolve()


def _slug(name: str) -> str:
    """Return a test's name as the start of a space's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:30].strip("-") or "test"


def _describe(entry: Mapping[str, Any]) -> Iterator[str]:
    query = f"?{entry['query']}" if entry["query"] else ""
    rows = "" if entry["rows"] is None else f" {entry['rows']} row{'s' * (entry['rows'] != 1)}"
    fault = f" [{entry['fault']}]" if entry["fault"] else ""
    yield f"{entry['status']} {entry['method']} {entry['path']}{query}{rows}{fault}"
    for warning in entry["warnings"]:
        yield f"  ! {warning}"
