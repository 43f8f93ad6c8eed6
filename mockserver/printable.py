"""Make a text harmless for whoever shows it: escaped by `printable`, hidden by `Secret`.

Names, ids and messages come from files, clients and targets. terminal.py prints; this is for all
who put such a text into a line.
"""

import hmac

__all__ = ["Secret", "printable"]


class Secret:
    """Hold a password or token; `is_given` marks one that a person gave on the command line."""

    __slots__ = ("_text", "is_given")

    def __init__(self, text: str, *, is_given: bool = False) -> None:
        """Keep the text."""
        self._text = text
        self.is_given = is_given

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def matches(self, text: str) -> bool:
        """Tell whether this is the password, in a time that tells nothing about it."""
        return self == Secret(text)

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._bytes(), other._bytes())

    def __hash__(self) -> int:
        """Return the text's hash."""
        return hash(self._text)

    def __repr__(self) -> str:
        """Mask the text."""
        return "Secret('***')"

    __str__ = __repr__

    def _bytes(self) -> bytes:
        return self._text.encode("utf-8", "surrogatepass")


def printable(line: str) -> str:
    """Return a line in which all but letters, marks, signs and blanks is written as an escape."""
    if line.isprintable():
        return line
    # No list of pieces: every piece may be a character long.
    shown = bytearray()
    for char in line:
        shown += char.encode() if char.isprintable() else char.encode("unicode_escape")
    return shown.decode()
