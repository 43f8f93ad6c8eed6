"""Hold the bounds of whatever somebody can set, once.

The published schemas name them, and every way of setting a thing asks here: file, flag, variable,
admin API, log and restore. What a client sends with a request has its limits where it is read.
"""

__all__ = [
    "HEADER_NAME",
    "MAX_ARRIVALS",
    "MAX_ARRIVAL_DAYS",
    "MAX_ARRIVALS_PER_MINUTE",
    "MAX_ASKED_CONVERSATIONS",
    "MAX_BUGS",
    "MAX_CONVERSATIONS",
    "MAX_DEPTH",
    "MAX_FAULTS",
    "MAX_GLOB",
    "MAX_JOBS",
    "MAX_JUMP_SECONDS",
    "MAX_LOCALES",
    "MAX_MATCH",
    "MAX_NODES",
    "MAX_NUMBER",
    "MAX_ORIGINS",
    "MAX_OWNERS",
    "MAX_SEED",
    "MAX_SESSIONS",
    "MAX_SPACES",
    "MAX_USERS",
    "MAX_WAITERS",
    "MAX_WAIT_SECONDS",
    "SPACE_NAME",
]

# Of a scenario.
MAX_CONVERSATIONS = 10_000_000
# Of a world that a request to the admin API may ask for.
MAX_ASKED_CONVERSATIONS = 100_000
MAX_OWNERS = 10_000
MAX_USERS = 1_000
MAX_FAULTS = 100
# Characters of a text that requests are compared with.
MAX_MATCH = 1_024
# Of a pattern with wildcards, whose cost grows with each.
MAX_GLOB = 200
MAX_BUGS = 500
MAX_LOCALES = 20
MAX_ORIGINS = 100
# A pattern, for the name of a header.
HEADER_NAME = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}"
MAX_SEED = 2**63 - 1

# Of what arrives as time passes: whatever comes after the first so many, or later than so many
# days after the start, does not come.
MAX_ARRIVALS_PER_MINUTE = 300
MAX_ARRIVALS = 1_000_000
MAX_ARRIVAL_DAYS = 366

# Of a running server.
MAX_SPACES = 1_000_000
# A pattern, for a name that stands in a path, a cookie and a header.
SPACE_NAME = "[a-z0-9-]{1,40}"
# In one space; the one that ends first makes room for another.
MAX_SESSIONS = 10_000
MAX_JUMP_SECONDS = 315_360_000
# Requests of the admin API that wait for others at one time.
MAX_WAITERS = 100
MAX_WAIT_SECONDS = 60
MAX_JOBS = 256

# Of a file or a body that somebody writes.
MAX_DEPTH = 64
MAX_NODES = 5_000_000
MAX_NUMBER = 2**63 - 1
