"""Run the commands: flags from the table in options/, one function a command, exit codes.

An error that the user can mend is one sentence on standard error; its kind gives the exit code.
The commands' work is elsewhere: serving in server/, the world in world/, the contract in
contract.py.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from mockserver import __version__
from mockserver.cli.output import current_output, guarded_output
from mockserver.cli.run_serve import load_world_scenario, run_serve
from mockserver.cli.terminal import print_error, print_lines
from mockserver.contract import Point, load_contract
from mockserver.crash import describe_crash
from mockserver.errors import ListenError, UsageError, unknown_name
from mockserver.models import ListConversations
from mockserver.options.option_table import COMMANDS, Command, Option
from mockserver.options.serve_options import (
    Config,
    DatasetOptions,
    build_dataset_options,
    build_profile_options,
    build_spec_options,
    load_config,
    resolve,
)
from mockserver.profile import Profile, compare, load_profile
from mockserver.resources import find_resource
from mockserver.server.space import build_space
from mockserver.world.dataset import world_json, world_ndjson, world_stats
from mockserver.world.index import select
from mockserver.world.scenario_schema import scenario_schema

__all__ = ["main"]

_CONFIG_VARIABLE = "MOCKSERVER_CONFIG"
_WRONG_USAGE = 2
_CRASHED = 6
_INTERRUPTED = 130


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
                f"standard output cannot be written: {output.error.strerror}", code=_WRONG_USAGE
            )
            return code or failed
        return code


def _run(argv: Sequence[str] | None) -> int:
    """Run one command; every way in which it can end becomes an exit code."""
    try:
        code = _build_group().main(argv, prog_name="mockserver", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as exc:
        print(exc.format_message(), file=sys.stderr)
        return _WRONG_USAGE
    except click.UsageError as exc:
        return _fail(_sentence(exc), code=_WRONG_USAGE)
    except UsageError as exc:
        return _fail(str(exc), code=_WRONG_USAGE)
    except ListenError as exc:
        return _fail(str(exc), code=3)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except Exception as exc:
        return _fail(describe_crash(exc), code=_CRASHED)


class _Group(click.Group):
    """Name the nearest command when there is none of the name that was given."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise unknown_name("command", args[0], self.commands)
        return super().resolve_command(ctx, args)


def _build_group() -> click.Group:
    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
    group = _Group(
        name="mockserver",
        help="Serve a fake of Evo Voice's GET /conversations.",
        context_settings=settings,
        commands=[
            click.Command(
                name=name,
                help=command.help,
                short_help=command.help,
                params=_build_parameters(command),
                callback=_build_callback(name),
                context_settings=settings,
            )
            for name, command in COMMANDS.items()
        ],
    )
    return click.version_option(__version__, message="%(prog)s %(version)s")(group)


def _build_parameters(command: Command) -> list[click.Parameter]:
    return [
        *(
            click.Argument([row.name.lower()], metavar=row.name, required=row.is_required)
            for row in command.arguments
        ),
        *(_build_click_option(option) for option in command.options),
    ]


def _build_click_option(option: Option) -> click.Option:
    notes = [option.environment or "no variable"]
    if option.default is not None and not option.is_switch:
        notes.append(f"default {option.default}")
    if option.is_repeatable:
        notes.append("repeatable")
    return click.Option(
        [option.attribute, option.flag, *([option.short] if option.short else [])],
        metavar=option.metavar or None,
        help=f"{option.help}  [{'; '.join(notes)}]",
        is_flag=option.is_switch,
        multiple=option.is_repeatable,
        default=None,
    )


def _build_callback(command: str) -> Callable[..., int | None]:
    names = [argument.name.lower() for argument in COMMANDS[command].arguments]

    def run(**found: Any) -> int | None:
        arguments = tuple(found.pop(name) for name in names)
        flags = {attribute: _texts(value) for attribute, value in found.items()}
        path = found["config"] or os.environ.get(_CONFIG_VARIABLE)
        config = load_config(Path(path)) if path else None
        if names:
            return _run_on_targets(command, arguments, flags, config)
        return _RUN[command](resolve(command, flags, environment=os.environ, config=config))

    return run


