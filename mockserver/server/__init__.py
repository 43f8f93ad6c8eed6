"""Serve the world over HTTP: spaces, sign-in, the request path and sockets."""

from mockserver.server.mock_server import MockServer

__all__ = ["MockServer"]
