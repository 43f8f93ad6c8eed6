"""Run `mockserver serve`: from settled options to a server that listens, and its words.

options/ settles them; server/ does the work.
"""

import asyncio
import secrets
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.bugs.switch import BugSwitch, bug_names, check_bugs
from mockserver.cli.load_world import load_world_scenario
from mockserver.cli.log_lines import JsonLines, TextLines
from mockserver.cli.output import forgive_output
from mockserver.cli.ready_file import (
    check_ready_file,
    remove_ready_file,
    save_ready_file,
    withdraw_ready_file,
)
from mockserver.cli.request_log import RequestLog
from mockserver.cli.serve_lines import describe_start, ready_line
from mockserver.cli.terminal import (
    has_colour,
    log_to_terminal,
    print_error,
    print_help,
    print_lines,
)
from mockserver.contract import load_contract
from mockserver.errors import UsageError, unknown_name
from mockserver.loopback import base_url, is_loopback, is_wildcard
from mockserver.options.serve_options import ServeOptions, build_serve_options
from mockserver.options.settle import Call
from mockserver.profile import Profile, choices_for, load_profile
from mockserver.server.asgi import App
from mockserver.server.http import open_sockets, run_server
from mockserver.server.watch import Watcher
from mockserver.space.beginning import Start, build_start
from mockserver.space.faults import PRESETS
from mockserver.space.log_file import load_state
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import Scenario, Secret, User, check_limits

__all__ = ["run"]

# Options whose value, where somebody gave one, must agree with a log's.
_IN_A_LOG = (
    "scenario",
    "scenario_file",
    "dataset",
    "seed",
    "size",
    "clock",
    "now",
    "profile",
    "for",
    "set",
    "user",
    "cors_origin",
    "cors_header",
    "faults",
    "bug",
)
_FILES = ("scenario_file", "dataset", "profile", "state")


def run(call: Call) -> None:
    """Serve until SIGTERM or SIGINT."""
    _serve(call.values)
    # A line of the request log that was lost is no failure.
    forgive_output()


def _serve(values: Mapping[str, Any]) -> None:
    options = build_serve_options(values)
    log_to_terminal()
    # Until the server takes the signals over, an order to stop is obeyed at once.
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGINT, _exit)
    token = _settle_token(options)
    spaces = _load_spaces(options, values)
    if options.ready_file is not None:
        others = {f"--{name.replace('_', '-')}": values[name] for name in _FILES}
        check_ready_file(options.ready_file, others=others)
    sockets = open_sockets(options.host, options.port)
    if options.ready_file is not None:
        # Not before: it may be of a server that has the port.
        remove_ready_file(options.ready_file)
    port = sockets[0].getsockname()[1]
    url = base_url(options.host, port)
    has_admin = options.admin != "off"

    log = RequestLog(_log_lines(options), count_spaces=lambda: len(spaces))

    def tell() -> None:
        print_lines([ready_line(url)])
        if not options.is_quiet:
            lines = describe_start(
                url, spaces.default, has_admin=has_admin, needs_token=token is not None
            )
            _print_for_people(options, lines)
        if token is not None:
            print_error(f"the admin token of this run is {token}")
        if options.ready_file is not None:
            save_ready_file(options.ready_file, url=url, port=port, space=spaces.default)
        if options.opens_page:
            _open_page(url, has_admin=has_admin)
        if options.is_watching:
            _watch(spaces, options)

    hosts = [*options.allowed_hosts, *([] if is_wildcard(options.host) else [options.host])]
    # Bugs remember what came before: what the admin page looks at must not be among it.
    look = BugSwitch().steps_in
    admin = _late_admin(spaces, token=token, hosts=hosts, steps_in=look) if has_admin else None
    app = App(
        spaces,
        steps_in=BugSwitch().steps_in,
        on_answer=None if options.is_quiet else log,
        admin=admin,
        is_admin_open=has_admin and token is None,
        hosts=options.allowed_hosts if is_loopback(options.host) else None,
    )
    run_server(app, sockets, tell)
    log.flush()
    if options.ready_file is not None:
        withdraw_ready_file(options.ready_file)


def _late_admin(spaces: Spaces, **rest: Any) -> ASGIApp:
    """Return the admin API, built when somebody first asks for it: a start does not wait for it."""
    built: list[ASGIApp] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if not built:
            # Not at the top: its handlers take longer to import than a request to be answered.
            from mockserver.server.admin.admin_routes import build_admin

            built.append(build_admin(spaces, **rest))
        await built[0](scope, receive, send)

    return answer


def _log_lines(options: ServeOptions) -> JsonLines | TextLines:
    if options.log == "json":
        return JsonLines(is_verbose=options.is_verbose)
    return TextLines(has_colour=has_colour(), is_verbose=options.is_verbose)


