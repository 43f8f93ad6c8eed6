"""Run `fuzz`: tell of each finding as it comes, and keep the reports on disk up to date."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mockserver.checks.forms.text_report import describe_finding
from mockserver.checks.fuzz import FuzzOptions, open_shared, random_seed, run_fuzz
from mockserver.checks.learn import save_learned
from mockserver.checks.report import Finding, Report
from mockserver.checks.report_files import save_report
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.target import MAX_LOOPBACK_REQUESTS, MAX_SECONDS
from mockserver.cli.report_screen import print_report
from mockserver.cli.target_call import Asked, settle_target
from mockserver.cli.target_run import (
    Progress,
    asking,
    compare_with,
    finish_report,
    prepare,
    stoppable,
)
from mockserver.cli.tell_laws import tell_instead, url_of
from mockserver.cli.terminal import print_lines
from mockserver.contract import load_contract
from mockserver.errors import UsageError
from mockserver.options.settle import Call

__all__ = ["run"]


def run(call: Call) -> int:
    """Try ever new plans on a target and return the exit code.

    Raises:
        UsageError: the command line asks for what cannot be.
    """
    with asking():
        return 0 if tell_instead(call) else _fuzz(call)


def _fuzz(call: Call) -> int:
    asked = _without_end(settle_target(call, url_of(call)))
    plans = prepare(asked)
    values = asked.values
    check = (
        asked.options if values["seed"] is not None else replace(asked.options, seed=random_seed())
    )
    options = FuzzOptions(
        check=check, shard=values["shard"] or (1, 1), max_examples=values["max_examples"]
    )
    shared = open_shared(values["examples"])
    progress = Progress()

    def keep(report: Report) -> Report:
        report = finish_report(report, asked, plans)
        _save_durably(report, asked)
        return report

    def on_finding(finding: Finding, report: Report) -> None:
        replays = {found.fingerprint: found.replay for found in keep(report).findings}
        print_lines(_describe(finding, replays.get(finding.fingerprint, "")))

    with stoppable() as stop, Client(asked.target, waiting=stop.waiting) as client:
        most = client.target.limits.requests

        def step(law: str) -> None:
            stop.check()
            told = f"{law}: {client.requests} requests, {client.seconds:.0f} s"
            progress.step(told, done=client.requests, of=most)

        title = f"fuzzing {client.target.origin} ({client.target.kind}, seed {check.seed})"
        with progress.showing(title):
            report = run_fuzz(
                asked.target,
                options=options,
                client=client,
                shared=shared,
                screen=compare_with(asked.options.profile),
                contract=load_contract(values["spec"]) if values["spec"] else None,
                on_progress=step,
                on_finding=on_finding,
                on_round=keep,
            )
    report = keep(report)
    if values["learn"] is not None and report.profile:
        save_learned(values["learn"], report.profile)
    print_report(report)
    return report.exit_code


def _without_end(asked: Asked) -> Asked:
    """Raise the limits that the user left open to the highest that the target's kind allows."""
    target = asked.target
    kind = target.resolve().kind
    if kind != "live" and target.budget is None:
        target = replace(target, budget=MAX_LOOPBACK_REQUESTS)
    if target.max_seconds is None:
        target = replace(target, max_seconds=MAX_SECONDS[kind])
    return replace(asked, target=target)


def _save_durably(report: Report, asked: Asked) -> None:
    """Write every report so that a kill at any moment leaves the old file or the new one."""
    pairs: Sequence[tuple[str, Path]] = [p for pairs in asked.values["report"] for p in pairs]
    for kind, path in pairs:
        if path.exists() and not path.is_file():
            # A device or a pipe is written to, not replaced.
            save_report(report, path, kind=kind, secrets=asked.secrets)
            continue
        path = path.resolve()
        part = path.with_name(f".{path.name}.part")
        save_report(report, part, kind=kind, secrets=asked.secrets)
        try:
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(path)
        except OSError as exc:
            raise UsageError(f"--report: {path} cannot be written: {exc.strerror}") from exc


def _describe(finding: Finding, replay: str) -> list[str]:
    told = describe_finding(replace(finding, replay=replay))
    return [told[0], *(f"  {line}" for line in told[1:]), ""]
