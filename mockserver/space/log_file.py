"""Keep a server's commands in a file, and make the spaces of one again.

The file is NDJSON: a first line with the format and the whole resolved start, then one command a
line, written before it is answered. `read_log` takes the same text from anywhere: a snapshot is a
file that `--state` takes.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mockserver.documents.plain_data import parse_json
from mockserver.errors import MockServerError, ProblemError, UsageError, describe_crash
from mockserver.space.beginning import Start, start_from_json, start_to_json
from mockserver.space.command_lines import command_from_json, command_to_json
from mockserver.space.commands import Command, CreateSpace, DeleteSpace, Restore, SpaceCommand
from mockserver.space.space import Space
from mockserver.space.spaces import DEFAULT, Spaces
from mockserver.world.dataset import Rows
from mockserver.world.generate import WORLD_FORMAT
from mockserver.world.password import PasswordHash, Secret

try:
    import fcntl
except ImportError:  # Windows has no such lock.
    fcntl = None  # type: ignore[assignment]  # the one place that asks looks first

__all__ = ["LOG_FORMAT", "StateFile", "load_state", "read_log", "write_log"]

LOG_FORMAT = 1
_BEGINNING = b'{"log":'


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Hold what a log says.

    Attributes:
        start: what the default space starts as.
        lines: (line number, space, command).
        flags: what was given when the log was begun; None where it does not say.
        torn_at: where in the text an unfinished last line starts; None where there is none.
    """

    start: Start
    lines: tuple[tuple[int, str, Command], ...]
    torn_at: int | None = None
    flags: frozenset[str] | None = None

    def of_space(self, name: str) -> tuple[Start, list[tuple[int, SpaceCommand]]]:
        """Return what one space is: its start, and its commands with the numbers of their lines."""
        start = self.start
        found: list[tuple[int, SpaceCommand]] = []
        for number, _, command in (line for line in self.lines if line[1] == name):
            match command:
                case CreateSpace() | DeleteSpace():
                    made = command.start if isinstance(command, CreateSpace) else None
                    start, found = made or self.start, []
                case Restore():
                    start = command.start or start
                    found = [(number, one) for one in command.commands]
                case _:
                    found.append((number, command))
        return start, found


@dataclass(slots=True)
class StateFile:
    """Hold an open, locked log."""

    path: Path
    descriptor: int
    warnings: list[str] = field(default_factory=list)

    def append(self, space: str, command: Command) -> None:
        """Keep one command; it is with the system when this returns.

        Raises:
            ProblemError: the file cannot be written (507); it is as it was.
        """
        size = os.fstat(self.descriptor).st_size
        try:
            _write_all(self.descriptor, _line({"space": space, **command_to_json(command)}))
        except OSError as exc:
            # Half a line would spoil the next one.
            os.ftruncate(self.descriptor, size)
            raise ProblemError(
                f"the state file cannot be written: {exc.strerror}", status=507
            ) from exc

    def close(self) -> None:
        """Close the file and let another process have it."""
        os.close(self.descriptor)


