"""What hangs on the sign-ins before a request: found, told with them, and replayed by its plan."""

from dataclasses import dataclass, field, replace

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_plan
from mockserver.checks.readers import needs_session
from tests.checks.toy import Toy, build_rows

ROWS = build_rows(120)
FIRST = min(row["mostRecentMessage"]["accountId"] for row in ROWS)
LISTS = {"ana": ROWS, "ben": [r for r in ROWS if r["mostRecentMessage"]["accountId"] == FIRST]}
OWNERS = {"user": "ana", "basic": "ana", "mail": "ana", "other": "ben", "other-mail": "ben"}


@dataclass
class Host:
    """A host of two users with sessions.

    Attributes:
        fault: what it gets wrong.
        sessions: whose list the session of the last sign-in reads, and that of the one before.
    """

    fault: str
    sessions: list[str] = field(default_factory=lambda: ["", ""])

    def __call__(self, request: Request) -> Response:
        identity = request.auth
        if request.path == "/auth/credentials":
            return self._sign_in(request, identity)
        reader = OWNERS.get(identity, "")
        if identity.startswith("session") or identity == "former":
            reader = self.sessions[identity == "former"]
        rows = LISTS.get(reader, ROWS)
        if self.fault == "sessions lose rows" and identity == "session":
            rows = rows[::2]
        answer = Toy(rows=rows)(replace(request, auth="user" if reader else "none"))
        return replace(answer, request=request)

    def _sign_in(self, request: Request, identity: str) -> Response:
        plain = identity.removesuffix("-in-session")
        owner, last = OWNERS.get(plain, ""), self.sessions[0]
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


def run(fault: str, **options: object) -> Outcome:
    chosen = CheckOptions(max_drawn=0, **options)  # type: ignore[arg-type]  # real options
    return run_laws(Host(fault), options=chosen, has_other=True)


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


def test_what_every_session_gets_wrong_replays_in_a_new_one() -> None:
    finding = run("sessions lose rows").findings[0]

    assert needs_session(parse_plan(finding.plan))
    assert run("sessions lose rows", plan=finding.plan).findings != []


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param("L88-readers @auth=session", True, id="in-a-session"),
        pytest.param("L88-readers @auth=user", False, id="by-name"),
        pytest.param(
            "L88-readers @method=POST&@path=/auth/credentials&@auth=user >> @auth=session",
            False,
            id="after-a-sign-in",
        ),
    ],
)
def test_a_plan_that_begins_no_session_gets_one(plan: str, expected: bool) -> None:
    assert needs_session(parse_plan(plan)) is expected
