"""Draw by counters: what the n-th of its kind is depends on (seed, purpose, n) and nothing else.

generate.py composes whole worlds of these draws, by_hand.py fills in what somebody left out.
"""

from collections.abc import Sequence
from hashlib import blake2b

from mockserver.dotnet.ticks import TICKS_PER_HOUR, TICKS_PER_MS, TICKS_PER_SECOND
from mockserver.world.mixing import MASK_64, mix
from mockserver.world.pools import Pool

__all__ = [
    "AGENTS",
    "GUESTS",
    "OTHER_NUMBERS",
    "draw",
    "draw_company",
    "draw_date",
    "draw_key",
    "draw_owner",
    "draw_sender",
    "draw_weights",
    "hex_id",
    "key_number",
    "other_number",
    "own_number",
]

AGENTS = ("alex.kim", "dana.ortiz", "jo.becker", "mina.sato", "omar.nasser", "rene.martin")
GUESTS = ("info", "mail", "hello", "office", "anna", "ben", "chen", "dora")
# Area codes 200-209 are our own numbers, the others belong to the other parties.
OTHER_NUMBERS = 790 * 100
_OVERFLOW_NUMBERS = 10**9
_YEAR_MS = 365 * 24 * 3_600_000


def draw_key(seed: int, purpose: str) -> bytes:
    """Return the key of all that is drawn for a purpose."""
    return blake2b(f"{seed}/{purpose}".encode(), digest_size=32).digest()


def key_number(seed: int, purpose: str) -> int:
    """Return 64 bits of a purpose's key."""
    return int.from_bytes(draw_key(seed, purpose)[:8], "little")


def draw(seed: int, purpose: str, number: int) -> int:
    """Return the n-th 64 bits of a purpose."""
    return mix(key_number(seed, purpose) + number * 0x9E3779B97F4A7C15 & MASK_64)


def hex_id(kind: int, key: int, number: int) -> str:
    """Return 24 hex digits, distinct for distinct numbers below 2**64."""
    return f"5f8e6a{kind:02x}{mix(key ^ number):016x}"


def other_number(key: int, number: int) -> str:
    """Return a telephone number, distinct for distinct counters."""
    if number < OTHER_NUMBERS:
        # 7,919 has no factor in common with the count: adding multiples of it visits all.
        place = (number * 7919 + key) % OTHER_NUMBERS
        return f"+1{210 + place // 100}55501{place % 100:02d}"
    place = ((number - OTHER_NUMBERS) * 387_420_489 + key) % _OVERFLOW_NUMBERS
    return f"+9990{place:09d}"


def own_number(key: int, number: int) -> str:
    """Return a telephone number of ours, distinct for distinct counters."""
    if number < 1000:
        place = (number * 7919 + key) % 1000
        return f"+1{200 + place // 100}55501{place % 100:02d}"
    return f"+9991{number:09d}"


def draw_weights(seed: int, count: int) -> list[int]:
    """Return how much each endpoint is used: the n-th busiest gets 1/n."""
    by_rank = sorted(range(count), key=lambda number: draw(seed, "weight", number))
    weights = [0] * count
    for rank, number in enumerate(by_rank):
        weights[number] = 1_000_000_000 // (rank + 1)
    return weights


def draw_date(drawn: int, anchor: int) -> int:
    """Return an instant of the year before the anchor, recent ones more often."""
    ticks = anchor - (1 + (drawn**3 * _YEAR_MS >> 96)) * TICKS_PER_MS
    if drawn & 63 == 1:
        ticks -= ticks % TICKS_PER_HOUR
    elif drawn & 7 == 0:
        ticks -= ticks % TICKS_PER_SECOND
    return max(ticks, 0)


def draw_owner(seed: int, purpose: str, number: int, count: int) -> int:
    """Return whose a customer or endpoint is: one for each account first, then drawn."""
    return number if number < count else draw(seed, f"{purpose} owner", number) % count


def draw_company(seed: int, purpose: str, number: int, pools: Sequence[Pool]) -> str:
    """Return the n-th name of an account or a customer, distinct for distinct counters."""
    pool = pools[number % len(pools)]
    turn, place = divmod(number // len(pools), len(pool.companies))
    name = pool.companies[(place + draw(seed, f"{purpose} name", 0)) % len(pool.companies)]
    return f"{name} {turn + 1}" if turn else name


def draw_sender(
    flags: int, who: int, own_address: str | None, other_address: str | None
) -> str | None:
    """Return who wrote: the other party, our line, or one of our agents; None now and then."""
    if flags & 0xFF < 20:
        return None
    if other_address is not None:
        return other_address
    return own_address if flags & 0x100 else f"{AGENTS[who % len(AGENTS)]}@example.com"
