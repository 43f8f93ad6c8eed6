"""Run commands whose output nobody takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.depth import deep_only, deep_or

EVERY = (
    "dataset",
    "dataset --stats",
    "dataset --digest",
    "spec",
    "spec --scenario-schema",
    "profile",
    "check --laws",
    "check --explain L01-row-soundness",
    "help",
    "help bugs",
    "--help",
    "serve --help",
    "--version",
)
# One of each way to print: data, a document, tables of two sorts, click's own.
COMMANDS = deep_or(("dataset", "spec", "check --laws", "help", "--version"), deep=EVERY)


def run(command: str, stdout: int | None, redirect: str = "") -> subprocess.CompletedProcess[str]:
    words = f"exec {sys.executable} -m mockserver {command} {redirect}"
    return subprocess.run(
        ["sh", "-c", words], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_that_nobody_reads_is_no_failure(command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ended = run(command, writer)

    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_one_sentence(command: str) -> None:
    ended = run(command, None, ">/dev/full")

    assert (ended.returncode, ended.stderr) == (
        2,
        "mockserver: standard output cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_output_is_no_failure(command: str) -> None:
    ended = run(command, None, ">&-")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_errors_that_nobody_reads_keep_their_exit_code() -> None:
    ended = run("serve --prot 1", None, "2>/dev/full")

    assert ended.returncode == 2


def test_a_long_output_ends_when_its_reader_does() -> None:
    pipeline = f"{sys.executable} -m mockserver dataset --size 50000 | head -n 1"

    ended = subprocess.run(["sh", "-c", pipeline], capture_output=True, text=True, timeout=60)

    assert (ended.stdout, ended.stderr) == ('{"accounts":[\n', "")


@deep_only
def test_a_score_that_nobody_reads_writes_its_report(tmp_path: Path) -> None:
    report = tmp_path / "score.json"

    ended = run(f"score --bug list-bare --jobs 1 --report json={report}", None, ">/dev/full")

    assert report.exists()
    assert ended.returncode in (1, 2)
