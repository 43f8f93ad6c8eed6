"""Be the module that `SCHEMATHESIS_HOOKS=mockserver.checks.st_hooks st run …` names.

Importing it registers the hooks: that is what Schemathesis imports it for.
"""

from mockserver.checks.schemas import register_hooks

__all__: list[str] = []

register_hooks()
