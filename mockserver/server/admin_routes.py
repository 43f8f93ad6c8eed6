"""List the operations of the admin API: method, path, what it takes, who answers."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from mockserver.server import admin_clock, admin_journal, admin_rows, admin_space
from mockserver.server.admin import Admin, Asked, Operation, Reply
from mockserver.server.admin_document import admin_document
from mockserver.server.admin_page import get_page, redirect_to_page
from mockserver.server.spaces import Spaces

__all__ = ["OPERATIONS", "build_admin"]

_JSON = ("application/json",)
_LOG = ("application/x-ndjson", "text/plain")
_MAX_BODY_BYTES = 1_000_000
# A log may hold a dataset's rows.
_MAX_LOG_BYTES = 64_000_000
_SPACE = "/spaces/{space}"
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
        max_bytes=_MAX_LOG_BYTES if body is _LOG else _MAX_BODY_BYTES,
    )
    for method, path, handler, query, body in (
        ("GET", "", redirect_to_page, (), ()),
        ("GET", "/", get_page, (), ()),
        ("GET", "/health", admin_space.get_health, (), ()),
        ("GET", "/version", admin_space.get_version, (), ()),
        ("GET", "/metrics", admin_journal.get_metrics, (), ()),
        ("GET", "/openapi.yaml", _get_document, (), ()),
        ("GET", "/scenarios", admin_space.get_scenarios, (), ()),
        ("GET", "/profile-points", admin_space.get_points, (), ()),
        ("GET", "/spaces", admin_space.list_spaces, (), ()),
        ("POST", "/spaces", admin_space.create_space, (), _JSON),
        ("GET", _SPACE, admin_space.get_space, (), ()),
        ("DELETE", _SPACE, admin_space.delete_space, (), ()),
        ("POST", f"{_SPACE}/reset", admin_space.reset_space, (), ()),
        ("POST", f"{_SPACE}/snapshot", admin_space.snapshot_space, (), ()),
        ("POST", f"{_SPACE}/restore", admin_space.restore_space, (), _LOG),
        ("GET", f"{_SPACE}/clock", admin_clock.get_clock, (), ()),
        ("PUT", f"{_SPACE}/clock", admin_clock.put_clock, (), _JSON),
        ("POST", f"{_SPACE}/clock/advance", admin_clock.advance_clock, (), _JSON),
        ("GET", f"{_SPACE}/profile", admin_space.get_profile, (), ()),
        ("PUT", f"{_SPACE}/profile", admin_space.put_profile, (), _JSON),
        ("GET", f"{_SPACE}/faults", admin_space.get_faults, (), ()),
        ("PUT", f"{_SPACE}/faults", admin_space.put_faults, (), _JSON),
        ("DELETE", f"{_SPACE}/faults", admin_space.clear_faults, (), ()),
        ("GET", f"{_SPACE}/bugs", admin_space.get_bugs, (), ()),
        ("PUT", f"{_SPACE}/bugs", admin_space.put_bugs, (), _JSON),
        ("DELETE", f"{_SPACE}/bugs", admin_space.clear_bugs, (), ()),
        ("POST", f"{_SPACE}/messages", admin_rows.add_message, (), _JSON),
        ("PATCH", _CONVERSATION, admin_rows.change_conversation, (), _JSON),
        ("DELETE", _CONVERSATION, admin_rows.remove_conversation, (), ()),
        (
            "GET",
            f"{_SPACE}/requests",
            admin_journal.list_entries,
            ("path", "status", "count", "wait"),
            (),
        ),
        ("GET", f"{_SPACE}/requests/{{id}}", admin_journal.get_entry, (), ()),
        ("GET", f"{_SPACE}/dataset", admin_rows.get_dataset, ("digest",), ()),
    )
)


def build_admin(spaces: Spaces, *, token: str | None = None, hosts: Sequence[str] = ()) -> ASGIApp:
    """Return the admin API of a server.

    Args:
        token: what a client must send; None where everybody on this machine may ask.
        hosts: the names under which the server is reached, besides loopback.
    """
    return Admin(spaces, OPERATIONS, token=token, hosts=hosts)
