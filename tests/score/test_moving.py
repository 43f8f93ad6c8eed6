import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from mockserver.dotnet.ticks import parse_instant
from mockserver.score.moving import MovingApp
from mockserver.space.space import Space, build_space
from mockserver.world.scenario import load_scenario


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def space() -> Space:
    return build_space(load_scenario(now_ticks=parse_instant("2026-03-01T12:00:00Z"), size=60))


async def answer_nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand for the app behind."""


async def receive() -> dict[str, Any]:
    raise AssertionError("nothing is read")


async def send(message: Any) -> None:
    raise AssertionError("nothing is sent")


def ask(moving: MovingApp) -> None:
    asyncio.run(moving({"type": "http"}, receive, send))


def test_nothing_moves_before_its_time(space: Space) -> None:
    clock = Clock()
    moving = MovingApp(answer_nothing, space, clock=clock)

    clock.seconds = 0.09
    ask(moving)

    assert moving.moves == 0
    assert space.world is space.ground.world


def test_a_move_comes_every_tenth_of_a_second(space: Space) -> None:
    clock = Clock()
    moving = MovingApp(answer_nothing, space, clock=clock)

    clock.seconds = 0.56
    ask(moving)

    assert moving.moves == 5
    assert space.commands == 5


def test_after_a_long_silence_some_moves_are_made_up_for(space: Space) -> None:
    clock = Clock()
    moving = MovingApp(answer_nothing, space, clock=clock)

    clock.seconds = 60.0
    ask(moving)
    ask(moving)

    assert moving.moves == 20


def test_rows_are_added_changed_and_removed(space: Space) -> None:
    moving = MovingApp(answer_nothing, space, seed=1)

    for _ in range(40):
        moving.move()

    kinds = {type(command).__name__ for command in space.history}
    assert kinds == {"AddMessage", "ChangeConversation", "RemoveConversation"}


def test_the_same_seed_moves_alike() -> None:
    scenario = load_scenario(now_ticks=parse_instant("2026-03-01T12:00:00Z"), size=60)
    spaces = [build_space(scenario) for _ in range(2)]

    for one in spaces:
        moving = MovingApp(answer_nothing, one, seed=3)
        for _ in range(12):
            moving.move()

    assert spaces[0].world.digest() == spaces[1].world.digest()


def test_an_empty_world_stays_empty() -> None:
    space = build_space(load_scenario("empty"))

    MovingApp(answer_nothing, space).move()

    assert len(space.world) == 0
