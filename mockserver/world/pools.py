"""Hold the pools of names, companies and texts that generated worlds are composed from.

The pools are files in `pool_data/`, drawn by Faker under a fixed seed and committed, so that a
start pays nothing for Faker and a new Faker changes no bytes. `python -m mockserver.world.pools`
draws the committed ones again; with names of locales it draws those. generate.py composes rows.
"""

import json
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mockserver.dotnet.characters import SURROGATES, XML_BARS
from mockserver.errors import unknown_name
from mockserver.world.phrases import LINES, PHRASES

__all__ = ["Pool", "draw_pool", "known_locales", "load_pool", "main"]

POOL_FOLDER = Path(__file__).resolve().parent / "pool_data"
_SEED = 20_260_301
_NAMES = 48
_COMPANIES = 40
_TEXTS_PER_PHRASE = 6
_SENTENCES = 40
# What XML 1.0 cannot hold; the zero-width marks that some names carry are kept.
_FORBIDDEN = re.compile(f"[{XML_BARS}{SURROGATES}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Hold one locale's words, in the order in which they were drawn."""

    locale: str
    people: tuple[str, ...]
    companies: tuple[str, ...]
    lines: tuple[str, ...]
    texts: tuple[str, ...]


def known_locales() -> tuple[str, ...]:
    """Return the names of the locales that have a pool, sorted."""
    return tuple(sorted(path.stem for path in POOL_FOLDER.glob("*.json")))


@cache
def load_pool(locale: str) -> Pool:
    """Return the pool of a locale.

    Raises:
        UsageError: the locale has no pool; `make pools LOCALES=…` draws one.
    """
    if locale not in known_locales():
        raise unknown_name("locale", locale, known_locales())
    members = json.loads((POOL_FOLDER / f"{locale}.json").read_text(encoding="utf-8"))
    return Pool(locale=locale, **{name: tuple(words) for name, words in members.items()})


def draw_pool(locale: str) -> Pool:
    """Return the pool that the installed Faker draws for a locale; always the same.

    Raises:
        UsageError: Faker does not know the locale.
    """
    # Imported here alone: a server that starts must not wait for Faker.
    from faker import Faker
    from faker.config import AVAILABLE_LOCALES

    if locale not in AVAILABLE_LOCALES:
        raise unknown_name("locale of Faker", locale, AVAILABLE_LOCALES)
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
        for phrase in PHRASES.get(locale, ())
        for _ in range(_TEXTS_PER_PHRASE)
    ]
    texts += [fake.sentence(nb_words=fake.random_int(3, 14)) for _ in range(_SENTENCES)]
    return Pool(
        locale=locale,
        people=_cleaned(people),
        companies=_cleaned(companies),
        lines=LINES.get(locale, LINES["en_US"]),
        texts=_cleaned(texts),
    )


def pool_text(pool: Pool) -> str:
    """Return a pool as the text of its file."""
    members = {name: getattr(pool, name) for name in ("people", "companies", "lines", "texts")}
    return json.dumps(members, ensure_ascii=False, indent=1) + "\n"


def main(locales: list[str]) -> None:
    """Draw and write the pools of `locales`; of the committed ones when it is empty."""
    POOL_FOLDER.mkdir(exist_ok=True)
    for locale in locales or known_locales():
        text = pool_text(draw_pool(locale))
        (POOL_FOLDER / f"{locale}.json").write_text(text, encoding="utf-8")


def _cleaned(words: list[str]) -> tuple[str, ...]:
    """Return the words once each, in order, without what XML cannot hold."""
    return tuple(dict.fromkeys(_FORBIDDEN.sub("", word).strip() for word in words))


if __name__ == "__main__":
    main(sys.argv[1:])
