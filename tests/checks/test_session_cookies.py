from dataclasses import replace
from itertools import count

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import Page
from mockserver.checks.forms.outline import groups_of
from mockserver.checks.messages import PLANTED_ID, Request, Response
from tests.checks.answers import answer, judge
from tests.checks.sample_report import QUIET
from tests.checks.toy import Toy, build_rows
from tests.depth import sampled

OWN = "ss-id=b8TlZyzJ0WGeQ5wB6hNo; path=/; samesite=lax; httponly"
SIGN_IN = "@method=POST&@path=/auth/credentials"
WHO = "@path=/auth/status&@auth=session"
NOBODY = answer(WHO, body='{"isAuthenticated": false}')


def cookies(*lines: str, status: int = 200, is_secure: bool = False) -> Page:
    headers = [("Set-Cookie", line) for line in lines]
    return answer("", *headers, status=status, is_secure=is_secure)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [OWN, "ss-pid=x8TlZyzJ0WGeQ5wB6hNo; HttpOnly", "X-UAId=1; httponly"], id="servicestack"
        ),
        pytest.param(["ss-id=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/"], id="taken-away"),
        pytest.param(["sid=abcdefghijkl; Max-Age=0"], id="taken-away-by-age"),
        pytest.param(["XSRF-TOKEN=abcdefghijkl; path=/", OWN], id="for-scripts"),
        pytest.param(["authenticated=true; path=/", OWN], id="a-word"),
        pytest.param(["locale=de-DE; path=/", OWN], id="locale"),
        pytest.param([f"{OWN}; Domain=voice.example.com"], id="own-domain"),
        pytest.param([f"{OWN}; Domain=localhost"], id="localhost"),
        pytest.param(["JSESSIONID=0123456789ABCDEF; Path=/; HTTPONLY"], id="java"),
    ],
)
def test_cookies_of_a_well_mannered_host_are_no_finding(lines: list[str]) -> None:
    assert judge("L92", cookies(OWN, *lines))[0] == "holds"


@pytest.mark.parametrize(
    ("line", "symptom"),
    [
        pytest.param("ss-id=b8TlZyzJ0WGeQ5wB6hNo; path=/", "no HttpOnly", id="own"),
        pytest.param("ss-pid=1; path=/", "no HttpOnly", id="own-and-short"),
        pytest.param("X-UAId=1; path=/", "no HttpOnly", id="who-signed-in"),
        pytest.param("ss-opt=perm; path=/", "no HttpOnly", id="how-long"),
        pytest.param("sessionid=b8TlZyzJ0WGeQ5wB6hNo", "no HttpOnly", id="other"),
        pytest.param("connect.sid=s%3Ab8TlZyzJ0W.GeQ5wB6hNo", "no HttpOnly", id="node"),
        pytest.param(f"{OWN}; Domain=.com", "wide Domain", id="top-domain"),
        pytest.param(f"{OWN}; Domain=azurewebsites.net", "wide Domain", id="shared-domain"),
    ],
)
def test_a_session_cookie_for_others_is_found(line: str, symptom: str) -> None:
    assert judge("L92", cookies(line)) == ("violated", symptom)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("; Path=/", ("holds", ""), id="every"),
        pytest.param("; Path=/api", ("holds", ""), id="base-path"),
        pytest.param("; Path=/auth", ("violated", "narrow Path"), id="folder"),
        pytest.param("; Path=/api/auth/credentials/", ("violated", "narrow Path"), id="sign-in"),
        pytest.param("", ("violated", "narrow Path"), id="folder-by-default"),
    ],
)
def test_a_session_cookie_holds_for_lists(path: str, expected: tuple[str, str]) -> None:
    line = f"ss-id=b8TlZyzJ0WGeQ5wB6hNo; HttpOnly{path}"

    assert judge("L92", answer(SIGN_IN, ("Set-Cookie", line))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(OWN, ("violated", "no Secure"), id="without"),
        pytest.param(f"{OWN}; Secure", ("holds", ""), id="with"),
    ],
)
def test_a_session_cookie_by_tls_is_for_tls(line: str, expected: tuple[str, str]) -> None:
    assert judge("L92", cookies(line, is_secure=True)) == expected
    assert judge("L92", cookies(line)) == ("holds", "")


