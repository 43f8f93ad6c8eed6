"""Laws on the answers of sign-in, sign-out and of who is signed in: each by itself, and together.

What one answer must be says sign_in_expectation.py. Together they have to tell of one user: the
same id and names however he came, in whatever type, and of nobody else. Members are compared only
where both answers hold them, or hold others of the same route.
"""

import re
from collections.abc import Iterator, Sequence

from mockserver.checks.decoding.decode_object import Members
from mockserver.checks.facts import Facts, Page
from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous, violated
from mockserver.checks.looks import leads_to_sign_in
from mockserver.checks.plan import Query, query, text_value
from mockserver.checks.sending.guards import SIGN_IN, SIGN_OUT, WHO
from mockserver.checks.sign_in_expectation import NOBODY, compare_sign, expect_sign, members_of

__all__ = ["SIGNING_LAWS"]

_AUTH, _STATUS = WHO
# The first is the user's id.
_SAME = {_AUTH: ("userid", "displayname"), _STATUS: ("id", "name", "emailaddress")}
_NAMES = ("displayname", "emailaddress", "name")
# A name of one word may stand in any sentence.
_NAMING = re.compile(r"\S[ @]\S")
_REFUSED = (401, 403)
_NO_VERB = 405
_SIGN_IN = query(("@method", "POST"), ("@path", SIGN_IN))
_XML, _JSV = text_value("application/xml"), text_value("application/jsv")


def _is_as_expected(case: Case) -> Judgement:
    page = case.pages[0]
    expected = expect_sign(page.query)
    if expected is None:
        return vacuous("no sign-in, sign-out or question who is signed in")
    seen = {"other"} if case.facts.other_accounts is not None else set()
    return compare_sign(page, expected, case.shown | seen)


def _who(path: str, identity: str, accept: str = "") -> Query:
    asked = query(("@path", path), ("@auth", identity))
    return asked.with_values("@accept", accept) if accept else asked


def _single_plans(facts: Facts) -> Sequence[Query]:
    """Return what is asked where the user chose laws alone: each route, in several forms."""
    remembered = _SIGN_IN.with_values("@body", "form").with_values("@remember", "true")
    return [
        _SIGN_IN,
        remembered.with_values("@accept", _XML),
        _SIGN_IN.with_values("@remember", "false").with_values("@accept", _JSV),
        _SIGN_IN.with_values("@auth", "wrong").with_values("@accept", _XML),
        *(_who(path, who, _XML) for path in WHO for who in ("basic", "none")),
        query(("@path", SIGN_OUT), ("@auth", "session")),
    ]


def _plans(facts: Facts) -> Sequence[Query]:
    users = query(("@users", "2" if facts.has_other else "1"))
    # What is too long to read often is the run's own list, and not that of another.
    is_whole = facts.has_other and not facts.narrow.terms
    return [users.with_values("@list", "whole") if is_whole else users]


def _asks(plan: Query) -> Sequence[Query]:
    asked = [
        # It tells the e-mail address, by which the user signs in next.
        _who(_STATUS, "basic"),
        # To stay signed in: a page may know the cookie of shorter sessions alone.
        _SIGN_IN.with_values("@auth", "mail").with_values("@remember", "true"),
        _who(_AUTH, "session", _JSV),
        _who(_STATUS, "session", _XML),
        # A page may show what scripts are not to read; others judge it.
        query(("@accept", "text/html"), ("@auth", "session")),
        _who(_AUTH, "none"),
        _who(_AUTH, "wrong"),
        _who(_STATUS, "none"),
    ]
    if plan.directive("users") == "2":
        # He signs in by his own e-mail address later in the run.
        asked.append(_who(_STATUS, "other"))
        other = _SIGN_IN.with_values("@auth", "other").with_values("@remember", "true")
        other = other.with_values("@accept", _JSV)
        asked += [other, _who(_AUTH, "session-kept"), _who(_AUTH, "former")]
    # After the other's sign-in, whose session is not to be told of.
    asked.append(_who(_AUTH, "basic", _XML))
    if plan.get("@list") is not None:
        # The oracle knows what the list in the last session holds, whosever the other cookies are.
        asked.append(query(("@auth", "session-mixed")))
        # Nor are the first one's cookies the other's for the sign-in that came after his.
        asked.append(query(("@auth", "former")))
    return asked


