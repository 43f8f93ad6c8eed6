"""Run `drift`: judge both sides, and print what tells them apart, the weightiest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from mockserver.checks.drift import (
    Drift,
    Shape,
    compare_laws,
    compare_profiles,
    compare_shapes,
    plan_of,
    rank,
    shape_of,
)
from mockserver.checks.engine import list_requests
from mockserver.checks.evidence import Evidence, Side
from mockserver.checks.facts import Page
from mockserver.checks.report import Finding, LawResult, Report, fingerprint
from mockserver.checks.stamp import Stamp, contract_digest
from mockserver.checks.waivers import apply_waivers
from mockserver.cli.report_screen import print_report
from mockserver.cli.target_call import Asked, save_reports, settle_target
from mockserver.cli.target_run import (
    Plans,
    Progress,
    Stop,
    asking,
    judge_target,
    prepare,
    replay_of,
    stoppable,
    today,
)
from mockserver.cli.terminal import print_lines
from mockserver.errors import ExitCode, UsageError
from mockserver.options.settle import Call
from mockserver.profile import load_choices

__all__ = ["run"]

_LAW = "drift"
_ALIKE = "the same choices and the same shapes on both sides"


@dataclass(slots=True, kw_only=True)
class _Side:
    """Hold one side: a profile file's choices, or a target with its report and its shape."""

    name: str
    choices: Mapping[str, str] = field(default_factory=dict)
    asked: Asked | None = None
    report: Report | None = None
    shape: Shape | None = None

    def look(self, page: Page) -> None:
        """Keep the shape of the first whole list."""
        if self.shape is None and page.rows is not None and not page.query.terms:
            self.shape = shape_of(page.rows)


def run(call: Call) -> int:
    """Compare two sides and return the exit code: 1 for any difference.

    Raises:
        UsageError: a side is neither address, profile file nor target, or may not be asked.
    """
    with asking():
        return _compare(call)


def _compare(call: Call) -> int:
    is_dry = bool(call.values["dry_run"])
    sides = [_open(call, text, asks=not is_dry) for text in call.arguments]
    _check_live(call, sides)
    plans = [(side, prepare(side.asked)) for side in sides if side.asked is not None]
    for side, _ in plans:
        assert side.asked is not None
        side.asked.target.resolve()
    if is_dry:
        return _tell(sides)
    with stoppable() as stop:
        for side, plan in plans:
            _judge(side, plan, stop)
    report = _report(sides, plans[0][1] if plans else Plans())
    secrets = [secret for side in sides if side.asked for secret in side.asked.secrets]
    save_reports(report, call.values["report"], secrets=secrets)
    print_report(report)
    return report.exit_code


def _open(call: Call, text: str, *, asks: bool) -> _Side:
    path = Path(text)
    is_file = path.suffix in (".yaml", ".yml") or path.is_file()
    if "://" not in text and text not in call.targets and is_file:
        return _Side(name=text, choices=load_choices(path))
    return _Side(name=text, asked=settle_target(call, text, asks=asks))


def _check_live(call: Call, sides: list[_Side]) -> None:
    """Let the consent count for the side that it names, and for that one only."""
    live = call.values["live"]
    hosts = []
    for side in sides:
        if live is None or side.asked is None:
            continue
        parts = urlsplit(side.asked.target.url)
        own = (parts.hostname or "", parts.netloc)
        hosts.append(own[0])
        if live.lower() not in own:
            target = replace(side.asked.target, live=None)
            side.asked = replace(side.asked, target=target)
    if live is not None and live.lower().partition(":")[0] not in hosts:
        raise UsageError(f"--live {live} is the host of neither side: {', '.join(hosts)}")


def _judge(side: _Side, plans: Plans, stop: Stop) -> None:
    assert side.asked is not None
    side.report = judge_target(side.asked, plans, progress=Progress(), stop=stop, on_page=side.look)
    side.choices = {point: found.choice for point, found in side.report.profile.items()}


def _report(sides: list[_Side], plans: Plans) -> Report:
    left, right = sides
    drifts = list(compare_profiles(left.choices, right.choices))
    if left.report is not None and right.report is not None:
        drifts += compare_laws(left.report, right.report)
    if left.shape is not None and right.shape is not None:
        drifts += compare_shapes(left.shape, right.shape)
    findings = tuple(_finding(drift, left, right) for drift in rank(drifts))
    reports = [side.report for side in sides if side.report is not None]
    stopped = next(
        (
            report.stopped_by or report.shortfall
            for report in reports
            if report.exit_code == ExitCode.GUARDED
        ),
        "",
    )
    law = LawResult(
        id=_LAW,
        tier="must",
        verdict="violated" if findings else "inconclusive" if stopped else "holds",
        received=f"{len(findings)} differences" if findings else "",
        documented=_ALIKE if findings else "",
        is_reached=not stopped,
        reason=stopped,
    )
    report = Report(
        target={"left": _about(left), "right": _about(right)},
        requests=sum(report.requests for report in reports),
        seconds=sum(report.seconds for report in reports),
        laws=(law,),
        findings=findings,
        stopped_by=stopped,
        trouble="; ".join(dict.fromkeys(r.trouble for r in reports if r.trouble)),
        notes=tuple(_notes(sides)),
        crashes=tuple(dict.fromkeys(crash for report in reports for crash in report.crashes)),
        stamp=_stamp(reports),
    )
    return apply_waivers(report, plans.waivers, today=today())


def _stamp(reports: Sequence[Report]) -> Stamp:
    """Return the stamp of the first side that was asked, with the requests of all."""
    if not reports:
        return Stamp(contract_digest=contract_digest())
    first = reports[0].stamp
    return replace(first, budget=sum(report.stamp.budget for report in reports))


def _about(side: _Side) -> Mapping[str, object]:
    return {"file": side.name} if side.report is None else side.report.target


def _finding(drift: Drift, left: _Side, right: _Side) -> Finding:
    return Finding(
        fingerprint=fingerprint(_LAW, f"{drift.kind} {drift.place}", (drift.left, drift.right)),
        law=_LAW,
        tier="must",
        symptom=f"{drift.kind} {drift.place}",
        received=f"{left.name}: {drift.left}",
        documented=f"{right.name}: {drift.right}",
        evidence=Evidence(
            sides=(
                Side(name=left.name, shows=drift.left, replay=_replay(left, drift)),
                Side(name=right.name, shows=drift.right, replay=_replay(right, drift)),
            )
        ),
    )


def _replay(side: _Side, drift: Drift) -> str:
    """Return the command that shows a side's part of a difference; none for a file."""
    if side.asked is None or side.report is None:
        return ""
    plan = plan_of(drift, side.report)
    return replay_of(side.asked, plan) if plan else ""


def _notes(sides: list[_Side]) -> list[str]:
    return [
        f"{side.name} showed no rows, so their shape is not compared"
        for side in sides
        if side.report is not None
        and not side.report.trouble
        and not (side.shape or Shape(rows=0)).rows
    ]


def _tell(sides: list[_Side]) -> int:
    for side in sides:
        if side.asked is None:
            print_lines([f"would read {side.name}"])
            continue
        target = side.asked.target.resolve()
        print_lines(
            [
                f"would ask {target.origin}{target.base_path}/conversations "
                f"({target.kind}, at most {target.limits.requests} requests)",
                *(
                    f"  {line}"
                    for line in list_requests(side.asked.options, is_live=target.is_live)
                ),
            ]
        )
    print_lines(["nothing was asked (--dry-run)"])
    return 0
