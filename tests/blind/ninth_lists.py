"""Ninth faults of rows and their members."""

from typing import Any

from tests.blind.exchange import Answer, Ask
from tests.blind.fourth_common import LIST, edited
from tests.blind.host import Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row

__all__: list[str] = []

PAGE = 12
LOADED = 100


@fault(
    644,
    "row",
    "Rows are grouped by the other side: of two threads with one address the newer one is shown.",
    f"{LIST}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    seen: dict[str, Row] = {}
    for row in inner(ask):
        seen.setdefault(row["otherAddress"], row)
    return list(seen.values())


@fault(
    645,
    "row",
    "One object is filled anew for each message, and a null leaves what the row before had.",
    f"{LIST}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    before: Row = {}

    def fill(row: Row, message: Row) -> None:
        for name, text in message.items():
            if text is None:
                message[name] = before.get(name)
        before.update(message)

    answer: Answer = inner(ask, edited(value, fill), root, status)
    return answer


@fault(
    646,
    "row",
    "Rows are read in pages of twelve, each from before the last one's date: its twin is lost.",
    f"{LIST} | {LIST}?accountIds={{a0}},{{a1}},{{a2}}",
    at="select",
)
def _(host: Host, inner: Inner, ask: Ask) -> list[Row]:
    rest: list[Row] = inner(ask)
    rows: list[Row] = []
    while rest:
        rows += rest[:PAGE]
        last = host.age(rows[-1])[0]
        rest = [row for row in rest[PAGE:] if host.age(row)[0] < last or not last]
    return rows


@fault(
    647,
    "row",
    "Only the first hundred rows of an answer have their message loaded.",
    f"{LIST}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    if rows := value.get("conversations"):
        bare = [{**row, "mostRecentMessage": None} for row in rows[LOADED:]]
        value = {**value, "conversations": rows[:LOADED] + bare}
    answer: Answer = inner(ask, value, root, status)
    return answer


@fault(
    648,
    "row",
    "The id of a conversation goes through a floating-point number, and many have the same.",
    f"{LIST}?endpointIds={{e1}}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    def round_off(row: Row, message: Row) -> None:
        row["id"] = f"{int(float(int(row['id'], 16))):024x}"

    answer: Answer = inner(ask, edited(value, round_off), root, status)
    return answer


@fault(
    649,
    "row",
    "The direction of a message without a text is Unknown.",
    f"{LIST}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    def judge(row: Row, message: Row) -> None:
        if message.get("text") is None:
            message["direction"] = "Unknown"

    answer: Answer = inner(ask, edited(value, judge), root, status)
    return answer


@fault(
    650,
    "row",
    "A conversation's phone number is kept as a number: it lacks the plus that its message shows.",
    f"{LIST}?endpointIds={{e1}}",
    at="answer",
)
def _(host: Host, inner: Inner, ask: Ask, value: Any, root: str, status: int = 200) -> Answer:
    def strip(row: Row, message: Row) -> None:
        row["otherAddress"] = row["otherAddress"].removeprefix("+")

    answer: Answer = inner(ask, edited(value, strip), root, status)
    return answer
