import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mockserver.server.eager import start_eagerly

Told = list[str]


def run(work: Callable[[Told], Awaitable[None]]) -> tuple[Told, bool]:
    """Return what a coroutine told, and whether it needed a task."""
    told: Told = []

    async def coroutine() -> None:
        await work(told)

    async def main() -> bool:
        task = start_eagerly(coroutine(), asyncio.get_running_loop())
        told.append("started")
        if task is not None:
            await task
        return task is not None

    return told, asyncio.run(main())


def test_what_never_waits_is_done_at_once() -> None:
    async def work(told: Told) -> None:
        told.append("done")

    assert run(work) == (["done", "started"], False)


def test_what_waits_goes_on_in_a_task() -> None:
    async def work(told: Told) -> None:
        told.append("first")
        await asyncio.sleep(0)
        told.append("second")
        await asyncio.sleep(0.001)
        told.append("third")

    assert run(work) == (["first", "started", "second", "third"], True)


def test_what_goes_wrong_while_it_waits_is_raised_there() -> None:
    async def work(told: Told) -> None:
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gone.set_exception(LookupError("gone"))
        with pytest.raises(LookupError, match="gone"):
            await gone
        await asyncio.sleep(0)
        told.append("caught")

    assert run(work) == (["started", "caught"], True)


def test_a_task_that_is_cancelled_cancels_the_rest() -> None:
    told: Told = []

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            told.append("cancelled")

    async def main() -> None:
        task = start_eagerly(work(), asyncio.get_running_loop())
        assert task is not None
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert told == ["cancelled"]
