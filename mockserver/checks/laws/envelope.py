"""Tell an error in JSON from anything else that a refusal may hold."""

from mockserver.checks.decoding.decode import parse_json
from mockserver.checks.messages import Response
from mockserver.errors import DecodeError

__all__ = ["fields_named", "is_json_error", "what_stands"]

_NAME = "responseStatus"
# As a serializer writes the name that was not told of the contract's.
_RESPELLED = ("ResponseStatus", "response_status", "responsestatus")
# The parameter by which a request chooses how members are named.
_NAMES = "jsconfig"


def is_json_error(response: Response) -> bool:
    """Say whether a body is an object that says an error and holds no rows.

    An error of ServiceStack's has a code; other hosts have objects of their own, such as
    problem+json. One that only spells the contract's name otherwise is none, unless the request
    asked for other names.
    """
    try:
        value = parse_json(response.body.decode("utf-8", "replace"))
    except DecodeError:
        return False
    if not isinstance(value, dict) or value.get("conversations"):
        return False
    status = value.get(_NAME)
    if isinstance(status, dict):
        return isinstance(status.get("errorCode"), str) and bool(status["errorCode"])
    is_respelled = any(isinstance(value.get(name), dict) for name in _RESPELLED)
    return not is_respelled or _NAMES in response.request.query.lower()


def fields_named(response: Response) -> set[str]:
    """Return the names of the parameters that an error of ServiceStack's calls wrong."""
    try:
        value = parse_json(response.body.decode("utf-8", "replace"))
    except DecodeError:
        return set()
    status = value.get(_NAME) if isinstance(value, dict) else None
    errors = status.get("errors") if isinstance(status, dict) else None
    each = errors if isinstance(errors, list) else []
    names = (error.get("fieldName") for error in each if isinstance(error, dict))
    return {name for name in names if isinstance(name, str)}


def what_stands(response: Response) -> str:
    """Return in words what stands in a body in place of an error."""
    body = response.body.decode("utf-8", "replace")
    if '"conversations"' in body:
        return "a list of conversations"
    return next((f"`{name}`" for name in _RESPELLED if f'"{name}"' in body), "no error")
