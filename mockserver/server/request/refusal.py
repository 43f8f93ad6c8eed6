"""Write every error in the server's dialect: refusals, challenges, failures of our own.

Two kinds of error differ on the wire. What the framework refuses is an ErrorResponse envelope, and
with JSONP goes out as 200, for a script element sees nothing else. What the service refuses is its
own response DTO: empty for ListConversations, with a ResponseStatus for Authenticate.
Source: fixtures/transcripts, groups auth, jsonp, basic, api; openapi.yaml, responses.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from mockserver.errors import (
    EmptyAcceptError,
    FrameworkError,
    NotSignedInError,
    ProblemError,
    RequestError,
)
from mockserver.server.pages.html_pages import error_page
from mockserver.server.problem import PROBLEM_TYPE, problem_body
from mockserver.server.request.answers import (
    SCRIPT_TYPE,
    no_serializer,
    redirect,
    written_answer,
)
from mockserver.server.request.exchange import Answer, Exchange
from mockserver.wire.formats.dto import Dto, authenticate_dto, conversations_dto, error_dto
from mockserver.wire.formats.encode import JSON_TYPE, encode_dto
from mockserver.wire.http_request import Request
from mockserver.wire.style import Style

__all__ = ["answer_crash", "cut_unsendable", "edge_answer", "write_refusal"]

_CHALLENGES = {
    "basic": 'basic realm="/auth/basic"',
    "credentials": 'credentials realm="/auth/credentials"',
}
_URL_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789,-.")
# What each byte becomes in an address.
_URL_ENCODED = {
    byte: "+" if byte == 0x20 else f"%{byte:02x}" for byte in range(256) if byte not in _URL_SAFE
}
_PAGES = ("html", "jsonreport")
# Where Kestrel has newer phrases than Python.
_REASONS = {413: "Payload Too Large", 414: "URI Too Long"}


def write_refusal(x: Exchange, error: Exception) -> None:
    """Answer an exchange by what went wrong on its way.

    Raises:
        Exception: it is none of the errors that a step raises on purpose.
    """
    match error:
        case EmptyAcceptError():
            x.answer = _broken_off()
        case ProblemError():
            if not x.has_space:
                x.enter(x.spaces.default, x.request)
            x.answer = _problem(error)
        case NotSignedInError():
            assert x.style is not None
            x.answer = _challenge(x, x.style)
            _settle_status(x)
        case RequestError():
            assert x.style is not None
            x.answer = _refuse(error, x, x.style)
            _settle_status(x)
        case _:
            raise error


def _settle_status(x: Exchange) -> None:
    """Refuse a stranger with the profile's status; the sign-in operations have their own."""
    assert x.answer is not None
    assert x.style is not None
    if x.answer.status == 401 and x.style.operation == "ListConversations":
        x.answer.status = int(x.space.profile["refusal-status"])


def cut_unsendable(x: Exchange) -> None:
    """Break off an answer whose media type, which may come from the path, fits no header."""
    assert x.answer is not None
    kind = x.answer.content_type
    if kind is not None and not (
        kind.isascii() and (kind.isprintable() or kind.replace("\t", "").isprintable())
    ):
        x.answer = _broken_off()


def edge_answer(status: int, *, allow: str | None = None) -> Answer:
    """Return an empty refusal after which the connection is closed."""
    headers = [("Connection", "close")]
    if allow is not None:
        headers.append(("Allow", allow))
    return Answer(
        status=status,
        reason=_REASONS.get(status),
        headers=headers,
        is_framework=False,
        is_chunked=False,
    )


def answer_crash(x: Exchange) -> None:
    """Answer 500 for a fault of the mock's own, in the negotiated format if there is one."""
    message = "The mock failed at this request; its output says where."
    x.answer = _problem(ProblemError(message, status=500))
    if x.style is not None:
        error = FrameworkError(message, status=500, error_code="InternalServerError")
        with contextlib.suppress(Exception):
            # What failed first may fail here too, and has been told.
            x.answer = _refuse(error, x, x.style)


def _broken_off() -> Answer:
    """Return what reaches the client where the framework fails to write an answer."""
    return Answer(is_framework=False, is_chunked=False, keeps_cookies=False)


def _problem(error: ProblemError) -> Answer:
    """Return a refusal of the mock's own, readable for a page of another origin."""
    return Answer(
        status=error.status,
        content_type=PROBLEM_TYPE,
        body=problem_body(error),
        is_framework=False,
        is_chunked=False,
        has_cors=True,
    )


def _refuse(error: RequestError, x: Exchange, style: Style) -> Answer:
    """Return the answer that says what went wrong, in the negotiated format."""
    negotiated, request = style.negotiated, x.request
    is_framework = isinstance(error, FrameworkError)
    reason = error.reason if is_framework else error.error_code
    if negotiated.format == "html" and error.status in (401, 404):
        answer = _refuse_by_handler(error, reason, request)
        if error.status == 401 and is_framework and request.header(b"referer") is not None:
            answer.headers.append(("WWW-Authenticate", _CHALLENGES[style.challenge]))
        return answer
    if negotiated.format is None:
        return replace(no_serializer(style, error.status), reason=reason)
    if negotiated.format in _PAGES:
        body = error_page(error.status, error.message, site=x.site)
    else:
        dto = _error_dto(error, style)
        body = encode_dto(negotiated.format, dto, options=style.options)
    answer = replace(written_answer(negotiated, body), status=error.status, reason=reason)
    if is_framework and negotiated.callback:
        answer.reason = reason or HTTPStatus(error.status).phrase
        answer.status = 200
        answer.content_type = _jsonp_error_type(style)
    return answer


def _challenge(x: Exchange, style: Style) -> Answer:
    """Return the plain refusal of a request without credentials."""
    negotiated = style.negotiated
    if negotiated.format == "html":
        answer = _to_login(x.request)
    elif negotiated.callback:
        message = "Not Authenticated"
        error = FrameworkError(message, status=401, error_code="Unauthorized", reason=message)
        as_json = replace(negotiated, content_type="application/json", format="json")
        answer = _refuse(error, x, replace(style, negotiated=as_json))
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


def _refuse_by_handler(error: RequestError, reason: str | None, request: Request) -> Answer:
    """Return the answer of the handler that some statuses have of their own for a browser."""
    if error.status == 401:
        return _to_login(request)
    return Answer(
        status=404,
        reason=reason,
        content_type="text/plain; charset=utf-8",
        body=f"Error (NotFound): {error.message}\n\n404".encode(),
        is_chunked=False,
    )


def _to_login(request: Request) -> Answer:
    """Return the redirect to the sign-in page, from where the client comes back."""
    base = request.base_url
    target = base + request.path + _requoted_query(request.pairs)
    return redirect(f"{base}/login?redirect={_url_encode(target)}")


def _jsonp_error_type(style: Style) -> str:
    if style.quirks.jsonp_errors_as_script:
        return SCRIPT_TYPE
    return JSON_TYPE if style.negotiated.format == "json" else style.negotiated.content_type


def _requoted_query(pairs: Sequence[tuple[str, str]]) -> str:
    texts = [f"{_url_encode(name)}={_url_encode(value)}" for name, value in pairs]
    return f"?{'&'.join(texts)}" if texts else ""


def _url_encode(text: str) -> str:
    """Return `text` as ServiceStack encodes it: lower-case hex, a plus for a space."""
    return text.encode("utf-8", "replace").decode("latin-1").translate(_URL_ENCODED)
