"""Wait for what can be seen, however slow the machine is; no test waits for a time."""

import time
from collections.abc import Callable

__all__ = ["PATIENCE_SECONDS", "wait_until"]

# Nothing takes so long, even beside other programs: a test that waits for it is lost.
PATIENCE_SECONDS = 120
_LOOK_SECONDS = 0.01


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Return when `is_so` says so; fail with `what` was waited for when patience is over."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(_LOOK_SECONDS)
