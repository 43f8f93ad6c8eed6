"""The blind host: right as it is, and `mockserver check` sees a plain fault of it."""

from collections import Counter

import pytest

from tests.blind.faults import FAULTS, SETS, numbers_of
from tests.blind.measure import check
from tests.blind.programs import blind_host
from tests.blind.world import USERS
from tests.depth import deep_only


def test_a_check_of_the_right_host_finds_nothing() -> None:
    with blind_host() as address:
        code, laws, output = check(address, "--other-user", USERS[1].name)

    assert (code, laws) == (0, []), output


@deep_only
def test_a_check_finds_a_list_whose_last_id_is_left_out() -> None:
    with blind_host("--fault", "9") as address:
        code, laws, output = check(address, "--budget", "100")

    assert code == 1, output
    assert laws, output


def test_the_sets_hold_every_fault_once_and_each_has_a_witness() -> None:
    every = [number for name in SETS for number in numbers_of(name)]

    assert every == sorted(FAULTS) == list(range(1, len(FAULTS) + 1))
    assert all(FAULTS[number].witness and FAULTS[number].wrappers for number in every)


@pytest.mark.parametrize("name", SETS)
def test_the_halves_of_a_set_hold_it_whole(name: str) -> None:
    first, last = numbers_of(f"{name}-first"), numbers_of(f"{name}-last")

    assert sorted(first + last) == numbers_of(name)


@pytest.mark.parametrize("name", ["original", "later", "fourth", "fifth"])
def test_the_halves_of_a_set_hold_as_many_of_each_category(name: str) -> None:
    halves = [numbers_of(f"{name}-first"), numbers_of(f"{name}-last")]
    counts = [Counter(FAULTS[number].category for number in half) for half in halves]

    assert set(counts[0]) == set(counts[1])
    assert all(abs(counts[0][kind] - counts[1][kind]) <= 1 for kind in counts[0])
