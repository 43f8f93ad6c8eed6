"""Seventh faults of dates and of their zones."""

from tests.blind import dates
from tests.blind.exchange import Ask
from tests.blind.fifth_common import LATE, MARK, stated
from tests.blind.fourth_common import LIST, ticks
from tests.blind.host import Host
from tests.blind.seventh_common import minutes_of
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

EPOCH = ticks("1970-01-01T00:00:00Z")
SUMMER, WINTER = range(4, 11), (11, 12, 1, 2, 3)
MOVED = {
    ("+01:00", SUMMER): "+02:00",
    ("+02:00", WINTER): "+01:00",
    ("-05:00", SUMMER): "-04:00",
    ("-04:00", WINTER): "-05:00",
    ("-08:00", SUMMER): "-07:00",
    ("-07:00", WINTER): "-08:00",
}


@fault(
    535,
    "date",
    "A date with an offset is read by a pattern of twelve hours: 15:00 is 03:00.",
    f"{LIST}?afterDate={stated(LATE, 0.1, 120)}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text
    if ask.after is not None and minutes_of(text):
        hour = text[text.find("T") + 1 :][:2]
        ask.after -= 12 * dates.HOUR if hour.isdigit() and int(hour) >= 12 else 0


@fault(
    536,
    "date",
    "An offset is turned into a zone of the map, which keeps summer time on its own.",
    f"{LIST}?afterDate={stated(LATE, -0.5, 120)}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    text = ask.after_text
    if ask.after is None or not minutes_of(text) or not text[5:7].isdigit():
        return
    for (offset, months), other in MOVED.items():
        if text.endswith(offset) and int(text[5:7]) in months:
            ask.after = dates.parse(text.removesuffix(offset) + other)


@fault(
    537,
    "date",
    "Instants are compared as texts of their milliseconds since 1970, whatever their length.",
    f"{LIST}?afterDate=2000-01-01T00:00:00Z",
    at="later",
)
def _(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    own = dates.row_ticks((row["mostRecentMessage"] or {}).get("date"))
    if ask.after is None or own is None:
        return bool(inner(row, ask))
    texts = [str((each - EPOCH) // 10_000) for each in (own, ask.after)]
    same = len(texts[0]) == len(texts[1])
    return bool(inner(row, ask)) if same else texts[0] > texts[1]


@fault(
    538,
    "date",
    "The minutes of an offset are hundredths of an hour: +05:30 is 5.3 hours.",
    f"{LIST}?afterDate={stated(MARK, -0.1, 330)} | {LIST}?afterDate={stated(MARK, 0.1, -210)}",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    offset = minutes_of(ask.after_text)
    if ask.after is not None and offset:
        ask.after += offset[1] * dates.HOUR * 2 // 300
