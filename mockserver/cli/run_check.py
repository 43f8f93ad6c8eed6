"""Run the commands that ask a target: check here, fuzz and drift in the modules of their names."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import click
from hypothesis.configuration import set_hypothesis_home_dir

from mockserver.checks.engine import list_requests
from mockserver.checks.facts import Facts
from mockserver.checks.laws.law import Law
from mockserver.checks.laws.table import LAWS, find_laws
from mockserver.checks.learn import save_learned
from mockserver.checks.report import summarise
from mockserver.cli.run_drift import run_drift
from mockserver.cli.run_fuzz import run_fuzz_command
from mockserver.cli.target_call import Asked, Call, save_reports, settle
from mockserver.cli.target_run import Progress, judge_target, prepare, stoppable
from mockserver.contract import load_contract
from mockserver.errors import GuardError, UsageError

__all__ = ["run_call"]

_TIERS = {
    "must": "a violation fails the run",
    "should": "a violation fails the run, unless --lenient",
    "learn": "measured, and judged only against --profile",
}
_KINDS = {
    "single": "each answer is judged by itself",
    "relational": "answers are compared; what fails is judged again on rows that did not change",
    "loopback-only": "tried on this machine only",
}


def run_call(call: Call) -> int:
    """Run one command and return its exit code.

    Raises:
        UsageError: the command line asks for what cannot be.
    """
    try:
        with _leave_no_cache():
            return _RUN[call.command](call)
    except GuardError as exc:
        raise UsageError(str(exc)) from exc


@contextmanager
def _leave_no_cache() -> Iterator[None]:
    """Keep what Hypothesis remembers of code out of the user's folder."""
    with TemporaryDirectory(prefix="mockserver-") as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


def _check(call: Call) -> int:
    values = call.values()
    if _was_told(values):
        return 0
    text = _url_of(call)
    if values["dry_run"]:
        return _tell_plan(settle(call, text, asks=False))
    asked = settle(call, text)
    plans = prepare(asked)
    asked.target.resolve()
    with stoppable() as stop:
        report = judge_target(asked, plans, progress=Progress(), stop=stop)
    if asked.values["learn"] is not None and report.profile:
        save_learned(asked.values["learn"], report.profile)
    save_reports(report, asked.values["report"], secrets=asked.secrets)
    click.echo(summarise(report), nl=False)
    return report.exit_code


def _fuzz(call: Call) -> int:
    values = call.values()
    if _was_told(values):
        return 0
    text = _url_of(call)
    if values["dry_run"]:
        return _tell_plan(settle(call, text, asks=False))
    return run_fuzz_command(call, text)


def _drift(call: Call) -> int:
    return run_drift(call)


_RUN: Mapping[str, Callable[[Call], int]] = {"check": _check, "fuzz": _fuzz, "drift": _drift}


def _url_of(call: Call) -> str:
    if not call.arguments:
        raise UsageError(f"nothing to {call.command}; give the URL of the API")
    return call.arguments[0]


def _was_told(values: Mapping[str, object]) -> bool:
    """Answer --laws and --explain, which ask nothing of any target."""
    if values["laws"]:
        for law in LAWS:
            click.echo(f"{law.id:<22} {law.tier:<7} {law.statement}")
        return True
    if values["explain"] is not None:
        for law in find_laws(str(values["explain"])):
            click.echo("\n".join(_explain(law)))
        return True
    return False


def _explain(law: Law) -> Iterator[str]:
    yield f"{law.id} ({law.tier})"
    yield f"  {law.statement}"
    yield f"  tier: {_TIERS[law.tier]}"
    yield f"  judged: {_KINDS[law.kind]}"
    if law.cost:
        yield f"  costs: {law.cost} request{'s' * (law.cost > 1)} a plan when it holds"
    plans = law.plans(_SAMPLE) if law.reads == "own" else ()
    if plans:
        yield f"  such as: {law.id} {plans[0]}".rstrip()
    if law.point is not None:
        point = load_contract().points[law.point]
        yield f"  reads the point {point.name}: {point.description}"
        yield f"  choices: {', '.join(point.choices)} (default {point.default})"


# A small world, so that a law can show what it would ask.
_SAMPLE = Facts(
    pools={"account": ("a", "b"), "endpoint": ("c", "d", "e"), "customer": ("f", "g")},
    dates=tuple(range(10**15, 10**15 + 10**13, 10**12)),
    texts=("",) * 10,
    has_other=True,
)


def _tell_plan(asked: Asked) -> int:
    prepare(asked)
    target = asked.target.resolve()
    limits = target.limits
    click.echo(f"would ask {target.origin}{target.base_path}/conversations ({target.kind})")
    click.echo(f"  sign-in: {target.auth}; requests: at most {limits.requests}", nl=False)
    click.echo(f"; seconds: at most {limits.run_seconds:g}; at once: {limits.together}")
    if target.is_live:
        scope = len(asked.target.scope)
        click.echo(f"  GET only, one sign-in and sign-out; {scope} account(s) in scope")
    for line in list_requests(asked.options, is_live=target.is_live):
        click.echo(f"  {line}")
    click.echo("nothing was asked (--dry-run)")
    return 0
