import faker
import pytest

from mockserver.errors import UsageError
from mockserver.world.pools import POOL_FOLDER, draw_pool, known_locales, load_pool, pool_text

# constraints.txt holds the version that drew the committed pools.
DRAWN_WITH = "40.63.0"


@pytest.mark.skipif(faker.VERSION != DRAWN_WITH, reason=f"drawn with Faker {DRAWN_WITH}")
@pytest.mark.parametrize("locale", known_locales())
def test_committed_pool_is_what_faker_draws(locale: str) -> None:
    committed = (POOL_FOLDER / f"{locale}.json").read_text(encoding="utf-8")

    assert pool_text(draw_pool(locale)) == committed


def test_unknown_locale_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown locale 'en_UK'; known: ar_AA, .* en_US\\?"):
        load_pool("en_UK")


def test_locale_that_faker_does_not_know_is_not_drawn() -> None:
    with pytest.raises(UsageError, match="unknown locale of Faker 'xx_XX'"):
        draw_pool("xx_XX")
