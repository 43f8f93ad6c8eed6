"""Switch bugs on in the spaces of one server; the table is loaded with the first that is named."""

from collections.abc import Collection, Iterable
from weakref import WeakKeyDictionary

from mockserver.server.request.path import STEPS, Steps
from mockserver.space.bug_names import check_bug_names
from mockserver.space.space import Space

__all__ = ["BugSwitch", "bug_names", "check_bugs"]


def bug_names() -> Collection[str]:
    """Return the names of all bugs."""
    from mockserver.bugs.table import BUGS

    return BUGS


def check_bugs(names: Iterable[str]) -> None:
    """Refuse names that no bug has.

    Raises:
        UsageError: there is one.
    """
    check_bug_names(tuple(names), bug_names)


class BugSwitch:
    """Hold the wrong steps of each space; a bug remembers what came before, until they change."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._wrong: WeakKeyDictionary[Space, tuple[tuple[str, ...], Steps]] = WeakKeyDictionary()

    def steps_in(self, space: Space) -> Steps:
        """Return the steps in a space."""
        if not space.bugs:
            return STEPS
        found = self._wrong.get(space)
        if found is None or found[0] is not space.bugs:
            from mockserver.bugs.table import apply_bugs

            found = self._wrong[space] = (space.bugs, apply_bugs(space.bugs))
        return found[1]
