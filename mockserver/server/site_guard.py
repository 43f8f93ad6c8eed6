"""Refuse what a page of another site may make a browser send, and nothing that a program sends.

A browser says of each request whether another site's page made it, and no page can change what it
says. A name that a stranger made to point at this machine shows in Host.
"""

import ipaddress
import re
from collections.abc import Sequence
from functools import lru_cache

from mockserver.errors import ProblemError
from mockserver.server.cors import is_allowed
from mockserver.server.exchange import Request
from mockserver.server.space import Space
from mockserver.wire.route import override_method

__all__ = ["demand_known_host", "demand_same_site"]

_SAFE = ("GET", "HEAD", "OPTIONS")
_PORT = re.compile(r":[0-9]*$")
_OUR_HOSTS = ("evovoice.io",)
# Names that nobody outside can make point at this machine.
_OUR_ENDINGS = (".localhost", ".local", ".internal", ".test")


def demand_same_site(space: Space, request: Request) -> None:
    """Refuse an unsafe method that a page of a foreign origin makes a browser send.

    Raises:
        ProblemError: it is one (403).
    """
    if request.header(b"sec-fetch-site") != "cross-site":
        return
    override = request.header(b"x-http-method-override")
    if override_method(request.method, override, request.pairs) in _SAFE:
        return
    origin = request.header(b"origin")
    if origin is None or not is_allowed(origin, space.scenario.cors_origins):
        raise ProblemError(
            f"a page of another site, {(origin or 'without an origin')[:80]!r}, may not do this; "
            "allow it by --cors-origin",
            status=403,
        )


def demand_known_host(space: Space, request: Request, hosts: Sequence[str] | None) -> None:
    """Refuse a name that a stranger may have made, where the rows are somebody's own.

    Args:
        hosts: the names that the user allows; None where strangers reach the server anyway.

    Raises:
        ProblemError: it is one (403).
    """
    if hosts is None or space.scenario.rows is None:
        return
    host = request.header(b"host") or ""
    if not _is_known(host, tuple(hosts)):
        raise ProblemError(
            f"the Host {host[:80]!r} is none of this server's; add it by --allowed-host",
            status=403,
        )


@lru_cache(maxsize=256)
def _is_known(host: str, allowed: tuple[str, ...]) -> bool:
    name = _PORT.sub("", host).lower().removesuffix(".")
    if "." not in name or name in _OUR_HOSTS or name.endswith(_OUR_ENDINGS):
        return True
    return _is_literal(name) or name in {known.lower() for known in allowed}


def _is_literal(name: str) -> bool:
    # Browsers make an address of whatever ends in a number before they send it.
    if name.rpartition(".")[2].isdecimal():
        return True
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
