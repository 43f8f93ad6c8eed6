"""Stand between the commands and standard output: what cannot be written ends no work.

A reader that has had enough, as `head` has, and a full disk are met here and nowhere else, so that
a command's exit code tells of its work. main asks afterwards whether something was lost.
"""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["Output", "current_output", "forgive_output", "guarded_output"]


class Output(io.RawIOBase):
    """Write to a descriptor; what it does not take is dropped.

    Attributes:
        error: why the first write failed that did; None while all went well.
    """

    def __init__(self, descriptor: int) -> None:
        """Write nothing yet."""
        self._descriptor = descriptor
        self.error: OSError | None = None

    @property
    def has_reader(self) -> bool:
        """Tell whether somebody may still read."""
        return self.error is None or self.error.errno != errno.EPIPE

    def writable(self) -> bool:
        """Say that this can be written to."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Tell whether a person sees it."""
        return os.isatty(self._descriptor)

    def write(self, data: object) -> int:
        """Write some of the bytes, and return how many are done with."""
        view = memoryview(data)  # type: ignore[arg-type]  # BufferedWriter passes bytes
        if self.has_reader:
            try:
                return os.write(self._descriptor, view)
            except OSError as exc:
                self.error = self.error or exc
        return len(view)


@contextmanager
def guarded_output() -> Iterator[Output]:
    """Let standard output and standard error be such outputs; yields the first.

    What is no file, as in a test that reads what is printed, stays as it is.
    """
    before = sys.stdout, sys.stderr
    output, errors = Output(1), Output(2)
    sys.stdout = _guard(sys.stdout, output)
    sys.stderr = _guard(sys.stderr, errors)
    try:
        yield output
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def forgive_output() -> None:
    """Let what was lost up to now be no failure."""
    sys.stdout.flush()
    output = current_output()
    if output is not None:
        output.error = None


def current_output() -> Output | None:
    """Return where standard output goes; None where it is no file."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw if isinstance(raw, Output) else None


def _guard(stream: TextIO | None, output: Output) -> TextIO:
    if stream is None:
        # The descriptor was closed before the process began.
        return open(os.devnull, "w", encoding="utf-8")
    if type(stream) is not io.TextIOWrapper:
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(output),
        encoding=stream.encoding,
        # A terminal that cannot show a letter is no reason to fail.
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
    )
