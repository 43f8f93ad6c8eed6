"""Find what requests that were answered wrongly have, and those answered rightly have not."""

import re
from collections.abc import Callable, Sequence

from mockserver.checks.cause import cause_of
from mockserver.checks.conditions import conditions_of
from mockserver.checks.explaining.readings import FILTERS, Seen
from mockserver.checks.facts import value_of
from mockserver.checks.plan import LIST_NAMES

__all__ = ["told_apart"]

# Of the ids of a list, each of them: kinds of texts, in words.
_ID_KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("begins with a digit", lambda text: text[:1].isdigit()),
    ("begins with a 0", lambda text: text[:1] == "0"),
    ("ends with a digit", lambda text: text[-1:].isdigit()),
    ("ends with a 0", lambda text: text[-1:] == "0"),
    ("ends with an even digit", lambda text: text[-1:] in ("0", "2", "4", "6", "8")),
    ("holds digits alone", lambda text: text.isdigit()),
    ("holds a capital letter", lambda text: re.search("[A-Z]", text) is not None),
    ("holds a hyphen", lambda text: "-" in text),
    ("holds an underscore", lambda text: "_" in text),
    ("holds a dot", lambda text: "." in text),
)


def told_apart(wrong: Sequence[Seen], right: Sequence[Seen], about: Sequence[str]) -> str:
    """Return when an answer is wrong, as `when several ids are given`; empty where nothing tells.

    Args:
        about: the filters that are read wrongly.
    """
    bad = [_features(one, about) for one in wrong]
    good = [_features(one, about) for one in right]
    all_bad, any_good = set.intersection(*bad), set.union(*good)
    for word in sorted(all_bad - any_good, key=_plainness):
        return f"when {word}"
    all_good, any_bad = set.intersection(*good), set.union(*bad)
    for word in sorted(all_good - any_bad, key=_plainness):
        return f"unless {word}"
    return ""


def _plainness(word: str) -> tuple[bool, int, str]:
    return " an id of " in word, len(word), word


def _features(one: Seen, about: Sequence[str]) -> set[str]:
    """Return in words what a request has."""
    cause = {axis: (kind,) for axis, kind in cause_of(one.query)}
    found = {phrase.removeprefix("when ").removeprefix("and ") for phrase in conditions_of(cause)}
    found = {phrase if " is " in phrase or " are " in phrase else f"it is asked {phrase}"
             for phrase in found}  # fmt: skip
    given = [name for name in FILTERS if one.meaning.get(name) is not None]
    found |= {f"`{name}` is given too" for name in given if name not in about}
    if set(given) > set(about):
        found.add("another filter is given too")
    for name in about:
        found |= _of_ids(one, name) if name in LIST_NAMES else set()
    return found


def _of_ids(one: Seen, name: str) -> set[str]:
    term = one.meaning.get(name)
    if term is None:
        return set()
    texts = [value_of(value.removesuffix("!quoted"), one.facts) for value in term.values]
    found = {f"an id of `{name}` {words}" for words, is_of in _ID_KINDS if any(map(is_of, texts))}
    known = {one.facts.value(row, name) for row in one.rows.values()}
    if not known.issuperset(texts):
        found.add(f"an id of `{name}` is nobody's")
    count = len(set(texts))
    found |= {f"`{name}` has more than {most} ids" for most in range(1, 12) if count > most}
    return found
