import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

# The app that is asked computes, sleeps or sends; what it says tells when it has begun.
PROGRAM = """
import asyncio, sys
from mockserver.server.http import open_sockets, run_server

async def compute(send):
    while True:
        sum(range(1000))

async def sleep(send):
    await asyncio.sleep(3600)

async def send_much(send):
    while True:
        await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})

async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    print("begun", flush=True)
    await globals()[sys.argv[1]](send)

sockets = open_sockets("127.0.0.1", 0)
print(sockets[0].getsockname()[1], flush=True)
run_server(app, sockets, lambda: None)
print("ended", flush=True)
"""


@contextmanager
def running(what: str) -> Iterator[subprocess.Popen[str]]:
    """Run the program until its app is at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert process.stdout.readline() == "begun\n"
            yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("what", ["compute", "sleep", "send_much"])
def test_order_to_stop_ends_an_answer_that_is_under_way(what: str, order: signal.Signals) -> None:
    with running(what) as process:
        process.send_signal(order)
        # None of these would ever end by itself.
        output, errors = process.communicate(timeout=30)

    assert (process.returncode, output, errors) == (0, "ended\n", "")
