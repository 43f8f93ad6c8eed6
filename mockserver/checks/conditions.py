"""Say in words when a finding shows: a phrase for each axis of its cause.

Axes are parameters, directives of a plan such as `@accept`, and names such as `format`. One that
is not known here is told as it is, and so is a kind.
"""

from collections.abc import Callable, Iterator, Mapping

from mockserver.checks.cause import PAGE_TOO
from mockserver.checks.messages import AUTHS
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES

__all__ = ["conditions_of", "format_name", "join_conditions"]

_FORMATS = {
    "application/json": "JSON", "application/xml": "XML", "text/xml": "XML", "text/csv": "CSV",
    "application/jsv": "JSV", "text/jsv": "JSV", "text/jsonl": "JSON Lines", "text/html": "HTML",
    "jsonl": "JSON Lines", "jsonp": "JSONP", "json": "JSON", "xml": "XML", "csv": "CSV",
    "jsv": "JSV", "html": "HTML", "soap": "SOAP",
}  # fmt: skip
_IDENTITIES = {
    "none": "for a caller without credentials",
    "anonymous": "for a caller without credentials",
    "other": "for the second user",
    "unknown": "for a user whom nobody knows",
    "wrong": "with a wrong password",
    "empty": "with an empty password",
    "prefixed": "with a password that lacks its last character",
    "extended": "with a password that is one character longer",
    "forged": "with session cookies that nobody was given",
    "bearer": "with a made-up bearer token",
    "bearer-empty": "with an empty bearer token",
    "malformed": "with credentials that cannot be read",
    "cased": "with a password in another case",
    "colon": "with a password that a colon and a letter follow",
    "colonless": "with a name that no colon follows",
    "nameless": "with a password and no name",
    "swapped": "with the password of another user",
    "altered": "with cookies of a session that were altered",
    "former": "with the cookies of an earlier session",
    "form": "by a sign-in with a form",
    "query": "by a sign-in whose name and password stand in its address",
    "session-header": "in a session by the header `X-ss-id`",
    "planted": "with session cookies that the client made up",
    "session": "in a session",
    "session-shaken": "in a session after a refused sign-in",
    "session-crowded": "in a session among cookies of others",
    "session-mixed": "in a session with cookies of another one",
    "session-beside": "in a session with the second user's Basic credentials beside it",
    "cookie": "in a session",
    "basic": "with Basic credentials, the scheme in small letters",
}
# Texts that are sent in place of an id.
_ODD_IDS = {
    "sql": "an id holds a quote and an `OR`, as of SQL",
    "braces": "an id is made of braces and quotes",
    "zero-byte": "an id holds a zero byte",
    "emoji": "an id holds an emoji",
    "long-id": "an id has 2,000 characters",
}
# What a part of the kind of a list of ids says; one id is the plainest and says nothing.
_ID_PARTS = {
    "one id": "", "one": "",
    "several ids": "when several ids are given", "several": "when several ids are given",
    "many": "when many ids are given", "all": "when every id is given",
    "none": "when no id is given",
    "unknown": "when an id is one that nobody has",
    "text": "when an id is no id at all",
    "twice": "when an id is given twice",
    "reversed": "when the ids stand in another order",
    "repeat": "when the parameter is repeated", "repeated": "when the parameter is repeated",
    "json": "when the list is written as JSON", "jsv": "when the list is in brackets",
    "brackets": "when the list is in brackets that are not percent-encoded",
    "quoted": "when the ids stand in quotes",
    "encoded": "when the commas are percent-encoded",
    "comma": "",
    "empty": "when it is empty",
    "upper": "when the id is in capitals", "lower": "when the id is in small letters",
    "swapcase": "when the case of the id's letters is turned round",
    "space": "when a blank stands before the id",
    "percent": "when the id is percent-encoded",
}  # fmt: skip
_DATE_PARTS = {
    "date": "",
    "with an offset": "when the date has an offset", "offset": "when the date has an offset",
    "as day": "when the date is a day alone", "day": "when the date is a day alone",
    "as naive": "when the date has no zone", "naive": "when the date has no zone",
    "as z": "when the date ends in `Z`", "z": "",
    "as minute": "when the date has no seconds", "minute": "when the date has no seconds",
    "as unix": "when the date is in Unix seconds", "unix": "when the date is in Unix seconds",
    "as unixms": "when the date is in Unix milliseconds",
    "unixms": "when the date is in Unix milliseconds",
    "as wcf": "when the date is written `/Date(…)/`", "wcf": "when the date is written `/Date(…)/`",
    "as spaced": "when a blank stands for the date's `T`",
    "spaced": "when a blank stands for the date's `T`",
    "as http": "when the date is written as in HTTP's headers",
    "http": "when the date is written as in HTTP's headers",
    "as clock": "when the date has AM or PM", "clock": "when the date has AM or PM",
    "text": "when the date is no date", "empty": "when the date is empty",
    "future": "when the date is in the future", "past": "when the date is before every row",
    "first": "when the date is the earliest there is",
    "last": "when the date is among the latest there are",
}  # fmt: skip
_CONTEST = " over "
_WAY_NAMES = {"suffix": "the path's ending", "format": "`format=`", "accept": "`Accept`"}
# How many kinds of one axis are told.
_MOST_KINDS = 3
_PLAIN = frozenset({"plain", "usual", "default", "user", "GET", "/conversations", "json", "none"})


def format_name(kind: str) -> str:
    """Return the name of a format, or of a media type's."""
    return _FORMATS.get(kind.partition(";")[0].strip().lower(), kind)


