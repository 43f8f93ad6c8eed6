"""Ask a server without a mutant, so that what is right is known, and compare others with it."""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.mutants.consistency import Rows, fits_schema, inconsistent, rows_in
from tests.mutants.corpus import World, basic, build_corpus, read_world
from tests.mutants.making import Mutant
from tests.mutants.moving import MOVING_SCENARIO, moving_sequences
from tests.mutants.oracle import Allowed, Difference, allow, choices, different, is_same
from tests.mutants.playing import Player
from tests.mutants.sequences import Answer, Ask
from tests.mutants.sequences import Sequence as Asks
from tests.mutants.serving import serve

__all__ = [
    "Reference",
    "everything",
    "find_differences",
    "is_about_rows",
    "make_reference",
    "options_for",
    "own_rows",
    "play_choices",
]

# So many differences show that a mutant counts; what else it changes needs no asking.
_FEW = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Hold what is asked, and what answers are right.

    Attributes:
        allowed: for each sequence, for each of its requests.
        moving: sequences whose rows move; these are judged by what they list themselves.
    """

    world: World
    sequences: tuple[Asks, ...]
    allowed: tuple[tuple[Allowed, ...], ...]
    moving: tuple[Asks, ...]


def make_reference(*, step: int = 1, points: Collection[str] = ()) -> Reference:
    """Ask every so-manieth sequence, at each choice of each point as well.

    Args:
        points: those whose choices are tried; none means all.
    """
    with serve(None) as served, Player(port=served.port) as player:
        (answer,) = player.play(Asks(label="all", asks=(everything(served.passwords),)))
        world = read_world(answer.body, passwords=served.passwords, visible=served.visible)
    sequences = build_corpus(world)[::step]
    return Reference(
        world=world,
        sequences=tuple(sequences),
        allowed=tuple(_allowed(sequences, points)),
        moving=tuple(moving_sequences(world)[::step]),
    )


def find_differences(mutant: Mutant | None, reference: Reference) -> list[Difference]:
    """Return where a mutant's answers are none of those that are right, as far as a few go.

    Rows are moved only where none is while they stand still. Where a mutant has other rows than
    the reference, it is judged by its own, if they are rows at all.

    Raises:
        NotServed: it does not start, or hangs.
    """
    with serve(mutant) as served, Player(port=served.port) as player:
        found = _differences(player, reference, own_rows(player, reference.world))
        if few := list(itertools.islice(found, _FEW)):
            return few
    options = options_for(is_moving=True)
    with serve(mutant, options=options) as served, Player(port=served.port) as player:
        return list(itertools.islice(_contradictions(player, reference), _FEW))


def options_for(*, is_moving: bool) -> list[str]:
    """Return the options of a server whose rows stand still or move."""
    return [f"--scenario={MOVING_SCENARIO}"] if is_moving else []


def play_choices(
    port: int, play: Callable[[Player], list[Answer]], points: Collection[str] = ()
) -> list[tuple[str, list[Answer]]]:
    """Return what is answered at each choice of each point, with the choice."""
    played = []
    for point, named in choices().items():
        if points and point not in points:
            continue
        for number, choice in enumerate(named):
            space = f"{point}-{number}"
            with Player(port=port, space=space, profile={point: choice}) as player:
                player.make_space()
                played.append((choice, play(player)))
    return played


def own_rows(player: Player, world: World) -> Rows | None:
    """Return the rows of a server that has others than the reference; None where it has the same.

    Rows that break the schema are none of anybody's: such a list is compared with the reference's.
    """
    (answer,) = player.play(Asks(label="all", asks=(everything(world.passwords),)))
    rows = rows_in(answer)
    is_same = rows == {str(row["id"]): row for row in world.rows}
    return None if rows is None or is_same or not fits_schema(rows) else rows


def everything(passwords: Mapping[str, str]) -> Ask:
    """Return the question for all rows, in JSON."""
    headers = (("Accept", "application/json"), basic("ada", passwords))
    return Ask(target="/conversations", headers=headers)


def is_about_rows(parts: Collection[str]) -> bool:
    """Say whether an answer differs in nothing but which rows there are and what they say."""
    return set(parts) <= {"rows", "members"}


def _differences(player: Player, reference: Reference, own: Rows | None) -> Iterator[Difference]:
    visible = reference.world.visible
    for sequence, allowed in zip(reference.sequences, reference.allowed, strict=True):
        for ask, answer, right in zip(sequence.asks, player.play(sequence), allowed, strict=True):
            parts = different(ask, answer, right)
            if own is not None and is_about_rows(parts):
                parts = inconsistent(ask, answer, own, visible) if parts else ()
            if parts:
                yield Difference(label=sequence.label, ask=ask, parts=parts)


def _contradictions(player: Player, reference: Reference) -> Iterator[Difference]:
    """Yield answers that contradict the list of all rows, which is asked for after each move."""
    for sequence in reference.moving:
        rows: Rows | None = None
        # Fewer answers than questions: the mutant cannot be moved, which is no fault here.
        for ask, answer in zip(sequence.asks, player.play(sequence), strict=False):
            if ask.is_admin:
                rows = None
                continue
            if rows is None:
                rows = rows_in(answer)
                parts: tuple[str, ...] = ("kind",) if rows is None else ()
            else:
                parts = inconsistent(ask, answer, rows, reference.world.visible)
            if parts:
                yield Difference(label=sequence.label, ask=ask, parts=parts)


def _allowed(sequences: Sequence[Asks], points: Collection[str]) -> Iterator[tuple[Allowed, ...]]:
    asks = [ask for sequence in sequences for ask in sequence.asks]

    def play(player: Player) -> list[Answer]:
        return [answer for sequence in sequences for answer in player.play(sequence)]

    with serve(None) as served:
        with Player(port=served.port) as player:
            usual = play(player)

        def play_again(player: Player) -> list[Answer]:
            # Most answers are the same; one object then stands for all.
            pairs = zip(usual, play(player), strict=True)
            return [first if is_same(first, answer) else answer for first, answer in pairs]

        others = play_choices(served.port, play_again, points)
    rights = (
        allow(ask, usual[n], [(choice, answers[n]) for choice, answers in others])
        for n, ask in enumerate(asks)
    )
    for sequence in sequences:
        yield tuple(next(rights) for _ in sequence.asks)
