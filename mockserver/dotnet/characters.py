"""Name the characters that .NET treats in a way of its own: white space, and what XML bars."""

__all__ = ["JSON_SPACES", "SPACES", "SURROGATES", "XML_BARS", "trim"]

# What .NET's char.IsWhiteSpace takes; Python's str.isspace also takes U+001C to U+001F.
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
# What ServiceStack skips in JSON.
JSON_SPACES = "\t\n\v\f\r \x85\xa0\u200b"
# For a class of a pattern: what XML 1.0 cannot hold, and halves of surrogate pairs.
XML_BARS = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
SURROGATES = "\ud800-\udfff"


def trim(text: str) -> str:
    """Return the text as .NET's `Trim` does."""
    return text.strip(SPACES)
