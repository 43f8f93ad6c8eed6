"""Read the command line, run the command, and turn every way in which it can end into a code.

options/ says what there is; run_<command>.py is loaded when its command runs, and does the work. An
error that the user can mend is one sentence on standard error; its kind gives the exit code.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

import click

from mockserver import __version__
from mockserver.cli.output import guarded_output
from mockserver.cli.terminal import print_error, print_help
from mockserver.errors import ExitCode, ListenError, UsageError, describe_crash, unknown_name
from mockserver.options.settle import CONTEXT_SETTINGS, Call, build_commands

__all__ = ["main"]

_COMPLETION = """\b
Completion of commands, options and values:
  bash  eval "$(_MOCKSERVER_COMPLETE=bash_source mockserver)"     in ~/.bashrc
  zsh   eval "$(_MOCKSERVER_COMPLETE=zsh_source mockserver)"      in ~/.zshrc
  fish  _MOCKSERVER_COMPLETE=fish_source mockserver | source      in ~/.config/fish/config.fish
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: what follows the program's name; the process's own when absent.
    """
    with guarded_output() as output:
        code = _run(argv)
        sys.stdout.flush()
        if output.error is not None and output.has_reader:
            failed = _fail(
                f"standard output cannot be written: {output.error.strerror}", code=ExitCode.USAGE
            )
            return code or failed
        return code


def _run(argv: Sequence[str] | None) -> int:
    """Run one command; every way in which it can end becomes an exit code."""
    try:
        code = _build_group().main(argv, prog_name="mockserver", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as exc:
        print_help(exc.format_message())
        return ExitCode.USAGE
    except click.UsageError as exc:
        return _fail(_sentence(exc), code=ExitCode.USAGE)
    except UsageError as exc:
        return _fail(str(exc), code=ExitCode.USAGE)
    except ListenError as exc:
        return _fail(str(exc), code=ExitCode.LISTEN)
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except Exception as exc:
        return _fail(describe_crash(exc), code=ExitCode.CRASHED)


class _Group(click.Group):
    """Name the nearest command when there is none of the name that was given."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise unknown_name("command", args[0], self.commands)
        return super().resolve_command(ctx, args)


def _build_group() -> click.Group:
    group = _Group(
        name="mockserver",
        help="Serve a fake of Evo Voice's GET /conversations.",
        epilog=_COMPLETION,
        context_settings=dict(CONTEXT_SETTINGS),
        commands=build_commands(_run_command),
    )
    return click.version_option(__version__, message="%(prog)s %(version)s")(group)


def _run_command(call: Call) -> int | None:
    try:
        # Libraries ask where they are, and fail while they are imported.
        os.getcwd()
    except OSError as exc:
        raise UsageError(f"the current folder is gone ({exc.strerror}); go to another") from exc
    try:
        # Not at the top: no command waits for what only another one needs.
        run: Callable[[Call], int | None] = import_module(f"mockserver.cli.run_{call.command}").run
    except ModuleNotFoundError as exc:
        if exc.name is None or exc.name.partition(".")[0] == "mockserver":
            raise
        raise UsageError(
            f"{call.command} needs {exc.name}; run: pip install 'evovoice-mockserver[check]'"
        ) from exc
    return run(call)


def _sentence(exc: click.UsageError) -> str:
    """Return click's message in our form: no capital, no full stop, the nearest name."""
    if isinstance(exc, click.NoSuchOption) and exc.ctx is not None:
        flags = {flag for param in exc.ctx.command.get_params(exc.ctx) for flag in param.opts}
        return str(unknown_name("option", exc.option_name, flags))
    text = exc.format_message().rstrip(".")
    where = exc.ctx.command_path if exc.ctx is not None else "mockserver"
    return f"{text[:1].lower()}{text[1:]}; see {where} --help"


def _fail(message: str, *, code: int) -> int:
    print_error(message)
    return code
