"""Talk to a running mock over real sockets."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tests.waiting import PATIENCE_SECONDS

ADA = ("ada", "fdTQrKNXqvbJjMt7")
NOW = "2026-03-01T12:00:00Z"


@dataclass(frozen=True, kw_only=True)
class Got:
    """Hold an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the conversations."""
        rows: list[dict[str, Any]] = self.json["conversations"]
        return rows


@dataclass(frozen=True, kw_only=True)
class Client:
    """Ask one server."""

    port: int

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        user: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = PATIENCE_SECONDS,
    ) -> Got:
        """Send a request; a body that is no bytes goes out as JSON."""
        sent = {"Accept": "application/json", **(headers or {})}
        if user is not None:
            pair = base64.b64encode(":".join(user).encode()).decode()
            sent["Authorization"] = f"Basic {pair}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            cookies = tuple(answer.headers.get_all("set-cookie", ()))
            return Got(status=answer.status, headers=found, body=answer.read(), cookies=cookies)
        finally:
            connection.close()

    def admin(self, method: str, path: str, body: object = None, **more: Any) -> Got:
        """Ask the admin API."""
        return self.ask(method, f"/__admin{path}", body, **more)

    def list(self, path: str = "/conversations", **more: Any) -> Got:
        """List conversations as the user who sees all."""
        return self.ask("GET", path, user=ADA, **more)
