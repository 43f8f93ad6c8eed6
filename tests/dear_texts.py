"""Hold what a dear text repeats, and make one; hostile.py tries them on every reader."""

__all__ = ["UNITS", "number", "repeat"]

UNITS = (
    *(bytes([code]) for code in b"{}[]\"'\\,:;=&%+ \t\n~*/.-#()<>?a1"),
    *(b'""', b'\\"', b'"\\', b"[,", b"{,", b'",', b"[[],", b'"a",', b"ab,", b'{"a":', b"{a:b,"),
    *(b"a=b&", b"a&", b"&=", b"%41", b"%ff", b"%e2%82", b"a%41", b"a~", b"*a", b"a;b=", b"../"),
    *(b"<a>", b"<a/>", b"</a>", b"<a ", b"<!--", b"&amp;", b"\\u0041", b"\\ud800", b"Jan1 ", b"1:"),
    *(b"\r\n", b"\n ", b"a b", b"\xc3\xa9", b"\xf0\x9f\x98\x80", b"\xff", b"\0"),
)


def repeat(prefix: bytes, unit: bytes, suffix: bytes, size: int) -> bytes:
    """Return a text of one part, again and again."""
    room = max(size - len(prefix) - len(suffix), 0)
    return prefix + (unit * (room // len(unit) + 1))[:room] + suffix


def number(prefix: bytes, form: str, size: int) -> bytes:
    """Return a text of parts that are all different."""
    parts = bytearray(prefix)
    count = 0
    while len(parts) < size:
        parts += form.format(count).encode()
        count += 1
    return bytes(parts[:size])
