"""Declare every option once: COMMANDS is the table of flags, variables, config keys and docs rows.

settings.py settles the values of one command and hands them down as one frozen value; cli.py turns
the rows into flags. Nothing here reads a file or the environment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from mockserver.errors import UsageError, unknown_name

__all__ = ["COMMANDS", "Command", "NewUser", "Option"]

_MAX_PORT = 65_535
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Hold a user to add to the scenario's; sees every account."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Describe one option.

    Attributes:
        flag: the long flag; the config key and the variable follow from it.
        parse: the text that a user wrote → the value; raises UsageError.
        metavar: what stands for the value; empty for a switch.
        default: the value where nobody gave one.
        variable: the environment variable; empty for the usual one.
        separator: what divides the items of a repeatable option in the environment.
    """

    flag: str
    help: str
    parse: Callable[[str], object] = str
    metavar: str = ""
    default: object = None
    short: str = ""
    is_repeatable: bool = False
    variable: str = ""
    separator: str = ","

    @property
    def name(self) -> str:
        """Return the key in a config file."""
        return self.flag.removeprefix("--")

    @property
    def attribute(self) -> str:
        """Return the name in Python."""
        return self.name.replace("-", "_")

    @property
    def environment(self) -> str:
        """Return the environment variable."""
        return self.variable or f"MOCKSERVER_{self.attribute.upper()}"

    @property
    def is_switch(self) -> bool:
        """Say whether the flag stands alone."""
        return not self.metavar


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Describe one command: what it is for, its options, and those that exclude each other."""

    help: str
    options: tuple[Option, ...]
    exclusive: tuple[tuple[str, str], ...] = ()


def _parse_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= _MAX_PORT):
        raise UsageError(f"{text!r} is no port; give a number from 0 to {_MAX_PORT}, 0 for a free")
    return int(text)


def _parse_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise UsageError(f"{text!r} is no number; give a whole number that is not negative")
    return int(text)


def _parse_boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise UsageError(f"{text!r} is neither true nor false; known: {', '.join(_BOOLEANS)}")
    return _BOOLEANS[text]


def _parse_assignment(text: str) -> tuple[str, str]:
    point, equals, choice = text.partition("=")
    if not (point and equals and choice):
        raise UsageError(f"{text!r} is no POINT=CHOICE; give one such as order=oldest-first")
    return point, choice


def _parse_user(text: str) -> NewUser:
    username, _, password = text.partition(":")
    if not (username and password):
        # The value is not repeated: it may be a password.
        raise UsageError("a user needs a name and a password; give NAME:PASSWORD")
    if "~" in username:
        raise UsageError(f"the user name {username!r} holds a tilde; leave it out")
    return NewUser(username=username, password=password)


def _parse_one_of(kind: str, *known: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in known:
            raise unknown_name(kind, text, known)
        return text

    return parse


_CONFIG = Option(
    flag="--config",
    metavar="FILE",
    parse=Path,
    help="read options from a YAML file, one section a command",
)
_SCENARIO = (
    Option(flag="--scenario", metavar="NAME", help="a shipped scenario (default: `default`)"),
    Option(
        flag="--scenario-file",
        metavar="FILE",
        parse=Path,
        help="a scenario of your own, in YAML",
    ),
    Option(
        flag="--dataset",
        metavar="FILE",
        parse=Path,
        help="serve the rows of a JSON file instead of a generated world",
    ),
    Option(
        flag="--seed", metavar="N", parse=_parse_count, help="draw another world of the same kind"
    ),
    Option(
        flag="--size", metavar="N", parse=_parse_count, help="number of generated conversations"
    ),
    Option(
        flag="--clock",
        metavar="live|frozen",
        parse=_parse_one_of("clock", "live", "frozen"),
        help="let time pass, or not",
    ),
    Option(
        flag="--now",
        metavar="INSTANT",
        help="the instant of a frozen clock, such as 2026-03-01T12:00:00Z",
    ),
)
_SERVE = (
    Option(
        flag="--host",
        metavar="HOST",
        default="localhost",
        help="address to listen on; localhost is both 127.0.0.1 and ::1",
    ),
    Option(
        flag="--port",
        metavar="N",
        parse=_parse_port,
        default=4011,
        help="port to listen on, 0 for a free one",
    ),
    Option(
        flag="--ready-file",
        metavar="FILE",
        parse=Path,
        help="write URL, port, process and users as JSON once the server answers",
    ),
    *_SCENARIO,
    Option(flag="--profile", metavar="FILE", parse=Path, help="a behaviour profile in YAML"),
    Option(
        flag="--set",
        metavar="POINT=CHOICE",
        parse=_parse_assignment,
        is_repeatable=True,
        help="choose a behaviour; `mockserver profile` lists them",
    ),
    Option(
        flag="--user",
        metavar="NAME:PASSWORD",
        parse=_parse_user,
        is_repeatable=True,
        variable="MOCKSERVER_SERVE_USER",
        separator="",
        help="add a made-up user who sees every account",
    ),
    Option(
        flag="--cors-origin",
        metavar="ORIGIN",
        is_repeatable=True,
        help="a page's origin that may call, or `none`; without it every loopback origin may",
    ),
    Option(
        flag="--quiet",
        short="-q",
        parse=_parse_boolean,
        default=False,
        help="print the ready line only",
    ),
    Option(
        flag="--verbose",
        short="-v",
        parse=_parse_boolean,
        default=False,
        help="print headers too, secrets masked",
    ),
    _CONFIG,
)
_DATASET = (
    *_SCENARIO,
    Option(
        flag="--format",
        metavar="json|ndjson",
        parse=_parse_one_of("format", "json", "ndjson"),
        default="json",
        help="one JSON document, or one row a line",
    ),
    Option(
        flag="--stats",
        parse=_parse_boolean,
        default=False,
        help="print counts instead of rows",
    ),
    Option(
        flag="--digest",
        parse=_parse_boolean,
        default=False,
        help="print the SHA-256 of the world instead of rows",
    ),
    _CONFIG,
)
_SPEC = (
    Option(
        flag="--scenario-schema",
        parse=_parse_boolean,
        default=False,
        help="print the JSON Schema of a scenario file instead",
    ),
    _CONFIG,
)
_PROFILE = (
    Option(
        flag="--check",
        metavar="FILE",
        parse=Path,
        help="check a profile file and print where it departs from the defaults",
    ),
    _CONFIG,
)

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "serve": Command(
            help="Run the fake backend until SIGTERM or SIGINT.",
            options=_SERVE,
            exclusive=(("--scenario", "--scenario-file"), ("--quiet", "--verbose")),
        ),
        "dataset": Command(
            help="Print the rows that a user who sees every account gets from `serve`.",
            options=_DATASET,
            exclusive=(("--scenario", "--scenario-file"), ("--stats", "--digest")),
        ),
        "spec": Command(help="Print the contract, openapi.yaml.", options=_SPEC),
        "profile": Command(
            help="List the points that the vendor leaves open, with choices and defaults.",
            options=_PROFILE,
        ),
    }
)
