"""Make a text harmless for whoever shows it: no control, no direction, no line of its own.

Names, ids and messages come from files, clients and targets. terminal.py prints; this is for all
who put such a text into a line.
"""

__all__ = ["printable"]


def printable(line: str) -> str:
    """Return a line in which all but letters, marks, signs and blanks is written as an escape."""
    if line.isprintable():
        return line
    # No list of pieces: every piece may be a character long.
    shown = bytearray()
    for char in line:
        shown += char.encode() if char.isprintable() else char.encode("unicode_escape")
    return shown.decode()
