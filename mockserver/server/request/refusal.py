"""Write every error in the server's dialect: refusals, challenges, failures of our own.

Two kinds of error differ on the wire. What the framework refuses is an ErrorResponse envelope, and
with JSONP goes out as 200, for a script element sees nothing else. What the service refuses is its
own response DTO: empty for ListConversations, with a ResponseStatus for Authenticate.
Source: fixtures/transcripts, groups auth, jsonp, basic, api; openapi.yaml, responses.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from mockserver.errors import FrameworkError, NotSignedInError, ProblemError, RequestError
from mockserver.server.problem import PROBLEM_TYPE, problem_body
from mockserver.server.request.answers import content_type_of, no_serializer, redirect, wrap_body
from mockserver.server.request.exchange import Answer, Exchange
from mockserver.wire.dto import Dto, authenticate_dto, conversations_dto, error_dto
from mockserver.wire.encode import encode_dto
from mockserver.wire.http_request import Request
from mockserver.wire.negotiate import EmptyAcceptError
from mockserver.wire.pages import error_page
from mockserver.wire.style import Style

__all__ = ["write_refusal"]

_CHALLENGES = {
    "basic": 'basic realm="/auth/basic"',
    "credentials": 'credentials realm="/auth/credentials"',
}
_NOT_URL_SAFE = re.compile(r"[^A-Za-z0-9,\-. ]+")
_JSON = "application/json; charset=utf-8"
_SCRIPT = "text/javascript"


def write_refusal(x: Exchange, error: Exception) -> None:
    """Answer an exchange by what went wrong on its way.

    Raises:
        Exception: it is none of the errors that a step raises on purpose.
    """
    match error:
        case EmptyAcceptError():
            # The framework breaks off here: no cookie, no header of its own.
            x.answer = Answer(is_framework=False, is_chunked=False, keeps_cookies=False)
        case ProblemError():
            x.answer = _problem(error)
        case NotSignedInError():
            assert x.style is not None
            x.answer = _challenge(x.request, x.style)
        case RequestError():
            assert x.style is not None
            x.answer = _refuse(error, x.request, x.style)
        case _:
            raise error


def _problem(error: ProblemError) -> Answer:
    """Return a refusal of the mock's own, readable for a page of another origin."""
    return Answer(
        status=error.status,
        content_type=PROBLEM_TYPE,
        body=problem_body(error),
        is_framework=False,
        is_chunked=False,
        allows_cors=True,
    )


def _refuse(error: RequestError, request: Request, style: Style) -> Answer:
    """Return the answer that says what went wrong, in the negotiated format."""
    negotiated = style.negotiated
    is_framework = isinstance(error, FrameworkError)
    reason = error.reason if is_framework else error.error_code
    if negotiated.format == "html":
        answer = _refuse_as_page(error, reason, request)
        if error.status == 401 and is_framework and request.header(b"referer") is not None:
            answer.headers.append(("WWW-Authenticate", _CHALLENGES[style.challenge]))
        return answer
    if negotiated.format == "jsonreport":
        body = error_page(error.status, error.message)
        return Answer(
            status=error.status, reason=reason, content_type=negotiated.content_type, body=body
        )
    if negotiated.format is None:
        return replace(no_serializer(style, error.status), reason=reason)
    dto = _error_dto(error, style)
    body = encode_dto(negotiated.format, dto, options=style.options)
    answer = Answer(status=error.status, reason=reason, body=wrap_body(body, negotiated))
    answer.content_type = content_type_of(negotiated)
    if is_framework and negotiated.callback:
        answer.reason = reason or HTTPStatus(error.status).phrase
        answer.status = 200
        answer.content_type = _jsonp_error_type(style)
    return answer


def _challenge(request: Request, style: Style) -> Answer:
    """Return the plain refusal of a request without credentials."""
    negotiated = style.negotiated
    if negotiated.format == "html":
        answer = _to_login(request)
    elif negotiated.callback:
        message = "Not Authenticated"
        error = FrameworkError(message, status=401, error_code="Unauthorized", reason=message)
        as_json = replace(negotiated, content_type="application/json", format="json")
        answer = _refuse(error, request, replace(style, negotiated=as_json))
    else:
        answer = Answer(status=401, is_chunked=False)
    answer.headers.append(("WWW-Authenticate", _CHALLENGES[style.challenge]))
    return answer


def _error_dto(error: RequestError, style: Style) -> Dto:
    if isinstance(error, FrameworkError):
        return error_dto(error.error_code, error.message, field_errors=error.field_errors)
    if style.operation == "Authenticate":
        return authenticate_dto(
            {},
            framework=style.quirks.framework,
            error=(error.error_code, error.message),
            field_errors=error.field_errors,
        )
    return conversations_dto(None)


def _refuse_as_page(error: RequestError, reason: str | None, request: Request) -> Answer:
    """Return the page for an error; some statuses have handlers of their own."""
    if error.status == 401:
        return _to_login(request)
    if error.status == 404:
        return Answer(
            status=404,
            reason=reason,
            content_type="text/plain; charset=utf-8",
            body=f"Error (NotFound): {error.message}\n\n404".encode(),
            is_chunked=False,
        )
    body = error_page(error.status, error.message)
    return Answer(status=error.status, reason=reason, content_type="text/html", body=body)


def _to_login(request: Request) -> Answer:
    """Return the redirect to the sign-in page, from where the client comes back."""
    base = request.base_url
    target = base + request.path + _requoted_query(request.pairs)
    return redirect(f"{base}/login?redirect={_url_encode(target)}")


def _jsonp_error_type(style: Style) -> str:
    if style.quirks.jsonp_errors_as_script:
        return _SCRIPT
    return _JSON if style.negotiated.format == "json" else style.negotiated.content_type


def _requoted_query(pairs: Sequence[tuple[str, str]]) -> str:
    texts = [f"{_url_encode(name)}={_url_encode(value)}" for name, value in pairs]
    return f"?{'&'.join(texts)}" if texts else ""


def _url_encode(text: str) -> str:
    """Return `text` as ServiceStack encodes it: lower-case hex, a plus for a space."""

    def encode_run(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02x}" for byte in match.group().encode("utf-8", "replace"))

    return _NOT_URL_SAFE.sub(encode_run, text).replace(" ", "+")
