"""What several of the fifth faults share."""

import datetime

from tests.blind.exchange import Ask, Refused
from tests.blind.fourth_common import ROWS, as_form
from tests.blind.host import ROOT, Host

__all__ = ["ANA", "BEN", "LATE", "MARK", "crash", "stated"]

MARK: str = ROWS[3]["mostRecentMessage"]["date"]
LATE: str = max(row["mostRecentMessage"]["date"] for row in ROWS)
ANA, BEN = as_form("ana", "Quiet-River-81"), as_form("ben", "Tall:Cedar-47")


def stated(text: str, hours: float, minutes: int) -> str:
    """An instant some hours from that of a text, told with an offset in minutes, for a query."""
    zone = datetime.timezone(datetime.timedelta(minutes=minutes))
    moved = datetime.datetime.fromisoformat(text) + datetime.timedelta(hours=hours)
    return moved.astimezone(zone).isoformat().replace("+", "%2B")


def crash(host: Host, ask: Ask) -> Refused:
    """The service fell over."""
    return Refused(host.answer(ask, {}, ROOT, 500))
