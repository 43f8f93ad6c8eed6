import json
from pathlib import Path

import pytest

from mockserver.dotnet.ticks import (
    MAX_TICKS,
    format_ticks,
    has_zone,
    parse_date,
    parse_instant,
    ticks_to_unix,
    unix_to_ticks,
)
from mockserver.errors import UsageError

_DATES = Path(__file__).parents[2] / "fixtures/transcripts/fuzz/dates.ndjson"
_NOW = parse_instant("2026-11-24T13:00:00Z")


def _recorded_text(ticks: int | None) -> str | None:
    return None if ticks is None else f"{format_ticks(ticks)[:-4]}{ticks % 10**7:07}Z"


def test_every_recorded_date_is_parsed_as_dotnet_did() -> None:
    records = [json.loads(line) for line in _DATES.read_text("utf-8").splitlines()]

    actual = [_recorded_text(parse_date(record["text"], now_ticks=_NOW)) for record in records]

    assert actual == [record["utc"] for record in records]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3:04 PM", "2026-11-24T15:04:00.000Z", id="time-is-of-today"),
        pytest.param("3pm", "2026-11-24T15:00:00.000Z", id="hour-alone"),
        pytest.param("March 5", "2026-03-05T00:00:00.000Z", id="day-after-month"),
        pytest.param("5 March", "2005-03-01T00:00:00.000Z", id="year-before-month"),
        pytest.param("1/10 5 AM", "2026-01-10T05:00:00.000Z", id="date-without-year"),
        pytest.param("#2024-03-10T12:00:00#", "2024-03-10T12:00:00.000Z", id="hashes"),
        pytest.param("#3/10/2024# \0", "2024-03-10T00:00:00.000Z", id="hashes-and-nul"),
        pytest.param("2024-03-10\0\0", "2024-03-10T00:00:00.000Z", id="nuls-at-the-end"),
        pytest.param("AD 2024-03-10", "2024-03-10T00:00:00.000Z", id="era"),
        pytest.param("3/10\u200f/2024", "2024-03-10T00:00:00.000Z", id="right-to-left-mark"),
        pytest.param("2024\u5e743\u670810\u65e5", "2024-03-10T00:00:00.000Z", id="suffixes"),
        pytest.param(
            "2024\u5e743\u670810\u65e5 12\u66425\u5206",
            "2024-03-10T12:05:00.000Z",
            id="time-suffixes",
        ),
        pytest.param("3\u6708 5", "2026-03-05T00:00:00.000Z", id="suffix-and-day"),
        pytest.param("24 3\u6708", "2024-03-01T00:00:00.000Z", id="year-and-suffix"),
        pytest.param("24\u5e74 5", "2024-01-05T00:00:00.000Z", id="suffixed-year-and-day"),
        pytest.param("5 24 3\u6708", None, id="suffix-on-the-third-number"),
        pytest.param(
            "0001-01-01T00:00+01:00", "0001-01-01T23:00:00.000Z", id="before-the-first-day"
        ),
        pytest.param("2024 5\u65e5 6", None, id="suffix-for-a-day-where-a-month-belongs"),
        pytest.param("2024-03-10 5:00 PM PM", None, id="two-halves"),
        pytest.param("2024-03-10 12:00Z+01:00", None, id="two-zones"),
        pytest.param("1:00 2:00", None, id="two-times"),
        pytest.param("3/10/2024 3/11/2024", None, id="two-dates"),
        pytest.param("Mar Apr 2024", None, id="two-months"),
        pytest.param("Sun Mon 2024-03-10", None, id="two-days"),
        pytest.param("#2024-03-10", None, id="one-hash"),
        pytest.param("9999-12-31T23:59:59.99999999Z", None, id="after-the-last-instant"),
        pytest.param("9999-12-31T23:59:59-01:00", None, id="offset-after-the-last-instant"),
    ],
)
def test_date_is_parsed_as_dotnet_would(text: str, expected: str | None) -> None:
    ticks = parse_date(text, now_ticks=_NOW)

    assert (ticks if ticks is None else format_ticks(ticks)) == expected


def test_naive_offset_applies_to_texts_without_zone_only() -> None:
    texts = ["2024-03-10T12:00", "2024-03-10T12:00Z"]

    actual = [parse_date(text, now_ticks=_NOW, naive_offset_minutes=120) for text in texts]

    assert actual == [parse_instant(f"2024-03-10T{hour}:00Z") for hour in (10, 12)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-10T12:00Z", True),
        ("2024-03-10 12:00 GMT", True),
        ("2024-03-10T12:00+00:00", True),
        ("2024-03-10T12:00", False),
        ("2024-03-10", False),
        ("Z", False),
    ],
)
def test_zone_is_noticed(text: str, expected: bool) -> None:
    assert has_zone(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"),
        ("2026-03-01T12:00+02:00", "2026-03-01T10:00:00.000Z"),
        ("2026-03-01T12:00:00.1239999Z", "2026-03-01T12:00:00.123Z"),
    ],
)
def test_instant_of_a_flag_is_iso_8601(text: str, expected: str) -> None:
    assert format_ticks(parse_instant(text)) == expected


@pytest.mark.parametrize("text", ["2026-03-01", "2026-03-01T12:00", "1 March 2026 12:00Z", ""])
def test_instant_without_zone_or_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no instant; write it as 2026-03-01T12:00:00Z"):
        parse_instant(text)


def test_unix_seconds_and_ticks_are_inverse() -> None:
    ticks = unix_to_ticks(1_710_072_000.5)

    assert (format_ticks(ticks), ticks_to_unix(ticks)) == (
        "2024-03-10T12:00:00.500Z",
        1_710_072_000.5,
    )


def test_last_instant_is_formatted() -> None:
    assert format_ticks(MAX_TICKS) == "9999-12-31T23:59:59.999Z"
