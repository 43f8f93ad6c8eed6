"""Find which statements the recorded requests reach: a mutant of any other cannot count."""

import ast
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

from tests.mutants.making import Mutant
from tests.mutants.places import ROOT
from tests.mutants.playing import Player
from tests.mutants.reference import Reference, options_for
from tests.mutants.serving import serve

__all__ = ["Reach", "find_reach"]

_PACKAGE = ROOT / "mockserver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Hold the lines that were run, by the path of a module in the package."""

    lines: Mapping[str, frozenset[int]]

    def holds(self, mutant: Mutant) -> bool:
        """Say whether the statement that a mutant changes was run, at the start included."""
        run = self.lines.get(mutant.path, frozenset())
        return not run.isdisjoint(_statement(mutant))


def find_reach(reference: Reference) -> Reach:
    """Ask a server that notes its lines everything once."""
    found: dict[str, set[int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for is_moving in (False, True):
            file = Path(folder) / f"lines-{is_moving}"
            with serve(None, options=options_for(is_moving=is_moving), lines_in=file) as served:
                with Player(port=served.port) as player:
                    for sequence in reference.moving if is_moving else reference.sequences:
                        player.play(sequence)
            for path, lines in _lines(file):
                found.setdefault(path, set()).update(lines)
    return Reach(lines={path: frozenset(lines) for path, lines in found.items()})


def _lines(file: Path) -> Iterator[tuple[str, list[int]]]:
    data = CoverageData(str(file))
    data.read()
    for name in data.measured_files():
        yield Path(name).relative_to(_PACKAGE).as_posix(), data.lines(name) or []


def _statement(mutant: Mutant) -> range:
    """Return the lines of the innermost statement around a change, without those in its body."""
    tree = ast.parse((_PACKAGE / mutant.path).read_text(encoding="utf-8"))
    spans = [
        (first, last)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case)
        for first, last in [_own_lines(node)]
        if first <= mutant.line <= last
    ]
    first, last = max(spans)
    return range(first, last + 1)


def _own_lines(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> tuple[int, int]:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, max(node.pattern.lineno, node.body[0].lineno - 1)
    body = getattr(node, "body", None)
    decorators = [item.lineno for item in getattr(node, "decorator_list", [])]
    last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno
    return min([node.lineno, *decorators]), last
