"""Describe the operations as ServiceStack does: its metadata pages and its types."""
