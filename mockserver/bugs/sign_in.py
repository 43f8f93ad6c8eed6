"""Hold the wrong ways to let people in."""

import base64
from collections.abc import Callable
from dataclasses import replace

from mockserver.bugs.bug import (
    Change,
    anew,
    entering,
    finishing,
    head_as_get,
    in_category,
    run_as,
    user_of,
)
from mockserver.errors import FrameworkError, RequestError, ServiceError
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.server.request.path import Steps
from mockserver.wire.formats.encode import JSON_TYPE
from mockserver.wire.http_request import Request
from mockserver.world.scenario import User

__all__ = ["SIGN_IN"]

Loose = Callable[[str, str], bool]
_AUTHORIZATION = b"authorization"


def _password(user: User) -> str | None:
    """Return a user's password where it is known; one given on the command line is not."""
    return user.password.reveal() if hasattr(user.password, "reveal") else None


def _with_password(request: Request, username: str, password: str) -> Request:
    basic = base64.b64encode(f"{username}:{password}".encode())
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


def _known_password(x: Exchange, username: str, is_right: Callable[[str], bool]) -> str | None:
    """Return a user's own password where there is one that is held for right."""
    user = x.space.find_user(username)
    password = None if user is None else _password(user)
    return password if password is not None and is_right(password) else None


def _loose_basic(is_right: Loose) -> Change:
    """Return the change that compares passwords of Basic by something else than equality."""

    def authenticate(x: Exchange, right: Step) -> User | None:
        name, given = _raw_basic(x.request) or ("", "")
        password = _known_password(x, name, lambda known: is_right(known, given))
        if password is None:
            return user_of(x, right)
        request = _with_password(x.request, name, password)
        return user_of(x, lambda x: run_as(x, right, request=request))

    return entering(authenticate)


def _loose_sign_in(is_right: Loose) -> Change:
    """Return the change that does so in the sign-in form alone."""

    def change(steps: Steps) -> Steps:
        def sign_in(x: Exchange) -> None:
            name, given = x.members.get("username", ""), x.members.get("password", "")
            password = _known_password(x, name, lambda known: is_right(known, given))
            members = x.members if password is None else {**x.members, "password": password}
            run_as(x, steps.sign_in, members=members)

        return replace(steps, sign_in=sign_in)

    return change


def _if_refused(let_in: Callable[[Exchange], User | None]) -> Change:
    """Return the change that asks `let_in` about whoever the right step lets not in."""

    def authenticate(x: Exchange, right: Step) -> User | None:
        try:
            return user_of(x, right) or let_in(x)
        except FrameworkError:
            user = let_in(x)
            if user is None:
                raise
            return user

    return entering(authenticate)


def _open_if(fits: Callable[[Exchange], bool]) -> Change:
    """Return the change that lets in whoever the right step does not, as the first user."""
    return _if_refused(lambda x: x.space.scenario.users[0] if fits(x) else None)


def _scheme(x: Exchange) -> str:
    return (x.request.header(_AUTHORIZATION) or "").partition(" ")[0].lower()


def _is_unknown(x: Exchange) -> bool:
    given = _raw_basic(x.request)
    return given is not None and x.space.find_user(given[0]) is None


def _is_malformed(x: Exchange) -> bool:
    return _scheme(x) == "basic" and _raw_basic(x.request) is None


def _has_parameter(name: str) -> Callable[[Exchange], bool]:
    return lambda x: not _scheme(x) and name in {key.lower() for key, _ in x.request.pairs}


def _known_name(x: Exchange) -> User | None:
    credentials = x.request.head.credentials
    return None if credentials is None else x.space.find_user(credentials.username)


def _for_all() -> Change:
    last: User | None = None

    def authenticate(x: Exchange, right: Step) -> User | None:
        nonlocal last
        user = user_of(x, right)
        if user is not None and _scheme(x) == "basic":
            last = user
        return user or last

    return entering(authenticate)


def _basic_takes_session() -> Change:
    """Write who comes by Basic into the session whose cookies come beside it."""
    taken: dict[str, str] = {}

    def authenticate(x: Exchange, right: Step) -> User | None:
        user, session = user_of(x, right), x.request.head.ids.in_force or ""
        if user is not None and session and _scheme(x) == "basic":
            taken[session] = user.username
        return x.space.find_user(taken[session]) if session in taken else user

    return entering(authenticate)


def _new_session(x: Exchange) -> str | None:
    found = [v for v in x.jar.values if v.startswith("ss-id=")]
    return found[-1].removeprefix("ss-id=").partition(";")[0] if found else None


def _knowing(known: dict[str, str]) -> Change:
    """Return the change in which `known`, session → user name, lets in as well."""

    def authenticate(x: Exchange, right: Step) -> User | None:
        user = user_of(x, right)
        name = known.get(x.request.head.ids.temporary or "")
        return user if user is not None or name is None else x.space.find_user(name)

    return entering(authenticate)


