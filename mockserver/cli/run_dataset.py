"""Run `dataset`: print the rows that a user who sees every account gets from `serve`."""

from mockserver.cli.load_world import load_world_scenario
from mockserver.cli.terminal import print_data, print_error, print_json, print_lines
from mockserver.models import ListConversations
from mockserver.options.serve_options import build_world_options
from mockserver.options.settle import Call
from mockserver.space.space import build_space
from mockserver.world.dataset import world_json, world_ndjson, world_stats
from mockserver.world.index import select

__all__ = ["run"]


def run(call: Call) -> None:
    """Print the rows, counts or digest of a world."""
    space = build_space(load_world_scenario(build_world_options(call.values)))
    world = space.world
    for warning in world.warnings:
        print_error(f"warning: {warning}")
    if call.values["digest"]:
        print_lines([world.digest()])
        return
    now_ticks = space.now_ticks()
    rows = select(world, ListConversations(), space.profile, account_ids=None, now_ticks=now_ticks)
    if call.values["stats"]:
        print_json(world_stats(world, rows))
        return
    write = world_ndjson if call.values["format"] == "ndjson" else world_json
    print_data(write(world, rows, nulls=space.profile["nulls"] == "write"))