def _print_for_people(options: ServeOptions, lines: Sequence[str]) -> None:
    """Print lines beside the log; not between the objects that a program reads."""
    if options.log == "json":
        print_help("\n".join(lines))
    else:
        print_lines(lines)


def _load_spaces(options: ServeOptions, values: Mapping[str, Any]) -> Spaces:
    start = _load_start(options)
    spaces_of = partial(
        Spaces, is_open=options.is_open, max_spaces=options.max_spaces, bug_names=bug_names
    )
    if options.state is None:
        return spaces_of(start)
    given = _given(values, start.profile)
    spaces, file = load_state(options.state, start=start, given=given, spaces_of=spaces_of)
    for warning in file.warnings:
        print_error(f"warning: {warning}")
    return spaces


def _given(values: Mapping[str, Any], settled: Profile) -> dict[str, object]:
    """Return flag → value for what somebody gave and a log must agree with.

    Of a flag that chooses, this is point → choice, as all flags together settle the point.
    """
    given: dict[str, object] = {
        f"--{name.replace('_', '-')}": values[name]
        for name in _IN_A_LOG
        if values[name] not in (None, ())
    }
    points: dict[str, Iterable[str]] = {"--set": dict(values["set"])}
    if "--for" in given:
        points["--for"] = choices_for(values["for"])
    if "--profile" in given:
        # The log must agree with the file where the file departs from the defaults.
        chosen, default = load_profile(values["profile"]), Profile.default(load_contract())
        points["--profile"] = [n for n in load_contract().points if chosen[n] != default[n]]
    for flag, names in points.items():
        if flag in given:
            given[flag] = {name: settled[name] for name in names}
    return given


def _settle_token(options: ServeOptions) -> str | None:
    """Return the admin token; None where the admin API is open or off."""
    is_local = is_loopback(options.host)
    mode = options.admin or ("open" if is_local else "token")
    if mode == "open" and not is_local:
        raise UsageError(
            f"--admin open is for loopback, but --host is {options.host!r}; use --admin token"
        )
    return secrets.token_urlsafe(24) if mode == "token" else None


def _open_page(url: str, *, has_admin: bool) -> None:
    # Not at the top: few starts open one.
    from mockserver.cli.open_page import open_page

    open_page(f"{url}/__admin/" if has_admin else f"{url}/")


def _watch(spaces: Spaces, options: ServeOptions) -> None:
    def say(text: str, is_good: bool) -> None:
        if not is_good:
            print_error(text)
        elif not options.is_quiet:
            _print_for_people(options, [text])

    load = partial(_load_start, options)
    Watcher(spaces, load=load, loop=asyncio.get_running_loop(), say=say).start()


def _load_start(options: ServeOptions) -> Start:
    scenario = _apply_options(load_world_scenario(options.world), options)
    profile = _settle_profile(scenario, options)
    return build_start(scenario, unix_seconds=time.time(), profile=profile)


def _apply_options(scenario: Scenario, options: ServeOptions) -> Scenario:
    """Return the scenario with the users, origins, faults and bugs of the command line."""
    users = {user.username: user for user in scenario.users}
    for new in options.users:
        users[new.username] = User(
            username=new.username, password=Secret(new.password, is_given=True), account_ids=None
        )
    for preset in options.faults:
        if preset not in PRESETS:
            raise UsageError(f"--faults: {unknown_name('preset', preset, PRESETS)}")
    for place, names in (("--bug", options.bugs), ("scenario: /bugs", scenario.bugs)):
        try:
            check_bugs(names)
        except UsageError as exc:
            raise UsageError(f"{place}: {exc}") from exc
    scenario = replace(
        scenario,
        users=tuple(users.values()),
        faults=(*scenario.faults, *options.faults),
        bugs=(*scenario.bugs, *options.bugs),
        cors_headers=(*scenario.cors_headers, *options.cors_headers),
    )
    if options.cors_origins is not None:
        scenario = replace(scenario, cors_origins=options.cors_origins)
    check_limits(scenario)
    return scenario


def _settle_profile(scenario: Scenario, options: ServeOptions) -> Profile:
    """Return the contract's defaults, under the file's, the scenario's and the flags' choices."""
    try:
        needed = {} if options.client is None else choices_for(options.client)
    except UsageError as exc:
        raise UsageError(f"--for: {exc}") from exc
    if options.profile is not None:
        profile = load_profile(options.profile)
    else:
        profile = Profile.default(load_contract())
    for choices in (scenario.profile, needed, options.choices):
        profile = profile.with_choices(choices)
    return profile


def _exit(_signal: int, _frame: object) -> None:
    raise SystemExit(0)
