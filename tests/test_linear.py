import pytest

from tests.hostile import PLACES, find_offenders


@pytest.mark.parametrize("place", PLACES)
def test_no_text_costs_more_than_its_length(place: str) -> None:
    assert find_offenders(place) == []
