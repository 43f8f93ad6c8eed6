"""Answer the sign-in operations: `/auth/credentials`, `/auth`, `/auth/logout`, `/auth/status`.

`authenticate` in auth.py is what happens before ListConversations; this is the operation
Authenticate itself, and the vendor's GetAuthStatus.
Source: fixtures/transcripts, groups login, logout, auth-status, remember; openapi.yaml.
"""

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.errors import FieldError, FrameworkError, ServiceError
from mockserver.server.auth import (
    CookieJar,
    Credentials,
    SessionIds,
    authenticate,
    check_password,
    set_missing_ids,
    set_new_ids,
    user_number,
)
from mockserver.server.exchange import Answer, Request
from mockserver.server.go_on import is_elsewhere, location_of
from mockserver.server.replies import Style, body_answer, dto_answer, redirect
from mockserver.server.space import SignIn, SignOut, Space
from mockserver.wire.dto import authenticate_dto
from mockserver.wire.quirks import Quirks
from mockserver.world.scenario import User

__all__ = ["NotSignedInError", "auth_status", "run_authenticate"]

_GET_DISABLED = (
    "GET Authenticate requests are disabled, to enable set "
    "AuthFeature.AllowGetAuthenticateRequests = req => true"
)
_INVALID = "Invalid Username or Password"
_PICTURE = "data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E"
# A Basic request is signed in for itself only, so that there is no session to name.
_NO_SESSION = "AAAAAAAAAAAAAAAAAAAA"
_MOVED = b"<!doctype html><title>Signed in or out</title><p>Done.</p>"
_LOGOUT_COOKIES = ("ss-id", "ss-pid", "X-UAId", "ss-tok", "ss-reftok")


class NotSignedInError(Exception):
    """Ask for the framework's plain refusal: an empty 401 with a challenge, or a redirect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    space: Space
    request: Request
    ids: SessionIds
    jar: CookieJar
    style: Style
    body: Mapping[str, str]

    @property
    def quirks(self) -> Quirks:
        return self.style.quirks

    @property
    def is_html(self) -> bool:
        return self.style.negotiated.format == "html"

    @property
    def is_sent_elsewhere(self) -> bool:
        """Tell whether the client asked to go on to another server."""
        target = self.body.get("continue")
        origins = self.space.scenario.cors_origins
        return bool(target) and is_elsewhere(target or "", self.request, origins)

    def go_on(self) -> str | None:
        """Return where the client asked to go on to, by a page that comes from here."""
        target = self.body.get("continue")
        if target:
            return None if self.is_sent_elsewhere else location_of(target)
        return self.request.header(b"referer") if self.is_html else None


def run_authenticate(
    space: Space,
    request: Request,
    *,
    verb: str,
    ids: SessionIds,
    jar: CookieJar,
    style: Style,
    members: Mapping[str, str],
) -> Answer:
    """Sign in, sign out or tell who is signed in, by verb and provider.

    Args:
        members: the bound request by lower-case member name; `continue` among them.

    Raises:
        ServiceError: refused; the status tells why.
        NotSignedInError: no session where one is needed, with Basic as the first provider.
    """
    exchange = _Exchange(space=space, request=request, ids=ids, jar=jar, style=style, body=members)
    set_missing_ids(space, ids, jar)
    if verb == "OPTIONS":
        return Answer(is_chunked=False)
    provider = members.get("provider") or ""
    known = provider.lower()
    if verb == "DELETE":
        return _sign_out(exchange, expire=False)
    if provider == "logout" or (exchange.quirks.logout_any_case and known == "logout"):
        return _sign_out(exchange, expire=True)
    if known not in ("", "basic", "credentials", "login"):
        message = f"No configuration was added for OAuth provider '{provider}'"
        raise ServiceError(message, status=404, error_code="NotFound")
    if verb == "GET" and known in ("basic", "credentials"):
        raise ServiceError(_GET_DISABLED, status=405, error_code="NotSupportedException")
    if verb == "GET" and not known:
        return _tell(exchange)
    if known == "basic" or (not known and style.challenge == "basic"):
        raise NotSignedInError
    return _sign_in(exchange)


def auth_status(space: Space, user: User | None) -> dict[str, object]:
    """Return the vendor's UserInfo of whoever is signed in; `isAuthenticated` says if anyone."""
    if user is None:
        return {"isAuthenticated": False}
    visible = [
        account
        for account in space.world.accounts
        if user.account_ids is None or account.id in user.account_ids
    ]
    name = user.display_name or user.username
    return {
        "id": user_number(space, user),
        "isAuthenticated": True,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "name": name,
        "emailAddress": user.email,
        "roles": list(user.roles),
        "accountIds": [account.id for account in visible],
        "accountNames": [account.name for account in visible],
    }


