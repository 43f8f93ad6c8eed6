import asyncio
import base64
import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import urlopen

import pytest

from mockserver.dotnet.ticks import format_ticks, parse_instant
from mockserver.server import MockServer
from mockserver.world.scenario import load_scenario
from tests.depth import deep_or
from tests.programs import find_ports
from tests.waiting import PATIENCE_SECONDS

NOW = "2026-03-01T12:00:00Z"
WORKERS = 8
TESTS = deep_or(40, deep=200)
CODES = (400, 401, 403, 404, 429, 500, 502, 503)
LOGIN = "Basic " + base64.b64encode(b"ada:fdTQrKNXqvbJjMt7").decode()


def seconds_to_first_answer() -> float:
    started = time.perf_counter()
    with (
        MockServer() as server,
        urlopen(f"{server.url}/healthz", timeout=PATIENCE_SECONDS) as answer,
    ):
        answer.read()
        return time.perf_counter() - started


def test_the_first_answer_comes_at_once() -> None:
    # One quick start of some is enough, for the machine may be busy.
    assert any(seconds_to_first_answer() < 0.15 for _ in range(100))


def test_a_profile_may_be_some_choices() -> None:
    with MockServer("one", profile={"row-cap": 5, "order": "by-id"}) as server:
        profile = server.space.profile

    assert (profile["row-cap"], profile["order"], profile["nulls"]) == ("5", "by-id", "omit")


def test_nothing_is_left_when_it_has_stopped() -> None:
    before = set(threading.enumerate())
    (port,) = find_ports(1)
    with MockServer(port=port):
        kept = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        kept.request("GET", "/healthz")
        kept.getresponse().read()

    assert set(threading.enumerate()) <= before
    assert kept.sock.recv(1) == b""
    kept.close()
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_an_exception_inside_stops_it_too() -> None:
    before = set(threading.enumerate())

    with pytest.raises(KeyError), MockServer():
        raise KeyError

    assert set(threading.enumerate()) <= before


def test_it_serves_inside_an_event_loop() -> None:
    async def work() -> bytes:
        with MockServer() as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer

    assert asyncio.run(work()).endswith(b'{"status":"ok"}')


class Client:
    """Keep one connection, as a worker of a test run would."""

    def __init__(self, server: MockServer) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=PATIENCE_SECONDS
        )

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"Authorization": LOGIN, "Accept": "application/json"}
        text = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            text = json.dumps(body)
        self._connection.request(method, path, text, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        is_json = read and answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(read) if is_json else None

    def close(self) -> None:
        self._connection.close()


def run_tests_of(worker: int, server: MockServer) -> tuple[list[Any], list[Any]]:
    """Return what a worker's tests should see, and what they saw."""
    client = Client(server)
    expected, seen = [], []
    for number in range(TESTS):
        space = f"/__admin/spaces/w{worker}-{number}"
        seconds = worker * TESTS + number
        client.call("POST", "/__admin/spaces", {"name": f"w{worker}-{number}"})
        clock = client.call("POST", f"{space}/clock/advance", {"seconds": seconds})
        rule = {"fault": "status", "code": CODES[worker], "fire": {"first": 1}}
        client.call("PUT", f"{space}/faults", [rule])
        broken, _ = client.call("GET", f"/~w{worker}-{number}/conversations")
        whole, rows = client.call("GET", f"/~w{worker}-{number}/conversations")
        journal = client.call("GET", f"{space}/requests")[1]["requests"]
        client.call("DELETE", space)
        instant = format_ticks(parse_instant(NOW) + seconds * 10_000_000)
        expected.append((instant, CODES[worker], 200, 20, [CODES[worker], 200], [instant] * 2))
        seen.append(
            (
                clock[1]["now"],
                broken,
                whole,
                len(rows["conversations"]),
                [entry["status"] for entry in journal],
                [entry["time"] for entry in journal],
            )
        )
    client.close()
    return expected, seen


def test_workers_with_a_space_for_each_test_do_not_meet() -> None:
    scenario = load_scenario(size=20, now_ticks=parse_instant(NOW))
    with MockServer(scenario) as server, ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(run_tests_of, range(WORKERS), [server] * WORKERS))
        left = [space.name for space in server.spaces]

    assert [seen for _, seen in results] == [expected for expected, _ in results]
    assert left == ["default"]
