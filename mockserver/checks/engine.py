"""Run the laws on a target within its budget, and say what was found.

run.py holds the run itself, sandwich.py how one law is tried, laws/ what they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mockserver.checks.facts import Page
from mockserver.checks.finding_requests import with_request
from mockserver.checks.messages import Request, Response, Send
from mockserver.checks.report import Finding, Report, merge_findings, replay_command
from mockserver.checks.run import Run
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.other_way import with_refused_way
from mockserver.checks.sending.target import TargetOptions
from mockserver.checks.stamp import Stamp, Stopwatch, about, contract_digest, start_of
from mockserver.checks.troubles import with_no_json
from mockserver.checks.verdicts import CheckOptions, Outcome, select_laws

__all__ = ["CheckOptions", "Outcome", "list_requests", "run_checks", "run_laws"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tell:
    """Hold who is told what while a run goes on."""

    on_progress: Callable[[str], None] | None
    on_page: Callable[[Page], None] | None
    on_finding: Callable[[Finding], None] | None


def run_checks(
    target: TargetOptions,
    *,
    screen: Callable[[Request], Response] | None = None,
    options: CheckOptions | None = None,
    client: Client | None = None,
    on_progress: Callable[[str], None] | None = None,
    on_page: Callable[[Page], None] | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> Report:
    """Judge a target once and return what was found.

    Args:
        screen: answers as the mock does; what fails there too has a note that says so.
        client: a client that is open already, instead of one of this run's own.
        on_progress: told the id of each law as it is tried.
        on_page: told of each answer.
        on_finding: told of each finding at once; its replay command is not written yet.

    Raises:
        UsageError: the target may not be asked, or a law or plan is unknown.
    """
    chosen = options or CheckOptions()
    select_laws(chosen)
    tell = _Tell(on_progress=on_progress, on_page=on_page, on_finding=on_finding)
    if client is not None:
        return _run_client(client, target, chosen, screen, tell)
    with Client(target) as opened:
        return _run_client(opened, target, chosen, screen, tell)


def run_laws(
    send: Send,
    *,
    options: CheckOptions | None = None,
    send_together: Callable[[Sequence[Request]], list[Response]] | None = None,
    screen: Send | None = None,
    remaining: Callable[[], int] = lambda: 250,
    is_live: bool = False,
    has_other: bool = False,
    on_progress: Callable[[str], None] | None = None,
    on_page: Callable[[Page], None] | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> Outcome:
    """Run the laws over a function that answers requests."""
    run = Run(
        options=options or CheckOptions(),
        send=send,
        screen=screen,
        remaining=remaining,
        is_live=is_live,
        on_progress=on_progress or (lambda law: None),
        on_page=on_page or (lambda page: None),
        on_finding=on_finding or (lambda finding: None),
    )
    run.start(send_together, has_other=has_other)
    return run.outcome


def list_requests(options: CheckOptions | None = None, *, is_live: bool = False) -> list[str]:
    """Return one line a law: its id, what it costs, and what it says; for `--dry-run`."""
    chosen = select_laws(options or CheckOptions())
    return [
        f"{law.id}  {law.tier}  {law.cost} requests a plan  {law.statement}"
        for law in chosen
        if not (is_live and law.kind == "loopback-only")
    ]


def _run_client(
    client: Client,
    target: TargetOptions,
    options: CheckOptions,
    screen: Send | None,
    tell: _Tell,
) -> Report:
    watch = Stopwatch(clock=lambda: client.seconds, tell=tell.on_progress)
    outcome = run_laws(
        client.send,
        options=options,
        send_together=client.send_together,
        screen=screen,
        remaining=lambda: client.remaining,
        is_live=client.target.is_live,
        has_other=client.has_other,
        on_progress=watch,
        on_page=tell.on_page,
        on_finding=tell.on_finding,
    )
    watch.stop()

    def replay(plan: str) -> str:
        return replay_command(
            target.url, plan, live=target.live, own=target.own, seed=options.seed or None
        )

    told = map(with_request, outcome.findings)
    findings = [
        replace(f, replay=replay("" if f.evidence.is_of_run else f.plan)) if f.plan else f
        for f in told
    ]
    first = {
        law: finding.replay
        for finding in reversed(findings)
        for law in (finding.law, *finding.also)
    }
    report = Report(
        target=about(client.target),
        requests=client.requests,
        seconds=client.seconds,
        laws=tuple(
            replace(law, replay=first.get(law.id, ""), seconds=watch.seconds.get(law.id, 0.0))
            for law in outcome.laws.values()
        ),
        profile=outcome.profile,
        findings=merge_findings(findings),
        stopped_by=outcome.stopped_by,
        trouble=outcome.trouble,
        crashes=tuple(outcome.crashes),
        is_empty=outcome.is_empty,
        coverage=outcome.coverage,
        stamp=Stamp(
            seed=options.seed,
            budget=client.target.limits.requests,
            started=start_of(client.seconds),
            contract_digest=contract_digest(),
            profile=options.profile,
            scope=len(target.scope) or None,
        ),
        notes=tuple(client.watch.notes),
    )
    if client.other_way.refused:
        report = with_refused_way(report, client.other_way.refused, replay=replay)
    return with_no_json(report) if client.watch.is_no_json else report
