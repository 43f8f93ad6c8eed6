"""Answer the sign-in operations: `/auth/credentials`, `/auth`, `/auth/logout`, `/auth/status`.

`authenticate` in authenticate.py is what happens before ListConversations; this is the operation
Authenticate itself, and the vendor's GetAuthStatus.
Source: fixtures/transcripts, groups login, logout, auth-status, remember; openapi.yaml.
"""

import urllib.parse
from collections.abc import Mapping

from mockserver.errors import FieldError, FrameworkError, NotSignedInError, ServiceError
from mockserver.server.request.answers import body_answer, dto_answer, redirect
from mockserver.server.request.authenticate import INVALID, identify, no_such_method
from mockserver.server.request.exchange import Answer, Exchange
from mockserver.server.request.go_on import is_elsewhere, location_of
from mockserver.space.space import SignIn, SignOut, session_end_ticks
from mockserver.wire.formats.dto import authenticate_dto, user_info_dto
from mockserver.world.scenario import User

__all__ = ["sign_in", "tell_status"]

_GET_DISABLED = (
    "GET Authenticate requests are disabled, to enable set "
    "AuthFeature.AllowGetAuthenticateRequests = req => true"
)
_PICTURE = "data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E"
# A Basic request is signed in for itself only, so that there is no session to name.
_NO_SESSION = "AAAAAAAAAAAAAAAAAAAA"
_MOVED = b"<!doctype html><title>Signed in or out</title><p>Done.</p>"
_YES = ("true", "1", "on", "yes")
_LOGOUT_COOKIES = ("ss-id", "ss-pid", "X-UAId", "ss-tok", "ss-reftok")


def sign_in(x: Exchange) -> None:
    """Sign in, sign out or tell who is signed in, by verb and provider.

    Raises:
        ServiceError: refused; the status tells why.
        NotSignedInError: no session where one is needed, with Basic as the first provider.
        FrameworkError: the service has no such verb (HTTP 405).
    """
    assert x.route is not None
    assert x.style is not None
    verb = x.route.method.upper()
    x.jar.set_missing_ids(x.space.name, x.request.head.ids)
    if verb not in x.quirks.auth_actions:
        raise no_such_method(x.route, "AuthenticateService")
    provider = x.members.get("provider") or ""
    known = provider.lower()
    if verb == "OPTIONS":
        x.answer = Answer(is_chunked=False)
    elif verb == "DELETE":
        _sign_out(x, expire=False)
    elif provider == "logout" or (x.quirks.logout_any_case and known == "logout"):
        _sign_out(x, expire=True)
    elif known not in ("", "basic", "credentials", "login"):
        message = f"No configuration was added for OAuth provider '{provider}'"
        raise ServiceError(message, status=404, error_code="NotFound")
    elif verb == "GET" and known in ("basic", "credentials"):
        raise ServiceError(_GET_DISABLED, status=405, error_code="NotSupportedException")
    elif verb == "GET" and not known:
        _tell(x)
    elif known == "basic" or (not known and x.style.challenge == "basic"):
        raise NotSignedInError
    else:
        _sign_in(x)


def tell_status(x: Exchange) -> None:
    """Answer the vendor's GetAuthStatus, which nobody is refused."""
    assert x.style is not None
    try:
        x.user = identify(x)
    except FrameworkError:
        x.user = None
    x.answer = dto_answer(x.style, user_info_dto(_auth_status(x)), site=x.site)


def _auth_status(x: Exchange) -> dict[str, object]:
    """Return the vendor's UserInfo of whoever is signed in; `isAuthenticated` says if anyone."""
    user = x.user
    if user is None:
        return {"isAuthenticated": False}
    visible = [
        account
        for account in x.view.directory.accounts
        if user.account_ids is None or account.id in user.account_ids
    ]
    return {
        "id": x.space.user_number(user),
        "isAuthenticated": True,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "name": user.display_name or user.username,
        "emailAddress": user.email,
        "roles": list(user.roles),
        "accountIds": [account.id for account in visible],
        "accountNames": [account.name for account in visible],
    }


def _tell(x: Exchange) -> None:
    """Answer who is signed in, by Basic or by a session."""
    assert x.style is not None
    x.user = _identify(x)
    if x.user is None:
        if x.style.challenge == "basic":
            raise NotSignedInError
        raise ServiceError("Not Authenticated", status=401, error_code="Unauthorized")
    session_id = x.request.head.ids.in_force
    session = x.space.sessions.get(session_id or "")
    provider = "basic" if session is None else session.provider
    members = _response(x, x.user, x.user.username, session_id or _NO_SESSION)
    _reply(x, {**members, "authProvider": provider})


