"""Read the head of a request before the parser does, as Kestrel does: bounds, line, Host, encoding.

`read_head` takes a whole head and says what the parser gets and where the body ends, or what the
refusal is. `Chunks` finds the end of a body in chunks. All is pure; connection.py uses it,
and checks that the parser sees the end of each message at the same byte.
"""

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = ["MAX_HEAD_BYTES", "Chunks", "Head", "Refused", "judge_beginning", "read_head"]

_MAX_LINE_BYTES = 8_192
_MAX_HEADER_BYTES = 32_768
_MAX_HEADERS = 100
MAX_HEAD_BYTES = _MAX_LINE_BYTES + _MAX_HEADER_BYTES + 2
_MAX_CHUNK_LINE_BYTES = 4_096
_SHOWN_TARGET_BYTES = 200
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_TOKEN_START = re.compile(_TOKEN)
_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.([01])\r\n")
_OTHER_VERSION = re.compile(_TOKEN + rb" [\x21-\x7e]+ [^\r\n]+\r\n")
_HOST = re.compile(rb"(?:[A-Za-z0-9!$&'()\-._~]+(?::[0-9]+)?|\[[0-9A-Fa-f:.]{3,}\](?::[0-9]+)?)?")
_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)
_FRAMING = re.compile(
    rb"\n(host|content-length|transfer-encoding|upgrade):[ \t]*([^\r\n]*)", re.IGNORECASE
)
_ABSOLUTE = re.compile(rb"(https?)://([^/?#]*)([^?#]*)([^#]*)(?:#.*)?")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;[^\r\n]*)?\r\n")
_DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}


# The Host, the body's length (None for chunks), whether there is an offer to upgrade.
_Framing = tuple[bytes | None, int | None, bool]


class Head(NamedTuple):
    """Hold a head that may be passed on: its bytes, and the length of its body.

    `length` is None where the body comes in chunks; `block` is what stands behind the first line.
    """

    data: bytes
    length: int | None
    block: bytes = b""


class Refused(NamedTuple):
    """Hold what Kestrel answers to a request that nobody behind it sees.

    `method` and `target` are what was read of them, for the request log; `allow` is the method
    that the target is for, if that is what is wrong.
    """

    status: int
    method: str = ""
    target: bytes = b""
    allow: str | None = None


def judge_beginning(data: bytes) -> Refused | None:
    """Return the refusal of a head that has not ended yet; None while it may still be good."""
    if _TOKEN_START.match(data) is None:
        return Refused(400)  # Such as the beginning of TLS, which never ends a line.
    line = data.find(b"\n", 0, _MAX_LINE_BYTES)
    if line < 0:
        return _refuse(414, data) if len(data) >= _MAX_LINE_BYTES else None
    if data.count(b"\n") != data.count(b"\r\n"):
        return _refuse(400, data)
    if len(data) - line - 1 > _MAX_HEADER_BYTES + 2 or data.count(b"\n") > _MAX_HEADERS + 1:
        return _refuse(431, data)
    return None


def read_head(data: bytes) -> Head | Refused:
    """Return what the parser gets of a head, its empty line included, or its refusal.

    What the parser refuses itself is not looked for: a bare CR or LF, a folded line, a name that is
    none, a control character.
    """
    match = _LINE.match(data)
    if match is None:
        return _refuse_line(data)
    if match.end() > _MAX_LINE_BYTES:
        return _refuse(414, data)
    block = data[match.end() - 2 :]
    framing = _read_headers(block, match[1], match[3])
    if isinstance(framing, int):
        return _refuse(framing, data)
    host, length, is_offering = framing
    if is_offering:
        data = _UPGRADE.sub(b"", data)
    target = match[2]
    if target[0] != 0x2F or b"%00" in target:
        return _read_odd_target(data, match, host, length)
    # An offer to upgrade stands in the block, and is not what the parser gets.
    return Head(data, length, b"" if is_offering else block)


def _read_odd_target(
    data: bytes, match: re.Match[bytes], host: bytes | None, length: int | None
) -> Head | Refused:
    """Read a head whose target is no plain path; the parser gets an absolute one as a path."""
    method, target = match[1], match[2]
    if method == b"CONNECT":
        return _refuse(400, data)
    if target == b"*":
        return Head(data, length) if method == b"OPTIONS" else _refuse(405, data, allow="OPTIONS")
    if not target.startswith(b"/"):
        absolute = _ABSOLUTE.fullmatch(target)
        if absolute is None or not _names_host(absolute, host):
            return _refuse(400, data)
        target = (absolute[3] or b"/") + absolute[4]
        data = b"%s %s HTTP/1.%s\r\n%s" % (method, target, match[3], data[match.end() :])
    if b"%00" in target.partition(b"?")[0]:
        return _refuse(400, data)
    return Head(data, length)


