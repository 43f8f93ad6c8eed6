"""Keep what the same request needs again: how it was understood, and the body it got.

Both are functions of the request and of the space's world, profile and day (a date without a year
means another instant tomorrow); a change of any of these empties the cache. Bounded in entries and
bytes.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

from mockserver.models import ListConversations
from mockserver.profile import Profile
from mockserver.server.exchange import Answer, Request
from mockserver.server.replies import Style
from mockserver.wire.route import Route
from mockserver.world.rows import View

__all__ = ["AnswerCache", "Understood", "request_key"]

_MAX_UNDERSTOOD = 10_000
_MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """Hold how a request was understood: its route, the style of its answer, the bound DTO."""

    route: Route
    style: Style
    asked: ListConversations


@dataclass(slots=True)
class AnswerCache:
    """Hold what was understood and answered since world, profile or day changed."""

    _generation: object = None
    _profile: Profile | None = None
    _day: int = -1
    _understood: dict[Hashable, Understood] = field(default_factory=dict)
    _answers: dict[Hashable, Answer] = field(default_factory=dict)
    _bytes: int = 0

    def refresh(self, world: View, profile: Profile, day: int) -> None:
        """Empty the cache if it belongs to another world, profile or day."""
        if world.generation is self._generation and profile is self._profile and day == self._day:
            return
        self._generation, self._profile, self._day = world.generation, profile, day
        self._understood.clear()
        self._answers.clear()
        self._bytes = 0

    def understood(self, key: Hashable) -> Understood | None:
        """Return how the request of this key was understood before."""
        return self._understood.get(key)

    def keep_understood(self, key: Hashable, understood: Understood) -> None:
        """Remember how a request was understood."""
        if len(self._understood) >= _MAX_UNDERSTOOD:
            self._understood.clear()
        self._understood[key] = understood

    def answer(self, key: Hashable) -> Answer | None:
        """Return the answer of this key; the caller copies it before adding to it."""
        return self._answers.get(key)

    def keep_answer(self, key: Hashable, answer: Answer) -> None:
        """Remember an answer, without cookies."""
        self._bytes += len(answer.body)
        if self._bytes > _MAX_BYTES:
            self._answers.clear()
            self._bytes = len(answer.body)
        self._answers[key] = answer


def request_key(request: Request) -> Hashable | None:
    """Return what decides how a request is understood; None where its body does too."""
    if request.body:
        return None
    return (
        request.method,
        request.raw_path,
        request.query,
        tuple(request.lines(b"accept")),
        request.header(b"content-type"),
        request.header(b"x-http-method-override"),
    )
