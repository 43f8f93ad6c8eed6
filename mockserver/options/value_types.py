"""Read the text of an option: what the command line, a variable or a file says, and what it means.

A parser takes a text and returns a value. ParsedText and Boolean are its parameter types for click;
they say in an error where the text stands.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from mockserver.documents.plain_data import check_text
from mockserver.errors import UsageError, unknown_name
from mockserver.limits import HEADER_NAME

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "Boolean",
    "NewUser",
    "ParsedText",
    "WrittenText",
    "parse_assignment",
    "parse_boolean",
    "parse_count",
    "parse_header",
    "parse_host",
    "parse_number",
    "parse_one_of",
    "parse_origin",
    "parse_outputs",
    "parse_port",
    "parse_user",
    "parse_within",
    "place_of",
]

_MAX_PORT = 65_535
_ORIGIN = re.compile(r"https?://[^\s/?#@]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_HEADER = re.compile(HEADER_NAME)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Hold a user to add to the scenario's; sees every account."""

    username: str
    password: str = field(repr=False)


class WrittenText(str):
    """Hold a text of a config file, with its place for errors and the folder for its paths."""

    place: str
    folder: Path

    def __new__(cls, text: str, *, place: str, folder: Path) -> "WrittenText":
        """Return the text."""
        written = super().__new__(cls, text)
        written.place, written.folder = place, folder
        return written


class ParsedText(click.ParamType[object]):
    """Read a text by a parser.

    Args:
        separator: what divides the items of a repeatable option in a variable; "" for nothing.
        words: returns what a shell may complete it to.
    """

    name = "text"

    def __init__(
        self,
        parse: Callable[[str], object],
        *,
        separator: str,
        words: Callable[[], Sequence[str]],
    ) -> None:
        self._parse = parse
        self._separator = separator
        self._words = words

    def split_envvar_value(self, rv: str) -> list[str]:
        """Return the items of a variable."""
        return [part.strip() for part in rv.split(self._separator)] if self._separator else [rv]

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Return the value of a text; what is no text is a value already."""
        return _convert(value, self._parse, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        """Return the words that begin so, or leave it to the shell to complete a path."""
        # Not at the top: it is for shells alone.
        from click.shell_completion import CompletionItem

        if self._parse is Path:
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(word) for word in self._words() if word.startswith(incomplete)]


class Boolean(click.types.BoolParamType):
    """Read a switch by `parse_boolean`, which takes less than click's own type does."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value of a text; what is no text is a value already."""
        return _convert(value, parse_boolean, param, ctx)


def _convert(
    value: object,
    parse: Callable[[str], object],
    param: click.Parameter | None,
    ctx: click.Context | None,
) -> object:
    if not isinstance(value, str):
        return value
    try:
        if parse is not Path:
            check_text(value)
        parsed = parse(value)
    except UsageError as exc:
        assert param is not None, "click reads an option"
        assert ctx is not None, "click reads a command line"
        raise UsageError(f"{place_of(value, param, ctx)}: {exc}") from exc
    if isinstance(value, WrittenText) and isinstance(parsed, Path):
        # A relative path in a config file starts from the file.
        return value.folder / parsed
    return parsed


def place_of(value: object, param: click.Parameter, ctx: click.Context) -> str:
    """Return where a value was given: the flag, the variable, or the key in a config file."""
    if isinstance(value, WrittenText):
        return value.place
    if ctx.get_parameter_source(param.name) == ParameterSource.ENVIRONMENT:
        return str(param.envvar)
    return param.opts[0]


def parse_port(text: str) -> int:
    """Read a port."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= _MAX_PORT):
        raise UsageError(
            f"{text[:60]!r} is no port; give a number from 0 to {_MAX_PORT}, 0 for a free"
        )
    return int(text)


def parse_count(text: str) -> int:
    """Read a whole number that is not negative."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise UsageError(f"{text[:60]!r} is no number; give a whole number that is not negative")
    return int(text)


def parse_within(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers in a range."""

    def parse(text: str) -> int:
        number = parse_count(text)
        if not low <= number <= high:
            raise UsageError(
                f"{text[:60]!r} is not from {low} to {high}; give a whole number that is"
            )
        return number

    return parse


def parse_origin(text: str) -> str:
    """Read a page's origin, scheme and host without a path, or `none`."""
    if text != "none" and not _ORIGIN.fullmatch(text):
        raise UsageError(
            f"{text[:60]!r} is no origin; give one such as http://localhost:5173, or none"
        )
    return text


def parse_header(text: str) -> str:
    """Read a header's name."""
    if not _HEADER.fullmatch(text):
        raise UsageError(f"{text[:60]!r} is no name of a header; give one such as X-Request-Id")
    return text


def parse_host(text: str) -> str:
    """Read a host's name or address, without scheme and port."""
    if not _HOST.fullmatch(text):
        raise UsageError(
            f"{text[:60]!r} is no host; give a name such as mock.example.com, without port"
        )
    return text


def parse_boolean(text: str) -> bool:
    """Read a switch: true, false, 1 or 0."""
    if text not in _BOOLEANS:
        raise UsageError(f"{text[:60]!r} is neither true nor false; known: {', '.join(_BOOLEANS)}")
    return _BOOLEANS[text]


def parse_assignment(text: str) -> tuple[str, str]:
    """Read POINT=CHOICE."""
    point, equals, choice = text.partition("=")
    if not (point and equals and choice):
        raise UsageError(f"{text[:60]!r} is no POINT=CHOICE; give one such as order=oldest-first")
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


def parse_outputs(*known: str) -> Callable[[str], tuple[tuple[str, Path], ...]]:
    """Return a parser of KIND=FILE[,KIND=FILE] that takes the known kinds and no others."""

    def parse(text: str) -> tuple[tuple[str, Path], ...]:
        pairs = []
        for item in text.split(","):
            kind, equals, name = item.partition("=")
            if not (equals and name):
                raise UsageError(f"{item!r} is no KIND=FILE; give one such as json=report.json")
            if kind not in known:
                raise unknown_name("kind of report", kind, known)
            pairs.append((kind, Path(name)))
        return tuple(pairs)

    return parse


def parse_number(text: str) -> float:
    """Read a number above 0, such as 2 or 0.5."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise UsageError(f"{text[:60]!r} is no number above 0")
    return number
