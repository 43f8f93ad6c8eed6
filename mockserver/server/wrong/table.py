"""Hold all bugs: BUGS is name → row."""

from collections.abc import Mapping
from types import MappingProxyType

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

__all__ = ["BUGS"]

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
