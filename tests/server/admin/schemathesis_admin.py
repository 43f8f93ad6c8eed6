"""Teach Schemathesis the admin API's ways; schemathesis_admin.toml names this module."""

import contextlib
from typing import Any

import schemathesis
from schemathesis import Case, HookContext

__all__: list[str] = []

_LONGEST_WAIT_SECONDS = 0.05


@schemathesis.serializer("application/x-ndjson")
def encode_log(_context: Any, value: Any) -> bytes:
    """Send a log as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], **kwargs: Any) -> None:
    """Wait for no minute, and make no world of 100,000 rows."""
    wait = (case.query or {}).get("wait", "")
    with contextlib.suppress(TypeError, ValueError):
        if _LONGEST_WAIT_SECONDS < float(wait) <= 60:
            case.query["wait"] = _LONGEST_WAIT_SECONDS
    if isinstance(case.body, dict):
        if case.body.get("scenario") == "large":
            case.body["scenario"] = "one"
        for holder in (case.body, case.body.get("scenario")):
            if isinstance(holder, dict) and isinstance(size := holder.get("size"), dict):
                _shrink(size)


def _shrink(size: dict[str, Any]) -> None:
    """Put small numbers in the place of large ones that fit."""
    for name, value in size.items():
        if isinstance(value, int) and 9 < value <= 100_000:
            size[name] = 9
