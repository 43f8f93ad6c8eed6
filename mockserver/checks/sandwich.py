"""Try one law on one plan so that data which moves of itself cannot raise an alarm.

A relational law is first judged against the latest read of the whole list. What fails is judged
again on the rows that a second and a third read left unchanged, up to three rounds; only what
fails in all of them is a violation. If nothing moved at all, one round is enough.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations

from mockserver.checks.expectation import ANOTHERS_TAG, Expectation, expect
from mockserver.checks.facts import Facts, Page, read_page, resolve
from mockserver.checks.laws.law import EARLIER_DATE, Case, Judgement, Law, vacuous
from mockserver.checks.messages import Request, Response, Send
from mockserver.checks.oracle import View
from mockserver.checks.plan import Query, query, text_value
from mockserver.checks.readers import Sessions
from mockserver.checks.selection import selector
from mockserver.checks.snapshot import Snapshot, accounts_of, has_collapsed, steady
from mockserver.errors import BrokenAnswerError, TooFewError

__all__ = ["EMPTY_LIST", "Runner"]

# What a target was seen to do: answer with a list of no rows.
EMPTY_LIST = "empty list"
_ROUNDS = 3
# How many requests that tell moved data from a fault the purse for confirming pays for.
_CONFIRMING = 30
_TAGS = 250
# Who reads the user's own list.
_OWN = ("user", "basic")
_IF_NONE_MATCH = "header-if-none-match"


@dataclass(slots=True, kw_only=True)
class Runner:
    """Ask and judge; holds the latest read of the whole list.

    Attributes:
        observe: told of every answer.
        bases: reader → the latest read of his whole list, of others than the run's own user.
        shown: features of asking that the target was seen to know.
        sessions: whom the cookies of the last two sign-ins stand for.
        broken: how many answers broke off that came whole when they were asked for again.
        learned: point → the choices that fit what was seen so far.
        collapses: how many reads of a whole list lacked most rows, which the next read had.
        moves: how many reads of a whole list differed from the read before.
        reads: how many there were.
        is_extra: whether what is asked now confirms or reduces, which has a purse of its own.
        confirmed: how many requests told moved data from a fault.
        tags: the ETags of the last lists, the latest last.
        answered: the latest answers that laws asked for.
    """

    send: Send
    facts: Facts
    base: Snapshot = field(default_factory=Snapshot)
    bases: dict[str, Snapshot] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    sessions: Sessions = Sessions()
    profile: Mapping[str, str] = field(default_factory=dict)
    observe: Callable[[Page], None] = lambda page: None
    send_together: Callable[[Sequence[Request]], list[Response]] | None = None
    asked: int = 0
    broken: int = 0
    learned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    collapses: int = 0
    moves: int = 0
    reads: int = 0
    is_extra: bool = False
    confirmed: int = 0
    tags: list[tuple[str, Page]] = field(default_factory=list, repr=False)
    answered: dict[Query, Page] = field(default_factory=dict, repr=False)

    @property
    def is_still(self) -> bool:
        """Say whether the list was read again and never differed."""
        return self.reads > 1 and not self.moves

    def learn(self, judgement: Judgement) -> None:
        """Narrow what points may be; where lists end and how dates cut are facts of the run."""
        for point, choices in judgement.measured:
            known = self.learned.get(point, choices)
            fits = self.learned[point] = tuple(choice for choice in known if choice in choices)
            only = fits[0] if len(fits) == 1 else "none"
            if point == "row-cap" and only != "none":
                self.facts = replace(self.facts, row_cap=int(only))
            elif point == "after-date-boundary":
                self.facts = replace(self.facts, boundary=None if only == "none" else only)
            elif point == "naive-date-zone":
                self.facts = replace(self.facts, zone=None if only == "none" else only)
        if judgement.symptom == EARLIER_DATE:
            self.facts = replace(self.facts, cuts_earlier=True)

    def ask(self, asked: Query, *, purpose: str = "") -> Page:
        """Return the answer to one symbolic query.

        Raises:
            TooFewError: the target showed too little for a symbol.
            GuardError: the client refused or stopped.
        """
        request = self._resolve(asked, purpose)
        page = read_page(asked, self._send(request))
        tag = page.response.header("etag")
        if tag is not None and page.rows is not None:
            self.tags = [*self.tags[-_TAGS:], (tag, page)]
        self.observe(page)
        return page

    def ask_at_once(self, asks: Sequence[Query], *, purpose: str) -> tuple[Page, ...]:
        """Return the answers to queries that are sent at the same time, where the client can.

        Raises:
            TooFewError: the target showed too little for a symbol.
            GuardError: the client refused or stopped.
        """
        if self.send_together is None:
            return tuple(self.ask(asked, purpose=purpose) for asked in asks)
        requests = [self._resolve(asked, purpose) for asked in asks]
        answers = self._send_all(requests, self.send_together)
        pages = tuple(read_page(a, answer) for a, answer in zip(asks, answers, strict=True))
        for page in pages:
            self.observe(page)
        return pages

    def read_base(self, reader: str = "user") -> Snapshot:
        """Read a reader's whole list again and keep it; what is no list keeps the old one."""
        whole = query() if reader == "user" else query(("@auth", reader))
        found = Snapshot.of(self.ask(whole, purpose="base"))
        if has_collapsed(self.base_of(reader), found):
            again = Snapshot.of(self.ask(whole, purpose="base"))
            if not has_collapsed(self.base_of(reader), again):
                # A list that loses most of its rows for one read did not lose them.
                self.collapses += 1
                found = again
        if found.length is not None:
            self.keep_base(reader, found)
        return self.base_of(reader)

    def read_once_more(self, reader: str) -> Snapshot:
        """Read a reader's whole list to tell rows that moved from a fault."""
        with self.confirming():
            return self.read_base(reader)

    @contextlib.contextmanager
    def confirming(self, *, is_wanted: bool = True) -> Iterator[None]:
        """Take what is asked meanwhile out of the purse for confirming, which pays for some.

        So a run on data that moves asks as much as one on data that stands still.
        """
        before, was_extra = self.asked, self.is_extra
        self.is_extra = was_extra or (is_wanted and self.confirmed < _CONFIRMING)
        try:
            yield
        finally:
            if self.is_extra and not was_extra:
                self.confirmed += self.asked - before
            self.is_extra = was_extra

    def base_of(self, reader: str) -> Snapshot:
        """Return the latest read of a reader's whole list; without rows where there was none."""
        return self.base if reader == "user" else self.bases.get(reader, Snapshot())

    def keep_base(self, reader: str, found: Snapshot) -> None:
        """Keep a read of a reader's whole list."""
        before = self.base_of(reader)
        self.reads += 1
        self.moves += before.length is not None and found != before
        if reader == "user":
            self.base = found
            return
        self.bases[reader] = found
        seen = accounts_of(found, self.base, self.facts)
        known = self.facts.other_accounts or frozenset()
        self.facts = replace(self.facts, other_accounts=known | seen)

    def expect(self, asked: Query) -> Expectation | None:
        """Return what a query must give; None where that is open, or too little was shown."""
        try:
            return expect(asked, self.facts, self.learned, self.sessions)
        except TooFewError:
            return None

    def view(self, reads: Sequence[Snapshot]) -> View:
        """Return what the oracle may compare with: rows that stayed the same over these reads."""
        return View(
            facts=self.facts,
            core=steady(reads),
            listed=frozenset().union(*(read.listed for read in reads)),
            shown=frozenset(self.shown),
            others=self._ids_of_others(reads),
            is_still=not self.moves,
        )

    def spare(self, law: Law, plan: Query) -> Judgement | None:
        """Return what answers that laws share say of a plan; None where the law has to ask."""
        asks = law.shared(plan, self.facts)
        for asked in asks:
            if asked not in self.answered:
                self.answered[asked] = self.ask(asked, purpose=law.id)
        pages = tuple(self.answered[asked] for asked in asks)
        if not pages:
            return None
        reads = [self.base]
        found = law.spares(self._case(plan, pages, reads))
        if found is None and self.moves:
            # Rows that moved since the list was read may be all that is in the way.
            reads.append(self.read_once_more("user"))
            found = law.spares(self._case(plan, pages, reads))
        return found

    def _ids_of_others(self, reads: Sequence[Snapshot]) -> frozenset[str]:
        if not self.bases:
            return frozenset()
        every = (self.base, *self.bases.values())
        return _left(tuple(read.ids for read in every), tuple(read.ids for read in reads))

    def try_plan(
        self,
        law: Law,
        plan: Query,
        *,
        rounds: int = _ROUNDS,
        rereads: int = 2,
        is_known: Callable[[Judgement], bool] = lambda judgement: False,
    ) -> Judgement:
        """Return the judgement on one plan, sandwiched if the law is about several answers.

        Args:
            is_known: says of a violation that it is one more of a finding, and needs no re-read.
        """
        if law.kind == "single":
            return law.judge(self._case(plan, self._ask_all(law, plan), [self.base]))
        judgement = vacuous("not tried")
        expected = self.expect(plan) if law.reads == "oracle" else None
        reader = "user" if expected is None else expected.reader
        if reader != "user" and self.base_of(reader).length is None:
            self.read_base(reader)
        if law.reads_other and self.facts.other_accounts is None:
            self.read_base("other")
        for number in range(rounds):
            reads = [self.base_of(reader)]
            with self.confirming(is_wanted=number > 0):
                pages = self._ask_all(law, plan)
            judgement = law.judge(self._case(plan, pages, reads))
            if judgement.verdict == "violated" and law.reads_other:
                self.read_once_more("other")
                judgement = law.judge(self._case(plan, pages, reads))
            if judgement.verdict != "violated" or reads[0].length is None:
                return judgement
            if is_known(judgement):
                return judgement
            for _ in range(rereads):
                reads.append(self.read_once_more(reader))
                judgement = law.judge(self._case(plan, pages, reads))
                if judgement.verdict != "violated":
                    break
                if all(read == reads[0] for read in reads):
                    return judgement
            if judgement.verdict == "holds":
                return judgement
        return judgement

    def page_case(self, asked: Query, purpose: str) -> Case:
        """Return what a law on single answers judges of a query that is asked now."""
        return self.case_of(self.ask(asked, purpose=purpose))

    def case_of(self, page: Page, *, reader: str = "user") -> Case:
        """Return what a law judges of one answer, by the list of a reader."""
        return self._case(page.query, (page,), [self.base_of(reader)])

    def _ask_all(self, law: Law, plan: Query) -> tuple[Page, ...]:
        asks = law.asks(plan)
        if law.is_together:
            return self.ask_at_once(asks, purpose=law.id)
        pages = tuple(self.ask(asked, purpose=law.id) for asked in asks)
        self.answered.update(zip(asks, pages, strict=True))
        return pages

    def _case(self, plan: Query, pages: tuple[Page, ...], reads: Sequence[Snapshot]) -> Case:
        return Case(
            facts=self.facts,
            plan=plan,
            pages=pages,
            core=steady(reads),
            listed=frozenset().union(*(read.listed for read in reads)),
            lengths=tuple(read.length for read in reads if read.length is not None),
            profile=self.profile,
            learned=self.learned,
            shown=frozenset(self.shown),
            others=self._ids_of_others(reads),
            sessions=self.sessions,
            is_still=not self.moves,
        )

    def _resolve(self, asked: Query, purpose: str) -> Request:
        if asked.directive(_IF_NONE_MATCH) == ANOTHERS_TAG:
            tag = text_value(self._another_tag(asked)).replace(",", "%2C")
            asked = asked.with_values(f"@{_IF_NONE_MATCH}", tag)
        request = resolve(asked, self.facts, purpose=purpose)
        return replace(request, is_extra=self.is_extra)

    def find_twin(self) -> Query | None:
        """Return a query whose list has as many rows as another one that has a tag."""
        for (_, one), (_, two) in combinations(reversed(self.tags), 2):
            is_alike = one.rows and len(one.rows) == len(two.rows or ()) and one.keys != two.keys
            if not is_alike or one.query.directive("auth", "user") not in _OWN:
                continue
            filters = Query(one.query.filters)
            is_known = all(term.name in self.facts.fields for term in filters.terms)
            if is_known and self.expect(filters) is not None:
                return filters
        return None

    def _another_tag(self, asked: Query) -> str:
        """Return the ETag of the latest list that holds other rows than a query selects.

        Of the same address for another reader, if there is one, or of as many rows: a tag may be
        made of no more than that.
        """
        selects = selector(Query(asked.filters), self.facts)
        rows = self.base_of(asked.directive("auth", "user")).rows
        wanted = {key for key, row in rows.items() if selects(row)}
        listed = rows.keys() | self.base.rows.keys()
        others = [
            (tag, page)
            for tag, page in reversed(self.tags)
            if wanted - page.keys or (page.keys & listed) - wanted
        ]
        if not others:
            raise TooFewError("the target gave no ETag of another list")
        own = asked.without("@auth", f"@{_IF_NONE_MATCH}")

        def likeness(found: tuple[str, Page]) -> tuple[bool, bool]:
            page = found[1]
            return page.query.without("@auth") == own, len(page.rows or ()) == len(wanted)

        return max(others, key=likeness)[0]

    def _send(self, request: Request) -> Response:
        """Return the answer; one that breaks off twice becomes an answer of status 0."""
        return self._send_all([request], lambda requests: [self.send(requests[0])])[0]

    def _send_all(
        self, requests: Sequence[Request], send: Callable[[Sequence[Request]], list[Response]]
    ) -> list[Response]:
        for attempt in range(2):
            self.asked += len(requests)
            with contextlib.suppress(BrokenAnswerError):
                answers = send(requests)
                self.broken += attempt
                return answers
        return [
            Response(status=0, reason="", headers=(), body=b"", elapsed_seconds=0.0, request=asked)
            for asked in requests
        ]


# Reads of the list are few, and answers many.
@lru_cache(maxsize=8)
def _left(every: tuple[frozenset[str], ...], known: tuple[frozenset[str], ...]) -> frozenset[str]:
    """Return the ids of every read that none of the known ones holds."""
    return frozenset().union(*every).difference(*known)
