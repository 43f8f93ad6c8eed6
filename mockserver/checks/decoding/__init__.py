"""Decode bodies of each media type into rows or members."""
