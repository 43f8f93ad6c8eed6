"""Hold all spaces of a server; every change of one goes through here or through the space itself.

server/request/find_space.py finds the space of a request; log_file.py keeps commands on disk.
"""

import difflib
import itertools
import re
import time as clock
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from mockserver.errors import ProblemError, UsageError, unknown_name
from mockserver.limits import MAX_SPACES, SPACE_NAME
from mockserver.space.beginning import Ground, Start, build_ground
from mockserver.space.bug_names import check_bug_names
from mockserver.space.commands import (
    Command,
    CommandLog,
    CreateSpace,
    DeleteSpace,
    Restore,
    SpaceCommand,
)
from mockserver.space.space import Space
from mockserver.world.dataset import Rows

__all__ = ["DEFAULT", "Spaces", "check_name"]

DEFAULT = "default"
_NAME = re.compile(SPACE_NAME)
# Worlds that are kept though no space may have them any more: tests make the same one again.
_KEPT_GROUNDS = 3
_SHOWN_NAMES = 10


class Spaces:
    """Hold the spaces of one server.

    Args:
        start: what the default space starts as, and others where they do not say.
        is_open: a space is made by its first sign-in; otherwise only on purpose.
        max_spaces: how many there may be, the default one included.
        time: the real time in seconds since 1970.
        bug_names: gives the names of the bugs that can be switched on; asked when one is named.
    """

    def __init__(
        self,
        start: Start,
        *,
        is_open: bool = False,
        max_spaces: int = 1000,
        time: Callable[[], float] = clock.time,
        bug_names: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """Make the default space.

        Raises:
            UsageError: the start names a bug that nobody knows.
        """
        self.bug_names = bug_names
        self.start = start
        self.is_open = is_open
        self.max_spaces = max_spaces
        self.time = time
        self.log: CommandLog | None = None
        self._lately: deque[tuple[Start, Ground]] = deque(maxlen=_KEPT_GROUNDS)
        self._spaces: dict[str, Space] = {}
        self._spaces[DEFAULT] = self.build(DEFAULT, start)

    def __iter__(self) -> Iterator[Space]:
        """Yield the spaces, the oldest first."""
        return iter(list(self._spaces.values()))

    def __len__(self) -> int:
        """Count the spaces."""
        return len(self._spaces)

    @property
    def default(self) -> Space:
        """Return the unnamed space."""
        return self._spaces[DEFAULT]

    def find(self, name: str) -> Space | None:
        """Return the space of that name; None where there is none."""
        return self._spaces.get(name)

    def get(self, name: str) -> Space:
        """Return the space of that name.

        Raises:
            ProblemError: there is none (404).
        """
        found = self._spaces.get(name)
        if found is None:
            raise ProblemError(self.describe_unknown(name), status=404)
        return found

    def describe_unknown(self, name: str) -> str:
        """Return a sentence about a name that no space has: the nearest names, not thousands."""
        names = list(self._spaces)
        if len(names) > _SHOWN_NAMES:
            near = difflib.get_close_matches(name, names, n=_SHOWN_NAMES, cutoff=0.0)
            return f"{unknown_name('space', name[:60], near)} ({len(names)} in all)"
        return str(unknown_name("space", name[:60], names))

    def create(self, name: str, *, start: Start | None = None) -> Space:
        """Make a space; as the server's own without a start.

        Raises:
            ProblemError: the name is none or taken, or there are too many (422, 409).
        """
        if name not in self._spaces and len(self._spaces) >= self.max_spaces:
            raise ProblemError(
                f"there are {len(self._spaces)} spaces already; delete one, or raise --max-spaces",
                status=409,
            )
        self.apply(name, CreateSpace(start=start))
        return self._spaces[name]

    def delete(self, name: str) -> None:
        """Remove a space.

        Raises:
            ProblemError: there is none, or it is the default one (404, 409).
        """
        self.apply(name, DeleteSpace())

    def restore(self, name: str, *, start: Start, commands: Sequence[SpaceCommand]) -> Space:
        """Make a space what a start and commands say.

        Raises:
            UsageError: they say what cannot be.
        """
        self.apply(name, Restore(start=start, commands=tuple(commands)))
        return self._spaces[name]

    def begin_again(self, start: Start) -> None:
        """Start the default space, and those that began like it, from `start`; sign-ins stay.

        Not for a server that keeps a log: what changes here is no command.

        Raises:
            UsageError: the start says what cannot be; nothing has changed.
        """
        assert self.log is None
        made = [self._begun_again(space, start) for space in self if space.start is self.start]
        self.start = start
        for space in made:
            self._put(space)

    def _begun_again(self, before: Space, start: Start) -> Space:
        space = self.build(before.name, start)
        for sign_in in before.sessions.values():
            space.fold(sign_in)
        return space

    @property
    def datasets(self) -> Sequence[Rows]:
        """Return the rows of files that spaces serve, the server's own first."""
        starts = [self.start, *(space.start for space in self)]
        found = [start.scenario.rows for start in starts if start.scenario.rows is not None]
        return list({id(rows): rows for rows in found}.values())

    def apply(self, name: str, command: Command) -> None:
        """Check one command whole, then log it, then change a space by it.

        Raises:
            UsageError: the command cannot be carried out; nothing has changed.
            ProblemError: there is no such space, or the log cannot be written (404, 507).
        """
        carry_out = self._prepare(name, command)
        if self.log is not None:
            self.log.append(name, command)
        carry_out()

    def fold(self, name: str, command: Command) -> None:
        """Change a space by a command that is logged already.

        Raises:
            UsageError, ProblemError: the command cannot be carried out; nothing has changed.
        """
        self._prepare(name, command)()

    def _prepare(self, name: str, command: Command) -> Callable[[], None]:
        """Return what changes a space by a command; it does not fail."""
        match command:
            case CreateSpace():
                check_name(name)
                if name in self._spaces:
                    raise ProblemError(
                        f"space {name!r} is there already", status=409, pointer="/name"
                    )
                if len(self._spaces) >= MAX_SPACES:
                    raise UsageError(f"there are more than {MAX_SPACES} spaces")
                return partial(self._put, self.build(name, command.start or self.start))
            case Restore():
                space = self.build(name, command.start or self.get(name).start)
                for place, one in enumerate(command.commands):
                    try:
                        space.fold(one)
                    except UsageError as exc:
                        raise UsageError(f"/commands/{place}: {exc}") from exc
                self.get(name)
                return partial(self._put, space)
            case DeleteSpace():
                self.get(name)
                if name == DEFAULT:
                    raise ProblemError("the default space stays; reset it instead", status=409)
                return partial(self._remove, name)
        return self.get(name).prepare(command)

    def _put(self, space: Space) -> None:
        """Let a space be found, in the place of another of its name."""
        space.log = self.log
        before = self._spaces.get(space.name)
        self._spaces[space.name] = space
        if before is not None:
            before.retire()

    def _remove(self, name: str) -> None:
        self._spaces.pop(name).retire()

    def keep_log(self, log: CommandLog) -> None:
        """Log every command from here on."""
        self.log = log
        for space in self._spaces.values():
            space.log = log

    def build(self, name: str, start: Start) -> Space:
        """Return a space that is in no list yet.

        Raises:
            UsageError: the start names a bug or a fault that nobody knows.
        """
        check_bug_names(start.scenario.bugs, self.bug_names)
        return Space(
            name=name,
            start=start,
            ground=self._ground(start),
            time=self.time,
            bug_names=self.bug_names,
        )

    def _ground(self, start: Start) -> Ground:
        """Return what spaces of this start share."""
        in_use = ((space.start, space.first_ground) for space in self._spaces.values())
        for known, ground in itertools.chain(self._lately, in_use):
            if known is start or _is_same_ground(known, start):
                return ground
        ground = build_ground(start)
        self._lately.append((start, ground))
        return ground


def check_name(name: str) -> None:
    """Refuse what is no name of a space.

    Raises:
        ProblemError: it is none (422).
    """
    if not _NAME.fullmatch(name):
        raise ProblemError(
            f"{name[:60]!r} is no name of a space; 1 to 40 of a-z, 0-9 and -",
            status=422,
            pointer="/name",
        )


def _is_same_ground(one: Start, other: Start) -> bool:
    """Tell whether two starts have the same rows and arrivals."""
    first, second = one.scenario, other.scenario
    return (
        one.anchor_ticks == other.anchor_ticks
        and first.seed == second.seed
        and one.arrivals_per_minute == other.arrivals_per_minute
        and first.arrivals_in_background == second.arrivals_in_background
        and first.locales == second.locales
        and (first.rows is second.rows or first.rows == second.rows)
        and (first.rows is not None or first.size == second.size)
        and first.accounts == second.accounts
        and first.conversations == second.conversations
    )
