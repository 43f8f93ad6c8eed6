"""Bind a request, query and body, to the operation's DTO as ServiceStack does.

`query_pairs` is what ASP.NET Core makes of a query; `bind_query` is the whole way of the usual
request; `bind_request` knows bodies and the other kinds of routes too. Nothing unknown is refused:
unknown names are ignored, and `Binding.unknown` names them.
Source: fuzz/binding.ndjson; fixtures/transcripts, groups bind, get-body, predef, api.
"""

import json
import re
import urllib.parse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from mockserver.errors import FieldError, FrameworkError
from mockserver.models import REQUEST_FIELDS, ListConversations
from mockserver.wire.bodies import BodyType, Members, read_members
from mockserver.wire.literals import parse_jsv_list
from mockserver.wire.multipart import multipart_pairs
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route
from mockserver.wire.whitespace import trim

__all__ = [
    "RESERVED_NAMES",
    "Binding",
    "bind_members",
    "bind_query",
    "bind_request",
    "form_pairs",
    "parse_jsv_list",
    "query_pairs",
    "split_batch",
]

# Names in a query that are the framework's and never data.
RESERVED_NAMES = frozenset(
    {
        "authsecret",
        "callback",
        "continue",
        "debug",
        "format",
        "jsconfig",
        "noredirect",
        "redirect",
        "returnurl",
        "v",
        "version",
        "x-http-method-override",
    }
)
_ATTRIBUTES = {wire.lower(): attribute for wire, attribute in REQUEST_FIELDS}
_LISTS = frozenset(name for name in _ATTRIBUTES if name.endswith("ids"))
_LIST_CONVERSATIONS = BodyType(
    name="ListConversations",
    namespace="Voice.Api.Messaging",
    lists=_LISTS,
    members=("AccountIds", "AfterDate", "CustomerIds", "EndpointIds"),
)
_AUTHENTICATE = BodyType(
    name="Authenticate",
    namespace="ServiceStack",
    lists=frozenset(),
    members=("provider", "UserName", "Password", "RememberMe"),
)
_FORMATS = {
    "application/json": "json",
    "text/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/jsv": "jsv",
    "text/jsv": "jsv",
    "text/csv": "csv",
    "text/jsonl": "jsonl",
}
_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_VERBS_WITHOUT_BODY = ("GET", "DELETE", "HEAD", "OPTIONS")
# ASP.NET Core keeps up to ten names in an array, in which a name that comes again replaces the
# first spelling; from the eleventh on it keeps them in a dictionary, in which it does not.
_NAMES_IN_ARRAY = 10
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Hold a bound request, and the names in the query that bind to nothing."""

    request: ListConversations
    unknown: tuple[str, ...] = ()


def query_pairs(query: bytes) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of a query or of a form, decoded, in the order sent."""
    return list(_query_pairs(query))


# A request's query is read by negotiation and by binding, one right after the other.
@lru_cache(maxsize=32)
def _query_pairs(query: bytes) -> tuple[tuple[str, str], ...]:
    parts = [_partition(part) for part in _decode(query).split("&") if part]
    return tuple((_unescape(name), _unescape(value)) for name, value in parts)


