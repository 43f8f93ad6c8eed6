"""See where a browser would ask for a password before a page hears of its answer.

To a 401 whose challenge is `basic` a browser opens a dialog of its own, and `fetch` waits until its
user closes it. The real host may well do this, so that the answer stays; the log says why.
"""

from collections.abc import Iterable

from mockserver.limits import MAX_SPACES
from mockserver.space.journal import Entry
from mockserver.space.space import Space
from mockserver.wire.http_request import Request

__all__ = ["CHOICE", "DialogHint", "opens_dialog"]

# How a server is told to choose otherwise.
CHOICE = "--for browser"
_HINT = (
    "this 401 has a basic challenge: a browser opens a password dialog, and fetch waits for it; "
    f"for an app in a browser: mockserver serve {CHOICE}"
)


def opens_dialog(request: Request, status: int | None, sent: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether a page that asked this by script waits for a dialog.

    Args:
        sent: the headers of the answer.
    """
    if status != 401 or not _is_by_script(request):
        return False
    return any(
        name.lower() == b"www-authenticate" and value[:5].lower() == b"basic"
        for name, value in sent
    )


def _is_by_script(request: Request) -> bool:
    """Tell whether a request looks like a browser's `fetch` or XMLHttpRequest."""
    kind = request.header(b"sec-fetch-dest")
    if kind is not None:
        return kind == "empty"
    # To an address that is neither of this machine nor HTTPS, browsers do not say what it is for.
    is_browser = (request.header(b"user-agent") or "").startswith("Mozilla/")
    return is_browser and not {b"origin", b"referer"}.isdisjoint(request.head.lines)


class DialogHint:
    """Say it once a space: an app that polls would fill the log."""

    def __init__(self) -> None:
        """Have said nothing yet."""
        self._told: set[str] = set()

    def __call__(
        self, space: Space, entry: Entry, sent: Iterable[tuple[bytes, bytes]]
    ) -> tuple[str, ...]:
        """Return what is to be said of an answer with the headers `sent`."""
        if not opens_dialog(entry.request, entry.status, sent):
            return ()
        if space.name in self._told or len(self._told) >= MAX_SPACES:
            return ()
        self._told.add(space.name)
        return (_HINT,)
