"""Demand inside a test that an answer is right: a violation raises, one class a law and symptom.

For `@given` of Hypothesis, which shrinks and remembers by the class of what is raised. A run of
`check` records instead (run.py).
"""

from functools import cache

from mockserver.checks.cause import cause_of
from mockserver.checks.laws.names import name_of_law
from mockserver.checks.laws.table import find_laws
from mockserver.checks.plan import Plan, Query
from mockserver.checks.sandwich import Runner
from mockserver.errors import CheckFailure

__all__ = ["demand", "violation_of"]


def demand(runner: Runner, asked: Query) -> None:
    """Ask a query and judge the answer by the oracle.

    Raises:
        CheckFailure: the answer is wrong; of a class of its own for each law and symptom.
        GuardError: the client refused or stopped.
    """
    oracle = find_laws("L87")[0]
    judgement = runner.try_plan(oracle, asked)
    if judgement.verdict != "violated":
        return
    named = find_laws(name_of_law(cause_of(asked), judgement.symptom))[0]
    text = f"{judgement.received}; documented: {judgement.documented}; {Plan(named.id, asked)}"
    # Not by the name: what has to stay of a query shows only when it has been made small.
    raise violation_of(oracle.id, judgement.symptom)(text)


@cache
def violation_of(law: str, symptom: str) -> type[CheckFailure]:
    """Return the class of a violation, the same one for the same law and symptom."""
    words = f"{law} {symptom}".replace("-", " ").replace("/", " ").split()
    return type("".join(word[:1].upper() + word[1:] for word in words), (CheckFailure,), {})
