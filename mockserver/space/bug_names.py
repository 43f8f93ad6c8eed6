"""Check names of bugs; their table stands above the spaces, and is loaded for them alone."""

import difflib
from collections.abc import Callable, Collection, Sequence

from mockserver.errors import UsageError, unknown_name
from mockserver.limits import MAX_BUGS

__all__ = ["check_bug_names"]

_SHOWN_BUGS = 8


def check_bug_names(names: Sequence[str], bug_names: Callable[[], Collection[str]] | None) -> None:
    """Refuse names of bugs that are not known.

    Args:
        bug_names: gives the known ones; not called where none is named. None where all may be.

    Raises:
        UsageError: there is one, or there are too many.
    """
    if len(names) > MAX_BUGS:
        raise UsageError(f"{len(names)} bugs are named; at most {MAX_BUGS} may be")
    known = bug_names() if names and bug_names is not None else ()
    for name in names if bug_names is not None else ():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=_SHOWN_BUGS, cutoff=0.0)
            raise UsageError(f"{unknown_name('bug', name, near)} ({len(known)} in all)")
