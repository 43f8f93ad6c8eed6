"""Define every exception of the package, in one tree, and the codes that a command exits with.

MockServerError
├── UsageError            wrong flag, configuration, scenario, profile, dataset (exit 2)
├── ListenError           the address cannot be bound (exit 3)
├── TooFewError           the target showed too few ids or dates for a plan
├── LostServerError       the server of the pytest plugin does not answer
├── DecodeError           an answer's body is not what its media type says
├── GuardError            a guard of checks/client refused or ended something; names the guard
│   ├── RefusedError      the request may not be sent to this target; nothing was sent
│   ├── BudgetError       the request budget is spent, which is normal
│   ├── StoppedError      bytes, time, breaker or Retry-After ended the run (exit 5)
│   └── ScopeError        an answer holds rows outside the scope: a finding (exit 1)
├── CheckFailure          a law does not hold, where a test runner asked; also an AssertionError
├── BrokenAnswerError     the answer broke off, or its framing or encoding is wrong
├── TargetError           unreachable, sign-in refused, or a front door (exit 4)
├── EmptyAcceptError      an Accept line names no type; the framework breaks off (HTTP 200)
├── NotSignedInError      the framework's plain refusal of a stranger (HTTP 401 or 302)
└── RequestError          an answer other than 200; carries status and code
    ├── FrameworkError    raised before the service: the body is an ErrorResponse envelope
    └── ServiceError      raised by the service: the body is the empty response DTO
"""

import difflib
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Self

__all__ = [
    "BrokenAnswerError",
    "BudgetError",
    "CheckFailure",
    "DecodeError",
    "NoListError",
    "EmptyAcceptError",
    "ExitCode",
    "FieldError",
    "FrameworkError",
    "GuardError",
    "ListenError",
    "LostServerError",
    "MockServerError",
    "NotSignedInError",
    "ProblemError",
    "RefusedError",
    "RequestError",
    "ScopeError",
    "ServiceError",
    "StoppedError",
    "TargetError",
    "TooFewError",
    "UsageError",
    "crash_place",
    "describe_crash",
    "unknown_name",
]


_FOLDER = Path(__file__).parent
_SHOWN = 200


class ExitCode(IntEnum):
    """Name every way in which a command ends; `help` says when, in one sentence."""

    help: str

    def __new__(cls, number: int, help: str) -> Self:
        """Return the code with its help."""
        code = int.__new__(cls, number)
        code._value_, code.help = number, help
        return code

    GOOD = 0, "Nothing wrong was found; what the budget did not reach is listed as inconclusive."
    WRONG = (
        1,
        "A law is violated, a point differs from `--profile`, a required law does not hold, or two"
        " targets differ.",
    )
    USAGE = (
        2,
        "The command line, a variable, a file or a name in it is wrong; one sentence says how.",
    )
    LISTEN = 3, "The server cannot listen: the port is taken or the address is unusable."
    TARGET = (
        4,
        "The target cannot be reached, refused the sign-in, or something before it answered.",
    )
    GUARDED = (
        5,
        "A guard ended the run before every `must` law had a verdict: time, bytes, repeated"
        " failures, Ctrl-C. Or the list showed no row, or fewer than half of the `must` laws got a"
        " verdict (`--allow-empty`: 0).",
    )
    CRASHED = 6, "The program itself failed; a report holds what was found before."
    INTERRUPTED = 130, "Ctrl-C ended a command that has no verdict."


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """Hold what is wrong with one member of a request."""

    error_code: str
    field_name: str
    message: str
    meta: Mapping[str, str] | None = None


class MockServerError(Exception):
    """Be the root of every error that this package raises on purpose."""


class UsageError(MockServerError):
    """Say that the user's input is wrong; `str()` is one clear sentence (exit code 2)."""


class TooFewError(MockServerError):
    """Say that the target showed too few ids or dates for a plan, which is no fault of anybody."""


