"""Say where the checker itself failed: what breaks it is no verdict on the target.

A crash names the kind of the exception and its place in the code, never the exception's text,
which may hold the target's data.
"""

import traceback
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Crash", "describe_crash"]

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """Hold one failure of the checker.

    Attributes:
        during: a law's id, or what the checker was at.
        error: the exception's class.
        place: file, line and function, such as `checks/facts.py:120 in key_of`.
    """

    during: str
    error: str
    place: str

    def __str__(self) -> str:
        """Return the line for a person."""
        return f"{self.during}: {self.error} at {self.place}"


def describe_crash(error: BaseException, *, during: str) -> Crash:
    """Return the crash that an exception is: the innermost place of this package."""
    frames = list(traceback.walk_tb(error.__traceback__))
    ours = [(frame, line) for frame, line in frames if _is_ours(frame.f_code.co_filename)]
    found = (ours or frames)[-1:]
    place = "a place unknown"
    for frame, line in found:
        path = Path(frame.f_code.co_filename)
        name = path.relative_to(_PACKAGE) if _is_ours(str(path)) else Path(path.name)
        place = f"{name.as_posix()}:{line} in {frame.f_code.co_name}"
    return Crash(during=during, error=type(error).__name__, place=place)


def _is_ours(filename: str) -> bool:
    return Path(filename).is_relative_to(_PACKAGE)
