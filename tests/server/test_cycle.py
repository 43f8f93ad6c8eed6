"""Write answers of small apps, and look at the bytes."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from mockserver.server.http import BackgroundServer
from tests.server.raw import ask

START = {"type": "http.response.start", "status": 200}
LENGTH = [(b"content-length", b"2")]
CHUNKED = [(b"transfer-encoding", b"chunked")]


def serve(*messages: Mapping[str, Any]) -> BackgroundServer:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    return BackgroundServer(app)


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def answer_of(running: BackgroundServer) -> tuple[int, str, bytes]:
    try:
        reply = ask(running.port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return reply.status, reply.reason, reply.body
    finally:
        running.close()


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([{**START, "headers": LENGTH}, body(b"ab")], id="length"),
        pytest.param([{**START, "headers": CHUNKED}, body(b"ab")], id="chunked"),
        pytest.param([START, body(b"ab")], id="neither"),
        pytest.param(
            [{**START, "headers": CHUNKED}, body(b"a", more=True), body(b"b")], id="parts"
        ),
        pytest.param(
            [{**START, "headers": LENGTH}, body(b"a", more=True), body(b"b")], id="parts-of-length"
        ),
    ],
)
def test_a_body_arrives_however_it_is_framed(messages: Sequence[Mapping[str, Any]]) -> None:
    assert answer_of(serve(*messages)) == (200, "OK", b"ab")


def test_a_long_body_arrives_whole() -> None:
    long = b"x" * 1_000_000

    assert answer_of(serve({**START, "headers": CHUNKED}, body(long))) == (200, "OK", long)


def test_the_reason_phrase_is_the_apps_own() -> None:
    start = {**START, "headers": LENGTH, "reason": "Fine"}

    assert answer_of(serve(start, body(b"ab"))) == (200, "Fine", b"ab")


@pytest.mark.parametrize("value", [b"a\r\nx-evil: 1", b"a\x00b", b"a\nb"], ids=repr)
def test_a_header_with_a_control_character_is_not_sent(value: bytes) -> None:
    running = serve({**START, "headers": [*LENGTH, (b"x-a", value)]}, body(b"ab"))

    with pytest.raises(AssertionError, match="hung up"):
        answer_of(running)


def test_a_body_that_is_no_length_is_not_sent() -> None:
    with pytest.raises(AssertionError, match="hung up"):
        answer_of(serve({**START, "headers": LENGTH}, body(b"abc")))
