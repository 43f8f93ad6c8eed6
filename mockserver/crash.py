"""Say in one sentence what broke this program itself, and where."""

import traceback
from pathlib import Path

__all__ = ["crash_place", "describe_crash"]

_FOLDER = Path(__file__).parent
_SHOWN = 200


def describe_crash(error: BaseException) -> str:
    """Return one sentence that names an exception and the line that it comes from."""
    text = " ".join(str(error).split())[:_SHOWN]
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"this is a fault of mockserver's own, at {crash_place(error)}: {what}"


def crash_place(error: BaseException) -> str:
    """Return the innermost line of this package that an exception came through."""
    frames = [
        (Path(frame.f_code.co_filename), number)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    ours = [(path, number) for path, number in frames if path.is_relative_to(_FOLDER)]
    if not ours:
        return "an unknown line"
    path, number = ours[-1]
    return f"{path.relative_to(_FOLDER.parent)}:{number}"
