"""What several of the sixth faults share."""

import time

from tests.blind.exchange import Ask
from tests.blind.fifth_common import ANA, BEN, MARK, stated
from tests.blind.host import FIELDS, NAMES, Host
from tests.blind.world import Row

__all__ = ["ANA", "BEN", "MARK", "PAUSE", "arrived", "overlaps", "repeated", "stated", "token"]

PAUSE = 0.06
FIRST_ARRIVAL = 0x1000 + 500


def arrived(row: Row) -> bool:
    """Whether a row came in while the host ran."""
    return int(row["id"][-8:], 16) >= FIRST_ARRIVAL


def repeated(ask: Ask) -> set[str]:
    """The lists whose key came more than once, with a value each time."""
    names = [NAMES.get(key.lower(), "") for key, value in ask.query if value]
    return {name for name in names if name in FIELDS and names.count(name) > 1}


def token(ask: Ask) -> str:
    """The session id that is in force."""
    cookies = ask.cookies()
    return cookies.get("ss-pid" if cookies.get("ss-opt") == "perm" else "ss-id", "")


def overlaps(host: Host) -> bool:
    """Whether the answer to an earlier request is still on its way."""
    return time.monotonic() < float(host.memory.get("until", 0.0))
