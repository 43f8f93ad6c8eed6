"""Run a whole mock in a thread, for tests and notebooks."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Literal

from mockserver.bugs.switch import BugSwitch, bug_names, check_bugs
from mockserver.contract import load_contract
from mockserver.dotnet.ticks import parse_clock_instant
from mockserver.profile import Profile
from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.beginning import build_start
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import Scenario, load_scenario

__all__ = ["MockServer"]


class MockServer:
    """Serve a scenario on a free loopback port, from `with` to its end.

    Args:
        scenario: a shipped scenario's name, a scenario file's path, or a scenario.
        now: the instant of the clock, as `2026-03-01T12:00:00Z`; the start's when absent.
        clock: `live` lets time pass and messages arrive; a frozen one leaves all to the test. A
            scenario that is given as a value keeps its own.
        profile: how the unspecified points are settled, or the choices of some of them; the
            scenario's own when absent.
        bugs: names of BUGS, switched on besides the scenario's own.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "default",
        *,
        now: str | None = None,
        clock: Literal["live", "frozen"] = "frozen",
        seed: int | None = None,
        profile: Profile | Mapping[str, object] | None = None,
        port: int = 0,
        bugs: Sequence[str] = (),
    ) -> None:
        loaded = _load(scenario, now, clock, seed)
        self._scenario = replace(loaded, bugs=(*loaded.bugs, *bugs))
        check_bugs(self._scenario.bugs)
        if isinstance(profile, Mapping):
            settled = Profile.default(load_contract()).with_choices(self._scenario.profile)
            profile = settled.with_choices(profile)
        self._profile = profile
        self._port = port
        self._server: BackgroundServer | None = None
        self.spaces: Spaces

    @property
    def space(self) -> Space:
        """Return the default space."""
        return self.spaces.default

    @property
    def url(self) -> str:
        """Return the server's address, without a slash at the end."""
        assert self._server is not None, "the server runs only inside `with`"
        return self._server.url

    @property
    def port(self) -> int:
        """Return the port."""
        assert self._server is not None, "the server runs only inside `with`"
        return self._server.port

    def __enter__(self) -> "MockServer":
        """Start; the first answer can be asked for when this returns."""
        start = build_start(self._scenario, unix_seconds=time.time(), profile=self._profile)
        self.spaces = Spaces(start, bug_names=bug_names)
        # Bugs remember what came before: what the admin page looks at must not be among it.
        admin = build_admin(self.spaces, steps_in=BugSwitch().steps_in)
        app = App(
            self.spaces,
            steps_in=BugSwitch().steps_in,
            admin=admin,
            is_admin_open=True,
            hosts=(),
        )
        self._server = BackgroundServer(app, port=self._port)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and close every connection."""
        assert self._server is not None
        self._server.close()
        self._server = None


def _load(
    scenario: str | Path | Scenario, now: str | None, clock: str, seed: int | None
) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    now_ticks = None if now is None else parse_clock_instant(now)
    name, path = (None, scenario) if isinstance(scenario, Path) else (scenario, None)
    return load_scenario(name, path=path, now_ticks=now_ticks, clock=clock, seed=seed)
