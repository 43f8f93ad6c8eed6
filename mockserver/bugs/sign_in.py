"""Hold the wrong ways to let people in."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.bugs.bug import Bug, Change, Entering, entering, entering_of
from mockserver.errors import FrameworkError, RequestError, ServiceError
from mockserver.server.app import Steps
from mockserver.server.auth import CookieJar, parse_basic
from mockserver.server.exchange import Answer, Request
from mockserver.server.space import Space
from mockserver.wire.bind import query_pairs
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route
from mockserver.world.scenario import User

__all__ = ["SIGN_IN"]

Loose = Callable[[str, str], bool]
_AUTHORIZATION = b"authorization"


def _password(user: User) -> str | None:
    """Return a user's password where it is known; one given on the command line is not."""
    return user.password.reveal() if hasattr(user.password, "reveal") else None


def _with_password(request: Request, user: User, password: str) -> Request:
    basic = base64.b64encode(f"{user.username}:{password}".encode())
    kept = [pair for pair in request.headers if pair[0] != _AUTHORIZATION]
    return replace(request, headers=(*kept, (_AUTHORIZATION, b"Basic " + basic)))


def _raw_basic(request: Request) -> tuple[str, str] | None:
    """Return user name and password of a Basic header, empty ones too."""
    header = request.header(_AUTHORIZATION) or ""
    try:
        text = base64.b64decode(header.partition(" ")[2], validate=True).decode()
    except ValueError:
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon and header[:6].lower() == "basic " else None


def _loose_basic(is_right: Loose) -> Change:
    """Return the change that compares passwords of Basic by something else than equality."""

    def authenticate(e: Entering) -> User | None:
        given = _raw_basic(e.request)
        user = e.space.find_user(given[0]) if given else None
        password = None if user is None else _password(user)
        if given and user is not None and password is not None and is_right(password, given[1]):
            return e.user(_with_password(e.request, user, password))
        return e.user()

    return entering(authenticate)


def _loose_sign_in(is_right: Loose) -> Change:
    """Return the change that does so in the sign-in form alone."""

    def change(steps: Steps) -> Steps:
        def sign_in(space: Space, request: Request, **rest: Any) -> Answer:
            members: Mapping[str, str] = rest["members"]
            user = space.find_user(members.get("username", ""))
            password = None if user is None else _password(user)
            if password is not None and is_right(password, members.get("password", "")):
                rest["members"] = {**members, "password": password}
            return steps.sign_in(space, request, **rest)

        return replace(steps, sign_in=sign_in)

    return change


def _if_refused(let_in: Callable[[Entering], User | None]) -> Change:
    """Return the change that asks `let_in` about whoever the right step lets not in."""

    def authenticate(e: Entering) -> User | None:
        try:
            user = e.user()
        except FrameworkError:
            user = let_in(e)
            if user is None:
                raise
            return user
        return let_in(e) if user is None else user

    return entering(authenticate)


def _scheme(e: Entering) -> str:
    return (e.request.header(_AUTHORIZATION) or "").partition(" ")[0].lower()


def _unknown_user(e: Entering) -> User | None:
    given = _raw_basic(e.request)
    return e.anybody if given and e.space.find_user(given[0]) is None else None


def _malformed(e: Entering) -> User | None:
    return e.anybody if _scheme(e) == "basic" and _raw_basic(e.request) is None else None


def _forged(e: Entering) -> User | None:
    return e.anybody if e.ids.in_force else None


def _by_path(e: Entering) -> User | None:
    return e.anybody if "." in e.request.path.rpartition("/")[2] else None


def _by_parameter(name: str) -> Callable[[Entering], User | None]:
    def let_in(e: Entering) -> User | None:
        names = {key.lower() for key, _ in query_pairs(e.request.query)}
        return e.anybody if name in names and not _scheme(e) else None

    return let_in


def _for_all() -> Callable[[Entering], User | None]:
    last: User | None = None

    def authenticate(e: Entering) -> User | None:
        nonlocal last
        user = e.user()
        if user is not None and _scheme(e) == "basic":
            last = user
        return user or last

    return authenticate


def _session_of(jar: CookieJar) -> str | None:
    found = [v for v in jar.values if v.startswith("ss-id=")]
    return found[-1].removeprefix("ss-id=").partition(";")[0] if found else None


def _sessions(steps: Steps, sign_in: Callable[..., Answer], known: dict[str, str]) -> Steps:
    """Return the steps in which `known`, session → user name, lets in as well."""

    def authenticate(e: Entering) -> User | None:
        user = e.user()
        if user is None and e.ids.temporary in known:
            return e.space.find_user(known[e.ids.temporary or ""])
        return user

    return entering(authenticate)(replace(steps, sign_in=sign_in))


def _outlives_sign_out(steps: Steps) -> Steps:
    known: dict[str, str] = {}

    def sign_in(space: Space, request: Request, **rest: Any) -> Answer:
        answer = steps.sign_in(space, request, **rest)
        session = _session_of(rest["jar"])
        name = rest["members"].get("username")
        if answer.status == 200 and session and name:
            known[session] = name
        return answer

    return _sessions(steps, sign_in, known)


