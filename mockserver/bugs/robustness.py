"""Hold what odd requests should not do."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    LISTS,
    Bug,
    Change,
    Selection,
    failure,
    ids_of,
    selecting,
)
from mockserver.models import ListConversations
from mockserver.server.app import Steps
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route

__all__ = ["ROBUSTNESS"]

_KNOWN = {"accountids", "endpointids", "customerids", "afterdate", "format", "callback"}


def _fails_if(fits: Callable[[str], bool], code: str) -> Change:
    """Return the change that fails where an id fits."""

    def select(s: Selection) -> Sequence[int]:
        if any(map(fits, ids_of(s.request))):
            raise failure(500, code)
        return s.rows()

    return selecting(select)


def _opens_if(fits: Callable[[str], bool]) -> Change:
    """Return the change that drops the lists with an id that fits."""

    def select(s: Selection) -> Sequence[int]:
        names = [name for name, ids in s.lists.items() if any(fits(one or "") for one in ids)]
        return s.rows(s.without(*names))

    return selecting(select)


def _all_filters_fail(s: Selection) -> Sequence[int]:
    if len(s.lists) == 3:
        raise failure(500, "SqlException")
    return s.rows()


def _two_filters_and_date_fail(s: Selection) -> Sequence[int]:
    if len(s.lists) >= 2 and s.request.after_date:
        raise failure(500, "SqlException")
    return s.rows()


def _parts(change: Callable[[list[str]], list[str]]) -> Change:
    """Return the change that reads other parts of the query than were sent."""

    def put(steps: Steps) -> Steps:
        def bind(
            route: Route,
            query: bytes,
            body: bytes,
            content_type: str | None,
            *,
            quirks: Quirks | None = None,
        ) -> ListConversations:
            parts = change([part for part in query.decode("latin-1").split("&") if part])
            left = "&".join(parts).encode("latin-1")
            return steps.bind(route, left, body, content_type, quirks=quirks)

        return replace(steps, bind=bind)

    return put


def _name(part: str) -> str:
    return part.partition("=")[0].lower()


def _unknown_drops(parts: list[str]) -> list[str]:
    is_known = all(_name(part) in _KNOWN for part in parts)
    return parts if is_known else [part for part in parts if _name(part) not in _KNOWN]


def _after_date_last(parts: list[str]) -> list[str]:
    """Stop at afterDate."""
    for place, part in enumerate(parts):
        if _name(part) == "afterdate":
            return parts[: place + 1]
    return parts


def _last_part_lost(parts: list[str]) -> list[str]:
    return parts[:-1] if len(parts) > 2 else parts


def _escape_kept(parts: list[str]) -> list[str]:
    """Decode only what a client of ours would encode: colons, pluses and commas."""
    kept = []
    for part in parts:
        for code in ("%2C", "%2c", "%3A", "%3a", "%2B", "%2b"):
            part = part.replace(code, f"\x00{code[1:]}")
        kept.append(part.replace("%", "%25").replace("\x00", "%"))
    return kept


def _many_parts_fail(s: Selection) -> Sequence[int]:
    if sum(len(getattr(s.request, name) or ()) for name in LISTS) > 12:
        raise failure(500, "StackOverflowException")
    return s.rows()


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="robustness", help=help, change=change)


ROBUSTNESS = (
    _bug(
        "unicode-is-500",
        "an id beyond ASCII is an error",
        _fails_if(lambda id_: not id_.isascii(), "EncoderFallbackException"),
    ),
    _bug(
        "quote-is-500",
        "an id with a quote is an error",
        _fails_if(lambda id_: "'" in id_ or '"' in id_, "SqlException"),
    ),
    _bug(
        "brace-is-500",
        "an id with a brace or bracket is an error",
        _fails_if(lambda id_: any(c in id_ for c in "{}[]<>"), "FormatException"),
    ),
    _bug(
        "control-is-500",
        "an id with a control character is an error",
        _fails_if(lambda id_: any(ord(c) < 32 for c in id_), "ArgumentException"),
    ),
    _bug(
        "long-id-is-500",
        "an id of more than 500 characters is an error",
        _fails_if(lambda id_: len(id_) > 500, "SqlException"),
    ),
    _bug(
        "not-hex-is-500",
        "an id that is not hexadecimal is an error",
        _fails_if(
            lambda id_: any(c not in "0123456789abcdefABCDEF" for c in id_), "FormatException"
        ),
    ),
    _bug(
        "quote-opens",
        "an id with a quote selects everything",
        _opens_if(lambda id_: "'" in id_ or '"' in id_),
    ),
    _bug(
        "wildcard-opens",
        "an id with % or * selects everything",
        _opens_if(lambda id_: "%" in id_ or "*" in id_),
    ),
    _bug(
        "not-hex-opens",
        "an id that is not hexadecimal selects everything",
        _opens_if(lambda id_: any(c not in "0123456789abcdefABCDEF" for c in id_)),
    ),
    _bug(
        "three-filters-500", "all three filters together are an error", selecting(_all_filters_fail)
    ),
    _bug(
        "two-filters-and-date-500",
        "two filters and a date together are an error",
        selecting(_two_filters_and_date_fail),
    ),
    _bug("many-ids-500", "more than twelve ids are an error", selecting(_many_parts_fail)),
    _bug(
        "unknown-drops-filters",
        "an unknown parameter switches every filter off",
        _parts(_unknown_drops),
    ),
    _bug("date-must-be-last", "parameters after afterDate are not read", _parts(_after_date_last)),
    _bug(
        "third-parameter-lost", "of three parameters the last is not read", _parts(_last_part_lost)
    ),
    _bug("escape-not-decoded", "%31 in an id is not a 1", _parts(_escape_kept)),
)
