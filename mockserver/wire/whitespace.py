"""Say what .NET and ServiceStack take for white space; Python's idea is another."""

__all__ = ["is_dotnet_space", "is_json_space", "trim"]

_DOTNET = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_JSON = frozenset("\t\n\v\f\r \x85\xa0\u200b")


def is_dotnet_space(char: str) -> bool:
    """Say whether .NET's `char.IsWhiteSpace` holds."""
    return char in _DOTNET


def is_json_space(char: str) -> bool:
    """Say whether ServiceStack skips the character in JSON."""
    return char in _JSON


def trim(text: str) -> str:
    """Return the text as .NET's `Trim` does."""
    return text.strip(_DOTNET)
