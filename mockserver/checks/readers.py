"""Whose list an identity reads; that of a session hangs on the sign-ins before it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mockserver.checks.facts import Page
from mockserver.checks.plan import Query, query
from mockserver.checks.sending.guards import SIGN_IN, SIGN_OUT
from mockserver.checks.sending.identity import IN_SESSION

__all__ = [
    "IN_LATEST",
    "READERS",
    "SHAKEN",
    "Sessions",
    "begins_anew",
    "plainly_signed",
    "sessions_lacking",
    "sign_in",
    "sign_out",
    "signs",
]

# Whose list an identity with credentials of its own reads.
READERS = {"user": "user", "basic": "user", "other": "other"}
# Sessions that a refused sign-in may have ended, or that a host may take for forged ones.
SHAKEN = ("session-shaken", "session-mixed")
# The identities that send the cookies of the run's last sign-in.
IN_LATEST = ("session", "session-crowded", *SHAKEN)
# Who signs in as whom: without a session, and in one.
_ANEW = {"user": "user", "basic": "user", "mail": "user", "other": "other", "other-mail": "other"}
_SIGNED_IN = {**_ANEW, "user-in-session": "user", "other-in-session": "other"}
# The identities that send cookies of the sign-in before the last one.
_IN_FORMER = ("former", "session-mixed")
_REFUSED_IN_SESSION = "wrong-in-session"


def sign_in(identity: str = "user", *around: tuple[str, str]) -> Query:
    """Return the query that signs in; its form varies over a run, as `around` says."""
    asked = query(("@method", "POST"), ("@path", SIGN_IN), ("@auth", identity))
    return Query((*asked.terms, *query(*around).terms))


def sign_out(session: str = "session") -> Query:
    """Return the query that ends the session of the last sign-in, or the `former` one."""
    return query(("@method", "POST"), ("@path", SIGN_OUT), ("@auth", session))


def signs(asked: Query) -> bool:
    """Say whether a query signs in or out."""
    return asked.directive("path") in (SIGN_IN, SIGN_OUT)


def begins_anew(asked: Query) -> bool:
    """Say whether a query signs in as somebody who brings no session."""
    return asked.directive("path") == SIGN_IN and asked.directive("auth", "user") in _ANEW


def plainly_signed(asked: Query) -> Query:
    """Return a sign-in of somebody who brings no session in its plain form, else the query."""
    return sign_in(_ANEW[asked.directive("auth", "user")]) if begins_anew(asked) else asked


def sessions_lacking(asked: Iterable[Query]) -> int:
    """Return how many sign-ins have to stand before requests, for each to have its session."""
    begun = lacking = 0
    for each in asked:
        identity = each.directive("auth")
        needed = (
            2 if identity in _IN_FORMER else identity in IN_LATEST or identity.endswith(IN_SESSION)
        )
        lacking = max(lacking, needed - begun)
        begun += begins_anew(each)
    return lacking


@dataclass(frozen=True, slots=True)
class Sessions:
    """Hold whom the cookies of the last two sign-ins stand for: `user`, `other` or nobody."""

    latest: str = ""
    former: str = ""

    def reader(self, identity: str) -> str:
        """Return whose list an identity reads, empty for nobody's."""
        if identity in IN_LATEST:
            return self.latest
        return self.former if identity == "former" else READERS.get(identity, "")

    def after(self, page: Page) -> "Sessions":
        """Return what stands after an answer."""
        request = page.response.request
        if request.path == SIGN_OUT and request.auth == "session":
            return replace(self, latest="")
        if request.path == SIGN_OUT and request.auth == "former":
            return replace(self, former="")
        if request.path != SIGN_IN:
            return self
        if request.auth == _REFUSED_IN_SESSION and page.status in (401, 403):
            # The session goes on, or is over.
            return self
        is_given = page.status == 200 and bool(page.response.header_values("set-cookie"))
        return Sessions(
            latest=_SIGNED_IN.get(request.auth, "") if is_given else "",
            former=self.former if request.auth.endswith(IN_SESSION) else self.latest,
        )
