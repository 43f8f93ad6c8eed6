import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_checks, run_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.sending.target import Secret, TargetOptions
from tests.checks.counting_server import Handler, counting_server
from tests.checks.toy import Toy, build_rows
from tests.depth import sampled

ROWS = build_rows(60)
TYPED = dict.fromkeys(("user", "basic", "mail"), "ana") | dict.fromkeys(
    ("other", "other-mail", "other-in-session"), "ben"
)
IN_SESSION = ("session", "session-kept", "former")
Members = dict[str, Any]


@dataclass
class Host:
    """A host that tells who is signed in, to whoever asks in JSON; `fault` is what it gets wrong.

    Attributes:
        routes: those that it knows.
        sessions: whose session is the last one, and whose the one before.
    """

    fault: str = ""
    routes: tuple[str, ...] = ("/auth/credentials", "/auth", "/auth/status")
    sessions: list[str] = field(default_factory=lambda: ["", ""])
    toy: Toy = field(default_factory=lambda: Toy(rows=ROWS))

    def __call__(self, request: Request) -> Response:
        if request.path.startswith("/auth"):
            if request.path not in self.routes:
                return self._reply(request, 404)
            return self._tell(request, self._who(request))
        user = self._who(request)
        if self.fault == "pages know no session" and ("accept", "text/html") in request.headers:
            return self._reply(request, 302)
        own = replace(self.toy, rows=ROWS[:1]) if user == "ben" else self.toy
        return own(Request(auth="user" if user else "none", query=request.query))

    def _who(self, request: Request) -> str:
        last, before = self.sessions
        known = {"session": last, "session-kept": last, "former": before}
        if self.fault == "one session a host" and request.auth == "former":
            return ""
        return {**TYPED, **known}.get(request.auth, "")

    def _tell(self, request: Request, user: str) -> Response:
        if request.path == "/auth/status":
            return self._reply(request, 200, self._status(request, user))
        if not user:
            return self._reply(request, 200 if self.fault == "stranger in" else 401)
        if request.path == "/auth/credentials" and self.fault == "no verb":
            return self._reply(request, 405)
        if request.path == "/auth/credentials":
            self.sessions = [user, self.sessions[0]]
        elif self.fault == "no session told" and request.auth in IN_SESSION:
            return self._reply(request, 401)
        number = "1" if user == "ana" or self.fault == "one id" else "2"
        if self.fault == "id by way" and request.auth == "basic":
            number = "7"
        return self._reply(
            request, 200, {"userId": number, "userName": user, "displayName": user.title()}
        )

    def _status(self, request: Request, user: str) -> Members:
        if not user:
            return {"isAuthenticated": False}
        accounts = sorted({row["mostRecentMessage"]["accountId"] for row in ROWS})
        told = accounts[:1] if self.fault == "account left out" else accounts
        if user == "ben":
            told = accounts if self.fault == "accounts of all" else []
        found: Members = {"isAuthenticated": True, "id": user, "accountIds": told}
        if self.fault == "names sorted apart":
            found["accountNames"] = ["B", "A", "C"][: len(told)] if user == "ana" else ["A"]
            found["accountIds"] = told or accounts[:1]
        if self.fault == "names of all":
            found |= {"accountIds": accounts[:1], "accountNames": accounts} if user == "ben" else {}
        is_short = self.fault == "name at times" and request.auth == "session"
        return found if is_short else {**found, "name": user.title()}

    def _reply(self, request: Request, status: int, members: Members | None = None) -> Response:
        is_sign_in = request.path == "/auth/credentials" and status == 200
        leads = (("Location", "/login"),) if status == 302 else ()
        cookie = ("Set-Cookie", "sid=b8TlZyzJ0WGeQ5wB6hNo; HttpOnly")
        return Response(
            status=status,
            reason="",
            headers=(("Content-Type", "application/json"), *((cookie,) if is_sign_in else leads)),
            body=b"" if members is None else json.dumps(members).encode(),
            elapsed_seconds=0.001,
            request=request,
            typed_name=TYPED.get(request.auth, ""),
        )


def run(host: Host, *only: str) -> Outcome:
    options = CheckOptions(only=only or ("L101",), max_drawn=1)
    return run_laws(host, options=options, has_other=True)


def test_who_is_signed_in_is_told_alike_in_every_way() -> None:
    outcome = run(Host(), "L100", "L101")

    assert outcome.findings == []
    assert {result.verdict for result in outcome.laws.values()} == {"holds"}


@pytest.mark.parametrize(
    "routes",
    [
        pytest.param((), id="nothing"),
        pytest.param(("/auth/credentials",), id="sign-in-alone"),
        pytest.param(("/auth/credentials", "/auth"), id="no-status"),
        pytest.param(("/auth", "/auth/status"), id="no-sign-in"),
    ],
)
def test_a_route_that_a_host_does_not_know_is_no_finding(routes: tuple[str, ...]) -> None:
    assert run(Host(routes=routes)).findings == []


@sampled(3)
@pytest.mark.parametrize(
    ("fault", "symptom"),
    [
        ("one id", "two users, one id"),
        ("no verb", "sign-in 405"),
        ("id by way", "userid differs"),
        ("stranger in", "stranger told"),
        ("no session told", "/auth knows no session"),
        ("one session a host", "/auth knows no session"),
        ("name at times", "name missing"),
        ("account left out", "accountIds"),
        ("accounts of all", "accounts of another"),
        ("names of all", "accounts of another"),
        ("names sorted apart", "accountNames differ"),
        ("pages know no session", "page knows no session"),
    ],
)
def test_a_fault_in_who_is_signed_in_is_one_finding(fault: str, symptom: str) -> None:
    # With a law that reads the second user's list, whose accounts are his.
    findings = run(Host(fault=fault), "L101", "L102").findings

    assert [(f.law, f.symptom) for f in findings] == [("L101-who", symptom)]
    assert findings[0].evidence.certainty == "reproducible"


def serve_one_way(way: str) -> Any:
    """Return a handler that takes name and password by Basic alone or by a sign-in alone."""
    rows = json.dumps({"conversations": ROWS}).encode()

    def handle(handler: Handler) -> None:
        if handler.path == "/auth/credentials":
            is_right = way == "sign-in" and handler.seen[-1].body.count(b"wonder") == 1
            cookie = {"Set_Cookie": "ss-id=Zm9yYmlkZGVu; HttpOnly"} if is_right else {}
            handler.reply(
                200 if is_right else 401, b"{}", Content_Type="application/json", **cookie
            )
            return
        has = {"Basic": "Authorization", "sign-in": "Cookie"}[way]
        is_in = has in handler.headers
        handler.reply(200 if is_in else 401, rows, Content_Type="application/json")

    return handle


@pytest.mark.parametrize(
    ("way", "auth", "refused"),
    [
        pytest.param("sign-in", "basic", "Basic", id="basic-refused"),
        pytest.param("Basic", "cookie", "sign-in", id="sign-in-refused"),
    ],
)
def test_a_user_refused_in_one_way_alone_is_a_finding_and_the_run_goes_on(
    way: str, auth: str, refused: str
) -> None:
    with counting_server(serve_one_way(way)) as server:
        target = TargetOptions(url=server.url, user="ana", password=Secret("wonder"), auth=auth)
        report = run_checks(target, options=CheckOptions(only=("L21", "L100"), max_drawn=1))

    assert (report.exit_code, report.trouble) == (1, "")
    assert (report.findings[0].law, report.findings[0].symptom) == (
        "L100-sign-in-answers",
        f"{refused} refused",
    )
    assert report.findings[0].replay.endswith("--plan L100-sign-in-answers")
