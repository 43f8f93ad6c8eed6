"""A changed line of a log is refused without a trace, or lives on after a restart."""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mockserver.bugs.switch import BugSwitch, bug_names
from mockserver.dotnet.ticks import parse_instant
from mockserver.errors import ProblemError, UsageError
from mockserver.server.admin.admin_app import Asked
from mockserver.server.admin.space_handlers import restore_space
from mockserver.space.beginning import build_start, start_to_json
from mockserver.space.command_lines import COMMANDS
from mockserver.space.log_file import StateFile, load_state, write_log
from mockserver.space.space import Space, build_space
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request
from mockserver.world.scenario import load_scenario, read_scenario
from tests.asking import ask_spaces
from tests.depth import deep_or
from tests.mock_client import ADA, NOW
from tests.space.changed_lines import changes_of, command_lines, text_of

UNIX = 1_772_366_400
# Of so many changes of one place one is tried.
EACH = deep_or(4, deep=1)
START = build_start(load_scenario("one", now_ticks=parse_instant(NOW)), unix_seconds=UNIX)
BEGINNING: list[Any] = [
    json.loads(write_log(build_space(START.scenario, time=lambda: UNIX)).split(b"\n")[0]),
    {
        "space": "default",
        "command": "SignIn",
        "session_id": "one",
        "username": "ada",
        "expires_ticks": 2**62,
    },
    {"space": "other", "command": "CreateSpace", "start": None},
]
LINES = command_lines(START, build_space(START.scenario, time=lambda: UNIX).world)
NULLS = load_scenario("nulls").rows or ()
OF_A_FILE = replace(START, scenario=replace(START.scenario, rows=NULLS[-1:]))
# Command → the change's name → the line. The members of a start are changed in the first line,
# where they are the same.
CHANGED = {
    command: {
        name: line for name, line in changes_of(good)[""].items() if not name.startswith("start/")
    }
    for command, good in LINES.items()
}
# Place → the change's name → the line.
HEADERS = changes_of(BEGINNING[0], depth=3)
ROWS = {
    place: {name: {**BEGINNING[0], "start": start} for name, start in changed.items()}
    for place, changed in changes_of(start_to_json(OF_A_FILE), depth=3).items()
    if "/rows" in place
}
BY_HAND = {"accounts": [{"name": "Acme"}], "conversations": [{"account": "Acme", "date": "-2h"}]}
OF_A_HAND = replace(START, scenario=read_scenario(BY_HAND, name="mine", seed=7))
ROWS |= {
    place: {name: {**BEGINNING[0], "start": start} for name, start in changed.items()}
    for place, changed in changes_of(start_to_json(OF_A_HAND), depth=3).items()
    if place.startswith(("scenario/accounts", "scenario/conversations"))
}
BASIC = base64.b64encode(":".join(ADA).encode())
WHO = ((b"authorization", b"Basic " + BASIC), (b"cookie", b"ss-id=one"))
spaces_of = partial(Spaces, time=lambda: UNIX, bug_names=bug_names)


def load(path: Path) -> tuple[Spaces, StateFile]:
    return load_state(path, start=START, spaces_of=spaces_of)


def answers(spaces: Spaces) -> list[Any]:
    """Return what a server answers, and what its spaces are."""
    return [
        (
            space.name,
            write_log(space),
            space.now_ticks(),
            space.bugs,
            *map(_ask(spaces, space), WHO),
        )
        for space in spaces
    ]


def _ask(spaces: Spaces, space: Space) -> Any:
    def ask(header: tuple[bytes, bytes]) -> list[tuple[int, bytes]]:
        prefix = b"" if space.name == "default" else f"/~{space.name}".encode()
        steps = BugSwitch().steps_in(space)
        found = []
        for suffix in (b".json", b".xml", b".csv"):
            x = ask_spaces(
                spaces,
                Request(
                    method="GET",
                    raw_path=prefix + b"/conversations" + suffix,
                    headers=((b"host", b"localhost"), header),
                ),
                steps=steps,
            )
            assert x.answer is not None
            assert x.answer.status != 500
            found.append((x.answer.status, x.answer.body))
        return found

    return ask


def restore(spaces: Spaces, log: bytes) -> bool:
    """Tell whether the admin API takes a log."""

    async def nothing() -> Any:
        raise AssertionError("nobody asks for more")

    asked = Asked(
        spaces=spaces, path={"space": "default"}, query={}, body=log, origin="", receive=nothing
    )
    try:
        asyncio.run(restore_space(asked))
    except ProblemError as error:
        return error.status != 409
    return True


def served_again(path: Path) -> list[Any]:
    spaces, file = load(path)
    found = answers(spaces)
    file.close()
    return found


def check_restore(log: bytes, path: Path) -> None:
    path.unlink(missing_ok=True)
    spaces, file = load(path)
    before, written = answers(spaces), path.read_bytes()

    is_taken = restore(spaces, log)

    is_same = path.read_bytes() == written
    after = answers(spaces)
    file.close()
    assert is_taken or (after, is_same) == (before, True)
    assert served_again(path) == after


def refusal(path: Path) -> str | None:
    """Return why a log is refused; None where it is taken, and lives after a restart."""
    try:
        spaces, file = load(path)
    except UsageError as error:
        return str(error)
    after = answers(spaces)
    file.close()
    assert served_again(path) == after
    return None


def check_start(log: bytes, path: Path, *, line: int) -> None:
    path.write_bytes(log)

    found = refusal(path)

    assert path.read_bytes() == log
    assert found is None or found.startswith(f"{path}: line {line}: ")
    assert found is None or len(found) < 2_000


def failures(logs: Mapping[str, bytes], folder: Path, *, line: int) -> dict[str, str]:
    """Return what leaves a trace and does not live, and how: the change's name → the sentence."""
    found = {}
    for name, log in [*logs.items()][::EACH]:
        try:
            check_restore(log, folder / "restored")
            check_start(log, folder / "started", line=line)
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


def test_every_command_is_among_the_lines() -> None:
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_good_line_is_taken(line: dict[str, Any], tmp_path: Path) -> None:
    log = text_of(*BEGINNING, line)
    path = tmp_path / "log"
    path.write_bytes(log)

    spaces, file = load(path)
    is_taken = restore(spaces, log)
    file.close()

    assert is_taken


@pytest.mark.parametrize("lines", CHANGED.values(), ids=CHANGED)
def test_a_changed_line_leaves_no_trace_or_lives(lines: dict[str, Any], tmp_path: Path) -> None:
    logs = {name: text_of(*BEGINNING, line) for name, line in lines.items()}

    assert failures(logs, tmp_path, line=4) == {}


@pytest.mark.parametrize("headers", [*HEADERS.values(), *ROWS.values()], ids=[*HEADERS, *ROWS])
def test_a_changed_start_leaves_no_trace_or_lives(headers: dict[str, Any], tmp_path: Path) -> None:
    logs = {name: text_of(header, *BEGINNING[1:]) for name, header in headers.items()}

    assert failures(logs, tmp_path, line=1) == {}
