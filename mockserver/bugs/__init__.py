"""Hold the wrong steps of bugs.py, one module a category; nothing here runs unless asked for."""
