"""A server on loopback that counts what reaches it; its answers are functions of the handler."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    answer: Answer
    seen: list["Seen"]

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(Seen(self.command, self.path, dict(self.headers.items()), body))
        type(self).answer(self)
        return False

    def reply(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        return


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True
    block_on_close = False


class Seen:
    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body


class CountingServer:
    def __init__(self, port: int, seen: list[Seen]) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.seen = seen

    @property
    def targets(self) -> list[str]:
        return [f"{request.method} {request.target}" for request in self.seen]


def rows_body(*accounts: str) -> bytes:
    rows = [
        {"id": f"c{n}", "mostRecentMessage": {"id": f"m{n}", "accountId": account}}
        for n, account in enumerate(accounts)
    ]
    return json.dumps({"conversations": rows}).encode()


def ok(handler: Handler) -> None:
    cookies = {"Set_Cookie": "ss-id=SESSION; path=/"} if handler.command == "POST" else {}
    handler.reply(200, rows_body("a1"), Content_Type="application/json", **cookies)


@contextmanager
def counting_server(answer: Answer = ok) -> Iterator[CountingServer]:
    seen: list[Seen] = []
    handler = type("Bound", (Handler,), {"answer": staticmethod(answer), "seen": seen})
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield CountingServer(server.server_address[1], seen)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
