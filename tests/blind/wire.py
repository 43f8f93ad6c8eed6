"""How the blind host reads a query and writes a body: JSON, XML, CSV, JSV, JSON Lines, a page."""

import html
import json
from typing import Any
from xml.sax.saxutils import escape

__all__ = ["MEDIA", "Value", "encode", "error", "negotiate", "parse_list"]

Value = Any
MEDIA = {
    "json": "application/json; charset=utf-8",
    "xml": "application/xml",
    "csv": "text/csv",
    "jsv": "application/jsv",
    "jsonl": "text/jsonl",
    "html": "text/html",
}
ACCEPTED = [
    ("text/html", "html"),
    ("application/json", "json"),
    ("application/xml", "xml"),
    ("application/jsv", "jsv"),
    ("text/csv", "csv"),
    ("text/jsonl", "jsonl"),
]
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES = {
    "ListConversationsResponse": "http://schemas.datacontract.org/2004/07/Voice.Api.Messaging",
}
TYPES = "http://schemas.servicestack.net/types"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
ITEMS = {"conversations": "ConversationInfo", "errors": "ResponseError"}
LISTS_OF_TEXT = {"roles", "permissions", "accountIds", "accountNames"}
QUOTED = set('":,{}[]\r\n')


def parse_list(text: str) -> list[str | None]:
    """Read a list as JSV has it."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:-1].strip()
    if not text:
        return []
    values: list[str | None] = []
    at = 0
    while at <= len(text):
        if text[at : at + 1] == '"':
            value, at = quoted(text, at + 1)
            values.append(value)
        else:
            end = text.find(",", at)
            end = len(text) if end < 0 else end
            values.append(text[at:end] or None)
            at = end
        if at >= len(text):
            break
        at += 1
    return values


def quoted(text: str, at: int) -> tuple[str, int]:
    """Read up to the closing quote, with a doubled one inside; then up to the comma."""
    parts: list[str] = []
    while at < len(text):
        if text[at] == '"' and text[at + 1 : at + 2] == '"':
            parts.append('"')
            at += 2
        elif text[at] == '"':
            break
        else:
            parts.append(text[at])
            at += 1
    end = text.find(",", at)
    return "".join(parts), len(text) if end < 0 else end


def negotiate(accept: list[str], default: str = "html") -> str:
    """Choose by the first media type of each Accept line, as the recorded hosts do."""
    wanted = [line.split(",")[0].split(";")[0].strip().lower() for line in accept]
    for media, name in ACCEPTED:
        if any(item.startswith(media) for item in wanted):
            return name
    return default


def without_nulls(value: Value) -> Value:
    """Leave null members out."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def jsv(value: Value) -> str:
    """JSV: JSON with few quotes."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{jsv(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(jsv(item) for item in value) + "]"
    if value is None:
        return ""
    text = str(value)
    if not text or QUOTED & set(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def pascal(name: str) -> str:
    """The name of a member in XML and CSV."""
    return name[:1].upper() + name[1:]


def xml(value: Value, name: str, attributes: str = "", item: str = "") -> str:
    """An element as DataContractSerializer writes it: members by the alphabet, nulls as nil."""
    if value is None:
        return f'<{name}{attributes} i:nil="true" />'
    if isinstance(value, dict):
        names = list(value) if "userId" in value or "errorCode" in value else sorted(value)
        inner = "".join(member(key, value[key]) for key in names)
    elif isinstance(value, list):
        inner = "".join(xml(each, item) for each in value)
    else:
        inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes} />"


def member(key: str, value: Value) -> str:
    """One member of an object in XML."""
    if key in LISTS_OF_TEXT:
        return xml(value, pascal(key), f' xmlns:d2p1="{ARRAYS}"', "d2p1:string")
    return xml(value, pascal(key), item=ITEMS.get(key, ""))


def encode(value: Value, kind: str, root: str, *, nulls: bool = False) -> str:
    """Write a body in one format; `root` names its type."""
    shown = value if nulls else without_nulls(value)
    if kind == "xml":
        namespace = NAMESPACES.get(root, TYPES)
        head = '<?xml version="1.0" encoding="utf-8"?>'
        if not value and root == "ListConversationsResponse":
            value = {"conversations": None}
        return head + xml(value, root, f' xmlns:i="{INSTANCE}" xmlns="{namespace}"')
    if kind == "jsv":
        return jsv(without_nulls(value))
    if kind == "csv":
        return as_csv(without_nulls(value), root)
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    if kind == "html":
        return f"<!doctype html><title>{root}</title><pre>{html.escape(text)}</pre>\n"
    return text


def as_csv(value: Value, root: str) -> str:
    """One row for the wrapper; its one cell holds the list as JSV."""
    if root == "ListConversationsResponse" and not value:
        return "Conversations\r\n\r\n"
    if root == "AuthenticateResponse":
        return "\r\n"
    cells = [jsv(item) for item in value.values()]
    line = ",".join(cell_of(cell) for cell in cells)
    return ",".join(pascal(key) for key in value) + "\r\n" + line + "\r\n"


def cell_of(text: str) -> str:
    """One cell, quoted where it must be."""
    if {'"', ",", "\r", "\n", "[", "]", "{", "}"} & set(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def error(code: str, message: str, fields: list[Value] | None = None) -> Value:
    """The framework's envelope of an error."""
    return {"responseStatus": {"errorCode": code, "message": message, "errors": fields or []}}
