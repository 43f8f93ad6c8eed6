"""A whole run against a live target, whose name a proxy on loopback answers for."""

import http.client
import os
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from mockserver.server import MockServer
from mockserver.world.scenario import load_scenario
from tests.depth import deep_or
from tests.waiting import PATIENCE_SECONDS

HOST = "api.example.com"
BUDGET = deep_or(6, deep=9)


@dataclass
class Proxy:
    """Pass requests for one host on to a mock, and remember them."""

    port: int
    asked: list[tuple[float, str, str]] = field(default_factory=list)

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request as the mock does."""
        target = urllib.parse.urlsplit(handler.path)
        path = f"{target.path}?{target.query}" if target.query else target.path
        self.asked.append((time.monotonic(), handler.command, path))
        assert target.hostname == HOST
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request(handler.command, path, body, dict(handler.headers))
        answer = connection.getresponse()
        found = answer.read()
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(found)))
        handler.end_headers()
        handler.wfile.write(found)
        connection.close()


@contextmanager
def proxy_to(port: int) -> Iterator[tuple[Proxy, str]]:
    proxy = Proxy(port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            proxy.pass_on(self)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_live_run_reads_its_scope_alone_and_slowly(tmp_path: Path) -> None:
    user = next(user for user in load_scenario("default").users if user.account_ids is None)
    password = user.password.reveal()
    audit, report = tmp_path / "audit.ndjson", tmp_path / "report.json"
    with MockServer("default") as mock, proxy_to(mock.port) as (proxy, address):
        account = mock.space.ground.world.directory.accounts[0].id
        ended = subprocess.run(
            [sys.executable, "-m", "mockserver", "check", f"http://{HOST}", "--user", user.username]
            + ["--live", HOST, "--scope", f"accountIds={account}", "--proxy", address]
            # One request a second: too few for half of the laws.
            + ["--budget", str(BUDGET), "--allow-empty"]
            + ["--audit", str(audit), "--report", f"json={report}"],
            env={**os.environ, "MOCKSERVER_PASSWORD": password},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    asked = [(method, path) for _, method, path in proxy.asked]
    assert len(asked) <= BUDGET
    assert asked[0] == ("POST", "/auth/credentials")
    assert asked[-1] == ("GET", "/auth/logout")
    reads = asked[1:-1]
    assert {method for method, _ in reads} == {"GET"}
    scoped = urllib.parse.urlencode({"accountIds": account})
    assert [path for _, path in reads if scoped not in path] == []
    moments = [moment for moment, _, _ in proxy.asked]
    # The pace as a whole: one request may reach the proxy late (tests/checks/test_meter.py).
    assert moments[-1] - moments[0] > 0.9 * (len(moments) - 1)
    said = ended.stdout + ended.stderr + audit.read_text() + report.read_text()
    assert account not in said
    assert password not in said
