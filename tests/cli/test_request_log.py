import asyncio
import re

import pytest

from mockserver.cli.log_lines import TextLines
from mockserver.cli.request_log import RequestLog
from mockserver.space.journal import Entry
from mockserver.space.space import build_space
from mockserver.wire.http_request import Request
from mockserver.world.scenario import load_scenario


def entry(path: bytes) -> Entry:
    request = Request(method="GET", raw_path=path)
    return Entry(id=1, request=request, time_ticks=0, status=200)


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in capsys.readouterr().out.splitlines()]


def test_requests_of_one_turn_of_the_loop_are_printed_at_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    space, log = build_space(load_scenario("one")), RequestLog(TextLines())

    async def main() -> str:
        log(space, entry(b"/a"), [])
        log(space, entry(b"/b"), [])
        before = capsys.readouterr().out
        await asyncio.sleep(0)
        return before

    assert asyncio.run(main()) == ""
    assert printed(capsys) == ["-  200 GET /a 0.0 ms", "-  200 GET /b 0.0 ms"]


def test_what_is_left_at_the_end_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    space, log = build_space(load_scenario("one")), RequestLog(TextLines())

    async def main() -> None:
        log(space, entry(b"/a"), [])

    asyncio.run(main())
    log.flush()

    assert printed(capsys) == ["-  200 GET /a 0.0 ms"]


def test_a_space_is_named_from_the_second_one_on(capsys: pytest.CaptureFixture[str]) -> None:
    space, count = build_space(load_scenario("one")), iter([1, 2])
    log = RequestLog(TextLines(), count_spaces=lambda: next(count))

    async def main() -> None:
        log(space, entry(b"/a"), [])
        await asyncio.sleep(0)
        log(space, entry(b"/a"), [])
        await asyncio.sleep(0)

    asyncio.run(main())

    assert printed(capsys) == ["-  200 GET /a 0.0 ms", "default  -  200 GET /a 0.0 ms"]
