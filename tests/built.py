"""Build the package as its users get it, and install it beside what is there, without a network."""

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["build", "install"]


def build(source: Path, *, kind: str, into: Path) -> Path:
    """Build a `wheel` or an `sdist` of a folder, and return the file."""
    before = set(into.iterdir()) if into.exists() else set()
    _run("-m", "hatchling", "build", "-t", kind, "-d", str(into), folder=source)
    (made,) = set(into.iterdir()) - before
    return made


def install(wheel: Path, *, into: Path) -> dict[str, str]:
    """Install a wheel in a folder of its own; return the variables with which Python finds it.

    What it needs is taken from the Python that runs the tests.
    """
    offline = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    _run("-m", "pip", "install", *offline, "--target", str(into), str(wheel), folder=into.parent)
    return {"PYTHONPATH": str(into)}


def _run(*words: str, folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
