"""Bind a request, query and body, to the operation's DTO as ServiceStack does.

`query_pairs` is what ASP.NET Core makes of a query; `bind_query` is the whole way of the usual
request; `bind_request` knows bodies and the other kinds of routes too. Unknown names are ignored.
Of a body nothing but the known members is kept, and it is gone through once: it comes from anybody,
before there is a user.
Source: fuzz/binding.ndjson; fixtures/transcripts, groups bind, get-body, predef, api.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from mockserver.dotnet.characters import trim
from mockserver.errors import FieldError, FrameworkError
from mockserver.models import REQUEST_FIELDS, ListConversations
from mockserver.wire.bodies import BodyType, Members, read_members
from mockserver.wire.escapes import unescape
from mockserver.wire.literals import JSON, parse_jsv_list
from mockserver.wire.multipart import multipart_pairs
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route

__all__ = [
    "URLENCODED",
    "Unread",
    "bind_members",
    "bind_query",
    "bind_request",
    "form_pairs",
    "is_deserialised",
    "query_pairs",
    "split_batch",
]

_ATTRIBUTES = {wire.lower(): attribute for wire, attribute in REQUEST_FIELDS}
_LISTS = frozenset(name for name in _ATTRIBUTES if name.endswith("ids"))
_KNOWN_NAMES = frozenset(_ATTRIBUTES)
_LIST_CONVERSATIONS = BodyType(
    name="ListConversations",
    namespace="Voice.Api.Messaging",
    lists=_LISTS,
    members=("AccountIds", "AfterDate", "CustomerIds", "EndpointIds"),
    known=frozenset(_ATTRIBUTES),
)
_AUTHENTICATE = BodyType(
    name="Authenticate",
    namespace="ServiceStack",
    lists=frozenset(),
    members=("provider", "UserName", "Password", "RememberMe"),
    known=frozenset({"continue", "password", "provider", "rememberme", "username"}),
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
_TOO_LARGE = "Request body too large. The max request body size is {} bytes."
URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_VERBS_WITHOUT_BODY = ("GET", "DELETE", "HEAD", "OPTIONS")
# ASP.NET Core keeps up to ten names in an array, in which a name that comes again replaces the
# first spelling; from the eleventh on it keeps them in a dictionary, in which it does not.
_NAMES_IN_ARRAY = 10
# Ours: the host has no such limit, and each request of a batch is answered by its own list.
_MAX_BATCH = 100
_PARTS = re.compile("[^&]+")


class Unread(bytes):
    """Stand for a body that is not read, for it is larger than `max_bytes`; it is not empty."""

    max_bytes: int

    def __new__(cls, max_bytes: int) -> "Unread":
        """Return the body that is too large for a limit."""
        unread = super().__new__(cls)
        unread.max_bytes = max_bytes
        return unread

    def __bool__(self) -> bool:
        return True


def query_pairs(query: bytes) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of a query, decoded, in the order sent."""
    if b"%" in query or b"+" in query:
        return list(_iterate_pairs(query))
    parts = [part.partition("=") for part in _decode(query).split("&") if part]
    return [(name, value) for name, _, value in parts]


def _iterate_pairs(data: bytes) -> Iterator[tuple[str, str]]:
    for part in _PARTS.finditer(_decode(data)):
        name, _, value = part[0].partition("=")
        yield _text(name), _text(value)


def form_pairs(
    body: bytes, content_type: str | None, names: Collection[str] | None = None
) -> list[tuple[str, str]]:
    """Return the pairs of a form; [] where the body is none.

    Args:
        names: the lower-case names of those that are wanted; all of them when absent.
    """
    pairs = _iterate_form(body, content_type)
    return [pair for pair in pairs if names is None or pair[0].lower() in names]


def _iterate_form(body: bytes, content_type: str | None) -> Iterator[tuple[str, str]]:
    kind = (content_type or "").strip().lower()
    if kind.startswith(URLENCODED):
        return _iterate_pairs(body)
    if kind.startswith(_MULTIPART):
        return multipart_pairs(body, content_type or "")
    return iter(())


def bind_query(pairs: Sequence[tuple[str, str]], *, repeated: str = "joined") -> ListConversations:
    """Return what a query alone binds to.

    Args:
        repeated: which value counts of a name that comes again: joined, first or last.

    Raises:
        FrameworkError: a list cannot be parsed (HTTP 400).
    """
    members: Members = {}
    known = [pair for pair in pairs if pair[0].lower() in _KNOWN_NAMES]
    if len(known) > 1 and len({name.lower() for name, _ in known}) < len(known):
        known = _merge(pairs, _KNOWN_NAMES, repeated=repeated)
    _populate(members, known, _LIST_CONVERSATIONS)
    return _request(members)


