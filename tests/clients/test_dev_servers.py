"""Pass the mock's paths through the dev servers of the recipes, as an app behind them does."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.clients.conftest import CLIENTS, RENEWAL, Seen
from tests.depth import deep_or, sampled
from tests.programs import find_ports, install_packages, run_program, running

RECIPES = CLIENTS.parent / "recipes"
# What a browser says of the requests of a page of this very server.
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


@dataclass(frozen=True, kw_only=True)
class DevServer:
    """Say how one is started, and which line tells that it answers."""

    folder: str
    words: tuple[str, ...]
    until: str


DEV_SERVERS = {
    "vite": DevServer(folder="app", words=("vite/bin/vite.js",), until="Local"),
    "webpack": DevServer(
        folder="webpack",
        words=("webpack/bin/webpack.js", "serve", "--host", "localhost"),
        until="compiled successfully",
    ),
    "next": DevServer(
        folder="next", words=("next/dist/bin/next", "dev", "-H", "localhost"), until="Ready"
    ),
    "http-proxy-middleware": DevServer(
        folder="webpack", words=("../server.js",), until="listening"
    ),
}
# The other two build an app before they answer.
TRIED = deep_or(("vite", "http-proxy-middleware"), deep=tuple(DEV_SERVERS))


@contextmanager
def serve_app(name: str, mock_url: str) -> Iterator[str]:
    server = DEV_SERVERS[name]
    folder = RECIPES / server.folder
    modules = install_packages(folder)
    (port,) = find_ports(1)
    environment = os.environ | {
        "MOCKSERVER_PORT": str(httpx2.URL(mock_url).port),
        "PORT": str(port),
        "NEXT_TELEMETRY_DISABLED": "1",
    }
    words = ("node", str(modules / server.words[0]), *server.words[1:])
    with running(*words, folder=folder, environment=environment, until=server.until):
        yield f"http://localhost:{port}"


def travel(name: str, seen: Seen, url: str) -> object:
    """Run a client's journey in Node, from refusal to sign-out, with ids that are hard to send."""
    plan = json.dumps({**seen.plan(), "url": url})
    ended = run_program("node", str(CLIENTS / "run.mjs"), name, text=plan)
    assert ended.stderr == ""
    found: object = json.loads(ended.stdout)
    return found


def change(url: str) -> list[int]:
    """Change a space of its own by every method, as a page of the dev server does."""
    space, row = "/__admin/spaces/behind-a-proxy", {"endpointId": "it's", "otherAddress": "+1"}
    own = OWN_PAGE | {"Origin": url}
    with httpx2.Client(base_url=url, headers=own, trust_env=False, timeout=60) as client:
        made = client.post("/__admin/spaces", json={"name": "behind-a-proxy"})
        arrived = client.post(f"{space}/messages", json=row)
        path = f"{space}/conversations/{arrived.json()['id']}"
        return [
            made.status_code,
            arrived.status_code,
            client.put(f"{space}/clock", json={"mode": "frozen"}).status_code,
            client.patch(path, json={"isUnread": False}).status_code,
            client.get(f"{space}/dataset").status_code,
            client.delete(path).status_code,
            client.get("/__admin/").status_code,
            client.post(f"{space}/reset", headers={"Origin": "http://evil.example"}).status_code,
            client.post(f"{space}/reset", headers={"Sec-Fetch-Site": "cross-site"}).status_code,
            client.delete(space).status_code,
        ]


def look(url: str) -> list[str]:
    """Return what answers a path of the app's own, and what answers where a suffix stands."""
    with httpx2.Client(base_url=url, trust_env=False, timeout=60) as client:
        return [
            client.get("/").headers["content-type"].partition(";")[0].lower(),
            client.get("/auth/status.json").headers["content-type"].partition(";")[0],
        ]


@sampled(2)
@pytest.mark.parametrize("name", TRIED)
def test_an_app_signs_in_and_changes_the_mock_through(
    name: str, seen: Seen, node_modules: Path
) -> None:
    with serve_app(name, seen.url) as url:
        assert look(url) == ["text/html", "application/json"]
        assert change(url) == [201, 201, 200, 200, 200, 204, 200, 403, 403, 204]
        assert travel("fetcher", seen, url) == seen.journey()


def test_servicestack_client_asks_through_vite(seen: Seen, node_modules: Path) -> None:
    with serve_app("vite", seen.url) as url:
        assert travel("servicestack", seen, url) == seen.journey() | {"gone": RENEWAL}
