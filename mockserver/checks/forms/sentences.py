"""Say in words what is wrong, without when it shows: by symptom, member and what was received."""

import re
from collections.abc import Callable, Mapping

from mockserver.checks.conditions import format_name
from mockserver.checks.forms.situations import SITUATIONS
from mockserver.checks.report import Finding

__all__ = ["join_names", "what_is_wrong"]

_ALL_EXCLUDED = "every row that it excludes"
_NAME_WORDS = 3
_STATUS = re.compile(r"status (\d\d\d|5xx)")
_DIFFERS = re.compile(r"(\S+) differs")
_TYPE = re.compile(r"type of (\S+)")
_ABSENT = re.compile(r"(\S+) absent")
_ARTICLES = {
    "text": "a text", "boolean": "a boolean", "number": "a number", "list": "a list",
    "object": "an object", "date": "a date",
}  # fmt: skip


def what_is_wrong(finding: Finding, filters: list[str]) -> str:
    """Return what is wrong in words, without when it shows.

    Args:
        filters: the filters that its cause names.
    """
    if finding.evidence.explained:
        return finding.evidence.explained
    told = _WHAT.get(_known_symptom(finding.symptom))
    if told is not None:
        return told(finding, filters)
    status = _STATUS.match(finding.symptom)
    if status is not None:
        return _tell_status(finding, status[1])
    if finding.evidence.member:
        return _tell_member(finding, finding.evidence.member)
    for pattern, words in _MEMBERS.items():
        match = pattern.fullmatch(finding.symptom)
        if match is not None and finding.evidence.kinds is None:
            return words.format(match[1])
        if match is not None:
            return _tell_member(finding, match[1])
    # Of another law's query the filters are what it is tried on, and matter where it is on lists.
    is_on_lists = finding.law.partition("-")[0] in SITUATIONS
    unsaid = [name for name in filters if f"`{name}`" not in finding.received]
    named = f" ({join_names(unsaid)})" if unsaid and is_on_lists else ""
    # A law's own words say more than the name of the symptom, where they are a phrase.
    is_phrase = len(finding.received.split()) > _NAME_WORDS
    return f"{finding.received if is_phrase else finding.symptom}{named}"


def _tell_status(finding: Finding, status: str) -> str:
    if status == "5xx":
        return "the answer is an error of the server"
    more = finding.received.removeprefix(f"status {status}")
    in_place = _INSTEAD.match(finding.documented)
    instead = "" if in_place is None or status == in_place[1] else f" in place of {in_place[0]}"
    return f"the answer is {status}{more if more != finding.received else ''}{instead}"


_INSTEAD = re.compile(r"(\d\d\d)(?: or \d\d\d)*")
_MEMBERS = {
    _DIFFERS: "`{}` is not what the list says",
    _TYPE: "`{}` has another type than documented",
    _ABSENT: "`{}` is absent",
}


def _tell_member(finding: Finding, member: str) -> str:
    kinds = finding.evidence.kinds
    if kinds is None:
        is_schema = finding.symptom.startswith("body: ")
        return f"`{member}` is not what {'its schema' if is_schema else 'the list'} says"
    expected, received = (_ARTICLES.get(kind, kind) for kind in kinds)
    if expected == received:
        return f"`{member}` is another {kinds[0]} than in the list"
    return f"`{member}` is {received} in place of {expected}"


def _known_symptom(symptom: str) -> str:
    if symptom.startswith("foreign rows for "):
        return "extra rows"
    return _SAME.get(symptom, symptom)


# What laws on special queries call rows too many or too few.
_SAME: Mapping[str, str] = {
    "older rows": "extra rows",
    "late date selects rows": "extra rows",
    "contradiction selects rows": "extra rows",
    "early date loses rows": "missing rows",
    "parts miss rows": "missing rows",
    "list misses rows": "list misses rows",
}


def _extra(finding: Finding, filters: list[str]) -> str:
    if not filters:
        return "the answer holds rows that the query excludes"
    is_whole = finding.received.startswith(_ALL_EXCLUDED)
    if len(filters) > 1:
        verb = "are not applied together" if is_whole else "let rows through that they exclude"
        return f"{join_names(filters)} {verb}"
    if is_whole:
        return f"{join_names(filters)} is not applied"
    if filters == ["afterDate"]:
        return "`afterDate` lets older rows through"
    return f"{join_names(filters)} lets rows through that it excludes"


def _missing(finding: Finding, filters: list[str]) -> str:
    if not filters:
        return "the answer lacks rows that the query selects"
    verb = "lose" if len(filters) > 1 else "loses"
    part = "every row" if finding.received.startswith("all ") else "rows"
    which = "they select" if len(filters) > 1 else "it selects"
    return f"{join_names(filters)} {verb} {part} that {which}"


