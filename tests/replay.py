"""Replay recorded requests against a server and score how its answers compare.

`python -m tests.replay URL FILE [--version 6.11|8.10]` prints the score of each group and, with
`-v`, every difference. FILE is one of fixtures/transcripts; the server must serve its dataset, its
users and its profile (`recorded_scenario` says which). test_replay.py does it all.
"""

import argparse
import json
import re
import socket
import sys
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

from tests.waiting import PATIENCE_SECONDS

TRANSCRIPTS = Path(__file__).parent.parent / "fixtures" / "transcripts"
VERSIONS = ("6.11", "8.10")
_ALICE = "Basic YWxpY2U6d29uZGVyOkxhbmQx"
_ALICE_WRONG = "Basic YWxpY2U6bm9wZQ=="
_FORGED = "ss-id=AAAAAAAAAAAAAAAAAAAA; ss-pid=BBBBBBBBBBBBBBBBBBBB; ss-opt=temp"
_LOGIN = {"provider": "credentials", "userName": "alice", "password": "wonder:Land1"}
_COMPARED = ("content-type", "www-authenticate", "location", "vary", "content-disposition")
_CORS = (
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-max-age",
)
# How many conversations fuzz/dataset.json holds.
FUZZ_ROWS = 52


@dataclass(frozen=True, kw_only=True)
class Record:
    """Hold one recorded request and its answer."""

    id: str
    request: Mapping[str, Any]
    answer: Mapping[str, Any]

    @property
    def group(self) -> str:
        """Return the group of a probe, or the name of a fuzz file."""
        return re.split(r"[.\-](?=[^.\-]*$)", self.id)[0] if "-0" in self.id else self.group_name

    @property
    def variant(self) -> str:
        """Return the set-up that answered, where one file holds several."""
        return str(self.answer.get("variant", "default"))

    @property
    def group_name(self) -> str:
        """Return what stands before the first dot."""
        return self.id.split(".")[0]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Hold what a server answered."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """Return every line of a header."""
        return [value for key, value in self.headers if key.lower() == name]


@dataclass(kw_only=True)
class Player:
    """Send recorded requests to one server, with a cookie jar for each sign-in sequence."""

    host: str
    port: int
    jars: dict[str, dict[str, str]] = field(default_factory=dict)

    def play(self, request: Mapping[str, Any]) -> Reply:
        """Send one recorded request, byte for byte, and return the answer."""
        headers = [(name, self._fill(value, request)) for name, value in request["headers"]]
        match request.get("auth"):
            case "basic":
                headers.append(("Authorization", _ALICE))
            case "basic-bad":
                headers.append(("Authorization", _ALICE_WRONG))
            case "cookie-bad":
                headers.append(("Cookie", _FORGED))
            case "cookie":
                jar = self._jar(request)
                headers.append(("Cookie", "; ".join(f"{k}={v}" for k, v in jar.items())))
        return self._send(request["method"], request["path"], headers, _body(request))

    def _fill(self, value: str, request: Mapping[str, Any]) -> str:
        if "${" not in value:
            return value
        jar = self._jar(request)
        return re.sub(r"\$\{([^}]+)\}", lambda match: jar.get(match[1], ""), value)

    def _jar(self, request: Mapping[str, Any]) -> dict[str, str]:
        name = request.get("jar") or ""
        if name not in self.jars:
            body = json.dumps({**_LOGIN, **(request.get("login") or {})}).encode()
            headers = [("Accept", "application/json"), ("Content-Type", "application/json")]
            reply = self._send("POST", "/auth/credentials", headers, body)
            pairs = [line.split(";")[0].partition("=") for line in reply.values("set-cookie")]
            self.jars[name] = {key: value for key, _, value in pairs}
        return self.jars[name]

    def _send(
        self, method: str, path: str, headers: list[tuple[str, str]], body: bytes | None
    ) -> Reply:
        lines = [f"{method} {path} HTTP/1.1"]
        names = {name.lower() for name, _ in headers}
        if "host" not in names:
            lines.append(f"Host: {self.host}:{self.port}")
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None and "content-length" not in names:
            lines.append(f"Content-Length: {len(body)}")
        # A text beyond ASCII was recorded as Latin-1, in headers alone.
        data = "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")
        with socket.create_connection(
            (self.host, self.port), timeout=PATIENCE_SECONDS
        ) as connection:
            connection.sendall(data)
            response = HTTPResponse(connection, method=method)
            response.begin()
            reply = Reply(
                status=response.status,
                reason=response.reason,
                headers=response.getheaders(),
                body=response.read(),
            )
            response.close()
        return reply


def _body(request: Mapping[str, Any]) -> bytes | None:
    body = request.get("body")
    return None if body is None else str(body).encode()


def load_records(name: str, version: str) -> list[Record]:
    """Return the records of one file as one framework answered them."""
    bodies = json.loads((TRANSCRIPTS / "bodies.json").read_text())
    records = []
    for line in (TRANSCRIPTS / name).read_bytes().splitlines():
        raw = json.loads(line)
        answer = raw.get("both") or raw.get(version) or raw
        if "body_ref" in answer:
            answer = {**answer, "body": bodies[answer["body_ref"]]}
        records.append(Record(id=raw["id"], request=raw["request"], answer=answer))
    return records


def compare(record: Record, reply: Reply, host: str, *, with_cors: bool = False) -> list[str]:
    """Return what differs between the recorded answer and `reply`; empty when nothing does."""
    want = record.answer
    if "reason" not in want:
        return _compare_rows(want, reply) if "ids" in want else _compare_body(want, reply, host)
    differences = []
    if (want["status"], want["reason"]) != (reply.status, reply.reason):
        differences.append(
            f"status: {reply.status} {reply.reason}, not {want['status']} {want['reason']}"
        )
    recorded = [(name.lower(), value) for name, value in want["headers"]]
    for name in (*_COMPARED, *(_CORS if with_cors else ())):
        expected = [value for key, value in recorded if key == name]
        received = [_normalise(value, host) for value in reply.values(name)]
        if name == "vary":
            received = [value.removesuffix(", Origin") for value in received]
        if expected != received:
            differences.append(f"{name}: {received}, not {expected}")
    expected = [value for key, value in recorded if key == "set-cookie"]
    received = [_normalise_cookie(value) for value in reply.values("set-cookie")]
    if expected != received:
        differences.append(f"cookies: {received}, not {expected}")
    if record.request["method"] != "HEAD":
        differences += _compare_body(want, reply, host)
    return differences


def _compare_rows(want: Mapping[str, Any], reply: Reply) -> list[str]:
    """Compare the ids of the rows; the request's binding shows in them."""
    if want["status"] != reply.status:
        return [f"status: {reply.status}, not {want['status']}"]
    ids = [row.get("id") for row in json.loads(reply.body).get("conversations", [])]
    if want["ids"] == "all":
        return [] if len(ids) == FUZZ_ROWS else [f"{len(ids)} rows, not all"]
    return [] if ids == want["ids"] else [f"rows {ids}, not {want['ids']}"]


