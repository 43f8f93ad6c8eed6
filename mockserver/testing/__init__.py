"""Serve tests: a whole mock in a thread, the pytest plugin, the laws as test items."""
