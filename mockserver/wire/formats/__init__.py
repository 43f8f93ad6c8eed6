"""Write answers in each format, one module a format."""
