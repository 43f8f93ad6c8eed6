"""Measure the server's speed as ratios to a floor of the same round (`make bench`; needs wrk).

The floor is a bare ASGI callable under stock uvicorn that returns a fixed body. Floor and server
run in turn on one core, wrk on another, for several rounds; a figure is the median of the rounds,
and a ratio is taken within a round. What counts is a question met for the first time: a client
polls by `afterDate`, never the same twice, as each user, while the request log goes to a file.
"""

import argparse
import base64
import itertools
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench_spaces import measure_spaces

ROUNDS = 3
SERVER_CORE, CLIENT_CORE = "0", "1"
ROWS = 25
REPEATED = 50
DIFFERENT = 100_000

FLOOR = """
import socket, sys, uvicorn
body = open(sys.argv[1], "rb").read()
headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
uvicorn.Server(config).run(sockets=[listener])
"""

# Whole requests, with the one number that is never the same: the fraction of a second.
LUA = """
local askers = {%s}
local n, limit = %d, %d
function request()
  n = n + 1
  local asker = askers[n %% #askers + 1]
  return string.format(asker, n %% limit)
end
"""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Hold one wrk run."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int


@dataclass(kw_only=True)
class Row:
    """Hold the figures of one kind of question, one a round, and their ratios to the floor."""

    target: float
    figures: list[Figure] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Served:
    """Hold a running mock and what its start cost."""

    url: str
    pid: int
    start_seconds: float
    users: list[dict[str, Any]]

    def memory_mb(self) -> float:
        """Return the resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        match = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(match[1]) / 1024 if match else 0.0


def _pinned(core: str, command: list[str]) -> list[str]:
    return ["taskset", "-c", core, *command] if shutil.which("taskset") else command


@contextmanager
def floor(body: bytes, folder: Path) -> Iterator[str]:
    """Run the floor; yield its address."""
    path = folder / "body"
    path.write_bytes(body)
    command = _pinned(SERVER_CORE, [sys.executable, "-c", FLOOR, str(path)])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait()


@contextmanager
def served(scenario: str, folder: Path) -> Iterator[Served]:
    """Run the mock with a shipped scenario, live, its log in a file; yield it once it answers."""
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    options = ["--scenario", scenario, "--port", "0", "--ready-file", str(ready)]
    command = [sys.executable, "-m", "mockserver", "serve", "--clock", "live", *options]
    started = time.perf_counter()
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(_pinned(SERVER_CORE, command), stdout=log)
    try:
        while not ready.exists():
            assert process.poll() is None, "the server ended before it was ready"
            time.sleep(0.005)
        facts = json.loads(ready.read_text())
        url = facts["url"].replace("localhost", "127.0.0.1")
        _wait_for(f"{url}/healthz")
        seconds = time.perf_counter() - started
        yield Served(url=url, pid=process.pid, start_seconds=seconds, users=facts["users"])
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str) -> None:
    for _ in range(400):
        try:
            urllib.request.urlopen(url).read()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise AssertionError(f"{url} does not answer")


def get(url: str, headers: Mapping[str, str]) -> bytes:
    """Return an answer as JSON bytes."""
    request = urllib.request.Request(url, headers={"Accept": "application/json", **headers})
    with urllib.request.urlopen(request) as reply:
        body: bytes = reply.read()
    return body


def basic(_url: str, user: Mapping[str, Any]) -> dict[str, str]:
    """Return a Basic header."""
    pair = f"{user['username']}:{user['password']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def cookie(url: str, user: Mapping[str, Any]) -> dict[str, str]:
    """Sign in; return the cookie header of the session."""
    body = json.dumps({"userName": user["username"], "password": user["password"]}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(f"{url}/auth/credentials", data=body, headers=headers)
    with urllib.request.urlopen(request) as reply:
        lines = reply.headers.get_all("Set-Cookie")
    return {"Cookie": "; ".join(line.split(";")[0] for line in lines)}


SIGN_INS = {"cookie": cookie, "Basic": basic}


def second_before(url: str, headers: Mapping[str, str], rows: int) -> str | None:
    """Return a second of which any instant leaves a user that many rows, or a few more."""
    listed = json.loads(get(f"{url}/conversations", headers))["conversations"]
    dates = [datetime.fromisoformat(row["mostRecentMessage"]["date"]) for row in listed]
    dates.sort(reverse=True)
    for newer, older in itertools.pairwise(dates[rows - 1 :]):
        second = older.replace(microsecond=0) + timedelta(seconds=1)
        if newer >= second + timedelta(seconds=1):
            return second.strftime("%Y-%m-%dT%H:%M:%S")
    return None


def questions(mock: Served, how: str, rows: int) -> tuple[list[str], bytes]:
    """Return a request a user, `%07d` in the place of the fraction, and one answer's body."""
    texts, body = [], b""
    for user in mock.users:
        headers = SIGN_INS[how](mock.url, user)
        second = second_before(mock.url, headers, rows) if rows else "2199-01-01T00:00:00"
        if second is None:
            continue
        target = f"/conversations?afterDate={second}"
        body = get(f"{mock.url}{target}.0000001Z", headers)
        lines = {"Host": "127.0.0.1", "Accept": "application/json", **headers}
        head = "".join(f"{name}: {value}\\r\\n" for name, value in lines.items())
        texts.append(f'"GET {target}.%07dZ HTTP/1.1\\r\\n{head}\\r\\n"')
    assert texts, f"no user has {rows} rows"
    return texts, body


