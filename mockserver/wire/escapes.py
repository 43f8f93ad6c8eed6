"""Decode percent-escapes one by one, as ASP.NET Core does; what is no UTF-8 stays as it is."""

import io

__all__ = ["unescape_run"]


def unescape_run(escapes: str) -> str:
    """Return what a run of escapes stands for.

    Each byte that is no part of a character keeps its escape, in the client's spelling.
    """
    data = bytes.fromhex(escapes.replace("%", ""))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _unescape_partly(data, escapes)


def _unescape_partly(data: bytes, escapes: str) -> str:
    output = io.StringIO()
    at = 0
    for char in data.decode("utf-8", "surrogateescape"):
        is_byte = "\udc80" <= char <= "\udcff"
        output.write(escapes[3 * at : 3 * at + 3] if is_byte else char)
        at += 1 if is_byte else len(char.encode())
    return output.getvalue()
