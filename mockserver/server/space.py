"""Hold a space: the fold of its commands over a scenario; the only mutable object.

Whatever a request changes is a command, and `apply` is the only way in which a space changes, so
that the same commands always give the same space. Reading is free. app.py holds the requests' way.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mockserver.contract import load_contract
from mockserver.profile import Profile
from mockserver.server.cache import Understandings
from mockserver.world.index import World
from mockserver.world.scenario import Scenario, User, build_world
from mockserver.world.ticks import TICKS_PER_DAY, unix_to_ticks

__all__ = ["Clock", "Command", "Session", "SetClock", "SignIn", "SignOut", "Space", "build_space"]

# What the framework keeps a session for, by whether the client asked to be remembered.
_LIFETIME_TICKS = {False: 14 * TICKS_PER_DAY, True: 28 * TICKS_PER_DAY}
_NO_PLUS_OR_SLASH = bytes.maketrans(b"+/", b"Ab")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Tell a space's time: `frozen_ticks`, or the real time moved by `offset_ticks`."""

    frozen_ticks: int | None = None
    offset_ticks: int = 0

    def now_ticks(self, unix_seconds: float) -> int:
        """Return the instant in ticks, given the real time."""
        if self.frozen_ticks is not None:
            return self.frozen_ticks
        return unix_to_ticks(unix_seconds) + self.offset_ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Hold one sign-in; over when the space's clock has passed `expires_ticks`."""

    username: str
    expires_ticks: int
    provider: str = "credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Let `session_id` stand for a user until `expires_ticks`."""

    session_id: str
    username: str
    expires_ticks: int
    provider: str = "credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """End a session; one that does not exist is no error."""

    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock:
    """Replace the space's clock."""

    clock: Clock


Command = SignIn | SignOut | SetClock


@dataclass(slots=True, kw_only=True)
class Space:
    """Hold one tenant's world, profile, clock and sign-ins.

    `time` gives the real time in seconds since 1970; tests pass their own.
    """

    name: str
    scenario: Scenario
    world: World
    profile: Profile
    clock: Clock
    time: Callable[[], float]
    sessions: dict[str, Session] = field(default_factory=dict)
    commands: int = 0
    requests: int = 0
    json_rows: dict[bool, dict[int, bytes]] = field(default_factory=dict)
    understandings: Understandings = field(default_factory=Understandings)
    _by_name: Mapping[str, User] = field(init=False)

    def __post_init__(self) -> None:
        users = self.scenario.users
        by_name = {user.email: user for user in users if user.email}
        self._by_name = by_name | {user.username: user for user in users}

    def now_ticks(self) -> int:
        """Return the space's instant."""
        return self.clock.now_ticks(self.time())

    def apply(self, command: Command) -> None:
        """Change the space by one command."""
        self.commands += 1
        match command:
            case SignIn():
                self.sessions[command.session_id] = Session(
                    username=command.username,
                    expires_ticks=command.expires_ticks,
                    provider=command.provider,
                )
            case SignOut():
                self.sessions.pop(command.session_id, None)
            case SetClock():
                self.clock = command.clock

    def find_user(self, name: str) -> User | None:
        """Return the user of that name or e-mail address; names match to the letter."""
        return self._by_name.get(name)

    def user_of_session(self, session_id: str) -> User | None:
        """Return who a session stands for; None when it is unknown or over."""
        session = self.sessions.get(session_id)
        if session is None or session.expires_ticks <= self.now_ticks():
            return None
        return self._by_name.get(session.username)

    def session_end_ticks(self, *, is_permanent: bool) -> int:
        """Return when a session that begins now will be over."""
        return self.now_ticks() + _LIFETIME_TICKS[is_permanent]

    def new_session_id(self, salt: bytes) -> str:
        """Return a session id, a function of seed, space, commands so far and `salt`."""
        key = f"{self.scenario.seed}/{self.name}/{self.commands}/".encode()
        digest = hashlib.blake2b(key + salt, digest_size=15).digest()
        return base64.b64encode(digest).translate(_NO_PLUS_OR_SLASH).decode()


def build_space(
    scenario: Scenario,
    *,
    profile: Profile | None = None,
    name: str = "default",
    time: Callable[[], float] = time.time,
) -> Space:
    """Return a new space of a scenario.

    Args:
        profile: how the unspecified points are settled; the contract's defaults and the
            scenario's own choices when absent.
        time: the real time in seconds since 1970.
    """
    if profile is None:
        profile = Profile.default(load_contract()).with_choices(scenario.profile)
    real_ticks = unix_to_ticks(time())
    frozen = scenario.clock == "frozen"
    instant = scenario.now_ticks if scenario.now_ticks is not None else real_ticks
    anchor = instant if frozen else real_ticks - real_ticks % TICKS_PER_DAY
    return Space(
        name=name,
        scenario=scenario,
        world=build_world(scenario, anchor_ticks=anchor),
        profile=profile,
        clock=Clock(frozen_ticks=instant if frozen else None),
        time=time,
    )
