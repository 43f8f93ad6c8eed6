"""Hold where the checker itself failed: what breaks it is no verdict on the target."""

from dataclasses import dataclass

from mockserver.errors import crash_place

__all__ = ["Failure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Hold one failure of the checker; never the exception's text, which may hold a row.

    Attributes:
        during: a law's id, or what the checker was at.
        error: the exception's class.
        place: the innermost line of this package.
    """

    during: str
    error: str
    place: str

    @classmethod
    def of(cls, error: BaseException, *, during: str) -> "Failure":
        """Return the failure that an exception is."""
        return cls(during=during, error=type(error).__name__, place=crash_place(error))

    def __str__(self) -> str:
        """Return the line for a person."""
        return f"{self.during}: {self.error} at {self.place}"
