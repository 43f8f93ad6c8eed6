"""What several of the seventh faults share."""

import re

from tests.blind.fourth_common import as_form

__all__ = ["ANA", "BEN", "JSON", "minutes_of"]

JSON = "GET /conversations.json"
ANA, BEN = as_form("ana", "Quiet-River-81"), as_form("ben", "Tall:Cedar-47")
OFFSET = re.compile(r"T.*([+-])(\d\d):(\d\d)", re.ASCII)


def minutes_of(text: str) -> tuple[int, int] | None:
    """The hours and minutes of the offset at the end of a date, both signed; None without one."""
    found = OFFSET.fullmatch(text[text.find("T") :]) if "T" in text else None
    if found is None:
        return None
    sign = -1 if found[1] == "-" else 1
    return sign * int(found[2]), sign * int(found[3])
