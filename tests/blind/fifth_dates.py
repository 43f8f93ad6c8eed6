"""Fifth faults of `afterDate`."""

import re

from tests.blind.dates import DAY, SECOND, parse, row_ticks
from tests.blind.exchange import Ask, Refused
from tests.blind.fifth_common import LATE, MARK, crash, stated
from tests.blind.fourth_common import LIST, ticks
from tests.blind.host import ROOT, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

DATED = LIST + "?afterDate="


@fault(
    379,
    "date",
    "The sign of an offset west of Greenwich is lost.",
    DATED + stated(MARK, 1, -300),
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if re.search(r":\d\d.*-\d\d:\d\d$", ask.after_text):
        ask.after = parse(f"{ask.after_text[:-6]}+{ask.after_text[-5:]}")


@fault(
    380,
    "date",
    "The minutes of an offset do not count.",
    DATED + stated(MARK, -0.25, 330),
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if re.search(r"[+-]\d\d:[1-5]\d$", ask.after_text):
        ask.after = parse(ask.after_text[:-2] + "00")


@fault(
    381,
    "date",
    "Instants are compared by their whole seconds.",
    DATED + MARK[:19] + "Z",
    at="later",
)
def _(_: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    if ask.after is None:
        return bool(inner(row, ask))
    when = row_ticks((row["mostRecentMessage"] or {}).get("date"))
    return when is not None and when // SECOND > ask.after // SECOND


@fault(
    382,
    "date",
    "A day without a time is meant to its end.",
    DATED + MARK[:10],
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", ask.after_text):
        ask.after += DAY - SECOND


@fault(
    383,
    "date",
    "A date reaches back half a year at most.",
    DATED + "2025-02-01T00:00:00Z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if ask.after is not None:
        ask.after = max(ask.after, ticks(LATE) - 183 * DAY)


@fault(
    384,
    "date",
    "A date after which there is nothing filters nothing.",
    DATED + "2030-01-01T00:00:00Z",
    at="select",
)
def _(_: Host, inner: Inner, ask: Ask) -> list[Row]:
    rows: list[Row] = inner(ask)
    if not rows and ask.after is not None and ask.after > ticks(LATE):
        ask.after = None
        rows = inner(ask)
    return rows


@fault(385, "date", "The leap day is a failure.", DATED + "2024-02-29T12:00:00Z", at="after")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "-02-29" in ask.after_text:
        raise crash(host, ask)


@fault(
    386,
    "date",
    "Month and day of a date with a time change places where they can.",
    DATED + "2026-01-02T00:00:00Z",
    at="after",
)
def _(_: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    swapped = re.sub(r"^(\d{4})-(\d\d)-(\d\d)(?=[Tt])", r"\1-\3-\2", ask.after_text)
    if ask.after is not None:
        ask.after = parse(swapped) or ask.after


@fault(
    387,
    "date",
    "More than six digits of a second are a failure.",
    DATED + "2026-01-15T10:00:00.1234567Z",
    at="after",
)
def _(host: Host, inner: Inner, ask: Ask) -> None:
    if re.search(r"\.\d{7}", ",".join(ask.raw.get("afterDate", []))):
        raise crash(host, ask)
    inner(ask)


@fault(388, "date", "An empty date is refused.", DATED, at="after")
def _(host: Host, inner: Inner, ask: Ask) -> None:
    inner(ask)
    if "afterDate" in ask.raw and not ask.after_text:
        raise Refused(host.answer(ask, {}, ROOT, 400))
