"""What answers give away beside their rows, each kind of fault and each way of a good host."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.sending.identity import Identities
from mockserver.checks.sending.target import Secret, TargetOptions
from tests.checks.answers import FACTS, ROWS, answer, judge
from tests.checks.toy import Toy

ACCOUNT = FACTS.pools["account"][0]
NOON, LATER = "Sun, 01 Mar 2026 12:00:00 GMT", "Sun, 01 Mar 2026 13:00:00 GMT"
STRANGER = "@header-origin=https://stranger.example"
MARKUP = "zz=%3Cimg src=x onerror=1%3E"
HTML = ("Content-Type", "text/html; charset=utf-8")
Headers = tuple[tuple[str, str], ...]


def cached(*values: str) -> Headers:
    return tuple(("Cache-Control", value) for value in values)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((), id="none"),
        pytest.param(cached("private, max-age=60"), id="private"),
        pytest.param(cached("no-store"), id="no-store"),
        pytest.param(cached("no-cache, max-age=0", "must-revalidate"), id="no-cache"),
        pytest.param(cached("public, no-cache"), id="public-but-asked-again"),
        pytest.param(cached("public, max-age=0"), id="public-and-stale"),
        pytest.param(cached("max-age=0, s-maxage=0"), id="stale"),
        pytest.param((*cached("max-age=60"), ("Vary", "Accept, Cookie")), id="told-apart"),
        pytest.param((("Expires", "0"), ("Date", NOON)), id="no-expiry"),
        pytest.param((("Expires", NOON), ("Date", NOON)), id="expired"),
        pytest.param((("CDN-Cache-Control", "no-store"),), id="cdn-keeps-none"),
        pytest.param((("ETag", '"1"'), *cached("private")), id="tag"),
    ],
)
def test_an_answer_for_its_user_alone_is_no_finding(headers: Headers) -> None:
    assert judge("L90", answer("", *headers)) == ("holds", "")


SHARED = [
    pytest.param(cached("public"), id="public"),
    pytest.param(cached("Public, max-age=60"), id="public-for-a-while"),
    pytest.param(cached("max-age=3600"), id="max-age"),
    pytest.param(cached("max-age=0, s-maxage=60"), id="s-maxage"),
    pytest.param(cached("must-revalidate", "max-age=60"), id="two-headers"),
    pytest.param((*cached("max-age=60"), ("Vary", "Accept")), id="told-apart-by-format"),
    pytest.param((("Expires", LATER), ("Date", NOON)), id="expires"),
    pytest.param((("Surrogate-Control", "max-age=60"), *cached("no-store")), id="surrogate"),
]


@pytest.mark.parametrize("headers", SHARED)
def test_a_list_that_caches_share_is_found(headers: Headers) -> None:
    assert judge("L90", answer("", *headers)) == ("violated", "list in shared caches")


@pytest.mark.parametrize("headers", SHARED)
@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_that_caches_keep_is_found(status: int, headers: Headers) -> None:
    page = answer("@auth=none", *headers, status=status, body="")

    assert judge("L90", page) == ("violated", "refusal in shared caches")


@pytest.mark.parametrize("plan", ["@method=HEAD", "@accept=text/html"])
def test_an_answer_without_rows_is_not_for_caches_either(plan: str) -> None:
    page = answer(plan, HTML, *cached("public"), body="")

    assert judge("L90", page) == ("violated", "list in shared caches")


def test_a_bad_date_that_is_refused_for_an_hour_is_no_finding() -> None:
    page = answer("afterDate=notadate", *cached("public, max-age=3600"), status=400, body="{}")

    assert judge("L90", page)[0] == "vacuous"


def allowed(origin: str, credentials: str = "true") -> Headers:
    return (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", credentials),
    )


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((), id="none"),
        pytest.param((("Access-Control-Allow-Credentials", "true"),), id="as-servicestack"),
        pytest.param(allowed("https://app.example.com"), id="one-origin"),
        pytest.param((("Access-Control-Allow-Origin", "*"),), id="any-without"),
        pytest.param(allowed("*", "false"), id="any-and-false"),
    ],
)
def test_an_origin_that_is_not_trusted_is_no_finding(headers: Headers) -> None:
    assert judge("L91", answer(STRANGER, *headers)) == ("holds", "")


@pytest.mark.parametrize(
    ("plan", "headers"),
    [
        pytest.param(STRANGER, allowed("https://stranger.example"), id="echoed"),
        pytest.param(STRANGER, allowed("*"), id="any"),
        pytest.param("@header-origin=null", allowed("null"), id="null"),
        pytest.param(
            "@header-origin=http://localhost.stranger.example",
            allowed("http://localhost.stranger.example", "True"),
            id="lookalike",
        ),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_any_origin_with_credentials_is_found(plan: str, headers: Headers, status: int) -> None:
    page = answer(plan, *headers, status=status)

    assert judge("L91", page) == ("violated", "any origin with credentials")


@pytest.mark.parametrize(
    ("plan", "headers"),
    [
        pytest.param("", (("X-Powered-By", "ServiceStack/8.1 .NET"), ("Server", "x")), id="names"),
        pytest.param("", (("X-Request-Id", "8f14e45fceea167a5a36dedd4bea2543"),), id="request-id"),
        pytest.param("", (("Via", "1.1 10.0.0.3"), ("X-Cache", "MISS")), id="proxy"),
        pytest.param("", (("Set-Cookie", f"account={ACCOUNT}"),), id="cookie"),
        pytest.param("", (("Report-To", '{"endpoints":"a@example.com"}'),), id="report-to"),
        pytest.param(
            "accountIds=$account[0]",
            (("Link", f"</conversations?accountIds={ACCOUNT}>; rel=self"),),
            id="what-was-asked-for",
        ),
        pytest.param(
            "", (("Content-Disposition", "attachment; filename=Conversations.csv"),), id="file-name"
        ),
    ],
)
def test_headers_of_a_well_mannered_host_are_no_finding(plan: str, headers: Headers) -> None:
    assert judge("L97", answer(plan, *headers)) == ("holds", "")


@pytest.mark.parametrize(
    ("header", "symptom"),
    [
        pytest.param(("X-Accounts", f"a,{ACCOUNT}"), "data in a header", id="id"),
        pytest.param(("X-Last", ROWS[0]["otherAddress"]), "data in a header", id="address"),
        pytest.param(("X-Last", "%2B" + ROWS[0]["otherAddress"][1:]), "data in a header", id="enc"),
        pytest.param(
            ("X-Text", ROWS[0]["mostRecentMessage"]["text"]), "data in a header", id="text"
        ),
        pytest.param(("X-User", "alice@example.com"), "address in a header", id="mail"),
        pytest.param(
            ("X-Debug", "SELECT * FROM Conversation"), "internals in a header", id="statement"
        ),
        pytest.param(("X-Path", r"D:\apps\voice\Program.cs"), "internals in a header", id="path"),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_a_header_that_tells_of_the_data_is_found(
    header: tuple[str, str], symptom: str, status: int
) -> None:
    assert judge("L97", answer("", header, status=status)) == ("violated", symptom)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("application/json", '{"responseStatus":{"errorCode":"X"}}', id="own"),
        pytest.param("application/problem+json", '{"title":"Bad","status":400}', id="problem"),
        pytest.param("application/json", "{}", id="empty-object"),
        pytest.param("application/xml", "<Error><Code>X</Code></Error>", id="xml"),
        pytest.param("application/xml", "<!DOCTYPE html><p>Bad", id="page"),
        pytest.param("text/plain", "Bad request", id="text"),
        pytest.param("text/html", "<p>&lt;img src=x onerror=1&gt;", id="escaped"),
        pytest.param("application/json", '{"message":"<img src=x onerror=1>"}', id="json-echo"),
    ],
)
def test_an_error_of_a_well_mannered_host_is_no_finding(kind: str, body: str) -> None:
    assert judge("L94", answer(MARKUP, ("Content-Type", kind), status=400, body=body))[0] == "holds"


@pytest.mark.parametrize(
    ("plan", "kind", "body", "symptom"),
    [
        pytest.param("", "application/json", '"bad"', "no error object", id="text"),
        pytest.param("", "application/json", '{"a":', "no error object", id="broken"),
        pytest.param(
            "", "application/json", '{"conversations":[{"id":"1"}]}', "no error object", id="rows"
        ),
        pytest.param(
            "",
            "application/json",
            '{"responseStatus":{"message":"x"}}',
            "no error object",
            id="code",
        ),
        pytest.param(
            "",
            "application/json",
            '{"ResponseStatus":{"ErrorCode":"X"}}',
            "no error object",
            id="other-names",
        ),
        pytest.param("", "application/xml", "<Error>", "unreadable body", id="xml"),
        pytest.param(
            MARKUP, "text/html", "<p><img src=x onerror=1></p>", "markup echoed", id="echo"
        ),
        pytest.param(MARKUP, "", "<img src=x onerror=1>", "markup echoed", id="echo-untyped"),
        pytest.param(
            "@auth=none",
            "text/plain",
            f"not {ROWS[3]['otherAddress']}",
            "people in a refusal",
            id="address",
        ),
    ],
)
def test_an_error_that_tells_too_much_or_nothing_is_found(
    plan: str, kind: str, body: str, symptom: str
) -> None:
    page = answer(plan, ("Content-Type", kind), status=400, body=body)

    assert judge("L94", page) == ("violated", symptom)


@pytest.mark.parametrize(
    ("plan", "field", "expected"),
    [
        ("customerIds=%20", "accountIds", ("violated", "another field named")),
        ("customerIds=%20", "CustomerIds", ("holds", "")),
        ("customerIds=%20&accountIds=x", "accountIds", ("holds", "")),
        ("customerIds=%20", "request", ("holds", "")),
        ("@path=/auth/credentials", "accountIds", ("holds", "")),
    ],
)
def test_a_refusal_names_a_parameter_that_was_sent(
    plan: str, field: str, expected: tuple[str, str]
) -> None:
    errors = [{"errorCode": "Invalid", "fieldName": field, "message": "It is blank."}]
    body = json.dumps({"responseStatus": {"errorCode": "Invalid", "errors": errors}})

    assert judge("L94", answer(plan, status=400, body=body)) == expected


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        pytest.param("<td>{}</td>", "violated", id="as-it-is"),
        pytest.param("<title>{}</title><p>{}</p>", "violated", id="behind-a-title"),
        pytest.param("<td>&lt;b&gt;bold&lt;/b&gt; &amp;</td>", "vacuous", id="escaped"),
        pytest.param("<script>const rows = '{}'</script><p></p>", "vacuous", id="in-a-script"),
        pytest.param("<TEXTAREA>{}", "vacuous", id="in-a-field-without-an-end"),
        pytest.param(
            f"<p>{40 * 'İ'}</p><SCRIPT>a('{{}}')</SCRIPT><p></p>",
            "vacuous",
            id="behind-letters-that-grow-in-the-other-case",
        ),
    ],
)
@pytest.mark.parametrize("text", ["<b>bold</b> &", "<b>bold</b> & <script>alert(1)</script>"])
def test_markup_of_a_message_is_none_of_a_page(page: str, verdict: str, text: str) -> None:
    row = {**ROWS[0], "mostRecentMessage": {**ROWS[0]["mostRecentMessage"], "text": text}}
    shown = answer("@accept=text/html", HTML, body=page.replace("{}", text))

    assert judge("L94", shown, rows=[row])[0] == verdict


@pytest.mark.parametrize(
    ("feature", "identity", "expected"),
    [
        pytest.param("reply xml", "wrong", ("violated", "type of a refusal"), id="framework"),
        pytest.param("accept xml", "wrong", ("vacuous", ""), id="another-host"),
        pytest.param("reply xml", "none", ("holds", ""), id="no-credentials"),
    ],
)
def test_the_framework_refuses_a_wrong_password_in_the_type_asked_for(
    feature: str, identity: str, expected: tuple[str, str]
) -> None:
    body = '{"responseStatus":{"errorCode":"Unauthorized"}}'
    page = answer(f"@path=/conversations.xml&@auth={identity}", status=401, body=body)

    assert judge("L94", page, shown=frozenset({feature})) == expected


def test_a_host_of_the_framework_may_have_the_one_type_of_problems() -> None:
    kind = ("Content-Type", "application/problem+json")
    body = '{"type":"about:blank","title":"Refused","status":401}'
    page = answer("@auth=wrong&@accept=application/xml", kind, status=401, body=body)

    assert judge("L94", page, shown=frozenset({"reply xml"}))[0] != "violated"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        pytest.param('{"responseStatus":{"errorCode":"X"}}', "holds", id="own"),
        pytest.param('{"title":"Unauthorized"}', "holds", id="problem"),
        pytest.param('{"ResponseStatus":{"ErrorCode":"X"}}', "violated", id="other-names"),
        pytest.param('{"conversations":[{"id":"1"}]}', "violated", id="list"),
        pytest.param("", "holds", id="no-body"),
    ],
)
def test_a_refusal_in_json_says_an_error(body: str, verdict: str) -> None:
    json_ = ("Content-Type", "application/json")

    assert judge("L09", answer("@auth=none", json_, status=401, body=body))[0] == verdict


def test_markup_of_the_query_is_found_in_a_page_that_is_no_error() -> None:
    page = answer(MARKUP, HTML, body="<h1><img src=x onerror=1></h1>")

    assert judge("L94", page) == ("violated", "markup echoed")


def run(change: Callable[[Response], Response]) -> Outcome:
    """Run these laws, and one more for its requests, on a host whose answers are changed."""
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        return change(toy(request))

    options = CheckOptions(only=("L06", "L08", "L90", "L91", "L94", "L97"), max_drawn=1)
    return run_laws(send, options=options)


def adding(*headers: tuple[str, str]) -> Callable[[Response], Response]:
    return lambda answer: replace(answer, headers=(*answer.headers, *headers))


def test_a_host_that_says_nothing_of_caches_is_clean() -> None:
    outcome = run(adding(("Cache-Control", "private"), ("X-Served-By", "web-3")))

    assert outcome.findings == []


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param(
            ("Cache-Control", "public"),
            {("L90-shared-caches", "list in shared caches"),
             ("L90-shared-caches", "refusal in shared caches")},
            id="public",
        ),
        pytest.param(
            ("X-Account", ACCOUNT), {("L97-telling-headers", "data in a header")}, id="header"
        ),
    ],
)  # fmt: skip
def test_a_fault_in_all_answers_is_a_finding_for_lists_and_one_for_refusals(
    header: tuple[str, str], found: set[tuple[str, str]]
) -> None:
    outcome = run(adding(header))

    assert {(f.law, f.symptom) for f in outcome.findings} == found
    assert len(outcome.findings) == len(found)


def test_an_origin_that_is_echoed_is_found() -> None:
    def echo(response: Response) -> Response:
        origins = [v for name, v in response.request.headers if name == "origin"]
        return adding(*(pair for origin in origins for pair in allowed(origin)))(response)

    laws = {finding.law for finding in run(echo).findings}

    assert laws == {"L91-foreign-origin"}


WHO = "@path=/auth&@auth=basic"
HASH = "pbkdf2$120000$c2FsdHNhbHQ$9f86d081884c7d659a2feaa0c55ad015"


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param({"userId": "2", "passwordHash": HASH}, "violated", id="a-hash"),
        pytest.param({"userId": "2", "Salt": "c2FsdHNhbHQxMjM0"}, "violated", id="a-salt"),
        pytest.param({"userId": "2", "meta": {"salt": "c2FsdHNhbHQxMjM0"}}, "violated", id="deep"),
        pytest.param({"userId": "2", "passwordHash": None}, "vacuous", id="null"),
        pytest.param({"userId": "2", "hasPassword": True}, "vacuous", id="a-flag"),
        pytest.param(
            {"userId": "2", "passwordPolicy": "twelve letters or more"}, "vacuous", id="a-sentence"
        ),
        pytest.param({"userId": "2", "lastPwd": "2026-01-02T03:04:05Z"}, "vacuous", id="a-date"),
        pytest.param(
            {"userId": "2", "passwordResetUrl": "https://example.com/reset/1"},
            "vacuous",
            id="an-address",
        ),
        pytest.param({"userId": "2", "sessionId": HASH}, "vacuous", id="the-session"),
    ],
)
def test_what_a_password_is_known_by_is_told_to_nobody(
    members: dict[str, object], expected: str
) -> None:
    assert judge("L99", answer(WHO, body=json.dumps(members)))[0] == expected


@pytest.mark.parametrize(
    ("auth", "body", "headers", "is_told"),
    [
        pytest.param("user", b"{}", (), False, id="nothing"),
        pytest.param("user", b"wonder:Land1", (), True, id="a-body"),
        pytest.param("user", b"{}", (("X-Debug", "pw=wonder:Land1"),), True, id="a-header"),
        pytest.param(
            "user", b"{}", (("X-Debug", "pw=wonder%3ALand1"),), True, id="percent-encoded"
        ),
        pytest.param(
            "user", b"{}", (("X-Auth", "Basic YWRhOndvbmRlcjpMYW5kMQ=="),), True, id="as-sent"
        ),
        pytest.param("wrong", b"not-1dnaL:rednow", (), True, id="a-wrong-one-that-was-sent"),
        pytest.param("extended", b"YWRhOndvbmRlcjpMYW5kMek=", (), True, id="in-its-charset"),
        pytest.param("none", b"not-1dnaL:rednow", (), False, id="a-wrong-one-that-was-not"),
        pytest.param("unknown", b"there is no such password", (), False, id="words"),
    ],
)
def test_a_password_is_told_wherever_it_stands(
    auth: str, body: bytes, headers: Headers, is_told: bool
) -> None:
    options = TargetOptions(url="http://localhost", user="ada", password=Secret("wonder:Land1"))
    identities = Identities(options, options.resolve())

    assert identities.is_told(auth, body, headers) is is_told


@pytest.mark.parametrize(
    ("members", "verdict"),
    [
        pytest.param({}, "holds", id="none"),
        pytest.param({"mailboxPassword": "x7!kd0"}, "violated", id="password"),
        pytest.param({"smtp": {"user": "a"}, "ApiKey": "9f2c"}, "violated", id="key"),
        pytest.param({"hasPassword": True, "secretaryName": "Ann"}, "holds", id="flag"),
        pytest.param({"tokenCount": "3", "passed": "yes"}, "holds", id="other-words"),
    ],
)
@pytest.mark.parametrize("is_of_message", [False, True])
def test_a_row_holds_no_secret(
    members: dict[str, object], is_of_message: bool, verdict: str
) -> None:
    row = dict(ROWS[0])
    if is_of_message:
        row["mostRecentMessage"] = {**row["mostRecentMessage"], **members}
    else:
        row |= members

    page = answer(body=json.dumps({"conversations": [*ROWS[1:], row]}))

    assert judge("L99", page)[0] == verdict


GIVEN = "ss-id=b8TlZyzJ0WGeQ5wB6hNo; Path=/"


@pytest.mark.parametrize(
    ("path", "auth", "body", "given", "is_told"),
    [
        pytest.param("/conversations", "user", b"<b8TlZyzJ0WGeQ5wB6hNo>", "", True, id="a-list"),
        pytest.param("/conversations", "user", b"let id = 'another'", "", False, id="another"),
        pytest.param("/auth/credentials", "user", b"b8TlZyzJ0WGeQ5wB6hNo", "", False, id="sign-in"),
        pytest.param("/auth", "basic", b"b8TlZyzJ0WGeQ5wB6hNo", "", False, id="who-is-signed-in"),
        pytest.param("/auth", "session", b"b8TlZyzJ0WGeQ5wB6hNo", "", False, id="who-brings-it"),
        pytest.param("/auth", "other", b"b8TlZyzJ0WGeQ5wB6hNo", "", True, id="to-another-user"),
        pytest.param("/auth", "none", b"b8TlZyzJ0WGeQ5wB6hNo", "", True, id="to-nobody"),
        pytest.param("/conversations", "none", b"", GIVEN, True, id="in-a-stranger-s-cookie"),
        pytest.param("/conversations", "basic", b"", GIVEN, False, id="in-one-s-own-cookie"),
        pytest.param("/conversations", "altered", b"", GIVEN, False, id="near-what-was-brought"),
    ],
)
def test_a_session_is_told_to_its_user_alone_where_he_signs_in(
    path: str, auth: str, body: bytes, given: str, is_told: bool
) -> None:
    options = TargetOptions(url="http://localhost", user="ada", password=Secret("wonder:Land1"))
    identities = Identities(options, options.resolve())
    identities.keep([GIVEN], is_own=False)

    assert identities.is_session_told(Request(path=path, auth=auth), body, [given]) is is_told


def test_an_answer_that_names_a_session_is_a_finding() -> None:
    page = answer("")
    response = replace(page.response, tells_session=True)

    assert judge("L99", replace(page, response=response))[0] == "violated"
