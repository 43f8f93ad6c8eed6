"""Refuse what a page of another site may make a browser send, and nothing that a program sends.

A browser says of each request whether another site's page made it, and no page can change what it
says. A name that a stranger made to point at this machine shows in Host.
"""

import ipaddress
import re
from functools import lru_cache

from mockserver.errors import ProblemError
from mockserver.server.request.cors import is_allowed_origin
from mockserver.server.request.exchange import Exchange
from mockserver.server.request.find_space import space_of_path

__all__ = ["demand_known_host", "demand_same_site", "is_known_host"]

_SAFE = ("GET", "HEAD", "OPTIONS")
_PORT = re.compile(r":[0-9]*$")
_OUR_HOSTS = ("evovoice.io",)
# Names that nobody outside can make point at this machine.
_OUR_ENDINGS = (".localhost", ".local", ".internal", ".test")


def demand_same_site(x: Exchange) -> None:
    """Refuse an unsafe method that a page of a foreign origin makes a browser send.

    Raises:
        ProblemError: it is one (403).
    """
    request = x.request
    if "cross-site" not in request.lines(b"sec-fetch-site"):
        return
    # An override makes a sign-in of a GET, and must not make a GET of what has a form's body.
    if request.method in _SAFE and request.verb in _SAFE:
        return
    origin, space = request.head.origin, space_of_path(x.spaces, request)
    if origin is None or not is_allowed_origin(origin, space.scenario.cors_origins):
        raise ProblemError(
            f"a page of another site, {(origin or 'without an origin')[:80]!r}, may not do this; "
            "allow it by --cors-origin",
            status=403,
        )


def demand_known_host(x: Exchange) -> None:
    """Refuse a name that a stranger may have made, where the rows are somebody's own.

    Raises:
        ProblemError: it is one (403).
    """
    if x.hosts is None or not x.space.scenario.has_own_rows:
        return
    host = x.request.header(b"host") or ""
    if not is_known_host(host, tuple(x.hosts)):
        raise ProblemError(
            f"the Host {host[:80]!r} is none of this server's; add it by --allowed-host",
            status=403,
        )


@lru_cache(maxsize=256)
def is_known_host(host: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether a Host header names this machine, or is one of the names that are allowed."""
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
