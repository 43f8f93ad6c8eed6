"""Run the commands: flags from the table in options.py, one function a command, exit codes.

An error that the user can mend is one sentence on standard error; its kind gives the exit code.
The commands' work is elsewhere: serving in server/, the world in world/, the contract in
contract.py.
"""

import asyncio
import contextlib
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from mockserver import __version__
from mockserver.contract import Point, load_contract
from mockserver.errors import ListenError, UsageError, unknown_name
from mockserver.models import ListConversations
from mockserver.options import COMMANDS, Command, Option
from mockserver.profile import Profile, compare, load_profile
from mockserver.resources import find_resource
from mockserver.server.asgi import App
from mockserver.server.exchange import Answer, Request
from mockserver.server.http import open_sockets, run_server
from mockserver.server.space import build_space
from mockserver.server.spaces import Spaces
from mockserver.server.start import Start, build_start
from mockserver.server.startup import (
    base_url,
    describe_request,
    describe_start,
    prepare_ready_file,
    ready_line,
    save_ready_file,
)
from mockserver.server.watch import Watcher
from mockserver.settings import (
    Config,
    DatasetOptions,
    ServeOptions,
    WorldOptions,
    build_dataset_options,
    build_profile_options,
    build_serve_options,
    build_spec_options,
    load_config,
    resolve,
)
from mockserver.world.dataset import world_json, world_ndjson, world_stats
from mockserver.world.index import select
from mockserver.world.scenario import Scenario, Secret, User, load_scenario
from mockserver.world.scenario_schema import scenario_schema
from mockserver.world.ticks import parse_instant

__all__ = ["main"]

_CONFIG_VARIABLE = "MOCKSERVER_CONFIG"
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: what follows the program's name; the process's own when absent.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _build_group().main(argv, prog_name="mockserver", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as exc:
        print(exc.format_message(), file=sys.stderr)
        return 2
    except click.UsageError as exc:
        return _fail(_sentence(exc), code=2)
    except UsageError as exc:
        return _fail(str(exc), code=2)
    except ListenError as exc:
        return _fail(str(exc), code=3)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough, as `head` does.
        _drop_output()
    return 0


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
        _RUN[command](resolve(command, flags, environment=os.environ, config=config))
        return None

    return run


def _run_on_targets(
    command: str,
    arguments: Sequence[str | None],
    flags: Mapping[str, Sequence[str]],
    config: Config | None,
) -> int:
    try:
        # Not at the top: `serve` works without the parts that only the checks need.
        from mockserver.cli_check import run_call
        from mockserver.target_call import Call
    except ModuleNotFoundError as exc:
        raise UsageError(
            f"{command} needs {exc.name}; run: pip install 'evovoice-mockserver[check]'"
        ) from exc
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
    options = build_serve_options(values)
    # Until the server takes the signals over, an order to stop is obeyed at once.
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGINT, _exit)
    start = _load_start(options)
    if options.ready_file is not None:
        prepare_ready_file(options.ready_file)
    sockets = open_sockets(options.host, options.port)
    port = sockets[0].getsockname()[1]
    url = base_url(options.host, port)
    spaces = Spaces(start)
    space = spaces.default

    def log(request: Request, answer: Answer, ms: float) -> None:
        _print_lines(describe_request(request, answer, ms, is_verbose=options.is_verbose))

    def tell() -> None:
        lines = [ready_line(url)]
        if not options.is_quiet:
            lines += describe_start(url, space)
        _print_lines(lines)
        if options.ready_file is not None:
            save_ready_file(options.ready_file, url=url, port=port, space=space)
        if options.is_watching:
            _watch(spaces, options)

    run_server(App(spaces, on_answer=None if options.is_quiet else log), sockets, tell)


def _watch(spaces: Spaces, options: ServeOptions) -> None:
    def say(text: str, is_good: bool) -> None:
        if not is_good:
            _fail(text, code=2)
        elif not options.is_quiet:
            _print_lines([text])

    load = partial(_load_start, options)
    Watcher(spaces, load=load, loop=asyncio.get_running_loop(), say=say).start()


def _dataset(values: Mapping[str, Any]) -> None:
    options: DatasetOptions = build_dataset_options(values)
    scenario = _load_scenario(options.world)
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
            _print_lines(_describe_point(point))
        return
    differences = compare(load_profile(path), Profile.default(contract))
    print(f"{path} is a profile; {len(differences)} of {len(contract.points)} points depart")
    for found in differences:
        print(f"  {found.point}: {found.left} (default {found.right})")


_RUN: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "serve": _serve,
    "dataset": _dataset,
    "spec": _spec,
    "profile": _profile,
}


def _load_start(options: ServeOptions) -> Start:
    scenario = _apply_options(_load_scenario(options.world), options)
    profile = _settle_profile(scenario, options)
    return build_start(scenario, unix_seconds=time.time(), profile=profile)


def _load_scenario(options: WorldOptions) -> Scenario:
    try:
        now_ticks = parse_instant(options.now) if options.now is not None else None
    except UsageError as exc:
        raise UsageError(f"--now: {exc}") from exc
    return load_scenario(
        options.scenario,
        path=options.scenario_file,
        dataset=options.dataset,
        seed=options.seed,
        size=options.size,
        clock=options.clock,
        now_ticks=now_ticks,
    )


def _apply_options(scenario: Scenario, options: ServeOptions) -> Scenario:
    """Return the scenario with the users and origins of the command line."""
    users = {user.username: user for user in scenario.users}
    for new in options.users:
        users[new.username] = User(
            username=new.username, password=Secret(new.password, is_given=True), account_ids=None
        )
    scenario = replace(scenario, users=tuple(users.values()))
    if options.cors_origins is None:
        return scenario
    return replace(scenario, cors_origins=options.cors_origins)


def _settle_profile(scenario: Scenario, options: ServeOptions) -> Profile:
    """Return the contract's defaults, under the file's, the scenario's and the flags' choices."""
    if options.profile is not None:
        profile = load_profile(options.profile)
    else:
        profile = Profile.default(load_contract())
    return profile.with_choices(scenario.profile).with_choices(options.choices)


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
    print(f"mockserver: {' '.join(message.splitlines())}", file=sys.stderr)
    return code


def _print_lines(lines: Iterable[str]) -> None:
    """Print at once what a reader may be waiting for; nobody reading is no error of ours."""
    try:
        print(*lines, sep="\n", flush=True)
    except BrokenPipeError:
        _drop_output()


def _write_json(value: object) -> None:
    _write_texts([json.dumps(value, indent=2, ensure_ascii=False), "\n"])


def _write_texts(texts: Iterable[str]) -> None:
    """Write in UTF-8, whatever the terminal's encoding."""
    sys.stdout.flush()
    for text in texts:
        sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _drop_output() -> None:
    """Send what is still to be printed nowhere, so that the end of the process is quiet."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _exit(_signal: int, _frame: object) -> None:
    raise SystemExit(0)