def _names_host(absolute: re.Match[bytes], host: bytes | None) -> bool:
    """Tell whether an absolute target is for the host that the header names."""
    if host is None:
        return True
    port = _DEFAULT_PORTS[absolute[1]]
    authority = absolute[2].rpartition(b"@")[2].lower()
    return authority != b"" and authority.removesuffix(port) == host.lower().removesuffix(port)


# A client sends the same headers again and again, whatever it asks for.
@lru_cache(maxsize=64)
def _read_headers(data: bytes, method: bytes, minor_version: bytes) -> _Framing | int:
    """Return what headers say of the message, or the status of their refusal.

    They begin with the line break before the first one, and end with the empty line.
    """
    if len(data) - 2 > _MAX_HEADER_BYTES + 2 or data.count(b"\n") > _MAX_HEADERS + 2:
        return 431
    if not (data.isascii() or _is_utf8(data)):
        return 400
    found = [(name.lower(), value.rstrip(b" \t")) for name, value in _FRAMING.findall(data)]
    headers = dict(found)
    is_offering = headers.pop(b"upgrade", None) is not None
    if len(headers) != sum(name != b"upgrade" for name, _ in found):
        return 400
    host = headers.get(b"host")
    if _HOST.fullmatch(host or b"") is None or (host is None and minor_version == b"1"):
        return 400
    declared = headers.get(b"content-length")
    if b"transfer-encoding" in headers:
        return 400 if declared is not None else (host, None, is_offering)
    if declared is None:
        # A body would end with the connection, which leaves no place for an answer.
        is_endless = minor_version == b"0" and method in (b"POST", b"PUT")
        return 400 if is_endless else (host, 0, is_offering)
    if not (declared.isdigit() and len(declared) < 19):
        return 400
    return host, int(declared), is_offering


def _is_utf8(headers: bytes) -> bool:
    """Tell whether names are ASCII and values are UTF-8."""
    try:
        headers.decode()
    except UnicodeDecodeError:
        return False
    return all(line.partition(b":")[0].isascii() for line in headers.split(b"\r\n"))


def _refuse_line(data: bytes) -> Refused:
    """Return why a request line cannot be read: its length, its version or its form."""
    end = data.find(b"\n") + 1
    if not 0 < end <= _MAX_LINE_BYTES:
        return _refuse(414, data)
    return _refuse(505 if _OTHER_VERSION.match(data) else 400, data)


def _refuse(status: int, data: bytes, *, allow: str | None = None) -> Refused:
    """Return a refusal with what can be read of the request line."""
    parts = data[:_MAX_LINE_BYTES].partition(b"\r\n")[0].split(b" ", 2)
    method = parts[0] if re.fullmatch(rb"[A-Z-]{1,20}", parts[0]) else b""
    target = parts[1][:_SHOWN_TARGET_BYTES] if method and len(parts) > 1 else b""
    return Refused(status, method.decode(), target, allow)


class Chunks:
    """Follow a body in chunks to its end, without keeping any of it.

    Attributes:
        is_done: the last byte of the body was taken.
        is_broken: a size is none or a line is too long: no request behind it can be found.
    """

    def __init__(self) -> None:
        self.is_done = False
        self.is_broken = False
        self._line = b""
        self._left = 0
        self._trailer_bytes: int | None = None

    def take(self, data: bytes, start: int) -> int:
        """Return the place behind the bytes of `data` that belong to the body."""
        at = start
        while at < len(data) and not (self.is_done or self.is_broken):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            end = data.find(b"\n", at) + 1 or len(data)
            self._line += data[at:end]
            at = end
            if self._line.endswith(b"\n"):
                self._end_line()
            self.is_broken |= len(self._line) > _MAX_CHUNK_LINE_BYTES
        return at

    def _end_line(self) -> None:
        line, self._line = self._line, b""
        if self._trailer_bytes is not None:
            self._trailer_bytes += len(line)
            self.is_broken = self._trailer_bytes > _MAX_HEADER_BYTES
            self.is_done = line == b"\r\n"
        elif match := _CHUNK_LINE.fullmatch(line):
            size = int(match[1], 16)
            self._left = size + 2 if size else 0
            self._trailer_bytes = None if size else 0
        else:
            self.is_broken = True
