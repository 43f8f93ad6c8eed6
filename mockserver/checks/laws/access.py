"""Laws on who may read: refusals, passwords, sessions, and two users side by side."""

from collections.abc import Sequence

from mockserver.checks.decode import parse_json
from mockserver.checks.facts import Facts, member, value_of
from mockserver.checks.laws.choose import part
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    every_ask,
    exact,
    holds,
    list_of,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query, text_value
from mockserver.errors import DecodeError

__all__ = ["ACCESS_LAWS"]

_STRANGERS = ("none", "bearer", "unknown", "bearer-empty")
_IMPOSTORS = ("wrong", "empty", "prefixed", "extended", "forged", "malformed")
_OTHER_TYPES = ("application/xml", "text/csv", "application/jsv")
_SIGN_IN = "/auth/credentials"
_SIGN_OUT = "/auth/logout"


def _ask_as_strangers(plan: Query) -> Sequence[Query]:
    return tuple(plan.with_values("@auth", name) for name in _STRANGERS)


def _ask_other_ways(plan: Query) -> Sequence[Query]:
    stranger = plan.with_values("@auth", "none")
    return (
        stranger.with_values("@path", "/conversations.json"),
        stranger.with_values("format", "json"),
        stranger.with_values("callback", "cb"),
    )


def _refused_other_ways(case: Case) -> Judgement:
    suffix, parameter, callback = case.pages
    for page in (suffix, parameter):
        # A host may know no suffixes at all; 404 is no answer with rows.
        if page.status != 401 and (page.status, page) != (404, suffix):
            return violated(f"status {page.status}", f"status {page.status}", "401")
    # ServiceStack answers JSONP with 200, for a script cannot read another status.
    if callback.rows is not None or callback.status not in (200, 401):
        return violated("callback", "a list, or another status than 200 and 401", "a refusal")
    return holds()


def _ask_as_impostors(plan: Query) -> Sequence[Query]:
    return tuple(plan.with_values("@auth", name) for name in _IMPOSTORS)


def _all_refused(case: Case) -> Judgement:
    for page in case.pages:
        identity = page.query.directive("auth")
        allowed = (400, 401) if identity == "malformed" else (401,)
        if page.status not in allowed:
            what = "a list" if page.rows is not None else f"status {page.status}"
            return violated(f"{identity}: {what}", f"{what} for identity `{identity}`", "401")
    return holds()


def _tells_nothing(case: Case) -> Judgement:
    page = case.pages[0]
    if page.query.directive("auth", "user") in ("user", "other", "basic", "session"):
        return vacuous("not a refusal")
    if page.rows or any(id_.encode() in page.response.body for id_ in _long_ids(case.facts)):
        return violated("data in a refusal", "rows or ids in a refusal", "no data")
    if not page.response.body or page.status not in (400, 401, 403):
        return holds()
    if page.kind is None:
        return vacuous("a refusal in a type that is not known")
    if page.kind == "json" and not _is_envelope(page.response.body):
        return violated("no errorCode", "a JSON refusal without an error code", "an error code")
    return holds()


def _long_ids(facts: Facts) -> list[str]:
    return [id_ for ids in facts.pools.values() for id_ in ids[:20] if len(id_) >= 8]


def _is_envelope(body: bytes) -> bool:
    try:
        value = parse_json(body.decode("utf-8", "replace"))
    except DecodeError:
        return False
    status = value.get("responseStatus") if isinstance(value, dict) else None
    if isinstance(status, dict):
        return isinstance(status.get("errorCode"), str) and bool(status["errorCode"])
    # A well-mannered host has an envelope of its own, such as problem+json.
    return isinstance(value, dict) and not value.get("conversations")


def _ask_bad_date(plan: Query) -> Sequence[Query]:
    return (query(("afterDate", "notadate"), ("@auth", "none")),)


def _measure_provider(case: Case) -> Judgement:
    challenge = (case.pages[0].response.header("www-authenticate") or "").lower()
    for scheme in ("basic", "credentials"):
        if challenge.startswith(scheme):
            return measured("provider-order", scheme)
    return vacuous("no challenge")


def _ask_as_nobody(plan: Query) -> Sequence[Query]:
    return (plan.with_values("@auth", "none"),)


