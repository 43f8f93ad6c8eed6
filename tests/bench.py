"""Measure the server's speed as ratios to a floor of the same run (`make bench`; needs wrk).

The floor is a bare ASGI callable under the same uvicorn that returns 25 rows as fixed bytes. Floor
and server run in turn on one core, wrk on another, with a script that rotates 5,000 distinct
queries and all users. A figure is the median of three rounds; a ratio is taken within a round.
"""

import argparse
import base64
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench_spaces import SpaceFigures, measure_spaces

QUERIES = 5_000
ROUNDS = 3
SERVER_CORE, CLIENT_CORE = "0", "1"

FLOOR = """
import sys
from mockserver.server.http import open_sockets, run_server
body = open(sys.argv[1], "rb").read()
headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
sockets = open_sockets("127.0.0.1", 0)
print(sockets[0].getsockname()[1], flush=True)
run_server(app, sockets, lambda: None)
"""

# The requests are whole texts: a table of headers would come in another order with each run.
LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local credentials = {%s}
local n = 0
function request()
  n = n + 1
  return "GET " .. paths[(n - 1) %% #paths + 1] .. " HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n"
    .. "Accept: application/json\\r\\n" .. credentials[n %% #credentials + 1] .. "\\r\\n\\r\\n"
end
"""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Hold one wrk run."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int


def _pinned(core: str, command: list[str]) -> list[str]:
    return ["taskset", "-c", core, *command] if shutil.which("taskset") else command


@contextmanager
def floor(body: bytes) -> Iterator[str]:
    """Run the floor; yield its address."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        command = _pinned(SERVER_CORE, [sys.executable, "-c", FLOOR, file.name])
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()
            process.wait()


@dataclass(frozen=True, kw_only=True)
class Served:
    """Hold a running mock and what its start cost."""

    url: str
    pid: int
    start_seconds: float
    users: list[dict[str, object]]

    def memory_mb(self) -> float:
        """Return the resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        match = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(match[1]) / 1024 if match else 0.0


@contextmanager
def served(scenario: str) -> Iterator[Served]:
    """Run the mock with a shipped scenario; yield it after its first answer."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        options = ["--scenario", scenario, "--port", "0", "--ready-file", str(ready), "-q"]
        command = [sys.executable, "-m", "mockserver", "serve", "--now", "2026-03-01T12:00:00Z"]
        started = time.perf_counter()
        process = subprocess.Popen(
            _pinned(SERVER_CORE, [*command, *options]), stdout=subprocess.DEVNULL
        )
        try:
            while not ready.exists():
                assert process.poll() is None, "the server ended before it was ready"
                time.sleep(0.005)
            facts = json.loads(ready.read_text())
            url = facts["url"].replace("localhost", "127.0.0.1")
            urllib.request.urlopen(f"{url}/healthz").read()
            seconds = time.perf_counter() - started
            yield Served(url=url, pid=process.pid, start_seconds=seconds, users=facts["users"])
        finally:
            process.terminate()
            process.wait()


def get(url: str, user: dict[str, object]) -> bytes:
    """Return an answer as JSON bytes."""
    request = urllib.request.Request(url, headers={"Accept": "application/json", **basic(user)})
    with urllib.request.urlopen(request) as reply:
        body: bytes = reply.read()
    return body


def basic(user: dict[str, object]) -> dict[str, str]:
    """Return a Basic header."""
    pair = f"{user['username']}:{user['password']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def cookie(url: str, user: dict[str, object]) -> dict[str, str]:
    """Sign in; return the cookie header of the session."""
    body = json.dumps({"userName": user["username"], "password": user["password"]}).encode()
    request = urllib.request.Request(
        f"{url}/auth/credentials",
        data=body,
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    with urllib.request.urlopen(request) as reply:
        lines = reply.headers.get_all("Set-Cookie")
    return {"Cookie": "; ".join(line.split(";")[0] for line in lines)}


def build_queries(url: str, admin: dict[str, object]) -> tuple[list[str], bytes]:
    """Return 5,000 distinct queries of about 25 rows each, and one of their bodies."""
    rows = json.loads(get(f"{url}/conversations", admin))["conversations"]
    dated = sorted(
        (row for row in rows if row.get("mostRecentMessage", {}).get("date")),
        key=lambda row: row["mostRecentMessage"]["date"],
        reverse=True,
    )
    by_account: dict[str, list[str]] = {}
    for row in dated:
        message = row["mostRecentMessage"]
        by_account.setdefault(message.get("accountId", ""), []).append(message["date"])
    queries = []
    for number in range(QUERIES):
        account = sorted(by_account)[number % len(by_account)]
        dates = by_account[account]
        # A date just before the 25th row, a different millisecond each time.
        after = dates[min(25, len(dates) - 1)][:-6] + f"{number % 10}"
        query = {"accountIds": account, "afterDate": f"{after}.{number // 10:03d}Z"}
        queries.append(f"/conversations?{urllib.parse.urlencode(query)}&n={number}")
    return queries, get(url + queries[0], admin)


def run_wrk(url: str, script: str, seconds: int) -> Figure:
    """Run wrk on the other core; return what it measured."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
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


def build_script(queries: list[str], credentials: list[dict[str, str]], folder: Path) -> str:
    """Return a wrk script that rotates queries and users."""
    path = folder / "queries.txt"
    path.write_text("\n".join(queries))
    lines = [f'"{name}: {value}"' for one in credentials for name, value in one.items()]
    return LUA % (path, ", ".join(lines))


def main() -> int:
    """Print the table; exit 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="measure the server against a floor")
    parser.add_argument("--seconds", type=int, default=4, help="length of one wrk run")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("bench: wrk is not installed; on Debian: apt-get install wrk", file=sys.stderr)
        return 2
    rows: list[tuple[str, list[Figure], list[float]]] = []
    misses: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for how in ("cookie", "Basic"):
            figures: dict[str, list[Figure]] = {"first": [], "again": []}
            ratios: dict[str, list[float]] = {"first": [], "again": []}
            for _ in range(ROUNDS):
                with served("default") as mock:
                    queries, body = build_queries(mock.url, mock.users[0])
                    give = (lambda u, m=mock: cookie(m.url, u)) if how == "cookie" else basic
                    script = build_script(queries, [give(u) for u in mock.users], folder)
                    with floor(body) as floor_url:
                        base = run_wrk(floor_url, script, options.seconds)
                    # The queries are distinct, so the first pass over them meets each once.
                    first = run_wrk(mock.url, script, 1)
                    # What is asked twice is kept, so that it is quick from the third time on.
                    run_wrk(mock.url, script, 2 * options.seconds)
                    again = run_wrk(mock.url, script, options.seconds)
                    for key, figure in (("first", first), ("again", again)):
                        figures[key].append(figure)
                        ratios[key].append(figure.per_second / base.per_second)
                    memory, start = mock.memory_mb(), mock.start_seconds
            rows.append((f"floor ({how} run)", [base], [1.0]))
            rows += [(f"{how}, {key}", figures[key], ratios[key]) for key in figures]
            for key, target in (("first", 0.3), ("again", 0.5)):
                if statistics.median(ratios[key]) < target:
                    misses.append(f"{how}, {key}: under {target} of the floor")
        small, large, large_start, large_memory = _compare_sizes(folder, options.seconds)
    with served("default") as mock:
        spaces = measure_spaces(mock.url, basic(mock.users[0]), mock.memory_mb)
    print(f"{'answer of 25 rows':24} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'of floor':>9}")
    for title, found, ratio in rows:
        rate = statistics.median(figure.per_second for figure in found)
        p50 = statistics.median(figure.p50_ms for figure in found)
        p99 = statistics.median(figure.p99_ms for figure in found)
        errors = sum(figure.errors for figure in found)
        note = f"  {errors} errors" if errors else ""
        print(f"{title:24} {rate:8.0f} {p50:8.2f} {p99:8.2f} {statistics.median(ratio):9.2f}{note}")
    print(f"start to first answer: {start:.2f} s (target 0.5)")
    print(f"memory, default scenario: {memory:.0f} MB (target 80)")
    print(f"large: ready in {large_start:.2f} s (target 3), {large_memory:.0f} MB (target 250)")
    print(f"filtered, 100,000 against 500 conversations: {small / large:.2f} times (target 2)")
    rates = {title: statistics.median(f.per_second for f in found) for title, found, _ in rows}
    shares = {
        "first": spaces.first_seconds * rates["cookie, first"],
        "again": spaces.again_seconds * rates["cookie, again"],
    }
    _print_spaces(spaces)
    print(
        "journal and spaces: "
        + ", ".join(f"{share:.1%} of an answer {key}" for key, share in shares.items())
        + " (target 5 %)"
    )
    misses += [f"journal and spaces: over 5 % ({k})" for k, share in shares.items() if share > 0.05]
    misses += ["start: over 0.5 s"] if start > 0.5 else []
    misses += ["memory: over 80 MB"] if memory > 80 else []
    misses += ["large: over 3 s"] if large_start > 3 else []
    misses += ["large: over 250 MB"] if large_memory > 250 else []
    misses += ["large: a filtered query costs over twice"] if small / large > 2 else []
    misses += ["1,000 spaces: over 50 MB"] if spaces.used_mb > 50 else []
    for miss in misses:
        print(f"missed: {miss}")
    return 1 if misses else 0


def _print_spaces(spaces: SpaceFigures) -> None:
    print(
        f"1,000 spaces add {spaces.made_mb:.1f} MB,"
        f" {spaces.used_mb:.1f} MB once each has been asked (target 50)"
    )
    print(
        f"reset of a space: {spaces.reset_seconds * 1e6:.2f} µs,"
        f" {spaces.ratio:.0f} assignments to a dictionary"
    )


def _compare_sizes(folder: Path, seconds: int) -> tuple[float, float, float, float]:
    """Return requests a second at 500 and at 100,000 rows, and what `large` costs to start."""
    rates = []
    for scenario in ("default", "large"):
        with served(scenario) as mock:
            queries, _ = build_queries(mock.url, mock.users[0])
            script = build_script(queries, [basic(mock.users[0])], folder)
            rates.append(run_wrk(mock.url, script, seconds).per_second)
            start, memory = mock.start_seconds, mock.memory_mb()
    return rates[0], rates[1], start, memory


if __name__ == "__main__":
    sys.exit(main())
