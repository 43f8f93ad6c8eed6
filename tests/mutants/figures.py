"""Count results: kills by area, survivors by kind, as plain data for files and people."""

from collections.abc import Sequence
from typing import Any

from tests.mutants.oracle import Difference
from tests.mutants.places import AREAS
from tests.mutants.trial import Result

__all__ = ["as_document", "share"]

_SURVIVED = ("provoked, not recognised", "never provoked")
_FEW = 3


def as_document(results: Sequence[Result], *, title: str, seed: int) -> dict[str, Any]:
    """Return all that is known as what JSON can hold; the figures come first."""
    counting = [result for result in results if result.counts]
    killed = [result for result in counting if result.outcome == "killed"]
    return {
        "title": title,
        "seed": seed,
        "tried": len(results),
        "killedAtStart": sum(result.outcome == "killed at start" for result in results),
        "doNotCount": sum(result.outcome == "does not count" for result in results),
        "counting": len(counting),
        "killed": len(killed),
        "share": share(len(killed), len(counting)),
        "areas": [_area(area, counting) for area in AREAS],
        "survivors": {
            kind: [_as_dict(result) for result in counting if result.outcome == kind]
            for kind in _SURVIVED
        },
        "results": [_as_dict(result) for result in results],
    }


def share(part: int, whole: int) -> float:
    """Return a part in per cent; of nothing it is 100."""
    return round(100 * part / whole, 1) if whole else 100.0


def _area(area: str, counting: Sequence[Result]) -> dict[str, Any]:
    found = [result.outcome for result in counting if result.mutant.area == area]
    killed = found.count("killed")
    return {
        "area": area,
        "counting": len(found),
        "killed": killed,
        "share": share(killed, len(found)),
        "notRecognised": found.count("provoked, not recognised"),
        "neverProvoked": found.count("never provoked"),
    }


def _as_dict(result: Result) -> dict[str, Any]:
    mutant = result.mutant
    return {
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


def _tell(differences: Sequence[Difference]) -> list[str]:
    return [
        f"{found.label}: {found.ask.method} {found.ask.target}: {', '.join(found.parts)}"
        for found in differences[:_FEW]
    ]
