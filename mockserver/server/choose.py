"""Find the space that a request is for: path prefix, header, sign-in, session cookie.

Whatever names a space must name the same one; only a sign-in may leave the space of an old cookie.
Without any name it is the default space.
"""

import re
from dataclasses import replace

from mockserver.errors import FrameworkError, ProblemError, RequestError
from mockserver.server.auth import Credentials, check_password, parse_basic
from mockserver.server.exchange import Request
from mockserver.server.space import Space
from mockserver.server.spaces import DEFAULT, Spaces, check_name
from mockserver.wire.bind import bind_members
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import match_route

__all__ = ["choose_space", "space_of_path"]

_PREFIX = re.compile(rb"/(?:~|%7[eE])([^/]*)(/.*)?", re.DOTALL)
_SESSION = re.compile(rb"(?:^|[;\s])ss-p?id=\"?[A-Za-z0-9]+(?:~|%7[eE])([a-z0-9-]{1,40})")
_SESSION_HEADER = re.compile(rb"[A-Za-z0-9]+~([a-z0-9-]{1,40})")


def choose_space(spaces: Spaces, request: Request) -> tuple[Space, Request]:
    """Return a request's space, and the request without the prefix that named it.

    Raises:
        ProblemError: the names disagree (400), or there is no such space (404).
    """
    prefixed, request = _cut_prefix(request)
    named: list[tuple[str, str]] = []
    if prefixed is not None:
        named.append(("the path", prefixed))
    cookies: list[str] = []
    credentials: Credentials | None = None
    for name, value in request.headers:
        if name == b"x-mock-space":
            named.append(("the header X-Mock-Space", value.decode("latin-1").strip()))
        elif name == b"authorization":
            credentials = _basic(value)
        elif name == b"cookie":
            cookies += [found.decode() for found in _SESSION.findall(value)]
        elif name in (b"x-ss-id", b"x-ss-pid"):
            cookies += [found.decode() for found in _SESSION_HEADER.findall(value)]
    is_sign_in = False
    if credentials is None:
        credentials = _form(request)
        is_sign_in = credentials is not None
    if credentials is not None and "~" in credentials.username:
        named.append(("the user name", credentials.username.rpartition("~")[2]))
    for source, other in named[1:]:
        if other != named[0][1]:
            raise ProblemError(
                f"{named[0][0]} names the space {named[0][1][:60]!r} and {source} names "
                f"{other[:60]!r}; name one",
                status=400,
            )
    if named:
        chosen = named[0][1]
        if cookies and chosen not in cookies and not is_sign_in:
            raise ProblemError(
                f"{named[0][0]} names the space {chosen[:60]!r} and the session cookie names "
                f"{cookies[0]!r}; name one",
                status=400,
            )
    else:
        # A cookie of a space that is gone stands for nobody, as any cookie that is over.
        chosen = next((name for name in cookies if spaces.find(name) is not None), DEFAULT)
    if prefixed is not None:
        request = _with_nearest_cookies(request)
    found = spaces.find(chosen)
    return found or _first_use(spaces, chosen, credentials), request


def space_of_path(spaces: Spaces, request: Request) -> Space:
    """Return the space that a request's path names; the default one where it names none."""
    name, _ = _cut_prefix(request)
    return spaces.find(name or DEFAULT) or spaces.default


def _first_use(spaces: Spaces, name: str, credentials: Credentials | None) -> Space:
    """Return a new space; it stays only if somebody signs in to it.

    Raises:
        ProblemError: the server makes no spaces by use, or has too many (404, 409).
    """
    if not spaces.is_open:
        raise ProblemError(
            f"{spaces.describe_unknown(name)}; spaces are made by POST /__admin/spaces, or by use "
            "with --open-spaces",
            status=404,
        )
    try:
        check_name(name)
    except ProblemError as exc:
        raise ProblemError(exc.detail, status=404) from exc
    candidate = spaces.build(name, spaces.start)
    if credentials is not None and check_password(candidate, credentials) is not None:
        return spaces.create(name)
    return candidate


def _cut_prefix(request: Request) -> tuple[str | None, Request]:
    match = _PREFIX.fullmatch(request.raw_path)
    if match is None:
        return None, request
    prefix = request.raw_path[: match.end(1)].decode("latin-1")
    name = match[1].decode("latin-1")
    return name, replace(request, raw_path=match[2] or b"/", prefix=prefix)


def _with_nearest_cookies(request: Request) -> Request:
    """Return the request with the first cookie of each name only.

    A browser sends the cookies of the longest path first, and the host takes the last: without
    this a sign-in to the default space would hide one to a path's space.
    """
    headers = []
    for name, value in request.headers:
        if name == b"cookie":
            nearest = {p.partition(b"=")[0].strip(): p for p in reversed(value.split(b";"))}
            value = b"; ".join(part.strip() for part in reversed(nearest.values()))
        headers.append((name, value))
    return replace(request, headers=tuple(headers))


def _basic(value: bytes) -> Credentials | None:
    """Return the credentials of a Basic header; app.py refuses one that cannot be read."""
    try:
        return parse_basic(value.decode("latin-1"))
    except FrameworkError:
        return None


def _form(request: Request) -> Credentials | None:
    """Return what signs in by the operation Authenticate; None where nothing does."""
    if b"auth" not in request.raw_path.lower():
        return None
    quirks = QUIRKS["servicestack-6"]
    route = match_route(request.method, request.path, quirks)
    if route is None or route.operation != "Authenticate":
        return None
    content_type = request.header(b"content-type")
    try:
        members = bind_members(route, request.query, request.body, content_type, quirks=quirks)
    except RequestError:
        return None
    if not members.get("username"):
        return None
    return Credentials(members["username"], members.get("password", ""))
