"""A host of another framework, behind a proxy that adds headers: no law may complain."""

import hashlib
import json
from dataclasses import replace

import pytest

from mockserver.checks.engine import CheckOptions, run_laws
from mockserver.checks.messages import Request, Response
from tests.checks.toy import Toy, build_rows
from tests.depth import sampled

PROBLEM = json.dumps({"type": "about:blank", "title": "Refused"}).encode()
PROXY = (
    ("Via", "1.1 proxy-3, 1.1 10.0.0.7"),
    ("X-Served-By", "cache-fra-1"),
    ("X-Cache", "MISS"),
    ("X-Request-Id", "2b1f8e0e-7c1a-4f4e-9c0e-0d6f8c1f2a3b"),
    ("CF-Ray", "8f14e45fceea167a-FRA"),
    ("Server", "nginx/1.27.1"),
    ("Server-Timing", "app;dur=12.3"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("Content-Security-Policy", "default-src 'none'; report-to mailto:web@example.com"),
    ("Report-To", '{"group":"web","endpoints":[{"url":"https://r.example.com"}]}'),
    ("X-Content-Type-Options", "nosniff"),
    ("X-RateLimit-Remaining", "4999"),
)
COOKIES = (
    ("Set-Cookie", "connect.sid=s%3AQm9vayBvZiBzYW5k.c2lnbmF0dXJl; Path=/; HttpOnly; SameSite=Lax"),
    ("Set-Cookie", "XSRF-TOKEN=Zm9yIHNjcmlwdHMgdG8gcmVhZA; Path=/"),
    ("Set-Cookie", "ARRAffinity=5f1d2c; Path=/; HttpOnly"),
    ("Set-Cookie", "lang=de; Path=/; Max-Age=31536000"),
)


class Host:
    """Answers as `Toy`, with errors, tags, cookies and headers of its own."""

    def __init__(self, caching: str) -> None:
        self.toy = Toy(rows=build_rows(80))
        self.caching = caching

    def __call__(self, request: Request) -> Response:
        if request.method == "HEAD":
            return self._dress(self._error(request, 405))
        given = self.toy(request)
        if given.status != 200:
            return self._dress(self._error(request, given.status))
        tag = f'W/"{hashlib.sha256(given.body).hexdigest()[:16]}"'
        caching = (("Cache-Control", self.caching), ("ETag", tag), ("Vary", "Accept, Cookie"))
        return self._dress(replace(given, headers=(*given.headers, *caching, *COOKIES)))

    def _error(self, request: Request, status: int) -> Response:
        challenge = (("WWW-Authenticate", 'Basic realm="voice"'),) if status == 401 else ()
        return Response(
            status=status,
            reason="",
            headers=(("Content-Type", "application/problem+json"), *challenge),
            body=PROBLEM if request.method != "HEAD" else b"",
            elapsed_seconds=0.001,
            request=request,
        )

    def _dress(self, response: Response) -> Response:
        allowed = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "ETag"))
        return replace(response, headers=(*response.headers, *PROXY, *allowed))


@sampled(2)
@pytest.mark.parametrize(
    "caching", ["private, max-age=0, must-revalidate", "no-cache", "no-store", "max-age=5"]
)
def test_a_host_of_another_framework_breaks_no_law(caching: str) -> None:
    outcome = run_laws(Host(caching), options=CheckOptions(max_drawn=3), remaining=lambda: 1000)

    assert outcome.findings == []
    assert outcome.crashes == []
