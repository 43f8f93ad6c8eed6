"""Encode an answer in any wire format; FORMATS is the table, the writers are beside it.

JSON rows have a fast path in json_text.py. HTML is no row of the table: html_pages.py writes it,
from other facts.
Source: fixtures/transcripts, every body.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mockserver.wire.formats.csv_text import first_list, write_csv
from mockserver.wire.formats.dto import Dto, JsConfig
from mockserver.wire.formats.json_text import quote_json, utf8, write_json
from mockserver.wire.formats.jsv_text import JSV
from mockserver.wire.formats.xml_text import write_xml

__all__ = [
    "FORMATS",
    "JSON_TYPE",
    "Format",
    "encode_dto",
    "wrap_jsonp",
]

JSON_TYPE = "application/json; charset=utf-8"
_PLAIN = JsConfig()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Describe a wire format.

    Attributes:
        content_type: as sent; only JSON names its charset.
        help: one line for the docs.
        write: a DTO → text, under what `?jsconfig=` asks for.
    """

    name: str
    content_type: str
    help: str
    write: Callable[[Dto, JsConfig], str]


def _write_xml(dto: Dto, config: JsConfig) -> str:
    # `?jsconfig=` does not reach XML.
    return write_xml(dto)


def _write_jsonl(dto: Dto, config: JsConfig) -> str:
    unrolled = first_list(dto)
    if unrolled is None:
        return write_json(dto, config)
    # Assumed: as in CSV, where the empty and the null list were recorded.
    items = unrolled[0] or ()
    return "".join(f"{quote_json(item)}\n" for item in items)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        row.name: row
        for row in (
            Format(
                name="json",
                content_type=JSON_TYPE,
                help="JSON, members in declared order, nulls left out",
                write=write_json,
            ),
            Format(
                name="xml",
                content_type="application/xml",
                help="XML as DataContractSerializer writes it, members in alphabetical order",
                write=_write_xml,
            ),
            Format(
                name="jsv",
                content_type="application/jsv",
                help="JSV: JSON with quotes only where needed",
                write=JSV.write,
            ),
            Format(
                name="csv",
                content_type="text/csv",
                help="CSV of one column and one cell, which holds all rows as JSV",
                write=write_csv,
            ),
            Format(
                name="jsonl",
                content_type="text/jsonl",
                help="JSON Lines of one line: the JSON answer without a line break",
                write=_write_jsonl,
            ),
        )
    }
)


def encode_dto(format_name: str, dto: Dto, *, options: JsConfig = _PLAIN) -> bytes:
    """Return any answer in a format."""
    return utf8(FORMATS[format_name].write(dto, options))


def wrap_jsonp(callback: str, body: bytes) -> bytes:
    """Return a body, of whatever format, as a call of an already sanitised function."""
    return callback.encode() + b"(" + body + b")"
