import os
from pathlib import Path

import pytest

from mockserver.cli.ready_file import (
    check_ready_file,
    remove_ready_file,
    save_ready_file,
    withdraw_ready_file,
)
from mockserver.errors import UsageError
from mockserver.space.space import build_space
from mockserver.world.scenario import load_scenario


def test_a_ready_file_of_an_earlier_run_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("{}")

    remove_ready_file(path)

    assert list(tmp_path.iterdir()) == []


def test_a_ready_file_is_only_looked_at_before_the_start(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("{}")

    check_ready_file(path, others={})

    assert [(found, found.read_text()) for found in tmp_path.iterdir()] == [(path, "{}")]


@pytest.mark.parametrize(
    ("name", "reason"), [("", "Is a directory"), ("absent/ready.json", "No such file")]
)
def test_a_ready_file_that_cannot_be_written_is_an_error_before_the_start(
    name: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=f"--ready-file: cannot write .*: {reason}"):
        check_ready_file(tmp_path / name, others={})


def test_a_ready_file_does_not_replace_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    with pytest.raises(UsageError, match="--ready-file: .*pipe' is a device or a pipe"):
        check_ready_file(path, others={})


def test_a_ready_file_does_not_replace_the_file_of_another_option(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine")
    link = tmp_path / "ready.json"
    link.symlink_to(path)

    with pytest.raises(UsageError, match="ready.json' is the file of --state; name another"):
        check_ready_file(link, others={"--dataset": None, "--state": path})


def test_a_ready_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    space = build_space(load_scenario("empty"))

    save_ready_file(path, url="http://localhost:1", port=1, space=space)

    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_server_that_ends_takes_its_file_along(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    save_ready_file(path, url="http://localhost:1", port=1, space=build_space(load_scenario()))

    withdraw_ready_file(path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ['{"pid": 1}', "[]", "no JSON", '{"port": 4011}'])
def test_what_another_wrote_in_its_place_stays(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text(text)

    withdraw_ready_file(path)

    assert path.read_text() == text
