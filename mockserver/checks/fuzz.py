"""Try the laws on ever new plans, round after round, and share the plans that failed.

A round is a run of the laws with a seed of its own, which draws with Hypothesis and Schemathesis.
Shard I of N takes every N-th seed, so that no two draw the same. Plans that failed
go into a database of Hypothesis, a folder or a Redis; every shard tries those of the others.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from mockserver.checks.engine import run_checks
from mockserver.checks.facts import Page
from mockserver.checks.failures import Failure
from mockserver.checks.finding_requests import with_request
from mockserver.checks.messages import Request, Response
from mockserver.checks.report import Finding, LawResult, Report, merge_findings
from mockserver.checks.schema_judge import SchemaJudge
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.target import TargetOptions
from mockserver.checks.stamp import about
from mockserver.checks.verdicts import CheckOptions, select_laws
from mockserver.contract import Contract, load_contract
from mockserver.errors import UsageError

__all__ = [
    "FuzzOptions",
    "Shared",
    "merge_reports",
    "open_shared",
    "random_seed",
    "run_fuzz",
]

_KEY = b"mockserver-plans"
_DRAWN = 120
_MAX_SHARED = 200
_ORDER = ("violated", "differs", "holds", "inconclusive", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzOptions:
    """Hold how to go on.

    Attributes:
        check: what each round judges; its seed is where the seeds of rounds start.
        shard: which of how many, counted from 1.
        max_examples: how many plans and odd inputs may be drawn; None for no end.
    """

    check: CheckOptions = field(default_factory=CheckOptions)
    shard: tuple[int, int] = (1, 1)
    max_examples: int | None = None

    def seed(self, number: int) -> int:
        """Return the seed of a round; no other shard or round has it."""
        index, count = self.shard
        return self.check.seed + number * count + index - 1


class Shared:
    """Hold the plans that failed, here or elsewhere; symbolic, so without the target's data."""

    def __init__(self, database: ExampleDatabase | None = None) -> None:
        self._database = database
        self._seen: set[str] = set()

    def save(self, plan: str) -> None:
        """Share one plan."""
        self._seen.add(plan)
        if self._database is not None:
            self._database.save(_KEY, plan.encode())

    def take_new(self) -> Sequence[str]:
        """Return plans of others that were not taken before."""
        if self._database is None:
            return []
        found = {value.decode("utf-8", "replace") for value in self._database.fetch(_KEY)}
        new = sorted(found - self._seen)[:_MAX_SHARED]
        self._seen.update(new)
        return new


def open_shared(place: str | None) -> Shared:
    """Return the plans of a folder or of `redis://…`; of nobody else without a place.

    Raises:
        UsageError: the Redis does not answer, or its client is not installed.
    """
    if place is None:
        return Shared()
    if "://" not in place:
        try:
            Path(place).mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise UsageError(f"--examples: {place} is no folder: {exc.strerror}") from exc
        return Shared(DirectoryBasedExampleDatabase(place))
    if urlsplit(place).scheme not in ("redis", "rediss"):
        raise UsageError("--examples is neither a folder nor redis://HOST[:PORT][/NUMBER]")
    try:
        # Not at the top: a folder, or no sharing at all, needs no Redis.
        import redis
        from hypothesis.extra.redis import RedisExampleDatabase
    except ModuleNotFoundError as exc:
        raise UsageError(
            "--examples redis://… needs redis; run: pip install 'evovoice-mockserver[redis]'"
        ) from exc
    try:
        connection = redis.Redis.from_url(place, socket_timeout=5, socket_connect_timeout=5)
        connection.ping()
    except (redis.RedisError, ValueError) as exc:
        # The address is not repeated: it may hold a password.
        raise UsageError(f"--examples: the Redis does not answer ({type(exc).__name__})") from exc
    return Shared(RedisExampleDatabase(connection))


def run_fuzz(
    target: TargetOptions,
    *,
    options: FuzzOptions,
    client: Client,
    shared: Shared | None = None,
    screen: Callable[[Request], Response] | None = None,
    contract: Contract | None = None,
    on_progress: Callable[[str], None] | None = None,
    on_finding: Callable[[Finding, Report], None] | None = None,
    on_round: Callable[[Report], object] | None = None,
) -> Report:
    """Go on until a guard, `on_progress` or the number of examples ends it; return what was found.

    Args:
        on_progress: told the id of each law as it is tried; a StoppedError of it ends the run.
        on_finding: told of each new finding at once, with the report so far.
        on_round: told of the report after each round.
    """
    fuzz = _Fuzz(
        target=target,
        options=options,
        client=client,
        shared=shared or Shared(),
        screen=screen,
        contract=contract or load_contract(),
        on_progress=on_progress or (lambda law: None),
        on_finding=on_finding or (lambda finding, report: None),
    )
    left = options.max_examples
    for number in itertools.count():
        drawn = fuzz.go_round(number, left)
        used = replace(fuzz.report, requests=client.requests, seconds=client.seconds)
        report = with_findings(used)
        (on_round or (lambda report: None))(report)
        left = None if left is None else left - drawn
        if fuzz.is_over or (left is not None and left <= 0):
            return report
    raise AssertionError("a count never ends")


