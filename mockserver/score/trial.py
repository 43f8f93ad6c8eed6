"""Run the laws once, against a server with or without a bug, in this process."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from mockserver.bugs.table import apply_bugs
from mockserver.checks import run_checks
from mockserver.checks.engine import CheckOptions
from mockserver.checks.failures import Failure
from mockserver.checks.messages import Request, Response
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.checks.verdicts import SPENT
from mockserver.cli.screen import build_screen
from mockserver.contract import load_contract
from mockserver.errors import UsageError
from mockserver.profile import Profile
from mockserver.score.moving import MovingApp
from mockserver.score.variations import VARIATIONS, Variation
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import Scenario, load_scenario

__all__ = ["Result", "Trial", "is_provoked", "run_trial", "serve_variation"]

_FLEETING = ("date", "set-cookie")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Describe one run: which server, with which bug if any, and the run's seed."""

    variation: str = "default"
    bug: str | None = None
    seed: int = 0
    budget: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Hold what one run found.

    Attributes:
        laws: the laws that were violated, in the order in which they were.
        plans: for each of them what broke it, in symbols, and how.
        first: requests until the first of them was; None for none.
        crashes: where the checker itself failed.
        unreached: laws that the budget was spent before.
        is_provoked: of a bug that survived, whether an answer of the run shows it; None where that
            is not known.
    """

    trial: Trial
    laws: tuple[str, ...]
    plans: tuple[str, ...]
    first: int | None
    requests: int
    seconds: float
    ended_by: str = ""
    crashes: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    is_provoked: bool | None = None

    @property
    def is_alarm(self) -> bool:
        """Say whether anything was found, or the run ended before its time."""
        return bool(self.laws or self.ended_by or self.crashes)


def run_trial(trial: Trial) -> Result:
    """Serve, judge and stop; a trial that fails itself is a result too, so that others go on."""
    try:
        return _run_trial(trial)
    except UsageError:
        raise
    except Exception as error:  # of any kind: it is ours, and no verdict on a law
        failure = Failure.of(error, during="trial")
        return Result(
            trial=trial,
            laws=(),
            plans=(),
            first=None,
            requests=0,
            seconds=0.0,
            crashes=(str(failure),),
        )


def _run_trial(trial: Trial) -> Result:
    variation = VARIATIONS[trial.variation]
    scenario = load_scenario(variation.scenario, size=variation.size)
    if scenario.arrivals_in_background:
        # What is measured must not depend on the time of day.
        scenario = replace(scenario, arrivals_per_minute=0)
    bugs = () if trial.bug is None else (trial.bug,)
    with serve_variation(variation, scenario, bugs=bugs, seed=trial.seed) as url:
        asked: list[Request] = []
        result = _judge(trial, _target(url, variation, scenario, trial.budget), asked)
    if trial.bug is None or result.laws:
        return result
    return replace(result, is_provoked=is_provoked(trial.bug, variation, scenario, asked))


def is_provoked(
    bug: str, variation: Variation, scenario: Scenario, asked: Sequence[Request]
) -> bool:
    """Say whether a bug changes the answer to any request of a run, asked in this process again.

    Both servers hold the rows that the run began with, whatever has moved since.
    """
    now = time.time()
    right, wrong = (
        build_screen(
            variation.choices,
            scenario=scenario,
            steps=variation.change(apply_bugs(names)),
            unix_seconds=now,
        )
        for names in ((), (bug,))
    )
    return any(_shown(right(request)) != _shown(wrong(request)) for request in asked)


def _shown(response: Response) -> tuple[object, ...]:
    """Return what tells two answers apart; what differs from one to the next of itself is left."""
    kept = [pair for pair in response.headers if pair[0].lower() not in _FLEETING]
    return response.status, kept, response.body


@contextmanager
def serve_variation(
    variation: Variation, scenario: Scenario, *, bugs: tuple[str, ...] = (), seed: int = 0
) -> Iterator[str]:
    """Serve a variation, with bugs if any, on a free port; give its address."""
    profile = Profile.default(load_contract()).with_choices(scenario.profile)
    profile = profile.with_choices(variation.choices)
    spaces = Spaces(build_start(scenario, unix_seconds=time.time(), profile=profile))
    steps = variation.change(apply_bugs(bugs))
    app = App(spaces, steps_in=lambda space: steps)
    served = variation.wrap(app)
    if variation.move_seconds is not None:
        served = MovingApp(served, spaces.default, seconds=variation.move_seconds, seed=seed)
    server = BackgroundServer(served, host="127.0.0.1")
    try:
        yield server.url
    finally:
        server.close()


def _target(
    url: str, variation: Variation, scenario: Scenario, budget: int | None
) -> TargetOptions:
    passwords = {u.username: Secret(u.password.reveal()) for u in scenario.users}
    other = variation.other_user
    return TargetOptions(
        url=url,
        user=variation.user,
        password=passwords[variation.user],
        other_user=other,
        other_password=None if other is None else passwords[other],
        budget=budget,
    )


def _judge(trial: Trial, target: TargetOptions, asked: list[Request]) -> Result:
    """Run the laws, and note at how many requests each was tried last; `asked` takes the rest."""
    tried: list[tuple[str, int]] = []
    with Client(target) as client:
        report = run_checks(
            target,
            client=client,
            options=CheckOptions(seed=trial.seed),
            on_progress=lambda law: tried.append((law, client.requests)),
            on_page=lambda page: asked.append(page.response.request),
        )
    found = list(dict.fromkeys(finding.law for finding in report.findings))
    ends = [count for _, count in tried[1:]] + [report.requests]
    last = {law: end for (law, _), end in zip(tried, ends, strict=True)}
    return Result(
        trial=trial,
        laws=tuple(found),
        plans=tuple(
            f"{finding.plan or finding.law}: {finding.symptom}" for finding in report.findings
        ),
        first=min((last.get(law, report.requests) for law in found), default=None),
        requests=report.requests,
        seconds=report.seconds,
        ended_by=report.stopped_by or report.trouble,
        crashes=tuple(map(str, report.crashes)),
        unreached=tuple(law.id for law in report.laws if law.reason.startswith(SPENT)),
    )