def _tell(exchange: _Exchange) -> Answer:
    """Answer who is signed in, by Basic or by a session."""
    user = _identify(exchange)
    if user is not None:
        session_id = exchange.ids.in_force
        session = exchange.space.sessions.get(session_id or "")
        provider = "basic" if session is None else session.provider
        members = _response(exchange, user, user.username, session_id or _NO_SESSION)
        return _reply(exchange, {**members, "authProvider": provider})
    if exchange.style.challenge == "basic":
        raise NotSignedInError
    raise ServiceError("Not Authenticated", status=401, error_code="Unauthorized")


def _identify(exchange: _Exchange) -> User | None:
    """Return who the request stands for; inside the service a refusal is the service's own."""
    exchange.jar.values.clear()
    try:
        user = authenticate(
            exchange.space, exchange.request, exchange.ids, exchange.jar, exchange.quirks
        )
    except FrameworkError as error:
        if not exchange.jar.values:
            set_missing_ids(exchange.space, exchange.ids, exchange.jar)
        raise _as_service_error(error, exchange.style.challenge) from error
    if user is None:
        set_missing_ids(exchange.space, exchange.ids, exchange.jar)
    return user


def _as_service_error(error: FrameworkError, first_provider: str) -> ServiceError:
    message = error.message
    if error.status == 401 and first_provider == "credentials":
        message = "Not Authenticated"
    return ServiceError(message, status=error.status, error_code=error.error_code)


def _sign_out(exchange: _Exchange, *, expire: bool) -> Answer:
    if exchange.request.header(b"authorization") is not None:
        _identify(exchange)
    if exchange.ids.in_force:
        exchange.space.apply(SignOut(session_id=exchange.ids.in_force))
    if not expire:
        return _reply(exchange, {})
    for name in _LOGOUT_COOKIES:
        exchange.jar.expire(name)
    location = exchange.go_on() if exchange.is_html else None
    if location is None:
        return _reply(exchange, {})
    return redirect(location, reason="Moved Temporarily", body=_MOVED)


def _sign_in(exchange: _Exchange) -> Answer:
    space, request, jar, body = exchange.space, exchange.request, exchange.jar, exchange.body
    jar.values.clear()
    if exchange.ids.in_force:
        space.apply(SignOut(session_id=exchange.ids.in_force))
    temporary, permanent = set_new_ids(space, jar)
    is_permanent = body.get("rememberme", "").lower() in ("true", "1", "on", "yes")
    jar.set_for_years("ss-opt", exchange.ids.with_option("perm" if is_permanent else "temp"))
    username, password = body.get("username", ""), body.get("password", "")
    _demand_both(username, password)
    go_on = exchange.go_on()
    user = check_password(space, Credentials(username, password))
    if user is None:
        if exchange.is_html and go_on:
            flag = f"#f={urllib.parse.quote_plus(_INVALID)}"
            return redirect(go_on + flag, body=_MOVED)
        raise ServiceError(_INVALID, status=401, error_code="Unauthorized")
    if exchange.is_sent_elsewhere:
        message = "External Redirects are not permitted"
        raise ServiceError(message, status=400, error_code="ArgumentException")
    session_id = permanent if is_permanent else temporary
    space.apply(
        SignIn(
            session_id=session_id,
            username=user.username,
            expires_ticks=space.session_end_ticks(is_permanent=is_permanent),
        )
    )
    jar.set_for_years("X-UAId", user_number(space, user))
    members = _response(exchange, user, username, session_id)
    if exchange.is_html and go_on:
        reply = redirect(go_on, body=_MOVED)
    else:
        reply = _reply(exchange, {**members, "referrerUrl": body.get("continue")})
    reply.user = user.username
    return reply


def _reply(exchange: _Exchange, members: Mapping[str, object]) -> Answer:
    if exchange.is_html:
        return body_answer(exchange.style, _MOVED)
    dto = authenticate_dto(members, framework=exchange.quirks.framework)
    return dto_answer(exchange.style, dto)


def _response(exchange: _Exchange, user: User, username: str, session_id: str) -> dict[str, object]:
    return {
        "userId": user_number(exchange.space, user),
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
