"""Find and run the programs of other people that the tests use as real clients."""

import os
import shutil
import subprocess

import pytest

__all__ = ["require_program", "run_program", "skip_or_fail"]


def require_program(name: str) -> str:
    """Return a program's path; skip the test where it is not installed, but fail under CI."""
    path = shutil.which(name)
    if path is None:
        skip_or_fail(f"{name} is not installed; .ci/run installs it")
    assert path is not None
    return path


def run_program(*words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program with `text` as its input, and return how it ended and what it printed."""
    return subprocess.run(
        [require_program(words[0]), *words[1:]],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


def skip_or_fail(reason: str) -> None:
    """End a test that lacks a part: nothing is skipped where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
