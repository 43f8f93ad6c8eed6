"""Hold what odd requests should not do."""

from collections.abc import Callable

from mockserver.bugs.bug import (
    Change,
    dropping,
    failing,
    ids_of,
    in_category,
    lists_of,
    reading,
    wanted_of,
)

__all__ = ["ROBUSTNESS"]

_KNOWN = {"accountids", "endpointids", "customerids", "afterdate", "format", "callback"}


def _fails_if(fits: Callable[[str], bool], code: str) -> Change:
    """Return the change that fails where an id fits."""
    return failing(code, lambda x: any(map(fits, ids_of(x))))


def _opens_if(fits: Callable[[str], bool]) -> Change:
    """Return the change that drops the lists with an id that fits."""
    return dropping(
        lambda x: [name for name, ids in lists_of(x).items() if any(fits(one or "") for one in ids)]
    )


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
    """Decode only what a careful client encodes: colons, pluses and commas."""
    kept = []
    for part in parts:
        for code in ("%2C", "%2c", "%3A", "%3a", "%2B", "%2b"):
            part = part.replace(code, f"\x00{code[1:]}")
        kept.append(part.replace("%", "%25").replace("\x00", "%"))
    return kept


_bug = in_category("robustness")

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
        "three-filters-500",
        "all three filters together are an error",
        failing("SqlException", lambda x: len(lists_of(x)) == 3),
    ),
    _bug(
        "two-filters-and-date-500",
        "two filters and a date together are an error",
        failing("SqlException", lambda x: len(lists_of(x)) >= 2 and bool(wanted_of(x).after_date)),
    ),
    _bug(
        "many-ids-500",
        "more than twelve ids are an error",
        failing("StackOverflowException", lambda x: sum(map(len, lists_of(x).values())) > 12),
    ),
    _bug(
        "unknown-drops-filters",
        "an unknown parameter switches every filter off",
        reading(_unknown_drops),
    ),
    _bug("date-must-be-last", "parameters after afterDate are not read", reading(_after_date_last)),
    _bug(
        "third-parameter-lost", "of three parameters the last is not read", reading(_last_part_lost)
    ),
    _bug("escape-not-decoded", "%31 in an id is not a 1", reading(_escape_kept)),
)