@dataclass(slots=True, kw_only=True)
class _Fuzz:
    target: TargetOptions
    options: FuzzOptions
    client: Client
    shared: Shared
    screen: Callable[[Request], Response] | None
    contract: Contract
    on_progress: Callable[[str], None]
    on_finding: Callable[[Finding, Report], None]
    report: Report = field(init=False)
    judge: SchemaJudge = field(init=False)

    def __post_init__(self) -> None:
        self.judge = SchemaJudge.of(self.contract, self.options.check.profile)
        self.report = Report(target=about(self.client.target), requests=0, seconds=0.0)

    @property
    def is_over(self) -> bool:
        """Say whether nothing more can be asked."""
        return bool(self.report.stopped_by or self.report.trouble) or self.client.remaining <= 0

    def go_round(self, number: int, left: int | None) -> int:
        """Try the plans of others, then a run with its own seed; return how many were drawn."""
        for plan in self.shared.take_new():
            check = replace(self.options.check, plan=plan)
            try:
                select_laws(check)
            except UsageError:
                # A plan of another version: it names a law or a symbol that is unknown here.
                continue
            self._run(check)
            if self.is_over:
                return 0
        seed = self.options.seed(number)
        most = _DRAWN if left is None else max(1, min(_DRAWN, left))
        self._run(replace(self.options.check, seed=seed, max_drawn=most, contract=self.contract))
        return most

    def _run(self, check: CheckOptions) -> None:
        found = run_checks(
            self.target,
            screen=self.screen,
            options=check,
            client=self.client,
            on_progress=self.on_progress,
            on_page=self._observe,
            on_finding=self._note,
        )
        self.report = merge_reports(self.report, found)

    def _observe(self, page: Page) -> None:
        if page.status != 0:
            for finding in self.judge.observe_response(page.response, plan=page.query):
                self._note(finding)

    def _note(self, finding: Finding) -> None:
        """Keep a finding; tell of it and share its plan if it is new."""
        finding = with_request(finding)
        is_new = all(known.fingerprint != finding.fingerprint for known in self.report.findings)
        self.report = replace(
            self.report,
            requests=self.client.requests,
            seconds=self.client.seconds,
            findings=merge_findings([*self.report.findings, finding]),
        )
        if is_new:
            if finding.plan:
                self.shared.save(finding.plan)
            self.on_finding(finding, with_findings(self.report))


def merge_reports(first: Report, second: Report) -> Report:
    """Return one report of two runs on a target, the later one `second`."""
    laws: dict[str, LawResult] = {result.id: result for result in first.laws}
    for result in second.laws:
        known = laws.get(result.id)
        if known is None:
            laws[result.id] = result
            continue
        best = min(known, result, key=lambda item: _ORDER.index(item.verdict))
        laws[result.id] = replace(best, is_reached=known.is_reached or result.is_reached)
    profile = dict(first.profile)
    for point, measured in second.profile.items():
        if point not in profile or profile[point].choice == "unknown":
            profile[point] = measured
    return replace(
        second,
        laws=tuple(laws[law] for law in sorted(laws)),
        profile=profile,
        findings=_merged(first.findings, second.findings),
        is_empty=second.is_empty,
        crashes=_joined(first.crashes, second.crashes),
    )


def with_findings(report: Report) -> Report:
    """Return the report with every law violated that a finding is about."""
    broken = {
        law: finding
        for finding in reversed(report.findings)
        for law in (*finding.also, finding.law)
    }
    return replace(
        report,
        laws=tuple(
            result
            if result.id not in broken or result.verdict in ("violated", "differs")
            else replace(
                result,
                verdict="violated",
                plans=(broken[result.id].plan,),
                received=broken[result.id].received,
                documented=broken[result.id].documented,
            )
            for result in report.laws
        ),
    )


def random_seed() -> int:
    """Return a seed that no other run has."""
    return int.from_bytes(os.urandom(4), "big")


def _joined(first: Iterable[Failure], second: Iterable[Failure]) -> tuple[Failure, ...]:
    return tuple(dict.fromkeys([*first, *second]))


def _merged(first: Sequence[Finding], second: Sequence[Finding]) -> tuple[Finding, ...]:
    """Merge findings; those of a round were noted one by one already, so none counts twice."""
    known = {finding.fingerprint: finding for finding in first}
    return tuple((known | {f.fingerprint: known.get(f.fingerprint, f) for f in second}).values())
