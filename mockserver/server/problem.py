"""Write the refusals of the mock itself as problem details (RFC 9457)."""

import json
from dataclasses import replace
from http import HTTPStatus

from mockserver.errors import ProblemError
from mockserver.server.cors import add_cors
from mockserver.server.exchange import Answer, Request

__all__ = ["PROBLEM_TYPE", "problem_answer", "problem_body"]

PROBLEM_TYPE = "application/problem+json"


def problem_body(error: ProblemError) -> bytes:
    """Return the JSON of a refusal."""
    members: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
    }
    if error.pointer is not None:
        members["pointer"] = error.pointer
    return json.dumps(members).encode()


def problem_answer(
    error: ProblemError, request: Request, origins: tuple[str, ...] | None
) -> Answer:
    """Return a refusal on the way of the API, readable for a page of another origin."""
    answer = Answer(status=error.status, content_type=PROBLEM_TYPE, body=problem_body(error))
    add_cors(answer, request, origins)
    return replace(answer, is_framework=False, is_chunked=False)
