"""Send requests to a target: its limits and guards, its transport, and who asks."""
