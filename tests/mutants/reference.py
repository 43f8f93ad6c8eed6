"""Ask a server without a mutant, so that what is right is known, and compare others with it."""

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from tests.mutants.corpus import World, basic, build_corpus, read_world
from tests.mutants.making import Mutant
from tests.mutants.moving import MOVING_SCENARIO, moving_sequences
from tests.mutants.oracle import Allowed, Difference, allow, choices, different, is_same
from tests.mutants.playing import Player
from tests.mutants.sequences import Answer, Ask
from tests.mutants.sequences import Sequence as Asks
from tests.mutants.serving import serve

__all__ = ["Reference", "find_differences", "make_reference", "options_for", "play_choices"]

# So many differences show that a mutant counts; what else it changes needs no asking.
_FEW = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Hold what is asked, and what answers are right."""

    world: World
    sequences: tuple[Asks, ...]
    allowed: tuple[tuple[Allowed, ...], ...]


def make_reference(*, step: int = 1, points: Collection[str] = ()) -> Reference:
    """Ask every so-manieth sequence, at each choice of each point as well.

    Args:
        points: those whose choices are tried; none means all.
    """
    with serve(None) as served:
        nobody = World(
            accounts=(), customers=(), endpoints=(), dates=(), rows=(), passwords=served.passwords
        )
        all_rows = Ask(target="/conversations.json", headers=(basic("ada", nobody),))
        with Player(port=served.port) as player:
            (answer,) = player.play(Asks(label="all", asks=(all_rows,)))
    world = read_world(answer.body, served.passwords)
    still, moving = build_corpus(world)[::step], moving_sequences(world)[::step]
    return Reference(
        world=world,
        sequences=(*still, *moving),
        allowed=(*_allowed(still, points), *_allowed(moving, points)),
    )


def find_differences(mutant: Mutant | None, reference: Reference) -> list[Difference]:
    """Return where a mutant's answers are none of those that are right, as far as a few go.

    Rows are moved only where none is while they stand still.

    Raises:
        NotServed: it does not start, or hangs.
    """
    for is_moving in (False, True):
        found = _differences(mutant, reference, is_moving=is_moving)
        if few := list(itertools.islice(found, _FEW)):
            return few
    return []


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


def _differences(
    mutant: Mutant | None, reference: Reference, *, is_moving: bool
) -> Iterator[Difference]:
    options = options_for(is_moving=is_moving)
    with serve(mutant, options=options) as served, Player(port=served.port) as player:
        for sequence, allowed in zip(reference.sequences, reference.allowed, strict=True):
            if sequence.is_moving != is_moving:
                continue
            # Fewer answers than questions: the mutant cannot be moved, which is no fault here.
            answers = player.play(sequence)
            for ask, answer, right in zip(sequence.asks, answers, allowed, strict=False):
                parts = different(ask, answer, right)
                if parts:
                    yield Difference(label=sequence.label, ask=ask, parts=parts)


def _allowed(sequences: Sequence[Asks], points: Collection[str]) -> Iterator[tuple[Allowed, ...]]:
    asks = [ask for sequence in sequences for ask in sequence.asks]

    def play(player: Player) -> list[Answer]:
        return [answer for sequence in sequences for answer in player.play(sequence)]

    is_moving = any(sequence.is_moving for sequence in sequences)
    with serve(None, options=options_for(is_moving=is_moving)) as served:
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
