"""Turn to the other way to sign in where name and password are refused in one of the two.

The contract has both for each user, so that a host which knows them in one way alone is found
wrong, and judged in the way that works. Nothing of this is done on a live target.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Response
from mockserver.checks.report import Finding, Report, fingerprint
from mockserver.checks.sending.identity import Identities
from mockserver.checks.sending.target import Target

__all__ = ["OtherWay", "with_refused_way"]

_BASIC, _SIGN_IN = "Basic", "sign-in"
_OTHER = {_BASIC: _SIGN_IN, _SIGN_IN: _BASIC}
_REFUSED = (401, 403)


@dataclass(slots=True, kw_only=True)
class OtherWay:
    """Try the other way once; `refused` says which one was refused, empty for none."""

    target: Target
    identities: Identities
    refused: str = ""

    def begin_session(self, sign_in: Callable[[], Response]) -> bool:
        """Go on in a session where Basic was refused; False where a sign-in is refused, too."""
        if not self._is_open:
            return False
        signed = sign_in()
        self.identities.keep(signed.header_values("set-cookie"), is_own=True)
        self.identities.use("cookie")
        if signed.status == 200 and self.identities.is_signed_in:
            self.refused = _BASIC
            return True
        self.identities.forget()
        self.identities.use("basic")
        return False

    def turn_to_basic(self, refusal: Response, ask: Callable[[], Response]) -> bool:
        """Go on by Basic where a sign-in was refused; False where Basic is refused, too."""
        if not self._is_open or refusal.status not in _REFUSED or ask().status != 200:
            return False
        self.refused = _SIGN_IN
        self.identities.use("basic")
        return True

    @property
    def _is_open(self) -> bool:
        return not (self.target.is_live or self.refused) and self.identities.has_both_ways


def with_refused_way(report: Report, way: str, *, replay: Callable[[str], str]) -> Report:
    """Return the report with the finding that the user is refused in one way and not in another."""
    law = find_laws("L100")[0]
    result = next((result for result in report.laws if result.id == law.id), None)
    if result is None or result.verdict == "skipped":
        return report
    found = Finding(
        fingerprint=fingerprint(law.id, f"{way} refused"),
        law=law.id,
        tier=law.tier,
        symptom=f"{way} refused",
        plan=law.id,
        replay=replay(law.id),
        received=f"a name and password refused by {way} that {_OTHER[way]} takes",
        documented="both ways for each user",
    )
    broken = replace(
        result,
        verdict="violated",
        plans=(found.plan, *result.plans),
        replay=found.replay,
        received=found.received,
        documented=found.documented,
    )
    laws = tuple(broken if one is result else one for one in report.laws)
    return replace(report, findings=(found, *report.findings), laws=laws)