def conditions_of(cause: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return a phrase for each axis that says something; those on the answer's format come last.

    Args:
        cause: axis → its kinds; where it has several, any of them will do.
    """
    phrases = [
        (_RANKS.get(axis.removeprefix("@"), 1), phrase)
        for axis, kinds in cause.items()
        for phrase in _any_of(axis, kinds)
        if phrase
    ]
    ordered = [phrase for _, phrase in sorted(phrases, key=lambda pair: pair[0])]
    return list(dict.fromkeys(ordered))


def join_conditions(phrases: list[str]) -> str:
    """Return phrases as one; a second `when` in a row becomes an `and`."""
    return " ".join(_joined(list(dict.fromkeys(phrases))))


_RANKS = {**dict.fromkeys(FILTER_NAMES, 0), "format": 3, "accept": 3, "path": 4, "route": 4}


def _joined(phrases: list[str]) -> Iterator[str]:
    before = ""
    for phrase in phrases:
        is_again = before.startswith("when ") and phrase.startswith("when ")
        yield f"and {phrase.removeprefix('when ')}" if is_again else phrase
        before = phrase


def _any_of(axis: str, kinds: tuple[str, ...]) -> list[str]:
    if len(kinds) == 1:
        return list(_phrases(axis, kinds[0]))
    if "none" in kinds and len(kinds) > 2 and axis == "@auth":
        return ["for strangers of several kinds, one without credentials among them"]
    told = [" ".join(filter(None, _phrases(axis, kind))) for kind in kinds]
    if len(told) > _MOST_KINDS and all(told):
        return [f"{' or '.join(told[:_MOST_KINDS])} or in {len(told) - _MOST_KINDS} more ways"]
    return [" or ".join(dict.fromkeys(filter(None, told)))] if all(told) else []


def _phrases(axis: str, kind: str) -> Iterator[str]:
    name = axis.removeprefix("@")
    if axis in LIST_NAMES:
        yield from (_ID_PARTS.get(part, f"when its kind is {part}") for part in kind.split(", "))
        return
    if axis == "afterDate":
        parts = kind.removeprefix("date, ").split(", ")
        yield from (_DATE_PARTS.get(part, f"when the date is {part}") for part in parts)
        return
    told = _AXES.get(name)
    if told is not None:
        yield told(kind)
    elif name.startswith("header-"):
        yield f"with the header `{name.removeprefix('header-')}`"
    elif kind not in _PLAIN:
        yield f"with `{axis}` {kind}".rstrip()


def _in_format(kind: str) -> str:
    name = format_name(kind)
    return f"when `{kind}` is asked for" if "/" in name else f"when the answer is {name}"


def _by_route(kind: str) -> str:
    return "" if kind in _PLAIN else f"by the route `{kind}`"


def _for_whom(kind: str) -> str:
    if kind in _IDENTITIES:
        return _IDENTITIES[kind]
    return "" if kind == "user" or kind in AUTHS else f"for {kind}"


def _by_verb(kind: str) -> str:
    return "" if kind == "GET" else f"by {kind}"


def _spelled(kind: str) -> str:
    return _ID_PARTS.get(kind, _DATE_PARTS.get(kind, f"when it is spelled {kind}"))


def _dated(kind: str) -> str:
    parts = kind.removeprefix("date, ").split(", ")
    told = [_DATE_PARTS.get(part, f"when the date is {part}") for part in parts]
    return " and ".join(filter(None, told))


def _asked_by(kind: str) -> str:
    ways = {
        "accept": "asked for by `Accept`", "header": "asked for by `Accept`",
        "suffix": "asked for by the path's ending", "path": "asked for by the path's ending",
        "parameter": "asked for by `format=`", "format": "asked for by `format=`",
        "callback": "asked for by `callback=`", "accept list": "asked for by a list in `Accept`",
        "reply": "asked for by the reply route", "api": "asked for by the route `/api`",
        "suffix and format": "asked for in two ways",
    }  # fmt: skip
    if _CONTEST in kind:
        names = kind.replace(_CONTEST, " and ").split(" and ")
        shown = [_WAY_NAMES.get(name, name) for name in names]
        return f"when {' and '.join(shown)} disagree on the type"
    told = ways.get(kind.removesuffix(PAGE_TOO), f"asked for by {kind}")
    return f"{told} by a client that accepts a page" if kind.endswith(PAGE_TOO) else told


def _called_back(kind: str) -> str:
    parts = " of several parts" if "parts" in kind else ""
    return f"with {'a long ' if 'long' in kind else ''}`callback`{parts}"


_AXES: Mapping[str, Callable[[str], str]] = {
    "format": _in_format,
    "accept": _in_format,
    "media": _in_format,
    "path": _by_route,
    "route": _by_route,
    "auth": _for_whom,
    "who": _for_whom,
    "identity": _for_whom,
    "method": _by_verb,
    "verb": _by_verb,
    "spelling": _spelled,
    "dates": _dated,
    "asking": _asked_by,
    "by": _asked_by,
    "way": _asked_by,
    "callback": _called_back,
    "order": lambda kind: "when the parameters stand in the reverse order",
    "case": lambda kind: (
        f"when {'some ' if kind == 'mixed' else ''}names of parameters are written with a capital "
        "letter"
    ),
    "odd": lambda kind: f"when {_ODD_IDS.get(kind, f'the input is `{kind}`')}",
    "rows": lambda kind: "when no row is selected",
    "jsconfig": lambda kind: "with `jsconfig`",
    "after": lambda kind: "",
    "learn": lambda kind: "",
    "hostile": lambda kind: "",
    "all": lambda kind: "",
}
