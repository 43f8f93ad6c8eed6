"""Start a blind host: `python -m tests.blind.serve [--fault N] [--habit NAME]`."""

import argparse
import asyncio
import gzip
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from tests.blind.exchange import Answer, Ask
from tests.blind.faults import FAULTS
from tests.blind.habits import HABITS
from tests.blind.host import Host

__all__ = ["build", "main"]

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def build(fault: int | None = None, habit: str | None = None) -> Host:
    """The right host, or one with something around its methods."""
    host = Host()
    chosen = FAULTS[fault] if fault else None
    habit = habit or (chosen.habit if chosen else None)
    if habit:
        HABITS[habit].apply(host)
    if chosen:
        for method, wrapper in chosen.wrappers:
            host.wrap(method, wrapper)
    return host


class Application:
    """The host behind ASGI."""

    def __init__(self, host: Host) -> None:
        self.host = host

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request; a crash of the host is a 500."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.host.count += 1
        ask = Ask(
            number=self.host.count,
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),
            raw_query=scope["query_string"].decode("latin-1"),
            headers=[(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]],
            body=body,
            peer=str(scope.get("client")),
        )
        if self.host.delay:
            await asyncio.sleep(self.host.delay)
        await self.reply(self.host.respond(ask), ask, send)

    async def reply(self, answer: Answer, ask: Ask, send: Send) -> None:
        """Put an answer on the wire, whole or in pieces."""
        await asyncio.sleep(answer.delay)
        content = answer.body.encode("utf-8", "surrogatepass")
        headers = list(answer.headers)
        if self.host.zipped and content and "gzip" in ",".join(ask.header("accept-encoding")):
            content = gzip.compress(content)
            headers.append(("Content-Encoding", "gzip"))
        if not self.host.chunked and answer.status not in (204, 304):
            headers.append(("Content-Length", str(len(content))))
        pairs = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
        size = 701 if self.host.chunked else max(len(content), 1)
        pieces = [content[at : at + size] for at in range(0, len(content), size)]
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def main() -> None:
    """Listen on a free port, and print the address."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", type=int)
    parser.add_argument("--habit", choices=sorted(HABITS))
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", options.port))
    application = Application(build(options.fault, options.habit))
    config = uvicorn.Config(
        application,
        log_level="error",
        lifespan="off",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
