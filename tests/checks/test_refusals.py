"""Refusals, HEAD and callbacks, as far as single answers tell; each fault, and each good way."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from mockserver.checks.asking.refusals import contexts
from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import Page, build_facts
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import Query
from tests.checks.answers import answer, judge
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only, sampled

ROWS = build_rows(40)
CHALLENGE = ("WWW-Authenticate", 'basic realm="/auth/basic"')
IMPOSTORS = ("cased", "colon", "nameless", "empty", "forged")
HEAD, NOBODY = "@method=HEAD", "@method=HEAD&@auth=none"


def host(opens: Callable[[Request], bool]) -> Callable[[Request], Response]:
    """Return a host that lets in whom it should not, where `opens` says so."""
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        asked = replace(request, auth="user") if opens(request) else request
        return replace(toy(asked), request=request)

    return send


def run(opens: Callable[[Request], bool], *laws: str) -> Outcome:
    return run_laws(host(opens), options=CheckOptions(only=laws, max_drawn=1))


def test_a_host_that_refuses_every_impostor_is_clean() -> None:
    outcome = run(lambda request: False, "L71", "L80")

    assert [(r.id, r.verdict) for r in outcome.laws.values()] == [
        ("L71-wrong-password", "holds"),
        ("L80-every-way", "holds"),
    ]


@pytest.mark.parametrize("identity", IMPOSTORS)
def test_an_impostor_who_is_let_in_is_found(identity: str) -> None:
    outcome = run(lambda request: request.auth == identity, "L71")

    found = [(finding.symptom, dict(finding.cause)) for finding in outcome.findings]
    assert found == [("a list", {"@auth": identity})]


def test_who_is_let_in_by_another_user_s_password_is_found() -> None:
    send = host(lambda request: request.auth == "swapped")
    options = CheckOptions(only=("L71",), max_drawn=1)

    outcome = run_laws(send, options=options, has_other=True)

    assert [dict(finding.cause) for finding in outcome.findings] == [{"@auth": "swapped"}]


def test_a_door_in_capital_letters_is_found() -> None:
    outcome = run(lambda request: request.path == "/Conversations" and request.auth == "none")

    assert [(f.symptom, f.plan) for f in outcome.findings] == [
        ("a list", "L08-auth-required @path=/Conversations&@auth=none")
    ]


@pytest.mark.parametrize("name", ["access_token", "api_key", "token", "ss-id", "password"])
def test_a_made_up_word_in_the_address_that_opens_is_found(name: str) -> None:
    outcome = run(lambda request: f"{name}=mockserver" in request.query, "L71")

    assert [(f.law, f.symptom) for f in outcome.findings] == [("L71-wrong-password", "a list")]
    assert name in dict(outcome.findings[0].cause)


def strangers(*challenged: bool, statuses: Sequence[int] = (401,)) -> list[Page]:
    """Return refusals of the eight ways, each with a challenge or without."""
    headers = [(CHALLENGE,) if is_asked else () for is_asked in challenged]
    return [
        answer(
            "@auth=none", *headers[i % len(headers)], status=statuses[i % len(statuses)], body=""
        )
        for i in range(8)
    ]


def test_a_refusal_that_does_not_say_how_to_sign_in_is_found() -> None:
    asked, not_asked = strangers(True, False)[:2]

    assert judge("L75", asked) == ("holds", "")
    assert judge("L75", not_asked) == ("violated", "no challenge")


def head(*headers: tuple[str, str], get: tuple[tuple[str, str], ...] = ()) -> list[Page]:
    return [
        answer(HEAD, *headers, body=""),
        answer("", *get),
        answer(NOBODY, status=401, body=""),
        answer(""),
    ]


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param(head(), id="bare"),
        pytest.param(head(("Vary", "Accept"), get=(("Vary", "accept, Accept-Encoding"),)), id="gz"),
        pytest.param(head(("Content-Length", "9"), get=(("Content-Length", "9"),)), id="length"),
        pytest.param(head(get=(("ETag", '"1"'),)), id="tag-of-get-alone"),
    ],
)
def test_a_head_that_is_as_its_get_is_no_finding(pages: list[Page]) -> None:
    assert judge("L61", *pages) == ("holds", "")


@pytest.mark.parametrize(
    ("pages", "symptom"),
    [
        pytest.param(head(("Vary", "Accept")), "Vary", id="vary-of-head-alone"),
        pytest.param(head(get=(("Vary", "Accept"),)), "Vary", id="vary-of-get-alone"),
        pytest.param(head(("Content-Length", "0")), "length", id="no-length"),
        pytest.param(head(("ETag", '"1"')), "ETag", id="tag-of-head-alone"),
    ],
)
def test_a_head_that_is_not_as_its_get_is_found(pages: list[Page], symptom: str) -> None:
    assert judge("L61", *pages) == ("violated", symptom)


@sampled(2)
@pytest.mark.parametrize("after", ["HEAD", "HEAD none"], ids=["own", "refused"])
def test_a_get_that_a_head_spoils_is_found(after: str) -> None:
    toy, last = Toy(rows=ROWS), [""]

    def send(request: Request) -> Response:
        is_spoilt = last[0] == after
        last[0] = f"{request.method} {request.auth}".removesuffix(" user")
        given = toy(request)
        return replace(given, body=b'{"conversations":[]}') if is_spoilt else given

    outcome = run_laws(send)

    assert any("@method=HEAD" in dict(f.cause).get("after", "") for f in outcome.findings)


@deep_only
def test_strangers_who_are_refused_in_two_ways_are_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        given = toy(request)
        is_other = given.status == 401 and "endpointIds" in request.query
        return replace(given, status=403) if is_other else given

    outcome = run_laws(send)

    assert [(f.law, f.symptom) for f in outcome.findings] == [("L08-auth-required", "status 403")]


def test_a_head_that_strangers_are_answered_is_found() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        if request.method != "HEAD":
            return toy(request)
        given = toy(replace(request, method="GET", auth="user"))
        return replace(given, request=request, body=b"")

    outcome = run_laws(send, options=CheckOptions(only=("L71", "L80"), max_drawn=1))

    assert [dict(f.cause) for f in outcome.findings] == [{"@method": "HEAD", "@auth": "none"}]


def test_a_header_out_of_a_callback_is_found() -> None:
    pages = [answer("callback=a%0D%0AX", ("X-Mockserver-Check", "1"))]

    assert judge("L65", *pages) == ("violated", "header injected")


@pytest.mark.parametrize("pool", ["account", "endpoint", "customer"])
def test_an_id_of_another_kind_that_selects_rows_is_found(pool: str) -> None:
    toy, first = Toy(rows=ROWS), build_facts(ROWS).pools[pool][0]
    own = {"account": "accountIds", "endpoint": "endpointIds", "customer": "customerIds"}[pool]

    def send(request: Request) -> Response:
        name = request.query.partition("=")[0]
        if first in request.query and name != own:
            return replace(toy(Request(query=f"{own}={first}")), request=request)
        return toy(request)

    outcome = run_laws(send, options=CheckOptions(only=("L83",), max_drawn=1))

    assert {finding.law for finding in outcome.findings} == {"L83-other-kind"}


FORMATS = {
    "xml": "@accept=application/xml", "csv": "format=csv", "jsv": "@path=/conversations.jsv",
    "jsonp": "callback=cb",
}  # fmt: skip


def test_a_stranger_asks_in_each_format_that_the_array_has() -> None:
    filters = ("endpointIds=$endpoint[0]", "accountIds=$account[0]&customerIds=$customer[0]")
    asked = {
        f"{some}&{terms}": {"format": kind, "way": "accept"}
        for some in filters
        for kind, terms in FORMATS.items()
    }

    around = contexts(asked, 7)

    assert around[0] == Query()
    assert all(any(terms in str(query) for query in around) for terms in FORMATS.values())


@pytest.mark.parametrize(
    ("kind", "body", "verdict"),
    [
        ("application/javascript", "cb({})", "holds"),
        ("text/html", "<form>Password</form>", "holds"),
        ("text/html", "<ul></ul>", "violated"),
    ],
)
def test_a_stranger_gets_no_page_but_that_of_the_sign_in(
    kind: str, body: str, verdict: str
) -> None:
    plan = "format=json&callback=cb&@accept=text/html&@auth=none"
    asked = answer(plan, ("Content-Type", kind), body=body)

    assert judge("L80", asked, answer("@auth=none", status=401))[0] == verdict


@pytest.mark.parametrize(
    ("location", "shown", "symptom"),
    [
        ("/login?redirect=%2fconversations", {"reply json"}, "relative Location"),
        ("/login?redirect=http%3a%2f%2fvoice.example.com", {"reply json"}, "relative Location"),
        ("http://voice.example.com/login", {"reply json"}, ""),
        ("/login", {"accept json"}, ""),
    ],
    ids=["relative", "with-an-address-in-it", "absolute", "of-another-framework"],
)
def test_the_framework_sends_a_stranger_to_an_absolute_url(
    location: str, shown: set[str], symptom: str
) -> None:
    asked = answer("@accept=text/html&@auth=none", ("Location", location), status=302, body="")
    refused = answer("@auth=none", status=401)

    assert judge("L80", asked, refused, shown=frozenset(shown))[1] == symptom
