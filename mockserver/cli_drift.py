"""Run `drift`."""

from mockserver.errors import UsageError
from mockserver.target_call import Call

__all__ = ["run_drift"]


def run_drift(call: Call) -> int:
    """Compare two targets."""
    raise UsageError(f"{call.command} is not ready yet")
