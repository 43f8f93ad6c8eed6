"""Draw the pages that a person sees: the rows, the sign-in form, the links at `/`, an error.

Pure functions from values to bytes; the HTML is in `templates/`. A page asks for nothing beyond
itself. The look is our own: a ServiceStack host's pages differ.
"""

import urllib.parse
from collections.abc import Sequence
from http import HTTPStatus

from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS, ConversationInfo
from mockserver.server.pages.rendering import Site, render
from mockserver.wire.formats.encode import FORMATS

__all__ = [
    "error_page",
    "index_page",
    "login_page",
    "rows_page",
    "same_origin_path",
    "text_page",
]

_MAX_ROWS = 1000
_SITE = Site()
_COLUMNS = (
    *(wire for wire, _ in CONVERSATION_FIELDS[:-1]),
    *(f"{CONVERSATION_FIELDS[-1][0]}.{wire}" for wire, _ in MESSAGE_FIELDS),
)


def rows_page(
    rows: Sequence[ConversationInfo | None], *, site: Site = _SITE, query: str = ""
) -> bytes:
    """Return a table of the rows, with links to the same rows in the other formats.

    Args:
        query: the request's raw query, which the links keep.
    """
    values = {
        "count": len(rows),
        "rows": [_cells(row) for row in rows[:_MAX_ROWS]],
        "columns": _COLUMNS,
        "formats": tuple(FORMATS),
        "query": f"?{query}" if query else "",
    }
    return render("rows.html", site, values)


def login_page(target: str | None, *, base_url: str, site: Site = _SITE) -> bytes:
    """Return a form that signs in and goes on to `target`, if that is of this origin."""
    path = same_origin_path(target, base_url=base_url) or f"{site.home}/conversations"
    return render("sign_in.html", site, {"go_on": path})


def index_page(*, site: Site = _SITE) -> bytes:
    """Return links to what exists, for a person who typed the address."""
    return render("index.html", site, {})


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


def _cells(row: ConversationInfo | None) -> list[str | None]:
    """Return the texts of a row's cells, in the order of the columns; None for null."""
    message = None if row is None else row.most_recent_message
    values = [getattr(row, attribute, None) for _, attribute in CONVERSATION_FIELDS[:-1]]
    values += [getattr(message, attribute, None) for _, attribute in MESSAGE_FIELDS]
    return [str(value).lower() if isinstance(value, bool) else value for value in values]