def sign_ins(one: str, two: str, *, planted: str = "", after: int = 401) -> list[Page]:
    ids = (one, two, planted)
    given = [answer(SIGN_IN, ("Set-Cookie", f"{text}; HttpOnly")) for text in ids]
    kept = answer("@auth=session-kept", status=401)
    return [*given[:2], kept, given[2], answer("@auth=planted", status=after)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param("ss-id=b8TlZyzJ0WGeQ5wB6hNo", "ss-id=x1Zq0ZpO3mVt5UuB2cLe", id="servicestack"),
        pytest.param(
            "ss-id=b8TlZyzJ0WGeQ5wB6hNo", "ss-id=b8Zq0ZpO3mVt5UuB2cNo", id="alike-by-luck"
        ),
        pytest.param("session=eyJpZCI6MX0.aQ.zz", "session=eyJpZCI6MX0.aQ.zz", id="signed-text"),
        pytest.param("sid=1839403759284750928374", "sid=7749283749018273645534", id="long-number"),
        pytest.param(
            "SESSION=01890a5d-ac96-774b-bcce-b302099a8057",
            "SESSION=01890a5d-ac97-7b3e-9d21-0c5a6e1f2b34",
            id="time-and-luck",
        ),
        pytest.param("device=0000", "device=0000", id="no-session"),
    ],
)
def test_new_ids_are_no_finding(one: str, two: str) -> None:
    assert judge("L93", *sign_ins(one, two))[0] in ("holds", "vacuous")


@pytest.mark.parametrize(
    ("one", "two", "symptom"),
    [
        pytest.param("ss-id=b8TlZyzJ0WGeQ5", "ss-id=b8TlZyzJ0WGeQ5", "same id twice", id="same"),
        pytest.param("sid=a8f2", "sid=19cd", "short id", id="short"),
        pytest.param("ss-id=17400000000011", "ss-id=17400000931122", "few characters", id="number"),
        pytest.param("sid=abababababab", "sid=babababababa", "few characters", id="letters"),
        pytest.param(
            "ss-id=user-alice-0007", "ss-id=user-alice-0012", "sequential ids", id="count"
        ),
        pytest.param(
            "sid=6650a1f2c0ffee0123abcd07",
            "sid=6650a1f2c0ffee0123abcd09",
            "sequential ids",
            id="hex",
        ),
    ],
)
def test_ids_that_can_be_guessed_are_found(one: str, two: str, symptom: str) -> None:
    assert judge("L93", *sign_ins(one, two)) == ("violated", symptom)


def test_an_id_that_the_client_brought_is_not_kept() -> None:
    pages = sign_ins("sid=b8TlZyzJ0WGe", "sid=QxTl11zJ0WGe", planted=f"sid={PLANTED_ID}")

    assert judge("L93", *pages) == ("violated", "made-up id kept")


@pytest.mark.parametrize("status", [200, 304])
def test_an_id_that_the_client_brought_opens_nothing(status: int) -> None:
    pages = sign_ins("sid=b8TlZyzJ0WGe", "sid=QxTl11zJ0WGe", after=status)

    assert judge("L93", *pages) == ("violated", "made-up id opens")


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_an_id_that_the_client_brought_and_that_is_refused_is_no_finding(status: int) -> None:
    pages = sign_ins("sid=b8TlZyzJ0WGe", "sid=QxTl11zJ0WGe", after=status)

    assert judge("L93", *pages) == ("holds", "")


def test_a_host_without_a_sign_in_is_not_judged() -> None:
    pages = [answer(SIGN_IN, status=404)] * 4 + [answer("@auth=planted", status=401)]

    assert judge("L93", *pages) == ("vacuous", "")


OLD, NEW = "b8TlZyzJ0WGeQ5wB6hNo", "QxTl11zJ0WGeQ5wB6hNo"


@pytest.mark.parametrize(
    ("sign_ins", "expected"),
    [
        pytest.param((("", OLD), ("", NEW)), ("holds", ""), id="new"),
        pytest.param((("", OLD), ("", NEW), ("", OLD)), ("violated", "session again"), id="again"),
        pytest.param((("", OLD), ("&@auth=other", OLD)), ("violated", "session again"), id="other"),
        pytest.param((("", OLD), ("&@auth=planted", OLD)), ("vacuous", ""), id="brought"),
        pytest.param((("", "1"), ("", "1")), ("vacuous", ""), id="short"),
        pytest.param((("", f"{OLD}.x"), ("", f"{OLD}.x")), ("vacuous", ""), id="signed"),
    ],
)
def test_an_id_that_an_earlier_sign_in_gave_is_found(
    sign_ins: tuple[tuple[str, str], ...], expected: tuple[str, str]
) -> None:
    pages = [
        answer(f"{SIGN_IN}{who}", ("Set-Cookie", f"ss-pid={value}; HttpOnly"), body="{}")
        for who, value in sign_ins
    ]

    assert judge("L105", *pages) == expected


