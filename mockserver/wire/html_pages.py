"""Draw the pages that a person sees: the rows, the sign-in form, the links at `/`, an error.

Pure functions from values to bytes. Everything that comes from outside is escaped, and a page
asks for nothing beyond itself. The look is our own: a ServiceStack host's pages differ.
"""

import urllib.parse
from collections.abc import Sequence
from html import escape
from http import HTTPStatus

from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS, ConversationInfo
from mockserver.wire.formats.encode import FORMATS

__all__ = [
    "error_page",
    "html_page",
    "index_page",
    "login_page",
    "rows_page",
    "same_origin_path",
    "text_page",
]

_MAX_ROWS = 1000
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 100rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; }
th, td { border: 1px solid #8886; padding: .25rem .5rem; text-align: left; vertical-align: top;
  max-width: 22rem; overflow-wrap: anywhere; white-space: pre-wrap; }
thead th { white-space: nowrap; }
.null { opacity: .75; font-style: italic; }
form { display: grid; gap: .75rem; max-width: 20rem; }
label { display: grid; gap: .25rem; }
input, button { font: inherit; padding: .4rem .6rem; }
[role=alert]:empty { display: none; }
[role=alert] { border-left: .3rem solid #c33; padding-left: .6rem; }
"""
# A refused sign-in comes back to this page with its message in the fragment.
_SHOW_FAILURE = """
if (location.hash.startsWith("#f=")) {
  const text = location.hash.slice(3).replace(/\\+/g, " ");
  try { document.querySelector("[role=alert]").textContent = decodeURIComponent(text); }
  catch { document.querySelector("[role=alert]").textContent = text; }
  document.querySelector("[name=userName]").focus();
}
"""


def rows_page(
    rows: Sequence[ConversationInfo | None], *, prefix: str = "", query: str = ""
) -> bytes:
    """Return a table of the rows, with links to the same rows in the other formats.

    Args:
        prefix: what stands before the API's paths.
        query: the request's raw query, which the links keep.
    """
    count = "1 conversation" if len(rows) == 1 else f"{len(rows):,} conversations"
    links = ", ".join(
        _link(f"{prefix}/conversations.{name}{'?' if query else ''}{query}", name.upper())
        for name in FORMATS
    )
    shown = rows[:_MAX_ROWS]
    more = "" if len(shown) == len(rows) else f"<p>The first {_MAX_ROWS:,} are shown.</p>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in _column_names())
    body = "\n".join(_table_row(row) for row in shown)
    return html_page(
        "Conversations",
        f"<h1>{count}</h1>\n"
        f"<p>The same rows as {links}.</p>\n"
        "<p>To get JSON from your program, send the header <code>Accept: application/json</code> "
        "or ask for <code>/conversations.json</code>; without either you get this page.</p>\n"
        f'{more}<div class="wide" tabindex="0" role="region" aria-label="Conversations">'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>",
    )


def login_page(target: str | None, *, base_url: str, prefix: str = "") -> bytes:
    """Return a form that signs in and goes on to `target`, if that is of this origin."""
    path = same_origin_path(target, base_url=base_url) or f"{prefix}/conversations"
    return html_page(
        "Sign in",
        "<h1>Sign in</h1>\n"
        '<p role="alert"></p>\n'
        # Relative, so that a prefix before `/login` stays in front of the operation too.
        '<form method="post" action="auth/credentials">\n'
        f'<input type="hidden" name="continue" value="{escape(path)}">\n'
        '<label>User name <input name="userName" autocomplete="username" required autofocus>'
        "</label>\n"
        '<label>Password <input name="password" type="password" autocomplete="current-password" '
        "required></label>\n"
        "<button>Sign in</button>\n</form>\n"
        "<p>The users and their passwords are printed where the server was started.</p>",
        script=_SHOW_FAILURE,
    )


def index_page(*, prefix: str = "") -> bytes:
    """Return links to what exists, for a person who typed the address."""
    entries = (
        ("/conversations", "the conversations, as a table"),
        ("/conversations.json", "the conversations, as JSON"),
        ("/login", "sign in"),
        ("/auth/status", "who is signed in"),
        ("/auth/logout", "sign out"),
        ("/metadata", "the operations"),
        ("/openapi.yaml", "the contract"),
        ("/healthz", "health"),
    )
    items = "\n".join(
        f"<li>{_link(prefix + path, path)}: {escape(text)}</li>" for path, text in entries
    )
    return html_page("mockserver", f"<h1>A mock of GET /conversations</h1>\n<ul>\n{items}\n</ul>")


def error_page(status: int, message: str) -> bytes:
    """Return a page that names the status and says what went wrong."""
    try:
        title = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        title = str(status)
    return html_page(title, f"<h1>{escape(title)}</h1>\n<p>{escape(message)}</p>")


def text_page(title: str, text: str) -> bytes:
    """Return a page that shows a text as it is, line by line."""
    return html_page(title, f"<h1>{escape(title)}</h1>\n<pre>{_visible(text)}</pre>")


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


def html_page(title: str, body: str, *, script: str = "") -> bytes:
    """Return a whole page around `body`, which is HTML."""
    tail = f"\n<script>{script}</script>" if script else ""
    text = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # An empty icon keeps the browser from asking for /favicon.ico.
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>{tail}\n</body>\n</html>\n"
    )
    return text.encode("utf-8", "replace")


def _column_names() -> tuple[str, ...]:
    plain = tuple(wire for wire, _ in CONVERSATION_FIELDS[:-1])
    return (*plain, *(f"{CONVERSATION_FIELDS[-1][0]}.{wire}" for wire, _ in MESSAGE_FIELDS))


def _table_row(row: ConversationInfo | None) -> str:
    values = [getattr(row, attribute, None) for _, attribute in CONVERSATION_FIELDS[:-1]]
    message = None if row is None else row.most_recent_message
    values += [getattr(message, attribute, None) for _, attribute in MESSAGE_FIELDS]
    return f"<tr>{''.join(_cell(value) for value in values)}</tr>"


def _cell(value: str | bool | None) -> str:
    if value is None:
        return '<td class="null">null</td>'
    text = value if isinstance(value, str) else str(value).lower()
    return f"<td>{_visible(text)}</td>"


def _visible(text: str) -> str:
    """Return escaped text; what UTF-8 or HTML cannot carry becomes U+FFFD."""
    kept = "".join("\ufffd" if _is_unprintable(character) else character for character in text)
    return escape(kept)


def _is_unprintable(character: str) -> bool:
    return (character < " " and character not in "\t\n\r") or "\ud800" <= character <= "\udfff"


def _link(href: str, text: str) -> str:
    return f'<a href="{escape(href)}">{escape(text)}</a>'
