"""Judge a server against the contract; imports only the base modules."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.checks.engine import run_checks

__all__ = ["run_checks"]


def __getattr__(name: str) -> Any:
    """Load what asks a server only when somebody wants it: the laws can be read without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mockserver.checks.engine import run_checks

    return run_checks
