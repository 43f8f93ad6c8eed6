"""Make up ids that nobody has, the same ones in every run, and spoil or respell those that are."""

import random
import re
from collections.abc import Iterable, Sequence

from mockserver.errors import UsageError

__all__ = ["changed_id", "made_up_id"]

_ZEROS = 2
# A shorter one may be somebody's.
_LONG = 12
_HEXADECIMAL = re.compile("[0-9a-fA-F]")


def made_up_id(index: int, pools: Iterable[Sequence[str]]) -> str:
    """Return an id that nobody has: of the target's own shape for an even number, else of another.

    Of number 2 each digit is zero, which programs have for an id that is not there.

    Args:
        pools: the ids of each kind that the target showed; the first one is the model.
    """
    # The same in every run, so that a plan means the same in a replay of it.
    rng = random.Random(f"unknown {index}")
    if index % 2:
        return f"no-such-id-{rng.getrandbits(64):016x}"
    model = next((ids[0] for ids in pools if ids), "0" * 24)
    if index == _ZEROS:
        shaped = _HEXADECIMAL.sub("0", model)
        return shaped if len(model) >= _LONG else shaped + "0" * _LONG
    shaped = "".join(_like(character, rng) for character in model)
    return shaped if len(model) >= _LONG else f"{shaped}{rng.getrandbits(64):016x}"


def _like(character: str, rng: random.Random) -> str:
    if character.isdigit() or character in "abcdef":
        return rng.choice("0123456789abcdef")
    return character


def _another_end(text: str) -> str:
    """Return another last character of the same kind, far from it: ids may be counted up."""
    if text.isascii() and text.isdigit():
        return str((int(text[-1]) + 5) % 10)
    return "f" if text[-1:] != "f" else "b"


def changed_id(text: str, change: str) -> str:
    """Return an id that is spoiled or respelled, by the name that a plan has for it."""
    match change:
        case "drop":
            return text[:-1] or "~"
        case "behead":
            return text[1:] or "~"
        case "last":
            return text[:-1] + _another_end(text)
        case "append":
            return text + "0"
        case "upper":
            return text.upper()
        case "lower":
            return text.lower()
        case "swapcase":
            return text.swapcase()
        case "space":
            return f" {text}"
        case "like":
            return f"{text[:-1]}%"
        case "blank":
            return f"{text[:-1]}_"
        case "glob":
            return f"{text[:-1]}*"
        case "dot":
            return f"{text[:-1]}."
        case "zero":
            return f"0{text}"
        case "twice":
            # Percent-encoded here, and once more on the way.
            return f"%{ord(text[0]):02X}{text[1:]}"
        case "percent":
            return text
        case "quoted":
            return f'"{text}"'
    raise UsageError(f"unknown change {change!r} of an id in a plan")
