"""Let a request in: who asks, by Basic or by a session, with the cookies that ServiceStack sets.

`authenticate` and `admit` are what `[Authenticate]` does before the operation; sign_in.py holds the
sign-in operations themselves. Secrets are compared in constant time and appear in no error.
Source: fixtures/transcripts, groups auth, basic, cookie, remember; fuzz/authentication.ndjson.
"""

from dataclasses import replace

from mockserver.errors import FieldError, FrameworkError, NotSignedInError
from mockserver.server.request.exchange import Exchange
from mockserver.space.space import SignOut
from mockserver.wire.http_request import Credentials, Request
from mockserver.wire.route import Route
from mockserver.world.scenario import User

__all__ = ["INVALID", "admit", "authenticate", "claim_user", "identify", "no_such_method"]

_NOT_BASE64 = (
    "The input is not a valid Base-64 string as it contains a non-base 64 character, more than "
    "two padding characters, or an illegal character among the padding characters."
)
INVALID = "Invalid Username or Password"


def authenticate(x: Exchange) -> None:
    """Find out who asks; nobody is a stranger.

    Raises:
        FrameworkError: the Basic header is no base64 (HTTP 400) or its password is wrong (401).
    """
    x.user = identify(x)


def admit(x: Exchange) -> None:
    """Refuse a stranger, and a verb that the service does not have.

    Raises:
        NotSignedInError: nobody is signed in (HTTP 401, or a redirect).
        FrameworkError: the service has no such verb (HTTP 405).
    """
    assert x.route is not None
    if x.user is None:
        x.jar.set_ids_of_a_stranger(x.space.name, x.request.head.ids)
        raise NotSignedInError
    if x.route.method.upper() != "GET" and x.space.profile["verbs"] == "get":
        raise no_such_method(x.route, "ConversationsService")


def identify(x: Exchange) -> User | None:
    """Return who asks, or None; cookies that ServiceStack would set go into the jar.

    Raises:
        FrameworkError: the Basic header is no base64 (HTTP 400) or its password is wrong (401).
    """
    head = x.request.head
    if head.is_basic_malformed:
        raise FrameworkError(_NOT_BASE64, status=400, error_code="FormatException")
    user = x.space.user_of_session(head.ids.in_force, now_ticks=x.now_ticks)
    if head.credentials is not None:
        return _identify_by_basic(x, head.credentials, user)
    if user is not None:
        x.jar.set_missing_ids(x.space.name, head.ids)
    return user


def claim_user(x: Exchange) -> str | None:
    """Return who says to be asking, where nobody looked at a password."""
    head = x.request.head
    if head.credentials is not None:
        user = x.space.find_user(head.credentials.username)
    else:
        user = x.space.user_of_session(head.ids.in_force, now_ticks=x.now_ticks)
    return None if user is None else user.username


def _identify_by_basic(x: Exchange, credentials: Credentials, user: User | None) -> User | None:
    """Sign in by Basic: 6.x makes a new session each time, 8.x keeps one that is there."""
    space, jar, ids = x.space, x.jar, x.request.head.ids
    if x.quirks.basic_signs_in_anew:
        if ids.in_force:
            space.apply(SignOut(session_id=ids.in_force))
        jar.set_new_ids(space.name)
        jar.set_for_years("ss-opt", ids.with_option("perm" if ids.is_permanent else "temp"))
        user = None
    else:
        jar.set_missing_ids(space.name, ids)
    _read_form(x.request)
    signed_in = space.check_password(credentials.username, credentials.password)
    if signed_in is None:
        raise FrameworkError(INVALID, status=401, error_code="Unauthorized", reason=INVALID)
    if user is not None and ids.in_force:
        _remember_basic(x, ids.in_force)
    user = user or signed_in
    jar.set_for_years("X-UAId", space.user_number(user))
    return user


def _remember_basic(x: Exchange, session_id: str) -> None:
    """Note in a session that stays that its user has come by Basic since."""
    session = x.space.sessions[session_id]
    if session.provider != "basic":
        x.space.apply(replace(session, provider="basic"))


def _read_form(request: Request) -> None:
    """Fail as the framework does where it looks for sign-in members in a form without parts."""
    content_type = (request.head.content_type or "").lower()
    if content_type.startswith("multipart/form-data") and "boundary=" not in content_type:
        raise FrameworkError(
            "Missing content-type boundary.", status=500, error_code="InvalidDataException"
        )


def no_such_method(route: Route, service: str) -> FrameworkError:
    """Return the refusal of a verb that a service has no method for."""
    if not route.method:
        code = "ArgumentOutOfRangeException"
        message = "Index and length must refer to a location within the string."
        field = FieldError(error_code=code, field_name="length", message=message)
        message += " (Parameter 'length')"
        return FrameworkError(message, status=400, error_code=code, field_errors=(field,))
    name = route.method[0] + route.method[1:].lower()
    message = (
        f"Could not find method named {name}({route.operation}) or Any({route.operation}) on "
        f"Service {service}"
    )
    return FrameworkError(message, status=405, error_code="NotImplementedException")
