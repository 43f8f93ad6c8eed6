"""Decode percent-escapes one by one, as ASP.NET Core does; what is no UTF-8 stays as it is."""

import urllib.parse

__all__ = ["unescape_run"]


def unescape_run(escapes: str) -> str:
    """Return what a run of escapes stands for.

    Each byte that is no part of a character keeps its escape, in the client's spelling.
    """
    data = urllib.parse.unquote_to_bytes(escapes)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _unescape_partly(data, escapes)


def _unescape_partly(data: bytes, escapes: str) -> str:
    output: list[str] = []
    at = 0
    while at < len(data):
        for length in range(1, 5):
            try:
                output.append(data[at : at + length].decode())
            except UnicodeDecodeError:
                continue
            break
        else:
            length = 1
            output.append(escapes[3 * at : 3 * at + 3])
        at += length
    return "".join(output)
