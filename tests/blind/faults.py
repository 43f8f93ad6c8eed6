"""The faults of the blind host, by number: odd ones are the half `first`, even ones `last`.

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
)
from tests.blind.switch import FAULTS

__all__ = ["FAULTS", "MODULES", "half"]

MODULES = (
    faults_filters,
    faults_wire,
    faults_members,
    faults_sessions,
    faults_mixtures,
    faults_histories,
    faults_leaks,
)


def half(name: str) -> list[int]:
    """The numbers of one half, in order."""
    rest = 1 if name == "first" else 0
    return sorted(number for number in FAULTS if number % 2 == rest)
