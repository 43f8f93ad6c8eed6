"""Hold what a law or the oracle says of an answer: it holds, is violated, or showed nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from mockserver.checks.plan import Query

__all__ = ["Judgement", "all_of", "holds", "measured", "vacuous", "violated"]

Verdict = Literal["holds", "violated", "vacuous"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Hold what a law says of one case; no text of it holds the target's data.

    Attributes:
        symptom: the class of the violation; part of the fingerprint.
        measured: point → the choices that fit what was seen, the likeliest first.
        counts: how many rows are wrong, of how many, in symbols; empty where none are counted.
        member: the member that differs, as `mostRecentMessage.text`; empty for none.
        kinds: the kinds of its two values, expected and received.
        asked: a query that shows it, of a law that judges many at once.
    """

    verdict: Verdict
    symptom: str = ""
    received: str = ""
    documented: str = ""
    measured: tuple[tuple[str, tuple[str, ...]], ...] = ()
    counts: str = ""
    member: str = ""
    kinds: tuple[str, str] | None = None
    asked: Query | None = None


_HOLDS = Judgement(verdict="holds")


def holds(*points: tuple[str, tuple[str, ...]]) -> Judgement:
    """Return that the law holds on data that could have broken it."""
    return Judgement(verdict="holds", measured=points) if points else _HOLDS


# The same few reasons, of nearly every answer.
@lru_cache(maxsize=512)
def vacuous(reason: str) -> Judgement:
    """Return that nothing was shown, and why."""
    return Judgement(verdict="vacuous", received=reason)


def violated(
    symptom: str, received: str, documented: str, *, asked: Query | None = None
) -> Judgement:
    """Return that the law is broken; `asked` is the query that shows it, of several."""
    return Judgement(
        verdict="violated",
        symptom=symptom,
        received=received,
        documented=documented,
        asked=asked,
    )


def measured(point: str, *choices: str) -> Judgement:
    """Return what was seen of one point."""
    return holds((point, choices))


def all_of(judgements: Iterable[Judgement]) -> Judgement:
    """Return the first violation, else that it holds if anything held, else the first reason."""
    seen = list(judgements)
    for judgement in seen:
        if judgement.verdict == "violated":
            return judgement
    held = [judgement for judgement in seen if judgement.verdict == "holds"]
    if held:
        return replace(held[0], measured=tuple(p for j in held for p in j.measured))
    return seen[0] if seen else vacuous("nothing was asked")
