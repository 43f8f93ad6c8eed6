"""Make up ids that nobody has, the same ones in every run."""

import random
from collections.abc import Iterable, Sequence

__all__ = ["made_up_id"]


def made_up_id(index: int, pools: Iterable[Sequence[str]]) -> str:
    """Return an id that nobody has: of the target's own shape for an even number, else of another.

    Args:
        pools: the ids of each kind that the target showed; the first one is the model.
    """
    # The same in every run, so that a plan means the same in a replay of it.
    rng = random.Random(f"unknown {index}")
    if index % 2:
        return f"no-such-id-{rng.getrandbits(64):016x}"
    model = next((ids[0] for ids in pools if ids), "0" * 24)
    shaped = "".join(_like(character, rng) for character in model)
    return shaped if len(model) >= 12 else f"{shaped}{rng.getrandbits(64):016x}"


def _like(character: str, rng: random.Random) -> str:
    if character.isdigit() or character in "abcdef":
        return rng.choice("0123456789abcdef")
    return character