def _others(facts: Facts) -> Sequence[Query]:
    if not facts.has_other or not facts.count("accountIds") or facts.count("endpointIds") < 3:
        return []
    count = min(4, facts.count("accountIds"))
    customers = min(2, facts.count("customerIds"))
    return [
        query(
            ("accountIds", [f"$account[{i}]" for i in range(count)]),
            ("@customers", str(customers)),
        )
    ]


def _ask_as_other(plan: Query) -> Sequence[Query]:
    values = plan.terms[0].values
    whole = query(("@auth", "other"), ("@all", "1"))
    other = ("@auth", "other")
    return (
        whole,
        *(query(("accountIds", value), other) for value in values),
        query(("accountIds", values), other),
        query(("endpointIds", [f"$endpoint[{i}]" for i in range(3)]), other),
        query(("afterDate", "$row[0].date-1d"), other),
        *(query(("customerIds", f"$customer[{i}]"), other) for i in range(_customers(plan))),
        *(query(other, ("@all", "1"), ("@accept", text_value(kind))) for kind in _OTHER_TYPES),
        query(other, ("@all", "1"), ("@path", "/conversations.json")),
        query(other, ("@all", "1"), ("format", "xml")),
        query(other, ("@all", "1"), ("callback", "cb")),
    )


def _customers(plan: Query) -> int:
    term = plan.get("@customers")
    return 0 if term is None else int(term.values[0])


def _is_isolated(case: Case) -> Judgement:
    problem = list_of(case, 0)
    if problem is not None:
        return problem
    own = _accounts_of(case)
    if not set(case.facts.pools["account"]) - own:
        # The law is for two tenants. Two users who see the very same are none, or the host is open;
        # one who sees more may be there to see all.
        if own - {None} == set(case.facts.pools["account"]) and len(own) > 1:
            return violated(
                "shared accounts", "both users see the same accounts", "accounts of his own"
            )
        return vacuous("the second user may see every account of the first")
    seen = set()
    for page in case.pages[1:]:
        pointer = case.facts.fields["accountIds"]
        found = {member(row, pointer) for row in page.rows or ()} - {"", None}
        if found - own:
            return violated("foreign rows", "rows of an account that is not his", "no rows")
        term = page.query.terms[0]
        if term.name == "accountIds" and len(term.values) == 1:
            account = value_of(term.values[0], case.facts)
            if account in own and not found and None not in own and case.facts.row_cap is None:
                return violated(
                    "foreign rows in the whole list",
                    "rows of an account that is not his",
                    "no rows",
                )
            if account not in own:
                seen.add({403: "forbidden", 200: "empty"}.get(page.status, "other"))
    if not seen:
        return vacuous("no account was asked for that is not his")
    if len(seen) > 1:
        return violated("answered in two ways", "two ways for foreign accounts", "one way")
    choice = seen.pop()
    return holds() if choice == "other" else measured("foreign-account", choice)


def _accounts_of(case: Case) -> set[object]:
    """Return the accounts in the first answer, the second user's whole list."""
    pointer = case.facts.fields["accountIds"]
    return {member(row, pointer) for row in case.pages[0].rows or ()}


def _ask_foreign_and_unknown(plan: Query) -> Sequence[Query]:
    other = query(("@auth", "other"), ("@all", "1"))
    asked = [plan.terms[0].values[-1], "$unknown[0]"]
    return (other, *(query(("accountIds", value), ("@auth", "other")) for value in asked))


def _are_alike(case: Case) -> Judgement:
    own = _accounts_of(case)
    if value_of(case.pages[1].query.terms[0].values[0], case.facts) in own:
        return vacuous("both users see that account")
    foreign, unknown = case.pages[1:]
    if foreign.status != unknown.status:
        return vacuous("a foreign account is told from one that nobody has")
    return holds()


def _ask_session(plan: Query) -> Sequence[Query]:
    as_session = plan.with_values("@auth", "session")
    return (
        query(("@method", "POST"), ("@path", _SIGN_IN), ("@learn", "1")),
        as_session,
        query(("@method", "POST"), ("@path", _SIGN_OUT), ("@auth", "session"), ("@learn", "1")),
        as_session.with_values("@learn", "1"),
    )