def _tells_of_one(case: Case) -> Judgement:
    """Judge what several answers tell together; each by itself is for the law on one answer."""
    sign_in = case.pages[1]
    told = [page for path in WHO for page in _of(case, path, "basic")]
    if sign_in.status == _NO_VERB and any(map(_is_known, told)):
        # Where who is signed in is told, a path that takes no sign-in is there in vain.
        return violated("sign-in 405", "status 405 for a sign-in", "200", asked=sign_in.query)
    if sign_in.status != 200:
        return vacuous("no sign-in at this path, or one that L72 judges")
    if any(_is_as_expected(_only(case, page)).verdict == "violated" for page in case.pages):
        return vacuous("an answer that is wrong by itself")
    for wrong in (
        _lost_sessions(case), _let_in(case), _mixed_up(case), _accounts(case), _of_others(case),
        _paired_otherwise(case),
    ):  # fmt: skip
        if wrong is not None:
            return wrong
    return holds() if any(map(_is_known, case.pages)) else vacuous("no member of a user is told")


def _only(case: Case, page: Page) -> Case:
    return Case(facts=case.facts, plan=page.query, pages=(page,), core=case.core, shown=case.shown)


def _route(page: Page) -> str:
    path = page.query.directive("path")
    return _AUTH if path == SIGN_IN else path


def _reader(page: Page) -> str:
    """Return who the answer is about; the session of this law's last sign-in is the other's."""
    is_other = page.query.directive("auth", "user") in ("other", "session-kept")
    return "other" if is_other else "user"


def _told(page: Page) -> Members:
    """Return the members that tell of a user; none of a refusal or of another type."""
    members = members_of(page) if page.status == 200 else None
    return members or {}


def _is_known(page: Page) -> bool:
    names = (*_SAME.get(_route(page), ()), "isauthenticated")
    return any(name in _told(page) for name in names)


def _of(case: Case, path: str, *identities: str) -> list[Page]:
    return [
        page
        for page in case.pages
        if page.query.directive("path") == path
        and page.query.directive("auth", "user") in identities
    ]


def _lost_sessions(case: Case) -> Judgement | None:
    """Return the violation that Basic is known and a session that was just begun is not."""
    for path in WHO:
        by_basic, by_session = _of(case, path, "basic"), _of(case, path, "session", "former")
        if not any(map(_is_known, by_basic)):
            continue
        for page in by_session:
            flag = str(_told(page).get("isauthenticated", "")).lower()
            ids = {str(_told(p).get("sessionid")) for p in (case.pages[1], page)} - {"None"}
            if len(ids) > 1:
                return violated(
                    "sessionId differs", "two ids of one session", "one id", asked=page.query
                )
            if page.status in _REFUSED or flag == "false":
                return violated(
                    f"{path} knows no session", "a session that is not known", "who signed in",
                    asked=page.query,
                )  # fmt: skip
        for page in _of(case, "", "session") if any(map(_is_known, by_session)) else ():
            place = page.response.header("location") or ""
            is_led = page.status in range(300, 400) and leads_to_sign_in(place)
            if page.status in _REFUSED or is_led:
                received = f"status {page.status} for a page in a session"
                return violated("page knows no session", received, "a page", asked=page.query)
    return None


def _let_in(case: Case) -> Judgement | None:
    """Return the violation that a stranger is answered as somebody, or refused where none is."""
    if any(map(_is_known, _of(case, _AUTH, "basic"))):
        for page in _of(case, _AUTH, "none"):
            if page.status == 200 and page.kind != "html":
                return violated(
                    "stranger told", "status 200 for a stranger", "401", asked=page.query
                )
    if any(map(_is_known, _of(case, _STATUS, "basic"))):
        for page in _of(case, _STATUS, "none"):
            if page.status in _REFUSED:
                return violated(
                    "stranger refused", f"status {page.status}", "isAuthenticated false",
                    asked=page.query,
                )  # fmt: skip
    return None


def _mixed_up(case: Case) -> Judgement | None:
    """Return the violation that answers tell of one user in two ways, or of two users in one."""
    groups: dict[str, dict[str, list[Page]]] = {path: {"user": [], "other": []} for path in WHO}
    for page in case.pages:
        route = groups.get(_route(page))
        if route is not None and _told(page) and page.query.directive("auth") != "none":
            route[_reader(page)].append(page)
    for path, by_reader in groups.items():
        for pages in by_reader.values():
            wrong = _two_ways(pages, _SAME[path])
            if wrong is not None:
                return wrong
        ids = [_values(pages, _SAME[path][0]) for pages in by_reader.values()]
        names = [{p.response.typed_name for p in pages} for pages in by_reader.values()]
        # Somebody may be given as the second user, too.
        if set.intersection(*ids) and not set.intersection(*names) - {""}:
            return violated("two users, one id", "the same id for two users", "an id for each")
    return None


def _two_ways(pages: Sequence[Page], names: Sequence[str]) -> Judgement | None:
    """Return the violation that answers on one user differ, or that only some hold a member."""
    for name in names:
        if len(_values(pages, name)) > 1:
            return violated(f"{name} differs", f"two values of {name} of one user", "one value")
        for page in pages:
            alike = [p for p in pages if p.query.get("@path") == page.query.get("@path")]
            if name not in _told(page) and _values(alike, name):
                received = f"{name} in some types or ways alone"
                return violated(f"{name} missing", received, "in all", asked=page.query)
    return None


