"""Write answers: rows, refusals and challenges, each in the negotiated format.

Two kinds of error differ on the wire. What the framework refuses is an ErrorResponse envelope, and
with JSONP goes out as 200, for a script element sees nothing else. What the service refuses is its
own response DTO: empty for ListConversations, with a ResponseStatus for Authenticate.
Source: fixtures/transcripts, groups auth, jsonp, basic, api; openapi.yaml, responses.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from mockserver.errors import FrameworkError, RequestError
from mockserver.server.exchange import Answer, Request
from mockserver.wire.dto import Dto, JsConfig, authenticate_dto, conversations_dto, error_dto
from mockserver.wire.encode import encode_dto, wrap_jsonp
from mockserver.wire.negotiate import Negotiated
from mockserver.wire.pages import error_page, text_page
from mockserver.wire.quirks import Quirks

__all__ = [
    "Style",
    "api_index",
    "body_answer",
    "challenge",
    "dto_answer",
    "empty_batch",
    "join_batch",
    "redirect",
    "refuse",
]

_CHALLENGES = {
    "basic": 'basic realm="/auth/basic"',
    "credentials": 'credentials realm="/auth/credentials"',
}
_NOT_URL_SAFE = re.compile(r"[^A-Za-z0-9,\-. ]+")
_JSON = "application/json; charset=utf-8"
_SCRIPT = "text/javascript"
_INDEX = (
    ("auth", ("AssignRoles", "Authenticate", "UnAssignRoles")),
    ("other", ("ListConversations",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Hold what shapes every answer to one request.

    Attributes:
        negotiated: the media type and the callback.
        quirks: the framework's ways.
        options: what `?jsconfig=` and the profile ask for.
        operation: the operation's name, which names a download and the kind of error body.
        challenge: the name of the first sign-in provider.
        page: for a page, the way to the API's paths and the query, which its links keep.
    """

    negotiated: Negotiated
    quirks: Quirks
    options: JsConfig
    operation: str
    challenge: str
    page: tuple[str, str] | None = None


def body_answer(style: Style, body: bytes) -> Answer:
    """Return the 200 that holds `body`, already in the negotiated format."""
    negotiated = style.negotiated
    answer = Answer(content_type=_content_type(negotiated), body=_wrap(body, negotiated))
    if negotiated.format == "csv":
        name = f'attachment;filename="{style.operation}.csv"'
        answer.headers.append(("Content-Disposition", name))
    return answer


def dto_answer(style: Style, dto: Dto) -> Answer:
    """Return the 200 that holds a DTO; 405 where nothing can write the negotiated type."""
    if style.negotiated.format is None:
        return _no_serializer(style, 405)
    if style.negotiated.format in ("html", "jsonreport"):
        text = encode_dto("json", dto, options=replace(style.options, indent=True)).decode()
        return body_answer(style, text_page(dto.type.name, text))
    return body_answer(style, encode_dto(style.negotiated.format, dto, options=style.options))


def redirect(location: str, *, reason: str | None = None, body: bytes = b"") -> Answer:
    """Return a 302; with the page that a sign-in operation sends along, if any."""
    return Answer(
        status=302,
        reason=reason,
        content_type="text/html" if body else None,
        body=body,
        headers=[("Location", location)],
        is_chunked=bool(body),
    )


def refuse(error: RequestError, request: Request, style: Style) -> Answer:
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
        return replace(_no_serializer(style, error.status), reason=reason)
    dto = _error_dto(error, style)
    body = encode_dto(negotiated.format, dto, options=style.options)
    answer = Answer(status=error.status, reason=reason, body=_wrap(body, negotiated))
    answer.content_type = _content_type(negotiated)
    if is_framework and negotiated.callback:
        answer.reason = reason or HTTPStatus(error.status).phrase
        answer.status = 200
        answer.content_type = _jsonp_error_type(style)
    return answer


def challenge(request: Request, style: Style) -> Answer:
    """Return the plain refusal of a request without credentials."""
    negotiated = style.negotiated
    if negotiated.format == "html":
        answer = _to_login(request)
    elif negotiated.callback:
        message = "Not Authenticated"
        error = FrameworkError(message, status=401, error_code="Unauthorized", reason=message)
        as_json = replace(negotiated, content_type="application/json", format="json")
        answer = refuse(error, request, replace(style, negotiated=as_json))
    else:
        answer = Answer(status=401, is_chunked=False)
    answer.headers.append(("WWW-Authenticate", _CHALLENGES[style.challenge]))
    return answer


def api_index(request: Request, quirks: Quirks) -> Answer:
    """Return the list of operations that stands at `/api`."""
    base = request.base_url

    def entry(name: str) -> Mapping[str, object]:
        links = {"api": f"{base}/api/{name}", "ui": f"{base}/ui/{name}"}
        return {"name": name, "returns": f"{name}Response", "links": links}

    index = {group: [entry(name) for name in names] for group, names in _INDEX}
    body = json.dumps(index, separators=(",", ":")).encode()
    answer = Answer(content_type="application/json", body=body)
    answer.varies = quirks.api_index_varies
    return answer


def empty_batch() -> Answer:
    """Return the answer to a batch of no requests, which nobody has to sign in for."""
    return Answer(content_type=_JSON, body=b"[]")


def join_batch(answers: Sequence[Answer]) -> Answer:
    """Return one answer that holds the JSON of several, in their order."""
    body = b"[" + b",".join(answer.body for answer in answers) + b"]"
    joined = replace(answers[0], body=body, rows=sum(answer.rows or 0 for answer in answers))
    joined.headers.append(("X-AutoBatch-Completed", str(len(answers))))
    return joined


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


def _no_serializer(style: Style, status: int) -> Answer:
    return Answer(status=status, content_type=style.negotiated.content_type, is_chunked=False)


def _content_type(negotiated: Negotiated) -> str:
    if negotiated.format == "json" and negotiated.callback:
        return _SCRIPT
    # Only the type that the framework chose itself gets a charset, not an echoed one.
    return _JSON if negotiated.content_type == "application/json" else negotiated.content_type


def _jsonp_error_type(style: Style) -> str:
    if style.quirks.jsonp_errors_as_script:
        return _SCRIPT
    return _JSON if style.negotiated.format == "json" else style.negotiated.content_type


def _wrap(body: bytes, negotiated: Negotiated) -> bytes:
    return body if negotiated.callback is None else wrap_jsonp(negotiated.callback, body)


def _requoted_query(pairs: Sequence[tuple[str, str]]) -> str:
    texts = [f"{_url_encode(name)}={_url_encode(value)}" for name, value in pairs]
    return f"?{'&'.join(texts)}" if texts else ""


def _url_encode(text: str) -> str:
    """Return `text` as ServiceStack encodes it: lower-case hex, a plus for a space."""

    def encode_run(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02x}" for byte in match.group().encode("utf-8", "replace"))

    return _NOT_URL_SAFE.sub(encode_run, text).replace(" ", "+")
