"""Choose asks that have to be refused, and HEAD, around what the covering array asks for.

Each refusing value stands alone in its ask, and in a few asks that together hold every filter,
format and way of asking: a door that one format or one filter leaves open shows.
"""

from collections.abc import Iterator, Mapping, Sequence

from mockserver.checks.asking.axes import Ask
from mockserver.checks.plan import FILTER_NAMES, Query, parse_query, query

__all__ = ["OWN_ROUTE", "contexts", "refused"]

_STRANGERS = ("bearer", "unknown", "bearer-empty")
_IMPOSTORS = (
    "wrong", "empty", "prefixed", "extended", "cased", "colon", "colonless", "nameless", "forged",
    "malformed",
)  # fmt: skip
# The route of the framework to any operation.
OWN_ROUTE = "/api/ListConversations"
# What a stranger may put into an address in place of credentials.
_MADE_UP = ("password", "access_token", "api_key", "apiKey", "token", "ss-id")
_DOORS = ("format", "way")
# Of the whole list.
_PLAIN = {("format", "json"), ("way", "accept")}


def contexts(asked: Mapping[str, Ask], most: int) -> list[Query]:
    """Return the whole list, and queries of the array that together hold each format and filter.

    Args:
        asked: the text of a query → its ask.
        most: how many at most.
    """
    open_ = {item for ask in asked.values() for item in _items(ask)} - _PLAIN
    chosen = [Query()]
    left = dict(asked)
    while open_ and left and len(chosen) < most:
        text = max(
            left, key=lambda text: (len(_items(left[text]) & open_), len(_items(left[text])))
        )
        found = _items(left.pop(text)) & open_
        if not found:
            break
        open_ -= found
        chosen.append(parse_query(text).without("@auth"))
    return chosen


def refused(
    around: Sequence[Query], *, is_live: bool, has_other: bool, has_session: bool
) -> Iterator[Query]:
    """Yield asks that no host answers with a list, those that tell most first, HEAD, and no type.

    A stranger has asked for the whole list before.

    Args:
        around: what to ask for, the whole list first.
        has_other: whether there is a second user, whose password is none of the first.
        has_session: whether there is a session whose cookies may be altered.
    """
    if not is_live:
        # First, for how the framework refuses is known of whom it is.
        yield query(("@path", OWN_ROUTE))
    yield from (asked.with_values("@auth", "none") for asked in around if asked.terms)
    others = _STRANGERS if is_live else (*_IMPOSTORS, *_STRANGERS)
    # A script is told a refusal with 200, which says nothing of its status.
    told = [asked for asked in around if asked.get("callback") is None] or around
    for number, identity in enumerate(others, 1):
        yield told[number % len(told)].with_values("@auth", identity)
    yield query(("afterDate", "notadate"), ("@auth", "none"))
    yield query(("callback", "cb"), ("@auth", "none"))
    yield query(("@accept", "text/html"), ("@auth", "none"))
    if is_live:
        return
    # Whoever asks for data gets no page, and the framework's own route is no open door. A list
    # without rows may be answered before anybody asks who it is for.
    nothing = query(("endpointIds", "$unknown[0]"), ("@auth", "none"))
    yield nothing.with_values("@path", "/conversations.xml").with_values("@accept", "text/html")
    yield query(("@path", OWN_ROUTE), ("@auth", "none"))
    # A router may take letters for alike that the guard in front of it does not.
    yield query(("@path", "/Conversations"), ("@auth", "none"))
    # The way to the sign-in may repeat what came.
    yield query(("@accept", "text/html"), ("@auth", "wrong"))
    yield query(("format", "zz"), ("@accept", "image/png"))
    stranger = nothing.with_values("userName", "admin")
    for name in _MADE_UP:
        stranger = stranger.with_values(name, "mockserver-check-made-up")
    yield stranger
    if has_other:
        yield query(("@auth", "swapped"))
    if has_session:
        yield around[-1].with_values("@auth", "altered")
    # After HEAD a session goes on.
    head = around[-1].with_values("@method", "HEAD")
    yield head.with_values("@auth", "session") if has_session else head
    yield query(("@method", "HEAD"), ("@auth", "none"))
    # By a suffix, for an error may look at Accept alone; where no row is there to be compared.
    none = query(("@path", "/conversations.xml"), ("endpointIds", "$unknown[0]"))
    yield none.with_values("afterDate", "notadate")
    yield query(("@method", "HEAD"), ("afterDate", "notadate"))


def _items(ask: Ask) -> set[tuple[str, str]]:
    """Return the doors of an ask: its format, its way of asking, and which filters it has."""
    doors = {(axis, ask[axis]) for axis in _DOORS if axis in ask}
    return doors | {(axis, "") for axis in FILTER_NAMES if ask.get(axis, "none") != "none"}
