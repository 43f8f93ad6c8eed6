"""What a fault of the blind host is: a number, a sentence, a request that shows it, wrappers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["FAULTS", "Fault", "Inner", "also", "fault", "given"]

Inner = Callable[..., Any]
Wrapper = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One breach; a wrapper gets the host, the method that it wraps, and the arguments."""

    number: int
    category: str
    sentence: str
    witness: str
    habit: str | None
    wrappers: tuple[tuple[str, Wrapper], ...]


FAULTS: dict[int, Fault] = {}


def fault(
    number: int, category: str, sentence: str, witness: str, *, at: str, habit: str | None = None
) -> Callable[[Wrapper], Wrapper]:
    """Enter a fault into the table; `at` names the method of the host."""

    def enter(wrapper: Wrapper) -> Wrapper:
        if number in FAULTS:
            raise ValueError(f"two faults have the number {number}")
        FAULTS[number] = Fault(
            number=number,
            category=category,
            sentence=sentence,
            witness=witness,
            habit=habit,
            wrappers=((at, wrapper),),
        )
        return wrapper

    return enter


def also(number: int, *, at: str) -> Callable[[Wrapper], Wrapper]:
    """Let a fault wrap a further method."""

    def enter(wrapper: Wrapper) -> Wrapper:
        known = FAULTS[number]
        FAULTS[number] = Fault(
            number=number,
            category=known.category,
            sentence=known.sentence,
            witness=known.witness,
            habit=known.habit,
            wrappers=(*known.wrappers, (at, wrapper)),
        )
        return wrapper

    return enter


def given(lists: dict[str, list[str | None]], *names: str) -> bool:
    """Whether all of these filters are there."""
    return all(name in lists for name in names)
