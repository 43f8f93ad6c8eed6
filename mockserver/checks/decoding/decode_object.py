"""Decode a body of any media type that is one object, such as who is signed in, into members.

Names count in any case, and come in lower case. Plain values become text, for most types have no
others; what is null is left out. A list is a tuple, where a type can tell one from an object.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from mockserver.checks.decoding.decode import text_of, unwrap_jsonp
from mockserver.checks.decoding.decode_csv import read_csv_members
from mockserver.checks.decoding.decode_json import parse_json
from mockserver.checks.decoding.decode_jsv import read_jsv
from mockserver.checks.decoding.decode_xml import read_xml_members
from mockserver.errors import DecodeError

__all__ = ["Members", "decode_object"]

Members = Mapping[str, object]


# Several laws look into each answer.
@lru_cache(maxsize=64)
def decode_object(kind: str | None, body: bytes) -> Members | None:
    """Return the members by their names in lower case; None for no object or an unknown type."""
    read = _READERS.get(kind or "")
    if read is None:
        return None
    try:
        return _plain(read(body))
    except DecodeError:
        return None


def _plain(value: object) -> Members | None:
    if not isinstance(value, dict):
        return None
    found: dict[str, object] = {}
    for name, member in value.items():
        if member is None:
            continue
        if isinstance(member, dict):
            found[name.lower()] = _plain(member)
        elif isinstance(member, list):
            found[name.lower()] = tuple(map(str, member))
        else:
            found[name.lower()] = str(member).lower() if isinstance(member, bool) else str(member)
    return found


def _read_json(body: bytes) -> object:
    return parse_json(text_of(body))


def _read_jsonp(body: bytes) -> object:
    return parse_json(unwrap_jsonp(text_of(body))[1])


def _read_jsv(body: bytes) -> object:
    return read_jsv(text_of(body).strip())


def _read_csv(body: bytes) -> object:
    """Return the members of a table; a cell that holds an object is JSV."""
    return {name: _cell(str(cell)) for name, cell in read_csv_members(text_of(body)).items()}


def _cell(text: str) -> object:
    if not text.startswith("{"):
        return text
    try:
        return read_jsv(text)
    except DecodeError:
        return text


_READERS: Mapping[str, Callable[[bytes], object]] = MappingProxyType(
    {
        "json": _read_json,
        "jsonl": _read_json,
        "jsonp": _read_jsonp,
        "jsv": _read_jsv,
        "csv": _read_csv,
        "xml": read_xml_members,
    }
)
