"""Teach Schemathesis our media types, and leave out the two requests that no host of ours can pass.

schemathesis.toml names this module. A case left out here is one that the contract allows and the
framework refuses: the check that sees it stays on for every other case.
"""

import re
from typing import Any

import schemathesis
from schemathesis import Case, HookContext

from mockserver.checks.schemas import register_hooks

__all__: list[str] = []

# RFC 3339 knows offsets up to 23:59, .NET none beyond 14:00: `2024-03-10T12:00:00+15:00` is no date
# in fixtures/transcripts/fuzz/dates.ndjson, and no date is a 400.
_FAR_OFFSET = re.compile(r"[+-](?:14:(?!00)|1[5-9]:|2[0-3]:)[0-9]{2}$")
# The framework answers 500 to a multipart body whose boundary is not told: recording nego-00541.
_NO_BOUNDARY = re.compile(r"multipart/form-data(?!.*boundary=)", re.IGNORECASE)

register_hooks()


@schemathesis.hook
def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Return whether to send a case."""
    after_date = (case.query or {}).get("afterDate")
    is_far = isinstance(after_date, str) and _FAR_OFFSET.search(after_date) is not None
    content_types = [
        value for name, value in (case.headers or {}).items() if name.lower() == "content-type"
    ]
    return not is_far and not any(_NO_BOUNDARY.match(str(value)) for value in content_types)
