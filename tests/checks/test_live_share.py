"""What a live run draws of its 150 requests; its pace is injected, so that none is waited for."""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockserver.checks.client import Client
from mockserver.checks.engine import run_checks
from mockserver.checks.facts import member, read_page
from mockserver.checks.messages import Request
from mockserver.checks.plan import Query
from mockserver.checks.target import Secret, TargetOptions
from mockserver.checks.verdicts import CheckOptions
from mockserver.contract import load_contract
from mockserver.server import MockServer
from mockserver.world.users import User


@dataclass
class Pace:
    """A clock that a sleep moves on by itself."""

    slept: float = 0.0

    def now(self) -> float:
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def _accounts(url: str, user: User) -> set[str]:
    """Return the accounts of the user's list, as he would look them up for a scope."""
    target = TargetOptions(
        url=url, user=user.username, password=Secret(user.password.reveal()), auth="basic"
    )
    with Client(target) as client:
        page = read_page(Query(), client.send(Request()))
    found = {member(row, "/mostRecentMessage/accountId") for row in page.rows or ()}
    return {account for account in found if isinstance(account, str)}


def test_sixty_of_a_live_runs_requests_are_drawn_and_none_is_hostile() -> None:
    pace = Pace()
    with MockServer("default", now="2026-03-01T12:00:00Z") as server:
        user = next(user for user in server.space.scenario.users if user.account_ids is None)
        scope = tuple(sorted(_accounts(server.url, user)))[:2]
        options = TargetOptions(
            url=server.url,
            user=user.username,
            password=Secret(user.password.reveal()),
            live=urlsplit(server.url).hostname,
            scope=scope,
            max_seconds=3_000,
        )
        sent: list[Request] = []
        with Client(options, clock=pace.now, sleep=pace.sleep) as client:
            report = run_checks(
                options,
                client=client,
                options=CheckOptions(contract=load_contract(), seed=20260301),
                on_page=lambda page: sent.append(page.response.request),
            )

    assert report.findings == ()
    assert report.coverage is not None
    assert report.coverage.drawn >= 60
    assert report.requests <= 150
    assert {(request.method, request.is_hostile) for request in sent} == {("GET", False)}
    assert pace.slept > 100
