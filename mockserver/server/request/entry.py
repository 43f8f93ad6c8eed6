"""Keep an exchange in the space's journal, whatever becomes of it."""

import time

from mockserver.errors import crash_place
from mockserver.server.request.authenticate import claim_user
from mockserver.server.request.exchange import Exchange
from mockserver.space.journal import Entry

__all__ = ["close_entry", "fill_entry", "note_crash", "open_entry"]


# Asked by whoever watches the server, and of no interest to whoever watches his app.
_UNLISTED = ("/healthz",)


def open_entry(x: Exchange) -> None:
    """Enter a request into the journal of its space."""
    if not x.has_space:
        x.enter(x.spaces.default, x.request)
    if x.asked.path in _UNLISTED:
        x.entry = Entry(id=0, request=x.asked, time_ticks=x.now_ticks)
    else:
        x.entry = x.space.journal.open(x.asked, time_ticks=x.now_ticks, commands=x.space.commands)


def fill_entry(x: Exchange) -> None:
    """Write the answer into the entry, before anybody can see it."""
    entry, answer = x.entry, x.answer
    assert entry is not None
    assert answer is not None
    entry.status, entry.rows = answer.status, answer.rows
    if x.wanted is not None:
        x.space.journal.note_asked(entry, x.wanted)
    if x.user is not None:
        entry.user = x.user.username
    elif answer.status != 401:
        entry.user = claim_user(x)
    entry.ms = milliseconds(x)


def note_crash(x: Exchange, error: Exception) -> None:
    """Say in the entry where the mock itself failed."""
    assert x.entry is not None
    x.entry.fault = f"crash at {crash_place(error)}"


def close_entry(x: Exchange) -> None:
    """Say how long the exchange took, and tell whoever waits for it."""
    if x.entry is not None:
        x.space.journal.close(x.entry, ms=milliseconds(x))


def milliseconds(x: Exchange) -> float:
    """Return how long an exchange has taken so far."""
    return (time.perf_counter() - x.started) * 1000
