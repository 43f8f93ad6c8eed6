"""Define what an option and a command are; option_table.py and target_options.py hold the rows.

An option is click's own, so that click reads its flag, its variable and its key in a config file,
in this order, and writes its line of help.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import click

from mockserver.options.value_types import Boolean, ParsedText, parse_boolean

__all__ = ["Command", "Option"]

# Kubernetes sets MOCKSERVER_PORT=tcp://… in every pod beside a service called mockserver.
_KUBERNETES_PORT = "tcp://"
# `live|frozen`: what stands in small letters for a value is all that it may be.
_ALL_WORDS = re.compile(r"[a-z]+(?:\|[a-z]+)*")


class Option(click.Option):
    """Describe one option; what follows from the flag need not be said.

    Attributes:
        flag: the long flag; the config key and the variable follow from it.
        short: the short flag; empty where there is none.
        parse: the text that a user wrote → the value; raises UsageError.
        environment: the environment variable; empty where none is read.
        key: the name in a config file; empty where no file can give it.
        is_argv_only: whether the command line alone can give it.
    """

    def __init__(
        self,
        flag: str,
        *,
        help: str,
        metavar: str = "",
        parse: Callable[[str], object] = str,
        default: object = None,
        short: str = "",
        is_repeatable: bool = False,
        variable: str = "",
        separator: str = ",",
        is_argv_only: bool = False,
        is_in_files: bool = True,
        words: Callable[[], Sequence[str]] | None = None,
        **rest: Any,
    ) -> None:
        """Describe it.

        Args:
            metavar: what stands for the value; empty for a switch.
            variable: the environment variable, where it is not the usual one.
            separator: what divides the items of a repeatable option in the variable.
            is_argv_only: whether neither a variable nor a config file can give it.
            is_in_files: whether a config file can give it.
            words: returns what a shell may complete the value to, where the metavar does not say.
            rest: for click.
        """
        is_switch = not metavar
        self.is_argv_only = is_argv_only
        self.flag, self.short, self.parse = flag, short, parse_boolean if is_switch else parse
        name = flag.removeprefix("--")
        usual = f"MOCKSERVER_{name.replace('-', '_').upper()}"
        self.environment = "" if is_argv_only else variable or usual
        self.key = "" if is_argv_only or not is_in_files else name
        super().__init__(
            [name.replace("-", "_"), flag, *([short] if short else [])],
            type=Boolean()
            if is_switch
            else ParsedText(parse, separator=separator, words=words or partial(_words_of, metavar)),
            metavar=metavar or None,
            default=False if is_switch else default,
            is_flag=is_switch,
            multiple=is_repeatable,
            envvar=self.environment or None,
            help=f"{help} (repeatable)" if is_repeatable else help,
            show_envvar=True,
            show_default=not is_switch,
            **rest,
        )

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return what the variable says; None where it is absent, empty or not meant for us."""
        text = super().resolve_envvar_value(ctx)
        if text is not None and self.flag == "--port" and text.startswith(_KUBERNETES_PORT):
            return None
        return text


def _words_of(metavar: str) -> list[str]:
    return metavar.split("|") if _ALL_WORDS.fullmatch(metavar) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Describe one command: what it is for, its options, and those that exclude each other."""

    help: str
    options: tuple[Option, ...]
    exclusive: tuple[tuple[str, str], ...] = ()
    arguments: tuple[click.Argument, ...] = ()
