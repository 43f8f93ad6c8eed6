"""Hold a space: the fold of its commands over a start; the only mutable object.

Whatever a request or a test changes is a command, and `apply` is the only way in which a space
changes, so that the same commands always give the same space. Reading is free. commands.py defines
the commands; spaces.py holds all spaces of a server.
"""

import base64
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.dotnet.ticks import TICKS_PER_DAY
from mockserver.limits import MAX_SESSIONS
from mockserver.profile import Profile
from mockserver.space.beginning import Ground, Start, build_ground, build_start
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
    SignIn,
    SignOut,
)
from mockserver.space.faults import FaultPlan, parse_rules
from mockserver.space.journal import Journal
from mockserver.world.living import LivingWorld
from mockserver.world.password import Secret
from mockserver.world.rows import View
from mockserver.world.scenario import Scenario, User

__all__ = [
    "Clock",
    "Command",
    "SetClock",
    "SignIn",
    "SignOut",
    "Space",
    "build_space",
    "new_session_id",
    "session_end_ticks",
]

# What the framework keeps a session for, by whether the client asked to be remembered.
_LIFETIME_TICKS = {False: 14 * TICKS_PER_DAY, True: 28 * TICKS_PER_DAY}
_SWEPT_AT_LEAST = 1_000
_NO_PLUS_OR_SLASH = bytes.maketrans(b"+/", b"Ab")


@dataclass(slots=True, kw_only=True, eq=False, weakref_slot=True)
class Space:
    """Hold one tenant's world, profile, clock, sign-ins, faults and journal.

    Attributes:
        ground: the rows at the start, shared with other spaces.
        time: gives the real time in seconds since 1970; tests pass their own.
        log: keeps each command before it changes anything; None for no log.
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
    history: list[Command] = field(default_factory=list)
    changes: int = 0
    requests: int = 0
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
        self._by_name = self.ground.users_of(self.start)
        self._begin()

    @property
    def scenario(self) -> Scenario:
        """Return the scenario at the start."""
        return self.start.scenario

    @property
    def commands(self) -> int:
        """Count the commands since the start or the last reset, sign-ins and sign-outs apart."""
        return len(self.history)

    def commands_now(self) -> list[Command]:
        """Return commands that make a new space of this start what this one is."""
        return [*self.history, *self.sessions.values()]

    def view(self, now_ticks: int) -> View:
        """Return the rows at an instant."""
        return self.ground.world if self._living is None else self._living.at(now_ticks)

    @property
    def world(self) -> View:
        """Return the rows at the space's instant; a request asks for `view` of its own instant."""
        return self.view(self.now_ticks())

    @property
    def is_living(self) -> bool:
        """Tell whether the rows are the space's own."""
        return self._living is not None

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
        """Log one command, then change the space by it."""
        if isinstance(command, SignOut) and command.session_id not in self.sessions:
            return
        if self.log is not None:
            self.log.append(self.name, command)
        self.fold(command)

    def fold(self, command: Command) -> None:
        """Change the space by a command that is logged already."""
        self.changes += 1
        if isinstance(command, Reset):
            self._begin()
            return
        match command:
            case SignIn():
                self._begin_session(command)
                return
            case SignOut():
                self.sessions.pop(command.session_id, None)
                return
            case SetClock():
                self.clock = command.clock
            case SetProfile():
                self.profile = self.profile.with_choices(command.choices)
            case SetFaults():
                self._set_faults(command.rules)
            case SetBugs():
                self.bugs = command.names
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
            case _:
                raise AssertionError(f"{type(command).__name__} is for spaces.py")
        self.history.append(command)

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

    def _begin_session(self, sign_in: SignIn) -> None:
        """Keep a sign-in; let go of sessions that are over, and of the oldest of too many."""
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
        self.profile = self.start.profile
        self.clock = self.start.clock
        self.sessions = {}
        self._sweep_at = _SWEPT_AT_LEAST
        self.history = []
        self.requests = 0
        self.bugs = self.start.scenario.bugs
        self.journal.clear()
        self._living = None
        if self.ground.arrivals is not None:
            self.living()
        self._set_faults(self.start.scenario.faults)

    def _set_faults(self, rows: Sequence[object]) -> None:
        seed = self.scenario.seed
        self.faults = FaultPlan(parse_rules(rows), seed=seed) if rows else None


def session_end_ticks(now_ticks: int, *, is_permanent: bool) -> int:
    """Return when a session that begins at an instant will be over."""
    return now_ticks + _LIFETIME_TICKS[is_permanent]


def new_session_id(space_name: str) -> str:
    """Return a session id that nobody can guess and that never comes back.

    It names the space, unless that is the default one.
    """
    id_ = base64.b64encode(secrets.token_bytes(15)).translate(_NO_PLUS_OR_SLASH).decode()
    return id_ if space_name == "default" else f"{id_}~{space_name}"


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
