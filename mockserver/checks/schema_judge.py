"""Let Schemathesis judge every answer of a run beside the laws, and add what it finds.

Its findings are those of the law on schemas: where that law found something already, they say the
same again and are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mockserver.checks.asked import asked_of
from mockserver.checks.evidence import Evidence
from mockserver.checks.facts import Page
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Response
from mockserver.checks.plan import Plan, Query
from mockserver.checks.report import Finding, LawResult, Report, fingerprint, merge_findings
from mockserver.checks.schemas import Fault, Judge
from mockserver.checks.symptoms import is_of_answer
from mockserver.contract import Contract
from mockserver.errors import UsageError

__all__ = ["SchemaJudge"]

_LAW = find_laws("L16")[0]
_MAX_FINDINGS = 5


@dataclass(slots=True, kw_only=True)
class SchemaJudge:
    """Judge pages as they come; holds one finding a symptom."""

    judge: Judge
    findings: dict[str, Finding] = field(default_factory=dict)

    @classmethod
    def of(cls, contract: Contract, choices: Mapping[str, str]) -> "SchemaJudge":
        """Return a judge by a contract and the choices that the host is expected to have made.

        Raises:
            UsageError: Schemathesis does not take the contract.
        """
        try:
            return cls(judge=Judge(contract, choices=choices))
        except Exception as error:  # of any kind: the document may be anything
            raise UsageError(
                "the contract of --spec is no OpenAPI document that Schemathesis takes "
                f"({type(error).__name__}: {' '.join(str(error).split())[:200]})"
            ) from error

    def observe(self, page: Page) -> None:
        """Judge one answer to a symbolic query."""
        if page.status != 0:
            self.add(self.judge.judge(page.response), plan=page.query)

    def observe_response(self, response: Response, *, plan: Query) -> tuple[Finding, ...]:
        """Judge one answer to a drawn request; return what is found for the first time."""
        return self.add(self.judge.judge(response), plan=plan)

    def add(self, faults: Iterable[Fault], *, plan: Query) -> tuple[Finding, ...]:
        """Keep faults that were not seen before, and return their findings."""
        new = []
        for fault in faults:
            print_ = fingerprint(_LAW.id, f"{fault.check}: {fault.symptom}")
            if print_ in self.findings or len(self.findings) >= _MAX_FINDINGS:
                continue
            self.findings[print_] = Finding(
                fingerprint=print_,
                law=_LAW.id,
                tier=_LAW.tier,
                symptom=f"{fault.check}: {fault.symptom}",
                plan=str(Plan(_LAW.id, plan)),
                received=fault.received,
                documented=fault.documented,
                evidence=Evidence(requests=(asked_of(plan),), member=_member_of(fault)),
            )
            new.append(self.findings[print_])
        return tuple(new)

    def apply(self, report: Report) -> Report:
        """Return the report with what was found, without what its law found by itself."""
        law = next((result for result in report.laws if result.id == _LAW.id), None)
        told = [finding for finding in report.findings if finding.is_of(_LAW.id)]
        found = [one for one in self.findings.values() if not _is_told(one, told)]
        if not found or law is None or law.verdict == "skipped":
            return report
        first = (told or found)[0]
        broken = LawResult(
            id=law.id,
            tier=law.tier,
            verdict="violated",
            plans=tuple(finding.plan for finding in (*told, *found)),
            received=first.received,
            documented=first.documented,
        )
        return replace(
            report,
            laws=tuple(broken if result is law else result for result in report.laws),
            findings=merge_findings([*report.findings, *found]),
        )


def _member_of(fault: Fault) -> str:
    """Return the member of a row that a fault is about, as `mostRecentMessage.text`; or nothing."""
    return fault.symptom.partition("/*/")[2].replace("/", ".")


def _is_told(found: Finding, told: Iterable[Finding]) -> bool:
    """Say whether a law's own finding is about the same member, or about an answer as a whole."""
    what = found.symptom.partition(": ")[2]
    member = what.rpartition("/")[2] if "/" in what else ""
    if not member:
        return any(is_of_answer(one.symptom) for one in told)
    words = found.received.split()
    return any(member in one.symptom or one.symptom.split()[0] in words for one in told)
