"""What a live run draws of its 150 requests; its pace is injected, so that none is waited for."""

import time
from dataclasses import dataclass

from tests.live_run import run_live


@dataclass
class Pace:
    """A clock that a sleep moves on by itself."""

    slept: float = 0.0

    def now(self) -> float:
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def test_sixty_of_a_live_runs_requests_are_drawn_and_none_is_hostile() -> None:
    pace = Pace()
    run = run_live(clock=pace.now, sleep=pace.sleep)

    assert run.report.findings == ()
    assert run.drawn >= 60
    assert run.report.requests <= 150
    assert {(request.method, request.is_hostile) for request in run.sent} == {("GET", False)}
    assert pace.slept > 100
    assert run.is_fit