def _identify(x: Exchange) -> User | None:
    """Return who the request stands for; inside the service a refusal is the service's own."""
    ids = x.request.head.ids
    x.jar.values.clear()
    try:
        user = identify(x)
    except FrameworkError as error:
        if not x.jar.values:
            x.jar.set_missing_ids(x.space.name, ids)
        assert x.style is not None
        raise _as_service_error(error, x.style.challenge) from error
    if user is None:
        x.jar.set_missing_ids(x.space.name, ids)
    return user


def _as_service_error(error: FrameworkError, first_provider: str) -> ServiceError:
    message = error.message
    if error.status == 401 and first_provider == "credentials":
        message = "Not Authenticated"
    return ServiceError(message, status=error.status, error_code=error.error_code)


def _sign_out(x: Exchange, *, expire: bool) -> None:
    if x.request.header(b"authorization") is not None:
        _identify(x)
    session_id = x.request.head.ids.in_force
    if session_id:
        x.space.apply(SignOut(session_id=session_id))
    location = None
    if expire:
        for name in _LOGOUT_COOKIES:
            x.jar.expire(name)
        location = _go_on(x) if _is_html(x) else None
    if location is None:
        _reply(x, {})
    else:
        x.answer = redirect(location, reason="Moved Temporarily", body=_MOVED)


def _sign_in(x: Exchange) -> None:
    space, jar, members, ids = x.space, x.jar, x.members, x.request.head.ids
    jar.values.clear()
    if ids.in_force:
        space.apply(SignOut(session_id=ids.in_force))
    temporary, permanent = jar.set_new_ids(space.name)
    remember = members.get("rememberme", "").lower()
    # Without a word of it the options that the client came with stay in force.
    is_permanent = remember in _YES if remember else ids.is_permanent
    jar.set_for_years("ss-opt", ids.with_option("perm" if is_permanent else "temp"))
    username, password = members.get("username", ""), members.get("password", "")
    _demand_both(username, password)
    go_on = _go_on(x) if _is_html(x) else None
    user = space.check_password(username, password)
    if user is None:
        if go_on:
            flag = f"#f={urllib.parse.quote_plus(INVALID)}"
            x.answer = redirect(go_on + flag, body=_MOVED)
            return
        raise ServiceError(INVALID, status=401, error_code="Unauthorized")
    if _is_sent_elsewhere(x):
        message = "External Redirects are not permitted"
        raise ServiceError(message, status=400, error_code="ArgumentException")
    session_id = permanent if is_permanent else temporary
    expires_ticks = session_end_ticks(x.now_ticks, is_permanent=is_permanent)
    space.apply(SignIn(session_id=session_id, username=user.username, expires_ticks=expires_ticks))
    x.user = user
    jar.set_for_years("X-UAId", space.user_number(user))
    if go_on:
        x.answer = redirect(go_on, body=_MOVED)
    else:
        response = _response(x, user, username, session_id)
        _reply(x, {**response, "referrerUrl": members.get("continue")})


def _is_html(x: Exchange) -> bool:
    assert x.style is not None
    return x.style.negotiated.format == "html"


def _is_sent_elsewhere(x: Exchange) -> bool:
    """Tell whether the client asked to go on to another server."""
    target = x.members.get("continue")
    return bool(target) and is_elsewhere(target or "", x.request, x.space.scenario.cors_origins)


def _go_on(x: Exchange) -> str | None:
    """Return where a client that shows pages asked to go on to, by a page that comes from here."""
    target = x.members.get("continue")
    if target:
        return None if _is_sent_elsewhere(x) else location_of(target)
    return x.request.header(b"referer")


def _reply(x: Exchange, members: Mapping[str, object]) -> None:
    assert x.style is not None
    if _is_html(x):
        x.answer = body_answer(x.style, _MOVED)
    else:
        dto = authenticate_dto(members, framework=x.quirks.framework)
        x.answer = dto_answer(x.style, dto, site=x.site)


def _response(x: Exchange, user: User, username: str, session_id: str) -> dict[str, object]:
    return {
        "userId": x.space.user_number(user),
        "sessionId": session_id,
        "userName": username,
        "displayName": user.display_name or user.username,
        "profileUrl": _PICTURE,
        "roles": list(user.roles),
        "permissions": [],
    }


def _demand_both(username: str, password: str) -> None:
    """Refuse a sign-in without user name or password, as FluentValidation words it."""
    missing = [
        (member, title, value)
        for member, title, value in (
            ("UserName", "User Name", username),
            ("Password", "Password", password),
        )
        if not value.strip()
    ]
    if not missing:
        return
    lines = "".join(f"\n -- {member}: '{title}' must not be empty." for member, title, _ in missing)
    raise ServiceError(
        f"Validation failed: {lines}",
        status=500,
        error_code="ValidationException",
        field_errors=tuple(
            FieldError(
                error_code="NotEmpty",
                field_name=member,
                message=f"'{title}' must not be empty.",
                meta={"PropertyName": title, **({"PropertyValue": value} if value else {})},
            )
            for member, title, value in missing
        ),
    )
