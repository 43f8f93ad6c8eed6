"""Build answers in the negotiated format; refusal.py builds those that say no.

Source: fixtures/transcripts, groups jsonp, api; openapi.yaml, responses.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mockserver.server.pages.html_pages import text_page
from mockserver.server.pages.rendering import HTML, Site
from mockserver.server.request.exchange import Answer
from mockserver.wire.formats.dto import Dto
from mockserver.wire.formats.encode import JSON_TYPE, encode_dto, wrap_jsonp
from mockserver.wire.http_request import Request
from mockserver.wire.negotiate import Negotiated
from mockserver.wire.quirks import Quirks
from mockserver.wire.style import Style

__all__ = [
    "SCRIPT_TYPE",
    "api_index",
    "body_answer",
    "dto_answer",
    "empty_batch",
    "join_batch",
    "no_serializer",
    "redirect",
    "written_answer",
]

_PAGES = {"html": HTML, "jsonreport": "text/jsonreport"}
_CSV = "text/csv"
SCRIPT_TYPE = "text/javascript"
_INDEX = (
    ("auth", ("AssignRoles", "Authenticate", "UnAssignRoles")),
    ("other", ("ListConversations",)),
)


def body_answer(style: Style, body: bytes) -> Answer:
    """Return the 200 that holds `body`, already in the negotiated format."""
    negotiated = style.negotiated
    answer = written_answer(negotiated, body)
    if negotiated.content_type == _CSV:
        name = f'attachment;filename="{style.file_name or style.operation}.csv"'
        answer.headers.append(("Content-Disposition", name))
    return answer


def dto_answer(style: Style, dto: Dto, *, site: Site) -> Answer:
    """Return the 200 that holds a DTO; 405 where nothing can write the negotiated type."""
    if style.negotiated.format is None:
        return no_serializer(style, 405)
    if style.negotiated.format in ("html", "jsonreport"):
        text = encode_dto("json", dto, options=replace(style.options, indent=True)).decode()
        return body_answer(style, text_page(dto.type.name, text, site=site))
    return body_answer(style, encode_dto(style.negotiated.format, dto, options=style.options))


def redirect(location: str, *, reason: str | None = None, body: bytes = b"") -> Answer:
    """Return a 302; with the page that a sign-in operation sends along, if any."""
    return Answer(
        status=302,
        reason=reason,
        content_type=HTML if body else None,
        body=body,
        headers=[("Location", location)],
        is_chunked=bool(body),
    )


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
    return Answer(content_type=JSON_TYPE, body=b"[]")


def join_batch(answers: Sequence[Answer]) -> Answer:
    """Return one answer that holds the JSON of several, in their order."""
    body = b"[" + b",".join(answer.body for answer in answers) + b"]"
    joined = replace(answers[0], body=body, rows=sum(answer.rows or 0 for answer in answers))
    joined.headers.append(("X-AutoBatch-Completed", str(len(answers))))
    return joined


def written_answer(negotiated: Negotiated, body: bytes) -> Answer:
    """Return the 200 that holds `body`; a page whose type has parameters is never written."""
    is_page = negotiated.format in _PAGES
    if is_page and negotiated.content_type != _PAGES[negotiated.format or ""]:
        body = b""
    if negotiated.callback is not None:
        body = wrap_jsonp(negotiated.callback, body)
    content_type = _content_type(negotiated)
    return Answer(content_type=content_type, body=body, is_chunked=bool(body) or not is_page)


def no_serializer(style: Style, status: int) -> Answer:
    """Return the empty answer of a media type that nothing can write."""
    return Answer(status=status, content_type=style.negotiated.content_type, is_chunked=False)


def _content_type(negotiated: Negotiated) -> str:
    """Return the Content-Type of an answer in the negotiated format."""
    if negotiated.format == "json" and negotiated.callback:
        return SCRIPT_TYPE
    # Only the type that the framework chose itself gets a charset, not an echoed one.
    return JSON_TYPE if negotiated.content_type == "application/json" else negotiated.content_type
