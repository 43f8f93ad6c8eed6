"""Laws on two users side by side: what one may not see of the other."""

from collections.abc import Sequence

from mockserver.checks.facts import Facts, Page, value_of
from mockserver.checks.laws.id_choices import OTHER_TYPES
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    list_of,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.plan import Query, query, text_value

__all__ = ["TENANT_LAWS"]

_LONG_ID = 8


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
    whole = query(("@auth", "other"))
    other = ("@auth", "other")
    return (
        whole,
        *(query(("accountIds", value), other) for value in values),
        query(("accountIds", values), other),
        query(("endpointIds", [f"$endpoint[{i}]" for i in range(3)]), other),
        query(("afterDate", "$row[0].date-1d"), other),
        *(query(("customerIds", f"$customer[{i}]"), other) for i in range(_customers(plan))),
        *(query(other, ("@accept", text_value(kind))) for kind in OTHER_TYPES),
        query(other, ("@path", "/conversations.json")),
        query(other, ("format", "xml")),
        query(other, ("callback", "cb")),
        query(other, ("@accept", "text/html")),
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
    if _shows_ids(case.pages[-1], case, own):
        return violated("foreign rows in a page", "ids of an account that is not his", "no rows")
    seen = set()
    for page in case.pages[1:-1]:
        found = {case.facts.value(row, "accountIds") for row in page.rows or ()} - {"", None}
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


def _shows_ids(page: Page, case: Case, own: set[object]) -> bool:
    """Say whether a page for people holds ids of conversations that the second user has not."""
    foreign = [
        row.get("id")
        for row in case.core.values()
        if case.facts.value(row, "accountIds") not in (*own, None)
    ]
    ids = [text for text in foreign if isinstance(text, str) and len(text) >= _LONG_ID]
    return any(text.encode() in page.response.body for text in ids)


def _accounts_of(case: Case) -> set[object]:
    """Return the accounts in the first answer, the second user's whole list."""
    return {case.facts.value(row, "accountIds") for row in case.pages[0].rows or ()}


def _ask_foreign_and_unknown(plan: Query) -> Sequence[Query]:
    other = query(("@auth", "other"))
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


TENANT_LAWS = (
    Law(
        id="L55-isolation",
        statement="A user sees no row of an account that is not his; one who sees more accounts"
        " than the first user may be there to see all.",
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
)
