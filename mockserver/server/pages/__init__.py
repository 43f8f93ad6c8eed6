"""Serve what is no operation: pages for people."""
