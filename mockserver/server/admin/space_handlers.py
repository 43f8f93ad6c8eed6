"""Answer the admin API about spaces: life and log, profile, faults, bugs; and about the server."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver import __version__
from mockserver.contract import load_contract
from mockserver.errors import ProblemError, UsageError
from mockserver.profile import choice_text
from mockserver.server.admin.admin_app import Asked, Reply, contradiction
from mockserver.server.admin.clock_handlers import clock_to_json, read_instant
from mockserver.space.beginning import Start, build_start
from mockserver.space.bug_names import check_bug_names
from mockserver.space.commands import (
    Reset,
    SetBugs,
    SetFaults,
    SetProfile,
)
from mockserver.space.faults import parse_rules
from mockserver.space.log_file import read_log, write_log
from mockserver.space.space import Space
from mockserver.space.spaces import DEFAULT, Spaces
from mockserver.world.password import Secret, made_up
from mockserver.world.scenario import (
    Scenario,
    User,
    accounts_of,
    load_scenario,
    read_scenario,
    scenario_names,
)
from mockserver.world.users import follow_accounts

__all__ = [
    "clear_bugs",
    "clear_faults",
    "create_space",
    "delete_space",
    "get_bugs",
    "get_faults",
    "get_health",
    "get_points",
    "get_profile",
    "get_scenarios",
    "get_space",
    "get_version",
    "list_spaces",
    "put_bugs",
    "put_faults",
    "put_profile",
    "reset_space",
    "restore_space",
    "snapshot_space",
]

LOG_TYPE = "application/x-ndjson"


async def get_health(asked: Asked) -> Reply:
    """Say that the server answers."""
    return Reply(value={"status": "ok", "spaces": len(asked.spaces)})


async def get_version(_asked: Asked) -> Reply:
    """Say which version this is."""
    return Reply(value={"version": __version__})


async def get_scenarios(_asked: Asked) -> Reply:
    """List the shipped scenarios."""
    return Reply(value={"scenarios": [{"name": name} for name in scenario_names()]})


async def get_points(_asked: Asked) -> Reply:
    """List what the vendor leaves open."""
    points = [
        {
            "name": point.name,
            "description": point.description,
            "choices": list(point.choices),
            "pattern": point.pattern,
            "default": point.default,
            "why": point.why,
            "choiceHelp": dict(point.choice_help),
        }
        for point in load_contract().points.values()
    ]
    return Reply(value={"points": points})


async def list_spaces(asked: Asked) -> Reply:
    """List the spaces."""
    return Reply(value={"spaces": [_space_to_json(space) for space in asked.spaces]})


async def get_space(asked: Asked) -> Reply:
    """Describe a space, users and all."""
    space = asked.space
    users = [_user_to_json(user) for user in space.scenario.users]
    return Reply(value={**_space_to_json(space), "users": users})


async def create_space(asked: Asked) -> Reply:
    """Make a space."""
    body = asked.json()
    name = body["name"]
    start = _start_of(asked.spaces, body)
    space = asked.spaces.create(name, start=start)
    location = f"/__admin/spaces/{name}"
    return Reply(value=_space_to_json(space), status=201, headers=(("Location", location),))


async def delete_space(asked: Asked) -> Reply:
    """Remove a space."""
    asked.spaces.delete(asked.path["space"])
    return Reply(status=204)


async def reset_space(asked: Asked) -> Reply:
    """Make a space as it was at its start."""
    space = asked.space
    space.apply(Reset())
    return Reply(value=_space_to_json(space))


async def snapshot_space(asked: Asked) -> Reply:
    """Return the log of a space, which `--state` takes."""
    name = f'attachment; filename="{asked.space.name}.ndjson"'
    return Reply(
        value=write_log(asked.space),
        content_type=LOG_TYPE,
        headers=(("Content-Disposition", name),),
    )


async def restore_space(asked: Asked) -> Reply:
    """Make a space what a log says."""
    space = asked.space
    try:
        log = read_log(asked.body, datasets=asked.spaces.datasets)
    except UsageError as exc:
        raise ProblemError(str(exc), status=409) from exc
    if log.torn_at is not None:
        number = asked.body.count(b"\n") + 1
        raise ProblemError(f"line {number} is not finished; send the whole log", status=409)
    names = [name for _, name, _ in log.lines]
    # A log of one space may be taken up by another; in a server's log our own name is meant.
    wanted = space.name if space.name in names else next(iter(names), DEFAULT)
    start, lines = log.of_space(wanted)
    try:
        restored = asked.spaces.restore(
            space.name, start=start, commands=[command for _, command in lines]
        )
    except UsageError as exc:
        place, _, text = str(exc).removeprefix("/commands/").partition(": ")
        told = f"line {lines[int(place)][0]}: {text}" if place.isdecimal() else str(exc)
        raise ProblemError(f"the log cannot be replayed: {told}", status=409) from exc
    return Reply(value=_space_to_json(restored))


async def get_profile(asked: Asked) -> Reply:
    """Tell how a space settles the points."""
    return Reply(value=_profile_to_json(asked.space))


async def put_profile(asked: Asked) -> Reply:
    """Settle some points."""
    space = asked.space
    # A point that is a number may come as one, and a switch as true or false.
    choices = {name: choice_text(choice) for name, choice in asked.json().items()}
    if choices:
        space.apply(SetProfile(choices=choices))
    return Reply(value=_profile_to_json(space))


async def get_faults(asked: Asked) -> Reply:
    """List a space's fault rules."""
    plan = asked.space.faults
    return Reply(value=[] if plan is None else [rule.to_json() for rule in plan.rules])


