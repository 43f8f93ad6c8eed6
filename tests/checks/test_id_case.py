from dataclasses import replace

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import build_facts
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Request, Response
from tests.checks.toy import LISTS, Toy, build_rows

ROWS = build_rows(60)


def run(*folding: str, status: int = 0, count: int = 60) -> Outcome:
    """Run the law on a host that folds the case of some parameters, or refuses other cases."""
    toy = Toy(rows=ROWS[:count])

    def send(request: Request) -> Response:
        name = request.query.partition("=")[0]
        is_other = any(letter.isupper() for letter in request.query.partition("=")[2])
        if is_other and status:
            return Response(
                status=status, reason="", headers=(), body=b"", elapsed_seconds=0, request=request
            )
        if not is_other or name not in folding:
            return toy(request)
        return toy(Request(query=f"{name}={request.query.partition('=')[2].lower()}"))

    return run_laws(send, options=CheckOptions(only=("L95",), max_drawn=1))


@pytest.mark.parametrize("folding", [(), tuple(LISTS)], ids=["exact", "folded"])
def test_a_host_that_reads_case_alike_everywhere_is_clean(folding: tuple[str, ...]) -> None:
    assert run(*folding).laws["L95-id-case"].verdict == "holds"


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_host_that_refuses_ids_in_another_case_is_clean(status: int) -> None:
    assert run(status=status).findings == []


@pytest.mark.parametrize(
    "folding",
    [
        *[(name,) for name in LISTS],
        ("accountIds", "endpointIds"),
        ("endpointIds", "customerIds"),
    ],
    ids=" ".join,
)
def test_case_that_counts_in_some_parameters_alone_is_found(folding: tuple[str, ...]) -> None:
    symptoms = {finding.symptom for finding in run(*folding).findings}

    assert symptoms == {"case counts in some parameters"}


def test_ids_of_a_list_without_rows_tell_nothing() -> None:
    assert run(count=0).laws["L95-id-case"].verdict == "inconclusive"


@pytest.mark.parametrize("is_live", [False, True])
def test_a_live_run_never_names_an_account_in_another_case(is_live: bool) -> None:
    facts = replace(build_facts(ROWS), is_live=is_live)

    (plan,) = find_laws("L95")[0].plans(facts)

    assert (plan.get("accountIds") is None) is is_live
