"""Answer the admin API about the journal, and the metrics."""

import re
from fnmatch import fnmatchcase

from mockserver.errors import ProblemError
from mockserver.limits import MAX_GLOB, MAX_WAIT_SECONDS
from mockserver.server.admin.admin_app import Asked, Reply
from mockserver.server.admin.explain import entry_to_json, explain_entry
from mockserver.space.journal import Entry

__all__ = ["forget_entries", "get_entry", "get_metrics", "list_entries"]

MAX_COUNT = 1_000
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def list_entries(asked: Asked) -> Reply:
    """List a space's requests; with `count` and `wait`, when that many match."""
    space = asked.space
    path = asked.query.get("path")
    if path is not None and len(path) > MAX_GLOB:
        raise ProblemError(f"path={path[:40]!r} has more than {MAX_GLOB} characters", status=422)
    status = _whole(asked, "status", low=100, high=599)
    count = _whole(asked, "count", low=1, high=MAX_COUNT)
    seconds = _seconds(asked)

    def matches(entry: Entry) -> bool:
        if path is not None and not fnmatchcase(entry.request.path, path):
            return False
        if status is not None:
            return entry.status == status
        return True

    if count is not None and seconds:
        # A request that has no answer yet is not what a test waits for.
        found = await asked.while_there(
            space.journal.wait_for(
                lambda entry: entry.status is not None and matches(entry),
                count=count,
                seconds=seconds,
            )
        )
    else:
        found = space.journal.select(matches)
    return Reply(value={"requests": [entry_to_json(space, entry) for entry in found]})


async def forget_entries(asked: Asked) -> Reply:
    """Clear a space's journal."""
    asked.space.journal.forget()
    return Reply(status=204)


async def get_entry(asked: Asked) -> Reply:
    """Explain one request."""
    space, text = asked.space, asked.path["id"]
    entry = space.journal.find(int(text)) if re.fullmatch(r"[0-9]{1,15}", text) else None
    if entry is None:
        raise ProblemError(f"there is no request {text[:20]!r} in the journal", status=404)
    return Reply(value=explain_entry(space, entry, origin=asked.origin))


async def get_metrics(asked: Asked) -> Reply:
    """Return counts in Prometheus's text format."""
    spaces = list(asked.spaces)
    lines = ["# HELP mockserver_spaces Spaces.", "# TYPE mockserver_spaces gauge"]
    lines.append(f"mockserver_spaces {len(spaces)}")
    for name, kind, help_, values in (
        (
            "requests_total",
            "counter",
            "Requests since the start or the last reset.",
            [space.requests for space in spaces],
        ),
        (
            "commands_total",
            "counter",
            "Commands since the start or the last reset.",
            [space.commands for space in spaces],
        ),
        ("sessions", "gauge", "Sessions.", [len(space.sessions) for space in spaces]),
    ):
        lines += [f"# HELP mockserver_{name} {help_}", f"# TYPE mockserver_{name} {kind}"]
        lines += [
            f'mockserver_{name}{{space="{space.name}"}} {value}'
            for space, value in zip(spaces, values, strict=True)
        ]
    return Reply(value="\n".join([*lines, ""]).encode(), content_type=_METRICS_TYPE)


def _whole(asked: Asked, name: str, *, low: int, high: int) -> int | None:
    text = asked.query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise ProblemError(f"{name}={text[:40]!r} is not from {low} to {high}", status=422)
    return int(text)


def _seconds(asked: Asked) -> float:
    text = asked.query.get("wait", "0")
    # The form that a float has in JSON, tiny ones included.
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,3})?", text):
        raise ProblemError(f"wait={text[:40]!r} is no number of seconds", status=422)
    seconds = float(text)
    if not 0 <= seconds <= MAX_WAIT_SECONDS:
        raise ProblemError(f"wait={text[:40]!r} is not from 0 to {MAX_WAIT_SECONDS}", status=422)
    return seconds
