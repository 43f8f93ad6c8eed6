"""Hold what is asked: one request after another, with the cookies that a client keeps."""

from dataclasses import dataclass

__all__ = ["Ask", "Answer", "Sequence"]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Hold one request.

    Attributes:
        headers: all but Host and Content-Length; `${ss-id}` and the like stand for the cookies
            that the client holds.
        has_cookies: the client sends all its cookies, as a browser does.
        keeps_cookies: the client keeps what the answer sets.
        is_admin: it moves the world by the mock's admin API, and is no question.
    """

    method: str = "GET"
    target: str
    headers: Headers = ()
    body: str | None = None
    has_cookies: bool = False
    keeps_cookies: bool = False
    is_admin: bool = False

    def values(self, name: str) -> list[str]:
        """Return each line of a header."""
        return [value for key, value in self.headers if key.lower() == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Hold requests that one client sends in order.

    Attributes:
        label: the recorded request or sequence that it was made of.
        is_moving: its rows move, so that it needs a world that is as it was at the start.
    """

    label: str
    asks: tuple[Ask, ...]
    is_moving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hold what came back, and the session ids that the client held then, by cookie.

    A status of 0 is no answer at all.
    """

    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    cookies: tuple[tuple[str, str], ...] = ()

    def values(self, name: str) -> list[str]:
        """Return each line of a header."""
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def media_type(self) -> str:
        """Return the media type without parameters; empty where none is named."""
        return next(iter(self.values("content-type")), "").partition(";")[0].strip().lower()
