"""Hold what is to be judged and how far the checker may go: TargetOptions, Limits, Secret.

Built once by a front end and passed down. `TargetOptions.resolve` splits the URL, decides whether
the target is live and settles every limit below its ceiling; client.py obeys the result.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from mockserver.checks.sending.private_hosts import Lookup, look_up, private_addresses
from mockserver.errors import UsageError, unknown_name
from mockserver.loopback import is_loopback
from mockserver.printable import Secret

__all__ = [
    "AUTH_MODES",
    "MAX_LOOPBACK_REQUESTS",
    "MAX_SECONDS",
    "Kind",
    "Limits",
    "Secret",
    "Target",
    "TargetOptions",
]

Kind = Literal["loopback", "own", "live"]
AUTH_MODES = ("basic", "cookie", "session")
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
_MAX_RUN_BYTES = 1024 * 1024 * 1024
_LIVE_REQUESTS = 150
_LIVE_RATE = 1.0
_OWN_RATE = 20.0
_LOOPBACK_REQUESTS = 250
_EXTRA_REQUESTS = 100
_SECONDS: Mapping[Kind, float] = MappingProxyType({"loopback": 300.0, "own": 300.0, "live": 600.0})
MAX_SECONDS: Mapping[Kind, float] = MappingProxyType(
    {"loopback": 86_400.0, "own": 86_400.0, "live": 3_600.0}
)
MAX_LOOPBACK_REQUESTS = 1_000_000
_HEADER_TEXT = re.compile(r"[\x20-\x7e]{1,200}")
_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Hold how much one run may ask and read; bytes count after decoding.

    Attributes:
        extra_requests: how many may confirm and reduce findings beside `requests`.
    """

    requests: int
    run_seconds: float
    extra_requests: int = 0
    rate_per_second: float | None = None
    answer_bytes: int = _MAX_ANSWER_BYTES
    run_bytes: int = _MAX_RUN_BYTES
    answer_seconds: float = 10.0
    together: int = 8
    sign_ins: int = 32
    failures_in_a_row: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Hold a resolved target: its one origin, its base path, its kind and its limits.

    Attributes:
        addresses: what alone is connected to; empty where the host's name decides.
    """

    scheme: str
    host: str
    port: int
    base_path: str
    kind: Kind
    auth: Literal["basic", "cookie", "session"]
    limits: Limits
    addresses: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """Say whether the strict guards hold."""
        return self.kind == "live"

    @property
    def origin(self) -> str:
        """Return scheme, host and port as one text."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions:
    """Hold what the user said of the target; `resolve` says what follows.

    Attributes:
        url: may carry a base path; no credentials, query or fragment.
        auth: None for the default: `basic` on loopback, `cookie` on a live target.
        live: the host that the user typed to consent; makes any target live.
        own: hosts that the user calls his own, every address of which has to be private.
        scope: the account ids that may be asked for; empty for all (not on a live target).
        wait_seconds: how long a first connection is tried again.
        budget, max_seconds, rate: None for the default of the target's kind.
        audit: the file that gets one line a request, without the target's data.
    """

    url: str
    user: str | None = None
    password: Secret | None = None
    other_user: str | None = None
    other_password: Secret | None = None
    session: Secret | None = None
    auth: str | None = None
    live: str | None = None
    own: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    wait_seconds: float = 0.0
    budget: int | None = None
    max_seconds: float | None = None
    rate: float | None = None
    proxy: Secret | None = None
    ca_file: Path | None = None
    user_agent: str | None = None
    audit: Path | None = field(default=None, repr=False)

    def resolve(self, *, lookup: Lookup = look_up) -> Target:
        """Return the target, or say in one sentence what is missing or too much.

        Args:
            lookup: finds the addresses of a host that is given as the user's own.

        Raises:
            UsageError: a bad URL, an unconsented live host, no scope, a limit above its ceiling,
                a host of one's own with an address that is not private.
        """
        scheme, host, port, base_path = _split(self.url)
        is_here = is_loopback(host) and self._stays_here()
        if self.live is not None and self.live.lower() not in (host, f"{host}:{port}"):
            raise UsageError(f"--live {self.live} is not the host of the URL; it is {host}")
        kind = self._kind(host, port, is_here=is_here)
        if kind == "live" and not self.scope:
            raise UsageError("a live target needs --scope accountIds=ID[,ID]")
        if self.user_agent is not None and not _HEADER_TEXT.fullmatch(self.user_agent):
            raise UsageError("--user-agent is not printable ASCII of at most 200 characters")
        if self.proxy is not None and urlsplit(self.proxy.reveal()).scheme not in _PORTS:
            raise UsageError("--proxy is not http://HOST or https://HOST")
        return Target(
            scheme=scheme,
            host=host,
            port=port,
            base_path=base_path,
            kind=kind,
            auth=self._auth(kind),
            limits=self._limits(kind),
            addresses=private_addresses(host, lookup=lookup) if kind == "own" else (),
        )

    def _kind(self, host: str, port: int, *, is_here: bool) -> Kind:
        is_own = any(name.lower() in (host, f"{host}:{port}") for name in self.own)
        if self.live is not None and is_own:
            raise UsageError(f"--live {host} and --own {host} exclude each other")
        if self.live is not None:
            return "live"
        if is_own and self.proxy is not None:
            # A proxy looks the name up by itself, and may find another address.
            raise UsageError(f"--own {host} goes without --proxy, which finds hosts by itself")
        if is_own:
            return "own"
        if not is_here:
            raise UsageError(
                f"{host} is not this machine, so it counts as live; "
                f"add --live {host} and --scope accountIds=ID, or --own {host} if every address "
                "of it is private"
            )
        return "loopback"

    def _stays_here(self) -> bool:
        # A proxy elsewhere resolves `localhost` for itself: such a target is not this machine.
        if self.proxy is None:
            return True
        return is_loopback((urlsplit(self.proxy.reveal()).hostname or "").lower())

    def _auth(self, kind: Kind) -> Literal["basic", "cookie", "session"]:
        auth = self.auth or ("cookie" if kind == "live" else "basic")
        if auth == "basic":
            return "basic"
        if auth == "cookie":
            return "cookie"
        if auth != "session":
            raise unknown_name("way to sign in", auth, AUTH_MODES)
        if self.session is None:
            raise UsageError("--auth session needs the ss-id in MOCKSERVER_SESSION")
        if not re.fullmatch(r"[\x21-\x7e]+", self.session.reveal()):
            raise UsageError("MOCKSERVER_SESSION is no ss-id: it holds blanks or other characters")
        return "session"

    def _limits(self, kind: Kind) -> Limits:
        seconds = _between(
            "--max-time", self.max_seconds, default=_SECONDS[kind], at_most=MAX_SECONDS[kind]
        )
        if kind != "live":
            most = MAX_LOOPBACK_REQUESTS
            budget = _between("--budget", self.budget, default=_LOOPBACK_REQUESTS, at_most=most)
            rate = None if self.rate is None else _between("--rate", self.rate)
            if kind == "own":
                rate = _between("--rate", self.rate, default=_OWN_RATE, at_most=_OWN_RATE)
            return Limits(
                requests=int(budget),
                run_seconds=seconds,
                rate_per_second=rate,
                extra_requests=_EXTRA_REQUESTS,
            )
        most = _LIVE_REQUESTS
        budget = _between("--budget", self.budget, default=most, at_most=most)
        return Limits(
            requests=int(budget),
            run_seconds=seconds,
            rate_per_second=_between("--rate", self.rate, default=_LIVE_RATE, at_most=_LIVE_RATE),
            answer_seconds=30.0,
            together=1,
            sign_ins=2,
            failures_in_a_row=2,
        )


def _split(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(
            "the URL cannot be read; give one such as http://localhost:4011"
        ) from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UsageError("the URL is not http://HOST or https://HOST")
    if parts.username is not None or parts.password is not None:
        raise UsageError("the URL carries credentials; use --user and MOCKSERVER_PASSWORD")
    if parts.query or parts.fragment:
        raise UsageError("the URL carries a query or fragment; give the address of the API alone")
    if not re.fullmatch(r"[\x21-\x7e]*", parts.path + parts.hostname):
        raise UsageError("the URL is not plain ASCII; percent-encode its path, punycode its host")
    base_path = parts.path.rstrip("/")
    if any(part in (".", "..") for part in base_path.split("/")):
        raise UsageError("the URL's path has a `.` or `..` part; give it without")
    return parts.scheme, parts.hostname.lower(), port or _PORTS[parts.scheme], base_path


def _between(
    flag: str, value: float | None, *, default: float = 1.0, at_most: float = float("inf")
) -> float:
    number = default if value is None else value
    if not number > 0:
        raise UsageError(f"{flag} {number:g} is not above 0")
    if number > at_most:
        raise UsageError(f"{flag} {number:g} is too much for this target; at most {at_most:g}")
    return number
