"""What hangs on the sign-ins before a request: found, told with them, and replayed by its plan."""

from dataclasses import dataclass, field, replace

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_plan
from mockserver.checks.readers import sessions_lacking
from tests.checks.toy import Toy, build_rows

ROWS = build_rows(120)
FIRST = min(row["mostRecentMessage"]["accountId"] for row in ROWS)
LISTS = {"ana": ROWS, "ben": [r for r in ROWS if r["mostRecentMessage"]["accountId"] == FIRST]}
_USES = 8
SIGN_IN = "@method=POST&@path=/auth/credentials&@auth="
OWNERS = {"user": "ana", "basic": "ana", "mail": "ana", "other": "ben", "other-mail": "ben"}


@dataclass
class Host:
    """A host of two users with sessions.

    Attributes:
        fault: what it gets wrong.
        sessions: whose list the session of the last sign-in reads, and that of the one before.
        used: how often the last session was read with.
    """

    fault: str
    used: int = 0
    sessions: list[str] = field(default_factory=lambda: ["", ""])

    def __call__(self, request: Request) -> Response:
        identity = request.auth
        if request.path == "/auth/credentials":
            return self._sign_in(request, identity)
        reader = OWNERS.get(identity, "")
        if identity.startswith("session") or identity == "former":
            reader = self.sessions[identity == "former"]
        self.used += identity == "session" and request.path != "/auth/status"
        if self.fault == "used up" and identity == "session" and self.used > _USES:
            reader = ""
        rows = LISTS.get(reader, ROWS)
        if self.fault == "sessions lose rows" and identity == "session":
            rows = rows[::2]
        answer = Toy(rows=rows)(replace(request, auth="user" if reader else "none"))
        return replace(answer, request=request)

    def _sign_in(self, request: Request, identity: str) -> Response:
        plain = identity.removesuffix("-in-session")
        owner, last = OWNERS.get(plain, ""), self.sessions[0]
        self.used = 0 if owner else self.used
        if owner and identity != plain:
            is_narrow = self.fault == "accounts stay" and last == "ben"
            self.sessions[0] = "ben" if is_narrow else owner
        elif owner:
            self.sessions = [owner, last]
        elif self.fault == "name counts" and identity == "wrong-in-session" and last:
            self.sessions[0] = "ana"
        cookie = ("Set-Cookie", f"ss-id=b8TlZyzJ0WGeQ5wB6h{owner}; HttpOnly; path=/")
        kind = ("Content-Type", "application/json")
        return Response(
            status=200 if owner else 401,
            reason="",
            headers=(kind, cookie) if owner else (kind,),
            body=b"{}",
            elapsed_seconds=0.001,
            request=request,
        )


def run(fault: str, *, plan: str | None = None, max_drawn: int = 0) -> Outcome:
    options = CheckOptions(max_drawn=max_drawn, plan=plan)
    return run_laws(Host(fault), options=options, has_other=True)


@pytest.mark.parametrize(
    ("fault", "signs"),
    [
        pytest.param("accounts stay", ["other", "user-in-session"], id="comes-after-another"),
        pytest.param("name counts", ["other", "wrong-in-session"], id="fails-to-come"),
    ],
)
def test_a_session_of_two_sign_ins_is_told_with_both_and_replays(
    fault: str, signs: list[str]
) -> None:
    (finding,) = (f for f in run(fault).findings if f.evidence.certainty == "needs-history")

    before = parse_plan(finding.plan).before
    assert [asked.directive("auth") for asked in before] == signs
    assert run(fault, plan=finding.plan).findings != []


def test_a_session_that_ends_by_use_is_found_by_what_is_drawn() -> None:
    outcome = run("used up", max_drawn=30)

    found = [finding for finding in outcome.findings if finding.symptom == "status 401"]
    assert [finding.law for finding in found] == ["L88-readers"]
    # In a session that was just begun it does not show.
    assert found[0].evidence.certainty != "reproducible"


def test_what_every_session_gets_wrong_replays_in_a_new_one() -> None:
    finding = run("sessions lose rows").findings[0]

    assert sessions_lacking([parse_plan(finding.plan).query]) == 1
    assert run("sessions lose rows", plan=finding.plan).findings != []


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param("@auth=session", 1, id="in-a-session"),
        pytest.param("@auth=user", 0, id="by-name"),
        pytest.param(f"{SIGN_IN}user >> @auth=session", 0, id="after-a-sign-in"),
        pytest.param(f"{SIGN_IN}user-in-session >> @auth=session", 1, id="in-one-browser"),
        pytest.param(f"{SIGN_IN}user >> @auth=former", 1, id="in-the-one-before"),
        pytest.param("@auth=session-mixed", 2, id="in-two"),
    ],
)
def test_a_plan_gets_the_sessions_that_it_does_not_begin(plan: str, expected: int) -> None:
    found = parse_plan(f"L88-readers {plan}")

    assert sessions_lacking((*found.before, found.query)) == expected