class Sessions:
    """A host with a sign-in; `fault` says what its sessions do wrong."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.numbers = count(1)
        self.toy = Toy(rows=build_rows(40))
        self.is_open = False
        self.last = 0

    def __call__(self, request: Request) -> Response:
        if request.path == "/auth/credentials":
            self.is_open = request.auth in ("user", "planted") or self.fault == request.auth
            is_told = self.fault == "names" and request.auth == "unknown"
            is_right = request.auth in ("user", "planted") or self.fault == request.auth == "empty"
            return self._answer(request, 200 if is_right else 404 if is_told else 401)
        if request.path == "/auth/logout":
            self.is_open = False
            return replace(self._answer(request, 200), headers=())
        opens = self.is_open or self.fault == f"{request.path} {request.auth}"
        if request.auth in ("session", "session-header") and opens:
            return self.toy(Request(query=request.query))
        return self.toy(request)

    def _answer(self, request: Request, status: int) -> Response:
        number = 7 if self.fault == "one id" else next(self.numbers)
        if request.path == "/auth/credentials":
            is_again = self.fault == "id of before" and request.remember == "true"
            number = self.last = self.last if is_again else number
        value = f"{number * 7919**9 % 16**20:020x}"
        line = f"sid={value}; Path=/{'' if self.fault == 'no HttpOnly' else '; HttpOnly'}"
        return Response(
            status=status,
            reason="",
            headers=(("Set-Cookie", line),) if status == 200 else (),
            body=b"{}",
            elapsed_seconds=0.001,
            request=request,
        )


def run(fault: str) -> Outcome:
    options = CheckOptions(only=("L72", "L73", "L92", "L93", "L105"), max_drawn=1)
    return run_laws(Sessions(fault), options=options)


def test_a_host_of_other_cookies_keeps_every_law_on_sessions() -> None:
    outcome = run("")

    assert outcome.findings == []
    assert {result.verdict for result in outcome.laws.values()} == {"holds"}


@sampled(2)
@pytest.mark.parametrize(
    ("fault", "law", "symptom"),
    [
        ("id of before", "L105-session-again", "session again"),
        ("names", "L73-failed-sign-in", "tells who is a user"),
        # Opened before the password was looked at.
        ("wrong", "L73-failed-sign-in", "session after failure"),
        ("empty", "L73-failed-sign-in", "no password"),
        ("no HttpOnly", "L92-session-cookies", "no HttpOnly"),
        (
            "/conversations.csv session",
            "L72-session",
            "session outlives sign-out by GET",
        ),
        (
            "/conversations session-header",
            "L72-session",
            "session outlives sign-out in a header",
        ),
    ],
)
def test_a_fault_of_sessions_is_one_finding(fault: str, law: str, symptom: str) -> None:
    assert [(f.law, f.symptom) for f in run(fault).findings] == [(law, symptom)]


def test_an_id_that_never_changes_is_one_cause() -> None:
    report = replace(QUIET, findings=tuple(run("one id").findings))

    assert {f.law for f in report.findings} == {"L93-session-ids", "L105-session-again"}
    assert len(groups_of(report)) == 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["ss-id=; expires=Thu, 01 Jan 1970 00:00:00 GMT"], ("holds", ""), id="empty"),
        pytest.param(["ss-pid=x; Max-Age=0"], ("holds", ""), id="by-age"),
        pytest.param([], ("violated", "cookies stay"), id="none"),
        pytest.param(["ss-id=b8TlZyzJ0WGe"], ("violated", "cookies stay"), id="another"),
        pytest.param(["ss-id=; path=/auth"], ("violated", "cookies stay"), id="of-another-path"),
        pytest.param(["ss-id=; path=/"], ("holds", ""), id="of-its-path"),
        pytest.param(["theme="], ("violated", "cookies stay"), id="of-another-name"),
    ],
)
def test_a_sign_out_empties_the_cookies_that_the_contract_names(
    lines: list[str], expected: tuple[str, str]
) -> None:
    given = answer(
        SIGN_IN, ("Set-Cookie", f"{OWN}"), ("Set-Cookie", "ss-pid=x8TlZyzJ0WGeQ5wB6hNo; HttpOnly")
    )
    sign_out = answer("@path=/auth/logout", *(("Set-Cookie", line) for line in lines), body="{}")
    refused = answer("@auth=session", status=401, body="")
    again = answer(SIGN_IN, ("Set-Cookie", "ss-id=c9TlZyzJ0WGeQ5wB6hNo; HttpOnly"))
    pages = [
        given,
        answer(""),
        NOBODY,
        sign_out,
        refused,
        NOBODY,
        refused,
        again,
        answer(""),
        answer(""),
    ]

    assert judge("L72", *pages, refused, sign_out, refused, NOBODY) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param('{"isAuthenticated": false}', ("holds", ""), id="nobody"),
        pytest.param('{"isAuthenticated": false, "name": "Guest"}', ("holds", ""), id="a-guest"),
        pytest.param(
            '{"isAuthenticated": false, "name": "Ana"}', ("violated", "told after sign-out"),
            id="ana",
        ),
    ],
)  # fmt: skip
def test_after_a_sign_out_nobody_is_told(told: str, expected: tuple[str, str]) -> None:
    given = answer(SIGN_IN, ("Set-Cookie", f"{OWN}"), body='{"displayName": "Ana"}')
    again = answer(SIGN_IN, ("Set-Cookie", "ss-id=c9TlZyzJ0WGeQ5wB6hNo; HttpOnly"))
    refused = answer("@auth=session", status=401, body="")
    lists = [answer(""), answer("")]
    pages = [
        given,
        answer(""),
        NOBODY,
        given,
        refused,
        NOBODY,
        refused,
        again,
        *lists,
        refused,
        given,
        refused,
    ]

    assert judge("L72", *pages, answer(WHO, body=told)) == expected
    assert judge("L72", *pages[:5], answer(WHO, body=told), *pages[6:], NOBODY) == expected


def test_a_program_whose_session_is_over_is_refused_and_not_sent_on() -> None:
    given = answer(SIGN_IN, ("Set-Cookie", f"{OWN}"))
    again = answer(SIGN_IN, ("Set-Cookie", "ss-id=c9TlZyzJ0WGeQ5wB6hNo; HttpOnly"))
    refused, sent_on = (answer("@auth=session", status=status, body="") for status in (401, 302))
    lists = [answer(""), answer("")]
    pages = [
        given,
        answer(""),
        NOBODY,
        given,
        sent_on,
        NOBODY,
        refused,
        again,
        *lists,
        refused,
        given,
        refused,
    ]

    assert judge("L72", *pages, NOBODY) == ("violated", "sent on after sign-out")


@pytest.mark.parametrize(
    ("learned", "expected"),
    [
        ({"refusal-status": ("401",)}, ("violated", "session outlives sign-out")),
        # Who is answered so as a stranger, too, is for the law on that.
        ({}, ("holds", "")),
    ],
)
def test_an_empty_list_is_no_refusal_for_who_signed_out(
    learned: dict[str, tuple[str, ...]], expected: tuple[str, str]
) -> None:
    given = answer(SIGN_IN, ("Set-Cookie", f"{OWN}"))
    again = answer(SIGN_IN, ("Set-Cookie", "ss-id=c9TlZyzJ0WGeQ5wB6hNo; HttpOnly"))
    refused = answer("@auth=session", status=401, body="")
    empty = answer("@auth=session", body='{"conversations": []}')
    lists = [answer(""), answer("")]
    pages = [
        given,
        answer(""),
        NOBODY,
        given,
        empty,
        NOBODY,
        refused,
        again,
        *lists,
        refused,
        given,
        refused,
    ]

    assert judge("L72", *pages, NOBODY, learned=learned) == expected


def test_a_session_that_should_stay_and_does_not_is_found() -> None:
    line = "ss-pid=x8TlZyzJ0WGeQ5wB6hNo; expires=Mon, 26 Nov 2046 09:11:02 GMT; HttpOnly"
    given = answer(SIGN_IN, ("Set-Cookie", line))
    again = answer(SIGN_IN, ("Set-Cookie", line.replace("x8", "y9")))
    refused = answer("@auth=session", status=401, body="")
    pages = [given, answer(""), NOBODY, given, refused, NOBODY, refused, again, answer(""), refused]

    assert judge("L72", *pages, refused, given, refused, NOBODY) == ("violated", "not remembered")


def test_a_session_that_should_end_with_the_browser_and_does_not_is_found() -> None:
    option = ("Set-Cookie", "ss-opt=temp; expires=Mon, 26 Nov 2046 09:11:02 GMT; HttpOnly")
    given = [answer(SIGN_IN, ("Set-Cookie", f"{OWN}"), option), answer("@auth=session-kept")]
    pages = [given[0], *given, given[0], answer("@auth=planted", status=401)]

    assert judge("L93", *pages) == ("violated", "outlives the browser")