def load_state(
    path: Path,
    *,
    start: Start,
    given: Mapping[str, object] = MappingProxyType({}),
    spaces_of: Callable[[Start], Spaces] = Spaces,
) -> tuple[Spaces, StateFile]:
    """Return the spaces that a log says, with the log open for what comes.

    Args:
        start: what the flags say; written to a new log, compared with an old one.
        given: the flags that somebody gave, such as `--seed`, with their values; of those that
            choose, `--set`, `--for` and `--profile`, the choices by point.
        spaces_of: makes the spaces of a server that starts so.

    Raises:
        UsageError: another process has the file, a line is bad (named by its number), or a flag
            contradicts the log. The file is untouched then.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as exc:
        raise UsageError(f"--state: cannot open {path}: {exc.strerror}") from exc
    file = StateFile(path, descriptor)
    try:
        return _load(file, start, given, spaces_of), file
    except BaseException:
        file.close()
        raise


def _load(
    file: StateFile,
    start: Start,
    given: Mapping[str, object],
    spaces_of: Callable[[Start], Spaces],
) -> Spaces:
    _lock(file)
    data = _read_all(file.descriptor)
    if not data or _is_torn_header(data):
        spaces = spaces_of(start)
        if data:
            file.warnings.append(f"{file.path}: line 1 was not finished; the log starts anew")
            os.ftruncate(file.descriptor, 0)
        _write_all(file.descriptor, _header(start, flags=given))
    else:
        log = _read(file.path, data, start.scenario.rows)
        _compare(file.path, log.start, start, given)
        if "--scenario-file" in given and log.flags is not None:
            _compare_file(file.path, log.start, start, log.flags.union(given))
        try:
            spaces = spaces_of(log.start)
        except UsageError as exc:
            raise UsageError(f"{file.path}: line 1: {exc}") from exc
        for number, space, command in log.lines:
            try:
                spaces.fold(space, command)
            except MockServerError as exc:
                raise UsageError(f"{file.path}: line {number}: {exc}") from exc
            except Exception as exc:
                # A fault of ours must not hide which line it is about.
                raise UsageError(f"{file.path}: line {number}: {describe_crash(exc)}") from exc
        if log.torn_at is not None:
            number = data.count(b"\n") + 1
            file.warnings.append(f"{file.path}: line {number} was not finished; it is dropped")
            os.ftruncate(file.descriptor, log.torn_at)
        elif not data.endswith(b"\n"):
            _write_all(file.descriptor, b"\n")
    spaces.keep_log(file)
    return spaces


def _read(path: Path, data: bytes, rows: Rows | None) -> Log:
    try:
        return read_log(data, datasets=() if rows is None else (rows,))
    except UsageError as exc:
        raise UsageError(f"{path}: {exc}") from exc


def read_log(data: bytes, *, datasets: Sequence[Rows] = ()) -> Log:
    """Return what a log says.

    Args:
        datasets: rows at hand, for a log that holds only the digest of its own.

    Raises:
        UsageError: a line is bad; the sentence starts with `line N`.
    """
    lines = data.split(b"\n")
    torn_at = None
    if lines[-1] and not _is_json(lines[-1]) and len(lines) > 1:
        torn_at = len(data) - len(lines[-1])
        lines.pop()
    try:
        start, flags = _read_header(lines[0], datasets)
    except UsageError as exc:
        raise UsageError(f"line 1: {exc}") from exc
    if start.scenario.rows is not None:
        datasets = (start.scenario.rows, *datasets)
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if not line and number == len(lines):
            break
        try:
            value = parse_json(line)
            command = command_from_json(_without_space(value), datasets=datasets)
            space = value.get("space") if isinstance(value, dict) else None
            if not isinstance(space, str):
                raise UsageError("the member 'space' is missing")
        except UsageError as exc:
            raise UsageError(f"line {number}: {exc}") from exc
        found.append((number, space, command))
    return Log(start=start, lines=tuple(found), torn_at=torn_at, flags=flags)


def _without_space(line: object) -> object:
    return {n: m for n, m in line.items() if n != "space"} if isinstance(line, dict) else line


def write_log(space: Space) -> bytes:
    """Return the log of one space, as a file that `--state` takes."""
    commands = space.commands_now()
    if space.name != DEFAULT:
        commands.insert(0, CreateSpace())
    lines = [_line({"space": space.name, **command_to_json(command)}) for command in commands]
    return b"".join([_header(space.start), *lines])


def _header(start: Start, *, flags: Iterable[str] | None = None) -> bytes:
    header = {"log": LOG_FORMAT, "worldFormat": WORLD_FORMAT, "start": start_to_json(start)}
    if flags is not None:
        header["flags"] = sorted(flags)
    return _line(header)


def _read_header(line: bytes, datasets: Sequence[Rows]) -> tuple[Start, frozenset[str] | None]:
    try:
        header = parse_json(line)
    except UsageError as exc:
        raise UsageError(f"this is no log of ours: {exc}") from exc
    if not isinstance(header, dict) or "log" not in header:
        raise UsageError('this is no log of ours; its first line has no "log"')
    for name, ours in (("log", LOG_FORMAT), ("worldFormat", WORLD_FORMAT)):
        if header.get(name) != ours:
            raise UsageError(
                f"{name} is {repr(header.get(name))[:40]}, and this version reads {ours}; "
                "use the version that wrote it"
            )
    flags = header.get("flags")
    is_list = isinstance(flags, list) and all(isinstance(flag, str) for flag in flags)
    if flags is not None and not is_list:
        raise UsageError('the member "flags" is no list of texts')
    found = start_from_json(header.get("start"), datasets=datasets)
    return found, None if flags is None else frozenset(flags)


# Flag → what of a start it settles; a flag that somebody gave must agree with the log's.
_FLAGS: Mapping[str, Callable[[Start], Any]] = {
    "--scenario": lambda start: start.scenario.name,
    "--scenario-file": lambda start: (
        start.scenario.name,
        start.scenario.locales,
        start.scenario.arrivals_per_minute,
        start.scenario.arrivals_in_background,
        start.scenario.size.accounts,
        start.scenario.size.customers,
        start.scenario.size.endpoints,
        start.scenario.accounts,
        start.scenario.conversations,
    ),
    "--dataset": lambda start: (start.scenario.rows, start.scenario.accounts),
    "--seed": lambda start: start.scenario.seed,
    "--size": lambda start: start.scenario.size.conversations,
    "--clock": lambda start: start.scenario.clock,
    "--now": lambda start: start.scenario.now_ticks,
    "--cors-origin": lambda start: start.scenario.cors_origins,
    "--cors-header": lambda start: start.scenario.cors_headers,
    "--faults": lambda start: start.scenario.faults,
    "--bug": lambda start: start.scenario.bugs,
}
# The flags that choose points of the profile.
_CHOOSING = ("--set", "--for", "--profile")


def _compare(path: Path, logged: Start, flags: Start, given: Mapping[str, object]) -> None:
    """Refuse a flag that contradicts the log."""
    for flag in given:
        settles = _FLAGS.get(flag)
        if settles is not None and settles(logged) != settles(flags):
            raise UsageError(
                f"{flag} contradicts {path}, which was started otherwise; leave the flag out, or "
                "use another file"
            )
    for flag in _CHOOSING:
        choices = given.get(flag)
        for point, choice in choices.items() if isinstance(choices, Mapping) else ():
            if logged.profile[point] != choice:
                raise UsageError(
                    f"{flag} {point}={choice} contradicts {path}, which says "
                    f"{logged.profile[point]}; leave the flag out, or use another file"
                )
    if "--user" in given:
        _compare_users(path, logged, flags)


def _compare_file(path: Path, logged: Start, flags: Start, given: frozenset[str]) -> None:
    """Refuse a scenario file that has changed, in what no flag settles instead of it."""
    own = ("--clock", "--now", "--cors-origin", "--cors-header", "--faults", "--bug")
    has_changed = any(
        _FLAGS[flag](logged) != _FLAGS[flag](flags) for flag in own if flag not in given
    )
    if not given.intersection(_CHOOSING):
        has_changed = has_changed or logged.profile != flags.profile
    if has_changed or _users_of_file(logged) != _users_of_file(flags):
        raise UsageError(
            f"--scenario-file contradicts {path}: the file is not what it was when the log was "
            "begun; leave the flag out, or use another log"
        )


def _users_of_file(start: Start) -> list[tuple[object, ...]]:
    return [
        (user.username, user.roles, user.account_ids)
        for user in start.scenario.users
        if isinstance(user.password, Secret) and not user.password.is_given
    ]


def _compare_users(path: Path, logged: Start, flags: Start) -> None:
    known = {user.username: user for user in logged.scenario.users}
    for user in flags.scenario.users:
        if not isinstance(user.password, Secret) or not user.password.is_given:
            continue
        found = known.get(user.username)
        password = user.password.reveal()
        if (
            found is None
            or not isinstance(found.password, PasswordHash)
            or not found.password.matches(password)
        ):
            raise UsageError(
                f"--user {user.username} contradicts {path}, which was started otherwise; leave "
                "the flag out, or use another file"
            )


def _lock(file: StateFile) -> None:
    if fcntl is None:
        raise UsageError("--state needs file locks, which this system does not have")
    try:
        fcntl.flock(file.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        raise UsageError(
            f"--state: another process has {file.path}; stop it, or use another file"
        ) from exc


def _read_all(descriptor: int) -> bytes:
    data = b""
    while chunk := os.pread(descriptor, 1 << 20, len(data)):
        data += chunk
    return data


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _is_torn_header(data: bytes) -> bool:
    """Tell whether this is the beginning of a log's first line, and not of another file."""
    is_ours = _BEGINNING.startswith(data) or data.startswith(_BEGINNING)
    return is_ours and b"\n" not in data and not _is_json(data)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
