"""Hold the wrong statuses."""

import json
from collections.abc import Callable
from dataclasses import replace

from mockserver.bugs.bug import (
    Change,
    answer_of,
    encoding,
    failure,
    finishing,
    head_as_get,
    in_category,
)
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.server.request.path import Steps

__all__ = ["STATUS"]


def _empty_is(status: int, code: str) -> Change:
    def encode(x: Exchange, right: Step) -> Answer:
        if not x.numbers:
            raise failure(status, code)
        return answer_of(x, right)

    return encoding(encode)


def _on(status: int, change: Callable[[Answer], Answer]) -> Change:
    """Return the change of the answers of one status."""
    return finishing(lambda _x, answer: change(answer) if answer.status == status else answer)


def _forbid_tokens(x: Exchange, answer: Answer) -> Answer:
    has_token = x.request.header(b"authorization") is not None
    return replace(answer, status=403) if answer.status == 401 and has_token else answer


def _no_content(answer: Answer) -> Answer:
    if answer.rows != 0:
        return answer
    return replace(answer, status=204, body=b"", content_type=None, is_chunked=False)


def _partial(answer: Answer) -> Answer:
    return replace(answer, status=206) if (answer.rows or 0) > 100 else answer


def _page(answer: Answer) -> Answer:
    body = b"<!doctype html><title>Bad Request</title><h1>Bad Request</h1>"
    return replace(answer, body=body, content_type="text/html")


def _stack(answer: Answer) -> Answer:
    trace = "System.FormatException: Bad date\r\n   at System.DateTimeParse.Parse(String s)"
    status = {"errorCode": "FormatException", "message": "Bad date", "stackTrace": trace}
    body = json.dumps({"responseStatus": status}).encode()
    return replace(answer, body=body, content_type="application/json; charset=utf-8")


def _head_fails(steps: Steps) -> Steps:
    def fail(x: Exchange, answer: Answer) -> Answer:
        return replace(answer, status=500) if x.request.method == "HEAD" else answer

    return finishing(fail)(head_as_get(steps))


def _listed(answer: Answer) -> Answer:
    return replace(
        answer,
        status=200,
        reason=None,
        body=b'{"conversations":[]}',
        content_type="application/json; charset=utf-8",
        is_chunked=True,
    )


def _unsupported(x: Exchange, answer: Answer) -> Answer:
    accept = x.request.header(b"accept") or ""
    return replace(answer, status=500) if accept.startswith("image/") else answer


_bug = in_category("status")

STATUS = (
    _bug("empty-is-404", "nothing selected is not found", _empty_is(404, "NotFound")),
    _bug(
        "empty-is-500", "nothing selected is an error", _empty_is(500, "InvalidOperationException")
    ),
    _bug("empty-is-204", "nothing selected has no body", _on(200, _no_content)),
    _bug("long-is-206", "a long list is partial content", _on(200, _partial)),
    _bug("refusal-is-403", "a stranger with a token is forbidden", finishing(_forbid_tokens)),
    _bug("refusal-is-500", "a stranger is an error", _on(401, lambda a: replace(a, status=500))),
    _bug("refusal-is-404", "a stranger finds nothing", _on(401, lambda a: replace(a, status=404))),
    _bug("refusal-is-200", "a stranger gets an empty list", _on(401, _listed)),
    _bug(
        "refusal-is-302",
        "a stranger is sent to a page, whatever he accepts",
        _on(401, lambda a: replace(a, status=302, headers=[("Location", "/login")])),
    ),
    _bug("bad-date-as-page", "the refusal of a bad date is HTML", _on(400, _page)),
    _bug(
        "bad-date-shows-stack",
        "the refusal of a bad date shows a stack trace",
        _on(400, _stack),
    ),
    _bug(
        "bad-date-is-202",
        "a bad date is refused with the status of a success",
        _on(400, lambda a: replace(a, status=202)),
    ),
    _bug("head-is-500", "HEAD is an error", _head_fails),
    _bug("strange-accept-is-500", "an image cannot be asked for", finishing(_unsupported)),
)
