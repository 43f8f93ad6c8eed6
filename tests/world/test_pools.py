from dataclasses import replace
from typing import Any

import faker
import pytest

from mockserver.errors import UsageError
from mockserver.space.beginning import build_start, start_from_json, start_to_json
from mockserver.world.index import World
from mockserver.world.pools import POOL_FOLDER, draw_pool, known_locales, load_pool, pool_text
from mockserver.world.scenario import Scenario, build_world, load_scenario

# constraints.txt holds the version that drew the committed pools.
DRAWN_WITH = "40.63.0"


@pytest.mark.skipif(faker.VERSION != DRAWN_WITH, reason=f"drawn with Faker {DRAWN_WITH}")
@pytest.mark.parametrize("locale", known_locales())
def test_committed_pool_is_what_faker_draws(locale: str) -> None:
    committed = (POOL_FOLDER / f"{locale}.json").read_text(encoding="utf-8")

    assert pool_text(draw_pool(locale)) == committed


def test_unknown_locale_is_refused_with_the_nearest() -> None:
    nearest = r"unknown locale 'en_UK'; known: en_AU, .*; did you mean en_US\? \(\d+ in all\)"
    with pytest.raises(UsageError, match=nearest):
        load_pool("en_UK")


def test_locale_that_faker_does_not_know_is_not_drawn() -> None:
    with pytest.raises(UsageError, match="unknown locale 'xx_XX'"):
        draw_pool("xx_XX")


def test_any_other_locale_is_drawn_and_says_by_whom() -> None:
    pool = load_pool("it_IT")

    assert replace(pool, faker="") == draw_pool("it_IT")
    assert (pool.faker, load_pool("de_DE").faker) == (faker.VERSION, "")


def test_a_locale_borrows_the_phrases_of_its_language() -> None:
    assert load_pool("de_AT").lines == load_pool("de_DE").lines
    assert any("Auftrag" in text for text in load_pool("de_AT").texts)


# A name that Faker will drop; names before their families; no company of its own.
@pytest.mark.parametrize("locale", ["fr_QC", "ko_KR", "yo_NG", "en"])
def test_odd_locales_have_words_for_everything(locale: str) -> None:
    pool = load_pool(locale)

    assert min(map(len, (pool.people, pool.companies, pool.lines, pool.texts))) > 0
    assert "" not in (*pool.people, *pool.companies, *pool.texts)


def world_of(*locales: str) -> World:
    return build_world(Scenario(name="x", locales=locales), anchor_ticks=10**18)


def test_a_world_of_a_drawn_locale_says_so() -> None:
    assert world_of("en_US", "it_IT").warnings == (
        f"Faker {faker.VERSION} draws the words of it_IT; another version draws others",
    )
    assert world_of("en_US", "de_DE").warnings == ()


def test_the_digest_names_the_version_of_faker(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, shipped = world_of("en_US", "it_IT").digest(), world_of("en_US").digest()
    load_pool.cache_clear()
    monkeypatch.setattr("faker.VERSION", "0.1")

    theirs = world_of("en_US", "it_IT").digest()
    load_pool.cache_clear()

    assert ours != theirs
    assert world_of("en_US").digest() == shipped


def written() -> dict[str, Any]:
    scenario = Scenario(name="x", locales=("en_US", "it_IT"), clock="frozen")
    return start_to_json(build_start(scenario, unix_seconds=0))


def test_a_log_names_the_version_of_faker_and_is_replayed_by_it_alone() -> None:
    found = written()
    assert found["scenario"]["faker"] == faker.VERSION
    assert start_from_json(found).scenario.locales == ("en_US", "it_IT")

    found["scenario"]["faker"] = "0.1"

    wrong = rf"/start/scenario/locales: the words are drawn by Faker 0\.1, and .*{faker.VERSION}"
    with pytest.raises(UsageError, match=wrong):
        start_from_json(found)


def test_a_log_of_shipped_locales_names_no_faker() -> None:
    start = build_start(load_scenario("default"), unix_seconds=0)

    assert "faker" not in start_to_json(start)["scenario"]
