"""Run `fuzz`."""

from mockserver.errors import UsageError
from mockserver.target_call import Call

__all__ = ["run_fuzz"]


def run_fuzz(call: Call, text: str) -> int:
    """Try ever new plans on a target."""
    raise UsageError(f"{call.command} {text} is not ready yet")
