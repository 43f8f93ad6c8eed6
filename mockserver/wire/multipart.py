"""Read the fields of a multipart form; files are not asked for anywhere and left out."""

import re
from collections.abc import Iterator

__all__ = ["multipart_pairs"]

_BOUNDARY = re.compile(r'boundary="?([^";]+)', re.IGNORECASE)
_NAME = re.compile(rb'(?:^|[;\s])name="?([^";\r\n]*)', re.IGNORECASE)


def multipart_pairs(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Yield the (name, value) pairs of the fields, in the order sent; none without a boundary."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return
    delimiter = b"\r\n--" + boundary.group(1).strip().encode()
    # The first delimiter needs no line break where the body begins with it.
    first = 0 if body.startswith(delimiter[2:]) else body.find(delimiter) + 2
    at = first + len(delimiter) - 2 if first != 1 else -1
    while at >= 0:
        following = body.find(delimiter, at)
        part = body[at : following if following >= 0 else len(body)]
        head, separator, value = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if separator and name is not None and b"filename" not in head.lower():
            yield name.group(1).decode("utf-8", "replace"), value.decode("utf-8", "replace")
        at = following + len(delimiter) if following >= 0 else -1
