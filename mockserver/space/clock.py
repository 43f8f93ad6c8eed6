"""Tell a space's time: stopped, or the real time moved."""

from dataclasses import dataclass

from mockserver.dotnet.ticks import LATEST_TICKS, TICKS_PER_SECOND, unix_to_ticks

__all__ = ["INSTANT", "INSTANT_OR_NULL", "OFFSET", "Clock"]

# JSON Schemas of what a log says of instants, in ticks.
INSTANT = {"type": "integer", "minimum": 0, "maximum": LATEST_TICKS}
INSTANT_OR_NULL = {**INSTANT, "type": ["integer", "null"]}
OFFSET = {**INSTANT, "minimum": -LATEST_TICKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Tell a space's time: `frozen_ticks`, or the real time moved by `offset_ticks`."""

    frozen_ticks: int | None = None
    offset_ticks: int = 0

    def now_ticks(self, unix_seconds: float) -> int:
        """Return the instant in ticks, given the real time."""
        if self.frozen_ticks is not None:
            return self.frozen_ticks
        return min(max(unix_to_ticks(unix_seconds) + self.offset_ticks, 0), LATEST_TICKS)

    @property
    def mode(self) -> str:
        """Return `frozen` or `live`."""
        return "live" if self.frozen_ticks is None else "frozen"

    def moved(self, seconds: float) -> "Clock":
        """Return a clock that is `seconds` ahead of this one; behind it where negative."""
        ticks = round(seconds * TICKS_PER_SECOND)
        if self.frozen_ticks is None:
            return Clock(offset_ticks=self.offset_ticks + ticks)
        return Clock(frozen_ticks=self.frozen_ticks + ticks)