def _failure_opens(steps: Steps) -> Steps:
    known: dict[str, str] = {}

    def sign_in(space: Space, request: Request, **rest: Any) -> Answer:
        try:
            return steps.sign_in(space, request, **rest)
        except ServiceError:
            session = _session_of(rest["jar"])
            if session:
                known[session] = rest["members"].get("username", "")
            raise

    return _sessions(steps, sign_in, known)


def _failure_is_ok(steps: Steps) -> Steps:
    def sign_in(space: Space, request: Request, **rest: Any) -> Answer:
        try:
            return steps.sign_in(space, request, **rest)
        except ServiceError as error:
            if error.status != 401:
                raise
            return Answer(content_type="application/json; charset=utf-8", body=b"{}")

    return replace(steps, sign_in=sign_in)


def _session_lost() -> Callable[[Entering], User | None]:
    def authenticate(e: Entering) -> User | None:
        return e.user() if _scheme(e) == "basic" else None

    return authenticate


def _date_first(steps: Steps) -> Steps:
    """Refuse a bad date before asking who is there."""

    def authenticate(e: Entering) -> User | None:
        texts = [v for k, v in query_pairs(e.request.query) if k.lower() == "afterdate"]
        try:
            user = e.user()
        except RequestError:
            user = None
        if user is None and texts and not any(c.isdigit() for c in texts[-1]):
            raise FrameworkError("Bad date", status=400, error_code="FormatException")
        return e.user() if user is None else user

    return entering(authenticate)(steps)


def _rows_in_refusal(steps: Steps) -> Steps:
    def finish(space: Space, request: Request, answer: Answer) -> Answer:
        answer = steps.finish(space, request, answer)
        if answer.status != 401 or "conversations" not in request.path.lower():
            return answer
        count = min(5, len(space.world))
        rows = ",".join(f'{{"id":"{space.world.row(n).id}"}}' for n in range(count))
        body = f'{{"conversations":[{rows}]}}'.encode()
        kind = "application/json; charset=utf-8"
        return replace(answer, body=body, content_type=kind, is_chunked=True)

    return replace(steps, finish=finish)


def _head_as_get(steps: Steps) -> Steps:
    """Answer HEAD, and to anybody."""

    def route(method: str, path: str, quirks: Quirks) -> Route | None:
        return steps.route("GET" if method == "HEAD" else method, path, quirks)

    def let_in(e: Entering) -> User | None:
        return e.anybody if e.request.method == "HEAD" else None

    return _if_refused(let_in)(replace(steps, route=route))


def _known_name(e: Entering) -> User | None:
    given = parse_basic(e.request.header(_AUTHORIZATION)) if _scheme(e) == "basic" else None
    return None if given is None else e.space.find_user(given.username)


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="sign-in", help=help, change=change)


SIGN_IN = (
    _bug("open-to-all", "nobody has to sign in", _if_refused(lambda e: e.anybody)),
    _bug(
        "open-without-header",
        "who sends no credentials at all is let in",
        _if_refused(lambda e: None if _scheme(e) else e.anybody),
    ),
    _bug("any-user", "a user that nobody knows is let in", _if_refused(_unknown_user)),
    _bug("any-password", "any password will do", _if_refused(_known_name)),
    _bug(
        "any-bearer",
        "any bearer token is let in",
        _if_refused(lambda e: e.anybody if _scheme(e) == "bearer" else None),
    ),
    _bug(
        "password-prefix",
        "the beginning of a password will do",
        _loose_basic(lambda right, given: len(given) > 3 and right.startswith(given)),
    ),
    _bug(
        "password-extended",
        "what follows the password does not count",
        _loose_basic(lambda right, given: given.startswith(right)),
    ),
    _bug(
        "password-empty", "an empty password will do", _loose_basic(lambda right, given: not given)
    ),
    _bug(
        "form-password-any",
        "the sign-in form takes any password",
        _loose_sign_in(lambda right, given: bool(given)),
    ),
    _bug("malformed-is-in", "a Basic header that is not base64 is let in", _if_refused(_malformed)),
    _bug("any-session", "any session id is let in", _if_refused(_forged)),
    _bug("session-outlives-sign-out", "a session goes on after sign-out", _outlives_sign_out),
    _bug("failed-sign-in-opens", "the session of a failed sign-in is valid", _failure_opens),
    _bug("failed-sign-in-is-200", "a failed sign-in answers 200", _failure_is_ok),
    _bug("session-lost", "a session is never recognised", entering_of(_session_lost)),
    _bug(
        "one-for-all",
        "once somebody has signed in by Basic, everybody is him",
        entering_of(_for_all),
    ),
    _bug("suffix-is-open", "a path with a suffix asks nobody to sign in", _if_refused(_by_path)),
    _bug(
        "callback-is-open", "JSONP asks nobody to sign in", _if_refused(_by_parameter("callback"))
    ),
    _bug("format-is-open", "`format` asks nobody to sign in", _if_refused(_by_parameter("format"))),
    _bug("head-is-open", "HEAD asks nobody to sign in", _head_as_get),
    _bug("date-before-sign-in", "a bad date is refused before a stranger is", _date_first),
    _bug("rows-in-refusal", "a refusal holds rows", _rows_in_refusal),
)
