import json
from dataclasses import replace

import pytest

from mockserver.checks.facts import Page
from mockserver.checks.sign_in_expectation import SEEN_IN_ALL, compare_sign, expect_sign, shown_by
from tests.checks.answers import answer, judge

SIGN_IN = "@method=POST&@path=/auth/credentials"
WHO = "@path=/auth&@auth=basic"
STATUS = "@path=/auth/status&@auth=basic"
TEMP = ("ss-id=TEMP; path=/; httponly", "ss-pid=PERM; expires=Mon, 26 Nov 2046 09:11:02 GMT")
OPTION = "ss-opt={}; expires=Mon, 26 Nov 2046 09:11:02 GMT"
XML = ("Content-Type", "application/xml")
JSV = ("Content-Type", "application/jsv")


def sign(
    plan: str,
    members: object,
    *headers: tuple[str, str],
    status: int = 200,
    typed: str = "maria",
    option: str = "temp",
) -> Page:
    lines = (*TEMP, OPTION.format(option)) if plan.startswith(SIGN_IN) else ()
    body = members if isinstance(members, str) else json.dumps(members)
    page = answer(plan, *headers, *(("Set-Cookie", x) for x in lines), status=status, body=body)
    return replace(page, response=replace(page.response, typed_name=typed))


def judged(page: Page, shown: frozenset[str] = SEEN_IN_ALL) -> tuple[str, str]:
    expected = expect_sign(page.query)
    assert expected is not None
    judgement = compare_sign(page, expected, shown)
    return judgement.verdict, judgement.symptom


ANA = {"userId": "2", "sessionId": "TEMP", "userName": "maria", "displayName": "Maria Lopez"}
ANA_XML = "<R><UserId>2</UserId><SessionId>TEMP</SessionId><UserName>maria</UserName></R>"
OTHER_CHARSET = f'<?xml version="1.0" encoding="utf-16"?>{ANA_XML}'
MARIA = {"id": "2", "isAuthenticated": True, "name": "Maria Lopez"}
REFUSED = {"responseStatus": {"errorCode": "Unauthorized", "message": "no"}}


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(sign(SIGN_IN, ANA), id="json"),
        pytest.param(sign(SIGN_IN, {**ANA, "userName": "Maria"}), id="name-in-other-case"),
        pytest.param(sign(f"{SIGN_IN}&@accept=application/xml", ANA_XML, XML), id="xml"),
        pytest.param(
            sign(f"{SIGN_IN}&@accept=application/jsv", "{userId:2,userName:maria}", JSV), id="jsv"
        ),
        pytest.param(
            sign(f"{SIGN_IN}&@remember=true", {**ANA, "sessionId": "PERM"}, option="perm"),
            id="remembered",
        ),
        pytest.param(sign(f"{SIGN_IN}&@auth=wrong", REFUSED, status=401), id="wrong"),
        pytest.param(sign(f"{SIGN_IN}&@auth=planted", REFUSED, status=401), id="planted"),
        pytest.param(sign(WHO, {**ANA, "sessionId": "OTHER"}), id="who"),
        pytest.param(sign(WHO, ANA, typed="maria@example.com"), id="by-mail"),
        pytest.param(sign(STATUS, MARIA), id="status"),
        pytest.param(
            sign("@path=/auth/status&@auth=none", {"isAuthenticated": False}), id="nobody"
        ),
        pytest.param(sign("@path=/auth/logout&@auth=session", {}), id="sign-out"),
    ],
)
def test_an_answer_as_the_contract_has_it_holds(page: Page) -> None:
    assert judged(page) == ("holds", "")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(sign(SIGN_IN, "<p>hello</p>", ("Content-Type", "text/html")), id="page"),
        pytest.param(sign(SIGN_IN, REFUSED, status=401), id="plain-and-refused"),
        pytest.param(sign(f"{SIGN_IN}&@body=form", "", status=415), id="no-forms"),
        pytest.param(sign(f"{SIGN_IN}&@accept=application/xml", "", status=406), id="no-xml"),
        pytest.param(sign(WHO, "", status=404), id="no-who"),
        pytest.param(sign(STATUS, "", status=405), id="no-status"),
        pytest.param(sign(STATUS, {"conversations": []}), id="something-else"),
        pytest.param(sign("@path=/auth&@auth=none", "", status=401), id="empty-refusal"),
        pytest.param(sign("@path=/auth&@auth=session", "", status=401), id="session"),
        pytest.param(sign(SIGN_IN, "", status=500), id="5xx"),
    ],
)
def test_what_a_host_does_not_know_is_not_judged(page: Page) -> None:
    assert judged(page) == ("vacuous", "")


