"""Define what a law is, what it is judged on, and the judgements that many laws share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mockserver.checks.decoding.decode import MEDIA_TYPES, Row
from mockserver.checks.facts import Facts, Key, Page
from mockserver.checks.judgement import (
    Judgement,
    all_of,
    holds,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query
from mockserver.checks.readers import Sessions
from mockserver.checks.selection import selector
from mockserver.errors import UsageError

__all__ = [
    "EARLIER_DATE",
    "TIERS",
    "Case",
    "Judgement",
    "Law",
    "all_of",
    "are_answered",
    "ask_as_it_is",
    "asks_of",
    "called",
    "every_ask",
    "exact",
    "holds",
    "list_of",
    "measured",
    "relational",
    "too_many",
    "vacuous",
    "violated",
]

# The symptom of a list that afterDate cuts by another date than the newest message's.
EARLIER_DATE = "earlier date"
_OFTEN = 4
_TYPES = frozenset(
    {
        *MEDIA_TYPES.values(), "application/javascript", "application/octet-stream",
        "application/x-javascript", "text/javascript", "text/plain", "text/x-json", "text/json",
        "text/xml",
    }
)  # fmt: skip
TIERS = {
    "must": "a violation fails the run",
    "should": "a violation fails the run, unless --lenient",
    "learn": "measured, and judged only against --profile",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Hold what was asked and answered, and the rows that are known not to have changed.

    Attributes:
        plan: the query that the law was tried on.
        pages: the answers to the law's asks, in order; every answer of the run for a law that
            reads `all`.
        core: rows of the whole list; after a re-read only those that stayed the same.
        listed: the keys of every row that the whole list held before or after.
        lengths: how many rows the whole list had, at each read of it.
        profile: the choices that the user expects; empty for none.
        learned: point → the choices that fit what was seen so far; none where nothing does. For a
            law that reads `all`, each point that can be seen.
        shown: features of asking that the target was seen to know.
        others: ids of conversations in the lists of other readers.
        sessions: whom the cookies of the last two sign-ins stand for.
        is_still: whether no read of the list differed from another.
    """

    facts: Facts
    plan: Query
    pages: tuple[Page, ...] = field(repr=False)
    core: Mapping[Key, Row] = field(repr=False)
    listed: frozenset[Key] = field(default=frozenset(), repr=False)
    lengths: tuple[int, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)
    learned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    others: frozenset[str] = field(default=frozenset(), repr=False)
    sessions: Sessions = Sessions()
    is_still: bool = True

    def kept(self, index: int) -> frozenset[Key]:
        """Return the keys of an answer's rows that are in the core."""
        return self.pages[index].keys.intersection(self.core)

    def may_be(self, point: str, choice: str) -> bool:
        """Say whether nothing that was seen so far speaks against a choice."""
        return choice in (self.learned.get(point) or (choice,))

    def is_capped(self, index: int) -> bool:
        """Say whether an answer may have ended at the row cap, so that rows may be missing."""
        cap = self.facts.row_cap
        return cap is not None and len(self.pages[index].rows or ()) >= cap


