"""Declare every option once, and settle what a command line, variables and a file say."""
