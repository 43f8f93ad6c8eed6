"""Write JSON as ServiceStack.Text does: no white space, UTF-8, control characters escaped.

`encode_json_row` is the hot path: an app encodes a row once and joins the bytes.
Source: fixtures/transcripts/fuzz/text.ndjson; servicestack-*-default, group jsconfig.
"""

import re
from collections.abc import Iterable

from mockserver.models import ConversationInfo, MessageInfo
from mockserver.wire.formats.dto import Dto, JsConfig
from mockserver.wire.formats.notation import Notation

__all__ = ["encode_json_row", "join_json_rows", "quote_json", "utf8", "write_json"]

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f-\x9f]')
_ESCAPES = {
    chr(code): _SHORT.get(chr(code), f"\\u{code:04X}")
    for code in (*range(0x20), ord('"'), ord("\\"), *range(0x7F, 0xA0))
}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^"{}\[\],:]+')
_INDENT = "    "


def encode_json_row(
    conversation: ConversationInfo | None, *, nulls: bool, omits_false: bool = False
) -> bytes:
    """Return one conversation as JSON; `nulls` writes null members instead of leaving them out."""
    if conversation is None:
        return b"{}"
    parts: list[str] = []
    _add(parts, '"id":', conversation.id, nulls)
    _add(parts, '"endpointId":', conversation.endpoint_id, nulls)
    _add(parts, '"otherAddress":', conversation.other_address, nulls)
    message = conversation.most_recent_message
    if message is not None:
        parts.append('"mostRecentMessage":{' + _message(message, nulls, omits_false) + "}")
    elif nulls:
        parts.append('"mostRecentMessage":null')
    return utf8("{" + ",".join(parts) + "}")


def join_json_rows(rows: Iterable[bytes]) -> bytes:
    """Return the whole answer from rows that were encoded before."""
    return b'{"conversations":[' + b",".join(rows) + b"]}"


def write_json(dto: Dto, config: JsConfig) -> str:
    """Return any answer as JSON text."""
    text = _JSON.write(dto, config)
    return _indent(text) if config.indent else text


def utf8(text: str) -> bytes:
    """Return UTF-8 as .NET writes it: half a surrogate pair becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _message(message: MessageInfo, nulls: bool, omits_false: bool) -> str:
    parts: list[str] = []
    _add(parts, '"id":', message.id, nulls)
    _add(parts, '"accountId":', message.account_id, nulls)
    _add(parts, '"customerId":', message.customer_id, nulls)
    _add(parts, '"endpointId":', message.endpoint_id, nulls)
    _add(parts, '"endpointDisplayName":', message.endpoint_display_name, nulls)
    _add(parts, '"date":', message.date, nulls)
    _add(parts, '"direction":', message.direction, nulls)
    _add(parts, '"otherAddress":', message.other_address, nulls)
    _add(parts, '"sender":', message.sender, nulls)
    _add(parts, '"text":', message.text, nulls)
    if message.is_unread or not omits_false:
        parts.append('"isUnread":true' if message.is_unread else '"isUnread":false')
    return ",".join(parts)


def _add(parts: list[str], name: str, value: str | None, nulls: bool) -> None:
    if value is not None:
        parts.append(name + quote_json(value))
    elif nulls:
        parts.append(name + "null")


def quote_json(text: str) -> str:
    """Return a JSON string."""
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]


def _indent(text: str) -> str:
    """Spread JSON over lines; an empty list keeps an empty line, as the framework leaves it."""
    parts: list[str] = []
    depth = 0
    for token in _TOKEN.findall(text):
        if token in ("{", "["):
            depth += 1
            parts.append(f"{token}\n{_INDENT * depth}")
        elif token in ("}", "]"):
            depth -= 1
            parts.append(f"\n{_INDENT * depth}{token}")
        elif token == ",":
            parts.append(f",\n{_INDENT * depth}")
        else:
            parts.append(": " if token == ":" else token)
    return "".join(parts)


_JSON = Notation(quote=quote_json, name_mark='"', booleans=("false", "true"), has_nulls=True)
