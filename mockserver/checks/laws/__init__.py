"""State what must hold of any server of the contract; table.py lists every law."""
