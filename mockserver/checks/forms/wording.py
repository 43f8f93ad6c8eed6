"""Say in words what is wrong: one sentence for a finding, made of its law, symptom and cause.

What is wrong comes of the symptom and of the member that differs; when it shows comes of the axes
of the cause (conditions.py). A symptom without a wording of its own is told as its law told it.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from mockserver.checks.cause import FLAKY, cause_of
from mockserver.checks.explanations import bare_words
from mockserver.checks.forms.conditions import (
    FILTERS,
    conditions_of,
    format_name,
    join_conditions,
)
from mockserver.checks.forms.situations import SITUATIONS
from mockserver.checks.laws.table import LAWS
from mockserver.checks.plan import LIST_NAMES, parse_query
from mockserver.checks.report import Finding
from mockserver.errors import UsageError

__all__ = ["certainty_words", "other_parameter", "tell_cause", "tell_group"]

# A law on one answer, whose findings are made small by leaving filters out.
_ON_ANY_ANSWER = frozenset(law.id for law in LAWS if law.reads in ("each", "oracle"))
# Laws that are tried on some ids, whichever they are.
_WITH_ANY_IDS = frozenset({"L54", "L55", "L56", "L72", "L73", "L74"})
_ALL_EXCLUDED = "every row that it excludes"
_NAME_WORDS, _MANY = 3, 3
_STATUS = re.compile(r"status (\d\d\d|5xx)")
_DIFFERS = re.compile(r"(\S+) differs")
_TYPE = re.compile(r"type of (\S+)")
_ABSENT = re.compile(r"(\S+) absent")
_ARTICLES = {
    "text": "a text", "boolean": "a boolean", "number": "a number", "list": "a list",
    "object": "an object", "date": "a date",
}  # fmt: skip


def tell_group(findings: Sequence[Finding]) -> str:
    """Return one sentence for findings with one reason: the gravest, and all kinds of when."""
    head, *others = findings
    kinds = {axis: [kind] for axis, kind in head.cause}
    names = [name for name in LIST_NAMES if name in kinds][:1]
    for other in others:
        cause = dict(other.cause)
        renamed = other_parameter(head, other)
        if renamed:
            names.append(renamed)
            continue
        is_explained = head.evidence.explained and other.evidence.explained
        if (other.law, other.symptom) != (head.law, head.symptom) and not is_explained:
            continue
        for axis in [axis for axis in kinds if axis not in cause]:
            del kinds[axis]
        for axis, found in kinds.items():
            found += [cause[axis]] if cause[axis] not in found else []
    told = _tell(head, {axis: tuple(found) for axis, found in kinds.items()})
    return told.replace(f"`{names[0]}`", _join_either(names)) if len(names) > 1 else told


def other_parameter(one: Finding, two: Finding) -> str:
    """Return the list parameter that stands in one cause where another one does in the first.

    Empty where the causes, or what explains them, differ in more.
    """
    left, right = dict(one.cause), dict(two.cause)
    here, there = ([n for n in LIST_NAMES if n in cause] for cause in (left, right))
    if len(here) != 1 or len(there) != 1 or here == there:
        return ""
    told = (one.evidence.explained, two.evidence.explained)
    if any(told):
        return there[0] if bare_words(told[0]) == bare_words(told[1]) else ""
    is_alike = (one.law, one.symptom) == (two.law, two.symptom)
    renamed = {there[0] if axis == here[0] else axis: kind for axis, kind in left.items()}
    return there[0] if is_alike and renamed == right else ""


def _join_either(names: list[str]) -> str:
    """Return names as code, the last after an `or`."""
    shown = [f"`{name}`" for name in dict.fromkeys(names)]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def tell_cause(finding: Finding) -> str:
    """Return one sentence that says what is wrong, and when it shows; never a value."""
    return _tell(finding, {axis: (kind,) for axis, kind in finding.cause})


def _tell(finding: Finding, kinds: Mapping[str, tuple[str, ...]]) -> str:
    if finding.evidence.sides is not None:
        return finding.symptom
    if finding.evidence.story:
        return finding.evidence.story
    is_flaky = finding.cause == FLAKY
    if is_flaky:
        kinds = {}
    elif finding.law.partition("-")[0] in _WITH_ANY_IDS:
        kinds = {axis: found for axis, found in kinds.items() if axis not in FILTERS}
    filters = [name for name in FILTERS if name in kinds]
    what = _what(finding, filters)
    unsaid = _unsaid(finding, [name for name in filters if f"`{name}`" not in what])
    conditions = _counted(_news([*unsaid, *conditions_of(kinds)], what), finding)
    told = " ".join(filter(None, [what, join_conditions(conditions or _situation(finding, what))]))
    if is_flaky or finding.evidence.certainty == "flaky":
        told = f"now and then {told}"
    elif finding.evidence.certainty == "needs-history":
        told = f"{told}, after {_before(finding)}"
    return told


def _unsaid(finding: Finding, filters: list[str]) -> list[str]:
    """Return that filters have to be given, where any query might have shown it without them."""
    # That a date is given is said where it is said what date.
    cause = dict(finding.cause)
    filters = [name for name in filters if name != "afterDate" or cause.get(name) == "date"]
    if not filters or finding.law not in _ON_ANY_ANSWER:
        return []
    return [f"when {_join(filters)} {'is' if len(filters) == 1 else 'are'} given"]


# What was made of somebody's id.
_CHANGED = {
    "append": "one with a character more", "drop": "one that lacks its last character",
    "like": "one that ends with `%`", "blank": "one that ends with `_`",
    "glob": "one that ends with `*`", "dot": "one that ends with a dot",
    "zero": "one with a 0 in front", "twice": "one with a `%`, as of encoding twice",
}  # fmt: skip


def _news(conditions: list[str], what: str) -> list[str]:
    """Return the conditions that a sentence does not say yet."""
    if "several ids" in what or "of the ids" in what:
        conditions = [phrase for phrase in conditions if phrase != "when several ids are given"]
    if "date that is none" in what:
        conditions = [phrase for phrase in conditions if phrase != "when the date is no date"]
    if "offset of" in what:
        conditions = [phrase for phrase in conditions if phrase != "when the date has an offset"]
    return conditions


def _counted(conditions: list[str], finding: Finding) -> list[str]:
    """Return conditions that say how many ids the request has, where several are needed."""
    query = finding.evidence.requests[-1].query if finding.evidence.requests else ""
    try:
        terms = parse_query(query).terms
    except UsageError:
        return conditions
    changes = {c for t in terms for v in t.values if v[:1] == "$" for c in v.split("!")[1:]}
    told = [_CHANGED[change] for change in sorted(changes) if change in _CHANGED]
    if told:
        nobodys = "when an id is one that nobody has"
        here = f" (here {', or '.join(told)})"
        conditions = [phrase.replace(nobodys, nobodys + here) for phrase in conditions]
    count = max((len(term.values) for term in terms if term.name in LIST_NAMES), default=0)
    if count < _MANY:
        return conditions
    return [phrase.replace("several ids", f"several ids (here {count})") for phrase in conditions]


def _situation(finding: Finding, what: str) -> list[str]:
    """Return what the law itself did with the query, where the sentence does not say it."""
    phrase = "" if finding.evidence.explained else SITUATIONS.get(finding.law.partition("-")[0], "")
    is_said = not phrase or phrase.split()[-1] in what
    return [] if is_said or any(axis not in FILTERS for axis, _ in finding.cause) else [phrase]


def certainty_words(finding: Finding) -> str:
    """Return how sure a finding is, in words."""
    seen, asked = finding.evidence.seen
    match finding.evidence.certainty:
        case "needs-history":
            return f"needs the requests before it{_times(seen, asked)}"
        case "flaky":
            return f"flaky{_times(seen, asked)}"
    if finding.cause == FLAKY:
        return "flaky"
    if asked < 2:
        return "reproducible"
    right = asked - seen
    answers = "an earlier answer" if right == 1 else f"{right} earlier answers"
    verb = "was" if right == 1 else "were"
    return f"reproducible, though {answers} to the same request {verb} right"


def _before(finding: Finding) -> str:
    """Return which requests have to come before it."""
    before = finding.evidence.requests[:-1]
    if len(before) != 1:
        return "the requests before it"
    try:
        cause = cause_of(parse_query(before[0].query))
    except UsageError:
        return "the request before it"
    kinds = {axis: (kind,) for axis, kind in cause}
    filters = [name for name in FILTERS if name in kinds]
    what = f"a request with {_join(filters)}" if filters else "a request for the whole list"
    verb = "" if before[0].method == "GET" else f" by {before[0].method} at `{before[0].path}`"
    return " ".join(filter(None, [f"{what}{verb}", join_conditions(conditions_of(kinds))]))


def _times(seen: int, asked: int) -> str:
    """Return how often it was seen, where it was asked more than once."""
    return f", seen {seen} of {asked} times" if asked > 1 else ""


def _what(finding: Finding, filters: list[str]) -> str:
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
    named = f" ({_join(filters)})" if filters and is_on_lists else ""
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
        return f"{_join(filters)} {verb}"
    if is_whole:
        return f"{_join(filters)} is not applied"
    if filters == ["afterDate"]:
        return "`afterDate` lets older rows through"
    return f"{_join(filters)} lets rows through that it excludes"


def _missing(finding: Finding, filters: list[str]) -> str:
    if not filters:
        return "the answer lacks rows that the query selects"
    verb = "lose" if len(filters) > 1 else "loses"
    part = "every row" if finding.received.startswith("all ") else "rows"
    return (
        f"{_join(filters)} {verb} {part} that {'they select' if verb == 'lose' else 'it selects'}"
    )


def _spelled(_: Finding, filters: list[str]) -> str:
    of = f" of {_join(filters)}" if filters else ""
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
    "a list": lambda finding, filters: (
        f"somebody who has no right to it is answered with {_list_of(finding)}"
    ),
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
    "internals": _says("an answer shows a stack trace, a path or a statement"),
    "no errorCode": _says("a refusal in JSON has no error code"),
    "two refusals": _says("some strangers are refused by 401 and others by 403"),
    "session after failure": _says("a sign-in that failed opens a session"),
    "session outlives sign-out": _says("a session is answered after its sign-out"),
    "session outlives sign-out in a header": _says(
        "a session in the header `X-ss-id` is answered after its sign-out"
    ),
    "session outlives sign-out by GET": _says("a sign-out by GET does not end a session"),
    "session comes back with a sign-in": _says("a session that ended comes back with a sign-in"),
    "another's session": _says("a session shows accounts of another user"),
    "date format": _says("a date is not ISO 8601"),
    "date too early": _says("a date lies before the year 2000"),
    "otherAddress": _says("a row and its message name two addresses"),
    "endpointId": _says("a row and its message name two endpoints"),
    "body": _says("HEAD is answered with a body"),
    "stale ETag": _says("one ETag stands for two bodies"),
    "open": _says("somebody without credentials is answered"),
    "data in a refusal": _says("a refusal holds rows"),
}


def _join(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