def ask_as_it_is(plan: Query) -> Sequence[Query]:
    """Return a plan as the one query that is sent."""
    return (plan,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """Describe one law.

    Attributes:
        id: the catalogue's number and a slug.
        statement: what holds, in one sentence.
        kind: relational laws go through the sandwich, single ones judge at once; loopback-only
            ones are never tried on a live target.
        judge: from a case to a judgement; pure.
        reads: `own` asks, `each` answer of the run by itself, `all` of them together, or `oracle`:
            every answer of the run that the oracle has an expectation of and that the law `covers`.
        plans: what to try it on, the most telling first. Where `cost` is 0 the run asks for it
            anyway, and plans are asked only if the user chose laws.
        asks: from a plan to the queries that are sent; for a law that reads `each` answer, what is
            to be asked beside its plans where the user chose laws.
        cost: requests of one plan when it holds.
        value: how much one request of it is expected to find; orders the run.
        covers: whether a query speaks of this law, for one that reads the oracle.
        point: the unspecified point that it reads or measures.
        is_together: whether the asks are sent at the same time.
        shared: from a plan to queries whose answers laws share; they are sent once a run.
        spares: what these answers say of the plan; None where the law has to ask by itself.
        reads_other: whether it judges what others than the run's own user read, too.
    """

    id: str
    statement: str
    tier: Literal["must", "should", "learn"]
    kind: Literal["single", "relational", "loopback-only"]
    judge: Callable[[Case], Judgement]
    reads: Literal["own", "each", "all", "oracle"] = "own"
    plans: Callable[[Facts], Sequence[Query]] = lambda facts: ()
    asks: Callable[[Query], Sequence[Query]] = ask_as_it_is
    cost: int = 0
    value: float = 1.0
    covers: Callable[[Query], bool] = lambda asked: True
    point: str | None = None
    is_together: bool = False
    shared: Callable[[Query, Facts], Sequence[Query]] = lambda plan, facts: ()
    spares: Callable[[Case], Judgement | None] = lambda case: None
    reads_other: bool = False

    @property
    def number(self) -> str:
        """Return the catalogue's number, as `L06`."""
        return self.id.partition("-")[0]


def asks_of(law: Law, plan: Query) -> Sequence[Query]:
    """Return what a law asks on a plan that somebody gave, or that was made smaller.

    Raises:
        UsageError: the plan lacks what the law needs.
    """
    try:
        return law.asks(plan)
    except (LookupError, ValueError, AssertionError) as error:
        raise UsageError(f"plan '{law.id} {plan}' lacks what the law asks by") from error


def relational(
    id: str,
    statement: str,
    tier: Literal["must", "should", "learn"],
    judge: Callable[[Case], Judgement],
    **rest: Any,
) -> Law:
    """Return a relational law; `rest` are the other attributes of Law."""
    return Law(id=id, statement=statement, tier=tier, kind="relational", judge=judge, **rest)


def list_of(case: Case, index: int) -> Judgement | None:
    """Return the violation that an answer is no list of conversations, or None."""
    page = case.pages[index]
    return None if page.rows is not None else replace(_no_list(page), asked=page.query)


def _no_list(page: Page) -> Judgement:
    if page.status == 0:
        return violated("broken answer", "an answer that breaks off", "a complete answer")
    if page.status != 200:
        return violated(f"status {page.status}", f"status {page.status}", "200 with a list")
    if page.is_broken:
        return page.unreadable
    received = (
        f"{called(page)} where {page.query.directive('accept', 'application/json')} is asked for"
    )
    return violated("media type", received, "the media type asked for")


def called(page: Page) -> str:
    """Return what a body is called, in words that are none of the target's own."""
    name = (page.response.content_type or "").partition(";")[0].strip().lower()
    shown = name if name in _TYPES else "another type" if name else "no Content-Type"
    is_json = page.response.body.lstrip()[:1] in (b"{", b"[")
    what = "JSON" if is_json and "json" not in name else "the answer"
    return f"{what} with the Content-Type {shown}" if name else f"{what} with {shown}"


def exact(case: Case, index: int, *, like: Query | None = None) -> Judgement:
    """Judge that an answer holds those rows of the core, and only those, that its query selects.

    Args:
        like: the query whose meaning counts, where the ask is another spelling of it.
    """
    problem = list_of(case, index)
    if problem is not None:
        return problem
    meaning = case.pages[index].query if like is None else like
    selects = selector(meaning, case.facts)
    fits = {key: selects(row) for key, row in case.core.items()}
    wanted = {key for key, fit in fits.items() if fit}
    barred = {key for key, fit in fits.items() if fit is False}
    kept = case.kept(index)
    extra, missing = kept & barred, wanted - kept
    if extra:
        is_all = extra == barred and len(extra) > 1
        return violated(
            "extra rows",
            "every row that it excludes" if is_all else "some rows that the query excludes",
            "only rows that the query selects",
            asked=case.pages[index].query,
        )
    if missing and not case.is_capped(index):
        return violated(
            "missing rows",
            f"{'all' if missing == wanted else 'some'} of the rows that it selects are missing",
            "every row that the query selects",
            asked=case.pages[index].query,
        )
    if not wanted and not barred:
        return vacuous("the target showed no rows to compare with")
    if not barred:
        return vacuous("the query selects every row, so nothing could be wrong")
    return holds()


def every_ask(case: Case) -> Judgement:
    """Judge that each answer holds the rows that its own query selects."""
    return all_of(exact(case, index) for index in range(len(case.pages)))


def are_answered(case: Case) -> Judgement:
    """Measure whether spellings that the contract leaves open are answered at all.

    An answer of 500 and above, or none, is for the law on every answer (L16).
    """
    if any(page.status >= 500 or page.status == 0 for page in case.pages):
        return vacuous("an answer of 500 or above, or none, which L16 judges")
    return holds()


def too_many(changes: Sequence[int]) -> bool:
    """Say whether things that may change of themselves change too often, or most at once.

    Args:
        changes: how often each of them changed.
    """
    changed = sum(count > 0 for count in changes)
    return max(changes, default=0) >= _OFTEN or (changed >= _OFTEN and 2 * changed > len(changes))
