"""Say what .NET and ServiceStack take for white space; Python's idea is another."""

__all__ = ["JSON_SPACES", "trim"]

_DOTNET = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
# What ServiceStack skips in JSON.
JSON_SPACES = "\t\n\v\f\r \x85\xa0\u200b"


def trim(text: str) -> str:
    """Return the text as .NET's `Trim` does."""
    return text.strip(_DOTNET)
