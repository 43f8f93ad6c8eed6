"""Count results: kills by area, survivors by kind, as plain data for files and people."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.mutants.oracle import Difference
from tests.mutants.places import AREAS
from tests.mutants.trial import Result

__all__ = ["Row", "as_document", "as_row", "counts", "share"]

# A result as JSON holds it, so that a run can go on from a file.
Row = Mapping[str, Any]
_SURVIVED = ("provoked, not recognised", "never provoked")
_FEW = 3


def as_document(rows: Sequence[Row], *, title: str, seeds: str) -> dict[str, Any]:
    """Return all that is known; the figures come first."""
    counting = [row for row in rows if counts(row)]
    outcomes = [row["outcome"] for row in rows]
    killed = outcomes.count("killed")
    return {
        "title": title,
        "seeds": seeds,
        "tried": len(rows),
        "killedAtStart": outcomes.count("killed at start"),
        "doNotCount": outcomes.count("does not count"),
        "counting": len(counting),
        "killed": killed,
        "share": share(killed, len(counting)),
        "areas": [_area(area, counting) for area in AREAS],
        "survivors": {
            kind: [row for row in counting if row["outcome"] == kind] for kind in _SURVIVED
        },
        "results": list(rows),
    }


def counts(row: Row) -> bool:
    """Say whether a mutant is one by which `check` is measured."""
    return row["outcome"] not in ("killed at start", "does not count")


def share(part: int, whole: int) -> float:
    """Return a part in per cent; of nothing it is 100."""
    return round(100 * part / whole, 1) if whole else 100.0


def as_row(result: Result) -> dict[str, Any]:
    """Return a result as JSON holds it."""
    mutant = result.mutant
    return {
        "name": mutant.name,
        "file": f"mockserver/{mutant.path}",
        "line": mutant.line,
        "area": mutant.area,
        "operator": mutant.operator,
        "occurrence": mutant.occurrence,
        "diff": mutant.diff(),
        "outcome": result.outcome,
        "rowsMove": result.is_moving,
        "witnesses": len(result.witnesses),
        "firstWitnesses": _tell(result.witnesses),
        "exitCode": result.code,
        "laws": list(result.laws),
        "provoked": len(result.provoked),
        "firstProvoked": _tell(result.provoked),
        "seconds": round(result.seconds, 1),
    }


def _area(area: str, counting: Sequence[Row]) -> dict[str, Any]:
    found = [row["outcome"] for row in counting if row["area"] == area]
    killed = found.count("killed")
    return {
        "area": area,
        "counting": len(found),
        "killed": killed,
        "share": share(killed, len(found)),
        "notRecognised": found.count("provoked, not recognised"),
        "neverProvoked": found.count("never provoked"),
    }


def _tell(differences: Sequence[Difference]) -> list[str]:
    return [
        f"{found.label}: {found.ask.method} {found.ask.target}: {', '.join(found.parts)}"
        for found in differences[:_FEW]
    ]
