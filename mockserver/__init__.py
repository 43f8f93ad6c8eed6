"""Serve and check Evo Voice's GET /conversations; read cli/main.py for the commands."""

__version__ = "0.2.0"