async def put_faults(asked: Asked) -> Reply:
    """Replace a space's fault rules, and count from here."""
    space = asked.space
    rules = parse_rules(asked.json())
    space.apply(SetFaults(rules=tuple(rule.to_json() for rule in rules)))
    return await get_faults(asked)


async def clear_faults(asked: Asked) -> Reply:
    """Break nothing any more."""
    asked.space.apply(SetFaults(rules=()))
    return await get_faults(asked)


async def get_bugs(asked: Asked) -> Reply:
    """List a space's bugs."""
    return Reply(value=list(asked.space.bugs))


async def put_bugs(asked: Asked) -> Reply:
    """Replace a space's bugs."""
    space, names = asked.space, asked.json()
    for place, name in enumerate(names):
        try:
            check_bug_names([name], asked.spaces.bug_names)
        except UsageError as exc:
            raise ProblemError(str(exc), status=422, pointer=f"/{place}") from exc
    space.apply(SetBugs(names=tuple(names)))
    return await get_bugs(asked)


async def clear_bugs(asked: Asked) -> Reply:
    """Switch every bug off."""
    asked.space.apply(SetBugs(names=()))
    return await get_bugs(asked)


def _start_of(spaces: Spaces, body: Mapping[str, Any]) -> Start | None:
    """Return the start that a body asks for; None where it is the server's own."""
    ours = spaces.start
    wanted, seed, now_ticks = body.get("scenario"), body.get("seed"), read_instant(body, "now")
    if wanted is None and seed is None and now_ticks is None:
        return None
    scenario, profile = ours.scenario, ours.profile
    if wanted is not None:
        scenario = _scenario_of(ours.scenario, wanted, seed, name=body["name"])
        profile = profile.with_choices(scenario.profile)
    elif seed is not None:
        scenario = _with_users_of(scenario, replace(scenario, seed=seed))
    has_clock = isinstance(wanted, Mapping) and "clock" in wanted
    if now_ticks is not None:
        scenario = replace(scenario, clock="frozen", now_ticks=now_ticks)
    elif not has_clock and (scenario.now_ticks is None or wanted is None):
        scenario = replace(scenario, clock=ours.scenario.clock, now_ticks=ours.scenario.now_ticks)
    if scenario.clock == ours.scenario.clock == "live":
        return replace(ours, scenario=scenario, profile=profile)
    return build_start(scenario, unix_seconds=time.time(), profile=profile)


def _scenario_of(
    ours: Scenario, wanted: str | Mapping[str, Any], seed: int | None, *, name: str
) -> Scenario:
    """Return the scenario of a name or an object; what it does not say is as the server's."""
    if isinstance(wanted, str):
        scenario = load_scenario(wanted, seed=ours.seed if seed is None else seed)
        scenario = replace(scenario, cors_origins=ours.cors_origins, cors_headers=ours.cors_headers)
    else:
        try:
            scenario = read_scenario(
                wanted if seed is None else {**wanted, "seed": seed}, name=name, seed=ours.seed
            )
        except UsageError as exc:
            raise contradiction(str(exc), below="/scenario") from exc
        if "corsOrigins" not in wanted:
            scenario = replace(scenario, cors_origins=ours.cors_origins)
        if "corsHeaders" not in wanted:
            scenario = replace(scenario, cors_headers=ours.cors_headers)
        if "users" not in wanted:
            scenario = _with_users_of(ours, scenario)
    return replace(
        scenario,
        faults=scenario.faults or ours.faults,
        bugs=scenario.bugs or ours.bugs,
        users=_with_given(scenario.users, ours.users),
    )


def _with_users_of(before: Scenario, scenario: Scenario) -> Scenario:
    """Return a scenario with another's users, who see the same accounts or those in their place."""
    accounts = accounts_of(before), accounts_of(scenario)
    return replace(scenario, users=follow_accounts(before.users, *accounts))


def _with_given(users: tuple[User, ...], ours: tuple[User, ...]) -> tuple[User, ...]:
    """Return a scenario's users with those of the command line."""
    given = [u for u in ours if not isinstance(u.password, Secret) or u.password.is_given]
    names = {user.username for user in given}
    return (*(user for user in users if user.username not in names), *given)


def _space_to_json(space: Space) -> dict[str, Any]:
    return {
        "name": space.name,
        "scenario": space.scenario.name,
        "seed": space.scenario.seed,
        "clock": clock_to_json(space),
        "conversations": len(space.world),
        "arrivalsPerMinute": space.current.arrivals_per_minute,
        "path": "/" if space.name == DEFAULT else f"/~{space.name}/",
        "commands": space.commands,
        "requests": space.requests,
    }


def _user_to_json(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "password": made_up(user.password),
        "roles": list(user.roles),
        "accountIds": "all" if user.account_ids is None else sorted(user.account_ids),
    }


def _profile_to_json(space: Space) -> dict[str, str]:
    return {name: space.profile[name] for name in load_contract().points}
