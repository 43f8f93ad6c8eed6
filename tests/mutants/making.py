"""Make mutants of modules with cosmic-ray's operators, in an order that a seed draws.

A place in the code gives one mutant, whichever of its operators the seed takes: a comparison has
seven of them and would else count seven times.
"""

import ast
import difflib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import parso
from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

from tests.mutants.places import ROOT, area_of

__all__ = ["Mutant", "draw_mutants", "find_mutants"]

# They want the names of variables, which nobody gives.
_NOT_USED = frozenset({"VariableInserter", "VariableReplacer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """Hold one mutant: which occurrence of an operator is changed in which module.

    Attributes:
        path: the module's, in the package.
        line: where it is changed, and `column`.
    """

    path: str
    operator: str
    occurrence: int
    line: int
    column: int

    @property
    def area(self) -> str:
        """Return what the module is for."""
        return area_of(self.path)

    @property
    def name(self) -> str:
        """Return what tells the mutant from all others."""
        return f"{self.path}:{self.line}:{self.column} {self.operator} {self.occurrence}"

    def source(self) -> str:
        """Return the module's text with the change."""
        operator = OperatorProvider()[self.operator]()
        text = mutate_code(_read(self.path), operator, self.occurrence)
        assert text is not None, self.name
        return str(text)

    def is_python(self) -> bool:
        """Say whether Python can read the change at all; a lone `*` has no other operator."""
        try:
            compile(self.source(), self.path, "exec")
        except SyntaxError:
            return False
        return True

    def diff(self) -> str:
        """Return the change as a diff without context."""
        before, after = _read(self.path).splitlines(), self.source().splitlines()
        lines = list(difflib.unified_diff(before, after, lineterm="", n=0))
        return "\n".join(lines[2:])


def find_mutants(path: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of the operators."""
    text = _read(path)
    spans = list(_idle_spans(text))
    tree = list(_nodes(get_ast(text)))
    for name in OperatorProvider():
        if name in _NOT_USED:
            continue
        operator = OperatorProvider()[name]()
        found = (place for node in tree for place in operator.mutation_positions(node))
        for occurrence, (start, _) in enumerate(found):
            if not any(first <= start < last for first, last in spans):
                yield Mutant(
                    path=path,
                    operator=name,
                    occurrence=occurrence,
                    line=start[0],
                    column=start[1],
                )


def draw_mutants(paths: Iterable[str], *, seed: int) -> list[Mutant]:
    """Return one mutant a place, places and operators drawn by the seed."""
    places: dict[tuple[str, int, int], list[Mutant]] = {}
    for path in sorted(paths):
        for mutant in find_mutants(path):
            places.setdefault((path, mutant.line, mutant.column), []).append(mutant)
    draw = random.Random(seed)
    drawn = [draw.choice(places[place]) for place in sorted(places)]
    draw.shuffle(drawn)
    return drawn


def _read(path: str) -> str:
    return (ROOT / "mockserver" / path).read_text(encoding="utf-8")


def _nodes(node: parso.tree.NodeOrLeaf) -> Iterator[parso.tree.NodeOrLeaf]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


_Span = tuple[tuple[int, int], tuple[int, int]]


def _idle_spans(text: str) -> Iterator[_Span]:
    """Yield what does nothing once the module is imported: annotations, and arguments of slots."""
    for node in ast.walk(ast.parse(text)):
        found: list[ast.expr | None] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found = [node.returns]
            case ast.arg() | ast.AnnAssign():
                found = [node.annotation]
            case ast.ClassDef():
                found = list(node.decorator_list)
            case ast.Assign(targets=[ast.Name(id=name)]) if name[:1].isupper():
                # A name for a type, such as `Key = tuple[int, ...] | None`.
                found = [node.value] if isinstance(node.value, ast.BinOp) else []
        for item in found:
            if item is not None and item.end_lineno and item.end_col_offset:
                yield (item.lineno, item.col_offset), (item.end_lineno, item.end_col_offset)
