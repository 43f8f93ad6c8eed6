"""Serve the mock from a process of its own, with a mutant in it or without, and end it again."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutants.making import Mutant
from tests.mutants.places import ROOT, module_name

__all__ = ["NOW", "NotServed", "Served", "command_of", "environment", "serve"]

NOW = "2026-03-01T12:00:00Z"
# A server that is whole listens within a second, also where both cores are busy.
_START_SECONDS = 30.0
_LOOK_SECONDS = 0.02
_END_SECONDS = 10.0


class NotServed(Exception):
    """Say that a server did not start, or hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Hold where a server listens, and of its users, by name, passwords and accounts.

    Attributes:
        visible: the accounts that a user sees; None for all.
    """

    port: int
    passwords: Mapping[str, str]
    visible: Mapping[str, frozenset[str] | None]


@contextmanager
def command_of(mutant: Mutant | None) -> Iterator[list[str]]:
    """Give the words that run `mockserver`, with a mutant in it where there is one."""
    if mutant is None:
        yield [sys.executable, "-m", "mockserver"]
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mutant.py"
        file.write_text(mutant.source(), encoding="utf-8")
        module = module_name(mutant.path)
        yield [sys.executable, "-m", "tests.mutants.with_mutant", module, str(file)]


@contextmanager
def serve(
    mutant: Mutant | None, *, options: Sequence[str] = (), lines_in: Path | None = None
) -> Iterator[Served]:
    """Serve from a process of its own until the end of the block.

    Args:
        lines_in: where the lines that were run are noted.

    Raises:
        NotServed: it ends at once, or does not listen.
    """
    with command_of(mutant) as command, tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        words = ["serve", "--host=127.0.0.1", "--port=0", f"--now={NOW}", f"--ready-file={ready}"]
        if lines_in is not None:
            noted = ["-m", "coverage", "run", "--rcfile=/dev/null", f"--data-file={lines_in}"]
            command = [command[0], *noted, f"--include={ROOT}/mockserver/*", *command[1:]]
        process = subprocess.Popen(
            [*command, *words, "--quiet", *options],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _wait(process, ready)
        finally:
            _end(process)


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a process: ours, but no settings of the mock."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("MOCKSERVER_")}
    return {**kept, **more}


def _wait(process: subprocess.Popen[bytes], ready: Path) -> Served:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotServed("it ended at once")
        if ready.exists():
            facts = json.loads(ready.read_text(encoding="utf-8"))
            users = {user["username"]: user for user in facts["users"]}
            return Served(
                port=facts["port"],
                passwords={name: user["password"] for name, user in users.items()},
                visible={name: _accounts(user["accountIds"]) for name, user in users.items()},
            )
        time.sleep(_LOOK_SECONDS)
    raise NotServed("it does not listen")


def _accounts(ids: Any) -> frozenset[str] | None:
    return None if ids == "all" else frozenset(ids)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
