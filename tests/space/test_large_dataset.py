"""A dataset that is too large for a log is in it as a digest, and must be at hand."""

import json
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from mockserver.errors import UsageError
from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import Start, build_start
from mockserver.space.log_file import load_state
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.mock_client import Client

UNIX = 1_772_366_400
ROW = {"endpointId": "e", "mostRecentMessage": {"text": "x" * 6_000, "date": "2026-02-01"}}
NDJSON = {"Content-Type": "application/x-ndjson"}
spaces_of = partial(Spaces, time=lambda: UNIX)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Return the start of a server with more than 5 MB of rows."""
    path = tmp_path_factory.mktemp("rows") / "rows.json"
    path.write_text(json.dumps({"conversations": [{**ROW, "id": str(n)} for n in range(1_000)]}))
    return build_start(load_scenario(dataset=path), unix_seconds=UNIX)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the path of the server's log."""
    return tmp_path / "log"


@pytest.fixture
def client(start: Start, log: Path) -> Iterator[Client]:
    """Return a client of a server that serves the rows and keeps a log."""
    spaces, file = load_state(log, start=start, spaces_of=spaces_of)
    server = BackgroundServer(App(spaces, admin=build_admin(spaces)))
    yield Client(port=server.port)
    server.close()
    file.close()


MORE = {"now": {"now": "2026-01-01T00:00:00Z"}, "seed": {"seed": 9}, "none": {}}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_a_space_is_made_and_restored_from_its_own_snapshot(
    more: dict[str, object], client: Client, start: Start, log: Path
) -> None:
    made = client.admin("POST", "/spaces", {"name": "own", **more})
    client.admin("DELETE", "/spaces/own/conversations/3")
    taken = client.admin("POST", "/spaces/own/snapshot").body
    client.admin("DELETE", "/spaces/own/conversations/4")

    got = client.admin("POST", "/spaces/own/restore", taken, headers=NDJSON)

    assert (made.status, got.status, got.json["conversations"]) == (201, 200, 999)
    assert got.json["clock"] == made.json["clock"]
    assert len(client.list("/~own/conversations").rows) == 999
    assert log.stat().st_size < 100_000
    copied = Path(shutil.copy(log, log.with_name("copy")))
    again, file = load_state(copied, start=start, spaces_of=spaces_of)
    file.close()
    assert len(again.get("own").world) == 999


def test_a_snapshot_is_refused_where_its_rows_are_not_at_hand(
    client: Client, tmp_path: Path
) -> None:
    taken = client.admin("POST", "/spaces/default/snapshot").body
    other = Spaces(build_start(load_scenario("one"), unix_seconds=UNIX))
    server = BackgroundServer(App(other, admin=build_admin(other)))

    got = Client(port=server.port).admin("POST", "/spaces/default/restore", taken, headers=NDJSON)
    server.close()

    assert got.status == 409
    assert got.json["detail"].startswith("line 1: its dataset was too large to keep; give")
    path = tmp_path / "taken"
    path.write_bytes(taken)
    with pytest.raises(UsageError, match="line 1: its dataset was too large"):
        load_state(path, start=other.start, spaces_of=spaces_of)
    assert path.read_bytes() == taken
