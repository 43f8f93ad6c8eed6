"""Say in words what is wrong: one sentence for a finding, made of its law, symptom and cause.

What is wrong comes of the symptom and of the member that differs; when it shows comes of the axes
of the cause (conditions.py). A symptom without a wording of its own is told as its law told it.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from mockserver.checks.cause import FLAKY, Cause, cause_of
from mockserver.checks.conditions import conditions_of, join_conditions
from mockserver.checks.explaining.explanations import bare_words
from mockserver.checks.forms.sentences import join_names, what_is_wrong
from mockserver.checks.forms.situations import SITUATIONS
from mockserver.checks.laws.table import LAWS
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Term, parse_plan
from mockserver.checks.report import Finding
from mockserver.errors import UsageError

__all__ = ["cause_shown", "certainty_words", "other_parameter", "tell_cause", "tell_group"]

# A law on one answer, whose findings are made small by leaving filters out.
_ON_ANY_ANSWER = frozenset(law.id for law in LAWS if law.reads in ("each", "oracle"))
# Laws that are tried on some ids, whichever they are.
_WITH_ANY_IDS = frozenset({"L54", "L55", "L56", "L72", "L73", "L74", "L93"})
_MANY = 3


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


def cause_shown(finding: Finding) -> Cause:
    """Return the axes of a cause, without the ids that a law is tried on, whichever they are."""
    if finding.law.partition("-")[0] not in _WITH_ANY_IDS:
        return finding.cause
    return tuple((axis, kind) for axis, kind in finding.cause if axis not in FILTER_NAMES)


def _tell(finding: Finding, kinds: Mapping[str, tuple[str, ...]]) -> str:
    if finding.evidence.sides is not None:
        return finding.symptom
    if finding.evidence.story:
        return finding.evidence.story
    is_flaky = finding.cause == FLAKY
    if is_flaky:
        kinds = {}
    else:
        shown = {axis for axis, _ in cause_shown(finding)}
        kinds = {axis: found for axis, found in kinds.items() if axis in shown}
    filters = [name for name in FILTER_NAMES if name in kinds]
    what = what_is_wrong(finding, filters)
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
    return [f"when {join_names(filters)} {'is' if len(filters) == 1 else 'are'} given"]


def _years(term: Term) -> list[int]:
    """Return the year of a date that the plan itself names, where it is no year of ours."""
    texts = [unquote(value)[:4] for value in term.values if term.name == "afterDate"]
    return [
        year for text in texts if text.isdigit() and not _OURS[0] < (year := int(text)) < _OURS[1]
    ]


_OURS = (1900, 2200)
# What was made of somebody's id.
_CHANGED = {
    "append": "one with a character more", "drop": "one that lacks its last character",
    "behead": "one that lacks its first character",
    "last": "one whose last character is another",
    "like": "one that ends with `%`", "blank": "one that ends with `_`",
    "glob": "one that ends with `*`", "dot": "one that ends with a dot",
    "zero": "one with a 0 in front", "twice": "one with a `%`, as of encoding twice",
}  # fmt: skip


def _news(conditions: list[str], what: str) -> list[str]:
    """Return the conditions that a sentence does not say yet."""
    if "several ids" in what or "of the ids" in what:
        conditions = [phrase for phrase in conditions if phrase != "when several ids are given"]
    if what.endswith(" is asked for"):
        plain = (phrase.removeprefix("asked for ") for phrase in conditions)
        conditions = [phrase for phrase in plain if not phrase.startswith("when the answer is ")]
    if " when an id of " in what or "that nobody has" in what:
        conditions = [
            phrase for phrase in conditions if phrase != "when an id is one that nobody has"
        ]
    if "date that is none" in what:
        conditions = [phrase for phrase in conditions if phrase != "when the date is no date"]
    if "offset of" in what:
        conditions = [phrase for phrase in conditions if phrase != "when the date has an offset"]
    return conditions


def _counted(conditions: list[str], finding: Finding) -> list[str]:
    """Return conditions that say how many ids the request has, where several are needed."""
    try:
        terms = parse_plan(finding.plan).query.terms
    except UsageError:
        return conditions
    changes = {c for t in terms for v in t.values if v[:1] == "$" for c in v.split("!")[1:]}
    told = [_CHANGED[change] for change in sorted(changes) if change in _CHANGED]
    told += ["one of another form than ids"] if any(map(_is_formless, terms)) else []
    if told:
        nobodys = "when an id is one that nobody has"
        here = f" (here {', or '.join(told)})"
        conditions = [phrase.replace(nobodys, nobodys + here) for phrase in conditions]
    conditions += [f"(here of the year {year})" for term in terms for year in _years(term)]
    counts = [len(term.values) for term in terms if term.name in LIST_NAMES]
    if sum(counts) < _MANY:
        return conditions
    here = f"(here {sum(counts)} in all)" if len(counts) > 1 else f"(here {counts[0]})"
    return [phrase.replace("several ids", f"several ids {here}") for phrase in conditions]


def _is_formless(term: Term) -> bool:
    """Say whether an id that nobody has is of no form that ids have; see made_up_ids.py."""
    found = (re.fullmatch(r"\$unknown\[(\d+)\]", value) for value in term.values)
    return any(match is not None and int(match[1]) % 2 for match in found)


def _situation(finding: Finding, what: str) -> list[str]:
    """Return what the law itself did with the query, where the sentence does not say it."""
    phrase = "" if finding.evidence.explained else SITUATIONS.get(finding.law.partition("-")[0], "")
    is_said = not phrase or phrase.split()[-1] in what
    return [] if is_said or any(axis not in FILTER_NAMES for axis, _ in finding.cause) else [phrase]


def certainty_words(finding: Finding) -> str:
    """Return how sure a finding is, in words."""
    seen, asked = finding.evidence.seen
    match finding.evidence.certainty:
        case "needs-history":
            is_of_run = finding.evidence.is_of_run
            needed = "the whole run" if is_of_run else "the requests"
            return f"needs {needed} before it{_times(seen, asked)}"
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
        cause = cause_of(parse_plan(finding.plan).before[0])
    except (UsageError, LookupError):
        return "the request before it"
    kinds = {axis: (kind,) for axis, kind in cause if axis not in ("@method", "@path")}
    filters = [name for name in FILTER_NAMES if name in kinds]
    asked = before[0]
    what = f"a request with {join_names(filters)}" if filters else "a request for the whole list"
    if asked.method not in ("GET", "HEAD"):
        what = f"{asked.method} `{asked.path}`"
    elif asked.method == "HEAD":
        what += " by HEAD"
    return " ".join(filter(None, [what, join_conditions(conditions_of(kinds))]))


def _times(seen: int, asked: int) -> str:
    """Return how often it was seen, where it was asked more than once."""
    return f", seen {seen} of {asked} times" if asked > 1 else ""
