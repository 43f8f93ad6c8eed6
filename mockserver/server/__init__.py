"""Serve the fake backend: the request path, the admin API, pages, sockets.

`from mockserver.server import MockServer` gives the whole of it in a thread, for tests.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.testing.mock_server import MockServer

__all__ = ["MockServer"]


def __getattr__(name: str) -> Any:
    # The mock in a thread stands above the server, and needs all of it.
    if name == "MockServer":
        from mockserver.testing.mock_server import MockServer

        return MockServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
