"""What several requests at once get: right alone and wrong together is told as that."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.messages import Request, Response
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only, sampled

ROWS = build_rows(120)


def run(toy: Toy, *, mixes: bool) -> Outcome:
    """Check a host; one that mixes gives each of several requests at once the first one's list."""

    def send_together(requests: Sequence[Request]) -> list[Response]:
        first = requests[0]
        asked = [replace(r, query=first.query) if mixes else r for r in requests]
        return [replace(toy(one), request=r) for one, r in zip(asked, requests, strict=True)]

    return run_laws(toy, options=CheckOptions(max_drawn=4), send_together=send_together)


def test_answers_that_are_wrong_at_once_and_right_alone_are_told_as_that() -> None:
    outcome = run(Toy(rows=ROWS), mixes=True)

    assert {finding.law for finding in outcome.findings} == {"L74-together"}


def test_edges_are_asked_at_once_where_there_is_little_else_and_both_users_among_them() -> None:
    """With a second user a default run has few asks of the array."""
    readers: list[list[str]] = []
    toy = Toy(rows=ROWS)

    def send_together(requests: Sequence[Request]) -> list[Response]:
        readers.append([request.auth for request in requests])
        return [toy(request) for request in requests]

    run_laws(toy, options=CheckOptions(), send_together=send_together, has_other=True)

    assert any(len(each) == 8 and {"user", "other"} <= set(each) for each in readers)


@sampled(2)
@pytest.mark.parametrize("is_moving", [False, True], ids=["still", "moving"])
def test_answers_that_are_right_at_once_need_no_request_of_their_own(is_moving: bool) -> None:
    asked: list[str] = []

    class Noting(Toy):
        def __call__(self, request: Request) -> Response:
            asked.append(request.purpose)
            return super().__call__(request)

    outcome = run(Noting(rows=list(ROWS), is_moving=is_moving), mixes=False)

    assert outcome.laws["L74-together"].verdict == "holds"
    assert outcome.findings == []
    assert "L74-together" not in asked


def test_what_is_wrong_alone_too_is_no_matter_of_being_asked_at_once() -> None:
    outcome = run(Toy(rows=ROWS, fault="ignores-customerIds"), mixes=False)

    assert "L74-together" not in {finding.law for finding in outcome.findings}
    assert outcome.findings != []


@deep_only
def test_a_fault_that_shows_alone_hides_none_that_shows_at_once() -> None:
    outcome = run(Toy(rows=ROWS, fault="ignores-afterDate"), mixes=True)

    laws = {finding.law for finding in outcome.findings}
    assert "L74-together" in laws
    assert laws - {"L74-together"}
