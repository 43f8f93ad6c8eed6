"""Keep the real requests and answers of a run in a folder for the developer's own machine.

`run.har` holds every exchange, and a file of curl lines each finding: with the target's values, but
without credentials. No report reads any of it. Only the owner may read the folder and its files.
"""

import base64
import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl

import harfile

from mockserver import __version__
from mockserver.checks.facts import Page
from mockserver.checks.laws.law import asks_of
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_plan
from mockserver.checks.report import Finding, Report
from mockserver.checks.sending.target import Target
from mockserver.errors import UsageError

__all__ = ["EvidenceFolder"]

_MASK = "***"
_SHORTEST = 6
_HIDDEN = ("authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key")
_COOKIE = re.compile(r"^\s*[^=;\s]+=([^;]*)")
# What a text may hold in a HAR; anything else is written as base64.
_TEXT = re.compile(r"json|xml|text|javascript|jsv|csv")
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class EvidenceFolder:
    """Write what was asked and answered; told of each answer by `observe`.

    Attributes:
        secrets: texts that nothing may hold.
    """

    folder: Path
    target: Target
    secrets: tuple[str, ...] = ()
    clock: Callable[[], datetime] = _now
    _har: harfile.HarFile | None = None
    _file: TextIO | None = None
    _asked: dict[str, Request] = field(default_factory=dict)
    _cookies: set[str] = field(default_factory=set)

    def __enter__(self) -> "EvidenceFolder":
        """Make the folder, which its owner alone may read.

        Raises:
            UsageError: it cannot be made or written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._file = self._open("run.har")
        except OSError as error:
            raise UsageError(
                f"--evidence: {self.folder} cannot be written: {error.strerror}"
            ) from error
        creator = harfile.Creator(name="mockserver", version=__version__)
        self._har = harfile.HarFile.open(self._file, creator=creator)
        return self

    def __exit__(self, *_: object) -> None:
        """Close the HAR."""
        if self._har is not None and self._file is not None:
            self._har.close()
            self._file.close()

    def observe(self, page: Page) -> None:
        """Keep one exchange."""
        assert self._har is not None, "use it as a context manager"
        response = page.response
        self._asked[str(page.query)] = response.request
        self._cookies.update(
            match[1]
            for line in response.header_values("set-cookie")
            if (match := _COOKIE.match(line)) and len(match[1]) >= _SHORTEST
        )
        milliseconds = response.elapsed_seconds * 1000
        self._har.add_entry(
            startedDateTime=self.clock() - timedelta(milliseconds=milliseconds),
            time=milliseconds,
            request=self._request(response.request),
            response=self._response(response),
            timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
            comment=f"{response.request.purpose} {page.query}".strip(),
        )

    def save(self, report: Report) -> None:
        """Write the curl lines of each finding.

        Raises:
            UsageError: a file cannot be written.
        """
        for finding in report.findings:
            lines = [self.curl(request) for request in self._requests(finding)]
            if not lines or not _NAME.fullmatch(finding.fingerprint):
                continue
            try:
                with self._open(f"{finding.fingerprint}.sh") as file:
                    file.write("\n".join([f"# {finding.law}: {finding.symptom}", *lines]) + "\n")
            except OSError as error:
                raise UsageError(
                    f"--evidence: {self.folder} cannot be written: {error.strerror}"
                ) from error

    def curl(self, request: Request) -> str:
        """Return the command that asks the same, with variables in place of credentials."""
        words = ["curl", "-s", "-S", "-g"]
        words += ["-I"] if request.method == "HEAD" else []
        words += [f"-H{name}: {value}" for name, value in self._headers(request)[1:]]
        who = _WHO.get(request.auth, "" if request.auth != "user" else self._user())
        return self._masked(f"{shlex.join([*words, self._url(request)])} {who}".rstrip())

    def _user(self) -> str:
        if self.target.auth == "basic":
            return '-u "$MOCKSERVER_USER:$MOCKSERVER_PASSWORD"'
        return '-H "Cookie: ss-id=$MOCKSERVER_SESSION"'

    def _requests(self, finding: Finding) -> Iterator[Request]:
        """Yield the requests that a finding's plan was asked by, as they went out."""
        if not finding.plan:
            return
        try:
            plan = parse_plan(finding.plan)
            asks = asks_of(find_laws(plan.law)[0], plan.query)
        except UsageError:
            return
        for asked in asks:
            if str(asked) in self._asked:
                yield self._asked[str(asked)]

    def _url(self, request: Request) -> str:
        url = f"{self.target.origin}{self.target.base_path}{request.path}"
        return f"{url}?{request.query}" if request.query else url

    def _headers(self, request: Request) -> list[tuple[str, str]]:
        """Return the headers that go out, without credentials; the host first."""
        names = {name.lower() for name, _ in request.headers}
        accept = [] if "accept" in names else [("Accept", "application/json")]
        host = self.target.origin.partition("://")[2]
        return [("Host", host), *request.headers, *accept]

    def _request(self, request: Request) -> harfile.Request:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        hidden = {"basic": "Authorization"}.get(self.target.auth, "Cookie")
        credentials = [(hidden, _MASK)] if request.auth not in ("none", "") else []
        return harfile.Request(
            method=request.method,
            url=self._masked(self._url(request)),
            httpVersion="HTTP/1.1",
            headers=self._records([*self._headers(request), *credentials]),
            queryString=self._records(pairs),
            bodySize=0,
        )

    def _response(self, response: Response) -> harfile.Response:
        kind = response.header("content-type") or ""
        text: str | None = None
        if _TEXT.search(kind) or not kind:
            try:
                text = self._masked(response.body.decode())
            except UnicodeDecodeError:
                text = None
        encoded = None if text is not None else base64.b64encode(response.body).decode()
        return harfile.Response(
            status=response.status,
            statusText=self._masked(response.reason),
            httpVersion="HTTP/1.1",
            headers=self._records(response.headers),
            content=harfile.Content(
                size=len(response.body),
                mimeType=kind,
                text=encoded if text is None else text,
                encoding=None if encoded is None else "base64",
            ),
            redirectURL=self._masked(response.header("location") or ""),
            bodySize=len(response.body),
        )

    def _records(self, pairs: Iterable[tuple[str, str]]) -> list[harfile.Record]:
        return [
            harfile.Record(
                name=name, value=_MASK if name.lower() in _HIDDEN else self._masked(value)
            )
            for name, value in pairs
        ]

    def _masked(self, text: str) -> str:
        for secret in (*self.secrets, *self._cookies):
            if len(secret) >= _SHORTEST:
                text = text.replace(secret, _MASK)
        return text

    def _open(self, name: str) -> TextIO:
        """Open a file anew that its owner alone may read; a link there is not followed."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        opened = os.open(self.folder / name, flags, 0o600)
        os.fchmod(opened, 0o600)
        return os.fdopen(opened, "w", encoding="utf-8", errors="backslashreplace")


_WHO = {
    "basic": '-H "Authorization: basic $(printf %s "$MOCKSERVER_USER:$MOCKSERVER_PASSWORD" | '
    "base64 | tr -d '\\n')\"",
    "other": '-u "$MOCKSERVER_OTHER_USER:$MOCKSERVER_OTHER_PASSWORD"',
    "none": "",
    "session": '-H "Cookie: ss-id=$MOCKSERVER_SESSION"',
    "bearer": "-H 'Authorization: Bearer mockserver-check-made-up-token'",
    "bearer-empty": "-H 'Authorization: Bearer'",
    "malformed": "-H 'Authorization: Basic ?not base64?'",
    "colonless": '-H "Authorization: Basic $(printf %s "$MOCKSERVER_USER" | base64 | '
    "tr -d '\\n')\"",
}