def form_pairs(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """Return the pairs of a form; [] where the body is none."""
    kind = (content_type or "").strip().lower()
    if kind.startswith(_URLENCODED):
        return query_pairs(body)
    if kind.startswith(_MULTIPART):
        return multipart_pairs(body, content_type or "")
    return []


def bind_query(query: bytes) -> Binding:
    """Return what a query alone binds to.

    Raises:
        FrameworkError: a list cannot be parsed (HTTP 400).
    """
    if not query:
        return Binding(request=ListConversations())
    pairs = _merge(query_pairs(query))
    members: Members = {}
    _populate(members, pairs, _LIST_CONVERSATIONS)
    unknown = tuple(
        name
        for name, _ in pairs
        if name.lower() not in _ATTRIBUTES and name.lower() not in RESERVED_NAMES
    )
    return Binding(request=_request(members), unknown=unknown)


def bind_request(
    route: Route,
    query: bytes,
    body: bytes,
    content_type: str | None,
    *,
    quirks: Quirks | None = None,
) -> ListConversations:
    """Return the DTO of ListConversations that a request binds to.

    Args:
        content_type: the request's header, as sent.
        quirks: what the framework's version does; None for the ways of version 6.

    Raises:
        FrameworkError: the query or the body cannot be bound (HTTP 400).
    """
    if not body and (route.kind == "rest" or route.method in _VERBS_WITHOUT_BODY):
        return bind_query(query).request
    return _request(_bind(_LIST_CONVERSATIONS, route, query, body, content_type, quirks))


def bind_members(
    route: Route,
    query: bytes,
    body: bytes,
    content_type: str | None,
    *,
    quirks: Quirks | None = None,
) -> dict[str, str]:
    """Return the members that a request to Authenticate sets, by lower-case name.

    Raises:
        FrameworkError: the body cannot be deserialised (HTTP 400).
    """
    members = _bind(_AUTHENTICATE, route, query, body, content_type, quirks)
    return {name: value for name, value in members.items() if isinstance(value, str)}


def split_batch(route: Route, body: bytes) -> list[bytes]:
    """Return the bodies of the requests in a batch; the body itself where it is none."""
    if not route.is_batch:
        return [body]
    try:
        items = json.loads(body)
        return [json.dumps(item).encode() for item in items] if isinstance(items, list) else [body]
    except (ValueError, RecursionError):
        return [body]


def _bind(
    body_type: BodyType,
    route: Route,
    query: bytes,
    body: bytes,
    content_type: str | None,
    quirks: Quirks | None,
) -> Members:
    pairs = _merge(query_pairs(query))
    form = _merge(form_pairs(body, content_type), keeps_first=True)
    has_verb_for_body = route.method not in _VERBS_WITHOUT_BODY
    if route.kind == "rest":
        members = _read(body_type, body, content_type, quirks)
        given = dict(pairs)
        if has_verb_for_body:
            given |= dict(form)
        _populate(members, list(given.items()), body_type)
        return members
    members = {}
    if not has_verb_for_body and not (content_type and body):
        _populate(members, pairs, body_type)
    elif form:
        _populate(members, pairs, body_type)
        _populate(members, form, body_type)
    else:
        members = _read(body_type, body, route.content_type, quirks)
    if quirks is not None and quirks.query_fills_gaps and has_verb_for_body:
        gaps = [(name, value) for name, value in pairs if members.get(name.lower()) is None]
        _populate(members, gaps, body_type)
    return members


def _read(
    body_type: BodyType, body: bytes, content_type: str | None, quirks: Quirks | None
) -> Members:
    """Read a body by its type; a type that nobody reads sets nothing."""
    format_name = _FORMATS.get(trim((content_type or "").partition(";")[0]).lower())
    if not body or format_name is None:
        return {}
    try:
        return read_members(
            format_name,
            body,
            body_type,
            unquotes_keys=quirks is not None and quirks.jsv_unquotes_keys,
        )
    except ValueError as exc:
        message = (
            f"Could not deserialize '{content_type}' request using "
            f"{body_type.namespace}.{body_type.name}'\nError: {exc}"
        )
        raise FrameworkError(message, status=400, error_code="SerializationException") from exc


def _populate(members: Members, pairs: Iterable[tuple[str, str]], body_type: BodyType) -> None:
    """Set members from texts, over what they hold; an empty text sets nothing."""
    errors: list[FieldError] = []
    for name, value in pairs:
        key = name.lower()
        if not value:
            continue
        if key not in body_type.lists:
            members[key] = value
            continue
        try:
            items = parse_jsv_list(value)
        except (ValueError, IndexError):
            message = f"'{value}' is an Invalid value for '{name}'"
            errors.append(
                FieldError(
                    error_code="SerializationException",
                    field_name=name,
                    message=message,
                )
            )
            continue
        if items is not None:
            members[key] = items
    if errors:
        raise FrameworkError(
            f"Unable to bind to request '{body_type.name}'",
            status=400,
            error_code="SerializationException",
            field_errors=tuple(errors),
        )


def _request(members: Members) -> ListConversations:
    def ids(name: str) -> tuple[str | None, ...] | None:
        return cast("tuple[str | None, ...] | None", members.get(name))

    return ListConversations(
        account_ids=ids("accountids"),
        endpoint_ids=ids("endpointids"),
        customer_ids=ids("customerids"),
        after_date=cast("str | None", members.get("afterdate")),
    )


def _merge(pairs: Sequence[tuple[str, str]], *, keeps_first: bool = False) -> list[tuple[str, str]]:
    """Join the values of each name by commas, empty ones left out; names in any case are one."""
    values: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        found = values.setdefault(key, [])
        is_second = len(found) == 1 and len(values) <= _NAMES_IN_ARRAY and not keeps_first
        if not found or is_second:
            spelling[key] = name
        found.append(value)
    return [(spelling[key], ",".join(filter(None, found))) for key, found in values.items()]


def _partition(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unescape(text: str) -> str:
    """Decode `+` and escapes; what is no escape, or no UTF-8, stays as it is."""
    if "+" in text:
        text = text.replace("+", " ")
    return _ESCAPES.sub(_unescape_run, text) if "%" in text else text


def _unescape_run(match: re.Match[str]) -> str:
    data = urllib.parse.unquote_to_bytes(match.group())
    try:
        return data.decode()
    except UnicodeDecodeError:
        # Each byte that is no part of a character keeps its escape, in the client's spelling.
        return _unescape_partly(data, match.group())


def _unescape_partly(data: bytes, escapes: str) -> str:
    output: list[str] = []
    at = 0
    while at < len(data):
        for length in range(1, 5):
            try:
                output.append(data[at : at + length].decode())
            except UnicodeDecodeError:
                continue
            break
        else:
            length = 1
            output.append(escapes[3 * at : 3 * at + 3])
        at += length
    return "".join(output)
