"""Check a server by the rules of a live target: `make live` does so once at its real pace.

The server is the mock on loopback, named as live. `run_live` is for the test too, which injects a
clock that sleeping moves on.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockserver.checks.engine import run_checks
from mockserver.checks.facts import member, read_page
from mockserver.checks.messages import Request
from mockserver.checks.plan import Query
from mockserver.checks.report import Report
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.checks.verdicts import CheckOptions
from mockserver.contract import load_contract
from mockserver.server import MockServer
from mockserver.world.users import User

__all__ = ["LiveRun", "run_live"]

_LEAST_DRAWN, _MOST = 60, 150
_MAX_SECONDS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """Hold what a run found, and every request that it sent, in order."""

    report: Report
    sent: tuple[Request, ...]

    @property
    def drawn(self) -> int:
        """Return how many requests were drawn."""
        return 0 if self.report.coverage is None else self.report.coverage.drawn

    @property
    def is_fit(self) -> bool:
        """Say whether it kept to its rules and its share, and found nothing."""
        kinds = {(request.method, request.is_hostile) for request in self.sent}
        is_within = self.report.requests <= _MOST and self.drawn >= _LEAST_DRAWN
        return is_within and not self.report.findings and kinds == {("GET", False)}


def run_live(
    *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
) -> LiveRun:
    """Check the mock as a live target with a scope of two accounts."""
    with MockServer("default", now="2026-03-01T12:00:00Z") as server:
        user = next(user for user in server.space.scenario.users if user.account_ids is None)
        options = TargetOptions(
            url=server.url,
            user=user.username,
            password=Secret(user.password.reveal()),
            live=urlsplit(server.url).hostname,
            scope=tuple(sorted(_accounts(server.url, user)))[:2],
            max_seconds=_MAX_SECONDS,
        )
        sent: list[Request] = []
        with Client(options, clock=clock, sleep=sleep) as client:
            report = run_checks(
                options,
                client=client,
                options=CheckOptions(contract=load_contract(), seed=20260301),
                on_page=lambda page: sent.append(page.response.request),
            )
    return LiveRun(report=report, sent=tuple(sent))


def _accounts(url: str, user: User) -> set[str]:
    """Return the accounts of the user's list, as he would look them up for a scope."""
    target = TargetOptions(
        url=url, user=user.username, password=Secret(user.password.reveal()), auth="basic"
    )
    with Client(target) as client:
        page = read_page(Query(), client.send(Request()))
    found = {member(row, "/mostRecentMessage/accountId") for row in page.rows or ()}
    return {account for account in found if isinstance(account, str)}


def main() -> int:
    """Print what the run came to; 1 where it did not keep to its rules."""
    started = time.monotonic()
    run = run_live()
    held = sum(law.verdict == "holds" for law in run.report.laws)
    print(f"{run.report.requests} requests, {run.drawn} of them drawn, {held} laws hold")
    print(f"{len(run.report.findings)} findings, {time.monotonic() - started:.0f} s")
    return int(not run.is_fit)


if __name__ == "__main__":
    sys.exit(main())
