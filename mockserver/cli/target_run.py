"""Run the laws on one target for a person: progress, an orderly stop, waivers, replay commands.

An order to stop ends the run as a guard does: what was found is reported and the client signs out.
A second order ends the process.
"""

import datetime
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from hypothesis.configuration import set_hypothesis_home_dir

from mockserver.checks.engine import run_checks
from mockserver.checks.facts import Page
from mockserver.checks.laws.table import LAWS, find_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.report import Finding, Report
from mockserver.checks.schema_judge import SchemaJudge
from mockserver.checks.sending.client import Client
from mockserver.checks.stamp import Stamp, contract_digest
from mockserver.checks.verdicts import select_laws
from mockserver.checks.waivers import Waiver, apply_waivers, load_waivers
from mockserver.cli.target_call import Asked
from mockserver.cli.terminal import LiveLine
from mockserver.contract import load_contract
from mockserver.errors import GuardError, StoppedError, UsageError

if TYPE_CHECKING:
    from mockserver.checks.evidence_files import EvidenceFolder

__all__ = [
    "Plans",
    "Progress",
    "Stop",
    "asking",
    "compare_with",
    "finish_report",
    "judge_target",
    "prepare",
    "replay_of",
    "stoppable",
    "today",
]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PLAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Hold what was read and tried before the first request: waivers, required laws."""

    waivers: tuple[Waiver, ...] = ()
    required: tuple[str, ...] = ()


class Stop:
    """Hold whether somebody asked to stop.

    A signal raises in the main thread only while the run waits for the target or the clock: raised
    anywhere else it could become a verdict, as in a library that takes any exception for one.
    """

    def __init__(self) -> None:
        self.is_asked = False
        self._is_told = False
        self._is_waiting = False

    def check(self) -> None:
        """Raise if somebody asked to stop.

        Raises:
            StoppedError: somebody did.
        """
        if self.is_asked:
            self._is_told = True
            raise StoppedError("somebody asked to stop", guard="stop")

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let a signal raise while the block waits.

        Raises:
            StoppedError: somebody asked to stop, and was not heard yet.
        """
        if not self._is_told:
            self.check()
        self._is_waiting = True
        try:
            yield
        finally:
            self._is_waiting = False

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        """Take a signal: the first one ends the run, the second one the process."""
        if self.is_asked:
            raise KeyboardInterrupt
        self.is_asked = True
        if self._is_waiting:
            self.check()


@contextmanager
def asking() -> Iterator[None]:
    """Run a command that asks a target; what it may not ask is wrong usage.

    Raises:
        UsageError: the command line asks for what cannot be.
    """
    # What Hypothesis works out of Unicode takes it seconds; it stays out of the user's own folder,
    # and where it cannot be kept it is worked out again. What it reads in code is not kept.
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # never raises
    home = Path(cache) / "mockserver"
    set_hypothesis_home_dir(home)
    try:
        yield
    except GuardError as exc:
        raise UsageError(str(exc)) from exc
    finally:
        set_hypothesis_home_dir(None)
        shutil.rmtree(home / "constants", ignore_errors=True)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Take the signals over, and give them back."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop.handle) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(slots=True, kw_only=True)
class Progress:
    """Show how far a run is, on standard error: live on a terminal, now and then elsewhere."""

    terminal: LiveLine = field(default_factory=LiveLine)
    clock: Callable[[], float] = time.monotonic
    shown_at: float = 0.0

    @contextmanager
    def showing(self, title: str) -> Iterator[None]:
        """Show progress until the block ends."""
        self.shown_at = self.clock()
        if not self.terminal.is_live:
            self.terminal.say(title)
            yield
            return
        with self.terminal.showing(title):
            yield

    def step(self, text: str, *, done: int = 0, of: int | None = None) -> None:
        """Tell where the run is; `done` of `of` requests are spent."""
        if self.terminal.is_live:
            self.terminal.update(text, done=done, of=of)
        elif self.clock() - self.shown_at >= _PLAIN_SECONDS:
            self.shown_at = self.clock()
            self.terminal.say(text)


def prepare(asked: Asked) -> Plans:
    """Read and try what could fail after the run: laws, waivers, files to write.

    Raises:
        UsageError: something is unknown, unreadable or not to be written.
    """
    values = asked.values
    select_laws(asked.options)
    required = tuple(law.id for name in values["require"] for law in find_laws(name))
    waivers: tuple[Waiver, ...] = ()
    if values["waive"] is not None:
        waivers = load_waivers(values["waive"], laws=[law.id for law in LAWS])
    _evidence(asked)
    outputs = [path for pairs in values["report"] for _, path in pairs]
    for flag, path in (*(("--report", p) for p in outputs), ("--learn", values.get("learn"))):
        if path is not None:
            _try_to_write(flag, path)
    return Plans(waivers=waivers, required=required)


