"""Stamp a report with what it takes to run it again: version, seed, budget, contract, profile.

Ids of a scope and names of a live target's users are nobody's business who reads a report: of the
former it says how many there are, of the latter nothing.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mockserver import __version__
from mockserver.checks.sending.target import Target
from mockserver.resources import find_resource

__all__ = ["Stamp", "Stopwatch", "about", "contract_digest", "profile_digest", "start_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Hold how a run was made.

    Attributes:
        budget: requests that could be asked.
        started: an instant in UTC.
        contract_digest: SHA-256 of the contract's bytes.
        profile: the choices that the target was expected to have made.
        scope: how many accounts it was bound to; None for no bound.
        options: the option's flag → what it was given, for those that decide what is asked.
    """

    seed: int = 0
    budget: int = 0
    started: str = ""
    contract_digest: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)
    scope: int | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    version: str = __version__


def contract_digest(data: bytes | None = None) -> str:
    """Return the digest of a contract's bytes; of the shipped one without any."""
    found = find_resource("openapi.yaml").read_bytes() if data is None else data
    return f"sha256:{hashlib.sha256(found).hexdigest()}"


def profile_digest(profile: Mapping[str, str]) -> str:
    """Return the digest of a profile's choices, whatever their order."""
    text = json.dumps(dict(profile), sort_keys=True, ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def start_of(seconds: float, *, now: datetime.datetime | None = None) -> str:
    """Return when a run that lasted so long began, as a report writes it."""
    ended = now or datetime.datetime.now(datetime.UTC)
    began = ended - datetime.timedelta(seconds=seconds)
    return began.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def about(target: Target) -> dict[str, str]:
    """Return what a report says of a target: no credentials and no ids."""
    return {
        "kind": target.kind,
        "origin": target.origin,
        "basePath": target.base_path,
        "auth": target.auth,
    }


@dataclass(slots=True, kw_only=True)
class Stopwatch:
    """Measure how long each law is tried; called with a law's id as the run comes to it."""

    clock: Callable[[], float]
    tell: Callable[[str], None] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    _law: str = ""
    _since: float = 0.0

    def __call__(self, law: str) -> None:
        """Stop the time of the law before, and begin that of this one."""
        self.stop()
        self._law = law
        if self.tell is not None:
            self.tell(law)

    def stop(self) -> None:
        """Stop the time of the law that was tried last."""
        now = self.clock()
        if self._law:
            self.seconds[self._law] = self.seconds.get(self._law, 0.0) + now - self._since
        self._since = now