class DecodeError(MockServerError):
    """Say that a body is not what its media type says; shows no member's value."""


class NoListError(DecodeError):
    """Say that a body is what its media type says, and lacks the list of conversations."""


class CheckFailure(MockServerError, AssertionError):
    """Say that a law does not hold."""


class GuardError(MockServerError):
    """Say that a guard refused or ended something; `guard` is its name in one word.

    The text never holds a value of the target: no id, address, name, password or cookie.
    """

    def __init__(self, message: str, *, guard: str) -> None:
        """Keep the guard's name as an attribute."""
        super().__init__(message)
        self.guard = guard


class RefusedError(GuardError):
    """Say that a request may not go to this kind of target; nothing was sent."""


class BudgetError(GuardError):
    """Say that the request budget is spent; what was not reached is inconclusive."""


class StoppedError(GuardError):
    """Say that a guard ended the run; every later request raises the same (exit code 5)."""


class ScopeError(GuardError):
    """Say that an answer holds rows outside the scope, which is a finding (exit code 1)."""


class BrokenAnswerError(MockServerError):
    """Say that an answer broke off, stalled, or that its framing or encoding is wrong."""


class TargetError(MockServerError):
    """Say that the target is unreachable, refused the sign-in or has a front door (exit code 4)."""


class ProblemError(MockServerError):
    """Refuse a request to the mock itself, not to the host that it plays (RFC 9457).

    `pointer` is the JSON pointer to what is wrong in the body.
    """

    def __init__(self, detail: str, *, status: int, pointer: str | None = None) -> None:
        """Keep the facts as attributes."""
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.pointer = pointer


class ListenError(MockServerError):
    """Say that the address cannot be bound (exit code 3)."""


class LostServerError(MockServerError):
    """Say that the server of the pytest plugin does not answer: it was ended, or cannot start."""


class EmptyAcceptError(MockServerError):
    """Say that an Accept line names no type; the framework breaks off with an empty 200."""


class NotSignedInError(MockServerError):
    """Ask for the framework's plain refusal: an empty 401 with a challenge, or a redirect."""


class RequestError(MockServerError):
    """End a request with a status other than 200.

    Args:
        message: what the body's `message` says.
        status: the HTTP status.
        error_code: ServiceStack's `errorCode`, the exception's or status's name.
        reason: the reason phrase; None for the standard one of the status.
        field_errors: what is wrong with which member.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        error_code: str,
        reason: str | None = None,
        field_errors: tuple[FieldError, ...] = (),
    ) -> None:
        """Keep the facts as attributes."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.error_code = error_code
        self.reason = reason
        self.field_errors = field_errors


class FrameworkError(RequestError):
    """End a request before the service ran: the body is an ErrorResponse envelope."""


class ServiceError(RequestError):
    """End a request from inside the service: the body is the empty response DTO."""


def unknown_name(kind: str, value: str, known: Iterable[str]) -> UsageError:
    """Return the error for an unknown `value`: the known names, and the nearest of them."""
    names = sorted(known)
    text = f"unknown {kind} {value[:80]!r}; known: {', '.join(names)}"
    nearest = difflib.get_close_matches(value[:80], names, n=1, cutoff=0.5)
    return UsageError(f"{text}; did you mean {nearest[0]}?" if nearest else text)


def describe_crash(error: BaseException) -> str:
    """Return one sentence that names an exception and the line that it comes from."""
    text = " ".join(str(error).split())[:_SHOWN]
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"this is a fault of mockserver's own, at {crash_place(error)}: {what}"


def crash_place(error: BaseException) -> str:
    """Return the innermost line of this package that an exception came through."""
    frames = [
        (Path(frame.f_code.co_filename), number)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    ours = [(path, number) for path, number in frames if path.is_relative_to(_FOLDER)]
    if not ours:
        return "an unknown line"
    path, number = ours[-1]
    return f"{path.relative_to(_FOLDER.parent)}:{number}"
