"""The faults of the blind host, by number: odd ones are the half `first`, even ones `last`.

The later ones, beyond `FIRST_COUNT`, were written afterwards and have halves of their own.

They stand in modules by kind; a checker is not to be tuned to any of them.
"""

from tests.blind import (
    faults_filters,
    faults_histories,
    faults_leaks,
    faults_members,
    faults_mixtures,
    faults_sessions,
    faults_wire,
    later_access,
    later_caches,
    later_crossings,
    later_dates,
    later_filters,
    later_formats,
    later_histories,
    later_mixtures,
)
from tests.blind.switch import FAULTS

__all__ = ["FAULTS", "FIRST_COUNT", "MODULES", "half", "later"]

MODULES = (
    faults_filters,
    faults_wire,
    faults_members,
    faults_sessions,
    faults_mixtures,
    faults_histories,
    faults_leaks,
    later_filters,
    later_dates,
    later_formats,
    later_access,
    later_mixtures,
    later_crossings,
    later_caches,
    later_histories,
)
FIRST_COUNT = 116


def half(name: str) -> list[int]:
    """The numbers of one half, in order."""
    rest = 1 if name == "first" else 0
    return sorted(number for number in FAULTS if number % 2 == rest and number <= FIRST_COUNT)


def later(name: str) -> list[int]:
    """The numbers of one half of the later faults, in order."""
    rest = 1 if name == "first" else 0
    return sorted(number for number in FAULTS if number % 2 == rest and number > FIRST_COUNT)
