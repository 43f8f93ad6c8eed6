"""What comes in to the blind host, and what goes out."""

from dataclasses import dataclass, field
from urllib.parse import unquote

from tests.blind.world import User

__all__ = ["Answer", "Ask", "Refused"]


@dataclass(slots=True, kw_only=True)
class Answer:
    """What goes out."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""
    delay: float = 0.0

    def media(self, text: str) -> None:
        """Name another media type."""
        self.headers = [("Content-Type", text), *self.without("content-type")]

    def without(self, name: str) -> list[tuple[str, str]]:
        """The headers but those of one name."""
        return [pair for pair in self.headers if pair[0].lower() != name.lower()]


@dataclass(slots=True, kw_only=True)
class Ask:
    """What came in, and what it was bound to."""

    number: int
    method: str
    path: str
    raw_query: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    peer: str = ""
    query: list[tuple[str, str]] = field(default_factory=list)
    route: str = ""
    kind: str = "html"
    way: str = "default"
    callback: str = ""
    door: str = ""
    user: User | None = None
    raw: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, list[str | None]] = field(default_factory=dict)
    after: int | None = None
    after_text: str = ""

    def header(self, name: str) -> list[str]:
        """The lines of one header."""
        return [value for key, value in self.headers if key == name.lower()]

    def given(self, name: str) -> str:
        """The last value of a query parameter."""
        return ([value for key, value in self.query if key == name] or [""])[-1]

    def cookies(self) -> dict[str, str]:
        """The cookies that came."""
        parts = [part for line in self.header("cookie") for part in line.split(";")]
        pairs = [part.strip().partition("=") for part in parts]
        return {name: unquote(value) for name, _, value in pairs if name}


class Refused(Exception):
    """A request that ends early, with its answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
