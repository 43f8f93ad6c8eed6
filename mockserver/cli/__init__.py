"""Run the commands: `main` reads the command line, one module a command does its work."""
