"""Hold the wrong steps of table.py, one module a category; nothing here runs unless asked for."""
