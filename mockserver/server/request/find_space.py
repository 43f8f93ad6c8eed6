"""Find the space that a request is for: path prefix, header, sign-in, session cookie.

Whatever names a space must name the same one; only a sign-in may leave the space of an old cookie.
Without any name it is the default space.
"""

import re
from dataclasses import replace

from mockserver.errors import ProblemError, RequestError
from mockserver.limits import SPACE_NAME
from mockserver.server.request.exchange import Exchange
from mockserver.space.space import Space
from mockserver.space.spaces import DEFAULT, Spaces, check_name
from mockserver.wire.bind import bind_members
from mockserver.wire.http_request import Credentials, Request
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import match_route

__all__ = ["cut_prefix", "find_space", "may_move", "space_of_path"]

_NAME = SPACE_NAME.encode()
_PREFIX = re.compile(rb"/(?:~|%7[eE])([^/]*)(/.*)?", re.DOTALL)
_MARKS = (b"/~", b"/%")
_SESSION = re.compile(rb"(?:^|[;\s])ss-p?id=\"?[A-Za-z0-9]++(?:~|%%7[eE])(%b)" % _NAME)
# Possessive: where no tilde follows, no shorter run is tried.
_SESSION_HEADER = re.compile(rb"(?<![A-Za-z0-9])[A-Za-z0-9]++~(%b)" % _NAME)
_COOKIE_PARTS = re.compile(rb"[^;]+")
_SESSION_COOKIES = (b"ss-id", b"ss-pid", b"ss-opt")


def find_space(x: Exchange) -> None:
    """Enter the space that the request names, without the prefix that named it.

    Raises:
        ProblemError: the names disagree (400), or there is no such space (404).
    """
    request, spaces = x.request, x.spaces
    names_none = not (request.head.may_name_space or request.raw_path.startswith(_MARKS))
    if names_none and request.method != "POST":
        x.enter(spaces.default, request)
        return
    prefixed, request = cut_prefix(request)
    named: list[tuple[str, str]] = []
    if prefixed is not None:
        named.append(("the path", prefixed))
    lines = request.head.lines
    named += [("the header X-Mock-Space", name.strip()) for name in lines.get(b"x-mock-space", ())]
    cookies = _spaces_of_cookies(request) if request.head.may_name_space else []
    credentials = request.head.credentials
    is_sign_in = False
    if credentials is None:
        credentials = _form(request)
        is_sign_in = credentials is not None
    if credentials is not None and "~" in credentials.username:
        named.append(("the user name", credentials.username.rpartition("~")[2]))
    if not named and not cookies:
        x.enter(spaces.default, request)
        return
    chosen = _settle(spaces, named, cookies, is_sign_in=is_sign_in)
    if prefixed is not None:
        request = _with_nearest_cookies(request)
    x.enter(spaces.find(chosen) or _first_use(spaces, chosen, credentials), request)


def may_move(x: Exchange) -> bool:
    """Tell whether a cookie names another space, to which the request goes once that is made."""
    head, name = x.request.head, x.space.name
    return head.may_name_space and any(other != name for other in _spaces_of_cookies(x.request))


def _settle(
    spaces: Spaces,
    named: list[tuple[str, str]],
    cookies: list[str],
    *,
    is_sign_in: bool,
) -> str:
    """Return the one name that all agree on; a cookie of a space that is gone says nothing."""
    if not named:
        return next((name for name in cookies if spaces.find(name) is not None), DEFAULT)
    source, chosen = named[0]
    for other_source, other in named[1:]:
        if other != chosen:
            raise ProblemError(
                f"{source} names the space {chosen[:60]!r} and {other_source} names "
                f"{other[:60]!r}; name one",
                status=400,
            )
    if cookies and chosen not in cookies and not is_sign_in:
        raise ProblemError(
            f"{source} names the space {chosen[:60]!r} and the session cookie names "
            f"{cookies[0]!r}; name one",
            status=400,
        )
    return chosen


def _spaces_of_cookies(request: Request) -> list[str]:
    """Return the spaces that the session cookies, and the headers in their place, name."""
    found: list[str] = []
    for name, value in request.headers:
        if name == b"cookie":
            found += [match.decode() for match in _SESSION.findall(value)]
        elif name in (b"x-ss-id", b"x-ss-pid"):
            found += [match.decode() for match in _SESSION_HEADER.findall(value)]
    return found


def space_of_path(spaces: Spaces, request: Request) -> Space:
    """Return the space that a request's path names; the default one where it names none."""
    name, _ = cut_prefix(request)
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
    if credentials is not None and candidate.check_password(
        credentials.username, credentials.password
    ):
        return spaces.create(name)
    return candidate


def cut_prefix(request: Request) -> tuple[str | None, Request]:
    """Return the space that a path's prefix names, and the request without the prefix."""
    match = _PREFIX.fullmatch(request.raw_path)
    if match is None:
        return None, request
    prefix = request.raw_path[: match.end(1)].decode("latin-1")
    name = match[1].decode("latin-1")
    return name, replace(request, raw_path=match[2] or b"/", prefix=prefix)


def _with_nearest_cookies(request: Request) -> Request:
    """Return the request with the first session cookie of each name only.

    A browser sends the cookies of the longest path first, and the host takes the last: without
    this a sign-in to the default space would hide one to a path's space.
    """
    headers = []
    for name, value in request.headers:
        if name == b"cookie":
            value = _first_of_each(value)
        headers.append((name, value))
    return replace(request, headers=tuple(headers))


def _first_of_each(cookies: bytes) -> bytes:
    met: set[bytes] = set()
    kept = bytearray()
    for part in _COOKIE_PARTS.finditer(cookies):
        name = part[0].partition(b"=")[0].strip()
        if name in met:
            continue
        if name in _SESSION_COOKIES:
            met.add(name)
        kept += (b"; " if kept else b"") + part[0].strip()
    return bytes(kept)


def _form(request: Request) -> Credentials | None:
    """Return what signs in by the operation Authenticate; None where nothing does.

    Only a POST does: what a link or an image of a foreign page asks for opens no space.
    """
    if request.method != "POST" or "auth" not in request.path.lower():
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
