"""Hold what is known of one finding beside its law and cause: how sure, how much, how to see it.

Nothing here holds a value of the target: members are the contract's names, ids and dates symbols,
and of values only their kinds are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mockserver.checks.asked import Asked, asked_of
from mockserver.checks.cause import FLAKY, Cause
from mockserver.checks.judgement import Judgement
from mockserver.checks.plan import Query

__all__ = ["Certainty", "Evidence", "Side", "evidence_of"]

Certainty = Literal["reproducible", "needs-history", "flaky"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Hold what one of two compared targets shows, and the command that shows it.

    Attributes:
        name: as the user named the side.
        replay: empty for a side that is a file.
    """

    name: str
    shows: str
    replay: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Hold what was seen of one finding.

    Attributes:
        certainty: `reproducible` where it shows in a fresh session, `needs-history` where requests
            before it are needed (they stand in the plan), `flaky` where it shows now and then.
        is_of_run: whether those are all of the run's, so that the whole run shows it again.
        seen: how often it was seen, of how often it was asked; both at least 1.
        counts: how many rows, such as `7 of 31 rows that the query selects are missing, all of
            $customer[2]`; empty where rows are not the matter.
        member: the member that differs, as `mostRecentMessage.text`; empty for none.
        kinds: what kinds its two values are (expected, received), such as `text` and `null`.
        requests: the request, those that have to come before it first.
        explained: what explains the rows of all answers, such as "`endpointIds` is not applied"; it
            stands in place of the symptom. Empty where nothing does.
        story: the whole sentence, where findings of several causes have one reason.
        hints: what else it may be, the likeliest first.
        sides: both sides, where two targets were compared.
    """

    certainty: Certainty = "reproducible"
    is_of_run: bool = False
    seen: tuple[int, int] = (1, 1)
    counts: str = ""
    member: str = ""
    kinds: tuple[str, str] | None = None
    requests: tuple[Asked, ...] = ()
    explained: str = ""
    story: str = ""
    hints: tuple[str, ...] = ()
    sides: tuple[Side, Side] | None = None


def evidence_of(
    judgement: Judgement,
    cause: Cause,
    *,
    asks: Sequence[Query],
    before: tuple[Query, ...],
    seen: tuple[int, int],
    is_of_run: bool = False,
) -> Evidence:
    """Return the evidence of a failure.

    Args:
        asks: what shows it, in order.
        before: what has to be asked before it.
        seen: how often it was seen, of how many answers.
        is_of_run: whether it needs what the whole run asked before.
    """
    certainty: Certainty = "reproducible"
    if before or is_of_run:
        certainty = "needs-history"
    elif cause == FLAKY:
        certainty = "flaky"
    return Evidence(
        certainty=certainty,
        is_of_run=is_of_run,
        seen=seen,
        counts=judgement.counts,
        member=judgement.member,
        kinds=judgement.kinds,
        requests=tuple(map(asked_of, (*before, *asks))),
    )
