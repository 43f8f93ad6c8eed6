"""Hold the wrong shapes of a row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from zlib import crc32

from mockserver.bugs.bug import (
    Change,
    anew,
    answer_of,
    encoding,
    in_category,
    message_of,
    run_as,
    showing,
    showing_list,
    style_of,
    with_message,
    writing,
)
from mockserver.models import ConversationInfo
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.wire.formats.encode import FORMATS

__all__ = ["SCHEMA"]

Rows = list[ConversationInfo]


def _one_in(count: int, row: ConversationInfo) -> bool:
    return crc32(f"{row.id}".encode()) % count == 0


def _json(change: Callable[[bytes], bytes]) -> Change:
    return writing(change, "json")


def _options(**options: object) -> Change:
    """Return the change that writes with other options of `?jsconfig=`."""

    def encode(x: Exchange, right: Step) -> Answer:
        style = style_of(x)
        changed = replace(style.options, **options)  # type: ignore[arg-type]  # its own members
        return answer_of(
            x, lambda x: run_as(x, right, style=replace(style, options=changed, joins_rows=False))
        )

    return encoding(encode)


def _after(
    count: int, change: Callable[[ConversationInfo, ConversationInfo], ConversationInfo]
) -> Change:
    """Return the change of one row in `count` by the row before it."""

    def show(rows: Rows) -> Rows:
        return [
            change(row, rows[i - 1]) if i and _one_in(count, row) else row
            for i, row in enumerate(rows)
        ]

    return showing_list(show)


def _shifted(pick: Callable[[ConversationInfo], str | None], name: str) -> Change:
    """Return the change that gives one row in twenty a member of the row before it."""
    return _after(20, lambda row, before: with_message(row, **{name: pick(before)}))


def _null_row(rows: Rows) -> Sequence[ConversationInfo | None]:
    """Add a row that is none; a page has no way to show it."""
    return [*rows, None]


def _without_message(rows: Rows) -> Rows:
    """Show messages in long lists only, as if a short list took another way to the data."""
    return rows if len(rows) > 60 else [replace(row, most_recent_message=None) for row in rows]


def _fresh_ids() -> Change:
    counts = count(1)

    def show(rows: Rows) -> Rows:
        number = next(counts)
        return [with_message(row, id=f"{message_of(row).id}-{number}") for row in rows]

    return showing_list(show)


def _nested_address(row: ConversationInfo) -> ConversationInfo:
    message = message_of(row)
    is_outgoing = message.direction == "Outgoing"
    return with_message(row, other_address=message.sender) if is_outgoing else row


def _wcf(row: ConversationInfo) -> ConversationInfo:
    return with_message(row, date="/Date(1772366400000)/")


def _strange_direction(row: ConversationInfo) -> ConversationInfo:
    return with_message(row, direction="Internal") if _one_in(20, row) else row


def _year_one(row: ConversationInfo) -> ConversationInfo:
    return with_message(row, date="0001-01-01T00:00:00.000Z") if _one_in(50, row) else row


def _null_texts(row: ConversationInfo) -> ConversationInfo:
    return with_message(row, customer_id=message_of(row).customer_id or "null")


def _other_endpoint(row: ConversationInfo) -> ConversationInfo:
    endpoint = message_of(row).endpoint_id
    return with_message(row, endpoint_id=endpoint and endpoint[::-1])


_bug = in_category("schema")

SCHEMA = (
    _bug(
        "unread-as-text",
        "JSON writes isUnread in quotes",
        _json(lambda b: re.sub(rb'"isUnread":(true|false)', rb'"isUnread":"\1"', b)),
    ),
    _bug(
        "unread-null",
        "JSON writes null where isUnread is false",
        _json(lambda b: b.replace(b'"isUnread":false', b'"isUnread":null')),
    ),
    _bug("direction-as-number", "direction is a number", _options(enum_as_number=True)),
    _bug(
        "direction-lower-case",
        "direction is written in lower case",
        showing(lambda r: with_message(r, direction=message_of(r).direction.lower())),
    ),
    _bug(
        "direction-unknown",
        "one row in twenty has a direction of its own",
        showing(_strange_direction),
    ),
    _bug(
        "address-as-number",
        "JSON writes a phone number as a number",
        _json(lambda b: re.sub(rb'"otherAddress":"\+(\d+)"', rb'"otherAddress":\1', b)),
    ),
    _bug(
        "list-renamed",
        "JSON calls the list `items`",
        _json(lambda b: b.replace(b'{"conversations":', b'{"items":', 1)),
    ),
    _bug(
        "list-bare",
        "JSON is the list alone",
        _json(lambda b: b.removeprefix(b'{"conversations":').removesuffix(b"}")),
    ),
    _bug("names-pascal", "members are in Pascal case", _options(text_case="pascal")),
    _bug(
        "message-missing",
        "lists of at most 60 rows come without messages",
        showing_list(_without_message),
    ),
    _bug("id-missing", "rows have no id", showing(lambda r: replace(r, id=None))),
    _bug("date-as-wcf", "dates are written as /Date(…)/", showing(_wcf)),
    _bug("date-year-one", "one row in fifty is dated in the year 1", showing(_year_one)),
    _bug("null-as-text", "no customer is written as the text null", showing(_null_texts)),
    _bug(
        "nested-endpoint",
        "the message names another endpoint than its row",
        showing(_other_endpoint),
    ),
    _bug(
        "nested-address",
        "an outgoing message has our own address as the other",
        showing(_nested_address),
    ),
    _bug(
        "message-id-shared",
        "every message has the same id",
        showing(lambda r: with_message(r, id="000000000000000000000000")),
    ),
    _bug("message-id-fresh", "a message has another id each time", anew(_fresh_ids)),
    _bug(
        "id-repeated",
        "one row in forty has the id of the row before it",
        _after(40, lambda row, before: replace(row, id=before.id)),
    ),
    _bug(
        "name-of-another",
        "one row in twenty shows the name of another endpoint",
        _shifted(lambda r: message_of(r).endpoint_display_name, "endpoint_display_name"),
    ),
    _bug(
        "account-of-another",
        "one row in twenty shows the account of another row",
        _shifted(lambda r: message_of(r).account_id, "account_id"),
    ),
    _bug("row-null", "the list ends with an empty row", showing_list(_null_row, *FORMATS)),
)
