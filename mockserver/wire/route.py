"""Match a method and a raw path to one of the host's operations, as ServiceStack routes.

`match_route` is pure; None means that the framework steps aside (an empty 404, or our own page).
Source: fixtures/transcripts, groups path, verb, override, predef, api; fuzz/paths.ndjson.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mockserver.wire.escapes import unescape_run
from mockserver.wire.quirks import Quirks

__all__ = ["Route", "decode_path", "find_parameter", "match_route", "override_method"]

# An escaped slash stays as it is, so that it cannot part the path.
_ESCAPES = re.compile("(?:%(?!2[Ff])[0-9A-Fa-f]{2})++")
# Names of the operations that the mock serves, by their lower-case spelling.
_OPERATIONS = {"listconversations": "ListConversations", "authenticate": "Authenticate"}
# The content types that /api/Name.ext takes from a table of file extensions rather than formats;
# any other extension is the name of an application type.
_EXTENSION_TYPES = {
    **dict.fromkeys(("bmp", "gif", "png", "tiff", "webp"), "image/{}"),
    **dict.fromkeys(("jpeg", "jpg", "jpe", "jif", "jfif"), "image/jpeg"),
    **dict.fromkeys(("htm", "html", "shtml"), "text/html"),
    **dict.fromkeys(("js", "mjs", "cjs"), "text/javascript"),
    **dict.fromkeys(("yml", "yaml"), "text/yaml"),
    **dict.fromkeys(("xml", "csproj", "fsproj", "vbproj"), "text/xml"),
    **dict.fromkeys(("txt", "ps1"), "text/plain"),
    **dict.fromkeys(("gz", "tgz", "zip", "rar", "lzh", "z"), "application/x-compressed"),
    **dict.fromkeys(("bin", "cab", "class", "dat", "db", "dll", "exe"), "application/octet-stream"),
    **dict.fromkeys(("css", "csv", "jsx", "sgml"), "text/{}"),
    **dict.fromkeys(("go", "java", "sh"), "text/x-{}"),
    "cs": "text/x-csharp",
    "ico": "image/x-icon",
    "py": "text/x-python",
    "rss": "application/rss+xml",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "ts": "text/typescript",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Say which operation a path names, and by which kind of route.

    Attributes:
        operation: `ListConversations`, `Authenticate`, `GetAuthStatus`, `ApiIndex`, or
            `Unknown` for a predefined route to an operation that does not exist.
        kind: `rest` for a declared route, `reply` for `/{format}/reply/Name`, `api` for
            `/api/Name`.
        method: the verb in force, overrides applied, as sent. Routes and services take it in any
            case; what is bound depends on its case.
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


# A client asks for few paths, time and again; a long one is never kept.
_MAX_KEPT_LENGTH = 256


def decode_path(raw_path: bytes) -> str:
    """Return the path that ServiceStack routes by.

    ASP.NET Core decodes all but an escaped slash and resolves its dots; then ServiceStack makes
    each `+` a space and each `%2f` a slash, but not `%2F`.
    """
    decode = _decode_path if len(raw_path) <= _MAX_KEPT_LENGTH else _decode_path.__wrapped__
    return decode(raw_path)


@lru_cache(maxsize=512)
def _decode_path(raw_path: bytes) -> str:
    text = raw_path.decode("latin-1")
    if "%" in text:
        text = _ESCAPES.sub(lambda run: unescape_run(run.group()), text)
    if "/." in text:
        text = _resolve_dots(text)
    return text.replace("+", " ").replace("%2f", "/")


def find_parameter(pairs: Sequence[tuple[str, str]], name: str) -> str | None:
    """Return a parameter's text, its repetitions joined by commas; None when it is absent.

    Empty repetitions leave no comma.
    """
    found = [value for key, value in pairs if key.lower() == name]
    return ",".join(filter(None, found)) if found else None


def override_method(
    method: str,
    header: str | None,
    pairs: Sequence[tuple[str, str]],
    form: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the verb in force: X-Http-Method-Override as header, query or form, else `method`.

    An empty one counts: the verb is then empty, which every route lets through and only a service
    method for any verb answers.
    """
    name = "x-http-method-override"
    given = (header, find_parameter(pairs, name), find_parameter(form, name))
    return next((verb for verb in given if verb is not None), method)


def match_route(method: str, path: str, quirks: Quirks) -> Route | None:
    """Return the route that `method` (overrides applied) and decoded `path` name, if any."""
    is_short = len(method) + len(path) <= _MAX_KEPT_LENGTH
    match = _match_route if is_short else _match_route.__wrapped__
    return match(method, path, quirks)


@lru_cache(maxsize=512)
def _match_route(method: str, path: str, quirks: Quirks) -> Route | None:
    return (
        _match_predefined(method, path, quirks)
        or _match_api(method, path, quirks)
        or _match_rest(method, path, quirks)
    )


def _match_rest(method: str, path: str, quirks: Quirks) -> Route | None:
    base, suffix = _cut_suffix(path, quirks)
    parts = [part for part in base.split("/") if part]
    verb = method.upper()
    match [part.lower() for part in parts]:
        case ["conversations"] if verb in "GET":
            # The framework looks for the verb inside the list of allowed verbs, as text.
            return Route(
                operation="ListConversations", kind="rest", method=method, path=path, suffix=suffix
            )
        case ["auth", "status"] if verb in "GET":
            return Route(
                operation="GetAuthStatus", kind="rest", method=method, path=path, suffix=suffix
            )
        case ["auth"] | ["auth", _] if verb in quirks.auth_verbs:
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
    format_name = parts[0].lower()
    content_type = quirks.content_types.get(format_name)
    if content_type is None:
        return None
    if format_name == "jsv" and parts[1].lower() == "reply":
        # It is read as this; what is written is settled by the path's first segment.
        content_type = "text/jsv"
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
    return _named("api", method, path, stem, _type_of_extension(extension))


def _type_of_extension(extension: str) -> str:
    """Return a type by what stands behind the last dot, in any case."""
    name = extension.rpartition(".")[2].lower()
    return _EXTENSION_TYPES.get(name, "application/{}").format(name)


def _named(kind: str, method: str, path: str, name: str | None, content_type: str | None) -> Route:
    # Whatever stands behind the last bracket, the name is that of a list of requests.
    stem, bracket, _ = (name or "").rpartition("[")
    is_batch = bool(bracket)
    operation = _OPERATIONS.get((stem if is_batch else name or "").lower(), "Unknown")
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
