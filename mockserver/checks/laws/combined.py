"""Laws that the oracle judges in every answer: one comparison, named by what had to stay.

Each says which queries speak of it; a finding is of the law that its cause names.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from mockserver.checks.cause import cause_of
from mockserver.checks.expectation import STRANGERS, expect, is_unknown_name
from mockserver.checks.judgement import Judgement, all_of, vacuous
from mockserver.checks.laws.law import Case, Law
from mockserver.checks.laws.names import ENDS, FAR, MADE_UP, UNKNOWN
from mockserver.checks.oracle import View, compare
from mockserver.checks.plan import LIST_NAMES, Query

__all__ = ["COMBINED_LAWS", "judge_by_oracle"]


def judge_by_oracle(case: Case) -> Judgement:
    """Judge each answer by what its own query must give."""
    return all_of(_judge(case, index) for index in range(len(case.pages)))


def _judge(case: Case, index: int) -> Judgement:
    page = case.pages[index]
    expected = expect(page.query, case.facts, case.learned, case.sessions)
    if expected is None:
        return vacuous("the contract leaves open what the query means")
    view = View(
        facts=case.facts,
        core=case.core,
        listed=case.listed,
        shown=case.shown,
        others=case.others,
        is_still=case.is_still,
    )
    return compare(page, expected, view)


def _brings(asked: Query) -> bool:
    """Say whether a query brings something made up in place of credentials."""
    return any(term.name in MADE_UP for term in asked.filters)


def _has(axis: str, *kinds: str) -> Callable[[Query], bool]:
    """Return what says of a query that its axis has one of these kinds, or any."""

    def covers(asked: Query) -> bool:
        kind = dict(cause_of(asked)).get(axis)
        return kind is not None and (not kinds or kind in kinds)

    return covers


def _says(*words: str) -> Callable[[Query], bool]:
    """Return what says of a query that its ids are spelled so."""

    def covers(asked: Query) -> bool:
        axes = dict(cause_of(asked))
        found = {word for name in LIST_NAMES for word in axes.get(name, "").split(", ")}
        return bool(found.intersection(words))

    return covers


def _is_strangers(asked: Query) -> bool:
    return asked.directive("auth", "user") in STRANGERS


def _lists(asked: Query) -> int:
    return sum(asked.get(name) is not None for name in LIST_NAMES)


def _is_dated(asked: Query) -> bool:
    return asked.get("afterDate") is not None


def _is_no_date(asked: Query) -> bool:
    return dict(cause_of(asked)).get("afterDate") == "text"


def _dates(words: Sequence[str]) -> Callable[[Query], bool]:
    """Return what says of a query that its date is of one of these kinds."""
    return lambda asked: any(word in dict(cause_of(asked)).get("afterDate", "") for word in words)


def _has_nobodys_beside(asked: Query) -> bool:
    """Say whether an id that nobody has stands beside one that somebody has."""
    lists = [term for term in asked.terms if term.name in LIST_NAMES]
    own = {term.name: f"${term.name.removesuffix('Ids')}[" for term in lists}
    found = [{value.startswith(own[term.name]) for value in term.values} for term in lists]
    return {True, False} in found


def _is_json(asked: Query) -> bool:
    return "format" not in dict(cause_of(asked))


def _combined(number: str, slug: str, statement: str, covers: Callable[[Query], bool],
              tier: Literal["must", "should"] = "must",
              kind: Literal["relational", "loopback-only"] = "relational",
              is_of_strangers: bool = False, point: str | None = None) -> Law:  # fmt: skip
    return Law(
        id=f"{number}-{slug}",
        statement=statement,
        tier=tier,
        kind=kind,
        reads="oracle",
        judge=judge_by_oracle,
        covers=lambda asked: covers(asked) and (is_of_strangers or not _is_strangers(asked)),
        cost=1,
        point=point,
    )


COMBINED_LAWS = (
    _combined(
        "L06",
        "union",
        "A list of ids selects the rows of each of them, all of them and no others.",
        lambda asked: _lists(asked) == 1 and not _is_dated(asked),
    ),
    _combined(
        "L10",
        "intersection",
        "Filters together select the rows that each of them selects.",
        lambda asked: _lists(asked) > 1,
    ),
    _combined(
        "L31",
        "date-and-ids",
        "A date and ids together select the rows that each of them selects.",
        lambda asked: _lists(asked) > 0 and _is_dated(asked),
    ),
    _combined(
        "L24",
        "zones",
        "An instant selects the same rows in whatever zone it is written.",
        lambda asked: "offset" in dict(cause_of(asked)).get("afterDate", ""),
    ),
    _combined(
        "L27",
        "resolution",
        "A date selects the rows after it and none before, to a hundred nanoseconds.",
        lambda asked: _is_dated(asked) and not _lists(asked),
        "should",
    ),
    _combined(
        "L22",
        "unknown-neutral",
        "An id that nobody has changes nothing beside one that somebody has.",
        _has_nobodys_beside,
        "should",
    ),
    _combined(
        "L30",
        "extremes",
        "A date before every row selects all, a date far ahead selects none.",
        _dates(FAR),
        "should",
    ),
    _combined(
        "L44",
        "extreme-dates",
        "The first and last instants and widest offsets select all rows or none, or are refused.",
        _dates(ENDS),
    ),
    _combined(
        "L36",
        "partition",
        "The rows of ids are rows of the list, so that those of every endpoint together are it.",
        lambda asked: _lists(asked) == 1 and not _is_dated(asked),
    ),
    _combined(
        "L82",
        "conditional",
        "If-None-Match with a tag that nobody gave, or of another list, is answered in full.",
        _has("@header-if-none-match"),
    ),
    _combined("L12", "xml", "XML holds the rows and values of JSON.", _has("format", "xml")),
    _combined(
        "L13", "csv", "CSV holds the rows and values of JSON.", _has("format", "csv"), "should"
    ),
    _combined(
        "L14", "jsv", "JSV holds the rows and values of JSON.", _has("format", "jsv"), "should"
    ),
    _combined(
        "L79",
        "jsonl",
        "JSONL holds the rows and values of JSON.",
        _has("format", "jsonl"),
        "should",
    ),
    _combined(
        "L20",
        "permutation",
        "The order of ids does not matter, and an id given twice counts once.",
        _says("twice", "reversed"),
    ),
    _combined(
        "L32",
        "context-free",
        "A row is the same object in whichever list it occurs.",
        lambda asked: _is_json(asked) and (_lists(asked) > 0 or _is_dated(asked)),
    ),
    _combined(
        "L37",
        "interleaved",
        "A request between two others changes neither answer.",
        lambda asked: _lists(asked) > 0,
    ),
    _combined("L47", "parameter-order", "The order of parameters does not matter.", _has("order")),
    _combined(
        "L46",
        "name-case",
        "A host that knows names which begin with a capital letter, as clients of .NET write them,"
        " filters by them as by the others.",
        _has("@case"),
        "must",
        "loopback-only",
    ),
    _combined(
        "L48",
        "unknown-parameter",
        "A parameter that the contract does not know changes nothing, or is refused.",
        lambda asked: any(is_unknown_name(term.name) for term in asked.filters),
        "should",
    ),
    _combined(
        "L49",
        "percent-encoding",
        "A percent-encoded letter is that letter, and an encoded comma parts ids.",
        _says("percent", "encoded"),
    ),
    _combined(
        "L45",
        "quoted",
        "An id in quotes is that id.",
        _says("quoted"),
        "should",
    ),
    _combined(
        "L60",
        "compression",
        "Compressed and plain answers hold the same rows.",
        _has("@header-accept-encoding"),
    ),
    _combined(
        "L68",
        "other-routes",
        "Another route to the operation selects the same rows, or is absent.",
        lambda asked: dict(cause_of(asked)).get("way", "") in ("reply", "api"),
        "should",
        "loopback-only",
    ),
    _combined(
        "L87",
        "one-list",
        "Whatever is asked for and however, an answer holds rows of the whole list, as they are"
        " there, of all that the query selects.",
        lambda asked: True,
    ),
    _combined(
        "L08",
        "auth-required",
        "Without credentials, or with unknown ones, the answer is 401, or 403: one for all.",
        _is_strangers,
        is_of_strangers=True,
        point="refusal-status",
    ),
    _combined(
        "L71",
        "wrong-password",
        "A wrong, empty, cut or longer password, another user's, one in another case or without a"
        " name, and a made-up or altered cookie or token are refused.",
        lambda asked: asked.directive("auth") not in UNKNOWN or _brings(asked),
        "must",
        "loopback-only",
        is_of_strangers=True,
    ),
    _combined(
        "L54",
        "auth-first",
        "Without credentials a bad date is refused as a good one is, not by 400.",
        lambda asked: asked.directive("auth") == "none" and _is_no_date(asked),
        "should",
        is_of_strangers=True,
    ),
    _combined(
        "L64",
        "precedence",
        "Where they disagree on the type, the suffix wins, then `format`, then Accept.",
        lambda asked: " over " in dict(cause_of(asked)).get("way", ""),
        "should",
    ),
    _combined(
        "L88",
        "readers",
        "Each way to sign in reads the user's own list, and a second user his.",
        _has("@auth", "basic", "session", "other"),
        "must",
        "loopback-only",
    ),
)
