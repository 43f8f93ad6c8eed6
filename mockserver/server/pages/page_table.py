"""Answer what is no operation: health, the contract, sign-in form, metadata, links from `/`."""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from mockserver.contract import load_contract
from mockserver.errors import EmptyAcceptError
from mockserver.resources import find_resource
from mockserver.server.pages.html_pages import index_page, login_page, seen_accounts
from mockserver.server.pages.metadata_pages import metadata_page
from mockserver.server.pages.rendering import HTML, HTML_UTF8
from mockserver.server.request.answers import redirect
from mockserver.server.request.exchange import Answer, Exchange
from mockserver.server.request.site_guard import is_known_host
from mockserver.wire.negotiate import negotiate
from mockserver.wire.route import Route, find_parameter
from mockserver.world.password import made_up
from mockserver.world.scenario import User

__all__ = ["answer_page"]

# The address in the contract's file, and what needs no quotes there.
_SERVER = re.compile(r"^(servers:\n  - url: ).*$", re.MULTILINE)
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.:/~\[\]_-]+", re.ASCII)
_SIGN_IN_PAGES = ("/login", "/login.html")


def answer_page(x: Exchange) -> Answer | None:
    """Return the page at a path; None where there is none."""
    request = x.request
    if request.path in _SIGN_IN_PAGES:
        return _login(x)
    if request.path == "/metadata/":
        return redirect(f"{request.base_url}/metadata")
    page = _PAGES.get(request.path) if request.method in ("GET", "HEAD") else None
    return page(x) if page is not None else _metadata(x)


def _metadata(x: Exchange) -> Answer | None:
    request, profile = x.request, x.space.profile
    try:
        negotiated = negotiate(
            Route(operation="Metadata", kind="rest", method=request.method, path=request.path),
            request.pairs,
            request.lines(b"accept"),
            request.header(b"content-type"),
            default=profile["default-media-type"],
            quirks=x.quirks,
        )
    except EmptyAcceptError:
        return None
    page = metadata_page(
        request.path,
        request.pairs,
        base_url=request.base_url,
        contract=load_contract(),
        profile=profile,
        format_name=negotiated.format or "html",
        site=x.site,
    )
    if page is None:
        return None
    if page.starts_session:
        x.jar.set_missing_ids(x.space.name, request.head.ids)
    return Answer(
        status=page.status,
        reason=page.reason,
        content_type=page.content_type,
        body=page.body,
        varies=page.varies,
        is_chunked=page.is_chunked,
    )


def _page(content_type: str, body: bytes) -> Answer:
    return Answer(content_type=content_type, body=body, is_framework=False, is_chunked=False)


def _health(_x: Exchange) -> Answer:
    return _page("application/json", b'{"status":"ok"}')


def _openapi(x: Exchange) -> Answer:
    """Return the contract, with the address under which the client has reached this server."""
    text = find_resource("openapi.yaml").read_text(encoding="utf-8")
    url = x.request.base_url
    shown = url if _PLAIN_URL.fullmatch(url) else json.dumps(url)
    here = _SERVER.sub(lambda found: found[1] + shown, text, count=1)
    return _page("application/yaml", here.encode())


def _login(x: Exchange) -> Answer:
    """Return the sign-in page as the file that the framework serves, to any client and verb."""
    request = x.request
    target = find_parameter(request.pairs, "redirect") or find_parameter(request.pairs, "continue")
    page = login_page(target, base_url=request.base_url, site=x.site, users=list(_made_up_users(x)))
    return Answer(content_type=HTML, body=page, is_chunked=False)


def _made_up_users(x: Exchange) -> Iterator[tuple[User, str, str]]:
    """Yield who may sign in by a button: the users whose passwords the admin API tells anyway."""
    host = x.request.header(b"host") or ""
    if not (x.is_admin_open and is_known_host(host, tuple(x.hosts or ()))):
        return
    if x.request.head.origin is not None:
        # A script of another origin reads this page, and may; the admin API it may not read.
        return
    for user in x.space.scenario.users:
        password = made_up(user.password)
        if password is not None:
            yield user, password, seen_accounts(user, x.view.directory)


def _index(x: Exchange) -> Answer | None:
    # The real host answers an empty 404; only a person who typed the address gets links, and a
    # program that waits for the server, by a bare HEAD, learns that it is there.
    is_waiting = x.request.method == "HEAD" and not x.request.query
    if not is_waiting and x.request.header(b"sec-fetch-mode") != "navigate":
        return None
    return _page(HTML_UTF8, index_page(site=x.site))


_PAGES: Mapping[str, Callable[[Exchange], Answer | None]] = {
    "/": _index,
    "/healthz": _health,
    "/openapi.yaml": _openapi,
}
