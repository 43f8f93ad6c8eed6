"""Read documents that people write, and check them by their schemas."""
