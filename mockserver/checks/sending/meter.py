"""Count what a run has used: requests, sign-ins, bytes, time, failures in a row, and the pace.

Thread-safe, and free of the network: client.py asks before it sends and tells what came back.
"""

import threading
from collections.abc import Callable

from mockserver.checks.sending.target import Target
from mockserver.errors import BudgetError, MockServerError, RefusedError, StoppedError

__all__ = ["Meter"]

_REFUSALS_LIVE = 4
_TOO_MANY = 3
_SLOW = 3.0
_WARM_UP = 5
_SLOWEST_SECONDS = 60.0
_QUIET = ("breaker", "retry-after")


class Meter:
    """Admit requests one by one and end the run when a limit is passed.

    Args:
        target: brings the limits.
        clock: seconds that only grow.
        sleep: waits that many seconds.
        reserve: requests kept back for the run's own sign-out.
    """

    def __init__(
        self,
        target: Target,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        reserve: int = 0,
    ) -> None:
        """Start counting; the run's time begins now."""
        self._limits = target.limits
        self._is_live = target.is_live
        self._clock = clock
        self._sleep = sleep
        self._reserve = reserve
        self._lock = threading.Lock()
        self._started = clock()
        rate = target.limits.rate_per_second
        self._interval = 0.0 if rate is None else 1.0 / rate
        self._next = self._started
        self._times: list[float] = []
        self._failures = 0
        self._refusals = 0
        self._busy = 0
        self._sign_ins = 0
        self._free = 0
        self._end: MockServerError | None = None
        self.requests = 0
        self.bytes = 0

    @property
    def seconds(self) -> float:
        """Return how long the run has lasted."""
        return self._clock() - self._started

    @property
    def left_seconds(self) -> float:
        """Return how long the run may still last."""
        return self._limits.run_seconds - self.seconds

    @property
    def remaining(self) -> int:
        """Return how many requests may still be sent."""
        return max(0, self._limits.requests - self._reserve - self.requests + self._free)

    def admit(
        self, *, count: int = 1, signs: int = 0, refusals: int = 0, is_extra: bool = False
    ) -> None:
        """Debit requests that are about to be sent, and wait for their turn.

        Args:
            is_extra: whether they confirm or reduce a finding: those come out of the purse for
                that while there is one, and only then out of the budget.

        Raises:
            BudgetError: fewer than `count` are left.
            RefusedError: no sign-in, or no request without credentials, is left.
            StoppedError: an earlier guard ended the run, or its time is over.
        """
        with self._lock:
            self._check_end()
            free = min(count, self._limits.extra_requests - self._free) if is_extra else 0
            if count - free > self.remaining:
                raise BudgetError("the request budget is spent", guard="requests")
            if signs and self._sign_ins + signs > self._limits.sign_ins:
                raise RefusedError("no sign-in or sign-out is left in this run", guard="sign-ins")
            if self._is_live and refusals and self._refusals + refusals > _REFUSALS_LIVE:
                raise RefusedError("no unknown identity is left in this run", guard="identity")
            self._wait_turn()
            self.requests += count
            self._free += free
            self._sign_ins += signs
            self._refusals += refusals

    def admit_farewell(self) -> bool:
        """Debit the sign-out that was kept back; False if the target wants to be left alone."""
        with self._lock:
            end = self._end
            if isinstance(end, StoppedError) and end.guard in _QUIET:
                return False
            if self.requests - self._free >= self._limits.requests:
                return False
            self._wait_turn(is_last=True)
            self.requests += 1
            return True

    def pause(self, seconds: float) -> None:
        """Wait as long as the target asks, and slow down from now on.

        Raises:
            StoppedError: the wait ends after the run's time.
        """
        with self._lock:
            if self.seconds + seconds > self._limits.run_seconds:
                raise self._stop("retry-after", "the target asks to wait longer than the run lasts")
            if self._interval:
                self._interval = min(self._interval * 2, _SLOWEST_SECONDS)
        self._sleep(seconds)

    def count_bytes(self, size: int, *, answer: int) -> None:
        """Debit bytes of an answer of which `answer` bytes are read so far.

        Raises:
            StoppedError: the answer or the run is too large, or the run's time is over.
        """
        with self._lock:
            self.bytes += size
            if answer > self._limits.answer_bytes:
                raise self._stop("bytes", "an answer is larger than 64 MiB")
            if self.bytes > self._limits.run_bytes:
                raise self._stop("bytes", "the answers together are larger than 1 GiB")
            if self.seconds > self._limits.run_seconds:
                raise self._stop("time", "the run's time is over")

    def count_answer(self, status: int | None, *, seconds: float) -> None:
        """Note an answer, None for one that broke off; may open the circuit breaker.

        The answer itself may still be judged: the next request is what is refused.
        """
        with self._lock:
            is_failure = status is None or status >= 500
            self._failures = self._failures + 1 if is_failure else 0
            self._busy = self._busy + 1 if status == 429 else 0
            if self._failures >= self._limits.failures_in_a_row:
                self._stop("breaker", f"{self._failures} answers in a row were failures")
            elif self._busy >= _TOO_MANY:
                self._stop("breaker", "the target said three times that it is busy")
            if status is not None and self._interval:
                self._adapt(seconds)

    def end(self, error: MockServerError) -> MockServerError:
        """Make every later request raise `error`; return the one that counts."""
        with self._lock:
            self._end = self._end or error
            return self._end

    def _adapt(self, seconds: float) -> None:
        # Three times slower than it began: the target is under load, so ask half as often.
        if len(self._times) < _WARM_UP:
            self._times.append(seconds)
        elif seconds > _SLOW * max(0.1, sorted(self._times)[_WARM_UP // 2]):
            self._interval = min(self._interval * 2, _SLOWEST_SECONDS)

    def _wait_turn(self, *, is_last: bool = False) -> None:
        wait = self._next - self._clock()
        late = self.seconds + max(0.0, wait) > self._limits.run_seconds
        if late and not is_last:
            raise self._stop("time", "the run's time is over")
        if wait > 0:
            self._sleep(wait)
        self._next = max(self._next, self._clock()) + self._interval

    def _stop(self, guard: str, message: str) -> MockServerError:
        self._end = self._end or StoppedError(message, guard=guard)
        return self._end

    def _check_end(self) -> None:
        if self._end is not None:
            raise self._end
