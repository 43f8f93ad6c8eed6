"""Hold a space: the fold of its commands over a scenario; the only mutable object.

Whatever a request changes is a command, and `apply` is the only way in which a space changes, so
that the same commands always give the same space. Reading is free. app.py holds the requests' way.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mockserver.profile import Profile
from mockserver.world.index import World
from mockserver.world.scenario import Scenario, User
from mockserver.world.ticks import unix_to_ticks

__all__ = ["Clock", "Command", "Session", "SetClock", "SignIn", "SignOut", "Space"]

TICKS_PER_SECOND = 10_000_000
_DAY = 86_400 * TICKS_PER_SECOND
_LIFETIME_TICKS = {False: 14 * _DAY, True: 28 * _DAY}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Let `session_id` stand for a user from `at_ticks` on."""

    session_id: str
    username: str
    is_permanent: bool
    at_ticks: int


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
    users: tuple[User, ...] = ()
    sessions: dict[str, Session] = field(default_factory=dict)
    commands: int = 0
    requests: int = 0
    json_rows: dict[bool, dict[int, bytes]] = field(default_factory=dict)
    _by_name: Mapping[str, User] = field(init=False)

    def __post_init__(self) -> None:
        by_name = {user.email: user for user in self.users if user.email}
        by_name.update({user.username: user for user in self.users})
        self._by_name = by_name

    def now_ticks(self) -> int:
        """Return the space's instant."""
        return self.clock.now_ticks(self.time())

    def apply(self, command: Command) -> None:
        """Change the space by one command."""
        self.commands += 1
        match command:
            case SignIn():
                lifetime = _LIFETIME_TICKS[command.is_permanent]
                self.sessions[command.session_id] = Session(
                    username=command.username, expires_ticks=command.at_ticks + lifetime
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

    def new_session_id(self, salt: bytes) -> str:
        """Return a session id, a function of seed, space, commands so far and `salt`."""
        key = f"{self.scenario.seed}/{self.name}/{self.commands}/".encode()
        digest = hashlib.blake2b(key + salt, digest_size=15).digest()
        return base64.b64encode(digest).translate(_NO_PLUS_OR_SLASH).decode()
