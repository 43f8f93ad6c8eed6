"""Serve the world over HTTP: spaces, sign-in, the request path and sockets."""
