"""Mix 64 bits, so that numbers in a row lead to numbers that look drawn."""

__all__ = ["MASK_64", "mix"]

MASK_64 = (1 << 64) - 1


def mix(value: int) -> int:
    """Return splitmix64's finaliser of a 64-bit number: a bijection."""
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & MASK_64
    value = (value ^ value >> 27) * 0x94D049BB133111EB & MASK_64
    return value ^ value >> 31
