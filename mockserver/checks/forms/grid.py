"""Lay the coverage of the contract out as a table: parameter and spelling down, formats across."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mockserver.checks.asking.coverage import Cell, Coverage
from mockserver.checks.conditions import format_name
from mockserver.checks.forms.outline import groups_of, is_counted
from mockserver.checks.report import Report

__all__ = ["STATES", "Grid", "GridRow", "State", "field_note", "grid_of"]

State = Literal["held", "violated", "unreached"]
STATES: Mapping[State, str] = {
    "held": "held",
    "violated": "violated",
    "unreached": "not reached",
}
_ACROSS = "format"
_DOWN = ("parameter", "spelling")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """Hold one row: what it is about, and a state a column; None where there is no such cell."""

    name: str
    detail: str
    states: tuple[State | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Hold the table, and how many cells have which state."""

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    counts: Mapping[State, int]

    @property
    def total(self) -> int:
        """Return how many cells there are."""
        return sum(self.counts.values())


def grid_of(coverage: Coverage) -> Grid:
    """Return the table of a run's coverage; further axes of a cell fall together.

    Where they do, one violated cell makes the field violated, and else one held cell makes it held.
    """
    fields: dict[tuple[tuple[str, str], str], State] = {}
    for cell in coverage.cells:
        key = _row_of(cell), cell.values.get(_ACROSS, "")
        fields[key] = _worse(fields.get(key), cell.state)
    columns = tuple(dict.fromkeys(column for _, column in fields))
    rows = dict.fromkeys(row for row, _ in fields)
    counts: dict[State, int] = dict.fromkeys(STATES, 0)
    for state in fields.values():
        counts[state] += 1
    return Grid(
        columns=tuple(format_name(column) for column in columns),
        rows=tuple(
            GridRow(
                name=name,
                detail=detail,
                states=tuple(fields.get(((name, detail), column)) for column in columns),
            )
            for name, detail in sorted(rows, key=lambda row: row[0])
        ),
        counts=counts,
    )


def field_note(report: Report, grid: Grid) -> str:
    """Return why no field of the table is violated where something is wrong; else nothing."""
    count = sum(is_counted(report, group.head) for group in groups_of(report))
    if not count or grid.counts["violated"]:
        return ""
    what = "the cause found is" if count == 1 else f"the {count} causes found are"
    return f"No field is violated: {what} about no parameter in one format and spelling."


def _row_of(cell: Cell) -> tuple[str, str]:
    name, detail = (cell.values.get(axis, "") for axis in _DOWN)
    if name:
        return name, detail
    rest = [f"{axis} {value}" for axis, value in cell.values.items() if axis != _ACROSS]
    return ", ".join(rest), ""


def _worse(known: State | None, new: State) -> State:
    if "violated" in (known, new):
        return "violated"
    return "held" if "held" in (known, new) else "unreached"