def bind_request(
    route: Route,
    query: bytes,
    body: bytes,
    content_type: str | None,
    *,
    quirks: Quirks | None = None,
    repeated: str = "joined",
) -> ListConversations:
    """Return the DTO of ListConversations that a request binds to.

    Args:
        content_type: the request's header, as sent.
        quirks: what the framework's version does; None for the ways of version 6.
        repeated: which value counts of a name that comes again: joined, first or last.

    Raises:
        FrameworkError: the query or the body cannot be bound (HTTP 400).
    """
    if not body and (route.kind == "rest" or route.method in _VERBS_WITHOUT_BODY):
        return bind_query(query_pairs(query), repeated=repeated)
    return _request(
        _bind(_LIST_CONVERSATIONS, route, query, body, content_type, quirks, repeated=repeated)
    )


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


def is_deserialised(route: Route, content_type: str | None) -> bool:
    """Tell whether the framework makes a DTO of a request's body."""
    if route.kind == "rest":
        return _format_of(content_type) is not None
    kind = (content_type or "").strip().lower()
    if kind.startswith((URLENCODED, _MULTIPART)):
        return False
    has_body = bool(kind) or route.method not in _VERBS_WITHOUT_BODY
    return has_body and _format_of(route.content_type) is not None


def split_batch(route: Route, body: bytes) -> list[bytes]:
    """Return the bodies of the requests in a batch; the body itself where it is none.

    Raises:
        FrameworkError: there are too many (HTTP 400).
    """
    if not route.is_batch:
        return [body]
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    at = JSON.skip_spaces(text, 0)
    if not text.startswith("[", at):
        return [body]
    at = JSON.skip_spaces(text, at + 1)
    bodies: list[bytes] = []
    while not text.startswith("]", at):
        if bodies:
            if not text.startswith(",", at):
                return [body]
            at = JSON.skip_spaces(text, at + 1)
        try:
            _, end = JSON.take_value(text, at)
        except (ValueError, IndexError):
            return [body]
        if end == at:
            return [body]
        bodies.append(text[at:end].encode())
        if len(bodies) > _MAX_BATCH:
            message = f"A batch has more than {_MAX_BATCH} requests; send fewer at once"
            raise FrameworkError(message, status=400, error_code="SerializationException")
        at = JSON.skip_spaces(text, end)
    return [body] if JSON.skip_spaces(text, at + 1) < len(text) else bodies


def _bind(
    body_type: BodyType,
    route: Route,
    query: bytes,
    body: bytes,
    content_type: str | None,
    quirks: Quirks | None,
    *,
    repeated: str = "joined",
) -> Members:
    pairs = _merge(_iterate_pairs(query), body_type.known, repeated=repeated)
    form = _merge(
        _iterate_form(body, content_type), body_type.known, keeps_first=True, repeated=repeated
    )
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
    elif (content_type or "").lower().startswith((URLENCODED, _MULTIPART)):
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
    format_name = _format_of(content_type)
    if not body or format_name is None:
        return {}
    try:
        if isinstance(body, Unread):
            raise ValueError(_TOO_LARGE.format(body.max_bytes))
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


def _format_of(content_type: str | None) -> str | None:
    return _FORMATS.get(trim((content_type or "").partition(";")[0]).lower())


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
    get: Callable[[str], Any] = members.get
    return ListConversations(
        account_ids=get("accountids"),
        endpoint_ids=get("endpointids"),
        customer_ids=get("customerids"),
        after_date=get("afterdate"),
    )


def _merge(
    pairs: Iterable[tuple[str, str]],
    known: Collection[str],
    *,
    keeps_first: bool = False,
    repeated: str = "joined",
) -> list[tuple[str, str]]:
    """Make one value of each known name's; case does not count.

    Args:
        keeps_first: the name stays as it was spelled first.
        repeated: `joined` by commas, empty ones left out, or the `first` or `last` of them.
    """
    values: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    counts: dict[str, int] = {}
    others: set[str] = set()
    for name, value in pairs:
        key = name.lower()
        if key not in known:
            if len(others) < _NAMES_IN_ARRAY:
                others.add(key)
            continue
        counts[key] = counts.get(key, 0) + 1
        is_in_array = len(counts) + len(others) <= _NAMES_IN_ARRAY
        if counts[key] == 1 or (counts[key] == 2 and is_in_array and not keeps_first):
            spelling[key] = name
        found = values.setdefault(key, [])
        if repeated == "joined":
            found += [value] if value else []
        elif repeated == "last" or not found:
            found[:] = [value]
    return [(spelling[key], ",".join(found)) for key, found in values.items()]


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _text(part: str) -> str:
    return unescape(part.replace("+", " ") if "+" in part else part)
