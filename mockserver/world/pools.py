"""Hold the pools of names, companies and texts that generated worlds are composed from.

The pools are files in `pool_data/`, drawn by Faker under a fixed seed and committed, so that a
start pays nothing for Faker and a new Faker changes no bytes. Any other locale of Faker is drawn
when somebody names it, by the Faker that is installed. `python -m mockserver.world.pools` draws the
committed ones again; with names of locales it draws those. generate.py composes rows.
"""

import difflib
import json
import re
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from mockserver.dotnet.characters import SURROGATES, XML_BARS
from mockserver.errors import UsageError, unknown_name
from mockserver.world.phrases import LINES, PHRASES

__all__ = [
    "Pool",
    "describe_drawn",
    "draw_pool",
    "drawn_by",
    "known_locales",
    "load_pool",
    "main",
]

POOL_FOLDER = Path(__file__).resolve().parent / "pool_data"
_SEED = 20_260_301
_NAMES = 48
_COMPANIES = 40
_TEXTS_PER_PHRASE = 6
_SENTENCES = 40
_SHOWN_LOCALES = 8
_WORDS = ("people", "companies", "lines", "texts")
# What XML 1.0 cannot hold; the zero-width marks that some names carry are kept.
_FORBIDDEN = re.compile(f"[{XML_BARS}{SURROGATES}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Hold one locale's words, in the order in which they were drawn.

    Attributes:
        faker: the version that drew them at the start; empty for what is committed.
    """

    locale: str
    people: tuple[str, ...]
    companies: tuple[str, ...]
    lines: tuple[str, ...]
    texts: tuple[str, ...]
    faker: str = field(default="", repr=False)


def known_locales() -> tuple[str, ...]:
    """Return the names of the locales that have a pool, sorted."""
    return tuple(sorted(path.stem for path in POOL_FOLDER.glob("*.json")))


@cache
def load_pool(locale: str) -> Pool:
    """Return the pool of a locale: the committed one, or what the installed Faker draws.

    Raises:
        UsageError: the locale has no pool, and Faker does not know it.
    """
    if locale not in known_locales():
        return replace(draw_pool(locale), faker=_faker_version())
    members = json.loads((POOL_FOLDER / f"{locale}.json").read_text(encoding="utf-8"))
    words = {name: tuple(members[name]) for name in _WORDS}
    return Pool(locale=locale, **words)  # type: ignore[arg-type]  # no word of it is `faker`


def drawn_by(locales: Iterable[str]) -> str | None:
    """Return the version of Faker that some of these locales are drawn by; None for none."""
    return max({load_pool(locale).faker for locale in locales}, default="") or None


def describe_drawn(locales: Sequence[str]) -> tuple[str, ...]:
    """Return what the user should know of locales that are drawn at the start; empty for none."""
    names = ", ".join(locale for locale in locales if load_pool(locale).faker)
    if not names:
        return ()
    return (f"Faker {drawn_by(locales)} draws the words of {names}; another version draws others",)


def draw_pool(locale: str) -> Pool:
    """Return the pool that the installed Faker draws for a locale; always the same.

    Raises:
        UsageError: Faker does not know the locale.
    """
    # Imported here alone: a server that starts must not wait for Faker.
    from faker import Faker
    from faker.config import AVAILABLE_LOCALES

    if locale not in AVAILABLE_LOCALES:
        near = difflib.get_close_matches(locale[:80], AVAILABLE_LOCALES, _SHOWN_LOCALES, 0.0)
        known = len(AVAILABLE_LOCALES)
        raise UsageError(f"{unknown_name('locale', locale, near)} ({known} in all)")
    with warnings.catch_warnings():
        # Of names that Faker will spell otherwise some day.
        warnings.simplefilter("ignore")
        fake = Faker(locale)
    fake.seed_instance(_SEED)
    people = [f"{fake.first_name()} {fake.last_name()}" for _ in range(_NAMES)]
    companies = [fake.company() for _ in range(_COMPANIES)]
    texts = [
        phrase.format(
            person=people[fake.random_int(0, _NAMES - 1)],
            company=companies[fake.random_int(0, _COMPANIES - 1)],
            number=fake.random_int(1000, 99999),
            hour=fake.random_int(8, 18),
            minute=f"{fake.random_int(0, 11) * 5:02d}",
        )
        for phrase in _of_language(PHRASES, locale) or ()
        for _ in range(_TEXTS_PER_PHRASE)
    ]
    texts += [fake.sentence(nb_words=fake.random_int(3, 14)) for _ in range(_SENTENCES)]
    return Pool(
        locale=locale,
        people=_cleaned(people),
        companies=_cleaned(companies),
        lines=_of_language(LINES, locale) or LINES["en_US"],
        texts=_cleaned(texts),
    )


def pool_text(pool: Pool) -> str:
    """Return a pool as the text of its file."""
    members = {name: getattr(pool, name) for name in _WORDS}
    return json.dumps(members, ensure_ascii=False, indent=1) + "\n"


def main(locales: list[str]) -> None:
    """Draw and write the pools of `locales`; of the committed ones when it is empty."""
    POOL_FOLDER.mkdir(exist_ok=True)
    for locale in locales or known_locales():
        text = pool_text(draw_pool(locale))
        (POOL_FOLDER / f"{locale}.json").write_text(text, encoding="utf-8")


def _faker_version() -> str:
    from faker import VERSION

    return str(VERSION)


def _of_language(words: Mapping[str, tuple[str, ...]], locale: str) -> tuple[str, ...] | None:
    """Return the words of a locale, else those of another one of its language."""
    language = locale.partition("_")[0]
    others = (found for name, found in words.items() if name.partition("_")[0] == language)
    return words.get(locale) or next(others, None)


def _cleaned(words: list[str]) -> tuple[str, ...]:
    """Return the words once each, in order, without what XML cannot hold."""
    return tuple(dict.fromkeys(_FORBIDDEN.sub("", word).strip() for word in words))


if __name__ == "__main__":
    main(sys.argv[1:])
