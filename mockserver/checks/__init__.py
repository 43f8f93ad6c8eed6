"""Judge a server against the contract; imports only the base modules."""

from mockserver.checks.engine import run_checks

__all__ = ["run_checks"]