def judge_target(
    asked: Asked,
    plans: Plans,
    *,
    progress: Progress,
    stop: Stop,
    on_page: Callable[[Page], None] = lambda page: None,
) -> Report:
    """Run the laws once and return the finished report; `on_page` is told of each answer."""
    contract = load_contract(asked.values["spec"]) if asked.values["spec"] else load_contract()
    judge = SchemaJudge.of(contract, asked.options.profile)
    with _evidence(asked) as folder, Client(asked.target, waiting=stop.waiting) as client:
        kind, most = client.target.kind, client.target.limits.requests
        seed = f", seed {asked.options.seed}" if asked.options.seed else ""
        title = f"asking {client.target.origin} ({kind}, at most {most} requests{seed})"
        found: list[Finding] = []

        def step(law: str) -> None:
            stop.check()
            told = f"{law}: {client.requests} of {most} requests, {_count(found)}"
            progress.step(f"{told}, {client.seconds:.0f} s", done=client.requests, of=most)

        def observe(page: Page) -> None:
            judge.observe(page)
            if folder is not None:
                folder.observe(page)
            on_page(page)

        with progress.showing(title):
            report = run_checks(
                asked.target,
                screen=compare_with(asked.options.profile),
                options=asked.options,
                client=client,
                on_progress=step,
                on_page=observe,
                on_finding=found.append,
            )
        report = finish_report(judge.apply(report), asked, plans)
        if folder is not None:
            folder.save(report)
    return report


def compare_with(choices: Mapping[str, str]) -> Callable[[Request], Response]:
    """Return what answers as a mock with those choices, which is made when it is first asked."""

    @cache
    def build() -> Callable[[Request], Response]:
        # Not at the top: the server is asked only where something was found.
        from mockserver.cli.screen import build_screen

        return build_screen(choices)

    return lambda request: build()(request)


def _evidence(asked: Asked) -> "AbstractContextManager[EvidenceFolder | None]":
    """Return the folder of --evidence; nothing without one.

    Raises:
        UsageError: the target is a live one, and nobody said --evidence-live.
    """
    path = asked.values.get("evidence")
    if path is None:
        return nullcontext()
    # Not at the top: few runs write a HAR.
    from mockserver.checks.evidence_files import EvidenceFolder

    target = asked.target.resolve()
    if target.is_live and not asked.values["evidence_live"]:
        raise UsageError(
            "--evidence keeps what the target answers, so a live one needs --evidence-live as well"
        )
    return EvidenceFolder(folder=path, target=target, secrets=asked.secrets)


def _count(found: Sequence[Finding]) -> str:
    return f"{len(found)} finding{'s' * (len(found) != 1)}"


def finish_report(report: Report, asked: Asked, plans: Plans) -> Report:
    """Return the report with the user's terms applied, and commands that replay its plans."""
    report = replace(
        report,
        laws=tuple(
            replace(law, replay=replay_of(asked, law.plans[0]))
            if law.verdict in ("violated", "differs") and law.plans
            else law
            for law in report.laws
        ),
        findings=tuple(
            replace(finding, replay=_replay_finding(asked, finding)) if finding.plan else finding
            for finding in report.findings
        ),
        is_lenient=asked.values["lenient"],
        allows_empty=asked.values["allow_empty"],
        required=plans.required,
        stamp=_stamp(report.stamp, asked),
    )
    return apply_waivers(report, plans.waivers, today=today())


def _stamp(stamp: Stamp, asked: Asked) -> Stamp:
    spec = asked.values["spec"]
    digest = stamp.contract_digest if spec is None else contract_digest(spec.read_bytes())
    return replace(stamp, contract_digest=digest, options=asked.repeated)


def _replay_finding(asked: Asked, finding: Finding) -> str:
    if finding.evidence.is_of_run:
        return asked.replay_run
    return replay_of(asked, finding.plan)


def replay_of(asked: Asked, plan: str) -> str:
    """Return the command that asks one plan again, as a shell takes it."""
    quoted = plan.replace("'", "'\\''")
    return f"{asked.replay} --plan '{quoted}'"


def today() -> datetime.date:
    """Return the day that counts for waivers."""
    return datetime.datetime.now(datetime.UTC).date()


def _try_to_write(flag: str, path: Path) -> None:
    try:
        # A link is followed, so that it is not what is removed.
        file = path.resolve()
        is_new = not file.exists()
        with file.open("a"):
            pass
        if is_new:
            file.unlink()
    except OSError as exc:
        raise UsageError(
            f"{flag}: {path} cannot be written: {os.strerror(exc.errno or 0)}"
        ) from exc
