"""Declare rows and accounts by hand as a JSON Schema: of a scenario, a request and a log.

scenario_schema.py takes it into the schema of a scenario file; by_hand.py reads such rows.
"""

from collections.abc import Mapping
from typing import Any

from mockserver.limits import MAX_CONVERSATIONS, MAX_OWNERS
from mockserver.models import DIRECTIONS

__all__ = ["BY_HAND"]

# YAML takes a telephone number without quotes for a number.
_QUOTED = {"x-number": "put it in quotes"}
_TEXT = {"type": "string", "minLength": 1, **_QUOTED}
_TEXT_OR_NULL = {"type": ["string", "null"], **_QUOTED}
_NAME_OR_NULL = {**_TEXT_OR_NULL, "minLength": 1}
# A row by hand says a date that is one; a message as a host has it may say anything.
_DATE = {
    **_TEXT_OR_NULL,
    "pattern": (
        r"^([+-][0-9]{1,9}(ms|s|m|h|d|w)"
        r"|[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)$"
    ),
    "x-otherwise": (
        "is no date; write an instant such as 2026-03-01T12:00:00Z, or how long ago: -90s, -15m, "
        "-2h, -3d, -1w"
    ),
    "description": "An instant, or how long before the clock's: -90s, -15m, -2h, -3d, -1w.",
}
_ID = {**_TEXT, "description": "Absent: drawn from the name."}
_COUNT = {"type": "integer", "minimum": 0, "maximum": MAX_OWNERS, "description": "How many."}


def _object(members: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, **more, "properties": dict(members)}


def _list(item: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"type": "array", "items": item, "description": description}


def _all(form: Mapping[str, Any], descriptions: Mapping[str, str]) -> dict[str, Any]:
    return {name: {**form, "description": text} for name, text in descriptions.items()}


_ENDPOINT = _object(
    {
        "id": _ID,
        "name": {**_TEXT, "description": "What messages call it."},
        "address": {**_TEXT, "description": "Its own number, in quotes, or mailbox."},
    }
)
_CUSTOMER = _object(
    {
        "id": _ID,
        "name": {**_TEXT, "description": "Absent: a company."},
        "endpoints": _list(_ENDPOINT, "Numbers and mailboxes; absent: one is made."),
    }
)
_ACCOUNT = _object(
    {
        "id": _ID,
        "name": {**_TEXT, "description": "Absent: a company."},
        "customers": _list(_CUSTOMER, "Who the account works for."),
        "endpoints": _list(_ENDPOINT, "Those of no customer; absent: one, if there is no other."),
    }
)
_OF_A_MESSAGE: Mapping[str, Any] = {
    **_all(
        _TEXT_OR_NULL,
        {
            "accountId": "The account's id, whatever it is.",
            "customerId": "The customer's id, whatever it is.",
            "endpointDisplayName": "Absent: the endpoint's name.",
            "date": "As in a row by hand, or whatever a host might say.",
        },
    ),
    "direction": {
        "type": "string",
        "enum": list(DIRECTIONS),
        "title": "direction",
        "description": "Who wrote: the other party, or our side.",
    },
    **_all(
        _TEXT_OR_NULL,
        {"sender": "Absent: as the direction says.", "text": "What the message says."},
    ),
    "isUnread": {"type": "boolean", "description": "Absent: drawn, false for our own."},
}
_OF_BOTH = _all(
    _TEXT_OR_NULL,
    {
        "endpointId": "The endpoint's id, whatever it is.",
        "otherAddress": "The other party's number, in quotes, or mailbox.",
    },
)
_ROW = _object(
    {
        **_all(
            _NAME_OR_NULL,
            {
                "account": "Name or id; a new name makes one.",
                "customer": "Name or id; a new name makes one.",
                "endpoint": "Name or id; a new name makes one.",
            },
        ),
        "id": {**_TEXT_OR_NULL, "description": "Of the conversation."},
        **_OF_BOTH,
        **{**_OF_A_MESSAGE, "date": _DATE},
        "mostRecentMessage": _object(
            {
                "id": {**_TEXT_OR_NULL, "description": "Of the message."},
                **_OF_BOTH,
                **_OF_A_MESSAGE,
            },
            type=["object", "null"],
            description="The message; its members may also stand beside those of the row.",
        ),
    }
)
BY_HAND: Mapping[str, Any] = {
    "accounts": _list(_ACCOUNT, "Accounts of your own; what is left out is filled in."),
    "conversations": _list(_ROW, "Rows of your own; what is left out is filled in."),
    "size": _object(
        {
            **dict.fromkeys(("accounts", "customers", "endpoints"), _COUNT),
            "conversations": {**_COUNT, "maximum": MAX_CONVERSATIONS},
        },
        description="How much is generated, beside rows of your own.",
    ),
}
