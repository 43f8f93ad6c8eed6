"""Hold a space: the fold of its commands over a start; the only mutable object.

Whatever a request or a test changes is a command, and `apply` is the only way in which a space
changes, so that the same commands always give the same space. It is made ready whole, then logged,
then carried out. Reading is free. commands.py defines the commands; spaces.py holds all spaces of a
server.
"""

import base64
import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from mockserver.dotnet.ticks import LATEST_TICKS, TICKS_PER_DAY
from mockserver.errors import UsageError
from mockserver.limits import MAX_SESSIONS
from mockserver.profile import Profile
from mockserver.space.beginning import Ground, Start, build_ground, build_start
from mockserver.space.bug_names import check_bug_names
from mockserver.space.commands import (
    AddMessage,
    ChangeConversation,
    Clock,
    Command,
    CommandLog,
    RemoveConversation,
    Reset,
    SetBugs,
    SetClock,
    SetFaults,
    SetProfile,
    SetRows,
    SignIn,
    SignOut,
)
from mockserver.space.faults import FaultPlan, parse_rules
from mockserver.space.journal import Journal
from mockserver.world.living import LivingWorld
from mockserver.world.password import Secret
from mockserver.world.rows import View
from mockserver.world.scenario import Scenario, User, with_rows

__all__ = [
    "Clock",
    "Command",
    "SetClock",
    "SignIn",
    "SignOut",
    "Space",
    "build_space",
    "new_session_id",
    "new_session_ids",
    "session_end_ticks",
]

# What the framework keeps a session for, by whether the client asked to be remembered.
_LIFETIME_TICKS = {False: 14 * TICKS_PER_DAY, True: 28 * TICKS_PER_DAY}
_SWEPT_AT_LEAST = 1_000
_REAL_TIME = Clock()
_NO_PLUS_OR_SLASH = bytes.maketrans(b"+/", b"Ab")


