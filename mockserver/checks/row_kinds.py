"""Find what rows have in common that are wrongly absent, or wrongly there: kinds, never values."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import Key, member
from mockserver.checks.selection import Test
from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS

__all__ = ["Fit", "kinds_lost", "told_kinds", "told_same"]

# Fewer rows than these may have a kind in common by chance.
_LEAST = 3
_LONG = 100
_POINTERS = tuple(
    dict.fromkeys(
        (
            *(f"/{wire}" for wire, _ in CONVERSATION_FIELDS),
            *(f"/mostRecentMessage/{wire}" for wire, _ in MESSAGE_FIELDS),
        )
    )
)
_SEPARATORS = frozenset(',;"')
_MARKUP = frozenset("<>&")
Fit = tuple[Mapping[Key, Row], frozenset[Key], Test]


def _has(letters: frozenset[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and not letters.isdisjoint(value)


_KINDS: tuple[tuple[str, Callable[[object], bool]], ...] = (
    ("without {}", lambda value: value is None),
    ("with {}", lambda value: value is not None),
    ("with an empty {}", lambda value: value == ""),
    ("whose {} is true", lambda value: value is True),
    ("whose {} is false", lambda value: value is False),
    ("whose {} is incoming", lambda value: value == "Incoming"),
    ("whose {} is outgoing", lambda value: value == "Outgoing"),
    ("with other letters than ASCII in {}", lambda v: isinstance(v, str) and not v.isascii()),
    ("with a line break in {}", _has(frozenset("\r\n"))),
    ("with a comma, semicolon or quote in {}", _has(_SEPARATORS)),
    ("with markup in {}", _has(_MARKUP)),
    ("with a long {}", lambda value: isinstance(value, str) and len(value) > _LONG),
)


def told_kinds(seen: Sequence[Fit]) -> Iterator[str]:
    """Yield what rows have that are lost, or let through, and that no other row has.

    Args:
        seen: of each answer the rows of the whole list, the keys that it held, and what selects.
    """
    lost, kept, strays, barred = _sides(seen)
    yield from kinds_lost(lost, kept)
    yield from _told(strays, barred, "rows {} are let through whatever is asked for")
    yield from _one_of_many(lost, kept)


def kinds_lost(
    lost: Mapping[Key, Row], kept: Mapping[Key, Row], *, least: int = _LEAST
) -> Iterator[str]:
    """Yield what rows that are lost have, all of them, and that none has which was kept.

    Args:
        least: how many have to be lost, as fewer may have a kind in common by chance.
    """
    yield from _told(lost, kept, "rows {} are lost", least=least)


def told_same(seen: Sequence[Fit]) -> Iterator[str]:
    """Yield that it is the same rows in all answers that are lost, or let through."""
    lost, kept, strays, barred = _sides(seen)
    if lost and kept and not (strays or lost.keys() & kept.keys()):
        yield f"the same rows are always lost, {len(lost)} in all"
    if strays and barred and not (lost or strays.keys() & barred.keys()):
        yield f"the same rows are always let through, {len(strays)} in all"


def _sides(seen: Sequence[Fit]) -> tuple[dict[Key, Row], ...]:
    """Return the rows that were lost, kept, let through and barred, in whatever answer."""
    lost: dict[Key, Row] = {}
    kept: dict[Key, Row] = {}
    strays: dict[Key, Row] = {}
    barred: dict[Key, Row] = {}
    for rows, held, test in seen:
        for key, row in rows.items():
            fit = test(row)
            if fit is None:
                continue
            side = (kept if key in held else lost) if fit else (strays if key in held else barred)
            side[key] = row
    return lost, kept, strays, barred


def _told(
    found: Mapping[Key, Row], others: Mapping[Key, Row], words: str, *, least: int = _LEAST
) -> Iterator[str]:
    if len(found) < least or len(others) < _LEAST or found.keys() & others.keys():
        return
    for pointer in _POINTERS:
        name = f"`{pointer.strip('/').replace('/', '.')}`"
        one = [member(row, pointer) for row in found.values()]
        two = [member(row, pointer) for row in others.values()]
        for kind, is_of in _KINDS:
            if all(map(is_of, one)) and not any(map(is_of, two)):
                yield words.format(kind.format(name))


def _one_of_many(lost: Mapping[Key, Row], kept: Mapping[Key, Row]) -> Iterator[str]:
    """Yield that of rows with a member in common only one stays."""
    if len(lost) < _LEAST or len(kept) < _LEAST or lost.keys() & kept.keys():
        return
    for pointer in _POINTERS:
        there = [member(row, pointer) for row in kept.values()]
        gone = {member(row, pointer) for row in lost.values()}
        is_one_each = len(set(there)) == len(there) and gone <= set(there)
        if is_one_each:
            name = f"`{pointer.strip('/').replace('/', '.')}`"
            yield f"of rows with the same {name} only one is there"
