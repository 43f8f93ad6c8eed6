"""Write a line for every request: what was asked, how it ended, nothing of the target's data."""

import contextlib
import json
import os
import threading
from pathlib import Path

from mockserver.checks.messages import Request, Response
from mockserver.checks.tokens import Tokeniser
from mockserver.errors import UsageError

__all__ = ["AuditLog"]


class AuditLog:
    """Append to the file of `--audit`; ids stand in it as tokens."""

    def __init__(self, path: Path, tokens: Tokeniser) -> None:
        """Open the file.

        Raises:
            UsageError: it cannot be written.
        """
        try:
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise UsageError(f"--audit: the file cannot be written: {error.strerror}") from error
        self._file = os.fdopen(opened, "a", encoding="utf-8")
        self._tokens = tokens
        self._lock = threading.Lock()

    def write(
        self, request: Request, response: Response | None, seconds: float, *, error: str = ""
    ) -> None:
        """Write one line, and see that it is written.

        Raises:
            OSError: it is not.
        """
        line: dict[str, object] = {
            "method": request.method,
            "path": request.path,
            "query": self._tokens.query(request.query),
            "auth": request.auth,
            "purpose": request.purpose,
            "status": None if response is None else response.status,
            "bytes": 0 if response is None else len(response.body),
            "ms": round(seconds * 1000, 1),
        }
        if error:
            line["error"] = error
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file; what could not be written was told as it was."""
        with contextlib.suppress(OSError):
            self._file.close()