@pytest.mark.parametrize(
    ("page", "symptom"),
    [
        pytest.param(sign(SIGN_IN, {**ANA, "userName": "ben"}), "userName", id="another-name"),
        pytest.param(sign(SIGN_IN, {**ANA, "sessionId": "PERM"}), "sessionId", id="other-id"),
        pytest.param(sign(SIGN_IN, ANA, option="perm"), "rememberMe", id="not-asked-to-stay"),
        pytest.param(sign(f"{SIGN_IN}&@remember=true", ANA), "rememberMe", id="forgotten"),
        pytest.param(sign(SIGN_IN, "maria"), "unreadable body", id="text"),
        pytest.param(sign(SIGN_IN, ANA_XML, XML), "media type", id="xml-for-json"),
        pytest.param(
            sign(f"{SIGN_IN}&@accept=application/xml", ANA), "media type", id="json-for-xml"
        ),
        pytest.param(sign(SIGN_IN, {**ANA, **REFUSED}), "error with status 200", id="error"),
        pytest.param(
            sign(f"{SIGN_IN}&@body=form", REFUSED, status=401), "sign-in refused", id="form"
        ),
        pytest.param(
            sign(f"{SIGN_IN}&@body=query", REFUSED, status=401), "sign-in refused", id="address"
        ),
        pytest.param(
            sign(f"{SIGN_IN}&@accept=application/xml", OTHER_CHARSET, XML),
            "unreadable body",
            id="another-charset",
        ),
        pytest.param(
            sign(f"{SIGN_IN}&@auth=mail", REFUSED, status=403), "sign-in refused", id="mail"
        ),
        pytest.param(sign(WHO, REFUSED, status=401), "/auth refused", id="who-refused"),
        pytest.param(sign(WHO, {**ANA, "userName": "ben"}), "userName", id="who-of-another"),
        pytest.param(
            sign(f"{SIGN_IN}&@auth=wrong", {**REFUSED, "userId": "2"}, status=401),
            "refusal tells of a user",
            id="refusal-with-user",
        ),
        pytest.param(
            sign(f"{SIGN_IN}&@auth=wrong", {"responseStatus": {"message": "no"}}, status=401),
            "no errorCode",
            id="no-error-code",
        ),
        pytest.param(
            sign(STATUS, {"isAuthenticated": False}), "told not signed in", id="told-nobody"
        ),
        pytest.param(
            sign("@path=/auth/status&@auth=forged", MARIA), "tells of a user", id="stranger-told"
        ),
        pytest.param(
            sign("@path=/auth/logout&@auth=session", ANA), "tells of a user", id="sign-out-tells"
        ),
        pytest.param(
            sign("@path=/auth/logout&@auth=none", REFUSED, status=401),
            "sign-out refused",
            id="nobody-signs-out",
        ),
        pytest.param(
            sign(
                "@path=/auth/logout&@auth=session&continue=/a",
                "",
                ("Location", "/b"),
                status=302,
            ),
            "way on",
            id="sent-elsewhere",
        ),
    ],
)
def test_an_answer_that_breaks_the_contract_is_found(page: Page, symptom: str) -> None:
    assert judged(page) == ("violated", symptom)


@pytest.mark.parametrize(
    ("page", "feature"),
    [
        pytest.param(sign(f"{SIGN_IN}&@accept=application/xml", ANA), "sign-in types", id="type"),
        pytest.param(sign(WHO, REFUSED, status=401), "basic", id="basic"),
        pytest.param(
            sign("@path=/auth&@auth=other", REFUSED, status=401), "other", id="second-user"
        ),
        pytest.param(
            sign("@path=/auth/logout&@auth=none", REFUSED, status=401), "session", id="sessions"
        ),
    ],
)
def test_what_was_not_seen_to_be_known_is_not_judged(page: Page, feature: str) -> None:
    assert judged(page, SEEN_IN_ALL - {feature})[0] != "violated"
    assert judged(page)[0] == "violated"


def test_an_answer_in_the_type_asked_for_shows_that_types_are_known() -> None:
    page = sign(f"{SIGN_IN}&@accept=application/xml", ANA_XML, XML)
    expected = expect_sign(page.query)
    assert expected is not None

    assert shown_by(page, expected) == {"sign-in types"}
    assert shown_by(sign(SIGN_IN, ANA), expected) == frozenset()


@pytest.mark.parametrize(
    "plan", ["", "@path=/conversations", f"{SIGN_IN}&zz=1", "@path=/auth/credentials"]
)
def test_of_other_requests_nothing_is_expected(plan: str) -> None:
    assert expect_sign(answer(plan).query) is None


def refusal(message: str, *, plan: str = "@auth=wrong") -> Page:
    return sign(plan, {"responseStatus": {"message": message}}, status=401)


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        pytest.param(refusal("Wrong password of Maria Lopez"), "violated", id="name"),
        pytest.param(refusal("maria lopez?"), "violated", id="name-in-small-letters"),
        pytest.param(refusal("We wrote to lopez@example.com"), "violated", id="mail"),
        pytest.param(
            refusal("Maria Lopez was here", plan="@path=/auth/status&@auth=none"),
            "violated",
            id="to-a-stranger",
        ),
        pytest.param(refusal("maria: wrong password"), "holds", id="what-was-typed"),
        pytest.param(sign("@auth=wrong", {"conversations": []}), "holds", id="a-list"),
        pytest.param(sign(STATUS, MARIA), "holds", id="to-herself"),
    ],
)
def test_whoever_is_refused_is_told_no_name_of_a_user(page: Page, verdict: str) -> None:
    mail = {"isAuthenticated": True, "emailAddress": "lopez@example.com"}

    assert judge("L104", sign(STATUS, MARIA), sign(STATUS, mail), page)[0] == verdict


def test_where_no_user_was_told_a_name_nothing_is_said_of_it() -> None:
    assert judge("L104", refusal("Maria Lopez?")) == ("vacuous", "")


@pytest.mark.parametrize(
    ("plan", "shown", "verdict"),
    [
        ("@auth=wrong", {"reply json"}, "violated"),
        # Other hosts ask for better ones, as RFC 9110 has it.
        ("@auth=wrong", set(), "vacuous"),
        ("@auth=none", {"reply json"}, "holds"),
    ],
)
def test_the_framework_does_not_ask_again_who_brings_a_wrong_password(
    plan: str, shown: set[str], verdict: str
) -> None:
    page = answer(plan, ("WWW-Authenticate", "basic"), status=401, body="")

    assert judge("L75", page, shown=frozenset(shown))[0] == verdict