@dataclass(slots=True, kw_only=True, eq=False, weakref_slot=True)
class Space:
    """Hold one tenant's world, profile, clock, sign-ins, faults and journal.

    Attributes:
        ground: the rows before anything arrived or was changed, shared with other spaces.
        time: gives the real time in seconds since 1970; tests pass their own.
        log: keeps each command before it changes anything; None for no log.
        bug_names: gives the names of the bugs that can be switched on; None where all may be.
        scenario: the scenario at the start, with the rows and accounts that there are now.
        first_ground: the ground at the start.
        history: the commands since the start or the last reset, sign-ins and sign-outs apart.
        sessions: who is signed in: the command that said so, by session id, the oldest first.
        changes: counts whatever an answer may depend on; never goes back.
        requests: how many requests came.
    """

    name: str
    start: Start
    ground: Ground
    time: Callable[[], float] = time.time
    log: CommandLog | None = None
    bug_names: Callable[[], Collection[str]] | None = None
    history: list[Command] = field(default_factory=list)
    changes: int = 0
    requests: int = 0
    scenario: Scenario = field(init=False)
    first_ground: Ground = field(init=False)
    profile: Profile = field(init=False)
    clock: Clock = field(init=False)
    sessions: dict[str, SignIn] = field(init=False)
    faults: FaultPlan | None = field(init=False)
    bugs: tuple[str, ...] = field(init=False)
    journal: Journal = field(init=False, default_factory=Journal)
    _living: LivingWorld | None = field(init=False)
    _sweep_at: int = field(init=False, default=_SWEPT_AT_LEAST)
    _by_name: Mapping[str, User] = field(init=False)

    def __post_init__(self) -> None:
        self.first_ground = self.ground
        self._begin()

    @property
    def current(self) -> Start:
        """Return the start with the rows and accounts that there are now."""
        return replace(self.start, scenario=self.scenario)

    @property
    def commands(self) -> int:
        """Count the commands since the start or the last reset, sign-ins and sign-outs apart."""
        return len(self.history)

    def commands_now(self) -> list[Command]:
        """Return commands that make a new space of this start what this one is."""
        return [*self.history, *self.sessions.values()]

    def view(self, now_ticks: int) -> View:
        """Return the rows at an instant."""
        if self._living is not None:
            return self._living.at(now_ticks)
        shared = self.ground.living
        if shared is None:
            return self.ground.world
        # Spaces in which time goes as outside, and nothing else happens, are at one instant.
        return (shared if self.clock == _REAL_TIME else self.living()).at(now_ticks)

    @property
    def world(self) -> View:
        """Return the rows at the space's instant; a request asks for `view` of its own instant."""
        return self.view(self.now_ticks())

    @property
    def is_living(self) -> bool:
        """Tell whether the rows are others after a while, or after a command."""
        return self._living is not None or self.ground.living is not None

    def living(self) -> LivingWorld:
        """Return the rows as something that can change."""
        if self._living is None:
            ground = self.ground
            self._living = LivingWorld(
                ground.world, arrivals=ground.arrivals, now_ticks=self.start.anchor_ticks
            )
        return self._living

    def now_ticks(self) -> int:
        """Return the space's instant."""
        return self.clock.now_ticks(self.time())

    def apply(self, command: Command) -> None:
        """Check one command whole, then log it, then change the space by it.

        Raises:
            UsageError: the command cannot be carried out; nothing has changed.
            ProblemError: the log cannot be written (507); nothing has changed.
        """
        if isinstance(command, SignOut) and command.session_id not in self.sessions:
            return
        carry_out = self.prepare(command)
        if self.log is not None:
            self.log.append(self.name, command)
        carry_out()

    def fold(self, command: Command) -> None:
        """Change the space by a command that is logged already.

        Raises:
            UsageError: the command cannot be carried out; nothing has changed.
        """
        self.prepare(command)()

    def prepare(self, command: Command) -> Callable[[], None]:
        """Return what changes the space by a command; it does not fail.

        Raises:
            UsageError: the command cannot be carried out.
        """
        match command:
            case SignIn():
                return partial(self._begin_session, command)
            case SignOut():
                return partial(self._end_session, command)
            case Reset():
                return self._begin
            case SetClock():
                self._demand_reachable(command.clock)
                return partial(self._set, command, clock=command.clock)
            case SetProfile():
                profile = self.profile.with_choices(command.choices)
                return partial(self._set, command, profile=profile)
            case SetFaults():
                return partial(self._set, command, faults=self._plan(command.rules))
            case SetBugs():
                check_bug_names(command.names, self.bug_names)
                return partial(self._set, command, bugs=command.names)
            case SetRows():
                return self._prepare_rows(command)
            case AddMessage() | ChangeConversation() | RemoveConversation():
                self._demand_possible(command)
                return partial(self._change_rows, command)
        raise UsageError(f"{type(command).__name__} is no command of one space")

    def _set(self, command: Command, **values: object) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self._keep(command)

    def _prepare_rows(self, command: SetRows) -> Callable[[], None]:
        """Return what puts rows by hand in the place of all rows; it makes their world."""
        scenario = with_rows(
            self.start.scenario,
            accounts=command.accounts,
            conversations=command.conversations,
            size=command.size,
        )
        ground = build_ground(replace(self.start, scenario=scenario))
        return partial(self._stand_on, ground, scenario, command)

    def _stand_on(self, ground: Ground, scenario: Scenario, command: SetRows) -> None:
        self._living = None
        self._by_name = ground.users_of(scenario)
        self._set(command, ground=ground, scenario=scenario)

    def _change_rows(self, command: Command) -> None:
        match command:
            case AddMessage():
                self.living().post(command.conversation, now_ticks=command.at_ticks)
            case ChangeConversation():
                self.living().change(
                    command.conversation,
                    needs_ticks=command.needs_ticks,
                    now_ticks=command.at_ticks,
                )
            case RemoveConversation():
                self.living().remove(command.conversation_id, now_ticks=command.at_ticks)
        self._keep(command)

    def _keep(self, command: Command) -> None:
        self.history.append(command)
        self.changes += 1

    def _demand_reachable(self, clock: Clock) -> None:
        if clock.frozen_ticks is None:
            if not -LATEST_TICKS <= clock.offset_ticks <= LATEST_TICKS:
                raise UsageError("the clock would leave the years 1 to 9000")
        else:
            self.demand_instant(clock.frozen_ticks)

    def demand_instant(self, ticks: int) -> None:
        """Refuse an instant that no clock of the space may be set to.

        Raises:
            UsageError: it is outside the years, or too far from the start for what arrives.
        """
        if not 0 <= ticks <= LATEST_TICKS:
            raise UsageError("the clock would leave the years 1 to 9000")
        self.current.demand_near(ticks)

    def _demand_possible(
        self, command: AddMessage | ChangeConversation | RemoveConversation
    ) -> None:
        """Refuse a change of rows that could not be seen, or not at another instant."""
        if not 0 <= command.at_ticks <= LATEST_TICKS:
            raise UsageError("/at_ticks: the instant is not in the years 1 to 9000")
        if isinstance(command, RemoveConversation):
            return
        id_ = command.conversation.id
        if id_ is None:
            raise UsageError("/conversation/id: a conversation that changes needs an id")
        if self.living().is_removed(id_):
            raise UsageError(f"/conversation/id: {id_[:60]!r} was removed")
        if isinstance(command, ChangeConversation) and command.needs_ticks > command.at_ticks:
            raise UsageError("/needs_ticks: a change rests on nothing that comes after it")

    def retire(self) -> None:
        """Make whatever rests on this space find out that it is gone."""
        self.changes += 1

    def find_user(self, name: str) -> User | None:
        """Return the user of that name or e-mail address; names match to the letter.

        A name may carry the space's: `name~space`.
        """
        return self._by_name.get(name) or self._by_name.get(name.removesuffix(f"~{self.name}"))

    def check_password(self, username: str, password: str) -> User | None:
        """Return the user whose password this is, in a time that tells nothing about it."""
        user = self.find_user(username)
        expected = user.password if user is not None else Secret("")
        is_same = expected.matches(password)
        return user if user is not None and is_same else None

    def user_number(self, user: User) -> str:
        """Return the user's id on the wire: its place in the scenario, from 1."""
        return str(self.scenario.users.index(user) + 1)

    def user_of_session(self, session_id: str | None, *, now_ticks: int) -> User | None:
        """Return who a session stands for at an instant; None when it is unknown or over."""
        session = self.sessions.get(session_id) if session_id else None
        if session is None or session.expires_ticks <= now_ticks:
            return None
        return self._by_name.get(session.username)

    def _end_session(self, sign_out: SignOut) -> None:
        self.sessions.pop(sign_out.session_id, None)
        self.changes += 1

    def _begin_session(self, sign_in: SignIn) -> None:
        """Keep a sign-in; let go of sessions that are over, and of the oldest of too many."""
        self.changes += 1
        sessions = self.sessions
        sessions[sign_in.session_id] = sign_in
        if len(sessions) < self._sweep_at:
            return
        # A sign-in was made at least this early; a replay must not depend on the real clock.
        made_ticks = sign_in.expires_ticks - _LIFETIME_TICKS[True]
        for id_ in [id_ for id_, one in sessions.items() if one.expires_ticks <= made_ticks]:
            del sessions[id_]
        while len(sessions) > MAX_SESSIONS:
            del sessions[next(iter(sessions))]
        self._sweep_at = min(max(2 * len(sessions), _SWEPT_AT_LEAST), MAX_SESSIONS + 1)

    def _begin(self) -> None:
        """Be as the start says."""
        self.scenario = self.start.scenario
        self.ground = self.first_ground
        self._by_name = self.ground.users_of(self.scenario)
        self.profile = self.start.profile
        self.clock = self.start.clock
        self.sessions = {}
        self._sweep_at = _SWEPT_AT_LEAST
        self.history = []
        self.requests = 0
        self.bugs = self.start.scenario.bugs
        self.journal.clear()
        self._living = None
        self.faults = self._plan(self.start.scenario.faults)
        self.changes += 1

    def _plan(self, rows: Sequence[object]) -> FaultPlan | None:
        return FaultPlan(parse_rules(rows), seed=self.scenario.seed) if rows else None


