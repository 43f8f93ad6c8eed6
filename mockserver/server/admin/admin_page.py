"""Serve the admin page, its style sheet and its scripts, under a policy that loads nothing else.

The page is `templates/admin.html` of the pages; the scripts are in `assets/`.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from mockserver.errors import ProblemError
from mockserver.server.admin.admin_app import Asked, Reply
from mockserver.server.pages.links import ADMIN
from mockserver.server.pages.rendering import HTML_UTF8, STYLE_SHEET, Site, render

__all__ = ["get_asset", "get_page", "redirect_to_page"]

_SCRIPTS = Path(__file__).with_name("assets")
_CONTENT_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
# The page is in `/__admin/`, the API's paths above it.
_SITE = Site(home="..")
# A nonce and not 'self': this origin answers a callback with a script, whoever wrote it.
_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; "
    "script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
)


async def get_page(_asked: Asked) -> Reply:
    """Return the page."""
    nonce = secrets.token_urlsafe(16)
    policy = _POLICY.format(nonce=nonce)
    return Reply(
        value=render("admin.html", _SITE, {"nonce": nonce}),
        content_type=HTML_UTF8,
        headers=(("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer")),
    )


async def get_asset(asked: Asked) -> Reply:
    """Return the style sheet or a script.

    Raises:
        ProblemError: there is none of that name (404).
    """
    name = asked.path["name"]
    for path in (STYLE_SHEET, *_SCRIPTS.glob("*.js")):
        if path.name == name:
            return Reply(value=path.read_bytes(), content_type=_CONTENT_TYPES[path.suffix])
    raise ProblemError(f"there is no {name[:80]!r} here", status=404)


async def redirect_to_page(_asked: Asked) -> Reply:
    """Lead to the page; its links are relative to the slash at the end."""
    return Reply(status=308, headers=(("Location", ADMIN),))
