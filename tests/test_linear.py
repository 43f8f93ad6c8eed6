import pytest

from tests.depth import sampled
from tests.hostile import PLACES, find_offenders


@sampled(3)
@pytest.mark.parametrize("place", PLACES)
def test_no_text_costs_more_than_its_length(place: str) -> None:
    assert find_offenders(place) == []
