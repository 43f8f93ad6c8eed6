"""Replay one plan: learn what its law judges by, ask what has to stand before it, then try it.

What names of types and spellings the target knows was seen in the run that found it, which a plan
does not hold: those of the plan are taken for known. The sessions that it asks in are begun.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace

from mockserver.checks.facts import Page
from mockserver.checks.judgement import Judgement
from mockserver.checks.laws.law import Law, asks_of
from mockserver.checks.laws.table import find_laws
from mockserver.checks.plan import Plan, Query, query
from mockserver.checks.readers import READERS, sessions_lacking, sign_in
from mockserver.checks.sandwich import Runner
from mockserver.checks.sending.guards import WHO
from mockserver.checks.sign_in_expectation import SEEN_IN_ALL
from mockserver.errors import UsageError

__all__ = ["Replay"]

_, _STATUS = WHO
_TOLD = {"mail": "basic", "other-mail": "other"}
# A route that hosts of the framework have, which are judged by more.
_OWN_ROUTE = query(("@path", "/json/reply/ListConversations"), ("endpointIds", "$endpoint[0]"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Hold what a replay needs of its run.

    Attributes:
        law: the law of the plan.
        ask: asks for a query, where the target may be asked for it.
        attempt: tries a law on a query.
    """

    runner: Runner
    law: Law
    ask: Callable[[Query], Page | None]
    attempt: Callable[[Law, Query], Judgement | None]
    is_live: bool

    def start(self, plan: Plan) -> None:
        """Ask for all that the plan holds, in its order, and judge the last answer.

        Raises:
            UsageError: neither the law nor the oracle can judge it.
        """
        self._learn(plan)
        for _ in range(0 if self.is_live else sessions_lacking((*plan.before, plan.query))):
            self.runner.ask(sign_in(), purpose=self.law.id)
        for before in plan.before:
            self.runner.ask(before, purpose=self.law.id)
        judges = _judges_of(self.law, plan.query, self.runner)
        if not judges:
            asks_of(self.law, plan.query)
        for law in judges:
            judgement = self.attempt(law, plan.query)
            if judgement is not None and judgement.verdict == "violated":
                return

    def _learn(self, plan: Plan) -> None:
        own = self.law.asks(plan.query) if _can_ask(self.law, plan.query) else ()
        asked = (*plan.before, plan.query, *own)
        identities = {each.directive("auth", "user") for each in asked}
        # By what address somebody signs in, the target tells him.
        for identity in sorted(_TOLD.keys() & identities):
            self.ask(query(("@path", _STATUS), ("@auth", _TOLD[identity])))
        if self.runner.facts.has_other and any(map(_is_others, identities)):
            # Not between what comes before and the request itself.
            self.runner.read_base("other")
        self.ask(_OWN_ROUTE)
        self.runner.shown |= SEEN_IN_ALL
        for number, measured in self._measuring(plan.query, identities):
            self.attempt(find_laws(number)[0], measured)
        for each in asked:
            # No session has begun, and whoever asks has to know the same.
            expected = self.runner.expect(each.without("@auth"))
            self.runner.shown |= frozenset() if expected is None else expected.features

    def _measuring(self, asked: Query, identities: Set[str]) -> Iterator[tuple[str, Query]]:
        """Yield what measures the points by which the plan's answer is judged."""
        numbers = []
        if self.runner.expect(asked.without("@auth")) is None:
            numbers += ["L42", "L77"]
        if self.law.number == "L11" or any(term.style == "repeat" for term in asked.terms):
            numbers.append("L11")
        for number in numbers:
            plans = find_laws(number)[0].plans(self.runner.facts)
            yield from ((number, each) for each in plans[:1])
        if asked.get("callback") is not None:
            yield "L18", query(("callback", "cb"))
        if identities - READERS.keys():
            # How whoever is nobody here is refused.
            yield "L08", query(("@auth", "none"))


def _judges_of(law: Law, asked: Query, runner: Runner) -> Sequence[Law]:
    """Return what judges the answer to a query of a plan: the law, and the oracle in its name."""
    own = (law,) if _can_ask(law, asked) else ()
    if law.reads == "oracle" or runner.expect(asked) is None:
        return own
    oracle = replace(find_laws("L87")[0], id=law.id, statement=law.statement, tier=law.tier)
    return (*own, oracle) if own and asked in law.asks(asked) else (oracle, *own)


def _is_others(identity: str) -> bool:
    return identity.startswith("other")


def _can_ask(law: Law, asked: Query) -> bool:
    with suppress(UsageError):
        asks_of(law, asked)
        return True
    return False