def _compare_body(want: Mapping[str, Any], reply: Reply, host: str) -> list[str]:
    if want.get("page") or want.get("unstable"):
        return []
    if "body" not in want:
        return []
    body = _normalise(reply.body.decode("utf-8", "replace"), host)
    if body == want["body"]:
        return []
    at = next(
        (i for i, (a, b) in enumerate(zip(body, want["body"], strict=False)) if a != b),
        min(len(body), len(want["body"])),
    )
    start = max(0, at - 30)
    return [f"body at {at}: {body[start : at + 60]!r}, not {want['body'][start : at + 60]!r}"]


def _normalise(text: str, host: str) -> str:
    text = re.sub(r"data:image/svg\+xml,[^\"<}\s]*", "data:image/svg+xml,PICTURE", text)
    text = re.sub(r'("sessionId":")[^"]*', r"\1ID", text)
    text = re.sub(r"(<SessionId>)[^<]*", r"\1ID", text)
    text = re.sub(r"(sessionId:)[^,}]*", r"\1ID", text)
    text = text.replace(host, "HOST")
    return text.replace(urllib.parse.quote(host, safe="").lower(), "HOST")


def _normalise_cookie(value: str) -> str:
    value = re.sub(r"^(ss-p?id)=[^;]+", r"\1=ID", value)
    return re.sub(r"expires=[^;]+", "expires=DATE", value)


def score(
    player: Player, records: list[Record], *, with_cors: bool = False
) -> Iterator[tuple[Record, list[str]]]:
    """Play each record in order and yield it with its differences."""
    host = f"{player.host}:{player.port}"
    for record in records:
        reply = player.play(record.request)
        yield record, compare(record, reply, host, with_cors=with_cors)


def main() -> int:
    """Print the score of one file against one server."""
    parser = argparse.ArgumentParser(description="score a server against recorded answers")
    parser.add_argument("url")
    parser.add_argument("file", help="a file of fixtures/transcripts, such as fuzz/paths.ndjson")
    parser.add_argument("--version", choices=VERSIONS, default="6.11")
    parser.add_argument("--cors", action="store_true", help="compare the CORS headers too")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every difference")
    options = parser.parse_args()
    parts = urllib.parse.urlsplit(options.url)
    player = Player(host=parts.hostname or "localhost", port=parts.port or 80)
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    records = load_records(options.file, options.version)
    for record, differences in score(player, records, with_cors=options.cors):
        counts = groups[record.group_name]
        counts[0] += not differences
        counts[1] += 1
        if differences and options.verbose:
            print(record.id, record.request["method"], record.request["path"])
            print("   ", "\n    ".join(differences))
    for name, (met, count) in groups.items():
        print(f"{met:5} of {count:5}  {name}")
    met, count = (sum(column) for column in zip(*groups.values(), strict=True))
    print(f"{met:5} of {count:5}  all, {100 * met / count:.1f} %")
    return 0 if met == count else 1


if __name__ == "__main__":
    sys.exit(main())
