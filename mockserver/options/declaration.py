"""Define what an option is, and the parsers that several options share.

option_table.py and target_options.py hold the tables.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mockserver.errors import UsageError, unknown_name

__all__ = [
    "CONFIG",
    "Argument",
    "Command",
    "NewUser",
    "Option",
    "parse_assignment",
    "parse_boolean",
    "parse_count",
    "parse_host",
    "parse_number",
    "parse_one_of",
    "parse_origin",
    "parse_port",
    "parse_positive",
    "parse_user",
]

_MAX_PORT = 65_535
_ORIGIN = re.compile(r"https?://[^\s/?#@]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", re.ASCII)
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
        is_argv_only: whether neither a variable nor a config file can give it.
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
    is_argv_only: bool = False

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
        """Return the environment variable; empty where none is read."""
        if self.is_argv_only:
            return ""
        return self.variable or f"MOCKSERVER_{self.attribute.upper()}"

    @property
    def is_switch(self) -> bool:
        """Say whether the flag stands alone."""
        return not self.metavar


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """Describe one positional argument."""

    name: str
    help: str
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Describe one command: what it is for, its options, and those that exclude each other."""

    help: str
    options: tuple[Option, ...]
    exclusive: tuple[tuple[str, str], ...] = ()
    arguments: tuple[Argument, ...] = ()


def parse_port(text: str) -> int:
    """Read a port."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= _MAX_PORT):
        raise UsageError(f"{text!r} is no port; give a number from 0 to {_MAX_PORT}, 0 for a free")
    return int(text)


def parse_count(text: str) -> int:
    """Read a whole number that is not negative."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise UsageError(f"{text!r} is no number; give a whole number that is not negative")
    return int(text)


def parse_positive(text: str) -> int:
    """Read a whole number from 1."""
    number = parse_count(text)
    if number < 1:
        raise UsageError(f"{text!r} is less than 1; give a whole number from 1")
    return number


def parse_origin(text: str) -> str:
    """Read a page's origin, scheme and host without a path, or `none`."""
    if text != "none" and not _ORIGIN.fullmatch(text):
        raise UsageError(f"{text!r} is no origin; give one such as http://localhost:5173, or none")
    return text


def parse_host(text: str) -> str:
    """Read a host's name or address, without scheme and port."""
    if not _HOST.fullmatch(text):
        raise UsageError(f"{text!r} is no host; give a name such as mock.example.com, without port")
    return text


def parse_boolean(text: str) -> bool:
    """Read a switch: true, false, 1 or 0."""
    if text not in _BOOLEANS:
        raise UsageError(f"{text!r} is neither true nor false; known: {', '.join(_BOOLEANS)}")
    return _BOOLEANS[text]


def parse_assignment(text: str) -> tuple[str, str]:
    """Read POINT=CHOICE."""
    point, equals, choice = text.partition("=")
    if not (point and equals and choice):
        raise UsageError(f"{text!r} is no POINT=CHOICE; give one such as order=oldest-first")
    return point, choice


def parse_user(text: str) -> NewUser:
    """Read NAME:PASSWORD."""
    username, _, password = text.partition(":")
    if not (username and password):
        # The value is not repeated: it may be a password.
        raise UsageError("a user needs a name and a password; give NAME:PASSWORD")
    if "~" in username:
        raise UsageError(f"the user name {username!r} holds a tilde; leave it out")
    return NewUser(username=username, password=password)


def parse_one_of(kind: str, *known: str) -> Callable[[str], str]:
    """Return a parser that takes the known texts and no others."""

    def parse(text: str) -> str:
        if text not in known:
            raise unknown_name(kind, text, known)
        return text

    return parse


def parse_number(text: str) -> float:
    """Read a number above 0, such as 2 or 0.5."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise UsageError(f"{text!r} is no number above 0")
    return number


CONFIG = Option(
    flag="--config",
    metavar="FILE",
    parse=Path,
    help="read options from a YAML file, one section a command",
)
