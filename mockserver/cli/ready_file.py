"""Write the ready file of `serve`: what a script needs to know of a running server.

It holds passwords, so only its owner may read it, and it is there as a whole or not at all.
"""

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mockserver import __version__
from mockserver.errors import UsageError
from mockserver.space.space import Space

__all__ = ["check_ready_file", "remove_ready_file", "save_ready_file", "withdraw_ready_file"]


def check_ready_file(path: Path, *, others: Mapping[str, Path | None]) -> None:
    """Make sure that the file can be written later; one that is there stays as it is.

    Args:
        others: option → its file, which this one must not replace.

    Raises:
        UsageError: it is a folder, a device or another option's file, its folder does not exist,
            or may not be written to.
    """
    for name, other in others.items():
        if other is not None and other.resolve() == path.resolve():
            raise UsageError(f"--ready-file: {str(path)!r} is the file of {name}; name another")
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise UsageError(f"--ready-file: {str(path)!r} is a device or a pipe; name a file")
    try:
        _new_part(path).unlink()
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as exc:
        raise _cannot_write(path, exc) from exc


def remove_ready_file(path: Path) -> None:
    """Remove what an earlier run left.

    Raises:
        UsageError: it cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as exc:
        raise _cannot_write(path, exc) from exc


def withdraw_ready_file(path: Path) -> None:
    """Remove the file of this process, which ends; what somebody else wrote meanwhile stays."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        if json.loads(path.read_text(encoding="utf-8"))["pid"] == os.getpid():
            path.unlink()


def save_ready_file(path: Path, *, url: str, port: int, space: Space) -> None:
    """Write the facts of a running server, passwords among them, at once or not at all.

    Raises:
        UsageError: the file cannot be written.
    """
    facts = {
        "url": url,
        "port": port,
        "pid": os.getpid(),
        "users": [
            {
                "username": user.username,
                "password": user.password.reveal(),
                "roles": list(user.roles),
                "accountIds": "all" if user.account_ids is None else sorted(user.account_ids),
            }
            for user in space.scenario.users
        ],
        "version": __version__,
        "digest": space.world.digest(),
    }
    try:
        part = _new_part(path, json.dumps(facts, indent=2) + "\n")
        part.replace(path)
    except OSError as exc:
        raise _cannot_write(path, exc) from exc


def _new_part(path: Path, text: str = "") -> Path:
    """Return a new file beside another, which only its owner may read."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    part = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        part.unlink()
        raise
    return part


def _cannot_write(path: Path, error: OSError) -> UsageError:
    return UsageError(f"--ready-file: cannot write {str(path)!r}: {error.strerror}")
