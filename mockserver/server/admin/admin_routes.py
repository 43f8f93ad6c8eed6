"""List the operations of the admin API: method, path, what it takes, who answers."""

from collections.abc import Callable, Sequence

from starlette.types import ASGIApp

from mockserver.server.admin import (
    clock_handlers,
    journal_handlers,
    preview_handlers,
    row_handlers,
    space_handlers,
)
from mockserver.server.admin.admin_app import Admin, Asked, Operation, Reply
from mockserver.server.admin.admin_document import admin_document, body_schema
from mockserver.server.admin.admin_page import get_asset, get_page, redirect_to_page
from mockserver.server.request.path import STEPS, Steps
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces

__all__ = ["OPERATIONS", "build_admin"]

_JSON = ("application/json",)
_LOG = ("application/x-ndjson", "text/plain")
_MAX_BODY_BYTES = 1_000_000
# A log may hold a dataset's rows.
_MAX_LOG_BYTES = 64_000_000
_SPACE = "/spaces/{space}"
_DATASET = f"{_SPACE}/dataset"
_CONVERSATION = f"{_SPACE}/conversations/{{id}}"


async def _get_document(asked: Asked) -> Reply:
    document = admin_document(tuple(asked.spaces.bug_names()))
    return Reply(value=document, content_type="application/yaml")


OPERATIONS: Sequence[Operation] = tuple(
    Operation(
        method=method,
        path=path,
        handler=handler,
        query=query,
        body=body,
        schema=body_schema(method, path) if body is _JSON else None,
        max_bytes=_MAX_LOG_BYTES if body is _LOG or path == _DATASET else _MAX_BODY_BYTES,
    )
    for method, path, handler, query, body in (
        ("GET", "", redirect_to_page, (), ()),
        ("GET", "/", get_page, (), ()),
        ("GET", "/assets/{name}", get_asset, (), ()),
        ("GET", "/health", space_handlers.get_health, (), ()),
        ("GET", "/version", space_handlers.get_version, (), ()),
        ("GET", "/metrics", journal_handlers.get_metrics, (), ()),
        ("GET", "/openapi.yaml", _get_document, (), ()),
        ("GET", "/scenarios", space_handlers.get_scenarios, (), ()),
        ("GET", "/profile-points", space_handlers.get_points, (), ()),
        ("GET", "/spaces", space_handlers.list_spaces, (), ()),
        ("POST", "/spaces", space_handlers.create_space, (), _JSON),
        ("GET", _SPACE, space_handlers.get_space, (), ()),
        ("DELETE", _SPACE, space_handlers.delete_space, (), ()),
        ("POST", f"{_SPACE}/reset", space_handlers.reset_space, (), ()),
        ("POST", f"{_SPACE}/snapshot", space_handlers.snapshot_space, (), ()),
        ("POST", f"{_SPACE}/restore", space_handlers.restore_space, (), _LOG),
        ("GET", f"{_SPACE}/clock", clock_handlers.get_clock, (), ()),
        ("PUT", f"{_SPACE}/clock", clock_handlers.put_clock, (), _JSON),
        ("POST", f"{_SPACE}/clock/advance", clock_handlers.advance_clock, (), _JSON),
        ("GET", f"{_SPACE}/profile", space_handlers.get_profile, (), ()),
        ("PUT", f"{_SPACE}/profile", space_handlers.put_profile, (), _JSON),
        ("GET", f"{_SPACE}/faults", space_handlers.get_faults, (), ()),
        ("PUT", f"{_SPACE}/faults", space_handlers.put_faults, (), _JSON),
        ("DELETE", f"{_SPACE}/faults", space_handlers.clear_faults, (), ()),
        ("GET", f"{_SPACE}/bugs", space_handlers.get_bugs, (), ()),
        ("PUT", f"{_SPACE}/bugs", space_handlers.put_bugs, (), _JSON),
        ("DELETE", f"{_SPACE}/bugs", space_handlers.clear_bugs, (), ()),
        ("POST", f"{_SPACE}/messages", row_handlers.add_message, (), _JSON),
        ("PATCH", _CONVERSATION, row_handlers.change_conversation, (), _JSON),
        ("DELETE", _CONVERSATION, row_handlers.remove_conversation, (), ()),
        (
            "GET",
            f"{_SPACE}/requests",
            journal_handlers.list_entries,
            ("path", "status", "count", "wait"),
            (),
        ),
        ("DELETE", f"{_SPACE}/requests", journal_handlers.forget_entries, (), ()),
        ("GET", f"{_SPACE}/requests/{{id}}", journal_handlers.get_entry, (), ()),
        ("GET", f"{_SPACE}/directory", preview_handlers.get_directory, (), ()),
        ("GET", f"{_SPACE}/preview", preview_handlers.preview_answer, preview_handlers.QUERY, ()),
        ("GET", _DATASET, row_handlers.get_dataset, ("digest",), ()),
        ("PUT", _DATASET, row_handlers.put_dataset, (), _JSON),
    )
)


def build_admin(
    spaces: Spaces,
    *,
    token: str | None = None,
    hosts: Sequence[str] = (),
    steps_in: Callable[[Space], Steps] = lambda _space: STEPS,
) -> ASGIApp:
    """Return the admin API of a server.

    Args:
        token: what a client must send; None where everybody on this machine may ask.
        hosts: the names under which the server is reached, besides those of this machine.
        steps_in: gives the steps of a space, as the app has them.
    """
    return Admin(spaces, OPERATIONS, token=token, hosts=hosts, steps_in=steps_in)
