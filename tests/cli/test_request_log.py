import asyncio

import pytest

from mockserver.cli.request_log import RequestLog
from mockserver.models import ListConversations
from mockserver.space.journal import Entry
from mockserver.space.space import build_space
from mockserver.wire.http_request import Request
from mockserver.world.scenario import load_scenario


def entry(path: bytes, *, query: bytes = b"") -> Entry:
    request = Request(method="GET", raw_path=path, query=query)
    return Entry(id=1, request=request, time_ticks=0, status=200)


def test_requests_of_one_turn_of_the_loop_are_printed_at_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    space, log = build_space(load_scenario("one")), RequestLog()

    async def main() -> str:
        log(space, entry(b"/a"), [])
        log(space, entry(b"/b"), [])
        before = capsys.readouterr().out
        await asyncio.sleep(0)
        return before

    assert asyncio.run(main()) == ""
    assert capsys.readouterr().out == "200 GET /a 0.0 ms\n200 GET /b 0.0 ms\n"


def test_what_is_left_at_the_end_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    space, log = build_space(load_scenario("one")), RequestLog()

    async def main() -> None:
        log(space, entry(b"/a"), [])

    asyncio.run(main())
    log.flush()

    assert capsys.readouterr().out == "200 GET /a 0.0 ms\n"


def test_warnings_stand_below_their_request(capsys: pytest.CaptureFixture[str]) -> None:
    space, log = build_space(load_scenario("one")), RequestLog()
    asked = entry(b"/conversations", query=b"endpointIds=nobody")
    asked.asked = ListConversations(endpoint_ids=("nobody",))

    async def main() -> None:
        log(space, asked, [])
        await asyncio.sleep(0)

    asyncio.run(main())

    _, *warnings = capsys.readouterr().out.splitlines()
    assert warnings[-1] == "  ! endpointIds: 'nobody' does not exist"
