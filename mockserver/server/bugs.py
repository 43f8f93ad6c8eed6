"""Hold the named wrong steps: BUGS is the table, `apply_bugs` puts some of them in their place.

They are what real services get wrong, and what the laws of checks/ are measured by. Each is a
function from right steps to wrong ones; the folder wrong/ holds them by category.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mockserver.errors import UsageError, unknown_name
from mockserver.server.app import STEPS, Steps

if TYPE_CHECKING:
    from mockserver.server.wrong.bug import Bug

    BUGS: Mapping[str, Bug]

__all__ = ["BUGS", "apply_bugs", "check_bugs"]

_SHOWN = 8


def __getattr__(name: str) -> Any:
    # Not at the top: a server without bugs loads none of them.
    if name == "BUGS":
        from mockserver.server.wrong.table import BUGS

        return BUGS
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def apply_bugs(names: Iterable[str], steps: Steps = STEPS) -> Steps:
    """Return the steps with bugs in the place of some; `steps` itself where there are none.

    What a bug remembers begins anew with each call.

    Raises:
        UsageError: a name is not in BUGS.
    """
    names = tuple(names)
    if not names:
        return steps
    check_bugs(names)
    from mockserver.server.wrong.table import BUGS

    for name in names:
        steps = BUGS[name].change(steps)
    return steps


def check_bugs(names: Iterable[str]) -> None:
    """Refuse names that are not in BUGS.

    Raises:
        UsageError: there is one.
    """
    names = tuple(names)
    if not names:
        return
    from mockserver.server.wrong.table import BUGS

    for name in names:
        if name not in BUGS:
            near = difflib.get_close_matches(name, BUGS, n=_SHOWN, cutoff=0.0)
            raise UsageError(f"{unknown_name('bug', name, near)} ({len(BUGS)} in all)")
