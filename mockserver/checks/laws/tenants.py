"""Laws on two users side by side: what one may not see of the other."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from mockserver.checks.decoding.decode import MEDIA_TYPES, Row
from mockserver.checks.facts import Facts, Key, Page, message_of, value_of
from mockserver.checks.laws.law import (
    Case,
    Judgement,
    Law,
    holds,
    measured,
    vacuous,
    violated,
)
from mockserver.checks.laws.lists import MAX_ROWS
from mockserver.checks.plan import Query, query, text_value
from mockserver.checks.row_kinds import kinds_lost

__all__ = ["TENANT_LAWS"]

_LONG_ID = 8
_CSV, _JSV, _JSONL = (text_value(MEDIA_TYPES[kind]) for kind in ("csv", "jsv", "jsonl"))
_EMPTY = "%5B%5D"
_FEW, _MANY = 4, 12
# So many rows do not go by chance, just those that another does not see.
_CUT = 5
# Of a hundred rows two that go are hardly the only ones of a kind by chance.
_RARE, _MANY_ROWS = 2, 100
# So many rows do not come back twice by chance, each just as it was.
_OFTEN = 2


def _others(facts: Facts) -> Sequence[Query]:
    if not facts.has_other or not facts.count("accountIds") or facts.count("endpointIds") < 3:
        return []
    own, accounts = facts.other_accounts or (), facts.pools["account"]
    # Those that are not his stand first, and his own last, as far as that is known.
    foreign = [i for i, account in enumerate(accounts) if account not in own]
    his = [i for i, account in enumerate(accounts) if account in own]
    chosen = [*foreign[: _FEW - len(his[:1])], *his[:_MANY]]
    endpoints = min(_MANY, facts.count("endpointIds"))
    return [
        query(
            ("accountIds", [f"$account[{i}]" for i in chosen]),
            ("@own", str(len(his[:_MANY]))),
            ("@dates", str(len(facts.dates[:1]))),
            ("@customers", str(min(1, facts.count("customerIds")))),
            ("@endpoints", str(endpoints)),
        )
    ]


def _ask_as_other(plan: Query) -> Sequence[Query]:
    """Return what the second user asks: each filter, and each type by some way, beside filters.

    Of several ids the first or the last may be the one that is looked at. The first user asks for
    one account right after: that nothing was there for another is not for him.
    """
    values = plan.terms[0].values
    # All that are his may count as none.
    foreign = len(values) - (_count(plan, "@own") or 1)
    own = values[foreign:]
    endpoints = [f"$endpoint[{i}]" for i in range(_count(plan, "@endpoints"))]
    # Before all rows: it leaves out nothing of anybody's.
    early = [("afterDate", "$row[0].date-1d")] if _count(plan, "@dates") else []
    asked = [
        *dict.fromkeys((query(("accountIds", values[0])), query(("accountIds", own)))),
        query(("accountIds", values), ("callback", "cb")),
        query(("accountIds", [*own, *values[:foreign]]), ("@accept", _CSV)),
        query(("endpointIds", endpoints)),
        # Two filters that often go together may each leave it to the other whose rows they are.
        query(("@path", "/conversations.xml"), ("endpointIds", endpoints), *early),
        # An empty list may mean every account, but just those that are his.
        query(("format", "csv"), ("accountIds", _EMPTY)),
        query(("@accept", "text/html")),
        query(("accountIds", "$unknown[0]"), ("@accept", _JSV)),
    ]
    if _count(plan, "@customers"):
        one = query(("customerIds", "$customer[0]"), *early)
        # The framework's own route, if there is one, is another door.
        own_route = one.with_values("@path", "/json/reply/ListConversations")
        asked += [one.with_values("@accept", _JSONL), own_route]
    first, *others = (each.with_values("@auth", "other") for each in asked)
    return (first, asked[0], *others)


def _count(plan: Query, name: str) -> int:
    term = plan.get(name)
    return 0 if term is None else int(term.values[0])


def _is_isolated(case: Case) -> Judgement:
    own = case.facts.other_accounts
    if own is None:
        return vacuous("the second user's whole list could not be read")
    if not set(case.facts.pools["account"]) - own:
        # The law is for two tenants. Two users who see the very same are none, or the host is open;
        # one who sees more may be there to see all.
        if own - {None} == set(case.facts.pools["account"]) and len(own) > 1:
            return violated(
                "shared accounts", "both users see the same accounts", "accounts of his own"
            )
        return vacuous("the second user may see every account of the first")
    seen = set()
    for page in case.pages:
        if page.query.directive("auth") != "other":
            continue
        if page.query.directive("accept") == "text/html" and _shows_ids(page, case, own):
            return violated(
                "foreign rows in a page", "ids of an account that is not his", "no rows"
            )
        found = {case.facts.value(row, "accountIds") for row in page.rows or ()} - {"", None}
        if found - own:
            received = "rows of an account that is not his"
            return violated("foreign rows", received, "no rows", asked=page.query)
        account = _only_account(page, case.facts)
        if account is None:
            continue
        if account in own and not found and None not in own and case.facts.row_cap is None:
            return violated(
                "foreign rows in the whole list", "rows of an account that is not his", "no rows"
            )
        if account in case.facts.pools["account"] and account not in own:
            seen.add({403: "forbidden", 200: "empty"}.get(page.status, "other"))
    if not seen:
        return vacuous("no account was asked for that is not his")
    if len(seen) > 1:
        return violated("answered in two ways", "two ways for foreign accounts", "one way")
    choice = seen.pop()
    return holds() if choice == "other" else measured("foreign-account", choice)


def _only_account(page: Page, facts: Facts) -> str | None:
    """Return the account that a request of the second user asks for by itself, and plainly."""
    filters = page.query.filters
    if page.query.directive("auth") != "other" or len(page.query.terms) != 2 or not filters:
        return None
    is_one = filters[0].name == "accountIds" and len(filters[0].values) == 1
    return value_of(filters[0].values[0], facts) if is_one else None


def _shows_ids(page: Page, case: Case, own: Collection[object]) -> bool:
    """Say whether a page for people holds ids of conversations that the second user has not."""
    ids: dict[bool, set[str]] = {True: set(), False: set()}
    for row in case.core.values():
        account, identity = case.facts.value(row, "accountIds"), row.get("id")
        if isinstance(identity, str) and len(identity) >= _LONG_ID:
            ids[account in (*own, None, "")].add(identity)
    # A conversation may have rows in several accounts.
    foreign = ids[False] - ids[True]
    return any(text.encode() in page.response.body for text in foreign)


def _are_alike(case: Case) -> Judgement:
    own = case.facts.other_accounts
    known = set(case.facts.pools["account"])
    by_owner: dict[bool, set[int]] = {True: set(), False: set()}
    for page in case.pages:
        account = _only_account(page, case.facts)
        if own is not None and account is not None and account not in own:
            by_owner[account in known].add(page.status)
    foreign, unknown = by_owner[True], by_owner[False]
    if not foreign or not unknown:
        return vacuous("nobody asked for another's account, or for one that nobody has")
    if foreign != unknown:
        return vacuous("a foreign account is told from one that nobody has")
    return holds()


def _keeps_its_rows(case: Case) -> Judgement:
    own: Mapping[Key, Row] = {}
    others: frozenset[Key] = frozenset()
    gone: dict[Key, Row] = {}
    returns: Counter[Key] = Counter()
    is_read_again = False
    for page in case.pages:
        if page.rows is None or len(page.rows) >= MAX_ROWS:
            continue
        if any(term.name != "@auth" for term in page.query.terms):
            continue
        if page.query.directive("auth") == "other":
            others = page.keys
        elif not page.query.terms:
            foreign, lost = own.keys() - others, own.keys() - page.keys
            if others and page.keys and len(lost) >= _CUT and lost == foreign:
                return violated(
                    "cut to another's list",
                    "just those rows gone that another user does not see, after he had read",
                    "the user's own rows",
                )
            kind = _kind_gone(own, page)
            if kind:
                return violated("a kind of rows gone", kind, "all kinds of rows")
            is_read_again |= bool(own)
            rows = page.by_key
            new = rows.keys() - own.keys()
            returns.update(key for key in new & gone.keys() if rows[key] == gone[key])
            gone |= {key: own[key] for key in lost}
            own = rows
    if sum(count > 1 for count in returns.values()) >= _OFTEN:
        received = "rows that go from the list and come back, again and again"
        return violated("rows come and go", received, "rows that are there, or not")
    return holds() if is_read_again else vacuous("one list of the user's alone")


def _kind_gone(before: Mapping[Key, Row], page: Page) -> str:
    """Return what all conversations have that went since a read, and no other; empty for nothing.

    Those without a message may be cleared away.
    """
    there = {identity for identity, _ in page.keys}
    kept = {key: row for key, row in before.items() if key[0] in there}
    lost = {key: row for key, row in before.items() if key[0] not in there and message_of(row)}
    is_all = len(lost) + len(kept) == len(before)
    least = _RARE if len(before) >= _MANY_ROWS else _CUT
    return next(kinds_lost(lost, kept, least=least), "") if is_all else ""


TENANT_LAWS = (
    Law(
        id="L102-rows-stay",
        statement="No kind of rows goes out of a user's list at once, nor just those that another"
        " user does not see, once he has read, and none come and go; four may be taken away by"
        " chance, and one may come back twice.",
        tier="must",
        kind="single",
        reads="all",
        judge=_keeps_its_rows,
        reads_other=True,
    ),
    Law(
        id="L55-isolation",
        statement="A user sees no row of an account that is not his; one who sees more accounts"
        " than the first user may be there to see all.",
        tier="must",
        kind="relational",
        judge=_is_isolated,
        plans=_others,
        asks=_ask_as_other,
        cost=13,
        value=5.0,
        point="foreign-account",
        reads_other=True,
    ),
    Law(
        id="L56-indistinguishable",
        statement="Measured: whether another's account is answered as one that nobody has.",
        tier="learn",
        kind="single",
        reads="all",
        judge=_are_alike,
        plans=_others,
        asks=_ask_as_other,
        reads_other=True,
    ),
)
