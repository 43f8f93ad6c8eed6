"""Read what a client asks to be broken in one request: `Prefer: code=…, delay=…` or `__code`.

Source: RFC 7240 for the header's form. Other preferences are ignored; a bad code or delay is
a 400.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mockserver.errors import ProblemError
from mockserver.server.request.exchange import Exchange
from mockserver.space.faults import MAX_DELAY_MS, STATUSES, Decision

__all__ = ["read_preferences"]

_PARTS = re.compile("[^,]+")
_PREFERENCES = ("code", "delay")
_PARAMETER = re.compile(rb"(?:^|(?<=&))__(code|delay)=([^&]*)(?:&|$)")


def read_preferences(x: Exchange) -> None:
    """Find what the client asks to be broken, and take our own parameters out of the request.

    Where both are sent, the header counts.

    Raises:
        ProblemError: a value is not to be used (400).
    """
    request = x.request
    prefers = request.lines(b"prefer")
    if not prefers and b"__" not in request.query:
        return
    wanted: dict[str, str] = {}
    if b"__" in request.query:
        wanted = {
            name.decode(): value.decode("latin-1")
            for name, value in (found.groups() for found in _PARAMETER.finditer(request.query))
        }
        query = _PARAMETER.sub(b"", request.query).rstrip(b"&")
        x.request = replace(request, query=query)
    preferred: dict[str, str] = {}
    for name, value in _preferences(prefers):
        # Of a preference that comes twice the first counts (RFC 7240, 2).
        preferred.setdefault(name, value)
    wanted.update(preferred)
    if not wanted:
        return
    code = _number("code", wanted["code"]) if "code" in wanted else 200
    delay_ms = _number("delay", wanted["delay"]) if "delay" in wanted else 0
    if code not in (200, *STATUSES):
        raise ProblemError(
            f"code={code} cannot be answered; known: 200, {', '.join(map(str, STATUSES))}",
            status=400,
        )
    if delay_ms > MAX_DELAY_MS:
        raise ProblemError(f"delay={delay_ms} is more than {MAX_DELAY_MS} ms", status=400)
    names = ", ".join(f"{name}={value}" for name, value in sorted(wanted.items()))
    x.fault = Decision(
        delay_ms=delay_ms,
        fault=None if code == 200 else "status",
        parameters={"code": code},
        names=(f"{'Prefer' if preferred else 'query'}: {names}",),
    )
    x.preferred = ", ".join(f"{n}={v}" for n, v in sorted(preferred.items()))


def _preferences(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        for part in _PARTS.finditer(line):
            name, equals, value = part[0].partition(";")[0].partition("=")
            name, value = name.strip().lower(), value.strip().removeprefix('"').removesuffix('"')
            if equals and name in _PREFERENCES and '"' not in value:
                yield name, value.strip()


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ProblemError(
            f"{name}={text[:40]!r} is no number; write code=503 or delay=250 (ms)", status=400
        )
    return int(text)
