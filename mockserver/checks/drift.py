"""Compare two targets: what was learned of each, and the shapes of their rows.

A shape holds no value of a target: for each member how often it is absent, null, or text of a named
pattern. A pattern that only one side shows counts where chance cannot explain that the other side
lacks it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.checks.decoding.decode import Row
from mockserver.checks.report import Report
from mockserver.models import CONVERSATION_FIELDS, DIRECTIONS, MESSAGE_FIELDS
from mockserver.profile import compare

__all__ = [
    "Drift",
    "Shape",
    "compare_laws",
    "compare_profiles",
    "compare_shapes",
    "plan_of",
    "rank",
    "shape_of",
]

ABSENT, NULL = "absent", "null"
_MAX_ROWS = 20_000
_CHANCE = 0.001
# No named pattern is longer; some would take long to say so.
_LONG_TEXT = 500
_MESSAGE = "mostRecentMessage"
_LIST = "L16-schema"
_OTHER = "another member"
# A member's name of letters only is a word of the API; any other may be a value of the target.
_WORD = re.compile(r"[A-Za-z]{1,40}")
_DIRECTION = "Incoming or Outgoing"
_DATE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?P<second>:\d\d(?P<part>\.\d+)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
# The first that fits names a text.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("empty text", re.compile(r"")),
    (_DIRECTION, re.compile("|".join(DIRECTIONS))),
    ("24 hexadecimal digits", re.compile(r"[0-9a-f]{24}")),
    ("24 hexadecimal digits in capitals", re.compile(r"[0-9A-F]{24}")),
    ("32 hexadecimal digits", re.compile(r"[0-9a-fA-F]{32}")),
    ("a GUID", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("a number in E.164", re.compile(r"\+[1-9]\d{6,14}")),
    ("a WCF date", re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")),
    ("a whole number as text", re.compile(r"-?\d+")),
    ("an e-mail address", re.compile(r"[^@\s]++@[^@\s]{1,190}\.[^@\s]{1,63}")),
    ("a URL", re.compile(r"[a-z]+://\S+")),
)
# What a client notices most comes first.
_WEIGHTS = {"member": 5, "type": 5, "null": 4, "law": 4, "date": 3, "pattern": 2, "profile": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Hold one difference; `kind` is a key of the weights, `place` a member, point or law."""

    kind: str
    place: str
    left: str
    right: str

    def __str__(self) -> str:
        """Return the line for a person."""
        return f"{self.place}: {self.left} | {self.right}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Hold, for each member, how many of the places where it could stand hold which trait.

    Attributes:
        rows: how many rows were looked at.
        messages: how many of them have a message.
        members: JSON pointer → trait → count.
    """

    rows: int
    messages: int = 0
    members: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def traits(self, place: str) -> Mapping[str, int]:
        """Return the traits of a member; none where no row could hold it."""
        looked = self.messages if place.startswith(f"/{_MESSAGE}/") else self.rows
        return self.members.get(place) or ({ABSENT: looked} if looked else {})


def shape_of(rows: Sequence[Row]) -> Shape:
    """Return the shape of rows; members that the contract does not know are told by name too."""
    members: dict[str, Counter[str]] = {}
    seen = rows[:_MAX_ROWS]
    messages = 0
    for row in seen:
        _count(members, "", row, (wire for wire, _ in CONVERSATION_FIELDS))
        message = row.get(_MESSAGE)
        if isinstance(message, dict):
            messages += 1
            _count(members, f"/{_MESSAGE}", message, (wire for wire, _ in MESSAGE_FIELDS))
    for place, traits in members.items():
        # A name of the target's own was absent from the rows in which it was not counted.
        looked = messages if place.startswith(f"/{_MESSAGE}/") else len(seen)
        if sum(traits.values()) < looked:
            traits[ABSENT] += looked - sum(traits.values())
    return Shape(rows=len(seen), messages=messages, members=members)


def compare_shapes(left: Shape, right: Shape) -> tuple[Drift, ...]:
    """Return what one side's rows show and the other side's do not."""
    places = sorted({*left.members, *right.members})
    return tuple(drift for place in places for drift in _compare_member(place, left, right))


def compare_profiles(left: Mapping[str, str], right: Mapping[str, str]) -> tuple[Drift, ...]:
    """Return the points on which two profiles differ; `unknown` differs from nothing."""
    return tuple(
        Drift(kind="profile", place=found.point, left=found.left, right=found.right)
        for found in compare(left, right)
    )


def compare_laws(left: Report, right: Report) -> tuple[Drift, ...]:
    """Return the laws that hold on one side and are broken on the other."""
    verdicts = {result.id: result for result in right.laws}
    drifts = []
    for ours in left.laws:
        theirs = verdicts.get(ours.id)
        if theirs is not None and {ours.verdict, theirs.verdict} == {"holds", "violated"}:
            sides = [
                "holds" if result.verdict == "holds" else f"violated: {result.received}"
                for result in (ours, theirs)
            ]
            drifts.append(Drift(kind="law", place=ours.id, left=sides[0], right=sides[1]))
    return tuple(drifts)


def rank(drifts: Iterable[Drift]) -> tuple[Drift, ...]:
    """Return the differences, those first that a client notices most."""
    return tuple(sorted(drifts, key=lambda drift: (-_WEIGHTS[drift.kind], drift.place)))


def plan_of(drift: Drift, report: Report) -> str:
    """Return the plan by which one side showed its part of a difference; empty for none."""
    if drift.kind == "law":
        plans = [result.plans for result in report.laws if result.id == drift.place]
        return next((plan for found in plans for plan in found[:1]), "")
    if drift.kind != "profile":
        # The whole list shows the shape of its rows.
        return _LIST
    measured = report.profile.get(drift.place)
    law, colon, rest = ("" if measured is None else measured.evidence).partition(": ")
    plan = rest.partition("; ")[0]
    if not colon:
        return ""
    return plan if plan.startswith(law) else f"{law} {plan}".rstrip()


def _count(
    members: dict[str, Counter[str]], prefix: str, row: Mapping[str, object], known: Iterable[str]
) -> None:
    for name in {*known, *row}:
        place = f"{prefix}/{name if _WORD.fullmatch(name) else f'({_OTHER})'}"
        trait = _trait(row[name]) if name in row else ABSENT
        members.setdefault(place, Counter())[trait] += 1


def _trait(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    text = str(value)
    if len(text) > _LONG_TEXT:
        return "other text"
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return name
    match = _DATE.fullmatch(text)
    return "other text" if match is None else _date_trait(match)


def _date_trait(match: re.Match[str]) -> str:
    if len(match[0]) == len(match["day"]):
        return "a day without a time"
    digits = len(match["part"] or ".") - 1
    precision = "minutes" if match["second"] is None else f"{digits} digits of a second"
    zone = "no zone" if not match["zone"] else "Z" if match["zone"] == "Z" else "an offset"
    return f"a date with {precision} and {zone}"


def _compare_member(place: str, left: Shape, right: Shape) -> Iterable[Drift]:
    ours, theirs = left.traits(place), right.traits(place)
    if not ours or not theirs:
        return
    if _writes_null(ours) != _writes_null(theirs) and _is_empty(ours) and _is_empty(theirs):
        yield Drift(kind="null", place=place, left=_empty_word(ours), right=_empty_word(theirs))
    gone, new = _beyond_chance(ours, theirs), _beyond_chance(theirs, ours)
    if not (gone or new):
        return
    yield Drift(
        kind=_kind(gone | new, ours, theirs),
        place=place,
        left=_words(ours, only=gone),
        right=_words(theirs, only=new),
    )


def _beyond_chance(ours: Mapping[str, int], theirs: Mapping[str, int]) -> frozenset[str]:
    """Return the traits that we show and they lack, though so many rows should have shown them."""
    count, looked = sum(ours.values()), sum(theirs.values())
    return frozenset(
        trait
        for trait, seen in ours.items()
        # How a member is empty is compared by itself.
        if trait not in theirs
        and not (trait in (ABSENT, NULL) and _is_empty(theirs))
        and (1 - seen / count) ** looked < _CHANCE
    )


def _is_empty(traits: Mapping[str, int]) -> bool:
    return ABSENT in traits or NULL in traits


def _writes_null(traits: Mapping[str, int]) -> bool:
    return NULL in traits


def _empty_word(traits: Mapping[str, int]) -> str:
    if ABSENT in traits and NULL in traits:
        return "null or left out where it is empty"
    return "null where it is empty" if NULL in traits else "left out where it is empty"


def _kind(changed: frozenset[str], ours: Mapping[str, int], theirs: Mapping[str, int]) -> str:
    if set(ours) <= {ABSENT} or set(theirs) <= {ABSENT}:
        return "member"
    if any(trait.startswith(("a date", "a day")) for trait in changed):
        return "date"
    kinds = [{_json_type(t) for t in side} - {ABSENT} for side in (ours, theirs)]
    return "pattern" if kinds[0] == kinds[1] else "type"


def _json_type(trait: str) -> str:
    plain = (ABSENT, NULL, "a boolean", "a number", "a list", "an object")
    return trait if trait in plain else "a text"


def _words(traits: Mapping[str, int], *, only: frozenset[str]) -> str:
    if set(traits) == {ABSENT}:
        return "never there"
    # What both sides show would only hide the difference.
    shown = sorted(only) or sorted(trait for trait in traits if trait != ABSENT)
    return " or ".join("left out" if trait == ABSENT else trait for trait in shown)
