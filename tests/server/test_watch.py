import asyncio
import json
import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.errors import UsageError
from mockserver.server.watch import Watcher, files_of
from mockserver.space.beginning import Start, build_start
from mockserver.space.commands import SignIn
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario
from tests.waiting import PATIENCE_SECONDS

NOW = 1_772_366_400.0
Said = queue.Queue[tuple[str, bool]]


def scenario_text(conversations: int, *lines: str) -> str:
    return "\n".join(
        ["name: mine", f"size: {{conversations: {conversations}}}", "clock: frozen", *lines]
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(scenario_text(5))
    return path


@pytest.fixture
def spaces(path: Path) -> Spaces:
    return Spaces(load(path))


@pytest.fixture
def said(path: Path, spaces: Spaces) -> Iterator[Said]:
    """Watch the file, and give what is said about it."""
    said: Said = queue.Queue()
    loop = asyncio.new_event_loop()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()
    watcher = Watcher(
        spaces, load=lambda: load(path), loop=loop, say=lambda text, good: said.put((text, good))
    )
    watcher.start()
    yield said
    watcher.stop()
    loop.call_soon_threadsafe(loop.stop)
    runner.join()
    loop.close()


def load(path: Path) -> Start:
    return build_start(load_scenario(path=path), unix_seconds=NOW)


def change(path: Path, text: str, said: Said) -> tuple[str, bool]:
    """Put a new file in the place of the old one, as editors do."""
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)
    return said.get(timeout=PATIENCE_SECONDS)


def test_a_changed_scenario_is_taken_up(path: Path, spaces: Spaces, said: Said) -> None:
    assert change(path, scenario_text(7), said) == ("mine.yaml: taken up, 7 conversations", True)
    assert len(spaces.default.world) == 7


def test_a_bad_scenario_is_refused_and_the_last_good_one_stays(
    path: Path, spaces: Spaces, said: Said
) -> None:
    text, is_good = change(path, scenario_text(7, "colour: red"), said)

    assert text.startswith("mine.yaml: kept the last good one: ")
    assert (is_good, len(spaces.default.world)) == (False, 5)


def test_a_dataset_that_the_scenario_names_later_is_watched_too(
    path: Path, spaces: Spaces, said: Said
) -> None:
    rows = path.with_name("rows.json")
    rows.write_text(json.dumps({"conversations": [{"id": "1"}]}))
    change(path, "name: mine\ndataset: rows.json", said)

    more = json.dumps({"conversations": [{"id": "1"}, {"id": "2"}]})

    assert change(rows, more, said) == ("rows.json: taken up, 2 conversations", True)


def test_sign_ins_and_spaces_outlive_a_change(path: Path, spaces: Spaces) -> None:
    other = spaces.create("other")
    other.apply(SignIn(session_id="abc", username="ada", expires_ticks=10**18))
    path.write_text(scenario_text(7))

    spaces.begin_again(load(path))

    found = spaces.get("other")
    assert len(found.world) == 7
    assert found.user_of_session("abc", now_ticks=0) == found.find_user("ada")


def test_a_space_of_its_own_scenario_is_left_alone(path: Path, spaces: Spaces) -> None:
    spaces.create("other", start=build_start(load_scenario("one"), unix_seconds=NOW))
    path.write_text(scenario_text(7))

    spaces.begin_again(load(path))

    assert len(spaces.get("other").world) == 1


def test_the_files_of_a_start_are_the_scenario_and_its_dataset(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text('{"conversations": []}')
    (tmp_path / "mine.yaml").write_text("name: mine\ndataset: rows.json")

    found = files_of(load(tmp_path / "mine.yaml"))

    assert found == [tmp_path / "mine.yaml", tmp_path / "rows.json"]


def test_a_missing_file_is_a_usage_error(path: Path) -> None:
    path.unlink()

    with pytest.raises(UsageError, match=r"mine\.yaml"):
        load(path)
