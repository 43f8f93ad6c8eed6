"""Hold one tenant of the mock: commands, clock, sessions, journal, faults, and all of them."""
