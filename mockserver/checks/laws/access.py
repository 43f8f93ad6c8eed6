"""Laws on who may read: refusals, passwords and sessions."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from mockserver.checks.facts import Facts, Page
from mockserver.checks.laws.envelope import is_json_error, what_stands
from mockserver.checks.laws.id_choices import part
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    every_ask,
    exact,
    holds,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.laws.session_cookies import Cookie, is_of_session, read_cookie
from mockserver.checks.plan import Query, query, text_value
from mockserver.checks.sign_in_expectation import members_of
from mockserver.checks.type_asked import is_framework, type_asked

__all__ = ["ACCESS_LAWS"]

_OWN = (
    "user", "other", "basic", "mail", "session", "session-header", "session-kept",
    "session-unremembered",
)  # fmt: skip
# Refused as others are: what is wrong for all would be a finding for each.
_ALIKE = ("cased", "colon", "nameless", "planted", "swapped")
_OUTLIVES = (
    "session outlives sign-out",
    "session outlives sign-out in a header",
    "session comes back with a sign-in",
    "session outlives sign-out by GET",
)
_TOO_MANY = 429
# Whose Basic credentials are well formed and wrong.
_MISTYPED = ("wrong", "prefixed", "extended", "cased", "unknown")
_SIGN_IN = "/auth/credentials"
_SIGN_OUT, _STATUS = "/auth/logout", "/auth/status"
# What tells who somebody is.
_NAMING = ("userid", "username", "name", "displayname", "emailaddress", "email")
# What a host says of a body or type that it does not know.
_NOT_KNOWN = (400, 404, 405, 406, 415, 422, 501)
# How a page is led back to the sign-in.
_LED_BACK = (302, 303)


def _is_open_page(page: Page) -> bool:
    """Say whether somebody without credentials gets a page that asks for none."""
    if page.query.directive("auth") != "none" or page.kind != "html":
        return False
    return page.status == 200 and b"password" not in page.response.body.lower()


def _refusals(case: Case) -> tuple[int, ...]:
    """Return the statuses that refuse a stranger on this host, as far as was seen."""
    return tuple(s for s in (401, 403) if case.may_be("refusal-status", str(s)))


def _documented(statuses: Sequence[int]) -> str:
    return " or ".join(map(str, statuses))


def _shows_no_page(case: Case) -> Judgement:
    pages = [page for page in case.pages if page.query.directive("auth") == "none"]
    for page in pages:
        if page.query.directive("accept") == "text/html" and _is_open_page(page):
            return violated("page for strangers", "a page in place of the sign-in", "302, or 401")
        location = page.response.header("location") if page.status in _LED_BACK else None
        if location and is_framework(case.shown) and not urlsplit(location).netloc:
            return violated("relative Location", "a Location without a host", "an absolute URL")
    return holds() if len(pages) > 1 else vacuous("fewer than two refusals")


def _tells_nothing(case: Case) -> Judgement:
    page = case.pages[0]
    if page.query.directive("auth", "user") in (*_OWN, *_ALIKE):
        return vacuous("not a refusal, or one like others")
    if page.status == 200 and page.rows is not None:
        return vacuous("no refusal at all, which the oracle judges")
    if page.rows or any(id_.encode() in page.response.body for id_ in _long_ids(case.facts)):
        return violated("data in a refusal", "rows or ids in a refusal", "no data")
    if not page.response.body or page.status not in (400, 401, 403):
        return holds()
    if page.kind is None:
        return vacuous("a refusal in a type that is not known")
    if page.kind == "json" and not is_json_error(page.response):
        received = f"a JSON refusal with {what_stands(page.response)} in place of an error code"
        return violated("no errorCode", received, "an error code")
    return holds()


def _long_ids(facts: Facts) -> list[str]:
    return [id_ for ids in facts.pools.values() for id_ in ids[:20] if len(id_) >= 8]


def _asks_for_credentials(case: Case) -> Judgement:
    """Judge the refusal of whoever brings none; of wrong ones the framework asks for no others."""
    page = case.pages[0]
    identity = page.query.directive("auth", "user")
    challenge = page.response.header("www-authenticate")
    if page.status == 401 and identity in _MISTYPED and challenge and is_framework(case.shown):
        return violated(
            "challenge to wrong credentials", "WWW-Authenticate for a wrong password", "no such"
        )
    is_of_nobody = identity == "none"
    # Another operation may answer itself.
    if page.status != 401 or not is_of_nobody or type_asked(page.query) is None:
        return vacuous("not the refusal of somebody without credentials")
    if challenge is None:
        return violated(
            "no challenge", "401 without the header WWW-Authenticate", "how to sign in, by it"
        )
    for scheme in ("basic", "credentials"):
        if challenge.lower().startswith(scheme):
            return measured("provider-order", scheme)
    return holds()


def _as_nobody(facts: Facts) -> Sequence[Query]:
    return [part(facts)[0].with_values("@auth", "none")]


def _ask_session(plan: Query) -> Sequence[Query]:
    as_session = plan.with_values("@auth", "session")
    in_header = plan.with_values("@auth", "session-header")
    by_suffix = as_session.with_values("@path", "/conversations.csv")
    return (
        query(("@method", "POST"), ("@path", _SIGN_IN)),
        query(("@auth", "session")),
        query(("@path", _STATUS), ("@auth", "session")),
        query(("@method", "POST"), ("@path", _SIGN_OUT), ("@auth", "session")),
        # The very addresses that were read before: a cache may have them still.
        query(("@auth", "session")),
        query(("@path", _STATUS), ("@auth", "session")),
        in_header,
        query(
            ("@method", "POST"),
            ("@path", _SIGN_IN),
            ("@body", "form"),
            ("@remember", "true"),
            ("@accept", "application/xml"),
        ),
        # By the address that is asked for after its end: what stands in front may know the session.
        by_suffix,
        query(("@auth", "session-kept")),
        # A script has its own way to be refused.
        plan.with_values("@auth", "former").with_values("callback", "cb"),
        query(
            ("@path", _SIGN_OUT),
            ("@auth", "session"),
            ("continue", "/conversations"),
            ("@accept", "text/html"),
        ),
        by_suffix,
        # A cookie beside that of the session may still say who somebody was, or open a second one.
        query(("@path", _STATUS), ("@auth", "session-unremembered")),
    )


def _session_lives_and_ends(case: Case) -> Judgement:
    (
        sign_in,
        whole,
        _,
        sign_out,
        first,
        told,
        in_header,
        form,
        remembered,
        kept_on,
        former,
        _,
        second,
        status,
    ) = case.pages
    after = (first, in_header, former, second)
    if sign_in.status in (404, 405):
        return vacuous("the target has no sign-in at this path")
    if sign_in.status != 200:
        return violated(f"sign-in {sign_in.status}", f"sign-in {sign_in.status}", "200")
    if sign_in.kind == "html":
        return violated("sign-in page", "a page for a program that signs in", "JSON")
    if not sign_in.response.header_values("set-cookie"):
        return violated("no cookie", "a sign-in without a cookie", "a session cookie")
    kept = exact(case, 1)
    if kept.verdict == "violated":
        return kept
    value = case.facts.value
    own = {value(row, "accountIds") for row in case.core.values()}
    if own and {value(row, "accountIds") for row in whole.rows or ()} - own:
        return violated("another's session", "accounts that the user does not see", "his own")
    if sign_out.status >= 400:
        return violated(f"sign-out {sign_out.status}", f"sign-out {sign_out.status}", "200")
    if _keeps_cookies(sign_in, sign_out):
        return violated("cookies stay", "a sign-out that empties no cookie", "emptied cookies")
    documented = _documented(_refusals(case))
    is_given = form.status in (200, 302) and form.response.header_values("set-cookie")
    if is_given and remembered.status in _refusals(case):
        return violated("sign-in by form", "a session by form that opens nothing", "the list")
    if is_given and _is_to_stay(form) and kept_on.status in _refusals(case):
        received = "a session that ends with the browser, which was asked to stay"
        return violated("not remembered", received, "the list")
    for page, symptom in zip(after, _OUTLIVES, strict=True):
        if _is_let_in(page, case):
            return violated(symptom, f"status {page.status}", documented, asked=page.query)
        if page.status in range(300, 400):
            received = f"status {page.status} for a program whose session is over"
            return violated("sent on after sign-out", received, documented, asked=page.query)
    for page in (told, status):
        if _names_of(page) & (_names_of(sign_in) | {sign_in.response.typed_name}):
            received = "the name of a user whose session is over"
            return violated("told after sign-out", received, "nobody's", asked=page.query)
    return holds()


def _names_of(page: Page) -> set[str]:
    """Return by what an answer says who somebody is; a guest may have a name as well."""
    told = (members_of(page) if page.status == 200 else None) or {}
    return {text for name in _NAMING if isinstance(text := told.get(name), str) and text}


def _is_let_in(page: Page, case: Case) -> bool:
    """Say whether an answer is the list; an empty one, too, where strangers are refused by status.

    Whoever is refused otherwise is for the law on that.
    """
    is_empty_list = page.rows == () and bool(case.learned.get("refusal-status"))
    # A script is told a refusal with 200.
    is_answer = page.rows is not None or page.query.get("callback") is None
    is_list = bool(page.rows) or (not case.core and is_answer) or is_empty_list
    return page.status == 200 and is_list


def _keeps_cookies(sign_in: Page, sign_out: Page) -> bool:
    """Say whether a sign-out empties no cookie, on a host that calls them as the contract does.

    One of another path is another cookie.
    """
    given, after = (
        [read_cookie(line) for line in page.response.header_values("set-cookie")]
        for page in (sign_in, sign_out)
    )
    paths = {cookie.name: cookie.attributes.get("path", "") for cookie in given}
    has_pair = {"ss-id", "ss-pid"} <= paths.keys() and sign_out.status == 200
    emptied = (c for c in after if c.name in paths and (c.is_dropped or not c.value))
    return has_pair and not any(_is_of_path(c, paths[c.name]) for c in emptied)


def _is_of_path(cookie: Cookie, path: str) -> bool:
    """Say whether a cookie is of a path, as far as both are told."""
    return not path or cookie.attributes.get("path", path) == path


def _is_to_stay(page: Page) -> bool:
    """Say whether a sign-in gives a cookie of a session that a closed browser keeps."""
    cookies = map(read_cookie, page.response.header_values("set-cookie"))
    return any(is_of_session(c) and c.attributes.keys() & {"expires", "max-age"} for c in cookies)


def _ask_failed_sign_in(plan: Query) -> Sequence[Query]:
    sign_in = query(("@method", "POST"), ("@path", _SIGN_IN))
    return (
        sign_in,
        sign_in.with_values("@auth", "wrong-in-session").with_values("@accept", "application/jsv"),
        sign_in.with_values("@auth", "unknown"),
        # What is no password at all is one to some directories.
        sign_in.with_values("@auth", "empty"),
        # As a program sends it, and as a page for people; the cookies of neither open anything.
        sign_in.with_values("@auth", "wrong"),
        plan.with_values("@auth", "session"),
        sign_in.with_values("@auth", "wrong")
        .with_values("@body", "form")
        .with_values("@remember", "true")
        .with_values("@accept", text_value("text/html")),
        plan.with_values("@auth", "session"),
    )


def _failed_sign_in_opens_nothing(case: Case) -> Judgement:
    _, in_session, unknown, empty, plain, after_plain, sign_in, after = case.pages
    if in_session.status in (404, 405):
        return vacuous("the target has no sign-in at this path")
    if empty.status == 200 and empty.response.header_values("set-cookie"):
        return violated(
            "no password", "status 200 for a sign-in with no password", "400, 401 or 403",
            asked=empty.query,
        )  # fmt: skip
    for page, what in ((in_session, ", in a session"), (plain, ""), (sign_in, "")):
        # A host may know no forms, or not this type; a page leads back to the sign-in.
        known = (*_NOT_KNOWN, *_LED_BACK) if page is sign_in else (406,)
        if page.status not in (401, 403, *known):
            received = f"status {page.status} for a sign-in with a wrong password{what}"
            return violated(f"status {page.status}", received, "401 or 403", asked=page.query)
    is_told_apart = unknown.status not in (in_session.status, _TOO_MANY)
    if is_told_apart and in_session.status in (401, 403):
        received = f"status {unknown.status} for a name that nobody has, so that names can be tried"
        return violated("tells who is a user", received, "that of a wrong password")
    for page in (after_plain, after):
        if _is_let_in(page, case):
            documented = _documented(_refusals(case))
            return violated(
                "session after failure", f"status {page.status}", documented, asked=page.query
            )
    return holds()


def _ask_together(plan: Query) -> Sequence[Query]:
    values = plan.terms[0].values
    return tuple(query((plan.terms[0].name, values[i % len(values)])) for i in range(8))


def _many(facts: Facts) -> Sequence[Query]:
    count = min(8, facts.count("endpointIds"))
    return [query(("endpointIds", [f"$endpoint[{i}]" for i in range(count)]))] if count else []


ACCESS_LAWS = (
    Law(
        id="L80-every-way",
        statement="Without credentials no way of asking for a format is answered with rows, or with"
        " a page; the framework sends on to the sign-in by an absolute URL.",
        tier="must",
        kind="single",
        reads="all",
        judge=_shows_no_page,
        reads_other=True,
    ),
    Law(
        id="L09-refusal",
        statement="A refusal holds no data, and an error code where it is JSON.",
        tier="must",
        kind="single",
        reads="each",
        judge=_tells_nothing,
    ),
    Law(
        id="L72-session",
        statement="A sign-in's cookie reads the list until sign-out, and not after.",
        tier="must",
        kind="loopback-only",
        judge=_session_lives_and_ends,
        plans=part,
        asks=_ask_session,
        cost=14,
        value=5.5,
    ),
    Law(
        id="L73-failed-sign-in",
        statement="A sign-in with a wrong password or none is refused, in a session too, as one"
        " with a name that nobody has is; its cookie opens nothing.",
        tier="must",
        kind="loopback-only",
        judge=_failed_sign_in_opens_nothing,
        plans=part,
        asks=_ask_failed_sign_in,
        cost=8,
        value=5.0,
    ),
    Law(
        id="L74-together",
        statement="Eight requests at once get the answers that they get one by one.",
        tier="must",
        kind="loopback-only",
        judge=every_ask,
        plans=_many,
        asks=_ask_together,
        cost=8,
        value=2.4,
        is_together=True,
    ),
    Law(
        id="L75-provider",
        statement="Who brings no credentials and gets 401 is told how to sign in; who brings wrong"
        " ones is not, where the framework answers. Measured: the scheme that is named first.",
        tier="should",
        kind="single",
        reads="each",
        judge=_asks_for_credentials,
        plans=_as_nobody,
        point="provider-order",
    ),
)
