"""Judge a target as part of a pytest run: one item a law, one run of `check` behind them all.

plugin.py loads this only where `--mockserver-target` is given. The target, its user and its
limits come from the same variables as those of `mockserver check`; so do the guards.
"""

import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from mockserver.checks.forms.text_report import describe_finding
from mockserver.checks.forms.wording import tell_cause
from mockserver.checks.laws.table import LAWS
from mockserver.checks.report import Finding, LawResult, Report
from mockserver.cli.target_call import Asked, settle_target
from mockserver.cli.target_run import Progress, judge_target, prepare, stoppable
from mockserver.errors import CheckFailure, ExitCode, MockServerError
from mockserver.options.settle import settle
from mockserver.printable import printable

__all__ = ["collect_laws"]

_FAILED = ("violated", "differs")
_REST = "findings"


def collect_laws(session: pytest.Session, url: str, *, live: str | None) -> Iterator[pytest.Item]:
    """Yield an item for each law, and one for what was found besides.

    Args:
        live: the host that the user consents to ask, where the target is not on this machine.

    Raises:
        pytest.UsageError: there is nobody to sign in, or the target may not be asked.
    """
    try:
        run = _Run(settle_target(settle("check", [url]), url, live=live))
    except MockServerError as exc:
        raise pytest.UsageError(f"--mockserver-target: {exc}") from exc
    for law in LAWS:
        yield LawItem.from_parent(session, name=law.id, statement=law.statement, run=run)
    yield LawItem.from_parent(session, name=_REST, statement="nothing else is wrong", run=run)


class _Run:
    """Hold what a run found; it takes place when the first item asks."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._plans = prepare(asked)
        asked.target.resolve()
        self._report: Report | None = None
        self._trouble = ""
        self._is_told = False

    def report(self) -> Report:
        """Return the report of the one run; the item that it breaks off in shows where."""
        if self._trouble:
            pytest.fail(self._trouble, pytrace=False)
        if self._report is None:
            try:
                with stoppable() as stop:
                    self._report = judge_target(
                        self._asked, self._plans, progress=Progress(), stop=stop
                    )
            except Exception as exc:
                # Or each law would ask the target all over again.
                self._trouble = f"the run broke off: {type(exc).__name__}: {exc}"
                raise
        return self._report

    def tell_trouble(self, trouble: str) -> None:
        """Fail once for a target that could not be judged, and skip the other laws."""
        if self._is_told:
            pytest.skip("not judged")
        self._is_told = True
        pytest.fail(f"not judged: {printable(trouble)}", pytrace=False)


class LawItem(pytest.Item):
    """Fail where a law is violated, be skipped where the target did not show."""

    def __init__(self, *, statement: str, run: _Run, **rest: object) -> None:
        """Stand for one law of a run."""
        super().__init__(**rest)  # type: ignore[arg-type]  # pytest's own, passed on
        self._statement = statement
        self._run = run

    def runtest(self) -> None:
        """Judge the law by the run's report."""
        report = self._run.report()
        if report.trouble:
            self._run.tell_trouble(report.trouble)
        self._demand_no_crash(report)
        if self.name == _REST:
            self._demand_none([f for f in report.findings if f.law not in _names()], report)
            return
        self._demand_none([f for f in report.findings if f.is_of(self.name)], report)
        self._judge(next(law for law in report.laws if law.id == self.name), report)

    def repr_failure(  # type: ignore[override]  # wider in pytest
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> "str | _Told":
        """Show what a person needs, and no trace through our code."""
        if isinstance(excinfo.value, _LawFailure):
            return _Told(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[os.PathLike[str], None, str]:
        """Name the law instead of a place in a file."""
        return self.path, None, f"{self.name}: {self._statement}"

    def _demand_no_crash(self, report: Report) -> None:
        """Fail the law that the checker failed at; what belongs to no law fails the last item."""
        for crash in report.crashes:
            if crash.during == self.name or (self.name == _REST and crash.during not in _names()):
                pytest.fail(f"the checker itself failed: {crash}", pytrace=False)

    def _judge(self, law: LawResult, report: Report) -> None:
        if law.verdict in _FAILED:
            text = _text(law.received, law.documented, law.replay)
            self._fail(law.tier, law.received or law.verdict, text, report)
        if (
            law.verdict == "inconclusive"
            and law.tier == "must"
            and report.exit_code == ExitCode.GUARDED
        ):
            why = report.stopped_by or report.shortfall
            pytest.fail(f"no verdict: {why}", pytrace=False)
        if law.verdict != "holds":
            pytest.skip(law.reason or law.verdict)

    def _demand_none(self, findings: list[Finding], report: Report) -> None:
        # What is accepted covers its own cause only: the others come first.
        for found in sorted(findings, key=lambda found: (bool(found.waived), found.tier)):
            if found.waived:
                pytest.xfail(found.waived)
            text = "\n".join(map(printable, describe_finding(found)))
            self._fail(found.tier, tell_cause(found), text, report)

    def _fail(self, tier: str, sentence: str, text: str, report: Report) -> None:
        if tier == "should" and report.is_lenient:
            pytest.xfail(sentence)
        raise _LawFailure(sentence, text)


class _LawFailure(CheckFailure):
    """Say that a law does not hold: in a sentence, and with all its evidence."""

    def __init__(self, sentence: str, text: str) -> None:
        super().__init__(text)
        self.sentence = printable(sentence)


class _Told:
    """Show a failure: the evidence in full, and the sentence in pytest's short summary.

    Attributes:
        reprcrash: where pytest looks for the sentence.
    """

    def __init__(self, failure: _LawFailure) -> None:
        self._text = str(failure)
        self.reprcrash = SimpleNamespace(message=failure.sentence)

    def __str__(self) -> str:
        return self._text

    def toterminal(self, tw: Any) -> None:
        """Write the evidence on pytest's terminal."""
        tw.line(self._text)


def _names() -> set[str]:
    return {law.id for law in LAWS}


def _text(received: str, documented: str, replay: str) -> str:
    lines = [f"Received:   {received}", f"Documented: {documented}", replay]
    return "\n".join(line for line in lines if line)
