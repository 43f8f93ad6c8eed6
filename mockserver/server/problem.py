"""Write the refusals of the mock itself as problem details (RFC 9457)."""

import json
from http import HTTPStatus

from mockserver.errors import ProblemError

__all__ = ["PROBLEM_TYPE", "problem_body"]

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
