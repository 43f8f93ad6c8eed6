"""Read the fields of a multipart form; files are not asked for anywhere and left out."""

import re

__all__ = ["multipart_pairs"]

_BOUNDARY = re.compile(r'boundary="?([^";]+)', re.IGNORECASE)
_NAME = re.compile(rb'(?:^|[;\s])name="?([^";\r\n]*)', re.IGNORECASE)


def multipart_pairs(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of the fields, in the order sent; [] without a boundary."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return []
    pairs: list[tuple[str, str]] = []
    delimiter = b"\r\n--" + boundary.group(1).strip().encode()
    for part in (b"\r\n" + body).split(delimiter)[1:]:
        head, separator, value = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if separator and name is not None and b"filename" not in head.lower():
            pairs.append(
                (name.group(1).decode("utf-8", "replace"), value.decode("utf-8", "replace"))
            )
    return pairs
