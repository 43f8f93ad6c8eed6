"""Tell one trouble with a target as one: a wrong base URL, a login page, a proxy's page, no JSON.

They show in the first read of the list, which is asked again before anything is said. A session
that ends, and a clock that is off, show later; client.py asks what to make of an answer.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from mockserver.checks.decoding.decode import media_kind
from mockserver.checks.laws.table import find_laws
from mockserver.checks.looks import leads_to_sign_in
from mockserver.checks.messages import Response
from mockserver.checks.report import Finding, LawResult, Report, fingerprint
from mockserver.checks.sending.guards import is_front_door
from mockserver.checks.sending.target import Target
from mockserver.errors import MockServerError, StoppedError, TargetError

__all__ = ["Watch", "base_paths", "clock_note", "with_no_json"]

_LIST = "/conversations"
_MOST_LOOKS = 3
_MOST_BASES = 3
_REDIRECTS = (301, 302, 303, 307, 308)
# What a server answers to a sign-in that it has no route for.
_NO_ROUTE = (404, 405, 501)
_PROXY = (502, 503, 504)
_PASSWORD_FIELD = re.compile(rb"<input[^>]{0,500}type\s*=\s*[\"']?password", re.IGNORECASE)
# A clock that is off by less is set by hand, or the answer took its time.
_CLOCK_SECONDS = 120.0
_UNITS = (("days", 86_400), ("h", 3_600), ("min", 60))


@dataclass(slots=True, kw_only=True)
class Watch:
    """Watch the answers to the user's requests for what is wrong with the target as a whole.

    Attributes:
        now: Unix time.
        notes: what is to be said of it, a sentence each.
        is_trusted: whether the user was answered once.
        was_renewed: whether a session that ended was followed by another one.
        is_no_json: whether the list is no JSON.
    """

    target: Target
    now: Callable[[], float]
    notes: list[str] = field(default_factory=list)
    is_trusted: bool = False
    was_renewed: bool = False
    is_no_json: bool = False
    _looks: int = 0
    _is_timed: bool = False

    @property
    def may_look(self) -> bool:
        """Say whether it may be looked once more whether the session has ended."""
        return self._looks < _MOST_LOOKS

    def looked(self) -> None:
        """Note that it was looked whether the session has ended."""
        self._looks += 1

    def renewed(self, requests: int) -> None:
        """Note that the session ended and that the user signs in again."""
        self.was_renewed = True
        self._looks = 0
        self.notes.append(f"the session ended after {requests} requests; signed in again once")

    def ended(self, requests: int) -> str:
        """Return the trouble that the session ended and no other one may be made."""
        again = "again " if self.was_renewed else ""
        return f"the session ended {again}after {requests} requests"

    def is_strange(self, response: Response) -> bool:
        """Say whether an answer to the first read shows a trouble of the target as a whole."""
        return self._is_first(response) and bool(_kind(response))

    def judge(
        self, response: Response, *, probe: Callable[[str], int | None]
    ) -> MockServerError | None:
        """Return what ends the run; None where the target may be judged.

        Args:
            probe: tells how another base path of this origin answers a stranger.
        """
        self._time(response)
        if self.is_trusted:
            return None
        if response.status == 401:
            return TargetError("the target refused the user's sign-in (401)")
        kind = _kind(response) if self._is_first(response) else ""
        if kind == "no-json":
            self.is_no_json = True
            return StoppedError("the API answers no JSON", guard="json")
        if kind:
            return TargetError(self._sentence(kind, response, probe))
        self.is_trusted = response.status < 400
        return None

    def refuse(self, response: Response, *, probe: Callable[[str], int | None]) -> TargetError:
        """Return why a sign-in failed."""
        kind = "missing" if response.status in _NO_ROUTE else _kind(response)
        if kind in ("missing", "login", "proxy"):
            return TargetError(self._sentence(kind, response, probe))
        return TargetError(f"the target refused the user's sign-in ({response.status})")

    def _is_first(self, response: Response) -> bool:
        request = response.request
        return not self.is_trusted and request.auth == "user" and request.purpose == "base"

    def _time(self, response: Response) -> None:
        if not self._is_timed:
            self._is_timed = True
            note = clock_note(response.header("date"), self.now())
            self.notes += [note] if note else []

    def _sentence(self, kind: str, response: Response, probe: Callable[[str], int | None]) -> str:
        request = response.request
        asked = f"{request.method} {self.target.origin}{self.target.base_path}{request.path}"
        match kind:
            case "missing":
                return f"{asked} is answered {response.status}: {self._guess(probe)}"
            case "moved":
                base = _moved_base(response.header("location"))
                return (
                    f"{asked} is answered {response.status}: the base URL seems to be {base}"
                    if base
                    else f"{asked} is answered {response.status}: it leads elsewhere"
                )
            case "login":
                return (
                    "somebody's login page answers in place of the API; give the address behind "
                    "it, or a session by --auth session"
                )
        return (
            f"a proxy's error page answers in place of the API ({response.status}): the service "
            "behind it does not answer"
        )

    def _guess(self, probe: Callable[[str], int | None]) -> str:
        target = self.target
        if target.kind == "loopback":
            for base in base_paths(target.base_path):
                if probe(base) in (200, 401, 403):
                    return f"the base URL seems to be {target.origin}{base}"
        known = base_paths(target.base_path)[:1] if target.base_path.endswith(_LIST) else []
        if known:
            return f"the base URL seems to be {target.origin}{known[0]}"
        if target.base_path:
            return f"the base URL seems to be another one; {target.base_path} may not belong to it"
        return "the base URL seems to lack a path, such as /api"


def base_paths(base_path: str) -> list[str]:
    """Return base paths that somebody may have meant, the likeliest first."""
    without = base_path.removesuffix(_LIST)
    parts = [part for part in without.split("/") if part]
    parents = ["".join(f"/{part}" for part in parts[:count]) for count in range(len(parts), -1, -1)]
    found = [path for path in (*parents, f"{without}/api") if path != base_path]
    return list(dict.fromkeys(found))[:_MOST_BASES]


def clock_note(date: str | None, now_unix: float) -> str:
    """Return a note on a target's clock that is off by minutes; empty where it is not."""
    try:
        there = parsedate_to_datetime(date or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return ""
    off = there - now_unix
    if abs(off) < _CLOCK_SECONDS:
        return ""
    unit, size = next(pair for pair in _UNITS if abs(off) >= pair[1])
    return f"the target's clock is {abs(off) / size:.0f} {unit} {'ahead' if off > 0 else 'behind'}"


def with_no_json(report: Report) -> Report:
    """Return the report of a run that ended because the API answers no JSON: one finding."""
    law = find_laws("L16")[0]
    found = Finding(
        fingerprint=fingerprint(law.id, "no JSON"),
        law=law.id,
        tier=law.tier,
        symptom="no JSON",
        plan=law.id,
        received="a body that is no JSON",
        documented="a JSON document",
    )
    results = tuple(
        LawResult(
            id=result.id,
            tier=result.tier,
            verdict="violated",
            plans=(found.plan,),
            received=found.received,
            documented=found.documented,
        )
        if result.id == law.id
        else replace(result, reason="the API answers no JSON")
        for result in report.laws
    )
    return replace(report, findings=(found,), laws=results, stopped_by="", is_empty=False)


def _kind(response: Response) -> str:
    """Return what an answer to the first read shows in a word; empty for an answer of an API."""
    status, is_page = response.status, response.content_type == "text/html"
    if is_front_door(response):
        # A trouble that is told by itself.
        return ""
    if status in _REDIRECTS:
        location = response.header("location") or ""
        return "login" if leads_to_sign_in(location) else "moved"
    if is_page and _PASSWORD_FIELD.search(response.body):
        return "login"
    if status == 404:
        return "missing"
    if status in _PROXY and not _is_json(response):
        return "proxy"
    return "no-json" if status == 200 and not _is_json(response) else ""


def _is_json(response: Response) -> bool:
    """Say whether a body is JSON; of one that says so itself, the laws judge whether it is."""
    if media_kind(response.content_type) == "json":
        return True
    try:
        json.loads(response.body)
    except (ValueError, RecursionError):
        return False
    return True


def _moved_base(location: str | None) -> str:
    """Return the base URL that a redirection of the list shows; empty for none."""
    try:
        parts = urlsplit(location or "")
    except ValueError:
        return ""
    if not parts.path.endswith(_LIST):
        return ""
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return f"{origin}{parts.path.removesuffix(_LIST)}" or "/"
