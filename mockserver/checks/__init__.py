"""Judge a server against the contract; imports only the base modules."""
