"""Settle the options of one command: flag before environment before config file before default.

option_table.py declares them; a `build_…` function here makes of the values one frozen value that
is passed down. The environment is an argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mockserver.errors import UsageError, unknown_name
from mockserver.options.option_table import COMMANDS, NewUser, Option
from mockserver.options.target_options import TARGET_KEYS
from mockserver.yaml_files import load_yaml

__all__ = [
    "Config",
    "DatasetOptions",
    "ProfileOptions",
    "ServeOptions",
    "SpecOptions",
    "WorldOptions",
    "build_dataset_options",
    "build_profile_options",
    "build_serve_options",
    "build_spec_options",
    "load_config",
    "resolve",
]

# Kubernetes sets MOCKSERVER_PORT=tcp://… in every pod beside a service called mockserver.
_KUBERNETES_PORT = "tcp://"
_NOT_IN_A_FILE = ("config",)
_TARGETS = "targets"
_OFF = (("false",), ("0",))


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
        choices: point → choice, from `--set`.
        cors_origins: None leaves them to the scenario; () for none.
        admin: None for what the host calls for.
        is_open: a sign-in makes the space that it names.
    """

    world: WorldOptions = field(default_factory=WorldOptions)
    host: str = "localhost"
    port: int = 4011
    ready_file: Path | None = None
    profile: Path | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    users: tuple[NewUser, ...] = ()
    cors_origins: tuple[str, ...] | None = None
    bugs: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    state: Path | None = None
    admin: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    is_open: bool = False
    max_spaces: int = 1000
    is_watching: bool = False
    is_quiet: bool = False
    is_verbose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetOptions:
    """Hold the options of `dataset`."""

    world: WorldOptions = field(default_factory=WorldOptions)
    format: str = "json"
    wants_stats: bool = False
    wants_digest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecOptions:
    """Hold the options of `spec`."""

    wants_scenario_schema: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileOptions:
    """Hold the options of `profile`."""

    check: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Hold a config file: command → key → texts, a single text as a list of one.

    `targets` holds name → key → texts in the same way.
    """

    path: Path
    sections: Mapping[str, Mapping[str, Sequence[str]]]
    targets: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    def with_target(self, command: str, name: str) -> "Config":
        """Return the config with what a target says put before what the command's section says."""
        own = {key: texts for key, texts in self.targets[name].items() if key != "url"}
        section = {**self.sections.get(command, {}), **own}
        return replace(self, sections={**self.sections, command: section})


@dataclass(frozen=True, slots=True)
class _Given:
    """Hold what a user gave for an option, where, and how near to the command line."""

    rank: int
    source: str
    texts: Sequence[str]
    folder: Path | None = None


def load_config(path: Path) -> Config:
    """Read a config file.

    Raises:
        UsageError: the file is unreadable or no YAML, or a command or key in it is unknown.
    """
    document = load_yaml(path, kind="configuration")
    if not isinstance(document, dict):
        raise UsageError(f"{path}: expected one section a command; known: {', '.join(COMMANDS)}")
    return Config(
        path=path,
        sections={
            str(name): _read_section(path, str(name), section)
            for name, section in document.items()
            if name != _TARGETS
        },
        targets=_read_targets(path, document.get(_TARGETS, {})),
    )


def resolve(
    command: str,
    flags: Mapping[str, Sequence[str]],
    *,
    environment: Mapping[str, str],
    config: Config | None = None,
) -> dict[str, Any]:
    """Return attribute → value for every option of a command.

    Args:
        flags: attribute → the texts given on the command line; empty or absent: not given.

    Raises:
        UsageError: a value does not parse, or two options exclude each other.
    """
    row = COMMANDS[command]
    given = {
        option.flag: found
        for option in row.options
        if (found := _find(option, command, flags, environment, config)) is not None
    }
    for one, other in row.exclusive:
        _drop_weaker(given, one, other)
    return {option.attribute: _value(option, given.get(option.flag)) for option in row.options}


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
        world=_build_world_options(values),
        host=values["host"],
        port=values["port"],
        ready_file=values["ready_file"],
        profile=values["profile"],
        choices=dict(values["set"]),
        users=values["user"],
        cors_origins=(() if origins == ("none",) else origins) if origins else None,
        bugs=values["bug"],
        faults=values["faults"],
        state=values["state"],
        admin=values["admin"],
        allowed_hosts=values["allowed_host"],
        is_open=values["open_spaces"],
        max_spaces=values["max_spaces"],
        is_watching=values["watch"],
        is_quiet=values["quiet"],
        is_verbose=values["verbose"],
    )


def build_dataset_options(values: Mapping[str, Any]) -> DatasetOptions:
    """Return the options of `dataset`.

    Raises:
        UsageError: the values contradict each other.
    """
    return DatasetOptions(
        world=_build_world_options(values),
        format=values["format"],
        wants_stats=values["stats"],
        wants_digest=values["digest"],
    )


