"""Teach Schemathesis our media types and links, and leave out what the host cannot pass.

schemathesis.toml names this module. One request is left out; the check that sees it stays on for
every other one.
"""

import re
from typing import Any

import schemathesis
from schemathesis import Case, HookContext

from mockserver.checks.schemas import register_hooks

__all__: list[str] = []

# The framework answers 500 to a multipart body whose boundary is not told: recording nego-00541.
_NO_BOUNDARY = re.compile(r"multipart/form-data(?!.*boundary=)", re.IGNORECASE)

# Where the ids of a next request come from: without links there is no stateful phase.
_LINKS = {
    "SameEndpoint": {"endpointIds": "$response.body#/conversations/0/endpointId"},
    "SameAccount": {"accountIds": "$response.body#/conversations/0/mostRecentMessage/accountId"},
}

register_hooks()


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Link the operation to itself."""
    operation = raw_schema["paths"]["/conversations"]["get"]
    operation["responses"]["200"]["links"] = {
        name: {"operationId": operation["operationId"], "parameters": parameters}
        for name, parameters in _LINKS.items()
    }


@schemathesis.hook
def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Return whether to send a case."""
    content_types = [
        value for name, value in (case.headers or {}).items() if name.lower() == "content-type"
    ]
    return not any(_NO_BOUNDARY.match(str(value)) for value in content_types)