def _outlives_sign_out(steps: Steps) -> Steps:
    known: dict[str, str] = {}

    def sign_in(x: Exchange) -> None:
        steps.sign_in(x)
        session, name = _new_session(x), x.members.get("username")
        if x.answer is not None and x.answer.status == 200 and session and name:
            known[session] = name

    return _knowing(known)(replace(steps, sign_in=sign_in))


def _ends_all(steps: Steps) -> Steps:
    """End every session of whoever signs out, on whatever device."""
    over: set[str] = set()

    def sign_in(x: Exchange) -> None:
        ended = x.space.sessions.get(x.request.head.ids.in_force or "")
        steps.sign_in(x)
        if x.members.get("provider") == "logout" and ended is not None:
            every = x.space.sessions.items()
            over.update(id_ for id_, one in every if one.username == ended.username)

    def authenticate(x: Exchange, right: Step) -> User | None:
        return None if x.request.head.ids.in_force in over else user_of(x, right)

    return entering(authenticate)(replace(steps, sign_in=sign_in))


def _failure_opens(steps: Steps) -> Steps:
    known: dict[str, str] = {}

    def sign_in(x: Exchange) -> None:
        try:
            steps.sign_in(x)
        except ServiceError:
            session = _new_session(x)
            if session:
                known[session] = x.members.get("username", "")
            raise

    return _knowing(known)(replace(steps, sign_in=sign_in))


def _failure_is_ok(steps: Steps) -> Steps:
    def sign_in(x: Exchange) -> None:
        try:
            steps.sign_in(x)
        except ServiceError as error:
            if error.status != 401:
                raise
            x.answer = Answer(content_type=JSON_TYPE, body=b"{}")

    return replace(steps, sign_in=sign_in)


def _session_lost(x: Exchange, right: Step) -> User | None:
    return user_of(x, right) if _scheme(x) == "basic" else None


def _date_first(x: Exchange, right: Step) -> User | None:
    """Refuse a bad date before asking who is there."""
    texts = [value for key, value in x.request.pairs if key.lower() == "afterdate"]
    try:
        user = user_of(x, right)
    except RequestError:
        user = None
    if user is None and texts and not any(c.isdigit() for c in texts[-1]):
        raise FrameworkError("Bad date", status=400, error_code="FormatException")
    return user or user_of(x, right)


def _with_rows(x: Exchange, answer: Answer) -> Answer:
    if answer.status != 401:
        return answer
    count = min(5, len(x.view))
    rows = ",".join(f'{{"id":"{x.view.row(n).id}"}}' for n in range(count))
    body = f'{{"conversations":[{rows}]}}'.encode()
    return replace(answer, body=body, content_type=JSON_TYPE, is_chunked=True)


def _head_is_open(steps: Steps) -> Steps:
    """Answer HEAD, and to anybody."""
    return _open_if(lambda x: x.request.method == "HEAD")(head_as_get(steps))


_bug = in_category("sign-in")

SIGN_IN = (
    _bug("open-to-all", "nobody has to sign in", _open_if(lambda x: True)),
    _bug(
        "open-without-header",
        "who sends no credentials at all is let in",
        _open_if(lambda x: not _scheme(x)),
    ),
    _bug("any-user", "a user that nobody knows is let in", _open_if(_is_unknown)),
    _bug("any-password", "any password will do", _if_refused(_known_name)),
    _bug(
        "any-bearer",
        "any bearer token is let in",
        _open_if(lambda x: _scheme(x) == "bearer"),
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
    _bug("malformed-is-in", "a Basic header that is not base64 is let in", _open_if(_is_malformed)),
    _bug(
        "any-session",
        "any session id is let in",
        _open_if(lambda x: bool(x.request.head.ids.in_force)),
    ),
    _bug(
        "basic-takes-session",
        "Basic credentials beside a session's cookies make the session theirs",
        anew(_basic_takes_session),
    ),
    _bug("session-outlives-sign-out", "a session goes on after sign-out", _outlives_sign_out),
    _bug("sign-out-ends-all", "a sign-out ends every session of its user", _ends_all),
    _bug("failed-sign-in-opens", "the session of a failed sign-in is valid", _failure_opens),
    _bug("failed-sign-in-is-200", "a failed sign-in answers 200", _failure_is_ok),
    _bug("session-lost", "a session is never recognised", entering(_session_lost)),
    _bug(
        "one-for-all",
        "once somebody has signed in by Basic, everybody is him",
        anew(_for_all),
    ),
    _bug(
        "suffix-is-open",
        "a path with a suffix asks nobody to sign in",
        _open_if(lambda x: "." in x.request.path.rpartition("/")[2]),
    ),
    _bug("callback-is-open", "JSONP asks nobody to sign in", _open_if(_has_parameter("callback"))),
    _bug("format-is-open", "`format` asks nobody to sign in", _open_if(_has_parameter("format"))),
    _bug("head-is-open", "HEAD asks nobody to sign in", _head_is_open),
    _bug(
        "date-before-sign-in", "a bad date is refused before a stranger is", entering(_date_first)
    ),
    _bug("rows-in-refusal", "a refusal holds rows", finishing(_with_rows)),
)
