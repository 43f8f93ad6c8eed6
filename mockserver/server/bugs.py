"""Hold the named wrong steps: BUGS is the table, `apply_bugs` puts some of them in their place.

They are what real services get wrong, and what the laws of checks/ are measured by. Each is a
function from right steps to wrong ones; the folder wrong/ holds them by category.
"""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mockserver.errors import UsageError, unknown_name
from mockserver.limits import MAX_BUGS
from mockserver.server.app import STEPS, Steps
from mockserver.server.wrong.bug import Bug
from mockserver.server.wrong.caching import CACHING
from mockserver.server.wrong.dates import DATES
from mockserver.server.wrong.filters import FILTERS
from mockserver.server.wrong.formats import FORMAT_BUGS
from mockserver.server.wrong.lists import LIST_BUGS
from mockserver.server.wrong.robustness import ROBUSTNESS
from mockserver.server.wrong.schema import SCHEMA
from mockserver.server.wrong.sign_in import SIGN_IN
from mockserver.server.wrong.state import STATE
from mockserver.server.wrong.status import STATUS
from mockserver.server.wrong.tenancy import TENANCY

__all__ = ["BUGS", "Bug", "apply_bugs", "check_bugs"]

_SHOWN = 8

BUGS: Mapping[str, Bug] = MappingProxyType(
    {
        bug.name: bug
        for bug in (
            *SCHEMA,
            *STATUS,
            *SIGN_IN,
            *FILTERS,
            *LIST_BUGS,
            *DATES,
            *FORMAT_BUGS,
            *CACHING,
            *STATE,
            *TENANCY,
            *ROBUSTNESS,
        )
    }
)


def apply_bugs(names: Iterable[str], steps: Steps = STEPS) -> Steps:
    """Return the steps with bugs in the place of some; `steps` itself where there are none.

    What a bug remembers begins anew with each call.

    Raises:
        UsageError: a name is not in BUGS.
    """
    names = tuple(names)
    check_bugs(names)
    for name in names:
        steps = BUGS[name].change(steps)
    return steps


def check_bugs(names: Iterable[str]) -> None:
    """Refuse names that are not in BUGS.

    Raises:
        UsageError: there is one.
    """
    given = list(names)
    if len(given) > MAX_BUGS:
        raise UsageError(f"{len(given)} bugs are named; at most {MAX_BUGS} may be")
    for name in given:
        if name not in BUGS:
            near = difflib.get_close_matches(name, BUGS, n=_SHOWN, cutoff=0.0)
            raise UsageError(f"{unknown_name('bug', name, near)} ({len(BUGS)} in all)")
