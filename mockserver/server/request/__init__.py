"""Take a request from its bytes to the headers and body of its answer; path.py shows the way."""
