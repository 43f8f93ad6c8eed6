"""Load the world that the options of `serve` and `dataset` name."""

from mockserver.dotnet.ticks import parse_clock_instant
from mockserver.errors import UsageError
from mockserver.options.serve_options import WorldOptions
from mockserver.world.scenario import Scenario, load_scenario

__all__ = ["load_world_scenario"]


def load_world_scenario(options: WorldOptions) -> Scenario:
    """Return the scenario that the options name, with what they override."""
    try:
        now_ticks = parse_clock_instant(options.now) if options.now is not None else None
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
