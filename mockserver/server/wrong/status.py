"""Hold the wrong statuses."""

import json
from collections.abc import Callable
from dataclasses import replace

from mockserver.server.app import Steps
from mockserver.server.exchange import Answer, Request
from mockserver.server.wrong.bug import Bug, Change, Encoding, encoding, failure, finishing
from mockserver.wire.quirks import Quirks
from mockserver.wire.route import Route

__all__ = ["STATUS"]


def _empty_is(status: int, code: str) -> Change:
    def encode(e: Encoding) -> Answer:
        if not e.numbers:
            raise failure(status, code)
        return e.answer()

    return encoding(encode)


def _refusal(change: Callable[[Answer], Answer]) -> Change:
    return finishing(lambda request, answer: change(answer) if answer.status == 401 else answer)


def _no_content(request: Request, answer: Answer) -> Answer:
    if answer.status == 200 and answer.rows == 0:
        return replace(answer, status=204, body=b"", content_type=None, is_chunked=False)
    return answer


def _partial(request: Request, answer: Answer) -> Answer:
    is_long = answer.status == 200 and (answer.rows or 0) > 100
    return replace(answer, status=206) if is_long else answer


def _bad_request(change: Callable[[Answer], Answer]) -> Change:
    return finishing(lambda request, answer: change(answer) if answer.status == 400 else answer)


def _page(answer: Answer) -> Answer:
    body = b"<!doctype html><title>Bad Request</title><h1>Bad Request</h1>"
    return replace(answer, body=body, content_type="text/html")


def _stack(answer: Answer) -> Answer:
    trace = "System.FormatException: Bad date\r\n   at System.DateTimeParse.Parse(String s)"
    status = {"errorCode": "FormatException", "message": "Bad date", "stackTrace": trace}
    body = json.dumps({"responseStatus": status}).encode()
    return replace(answer, body=body, content_type="application/json; charset=utf-8")


def _head_fails(steps: Steps) -> Steps:
    def route(method: str, path: str, quirks: Quirks) -> Route | None:
        return steps.route("GET" if method == "HEAD" else method, path, quirks)

    def fail(request: Request, answer: Answer) -> Answer:
        return replace(answer, status=500) if request.method == "HEAD" else answer

    return finishing(fail)(replace(steps, route=route))


def _listed(answer: Answer) -> Answer:
    return replace(
        answer,
        status=200,
        reason=None,
        body=b'{"conversations":[]}',
        content_type="application/json; charset=utf-8",
        is_chunked=True,
    )


def _unsupported(request: Request, answer: Answer) -> Answer:
    accept = request.header(b"accept") or ""
    return replace(answer, status=500) if accept.startswith("image/") else answer


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="status", help=help, change=change)


STATUS = (
    _bug("empty-is-404", "nothing selected is not found", _empty_is(404, "NotFound")),
    _bug(
        "empty-is-500", "nothing selected is an error", _empty_is(500, "InvalidOperationException")
    ),
    _bug("empty-is-204", "nothing selected has no body", finishing(_no_content)),
    _bug("long-is-206", "a long list is partial content", finishing(_partial)),
    _bug("refusal-is-403", "a stranger is forbidden", _refusal(lambda a: replace(a, status=403))),
    _bug("refusal-is-500", "a stranger is an error", _refusal(lambda a: replace(a, status=500))),
    _bug("refusal-is-404", "a stranger finds nothing", _refusal(lambda a: replace(a, status=404))),
    _bug("refusal-is-200", "a stranger gets an empty list", _refusal(_listed)),
    _bug(
        "refusal-is-302",
        "a stranger is sent to a page, whatever he accepts",
        _refusal(lambda a: replace(a, status=302, headers=[("Location", "/login")])),
    ),
    _bug("bad-date-as-page", "the refusal of a bad date is HTML", _bad_request(_page)),
    _bug(
        "bad-date-shows-stack",
        "the refusal of a bad date shows a stack trace",
        _bad_request(_stack),
    ),
    _bug(
        "bad-date-is-202",
        "a bad date is refused with the status of a success",
        _bad_request(lambda a: replace(a, status=202)),
    ),
    _bug("head-is-500", "HEAD is an error", _head_fails),
    _bug("strange-accept-is-500", "an image cannot be asked for", finishing(_unsupported)),
)
