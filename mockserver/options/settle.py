"""Settle a command line by click: flag before environment before config file before default.

option_table.py says what there is. What comes of it is a Call, which a command runs on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from click.core import ParameterSource

from mockserver.errors import UsageError
from mockserver.options.config_file import Config
from mockserver.options.declaration import Command, Option
from mockserver.options.option_table import COMMANDS
from mockserver.options.value_types import place_of

__all__ = ["CONTEXT_SETTINGS", "Call", "build_commands", "describe_command", "settle"]

CONTEXT_SETTINGS: Mapping[str, Any] = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Hold what one command was told.

    Attributes:
        argv: the command line, without the command.
        arguments: those that were given, in order.
        values: the option's name in Python → its value.
        flags: the names of the options that the command line itself gives.
        config: the config file, where there is one.
    """

    command: str
    # A made-up user's password may stand here, and in the file.
    argv: tuple[str, ...] = field(repr=False)
    arguments: tuple[str, ...]
    values: Mapping[str, Any]
    flags: frozenset[str]
    config: Config | None = field(repr=False)

    @property
    def targets(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the targets of the config file: name → what is written."""
        return {} if self.config is None else self.config.targets

    def on_target(self, name: str) -> "Call":
        """Return the same call with what a target says in place of what the section says."""
        assert self.config is not None, "a target has its name from the config file"
        own = {key: text for key, text in self.config.targets[name].items() if key != "url"}
        section = {**self.config.sections.get(self.command, {}), **own}
        return settle(self.command, self.argv, obj=self.config, default_map=section)


def settle(command: str, argv: Sequence[str], **context: Any) -> Call:
    """Return what a command line tells a command, with the environment and the config file.

    Args:
        context: what click's context begins with.

    Raises:
        UsageError: a value does not parse, or two options exclude each other.
        click.UsageError: click cannot read the command line.
    """
    made = _Command(command, COMMANDS[command], run=lambda _: None)
    call: Call = made.make_context(command, [*argv], **context).obj
    return call


def build_commands(run: Callable[[Call], int | None]) -> list[click.Command]:
    """Return all commands; each gives what it was told to `run`."""
    return [_Command(name, row, run=run) for name, row in COMMANDS.items()]


def describe_command(name: str) -> str:
    """Return what `mockserver NAME --help` prints."""
    made = _Command(name, COMMANDS[name], run=lambda _: None)
    context = click.Context(made, info_name=f"mockserver {name}", **CONTEXT_SETTINGS)
    return made.get_help(context)


class _Command(click.Command):
    """Read a command line by a row of COMMANDS."""

    def __init__(self, name: str, row: Command, *, run: Callable[[Call], int | None]) -> None:
        super().__init__(
            name,
            help=row.help,
            short_help=row.help,
            params=[*row.arguments, *row.options],
            context_settings=dict(CONTEXT_SETTINGS),
        )
        self._row = row
        self._run = run

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, and let the context hold the call."""
        argv = tuple(args)
        rest = super().parse_args(ctx, args)
        options = {option.flag: option for option in self._row.options}
        for one, other in self._row.exclusive:
            _drop_weaker(ctx, options[one], options[other])
        arguments = [ctx.params[argument.name] for argument in self._row.arguments]
        ctx.obj = Call(
            command=str(self.name),
            argv=argv,
            arguments=tuple(text for text in arguments if text is not None),
            values={option.name: ctx.params[option.name] for option in self._row.options},
            flags=frozenset(
                option.name
                for option in self._row.options
                if ctx.get_parameter_source(option.name) == ParameterSource.COMMANDLINE
            ),
            config=ctx.obj,
        )
        return rest

    def invoke(self, ctx: click.Context) -> int | None:
        """Run the command."""
        return self._run(ctx.obj)


def _drop_weaker(ctx: click.Context, one: Option, other: Option) -> None:
    """Keep the one of two exclusive options that is nearer to the command line."""
    first, second = (
        ctx.get_parameter_source(option.name) or ParameterSource.DEFAULT for option in (one, other)
    )
    if ParameterSource.DEFAULT in (first, second):
        return
    if ctx.params[one.name] is False or ctx.params[other.name] is False:
        return
    if first == second:
        places = [place_of((ctx.default_map or {}).get(o.name), o, ctx) for o in (one, other)]
        raise UsageError(f"{places[0]} and {places[1]} exclude each other; give one of them")
    weaker = other if first < second else one
    ctx.params[weaker.name] = weaker.default
