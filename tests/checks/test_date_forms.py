"""How instants are written in plans."""

import pytest

from mockserver.checks.date_forms import SPOKEN, write_instant
from mockserver.checks.instants import HOUR, SECOND, parse_instant
from mockserver.dotnet.ticks import parse_date
from mockserver.errors import UsageError

NIGHT = parse_instant("2026-03-01T00:15:09.25Z") or 0


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (None, "2026-03-01T00:15:09.250Z"),
        ("+05:30", "2026-03-01T05:45:09.250+05:30"),
        ("spaced", "2026-03-01 05:45:09.250+05:30"),
        ("http", "Sun, 01 Mar 2026 00:15:09 GMT"),
        ("clock", "03/01/2026 12:15:09 AM +00:00"),
        ("tenth", "2026-03-01T00:15:09.2Z"),
        ("day", "2026-03-01"),
    ],
)
def test_an_instant_in_a_form(form: str | None, text: str) -> None:
    assert write_instant(NIGHT, form) == text


def test_noon_is_twelve_of_the_second_half() -> None:
    assert write_instant(NIGHT + 12 * HOUR, "clock") == "03/01/2026 12:15:09 PM +00:00"
    assert write_instant(NIGHT + 13 * HOUR, "clock") == "03/01/2026 01:15:09 PM +00:00"


@pytest.mark.parametrize("form", SPOKEN)
@pytest.mark.parametrize("hours", [0, 1, 11, 12, 13, 23])
def test_dotnet_reads_what_is_no_iso_8601_as_the_same_instant(form: str, hours: int) -> None:
    ticks = NIGHT + hours * HOUR
    ticks -= ticks % SECOND

    assert parse_date(write_instant(ticks, form), now_ticks=0) == ticks


def test_an_unknown_form_is_told() -> None:
    with pytest.raises(UsageError, match="unknown form 'dusk'"):
        write_instant(NIGHT, "dusk")
