"""Say which symptoms are alike: what laws call an answer in words of their own."""

from collections.abc import Mapping

__all__ = ["NO_LIST", "are_alike", "as_exact", "is_of_answer"]

# Symptoms that say of a law's own query what the oracle says of a plain one.
_AS_EXACT: Mapping[str, tuple[str, ...]] = {
    "extra rows": ("contradiction selects rows", "foreign rows", "older rows",
                   "unknown id selects rows", "blank item widens"),
    "missing rows": (),
}  # fmt: skip
# That an answer is no list at all.
NO_LIST = ("status ", "broken answer", "unreadable body", "no conversations", "5xx on ")


def are_alike(one: str, two: str) -> bool:
    """Say whether two symptoms may be of one cause: what filters wrongly has both of these."""
    return one == two or {one, two} <= _AS_EXACT.keys()


def is_of_answer(symptom: str) -> bool:
    """Say whether a symptom is that an answer is not the list asked for, whichever law met it."""
    return symptom.startswith((*NO_LIST, "media type"))


def as_exact(symptom: str) -> str | None:
    """Return what the oracle calls a symptom of rows too many or too few; None for any other."""
    for plain, others in _AS_EXACT.items():
        if symptom == plain or symptom.startswith(others):
            return plain
    return None