def build_spec_options(values: Mapping[str, Any]) -> SpecOptions:
    """Return the options of `spec`."""
    return SpecOptions(wants_scenario_schema=values["scenario_schema"])


def build_profile_options(values: Mapping[str, Any]) -> ProfileOptions:
    """Return the options of `profile`."""
    return ProfileOptions(check=values["check"])


def _build_world_options(values: Mapping[str, Any]) -> WorldOptions:
    if values["now"] is not None and values["clock"] == "live":
        raise UsageError(
            "--now is the instant of a frozen clock and --clock is live; leave out one of them"
        )
    if values["dataset"] is not None and values["size"] is not None:
        raise UsageError("--size is for a generated world; leave it out, or --dataset")
    names = ("scenario", "scenario_file", "dataset", "seed", "size", "clock", "now")
    return WorldOptions(**{name: values[name] for name in names})


def _read_section(path: Path, command: str, section: object) -> dict[str, tuple[str, ...]]:
    if command not in COMMANDS:
        raise UsageError(f"{path}: {unknown_name('section', command, [*COMMANDS, _TARGETS])}")
    if not isinstance(section, dict):
        raise UsageError(f"{path}: {command}: expected keys and values, got {section!r}")
    options = {o.name: o for o in COMMANDS[command].options if _is_in_a_file(o)}
    texts: dict[str, tuple[str, ...]] = {}
    for key, value in section.items():
        if key not in options:
            raise UsageError(f"{path}: {command}: {unknown_name('key', str(key), options)}")
        texts[key] = _read_texts(f"{path}: {command}.{key}", value, options[key])
    return texts


def _read_targets(path: Path, section: object) -> dict[str, dict[str, tuple[str, ...]]]:
    known = {option.name: option for option in COMMANDS["check"].options}
    known["url"] = Option(flag="--url", metavar="URL", help="the address")
    if not isinstance(section, dict):
        raise UsageError(f"{path}: targets: expected NAME: {{url: …}}, got {section!r}")
    targets: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, entry in section.items():
        place = f"{path}: targets.{name}"
        if not isinstance(entry, dict) or "url" not in entry:
            raise UsageError(f"{place}: expected keys and values, `url` among them")
        for key in entry:
            if key not in TARGET_KEYS:
                raise UsageError(f"{place}: {unknown_name('key', str(key), TARGET_KEYS)}")
        targets[str(name)] = {
            key: _read_texts(f"{place}.{key}", value, known[key]) for key, value in entry.items()
        }
    return targets


def _is_in_a_file(option: Option) -> bool:
    return option.name not in _NOT_IN_A_FILE and not option.is_argv_only


def _read_texts(place: str, value: object, option: Option) -> tuple[str, ...]:
    if isinstance(value, list) and not option.is_repeatable:
        raise UsageError(f"{place}: expected one value, got a list")
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str | int | float) for item in values):
        raise UsageError(f"{place}: expected a value{' or a list' * option.is_repeatable}")
    return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values)


def _find(
    option: Option,
    command: str,
    flags: Mapping[str, Sequence[str]],
    environment: Mapping[str, str],
    config: Config | None,
) -> _Given | None:
    if flags.get(option.attribute):
        return _Given(3, option.flag, flags[option.attribute])
    text = environment.get(option.environment, "") if option.environment else ""
    if text and not (option.flag == "--port" and text.startswith(_KUBERNETES_PORT)):
        is_list = option.is_repeatable and option.separator
        texts = [part.strip() for part in text.split(option.separator)] if is_list else [text]
        return _Given(2, option.environment, texts)
    section = config.sections.get(command, {}) if config is not None else {}
    if config is not None and option.name in section:
        source = f"{config.path}: {command}.{option.name}"
        return _Given(1, source, section[option.name], config.path.parent)
    return None


def _drop_weaker(given: dict[str, _Given], one: str, other: str) -> None:
    """Keep the one of two exclusive options that is nearer to the command line."""
    if one not in given or other not in given:
        return
    first, second = given[one], given[other]
    if any(tuple(found.texts) in _OFF for found in (first, second)):
        return
    if first.rank == second.rank:
        raise UsageError(f"{first.source} and {second.source} exclude each other; give one of them")
    del given[other if first.rank > second.rank else one]


def _value(option: Option, given: _Given | None) -> object:
    if given is None:
        return () if option.is_repeatable else option.default
    try:
        values = [option.parse(text) for text in given.texts]
    except UsageError as exc:
        raise UsageError(f"{given.source}: {exc}") from exc
    if given.folder is not None:
        # A relative path in a config file starts from the file.
        values = [given.folder / v if isinstance(v, Path) else v for v in values]
    return tuple(values) if option.is_repeatable else values[-1]
