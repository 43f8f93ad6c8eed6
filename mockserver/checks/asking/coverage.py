"""Hold what a run reached of the contract: pairs of values that acted, and a cell a combination."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Cell", "Coverage", "State"]

State = Literal["held", "violated", "unreached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Hold what became of one combination of values, such as a parameter in a format.

    Attributes:
        values: axis → value, as `{"parameter": "endpointIds", "format": "xml", "spelling":
            "comma"}`; an axis that stands for itself alone is left out.
    """

    values: Mapping[str, str]
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Hold the coverage of the contract by one run.

    A pair of values of two axes counts where both act: an answer that refuses nothing, with a row
    that has to be there and one that must not.

    Attributes:
        covered: how many pairs acted.
        of: how many there are on this target.
        missed: the pairs that did not, in words, such as `format=xml with customerIds=several`.
        drawn: how many requests were drawn by Hypothesis and Schemathesis.
    """

    covered: int = 0
    of: int = 0
    missed: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = field(default=())
    drawn: int = 0