def _session_lives_and_ends(case: Case) -> Judgement:
    sign_in, during, sign_out, after = case.pages
    if sign_in.status in (404, 405):
        return vacuous("the target has no sign-in at this path")
    if sign_in.status != 200:
        return violated(f"sign-in {sign_in.status}", f"sign-in {sign_in.status}", "200")
    if not sign_in.response.header_values("set-cookie"):
        return violated("no cookie", "a sign-in without a cookie", "a session cookie")
    kept = exact(case, 1, like=case.plan)
    if kept.verdict == "violated":
        return kept
    if sign_out.status >= 400:
        return violated(f"sign-out {sign_out.status}", f"sign-out {sign_out.status}", "200")
    if after.status != 401:
        return violated("session outlives sign-out", f"status {after.status}", "401")
    return holds()


def _ask_failed_sign_in(plan: Query) -> Sequence[Query]:
    return (
        query(("@method", "POST"), ("@path", _SIGN_IN), ("@auth", "wrong"), ("@learn", "1")),
        plan.with_values("@auth", "session").with_values("@learn", "1"),
    )


def _failed_sign_in_opens_nothing(case: Case) -> Judgement:
    sign_in, after = case.pages
    if sign_in.status in (404, 405):
        return vacuous("the target has no sign-in at this path")
    if sign_in.status != 401:
        return violated(f"status {sign_in.status}", f"status {sign_in.status}", "401")
    if after.status != 401:
        return violated("session after failure", f"status {after.status}", "401")
    return holds()


def _ask_together(plan: Query) -> Sequence[Query]:
    values = plan.terms[0].values
    return tuple(query((plan.terms[0].name, values[i % len(values)])) for i in range(8))


def _many(facts: Facts) -> Sequence[Query]:
    count = min(8, facts.count("endpointIds"))
    return [query(("endpointIds", [f"$endpoint[{i}]" for i in range(count)]))] if count else []


ACCESS_LAWS = (
    Law(
        id="L08-auth-required",
        statement="Without credentials, or with unknown ones, the answer is 401.",
        tier="must",
        kind="single",
        judge=_all_refused,
        plans=part,
        asks=_ask_as_strangers,
        cost=len(_STRANGERS),
        value=3.5,
    ),
    Law(
        id="L80-every-way",
        statement="Without credentials no way of asking for a format is answered with rows.",
        tier="must",
        kind="single",
        judge=_refused_other_ways,
        plans=part,
        asks=_ask_other_ways,
        cost=3,
        value=2.5,
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
        id="L54-auth-first",
        statement="Without credentials a bad date is answered 401, not 400.",
        tier="should",
        kind="single",
        judge=_all_refused,
        plans=lambda facts: [query()],
        asks=_ask_bad_date,
        cost=1,
        value=2.5,
    ),
    Law(
        id="L55-isolation",
        statement="A user sees no row of an account that is not his.",
        tier="must",
        kind="relational",
        judge=_is_isolated,
        plans=_others,
        asks=_ask_as_other,
        cost=16,
        value=5.0,
        point="foreign-account",
    ),
    Law(
        id="L56-indistinguishable",
        statement="Measured: whether another's account is answered as one that nobody has.",
        tier="learn",
        kind="single",
        judge=_are_alike,
        plans=_others,
        asks=_ask_foreign_and_unknown,
        cost=3,
        value=0.5,
    ),
    Law(
        id="L71-wrong-password",
        statement="A wrong, empty, cut or longer password, or a made-up cookie, is refused.",
        tier="must",
        kind="loopback-only",
        judge=_all_refused,
        plans=part,
        asks=_ask_as_impostors,
        cost=len(_IMPOSTORS),
        value=2.0,
    ),
    Law(
        id="L72-session",
        statement="A sign-in's cookie reads the list until sign-out, and not after.",
        tier="must",
        kind="loopback-only",
        judge=_session_lives_and_ends,
        plans=part,
        asks=_ask_session,
        cost=4,
        value=2.0,
    ),
    Law(
        id="L73-failed-sign-in",
        statement="A sign-in with a wrong password is refused and its cookie opens nothing.",
        tier="must",
        kind="loopback-only",
        judge=_failed_sign_in_opens_nothing,
        plans=part,
        asks=_ask_failed_sign_in,
        cost=2,
        value=2.0,
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
        value=0.9,
        is_together=True,
    ),
    Law(
        id="L75-provider",
        statement="Measured: the scheme that a refusal names first.",
        tier="learn",
        kind="single",
        judge=_measure_provider,
        plans=part,
        asks=_ask_as_nobody,
        cost=1,
        value=3.5,
        point="provider-order",
    ),
)