def _values(pages: Sequence[Page], name: str) -> set[str]:
    return {str(_told(page)[name]) for page in pages if name in _told(page)}


def _accounts(case: Case) -> Judgement | None:
    """Return the violation that the list shows rows of an account that the user may not use."""
    listed = {case.facts.value(row, "accountIds") for row in case.core.values()} - {None, ""}
    for page in _of(case, _STATUS, "basic", "session"):
        for told in _lists(page):
            if listed - told:
                return violated(
                    "accountIds", "rows of an account that is not among accountIds", "all of them",
                    asked=page.query,
                )  # fmt: skip
    return None


def _of_others(case: Case) -> Judgement | None:
    """Return the violation that the second user is told of accounts of the first alone."""
    for page in case.pages:
        ids, names = (_told(page).get(name) for name in ("accountids", "accountnames"))
        if isinstance(ids, tuple) and isinstance(names, tuple) and len(names) > len(ids) > 0:
            return violated(
                "accounts of another", "names of more accounts than there are ids", "his own",
                asked=page.query,
            )  # fmt: skip
    own = case.facts.other_accounts
    if own is None or case.facts.row_cap is not None:
        return None
    foreign = set(case.facts.pools.get("account", ())) - own
    for page in case.pages:
        told = _told(page).get("accountids") if _reader(page) == "other" else None
        if isinstance(told, tuple) and foreign.intersection(map(str, told)):
            return violated(
                "accounts of another", "an account that is not his, told to a user", "his own",
                asked=page.query,
            )  # fmt: skip
    return None


def _paired_otherwise(case: Case) -> Judgement | None:
    """Return the violation that an account has one name for one user and another for the other."""
    names: dict[str, str] = {}
    for page in case.pages:
        told = _told(page)
        pairs = [told.get(member) for member in ("accountids", "accountnames")]
        ids, called = (tuple(map(str, each)) if isinstance(each, tuple) else () for each in pairs)
        for identity, name in zip(ids, called, strict=False) if len(ids) == len(called) else ():
            if names.setdefault(identity, name) != name:
                return violated(
                    "accountNames differ", "two names of one account", "one name", asked=page.query
                )
    return None


def _lists(page: Page) -> Iterator[set[object]]:
    """Yield the accounts that an answer tells; none for who may be told none for all."""
    members = _told(page)
    told, roles = members.get("accountids"), members.get("roles")
    is_plain_user = isinstance(roles, tuple) and roles and "admin" not in str(roles).lower()
    if isinstance(told, tuple) and (told or is_plain_user):
        yield set(told)


def _names_nobody(case: Case) -> Judgement:
    """Judge what strangers get by what whoever is signed in was told of himself."""
    names = {
        text.casefold()
        for page in case.pages
        if page.query.directive("auth", "user") not in NOBODY and _route(page) in WHO
        for name in _NAMES
        if isinstance(text := _told(page).get(name), str) and _NAMING.search(text)
    }
    if not names:
        return vacuous("no name or address is told to whose it is")
    for page in case.pages:
        if page.query.directive("auth", "user") not in NOBODY or page.rows is not None:
            continue
        body, typed = page.response.body.decode("utf-8", "replace"), page.response.typed_name
        if any(name in body.casefold() and name not in typed.casefold() for name in names):
            received = "the name or the e-mail address of a user, told to whoever is not that user"
            return violated("user named", received, "neither", asked=page.query)
    return holds()


SIGNING_LAWS = (
    Law(
        id="L100-sign-in-answers",
        statement="Each answer of a sign-in, of a sign-out and of who is signed in is in the type"
        " asked for, tells of whoever asks and of nobody else, and gives the session that it names,"
        " for as long as was asked; right credentials are refused in no form.",
        tier="must",
        kind="single",
        reads="each",
        judge=_is_as_expected,
        covers=lambda asked: expect_sign(asked) is not None,
        plans=_single_plans,
    ),
    Law(
        id="L101-who",
        statement="Who is signed in is the same user by Basic, in a session and after a sign-in,"
        " in every type; a stranger is nobody, and another user is another.",
        tier="must",
        kind="loopback-only",
        judge=_tells_of_one,
        plans=_plans,
        asks=_asks,
        cost=14,
        value=5.2,
    ),
    Law(
        id="L104-named-to-strangers",
        statement="A refusal, and whatever else a stranger gets, names no user, and no e-mail"
        " address of one, beside what was typed.",
        tier="must",
        kind="single",
        reads="all",
        judge=_names_nobody,
        reads_other=True,
    ),
)
