"""Read the body of an answer within its bounds: bytes, time, and how much has to be judged."""

from collections.abc import Callable

from mockserver.checks.messages import Request
from mockserver.checks.sending.inflate import Inflater
from mockserver.checks.sending.meter import Meter
from mockserver.checks.sending.target import Limits
from mockserver.checks.sending.transport import Answer
from mockserver.errors import BrokenAnswerError, StoppedError

__all__ = ["read_body"]

# The number of digits that a length may have to be believed.
_LENGTH_DIGITS = 18
# How many objects, lines and tags an answer may have: three times what 64 MiB of real rows hold.
_MOST_PARTS = {b"{": 1_000_000, b"\n": 500_000, b"<": 6_000_000}


def read_body(
    answer: Answer, request: Request, *, meter: Meter, limits: Limits, lasted: Callable[[], float]
) -> bytes:
    """Return the body of an answer, decoded; none for HEAD.

    Args:
        lasted: how many seconds the exchange has taken.

    Raises:
        BrokenAnswerError: it drips, or is encoded more than once or wrongly.
        StoppedError: it is too large.
    """
    encodings = [item for item in answer.header("content-encoding").split(",") if item]
    if len(encodings) > 1:
        raise BrokenAnswerError("the answer is encoded more than once")
    inflater = Inflater("".join(encodings), limit=limits.answer_bytes)
    body = bytearray()
    read = 0
    if request.method != "HEAD":
        declared = answer.header("content-length")[:_LENGTH_DIGITS]
        meter.count_bytes(0, answer=int(declared) if declared.isdecimal() else 0)
    for piece in answer.pieces:
        read += len(piece)
        decoded = b"" if request.method == "HEAD" else inflater.feed(piece)
        body += decoded
        meter.count_bytes(max(len(piece), len(decoded)), answer=max(read, len(body)))
        if lasted() > limits.answer_seconds:
            raise BrokenAnswerError("the answer drips: no end within the time for one answer")
    inflater.finish()
    if any(body.count(mark) > most for mark, most in _MOST_PARTS.items()):
        raise meter.end(StoppedError("an answer has too many rows to judge", guard="rows"))
    return bytes(body)