def run_wrk(
    url: str, texts: Sequence[str], seconds: int, *, first: int = 0, limit: int = 10_000_000
) -> Figure:
    """Run wrk on the other core.

    Args:
        first: the fraction of the first question.
        limit: how many fractions there are until they come again.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(LUA % (", ".join(texts), first, limit))
        file.flush()
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", file.name, url]
        text = subprocess.run(
            _pinned(CLIENT_CORE, command), capture_output=True, text=True, check=True
        ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    assert rate is not None, text
    return Figure(
        per_second=float(rate[1]),
        p50_ms=_latency(text, "50%"),
        p99_ms=_latency(text, "99%"),
        errors=int(failed[1]) if failed else 0,
    )


def _latency(text: str, percentile: str) -> float:
    match = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", text)
    assert match is not None, text
    return float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[match[2]]


def measure_answers(folder: Path, seconds: int, starts: Iterator[int]) -> dict[str, Row]:
    """Return the figures of each kind of question, the first-met ones first."""
    kinds = [("first", ROWS, 0.25), ("first", 0, 0.25), ("again", ROWS, 0.6)]
    found: dict[str, Row] = {}
    for how in SIGN_INS:
        for kind, rows, target in kinds:
            row = found[f"{kind} met, {rows} rows, {how}"] = Row(target=target)
            for _ in range(ROUNDS):
                with served("default", folder) as mock:
                    texts, body = questions(mock, how, rows)
                    with floor(body, folder) as floor_url:
                        base = run_wrk(floor_url, texts, seconds)
                    if kind == "again":
                        # What was asked twice is kept.
                        run_wrk(mock.url, texts, seconds, limit=REPEATED)
                        figure = run_wrk(mock.url, texts, seconds, limit=REPEATED)
                    else:
                        figure = run_wrk(mock.url, texts, seconds, first=next(starts))
                row.figures.append(figure)
                row.ratios.append(figure.per_second / base.per_second)
    return found


def measure_memory(folder: Path, starts: Iterator[int]) -> tuple[float, float, float]:
    """Return start seconds, and MB before and after many different questions."""
    with served("default", folder) as mock:
        texts, _ = questions(mock, "cookie", ROWS)
        get(f"{mock.url}/conversations", basic(mock.url, mock.users[0]))
        before, asked = mock.memory_mb(), 0.0
        while asked < DIFFERENT:
            asked += run_wrk(mock.url, texts, 4, first=next(starts)).per_second * 4
        return mock.start_seconds, before, mock.memory_mb()


def measure_large(folder: Path, seconds: int, starts: Iterator[int]) -> tuple[float, float, float]:
    """Return how many times 100,000 rows cost what 500 do, and start seconds and MB of `large`.

    Both answers hold as many rows, so that what differs is finding them.
    """
    with served("large", folder) as mock:
        texts, body = questions(mock, "Basic", ROWS)
        large = run_wrk(mock.url, texts[-1:], seconds, first=next(starts)).per_second
        start, memory = mock.start_seconds, mock.memory_mb()
    rows = len(json.loads(body)["conversations"])
    with served("default", folder) as mock:
        texts, _ = questions(mock, "Basic", rows)
        small = run_wrk(mock.url, texts[-1:], seconds, first=next(starts)).per_second
    return small / large, start, memory


def main() -> int:
    """Print the table; exit 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="measure the server against a floor")
    parser.add_argument("--seconds", type=int, default=4, help="length of one wrk run")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("bench: wrk is not installed; on Debian: apt-get install wrk", file=sys.stderr)
        return 2
    starts = iter(range(0, 9_500_000, 300_000))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers = measure_answers(folder, options.seconds, starts)
        misses = print_answers(answers)
        start, before, after = measure_memory(folder, starts)
        times, large_start, large_memory = measure_large(folder, options.seconds, starts)
        with served("default", folder) as mock:
            spaces = measure_spaces(mock.url, basic(mock.url, mock.users[0]), mock.memory_mb)
    misses += print_bounds(
        ("start to first answer", start, 0.4, "s"),
        ("memory, default scenario", before, 60, "MB"),
        (f"more after {DIFFERENT:,} different questions", after - before, 25, "MB"),
        ("large: ready", large_start, 3, "s"),
        ("large: memory", large_memory, 250, "MB"),
        ("filtered, 100,000 against 500 conversations", times, 2, "times"),
        ("1,000 spaces, each asked once", spaces.used_mb, 50, "MB"),
        ("reset of a space", spaces.reset_seconds * 1e6, 5, "µs"),
    )
    for miss in misses:
        print(f"missed: {miss}")
    return 1 if misses else 0


def print_answers(answers: Mapping[str, Row]) -> list[str]:
    """Print a row a kind of question; return what missed its target."""
    print(f"{'answer':28} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'of floor':>9} {'target':>7}")
    misses = []
    for title, row in answers.items():
        rate, p50, p99 = (
            statistics.median(getattr(figure, name) for figure in row.figures)
            for name in ("per_second", "p50_ms", "p99_ms")
        )
        ratio = statistics.median(row.ratios)
        errors = sum(figure.errors for figure in row.figures)
        note = f"  {errors} errors" if errors else ""
        print(
            f"{title:28} {rate:8.0f} {p50:8.2f} {p99:8.2f} {ratio:9.2f} {row.target:7.2f}{note}",
            flush=True,
        )
        if ratio < row.target or errors:
            misses.append(f"{title}: {ratio:.2f} of the floor{note}")
    return misses


def print_bounds(*bounds: tuple[str, float, float, str]) -> list[str]:
    """Print a line a bound; return what is over it."""
    misses = []
    for title, value, bound, unit in bounds:
        print(f"{title}: {value:.2f} {unit} (at most {bound} {unit})")
        if value > bound:
            misses.append(f"{title}: {value:.2f} {unit}")
    return misses


if __name__ == "__main__":
    sys.exit(main())