def session_end_ticks(now_ticks: int, *, is_permanent: bool) -> int:
    """Return when a session that begins at an instant will be over."""
    return now_ticks + _LIFETIME_TICKS[is_permanent]


def new_session_id(space_name: str) -> str:
    """Return a session id that nobody can guess and that never comes back.

    It names the space, unless that is the default one.
    """
    return new_session_ids(space_name)[0]


def new_session_ids(space_name: str) -> tuple[str, str]:
    """Return two such ids."""
    drawn = base64.b64encode(_draw()).translate(_NO_PLUS_OR_SLASH).decode()
    end = "" if space_name == "default" else f"~{space_name}"
    return drawn[:20] + end, drawn[20:] + end


# What the system drew and nobody has used; a copy of this process draws its own.
_DRAWN: list[bytes] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DRAWN.clear)


def _draw() -> bytes:
    """Return 30 bytes of the system's randomness, which is asked for many at a time."""
    while True:
        try:
            return _DRAWN.pop()
        except IndexError:
            drawn = os.urandom(30 * 64)
            _DRAWN.extend(drawn[at : at + 30] for at in range(0, len(drawn), 30))


def build_space(
    scenario: Scenario,
    *,
    profile: Profile | None = None,
    name: str = "default",
    time: Callable[[], float] = time.time,
) -> Space:
    """Return a new space of a scenario that shares nothing with others.

    Args:
        profile: how the unspecified points are settled; the contract's defaults and the
            scenario's own choices when absent.
        time: the real time in seconds since 1970.
    """
    start = build_start(scenario, unix_seconds=time(), profile=profile)
    return Space(name=name, start=start, ground=build_ground(start), time=time)
