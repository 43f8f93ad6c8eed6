"""Hold what `serve` was told as one frozen value, which agrees with itself and is passed down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockserver.errors import UsageError
from mockserver.options.value_types import NewUser

__all__ = ["ServeOptions", "WorldOptions", "build_serve_options", "build_world_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldOptions:
    """Hold what shapes the world; None leaves it to the scenario."""

    scenario: str | None = None
    scenario_file: Path | None = None
    dataset: Path | None = None
    seed: int | None = None
    size: int | None = None
    clock: str | None = None
    now: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Hold the options of `serve`.

    Attributes:
        client: the kind of client whose needs are chosen, from `--for`.
        choices: point → choice, from `--set`.
        cors_origins: None leaves them to the scenario; () for none.
        admin: None for what the host calls for.
        is_open: a sign-in makes the space that it names.
        opens_page: the console is opened in a browser.
    """

    world: WorldOptions = field(default_factory=WorldOptions)
    host: str = "localhost"
    port: int = 4011
    ready_file: Path | None = None
    profile: Path | None = None
    client: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    users: tuple[NewUser, ...] = ()
    cors_origins: tuple[str, ...] | None = None
    cors_headers: tuple[str, ...] = ()
    bugs: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    state: Path | None = None
    admin: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    is_open: bool = False
    max_spaces: int = 1000
    is_watching: bool = False
    opens_page: bool = False
    log: str = "text"
    is_quiet: bool = False
    is_verbose: bool = False


def build_serve_options(values: Mapping[str, Any]) -> ServeOptions:
    """Return the options of `serve`.

    Raises:
        UsageError: the values contradict each other.
    """
    origins: tuple[str, ...] = values["cors_origin"]
    if "none" in origins and len(origins) > 1:
        raise UsageError("--cors-origin none stands alone; leave it out, or the other origins")
    if values["watch"] and values["scenario_file"] is None and values["dataset"] is None:
        raise UsageError("--watch needs a file to watch; give --scenario-file or --dataset")
    return ServeOptions(
        world=build_world_options(values),
        host=values["host"],
        port=values["port"],
        ready_file=values["ready_file"],
        profile=values["profile"],
        client=values["for"],
        choices=dict(values["set"]),
        users=values["user"],
        cors_origins=(() if origins == ("none",) else origins) if origins else None,
        cors_headers=values["cors_header"],
        bugs=values["bug"],
        faults=values["faults"],
        state=values["state"],
        admin=values["admin"],
        allowed_hosts=values["allowed_host"],
        is_open=values["open_spaces"],
        max_spaces=values["max_spaces"],
        is_watching=values["watch"],
        opens_page=values["open"],
        log=values["log"],
        is_quiet=values["quiet"],
        is_verbose=values["verbose"],
    )


def build_world_options(values: Mapping[str, Any]) -> WorldOptions:
    """Return the options that shape the world, of `serve` and of `dataset`.

    Raises:
        UsageError: the values contradict each other.
    """
    if values["now"] is not None and values["clock"] == "live":
        raise UsageError(
            "--now is the instant of a frozen clock and --clock is live; leave out one of them"
        )
    if values["dataset"] is not None and values["size"] is not None:
        raise UsageError("--size is for a generated world; leave it out, or --dataset")
    names = ("scenario", "scenario_file", "dataset", "seed", "size", "clock", "now")
    return WorldOptions(**{name: values[name] for name in names})
