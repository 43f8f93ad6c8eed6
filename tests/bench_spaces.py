"""Measure what many spaces cost: memory of a served mock, and the time of a reset.

A part of `make bench`; bench.py runs the server and prints the figures.
"""

import json
import timeit
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.space.commands import Reset
from mockserver.space.space import Space, build_space
from mockserver.world.scenario import load_scenario

__all__ = ["SpaceFigures", "measure_spaces"]

# With the default space they are as many as a server allows.
SPACES = 999
RUNS = 20_000
ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class SpaceFigures:
    """Hold what spaces cost: MB that all of them add, and seconds of a reset."""

    made_mb: float
    used_mb: float
    reset_seconds: float
    assign_seconds: float

    @property
    def ratio(self) -> float:
        """Return how many dictionary assignments one reset is."""
        return self.reset_seconds / self.assign_seconds


def measure_spaces(
    url: str, headers: Mapping[str, str], memory_mb: Callable[[], float]
) -> SpaceFigures:
    """Make and use 999 spaces of a running mock, and time resets in this process."""
    names = [f"bench-{number}" for number in range(SPACES)]
    # The admin API and the list are warm before memory is read.
    _make(url, "warm")
    _list(url, "warm", headers)
    _ask(f"{url}/__admin/spaces/warm", method="DELETE")
    before = memory_mb()
    for name in names:
        _make(url, name)
    made = memory_mb()
    for name in names:
        _list(url, name, headers)
    used = memory_mb()
    reset, assign = _time_reset()
    return SpaceFigures(
        made_mb=made - before,
        used_mb=used - before,
        reset_seconds=reset,
        assign_seconds=assign,
    )


def _make(url: str, name: str) -> None:
    _ask(f"{url}/__admin/spaces", method="POST", body={"name": name})


def _list(url: str, name: str, headers: Mapping[str, str]) -> None:
    _ask(f"{url}/~{name}/conversations", headers=headers)


def _ask(
    url: str,
    *,
    method: str = "GET",
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> None:
    data = None if body is None else json.dumps(body).encode()
    sent = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
    with urllib.request.urlopen(urllib.request.Request(url, data, sent, method=method)) as answer:
        answer.read()


def _time(step: Callable[[], object]) -> float:
    """Return the seconds of one step, the best of its rounds."""
    return min(timeit.repeat(step, number=RUNS, repeat=ROUNDS)) / RUNS


def _time_reset() -> tuple[float, float]:
    """Return seconds of a reset and of a dictionary assignment, each the best of its rounds."""
    space = build_space(load_scenario("default"))
    spaces: dict[str, Space] = {}
    command = Reset()

    def assign() -> None:
        spaces["bench"] = space

    # Both are calls of a function, so that its cost is on both sides.
    return _time(lambda: space.apply(command)), _time(assign)
