import threading
from concurrent.futures import ThreadPoolExecutor

from tests.mutants.figures import Row
from tests.mutants.making import Mutant
from tests.mutants.turns import in_order, until


def mutants(count: int) -> list[Mutant]:
    return [
        Mutant(path="wire/bind.py", operator="AddNot", occurrence=n, line=n, column=0)
        for n in range(count)
    ]


def rows(*outcomes: str) -> list[Row]:
    return [{"outcome": outcome} for outcome in outcomes]


def test_results_end_with_the_last_mutant_that_is_wanted() -> None:
    found = rows("killed", "does not count", "killed at start", "never provoked", "killed")

    assert list(until(2, found)) == found[:4]


def test_results_end_with_the_mutants() -> None:
    assert list(until(9, rows("killed"))) == rows("killed")


def test_a_slow_mutant_keeps_its_turn() -> None:
    second_is_done = threading.Event()

    def attempt(mutant: Mutant) -> Row:
        if mutant.occurrence == 0:
            second_is_done.wait()
        else:
            second_is_done.set()
        return {"line": mutant.line}

    with ThreadPoolExecutor(2) as pool:
        found = list(in_order(pool, attempt, mutants(3), ahead=2))

    assert [row["line"] for row in found] == [0, 1, 2]


def test_no_more_is_tried_than_a_few_ahead() -> None:
    tried: list[int] = []

    def attempt(mutant: Mutant) -> Row:
        tried.append(mutant.line)
        return {"outcome": "killed"}

    with ThreadPoolExecutor(1) as pool:
        list(until(1, in_order(pool, attempt, mutants(100), ahead=2)))

    assert len(tried) <= 4
