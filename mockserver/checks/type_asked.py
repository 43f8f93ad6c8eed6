"""Read which media type a request asks for, and by which ways: path, `format`, Accept."""

import re
from collections.abc import Iterable

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.plan import Query

__all__ = ["FRAMEWORK", "is_framework", "kind_asked", "named_types", "names_no_type", "type_asked"]

_ROUTE = re.compile(
    r"/[Cc]onversations(?:\.([a-z]+))?|/([a-z]+)/reply/ListConversations|/(api)/ListConversations"
)
# The framework's own routes.
FRAMEWORK = frozenset({"reply", "api"})
_KINDS = {value: kind for kind, value in MEDIA_TYPES.items()}
# Which way of naming a type wins, where they disagree.
_PRECEDENCE = ("suffix", "format", "accept", "accept list")


def kind_asked(asked: Query) -> str | None:
    """Return the type that a request asks for, `jsonp` with a callback; None where it is open."""
    named = type_asked(asked)
    if named is None:
        return None
    return named[0] if asked.get("callback") is None else "jsonp"


def is_framework(shown: Iterable[str]) -> bool:
    """Say whether a host was seen to have a route of the framework, by what it was seen to know."""
    return any(feature.partition(" ")[0] in FRAMEWORK for feature in shown)


def type_asked(asked: Query) -> tuple[str, list[str]] | None:
    """Return the type that a request asks for, and by which ways; None where it is open.

    The ways: `accept`, `suffix`, `format`, and `reply` and `api`, the framework's own routes. Where
    they disagree, one way such as `suffix over format`, for the suffix wins, then `format`.
    """
    named = named_types(asked)
    if named is None:
        return None
    kinds = set(named.values()) or {"json"}
    if not kinds <= MEDIA_TYPES.keys() - {"html"}:
        return None
    if asked.get("callback") is not None and kinds != {"json"}:
        return None
    if len(kinds) == 1:
        return kinds.pop(), list(named)
    if not FRAMEWORK.isdisjoint(named):
        return None
    first, *others = (way for way in _PRECEDENCE if way in named)
    beaten = [way for way in others if named[way] != named[first]]
    return named[first], [f"{first} over {' and '.join(beaten)}"]


def names_no_type(asked: Query) -> bool:
    """Say whether a request takes any type, by the plain path and without a callback."""
    is_plain = asked.directive("path", "/conversations") == "/conversations"
    others = asked.get("format") or asked.get("callback")
    return is_plain and others is None and asked.directive("accept") == "*/*"


def named_types(asked: Query) -> dict[str, str] | None:
    """Return way → the type that it names; None where one of them names none."""
    named: dict[str, str] = {}
    route = _ROUTE.fullmatch(asked.directive("path", "/conversations"))
    if route is None:
        return None
    if route[1] or route[2]:
        named["suffix" if route[1] else "reply"] = route[1] or route[2]
    if route[3]:
        named["api"] = "json"
    parameter = asked.get("format")
    if parameter is not None:
        named["format"] = ",".join(parameter.values)
    if asked.get("@accept") is not None:
        first, *rest = asked.directive("accept").split(", ")
        bare, *parameters = first.split("; ")
        kind = _KINDS.get(bare)
        # As libraries for browsers write it: one type, else any; or with the charset.
        if kind is None or (rest and rest != ["text/plain", "*/*"]):
            return None
        if parameters not in ([], ["charset=utf-8"]):
            return None
        # Whoever names data otherwise may accept a page, as a browser does, and gets none.
        if kind != "html" or not named.keys() & {"suffix", "format"}:
            # Whoever knows a type has to know it with a parameter that changes nothing.
            named["accept list" if rest else "accept"] = kind
    return named
