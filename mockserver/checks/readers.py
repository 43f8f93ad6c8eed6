"""Whose list an identity reads; that of a session hangs on the sign-ins before it."""

from dataclasses import dataclass, replace

from mockserver.checks.facts import Page
from mockserver.checks.plan import Plan, Query, query
from mockserver.checks.sending.guards import SIGN_IN, SIGN_OUT
from mockserver.checks.sending.identity import IN_SESSION

__all__ = [
    "IN_LATEST",
    "IN_SESSION",
    "READERS",
    "SHAKEN",
    "Sessions",
    "sign_in",
    "sign_out",
    "signed_in",
    "signs_in",
]

# Whose list an identity with credentials of its own reads.
READERS = {"user": "user", "basic": "user", "other": "other"}
# Sessions that a refused sign-in may have ended, or that a host may take for forged ones.
SHAKEN = ("session-shaken", "session-mixed")
# The identities that send the cookies of the run's last sign-in.
IN_LATEST = ("session", "session-crowded", *SHAKEN)
# Who signs in as whom.
_SIGNED_IN = {
    "user": "user", "basic": "user", "mail": "user", "user-in-session": "user",
    "other": "other", "other-mail": "other", "other-in-session": "other",
}  # fmt: skip
_REFUSED_IN_SESSION = "wrong-in-session"


def sign_in(identity: str = "user", *around: tuple[str, str]) -> Query:
    """Return the query that signs in; its form varies over a run, as `around` says."""
    asked = query(("@method", "POST"), ("@path", SIGN_IN), ("@auth", identity))
    return Query((*asked.terms, *query(*around).terms))


def sign_out(session: str = "session") -> Query:
    """Return the query that ends the session of the last sign-in, or the `former` one."""
    return query(("@method", "POST"), ("@path", SIGN_OUT), ("@auth", session))


def signs_in(asked: Query) -> bool:
    """Say whether a query signs in."""
    return asked.directive("path") == SIGN_IN


def signed_in(asked: Query) -> str:
    """Return whose session a query begins, empty where it is refused or none begins."""
    return _SIGNED_IN.get(asked.directive("auth", "user"), "") if signs_in(asked) else ""


def needs_session(plan: Plan) -> bool:
    """Say whether a plan asks in a session before it has begun one."""
    for asked in (*plan.before, plan.query):
        if signs_in(asked):
            return False
        if asked.directive("auth") in IN_LATEST:
            return True
    return False


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
