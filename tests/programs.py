"""Find and run the programs of other people that the tests use as real clients."""

import fcntl
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockserver.errors import ListenError
from mockserver.server.http import open_sockets
from tests.waiting import PATIENCE_SECONDS

__all__ = [
    "find_ports",
    "install_packages",
    "require_program",
    "run_program",
    "run_schemathesis",
    "running",
    "skip_or_fail",
]

_ROOT = Path(__file__).parents[1]


def require_program(name: str) -> str:
    """Return a program's path; skip the test where it is not installed, but fail under CI."""
    path = shutil.which(name)
    if path is None:
        skip_or_fail(f"{name} is not installed; .ci/run installs it")
    assert path is not None
    return path


def run_program(
    *words: str,
    text: str = "",
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
    patience_seconds: int = PATIENCE_SECONDS,
) -> subprocess.CompletedProcess[str]:
    """Run a program with `text` as its input, and return how it ended and what it printed."""
    return subprocess.run(
        [require_program(words[0]), *words[1:]],
        input=text,
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=patience_seconds,
        check=False,
    )


def run_schemathesis(
    *words: str, folder: Path = _ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Schemathesis's own command, which may load modules of ours."""
    return run_program(
        str(Path(sys.executable).with_name("st")),
        *words,
        folder=folder,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", **(env or {})},
        patience_seconds=5 * PATIENCE_SECONDS,
    )


@contextmanager
def running(
    *words: str, folder: Path, environment: Mapping[str, str], until: str
) -> Iterator[None]:
    """Run a program from when it has printed `until` to the end of the block."""
    with subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said: list[str] = []
        try:
            assert any(until in line for line in _keeping(process.stdout, said)), "".join(said)
            yield
        finally:
            # Some of them have processes of their own.
            os.killpg(process.pid, signal.SIGTERM)


def _keeping(lines: Iterable[str], said: list[str]) -> Iterator[str]:
    for line in lines:
        said.append(line)
        yield line


def find_ports(count: int) -> list[int]:
    """Return ports that are free on loopback.

    Systems give ports from 32768 on to whoever asks for any, so that one of those might be taken
    before the program that is to have it starts.
    """
    drawn = random.SystemRandom().sample(range(20_000, 32_000), 1_000)
    return list(itertools.islice(filter(_is_free, drawn), count))


def _is_free(port: int) -> bool:
    try:
        for opened in open_sockets("localhost", port):
            opened.close()
    except ListenError:
        return False
    return True


def install_packages(folder: Path) -> Path:
    """Install the npm packages of a folder, once, whichever worker comes first."""
    require_program("npm")
    modules = folder / "node_modules"
    package = json.loads((folder / "package.json").read_text())
    wanted = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    modules.mkdir(exist_ok=True)
    with (modules / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not all((modules / name / "package.json").exists() for name in wanted):
            options = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund")
            ended = run_program("npm", "install", f"--prefix={folder}", *options)
            if ended.returncode:
                skip_or_fail(f"npm install failed: {ended.stderr}")
        if "vite" in wanted and not (modules / ".vite" / "deps").exists():
            # Else servers that start at the same time make it, each in the place of the other's.
            run_program("node", str(modules / "vite" / "bin" / "vite.js"), "optimize", str(folder))
    return modules


def skip_or_fail(reason: str) -> None:
    """End a test that lacks a part: nothing is skipped where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
