"""The blind host: right as it is, and `mockserver check` sees a plain fault of it."""

from collections import Counter

from tests.blind.faults import (
    FAULTS,
    FIFTH_COUNT,
    FIRST_COUNT,
    FOURTH_COUNT,
    LATER_COUNT,
    SIXTH_COUNT,
    THIRD_COUNT,
    fifth,
    fourth,
    half,
    later,
    seventh,
    sixth,
    third,
)
from tests.blind.measure import check
from tests.blind.programs import blind_host
from tests.blind.world import USERS


def test_a_check_of_the_right_host_finds_nothing() -> None:
    with blind_host() as address:
        code, laws, output = check(address, "--other-user", USERS[1].name)

    assert (code, laws) == (0, []), output


def test_a_check_finds_a_list_whose_last_id_is_left_out() -> None:
    with blind_host("--fault", "9") as address:
        code, laws, output = check(address, "--budget", "100")

    assert code == 1, output
    assert laws, output


def test_the_halves_hold_every_fault_once_and_the_same_categories() -> None:
    first, last = half("first"), half("last")

    assert sorted(first + last) == list(range(1, FIRST_COUNT + 1))
    assert sorted(FAULTS[n].category for n in first) == sorted(FAULTS[n].category for n in last)


def test_the_later_halves_hold_every_later_fault_once_and_as_many_of_each_category() -> None:
    first, last = later("first"), later("last")
    counts = [Counter(FAULTS[number].category for number in part) for part in (first, last)]

    assert sorted(first + last) == list(range(FIRST_COUNT + 1, LATER_COUNT + 1))
    assert set(counts[0]) == set(counts[1])
    assert all(abs(counts[0][name] - counts[1][name]) <= 1 for name in counts[0])


def test_the_third_faults_follow_the_later_ones_and_have_a_witness_each() -> None:
    numbers = third()

    assert numbers == list(range(LATER_COUNT + 1, LATER_COUNT + 51))
    assert numbers[-1] == THIRD_COUNT
    assert all(FAULTS[number].witness and FAULTS[number].wrappers for number in numbers)


def test_the_fourth_halves_hold_every_fourth_fault_once_and_as_many_of_each_category() -> None:
    first, last = fourth("first"), fourth("last")
    counts = [Counter(FAULTS[number].category for number in part) for part in (first, last)]

    assert sorted(first + last) == list(range(THIRD_COUNT + 1, THIRD_COUNT + 101))
    assert (first + last)[-1] == FOURTH_COUNT
    assert counts[0] == counts[1]
    assert all(FAULTS[number].witness and FAULTS[number].wrappers for number in first + last)


def test_the_fifth_halves_hold_every_fifth_fault_once_and_as_many_of_each_category() -> None:
    first, last = fifth("first"), fifth("last")
    counts = [Counter(FAULTS[number].category for number in part) for part in (first, last)]

    assert sorted(first + last) == list(range(FOURTH_COUNT + 1, FOURTH_COUNT + 101))
    assert max(first + last) == FIFTH_COUNT
    assert counts[0] == counts[1]
    assert all(FAULTS[number].witness and FAULTS[number].wrappers for number in first + last)


def test_the_sixth_faults_follow_the_fifth_ones_and_have_a_witness_each() -> None:
    numbers = sixth()

    assert numbers == list(range(FIFTH_COUNT + 1, FIFTH_COUNT + 61))
    assert numbers[-1] == SIXTH_COUNT
    assert all(FAULTS[number].witness and FAULTS[number].wrappers for number in numbers)


def test_the_seventh_faults_follow_the_sixth_ones_and_have_a_witness_each() -> None:
    numbers = seventh()

    assert numbers == list(range(SIXTH_COUNT + 1, SIXTH_COUNT + 51))
    assert len(FAULTS) == numbers[-1]
    assert all(FAULTS[number].witness and FAULTS[number].wrappers for number in numbers)
