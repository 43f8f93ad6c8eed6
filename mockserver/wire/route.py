"""Match a method and a raw path to one of the host's operations, as ServiceStack routes.

`match_route` is pure; None means that the framework steps aside (an empty 404, or a page of ours).
Source: fixtures/transcripts, groups path, verb, override, predef, api; fuzz/paths.ndjson.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.wire.quirks import Quirks

__all__ = ["Route", "decode_path", "find_parameter", "match_route", "override_method"]

# Names of the operations that the mock serves, by their lower-case spelling.
_OPERATIONS = {"listconversations": "ListConversations", "authenticate": "Authenticate"}
# The content types that /api/Name.ext takes from a table of file extensions rather than formats.
_EXTENSION_TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "jsv": "application/jsv",
    "txt": "text/plain",
    "xml": "text/xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Say which operation a path names, and by which kind of route.

    Attributes:
        operation: `ListConversations`, `Authenticate`, `GetAuthStatus`, `ApiIndex`, or
            `Unknown` for a predefined route to an operation that does not exist.
        kind: `rest` for a declared route, `reply` for `/{format}/reply/Name`, `api` for
            `/api/Name`.
        method: the verb in force, overrides applied; upper case.
        suffix: the format name cut off a declared route's path.
        content_type: the type that the path fixes on `reply` and `api` routes.
        provider: the sign-in provider in `/auth/{provider}`, as sent.
        name: the operation as the client spelled it; None where the path has no such part.
        is_batch: the name ended in `[]`: the body is a list of requests.
    """

    operation: str
    kind: str
    method: str
    path: str
    suffix: str | None = None
    content_type: str | None = None
    provider: str | None = None
    name: str | None = None
    is_batch: bool = False


def decode_path(raw_path: bytes) -> str:
    """Return the path as ASP.NET Core hands it on: decoded but for `%2F`, dots resolved."""
    text = raw_path.decode("latin-1")
    if "%" in text:
        text = _decode_escapes(text)
    return _resolve_dots(text) if "/." in text else text


def find_parameter(pairs: Sequence[tuple[str, str]], name: str) -> str | None:
    """Return a parameter's text, its repetitions joined by commas; None when it is absent."""
    found = [value for key, value in pairs if key.lower() == name]
    return ",".join(found) if found else None


def override_method(
    method: str,
    header: str | None,
    pairs: Sequence[tuple[str, str]],
    form: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the verb in force: X-Http-Method-Override as header, query or form, else `method`.

    An empty header counts: the verb is then empty, which every route lets through and no service
    method has.
    """
    name = "x-http-method-override"
    if header is not None:
        return header.upper()
    return (find_parameter(pairs, name) or find_parameter(form, name) or method).upper()


def match_route(method: str, path: str, quirks: Quirks) -> Route | None:
    """Return the route that `method` (overrides applied) and decoded `path` name, if any."""
    return (
        _match_predefined(method, path, quirks)
        or _match_api(method, path, quirks)
        or _match_rest(method, path, quirks)
    )


def _match_rest(method: str, path: str, quirks: Quirks) -> Route | None:
    base, suffix = _cut_suffix(path, quirks)
    parts = [part for part in base.replace("+", " ").split("/") if part]
    match [part.lower() for part in parts]:
        case ["conversations"] if method in "GET":
            # The framework looks for the verb inside the list of allowed verbs, as text.
            return Route(
                operation="ListConversations", kind="rest", method=method, path=path, suffix=suffix
            )
        case ["auth", "status"] if method == "GET":
            return Route(
                operation="GetAuthStatus", kind="rest", method=method, path=path, suffix=suffix
            )
        case ["auth"] | ["auth", _] if method in quirks.auth_verbs:
            provider = parts[1] if len(parts) == 2 else None
            return Route(
                operation="Authenticate",
                kind="rest",
                method=method,
                path=path,
                suffix=suffix,
                provider=provider,
            )
    return None


def _match_predefined(method: str, path: str, quirks: Quirks) -> Route | None:
    parts = path.lstrip("/").split("/")
    if len(parts) < 2 or parts[1].lower() not in ("reply", "oneway"):
        return None
    content_type = quirks.content_types.get(parts[0].lower())
    if content_type is None:
        return None
    name = parts[2] if len(parts) > 2 else None
    return _named("reply", method, path, name, content_type)


def _match_api(method: str, path: str, quirks: Quirks) -> Route | None:
    if method == "OPTIONS" or (path != "/api" and not path.startswith("/api/")):
        return None
    name = path.rpartition("/")[2] if path != "/api" else ""
    if not name:
        return Route(operation="ApiIndex", kind="api", method=method, path=path)
    stem, dot, extension = name.partition(".")
    if not dot:
        return _named("api", method, path, name, "application/json")
    if quirks.api_uses_formats:
        return _named("api", method, path, stem, quirks.content_types.get(extension))
    content_type = _EXTENSION_TYPES.get(extension, f"application/{extension}")
    return _named("api", method, path, stem, content_type)


def _named(kind: str, method: str, path: str, name: str | None, content_type: str | None) -> Route:
    is_batch = name is not None and name.endswith("[]")
    stem = name[:-2] if name is not None and is_batch else name
    operation = _OPERATIONS.get((stem or "").lower(), "Unknown")
    return Route(
        operation=operation,
        kind=kind,
        method=method,
        path=path,
        content_type=content_type,
        name=name,
        is_batch=is_batch,
    )


def _cut_suffix(path: str, quirks: Quirks) -> tuple[str, str | None]:
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix in quirks.content_types:
        return stem, suffix
    return path, None


def _decode_escapes(text: str) -> str:
    def decode(match: re.Match[str]) -> str:
        data = bytes.fromhex(match.group().replace("%", ""))
        try:
            plain = data.decode()
        except UnicodeDecodeError:
            return match.group()
        # A slash stays escaped, so that it cannot part the path.
        return plain.replace("/", "%2F")

    return re.sub("(?:%[0-9A-Fa-f]{2})++", decode, text)


def _resolve_dots(path: str) -> str:
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if len(kept) > 1:
                kept.pop()
        elif part != ".":
            kept.append(part)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/".join(kept)
