"""Give tests a mock of their own: the fixture `mock_conversations` and the marker `mockserver`.

A test run starts one server when the first test asks for it; each test gets a space of that server,
with a clock, faults and conversations that no other test can reach. Under pytest-xdist each worker
has its server. It runs in a process of its own (server_process.py), and no hook here raises,
whatever a test patched or closed. pytest loads this module in every project that has the package
installed, so it imports nothing of the server.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from mockserver.errors import LostServerError, MockServerError
from mockserver.testing.server_process import ServerProcess, ask

__all__ = [
    "MockConversations",
    "MockConversationsFactory",
    "mock_conversations",
    "mock_conversations_factory",
]

_MARKER = "mockserver"
_MARKER_HELP = (
    "mockserver(scenario=NAME or FILE, or {MEMBER: VALUE}, faults=PRESET or ROWS, now=INSTANT, "
    "profile={POINT: CHOICE}): shape what mock_conversations gives to this test"
)
_KNOWN = ("faults", "now", "profile", "scenario")
_SHOWN = 5
_TIMEOUT_SECONDS = 60
# To read the journal of a failed test, or to delete a space, is not worth a longer wait.
_PARTING_SECONDS = 10
# What a hook survives: `pytest.fail` and `pytest.skip` raise what is no Exception.
_ANYTHING = (Exception, pytest.fail.Exception, pytest.skip.Exception)
_SPACE = pytest.StashKey["MockConversations"]()


class MockConversations:
    """Hold one test's space of the mock.

    Attributes:
        space: the space's name.
        url: the base URL to give to the app; the operation is at `{url}/conversations`.
        users: who can sign in: `username`, `password`, `roles` and `accountIds` of each.
    """

    def __init__(self, port: int, space: str) -> None:
        """Speak for a space that exists."""
        self.space = space
        self.url = f"http://localhost:{port}/~{space}"
        self._port = port
        self.users: Sequence[Mapping[str, Any]] = self._call("GET")["users"]

    def __enter__(self) -> MockConversations:
        """Return itself; the end of `with` deletes the space."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Delete the space, if it is still there."""
        self._leave()

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
        return self._entries(query, timeout_seconds=_TIMEOUT_SECONDS + (wait or 0))

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

    def _entries(
        self, query: Mapping[str, object] | None = None, *, timeout_seconds: float
    ) -> list[dict[str, Any]]:
        answer = self._call("GET", "/requests", query=query, timeout_seconds=timeout_seconds)
        entries: list[dict[str, Any]] = answer["requests"]
        return entries

    def _leave(self) -> None:
        """Delete the space; a test that ended the server or the space itself has done no wrong."""
        try:
            self._call("DELETE", timeout_seconds=_PARTING_SECONDS)
        except MockServerError:
            pass

    def _call(
        self,
        method: str,
        path: str = "",
        body: object = None,
        *,
        query: Mapping[str, object] | None = None,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> Any:
        place = f"/spaces/{self.space}{path}"
        return ask(self._port, method, place, body, query=query, timeout_seconds=timeout_seconds)


class _Servers:
    """Open spaces as tests ask for them, in one process that starts with the first."""

    def __init__(self) -> None:
        self._process: ServerProcess | None = None
        self._numbers = itertools.count(1)

    def open_space(self, name: str, settings: Mapping[str, Any], folder: Path) -> MockConversations:
        """Return a new space; the path of a scenario file starts in `folder`."""
        try:
            return self._open(name, settings, folder)
        except LostServerError:
            # A test ended the process; the next one shall not suffer from it.
            self.close()
            return self._open(name, settings, folder)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def _open(self, name: str, settings: Mapping[str, Any], folder: Path) -> MockConversations:
        if self._process is None:
            self._process = ServerProcess()
        scenario = settings.get("scenario")
        is_file = _is_file(scenario)
        port = self._process.serve((str(folder), str(scenario)) if is_file else None)
        asked = {
            "name": f"{_slug(name)}-{next(self._numbers)}",
            "scenario": None if is_file else scenario,
            "now": settings.get("now"),
        }
        body = {key: value for key, value in asked.items() if value}
        ask(port, "POST", "/spaces", body, timeout_seconds=_TIMEOUT_SECONDS)
        space = MockConversations(port, str(asked["name"]))
        try:
            if settings.get("profile"):
                space.set_profile(settings["profile"])
            if settings.get("faults"):
                space.set_faults(settings["faults"])
        except MockServerError:
            space._leave()
            raise
        return space


class MockConversationsFactory:
    """Make spaces of the session's mock, for fixtures that live longer than a test."""

    def __init__(self, servers: _Servers, folder: Path) -> None:
        """Make them on these servers; the path of a scenario file starts in `folder`."""
        self._servers = servers
        self._folder = folder

    def __call__(
        self,
        *,
        scenario: str | os.PathLike[str] | Mapping[str, object] | None = None,
        faults: str | Sequence[object] | None = None,
        now: str | None = None,
        profile: Mapping[str, str] | None = None,
    ) -> MockConversations:
        """Return a new space, shaped as the marker `mockserver` shapes one."""
        settings = {"scenario": scenario, "faults": faults, "now": now, "profile": profile}
        return self._servers.open_space("space", settings, self._folder)


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
        try:
            from mockserver.testing.law_items import collect_laws
        except ModuleNotFoundError as exc:
            extra = "pip install 'evovoice-mockserver[check]'"
            raise pytest.UsageError(f"--mockserver-target needs {exc.name}; run: {extra}") from exc
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
    with space:
        yield space


@pytest.fixture(scope="session")
def mock_conversations_factory(
    request: pytest.FixtureRequest, _mockserver_servers: _Servers
) -> MockConversationsFactory:
    """Give fixtures of a wider scope a function that makes spaces of a mock.

    `with mock_conversations_factory(scenario=…, faults=…, now=…, profile=…) as mock:` deletes the
    space at its end; without `with` it lives as long as the session.
    """
    return MockConversationsFactory(_mockserver_servers, request.config.rootpath)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last requests to the test's space when the test fails."""
    report = yield
    try:
        space = item.stash.get(_SPACE, None)
        if space is not None and call.when == "call" and report.failed:
            title = f"mockserver: the last requests to {space.url}"
            report.sections.append((title, _describe_last(space)))
    except _ANYTHING:
        # Nor may anything be called here: a test may have patched it.
        pass
    return report


def _describe_last(space: MockConversations) -> str:
    try:
        entries = space._entries(timeout_seconds=_PARTING_SECONDS)
    except MockServerError as exc:
        return f"not known: {exc}"
    return "\n".join(line for entry in entries[-_SHOWN:] for line in _describe(entry)) or "none"


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


def _is_file(scenario: object) -> bool:
    """Tell the path of a scenario file from the name of a shipped scenario, or a whole one."""
    if isinstance(scenario, str):
        return scenario.endswith((".yaml", ".yml"))
    return scenario is not None and not isinstance(scenario, Mapping)


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