def _run_on_targets(
    command: str,
    arguments: Sequence[str | None],
    flags: Mapping[str, Sequence[str]],
    config: Config | None,
) -> int:
    try:
        # Not at the top: `serve` works without the parts that only the checks need.
        from mockserver.cli.run_check import run_call
        from mockserver.cli.target_call import Call
    except ModuleNotFoundError as exc:
        raise _lacks(command, exc) from exc
    return run_call(
        Call(
            command=command,
            arguments=tuple(text for text in arguments if text is not None),
            flags=flags,
            environment=os.environ,
            config=config,
        )
    )


def _texts(value: bool | str | tuple[str, ...] | None) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("true",) if value else ()
    return () if value is None else (value,)


def _serve(values: Mapping[str, Any]) -> None:
    run_serve(values)
    output = current_output()
    if output is not None:
        # A line of the request log that was lost is no failure.
        sys.stdout.flush()
        output.error = None


def _dataset(values: Mapping[str, Any]) -> None:
    options: DatasetOptions = build_dataset_options(values)
    scenario = load_world_scenario(options.world)
    space = build_space(scenario)
    world = space.world
    for warning in world.warnings:
        print(f"mockserver: warning: {warning}", file=sys.stderr)
    if options.wants_digest:
        print(world.digest())
        return
    if options.wants_stats:
        _write_json(world_stats(world))
        return
    now_ticks = space.now_ticks()
    rows = select(world, ListConversations(), space.profile, account_ids=None, now_ticks=now_ticks)
    write = world_ndjson if options.format == "ndjson" else world_json
    _write_texts(write(world, rows, nulls=space.profile["nulls"] == "write"))


def _spec(values: Mapping[str, Any]) -> None:
    if build_spec_options(values).wants_scenario_schema:
        _write_json(scenario_schema(load_contract()))
    else:
        _write_texts([find_resource("openapi.yaml").read_text(encoding="utf-8")])


def _profile(values: Mapping[str, Any]) -> None:
    contract = load_contract()
    path = build_profile_options(values).check
    if path is None:
        for point in contract.points.values():
            print_lines(_describe_point(point))
        return
    differences = compare(load_profile(path), Profile.default(contract))
    print(f"{path} is a profile; {len(differences)} of {len(contract.points)} points depart")
    for found in differences:
        print(f"  {found.point}: {found.left} (default {found.right})")


def _score(values: Mapping[str, Any]) -> int:
    try:
        # Not at the top, as in `_run_on_targets`.
        from mockserver.cli.run_score import run_score_command
    except ModuleNotFoundError as exc:
        raise _lacks("score", exc) from exc
    return run_score_command(values)


def _lacks(command: str, error: ModuleNotFoundError) -> UsageError:
    return UsageError(
        f"{command} needs {error.name}; run: pip install 'evovoice-mockserver[check]'"
    )


_RUN: Mapping[str, Callable[[Mapping[str, Any]], int | None]] = {
    "serve": _serve,
    "score": _score,
    "dataset": _dataset,
    "spec": _spec,
    "profile": _profile,
}


def _describe_point(point: Point) -> list[str]:
    seen = "" if point.observable else "; cannot be seen from outside"
    choices = [f"  - {choice}: {point.choice_help[choice]}" for choice in point.choices]
    if point.pattern is not None:
        choices.append(f"  - what matches {point.pattern}: {point.choice_help['pattern']}")
    return [
        f"{point.name} (default {point.default}{seen})",
        f"  {point.description}",
        *choices,
        f"  default because: {point.why}",
        "",
    ]


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


def _write_json(value: object) -> None:
    _write_texts([json.dumps(value, indent=2, ensure_ascii=False), "\n"])


def _write_texts(texts: Iterable[str]) -> None:
    """Write in UTF-8, whatever the terminal's encoding."""
    sys.stdout.flush()
    output = current_output()
    for text in texts:
        sys.stdout.buffer.write(text.encode())
        if output is not None and output.error is not None:
            # Nobody takes the rest.
            return
    sys.stdout.buffer.flush()
