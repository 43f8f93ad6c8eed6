"""Describe the operations and types as ServiceStack does, for programs that read them."""
