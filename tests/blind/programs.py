"""Start a blind host in a process of its own, and end it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ROOT_FOLDER", "blind_host"]

ROOT_FOLDER = Path(__file__).parent.parent.parent


@contextmanager
def blind_host(*options: str) -> Iterator[str]:
    """Yield the address of a host that runs until the block ends."""
    command = [sys.executable, "-m", "tests.blind.serve", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT_FOLDER)}
    with subprocess.Popen(
        command, cwd=ROOT_FOLDER, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().strip()
            if not address:
                raise RuntimeError("the blind host did not start")
            yield address
        finally:
            process.terminate()
