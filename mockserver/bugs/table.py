"""Hold the named wrong steps: BUGS is the table, `apply_bugs` puts some of them in their place.

They are what real services get wrong, and what the laws of checks/ are measured by. Each is a
function from right steps to wrong ones; the modules beside this one hold them by category.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mockserver.bugs.bug import Bug
from mockserver.bugs.caching import CACHING
from mockserver.bugs.dates import DATES
from mockserver.bugs.filters import FILTERS
from mockserver.bugs.formats import FORMAT_BUGS
from mockserver.bugs.lists import LIST_BUGS
from mockserver.bugs.robustness import ROBUSTNESS
from mockserver.bugs.schema import SCHEMA
from mockserver.bugs.sign_in import SIGN_IN
from mockserver.bugs.state import STATE
from mockserver.bugs.status import STATUS
from mockserver.bugs.tenancy import TENANCY
from mockserver.server.request.path import STEPS, Steps
from mockserver.space.bug_names import check_bug_names

__all__ = ["BUGS", "apply_bugs"]

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
    check_bug_names(names, lambda: BUGS)
    for name in names:
        steps = BUGS[name].change(steps)
    return steps
