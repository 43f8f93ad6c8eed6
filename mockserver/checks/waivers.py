"""Accept findings for now: a file of waivers, each with a reason and a day on which it ends.

```yaml
- fingerprint: f3a9c1b2d4e0      # or law: L42
  reason: known, ticket 17
  expires: 2026-12-31
```
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mockserver.checks.report import Finding, Report
from mockserver.documents.plain_data import load_yaml
from mockserver.errors import UsageError, unknown_name

__all__ = ["Waiver", "apply_waivers", "load_waivers"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_KEYS = ("expires", "fingerprint", "law", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Hold one waiver: of one finding, or of all findings of a law."""

    reason: str
    expires: datetime.date
    fingerprint: str | None = None
    law: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Say whether the waiver is about a finding."""
        if self.fingerprint is not None:
            return finding.fingerprint == self.fingerprint
        return self.law in (finding.law, finding.law.partition("-")[0])


def load_waivers(path: Path, *, laws: Sequence[str] = ()) -> tuple[Waiver, ...]:
    """Return the waivers of a file; `laws` are the known ids, empty to take any.

    Raises:
        UsageError: the file or an entry is not as described.
    """
    try:
        document = load_yaml(path, kind="waiver")
    except UsageError as error:
        raise UsageError(f"--waive: {error}") from error
    if document is None:
        return ()
    if not isinstance(document, list):
        raise UsageError(f"--waive: {path} is no list of waivers")
    known = {*laws, *(law.partition("-")[0] for law in laws)}
    return tuple(_waiver(entry, n, known) for n, entry in enumerate(document, start=1))


def apply_waivers(report: Report, waivers: Iterable[Waiver], *, today: datetime.date) -> Report:
    """Return the report with covered findings marked; waivers that ended or fit nothing are noted.

    A waiver holds on the day on which it expires, and no longer.
    """
    waivers = tuple(waivers)
    current = [waiver for waiver in waivers if waiver.expires >= today]
    findings = tuple(_mark(finding, current) for finding in report.findings)
    ended = [w for w in waivers if w.expires < today and any(map(w.covers, report.findings))]
    idle = [w for w in current if not any(map(w.covers, report.findings))]
    notes = [f"the waiver of {_name(w)} expired on {w.expires.isoformat()}" for w in ended]
    notes += [f"the waiver of {_name(w)} covers nothing; it may go" for w in idle]
    return replace(report, findings=findings, notes=(*report.notes, *notes))


def _mark(finding: Finding, waivers: Iterable[Waiver]) -> Finding:
    reasons = [waiver.reason for waiver in waivers if waiver.covers(finding)]
    return replace(finding, waived=reasons[0]) if reasons else finding


def _name(waiver: Waiver) -> str:
    return waiver.fingerprint or waiver.law or ""


def _waiver(entry: object, number: int, known: set[str]) -> Waiver:
    place = f"--waive: entry {number}"
    if not isinstance(entry, dict):
        raise UsageError(f"{place} is no mapping; known keys: {', '.join(_KEYS)}")
    for key in entry:
        if key not in _KEYS:
            raise unknown_name("key of a waiver", str(key), _KEYS)
    law, print_ = entry.get("law"), entry.get("fingerprint")
    if (law is None) == (print_ is None):
        raise UsageError(f"{place} needs either `law` or `fingerprint`")
    if not isinstance(law if print_ is None else print_, str):
        raise UsageError(f"{place}: `law` and `fingerprint` are texts")
    if law is not None and known and law not in known:
        raise unknown_name("law", law, known)
    reason, expires = entry.get("reason"), entry.get("expires")
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{place} gives no reason")
    return Waiver(reason=reason.strip(), expires=_day(expires, place), law=law, fingerprint=print_)


def _day(value: object, place: str) -> datetime.date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return datetime.date.fromisoformat(value)
    except ValueError:
        # Such as the 99th month.
        pass
    raise UsageError(f"{place}: `expires` is no day; give one such as 2026-12-31")
