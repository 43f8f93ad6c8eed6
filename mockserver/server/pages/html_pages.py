"""Draw the pages that a person sees: the sign-in form, the links at `/`, a text, an error.

Pure functions from values to bytes; the HTML is in `templates/`. A page asks for nothing beyond
itself. The look is our own: a ServiceStack host's pages differ. conversations_page.py draws the
rows, metadata_pages.py what describes the API.
"""

import urllib.parse
from collections.abc import Sequence
from http import HTTPStatus

from mockserver.server.pages.links import CONVERSATIONS, FOR_CODE, LINKS, THE_API, Link
from mockserver.server.pages.rendering import Site, render
from mockserver.server.pages.type_sources import LANGUAGES
from mockserver.wire.formats.encode import FORMATS
from mockserver.world.directory import Directory
from mockserver.world.scenario import User

__all__ = [
    "error_page",
    "index_page",
    "login_page",
    "same_origin_path",
    "seen_accounts",
    "text_page",
]

_SITE = Site()
_FORMAT_LINKS = [
    Link(path=f"{CONVERSATIONS}.{name}", help=f"the rows as {name.upper()}", group=THE_API)
    for name in FORMATS
]
_LANGUAGE_LINKS = [
    Link(path=f"/types/{name}", help=f"the types in {row.label}", group=FOR_CODE)
    for name, row in LANGUAGES.items()
]


def login_page(
    target: str | None,
    *,
    base_url: str,
    site: Site = _SITE,
    users: Sequence[tuple[User, str, str]] = (),
) -> bytes:
    """Return a form that signs in and goes on to `target`, if that is of this origin.

    Args:
        users: those who may sign in by a button: each with the password, and what the user sees.
    """
    path = same_origin_path(target, base_url=base_url) or site.rows
    return render("sign_in.html", site, {"go_on": path, "users": users})


def seen_accounts(user: User, directory: Directory) -> str:
    """Return which accounts a user sees, in words."""
    if user.account_ids is None:
        return "all accounts"
    names = [account.name for account in directory.accounts if account.id in user.account_ids]
    return ", ".join(names) or "no account"


def index_page(*, site: Site = _SITE) -> bytes:
    """Return links to what exists, for a person who typed the address."""
    start, rows, *others = LINKS
    links = [start, rows, *_FORMAT_LINKS, *others, *_LANGUAGE_LINKS]
    groups = dict.fromkeys(link.group for link in links if link.group is not None)
    shown = [(group, site.shown([one for one in links if one.group == group])) for group in groups]
    return render("index.html", site, {"groups": [group for group in shown if group[1]]})


def error_page(status: int, message: str, *, site: Site = _SITE) -> bytes:
    """Return a page that names the status and says what went wrong."""
    try:
        title = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        title = str(status)
    return render("error.html", site, {"title": title, "message": message})


def text_page(title: str, text: str, *, site: Site = _SITE) -> bytes:
    """Return a page that shows a text as it is, line by line."""
    return render("text.html", site, {"title": title, "text": text})


def same_origin_path(target: str | None, *, base_url: str) -> str | None:
    """Return the path and query of a URL of this origin; None for any other."""
    # Browsers read a backslash as a slash and drop control characters before they parse.
    if not target or "\\" in target or any(character < "!" for character in target):
        return None
    try:
        parts = urllib.parse.urlsplit(target)
        base = urllib.parse.urlsplit(base_url)
    except ValueError:
        return None
    if (parts.scheme, parts.netloc) not in (("", ""), (base.scheme, base.netloc)):
        return None
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
