"""Serve the admin API and its page."""
