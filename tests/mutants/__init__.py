"""Say what `check` is worth by mutants that a machine makes of the mock's own code."""