def _spelled(_: Finding, filters: list[str]) -> str:
    of = f" of {join_names(filters)}" if filters else ""
    return f"two spellings{of} that mean the same select different rows"


def _values(finding: Finding, _: list[str]) -> str:
    if finding.evidence.member:
        return _tell_member(finding, finding.evidence.member)
    return f"a value in {_format_of(finding)} is not that of JSON"


def _format_of(finding: Finding) -> str:
    """Return the format that a law on formats is about, which what it received names."""
    named = re.search(r"\b(xml|csv|jsv|jsonl|jsonp|html)\b", finding.received)
    return format_name(named[1]) if named else "another format"


def _list_of(finding: Finding) -> str:
    return "an empty list" if finding.received.startswith("an empty list") else "a list"


def _says(text: str) -> Callable[[Finding, list[str]], str]:
    return lambda finding, filters: text


def _received(finding: Finding, filters: list[str]) -> str:
    return finding.received


_WHAT: Mapping[str, Callable[[Finding, list[str]], str]] = {
    "extra rows": _extra,
    "missing rows": _missing,
    "rows differ": _spelled,
    "unknown id selects rows": _says("an id that nobody has selects rows"),
    "broken answer": _says("the answer breaks off"),
    "broken answers": _says("answers break off"),
    "unreadable body": lambda finding, filters: (
        f"the body is not what its media type says: {finding.received}"
    ),
    "no conversations": lambda finding, filters: f"the answer is {finding.received}",
    "a list": lambda finding, filters: f"{_list_of(finding)} is given",
    "no challenge": _says("a 401 asks for credentials in some ways of asking alone"),
    "media type": lambda finding, filters: (
        f"the answer has {finding.received}"
        if finding.received.startswith("the Content-Type")
        else finding.received
        if " Content-Type " in finding.received
        else "the answer has another media type than asked for"
    ),
    "rows not in the list": lambda finding, filters: f"the answer holds {finding.received}",
    "no JSON": _says("the API answers no JSON"),
    "foreign rows": lambda finding, filters: (
        "the answer holds rows of an account outside the scope"
        if finding.law == "scope"
        else "the second user gets rows of an account that is not his"
    ),
    "shared accounts": _says("the second user sees all accounts of the first"),
    "a row twice": _says("a row is in the list twice"),
    "list misses rows": _says("the whole list lacks rows that a filter shows"),
    "order differs": _says("the rows come in another order"),
    "values differ": _values,
    "rows added": lambda finding, filters: f"{_format_of(finding)} holds rows that JSON lacks",
    "rows missing": lambda finding, filters: f"{_format_of(finding)} lacks rows that JSON holds",
    "hostile id selects rows": _says("a text that is no id selects rows"),
    "bad date selects rows": _says("a date that is none selects some of the rows"),
    "some rows": _says("an empty list of ids selects some of the rows"),
    "boundary differs": _says("rows of exactly `afterDate` are sometimes in and sometimes out"),
    "not monotone": _says("a later `afterDate` selects more rows"),
    "callback reflected": _says("markup in `callback` comes back as it was sent"),
    "internals": lambda finding, filters: f"an error shows {finding.received.partition(' in ')[0]}",
    "no errorCode": lambda finding, filters: (
        "a refusal in JSON holds a list in place of an error code"
        if "a list" in finding.received
        else "a refusal in JSON has no error code"
    ),
    "two refusals": _says("some strangers are refused by 401 and others by 403"),
    "session after failure": _says("a sign-in that failed opens a session"),
    "session outlives sign-out": _says("a session is answered after its sign-out"),
    "session outlives sign-out in a header": _says(
        "a session in the header `X-ss-id` is answered after its sign-out"
    ),
    "session outlives sign-out by GET": _says("a sign-out by GET does not end a session"),
    "session comes back with a sign-in": _says("a session that ended comes back with a sign-in"),
    "another's session": _says("a session shows accounts of another user"),
    "date format": _received,
    "date too early": _says("a date lies before the year 2000"),
    "otherAddress": _says("the `otherAddress` of a row is not that of its message"),
    "endpointId": _says("the `endpointId` of a row is not that of its message"),
    "body": _says("HEAD is answered with a body"),
    "stale ETag": _received,
    "open": _says("somebody without credentials is answered"),
    "data in a refusal": _says("a refusal holds rows"),
}


def join_names(names: list[str]) -> str:
    """Return names as code, the last after an `and`."""
    shown = [f"`{name}`" for name in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
